package bot

import (
	"context"

	"github.com/slack-go/slack"

	"remit/models"
)

// askAudit opens the form for an audit whose answer no menu can offer.
func (b *Bot) askAudit(ctx context.Context, p press, ack func()) {
	d, ok := b.only(ctx, p, p.action.Value)
	if !ok {
		ack()
		return
	}
	view, err := b.look().auditView(d, p.Channel.ID)
	b.openForm(ctx, p, view, err, ack)
}

// auditView asks what a person would have done, without a word of what remit did: the decision's value is in none of it.
func (o CardOptions) auditView(d models.Decision, channel string) (slack.ModalViewRequest, error) {
	blank := d
	blank.Value, blank.Before, blank.Options = "", "", nil
	in := slack.NewInputBlock(blockValue+d.ID, plain(auditQuestion(d)), nil, o.element(blank))
	blocks := []slack.Block{
		slack.NewContextBlock("about", plain(line(d.Title, 300))), in, noteInput(""),
		slack.NewContextBlock("how", plain("What remit did is shown once you have answered. The answer then counts as it stands.")),
	}
	return modal(callbackAudit, "A check", "Answer", origin{Seen: encodeSeen([]models.Decision{d}), Channel: channel}, blocks)
}

// auditForm takes the answer of an audit from its form.
func (b *Bot) auditForm(ctx context.Context, f form, p models.Person) {
	ds, _, err := b.named(ctx, f.from.Seen)
	if err != nil {
		b.replace(ctx, f, models.SentenceOf(err))
		return
	}
	d, in := ds[0], formValues(f.in)
	a := models.Answer{
		By: p.Actor(), Kind: models.AnswerOverride, Value: normal(d.Action, in[blockValue+d.ID]), Note: cut(clean(in[blockNote]), 1000),
		At: b.Now(), Via: "slack", Version: ds[0].Version,
	}
	if err := a.Check(d.Action); err != nil || a.Value == "" {
		said := "Say what you would have done."
		if err != nil {
			said = cut(models.SentenceOf(err), 300)
		}
		b.mend(ctx, f, map[string]string{blockValue + d.ID: said})
		return
	}
	b.replaceTitled(ctx, f, "A check", b.auditAnswer(ctx, d, p, a))
	b.refresh(ctx, d.Item)
}
