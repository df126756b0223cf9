package bot

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// memberFresh is how long what Slack says of a member is believed.
const memberFresh = 10 * time.Minute

// member is whether somebody is a full member of the workspace, and since when we know.
type member struct {
	full bool
	at   time.Time
}

// clicker gives the person behind an interaction. The error says to that person why they may not answer, and its kind is
// Denied or, where Slack does not tell who they are, Unavailable.
func (b *Bot) clicker(ctx context.Context, in slack.InteractionCallback) (models.Person, error) {
	return b.person(ctx, in.Team.ID, in.User.TeamID, in.User.ID)
}

func (b *Bot) person(ctx context.Context, team, userTeam, user string) (models.Person, error) {
	ours, err := b.team(ctx)
	if err != nil {
		return models.Person{}, models.Errorf(models.Unavailable, "remit could not ask Slack which workspace this is. Try again in a moment: %w", err)
	}
	if team != ours || userTeam != "" && userTeam != ours {
		return models.Person{}, models.Errorf(models.Denied, "You belong to another workspace: only people of this one can answer.")
	}
	p, known := b.People.BySlack(team, user)
	if !known {
		return models.Person{}, errStranger
	}
	full, err := b.fullMember(ctx, user)
	if err != nil {
		return models.Person{}, models.Errorf(models.Unavailable, "remit could not ask Slack who you are. Try again in a moment: %w", err)
	}
	if !full {
		return models.Person{}, models.Errorf(models.Denied, "Guests, bots and deactivated accounts cannot answer.")
	}
	p.Groups = append(slices.Clone(p.Groups), b.groupsOf(ctx, p, user)...)
	return p, nil
}

// fullMember reports whether Slack calls the user neither guest, stranger, bot nor deactivated.
func (b *Bot) fullMember(ctx context.Context, user string) (bool, error) {
	b.mu.Lock()
	known, ok := b.members[user]
	b.mu.Unlock()
	if ok && b.Now().Sub(known.at) < memberFresh {
		return known.full, nil
	}
	u, err := b.api.GetUserInfoContext(ctx, user)
	if slackWord(err) == "user_not_found" {
		return false, nil
	}
	if err != nil {
		return false, slackError("users.info", err)
	}
	full := !u.Deleted && !u.IsBot && !u.IsRestricted && !u.IsUltraRestricted && !u.IsStranger
	b.mu.Lock()
	b.members[user] = member{full: full, at: b.Now()}
	b.mu.Unlock()
	return full, nil
}

// stranger is the actor of an attempt by somebody who is nobody here.
func stranger(in slack.InteractionCallback) models.Actor {
	return models.Actor{Kind: models.ByUnknown, ID: "slack/" + in.Team.ID + "/" + in.User.ID, Name: line(in.User.Name, 80)}
}

// refuse notes the attempt on each decision and tells whoever made it why, and whom to ask.
func (b *Bot) refuse(ctx context.Context, in slack.InteractionCallback, ds []models.Decision, why error) string {
	for _, d := range ds {
		text := "An answer from Slack was refused: " + models.SentenceOf(why)
		if err := b.Resolver.Refused(ctx, d.ID, stranger(in), text); err != nil {
			b.Logger.Error("note a refused answer", slog.String("decision", d.ID), slog.Any("error", err))
		}
	}
	return models.SentenceOf(why) + whomToAsk(ds)
}

// whomToAsk names the approvers of the decisions.
func whomToAsk(ds []models.Decision) string {
	var from []string
	for _, d := range ds {
		for _, f := range d.Ruling.Approval.From {
			if !slices.Contains(from, f) {
				from = append(from, f)
			}
		}
	}
	if len(from) == 0 {
		return " An admin of remit can add you."
	}
	return fmt.Sprintf(" Ask %s, or an admin of remit to add you.", line(strings.Join(from, ", "), 200))
}

// tell says something to one person alone, where they clicked.
func (b *Bot) tell(ctx context.Context, in slack.InteractionCallback, sentence string) {
	if err := b.whisper(ctx, in.ResponseURL, channelIn(in), in.User.ID, sentence); err != nil {
		b.Logger.Warn("tell a clicker", slog.String("user", in.User.ID), slog.String("kind", string(models.KindOf(err))))
	}
}

func channelIn(in slack.InteractionCallback) string {
	if in.Channel.ID != "" {
		return in.Channel.ID
	}
	return in.Container.ChannelID
}

// whisper uses the response URL, which works wherever the click was, and else an ephemeral message.
func (b *Bot) whisper(ctx context.Context, responseURL, channel, user, sentence string) error {
	return b.whisperBlocks(ctx, responseURL, channel, user, sentence, []slack.Block{slack.NewSectionBlock(plain(show(sentence, 2900)), nil, nil)})
}

func (b *Bot) whisperBlocks(ctx context.Context, responseURL, channel, user, sentence string, blocks []slack.Block) error {
	said := []slack.MsgOption{slack.MsgOptionText(escape(show(sentence, 2900)), false), slack.MsgOptionBlocks(blocks...)}
	if responseURL != "" {
		opts := append(said, slack.MsgOptionResponseURL(responseURL, slack.ResponseTypeEphemeral))
		if _, _, _, err := b.api.SendMessageContext(ctx, channel, opts...); err == nil {
			return nil
		}
	}
	if channel == "" {
		return b.directly(ctx, user, said...)
	}
	_, err := b.api.PostEphemeralContext(ctx, channel, user, said...)
	if err != nil {
		return slackError("chat.postEphemeral", err)
	}
	return nil
}

// directly says something in the direct messages of the app with one person: what was pressed is in no channel.
func (b *Bot) directly(ctx context.Context, user string, said ...slack.MsgOption) error {
	dm, _, _, err := b.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return slackError("conversations.open", err)
	}
	if _, _, err := b.api.PostMessageContext(ctx, dm.ID, said...); err != nil {
		return slackError("chat.postMessage", err)
	}
	return nil
}
