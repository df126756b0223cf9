package bot

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// The callback ids of the entries in a message's menu.
const (
	ShortcutWhy    = "why"
	ShortcutReport = "report"
)

// shortcut does what a person asked for from the menu of a message.
func (b *Bot) shortcut(ctx context.Context, in slack.InteractionCallback, say answer) {
	ack := func() { say(nil) }
	if _, err := b.clicker(ctx, in); err != nil {
		ack()
		b.tell(ctx, in, models.SentenceOf(err)+whomToAsk(nil))
		return
	}
	c, err := b.caseOn(ctx, in.Message)
	switch {
	case err != nil:
		ack()
		b.tell(ctx, in, models.SentenceOf(err))
	case in.CallbackID == ShortcutWhy:
		ack()
		b.tell(ctx, in, b.look().whyCase(c))
	case in.CallbackID == ShortcutReport:
		view, err := b.look().reportView(c, in.Channel.ID)
		b.openForm(ctx, press{InteractionCallback: in}, view, err, ack)
	default:
		ack()
		b.tell(ctx, in, "remit does not know this shortcut. Nothing was done.")
	}
}

// caseOn gives the case whose card the message is. The message's metadata comes from outside: that it names an item is no
// right to it, so that what it leads to is what anybody in the channel sees on the card.
func (b *Bot) caseOn(ctx context.Context, m slack.Message) (models.Case, error) {
	none := models.Errorf(models.NotFound, "This message is not a card about a ticket or a payment.")
	item, _ := m.Metadata.EventPayload["item"].(string)
	if m.Metadata.EventType != eventType || item == "" {
		return models.Case{}, none
	}
	c, err := b.Cases.Case(ctx, item)
	if models.KindOf(err) == models.NotFound || err == nil && len(c.Decisions) == 0 {
		return models.Case{}, none
	}
	return c, err
}

// maxWhy is how many decisions of a case are explained at once.
const maxWhy = 3

// whyCase explains a case's decisions.
func (o CardOptions) whyCase(c models.Case) string {
	var said []string
	for _, d := range c.Decisions[:min(len(c.Decisions), maxWhy)] {
		said = append(said, o.why(d))
	}
	return strings.Join(said, "\n\n")
}
