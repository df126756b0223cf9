package bot

import (
	"context"

	"github.com/slack-go/slack"

	"remit/models"
)

// Say posts a plain sentence in the channel of the notice's domain, or in the fallback where that one is gone. again says
// that it may have been posted before: then it is looked for first. Errors are those of Notify.
func (b *Bot) Say(ctx context.Context, notice models.Effect, text string, again bool) error {
	if !b.On() {
		return nil
	}
	channel := b.channel(models.Case{Domain: notice.Domain})
	if channel == "" {
		return models.Errorf(models.Invalid, "There is no Slack channel for %q and no fallback: set slack.channels.", notice.Domain)
	}
	err := b.sayIn(ctx, channel, notice, text, again)
	if err != nil && isLost(err) && !ambiguous(err) && b.Fallback != "" && channel != b.Fallback {
		err = b.sayIn(ctx, b.Fallback, notice, text, again)
	}
	return err
}

func (b *Bot) sayIn(ctx context.Context, channel string, notice models.Effect, text string, again bool) error {
	if again {
		found, err := b.find(ctx, models.CardRef{Channel: channel, Nonce: notice.ID, TriedAt: notice.MadeAt})
		if err != nil {
			return slackError("conversations.history", err)
		}
		if len(found) > 0 {
			return nil
		}
	}
	if err := b.turn(ctx, channel); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	_, _, err := b.api.PostMessageContext(ctx, channel,
		slack.MsgOptionText(escape(text), false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{"item": notice.Ref, "nonce": notice.ID}}))
	if err != nil {
		return slackError("chat.postMessage", err)
	}
	return nil
}
