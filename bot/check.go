package bot

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

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

// Check asks Slack whether the bot can do its work: the token and its scopes, the way by which clicks arrive, the clocks, each
// configured channel and each user group.
func (b *Bot) Check(ctx context.Context) []Finding {
	if !b.On() {
		return []Finding{{What: "Slack", OK: true, Says: "off: the console is the desk"}}
	}
	found := b.checkArrival(ctx)
	who, err := b.api.AuthTestContext(ctx)
	if err != nil {
		return append(found, Finding{
			What: "Slack token", Says: models.SentenceOf(slackError("auth.test", err)),
			Mend: "Install the app in the workspace and set slack.bot_token to its bot token (xoxb-...).",
		})
	}
	found = append(found, Finding{What: "Slack token", OK: true, Says: "workspace " + who.Team + " as " + who.User}, b.checkTeam(who))
	found = append(found, checkScopes(who.Header.Get("X-OAuth-Scopes")), b.checkClock(who.Header.Get("Date")))
	return append(append(found, b.checkChannels(ctx)...), b.checkGroups(ctx)...)
}

// checkArrival checks the way by which Slack's clicks come.
func (b *Bot) checkArrival(ctx context.Context) []Finding {
	if b.Mode == ModeSocket {
		return []Finding{b.checkSocket(ctx)}
	}
	found := []Finding{b.checkSecret()}
	if b.PublicURL != "" {
		found = append(found, b.checkReach(ctx))
	}
	return found
}

func (b *Bot) checkSocket(ctx context.Context) Finding {
	f := Finding{What: "Slack Socket Mode", Mend: "Make an app-level token (xapp-...) with the scope connections:write under Basic Information, turn Socket Mode on, and set slack.app_token."}
	api := slack.New(b.Token.Reveal(), slack.OptionAppLevelToken(b.AppToken.Reveal()), slack.OptionAPIURL(b.APIURL), slack.OptionHTTPClient(b.HTTP))
	if _, _, err := api.StartSocketModeContext(ctx); err != nil {
		f.Says = models.SentenceOf(slackError("apps.connections.open", err))
		return f
	}
	f.OK, f.Says, f.Mend = true, "clicks arrive over a connection of our own: no public address is needed", ""
	return f
}

// checkReach knocks, unsigned, where Slack is told to send clicks: whoever refuses that as remit does is remit.
func (b *Bot) checkReach(ctx context.Context) Finding {
	to := strings.TrimRight(b.PublicURL, "/") + "/slack/interactions"
	f := Finding{What: "Slack clicks at " + to, Mend: "Start remit serve, have public_url lead to it, and put the same address under Interactivity of the Slack app. Without a public address use slack.mode: socket."}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader("payload={}"))
	if err != nil {
		f.Says = "public_url is not an address that can be called"
		return f
	}
	resp, err := b.HTTP.Do(req)
	if err != nil {
		f.Says = "nothing answers there"
		return f
	}
	defer func() { _ = resp.Body.Close() }()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
	if resp.StatusCode != http.StatusUnauthorized || !strings.Contains(string(said), unsigned) {
		f.Says = fmt.Sprintf("something else answers there, with status %d", resp.StatusCode)
		return f
	}
	f.OK, f.Says, f.Mend = true, "remit answers, and refuses what Slack has not signed", ""
	return f
}

// maxClock is how far our clock may be from Slack's: at five minutes every click is refused as a replay.
const maxClock = time.Minute

func (b *Bot) checkClock(date string) Finding {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return Finding{What: "clock", OK: true, Says: "Slack does not tell its time"}
	}
	skew := b.Now().Sub(theirs).Round(time.Second)
	f := Finding{What: "clock", OK: skew.Abs() <= maxClock, Says: fmt.Sprintf("%s from Slack's", skew)}
	if !f.OK {
		f.Mend = "Have the clock of this machine set by NTP: at five minutes every click is refused."
	}
	return f
}

// checkGroups reads each configured user group once, in the order of their names.
func (b *Bot) checkGroups(ctx context.Context) []Finding {
	var found []Finding
	for _, name := range slices.Sorted(maps.Keys(b.Groups)) {
		id := b.Groups[name]
		if id == "" {
			continue
		}
		users, err := b.api.GetUserGroupMembersContext(ctx, id)
		f := Finding{What: "Slack user group @" + name, OK: err == nil, Says: plural(len(users), "member")}
		if err != nil {
			f.Says, f.Mend = models.SentenceOf(slackError("usergroups.users.list", err)), "Check its id under groups, and grant usergroups:read."
		}
		found = append(found, f)
	}
	return found
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

// missingScopes gives the rights that the token lacks, by Slack's header.
func missingScopes(header string) []Scope {
	granted := strings.Split(strings.ReplaceAll(header, " ", ""), ",")
	return slices.DeleteFunc(Scopes(), func(s Scope) bool { return slices.Contains(granted, s.Name) })
}

func checkScopes(header string) Finding {
	var missing []string
	for _, s := range missingScopes(header) {
		missing = append(missing, s.Name+" (to "+s.Why+")")
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
	for _, id := range b.Queues {
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
