package bot

import (
	"context"
	"log/slog"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// home draws the app's home for a user who opened it.
func (b *Bot) home(ctx context.Context, team, user string) {
	said := help
	if _, err := b.person(ctx, team, "", user); err != nil {
		said = models.SentenceOf(err) + whomToAsk(nil)
	}
	view := slack.HomeTabViewRequest{
		Type:   slack.VTHomeTab,
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plain(cut(said, 2900)), nil, nil)}},
	}
	if _, err := b.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: view}); err != nil {
		b.Logger.Warn("publish a home", slog.String("kind", string(models.KindOf(slackError("views.publish", err)))))
	}
}

// answerTo says what is known of the decision or the item that a text names; "" where it names none.
func (b *Bot) answerTo(ctx context.Context, text string) string {
	for _, word := range strings.Fields(text) {
		if d, err := b.Cases.Decision(ctx, word); err == nil {
			return b.look().why(d)
		}
	}
	return ""
}

// shortcut does what a person asked for from the menu of a message.
func (b *Bot) shortcut(ctx context.Context, in slack.InteractionCallback, say answer) {
	say(nil)
	b.tell(ctx, in, "remit does not know this shortcut. Nothing was done.")
}
