package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// Finding is one thing that was checked, and how to mend it where it is not as it should be.
type Finding struct {
	What string
	OK   bool
	Says string
	Mend string
}

// Check asks Slack whether the bot can do its work: the token, its scopes, and each configured channel.
func (b *Bot) Check(ctx context.Context) []Finding {
	if !b.On() {
		return []Finding{{What: "Slack", OK: true, Says: "off: the console is the desk"}}
	}
	found := []Finding{b.checkSecret()}
	who, err := b.api.AuthTestContext(ctx)
	if err != nil {
		return append(found, Finding{
			What: "Slack token", Says: models.SentenceOf(slackError("auth.test", err)),
			Mend: "Install the app in the workspace and set slack.bot_token to its bot token (xoxb-...).",
		})
	}
	found = append(found, Finding{What: "Slack token", OK: true, Says: "workspace " + who.Team + " as " + who.User}, b.checkTeam(who))
	found = append(found, checkScopes(who.Header.Get("X-OAuth-Scopes")))
	return append(found, b.checkChannels(ctx)...)
}

func (b *Bot) checkSecret() Finding {
	if b.SigningSecret.Empty() {
		return Finding{
			What: "Slack signing secret", Says: "not set: every click is refused",
			Mend: "Set slack.signing_secret from the app's Basic Information page.",
		}
	}
	return Finding{What: "Slack signing secret", OK: true, Says: "set"}
}

func (b *Bot) checkTeam(who *slack.AuthTestResponse) Finding {
	if b.TeamID != "" && b.TeamID != who.TeamID {
		return Finding{
			What: "Slack workspace", Says: fmt.Sprintf("the token is of %s, the configuration says %s", who.TeamID, b.TeamID),
			Mend: "Leave the workspace out of the configuration, or use the token of that one.",
		}
	}
	return Finding{What: "Slack workspace", OK: true, Says: who.TeamID}
}

func checkScopes(header string) Finding {
	granted := strings.Split(strings.ReplaceAll(header, " ", ""), ",")
	var missing []string
	for _, s := range scopes {
		if !slices.Contains(granted, s.Name) {
			missing = append(missing, s.Name+" (to "+s.Why+")")
		}
	}
	if len(missing) > 0 {
		return Finding{
			What: "Slack scopes", Says: "missing: " + strings.Join(missing, ", "),
			Mend: "Add them under OAuth & Permissions, or take the manifest that remit slack manifest prints, and install the app again.",
		}
	}
	return Finding{What: "Slack scopes", OK: true, Says: "all granted"}
}

// checkChannels looks at each configured channel once, in the order of their ids.
func (b *Bot) checkChannels(ctx context.Context) []Finding {
	ids := []string{b.Fallback}
	for _, id := range b.Channels {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var found []Finding
	for _, id := range slices.Compact(ids) {
		if id != "" {
			found = append(found, b.checkChannel(ctx, id))
		}
	}
	if len(found) == 0 {
		found = append(found, Finding{What: "Slack channels", Says: "none is configured", Mend: "Set slack.channels.fallback to a channel's id."})
	}
	return found
}

func (b *Bot) checkChannel(ctx context.Context, id string) Finding {
	f := Finding{What: "Slack channel " + id}
	c, err := b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
	switch {
	case err != nil:
		f.Says = models.SentenceOf(slackError("conversations.info", err))
		f.Mend = "Check the channel's id in slack.channels; a private channel is seen only once the app is invited."
		return f
	case c.IsArchived:
		f.Says, f.Mend = "archived", "Unarchive it, or name another one in slack.channels."
		return f
	case !c.IsMember:
		f.Says, f.Mend = "the app is not a member", "Type /invite @remit in the channel."
		return f
	}
	_, err = b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: id, Limit: 1})
	if err != nil {
		f.Says = models.SentenceOf(slackError("conversations.history", err))
		f.Mend = "Grant channels:history and groups:history: without them a card cannot be looked for before it is posted again."
		return f
	}
	f.OK, f.Says = true, "there, readable"
	return f
}
