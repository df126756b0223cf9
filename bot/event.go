package bot

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/slack-go/slack"

	"remit/models"
)

// outer is what Slack puts around an event.
type outer struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Team      string `json:"team_id"`
	ID        string `json:"event_id"`
	Event     inner  `json:"event"`
}

// inner is an event, in so far as remit listens to it.
type inner struct {
	Type     string `json:"type"`
	User     string `json:"user"`
	UserTeam string `json:"user_team"`
	Bot      string `json:"bot_id"`
	Text     string `json:"text"`
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	Tab      string `json:"tab"`
	// SubteamID is set where a user group has changed.
	SubteamID string `json:"subteam_id"`
}

// event reads what happened in the workspace. Slack sends an event again until it is acknowledged: it is acted on once.
func (b *Bot) event(payload []byte) (work, error) {
	var e outer
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, models.FieldErrorf("payload", "is not an event of Slack's")
	}
	if e.Type == "url_verification" {
		return func(_ context.Context, say answer) { say(map[string]string{"challenge": e.Challenge}) }, nil
	}
	if e.ID == "" || b.told.before("event/"+e.ID, b.Now()) {
		return func(context.Context, answer) {}, nil
	}
	return func(ctx context.Context, say answer) {
		say(nil)
		b.happened(ctx, e)
	}, nil
}

func (b *Bot) happened(ctx context.Context, e outer) {
	if e.Event.Bot != "" {
		return // what bots say, remit among them, asks nothing of it
	}
	switch e.Event.Type {
	case "app_mention":
		b.mentioned(ctx, e)
	case "subteam_members_changed":
		b.forgetGroup(e.Event.SubteamID)
	case "app_home_opened":
		if e.Event.Tab == "" || e.Event.Tab == "home" {
			b.home(ctx, e.Team, e.Event.User)
		}
	}
}

// mentioned answers in the thread of whoever mentioned the bot.
func (b *Bot) mentioned(ctx context.Context, e outer) {
	in := e.Event
	thread := in.ThreadTS
	if thread == "" {
		thread = in.TS
	}
	said := help
	if _, err := b.person(ctx, e.Team, in.UserTeam, in.User); err != nil {
		said = models.SentenceOf(err) + whomToAsk(nil)
	} else if answer := b.answerTo(ctx, in.Text); answer != "" {
		said = answer
	}
	_, _, err := b.api.PostMessageContext(ctx, in.Channel,
		slack.MsgOptionText(escape(cut(said, 2000)), false), slack.MsgOptionTS(thread),
		slack.MsgOptionBlocks(slack.NewSectionBlock(plain(cut(said, 2900)), nil, nil)),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		b.Logger.Warn("answer a mention", slog.String("kind", string(models.KindOf(slackError("chat.postMessage", err)))))
	}
}
