package bot

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// The block ids of a report, and the values of what is to be done about it.
const (
	blockWhich = "which"
	blockRight = "right"
	blockDeed  = "deed"

	deedMend = "mend"
	deedNote = "note"
)

// reportView is the form by which anybody says that a decision is wrong.
func (o CardOptions) reportView(c models.Case, channel string) (slack.ModalViewRequest, error) {
	which := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose"), inputID+blockWhich)
	for _, d := range c.Decisions {
		if d.Auditable() || len(which.Options) == 100 {
			continue
		}
		label := line(topic(d.Action)+": "+change(d, 30)+" · "+stateWord(d.State), 75)
		which.Options = append(which.Options, slack.NewOptionBlockObject(encodeSeen([]models.Decision{d}), plain(label), nil))
	}
	if len(which.Options) == 0 {
		return slack.ModalViewRequest{}, models.Errorf(models.Conflict, "There is nothing to report yet: it is being checked.")
	}
	which.InitialOption = which.Options[0]
	mend := slack.NewOptionBlockObject(deedMend, plain("Mend it now"), plain("Answers it so where it is open, takes it back where it was done"))
	note := slack.NewOptionBlockObject(deedNote, plain("Only note it"), plain("In its timeline, for the review"))
	deed := slack.NewRadioButtonsBlockElement(inputID+blockDeed, note, mend)
	deed.InitialOption = note
	right := slack.NewPlainTextInputBlockElement(plain("P2, billing, 2026-12-18, hold, …"), inputID+blockRight).WithMaxLength(maxInput)
	blocks := []slack.Block{
		slack.NewContextBlock("about", plain(line(c.Title, 300))),
		slack.NewInputBlock(blockWhich, plain("What is wrong"), nil, which),
		slack.NewInputBlock(blockRight, plain("What would have been right"), nil, right).WithOptional(true),
		reasonInput(c.Decisions, ""), noteInput(""),
		slack.NewInputBlock(blockDeed, plain("What now"), nil, deed),
	}
	return modal(callbackReport, "Report a decision", "Report", origin{Channel: channel}, blocks)
}

func stateWord(s models.State) string {
	switch s {
	case models.Asked, models.Waiting, models.Expired, models.Failed:
		return "open"
	case models.Applied, models.Applying:
		return "done"
	case models.Reverted, models.Reverting:
		return "undone"
	}
	return string(s)
}

// reportForm mends what is wrong where that was asked for and can be, and notes it in the timeline in any case.
func (b *Bot) reportForm(ctx context.Context, f form, p models.Person) {
	in := formValues(f.in)
	ds, asked, err := b.named(ctx, in[blockWhich])
	if err != nil {
		b.replace(ctx, f, models.SentenceOf(err))
		return
	}
	if !knownWhy(ds, in[blockReason]) {
		b.mend(ctx, f, map[string]string{blockReason: "Choose a reason."})
		return
	}
	d := ds[0]
	r := report{right: normal(d.Action, in[blockRight]), reason: in[blockReason], note: cut(clean(in[blockNote]), 800), seen: asked[0]}
	if in[blockDeed] == deedMend && d.State.Open() {
		if err := (models.Answer{Kind: models.AnswerOverride, Value: r.right}).Check(d.Action); err != nil || r.right == "" {
			b.mend(ctx, f, map[string]string{blockRight: "It is open: say what to do instead."})
			return
		}
	}
	said, err := b.reported(ctx, d, p, r, in[blockDeed] == deedMend)
	if err != nil {
		b.replace(ctx, f, b.explain(d, err))
		return
	}
	b.replaceTitled(ctx, f, "Reported", said)
	b.refresh(ctx, d.Item)
}

// report is what a person says is wrong with a decision.
type report struct {
	right, reason, note string
	seen                seen
}

func (r report) sentence() string {
	said := []string{"Reported as wrong"}
	for _, c := range models.Whys() {
		if c.Code == r.reason {
			said = append(said, c.Text)
		}
	}
	if r.right != "" {
		said = append(said, "right would be "+r.right)
	}
	if r.note != "" {
		said = append(said, r.note)
	}
	return strings.Join(said, "; ") + "."
}

// reported overrides, undoes or notes, and says which.
func (b *Bot) reported(ctx context.Context, d models.Decision, p models.Person, r report, mend bool) (string, error) {
	switch {
	case mend && d.State.Open():
		a := models.Answer{
			By: p.Actor(), Kind: models.AnswerOverride, Value: r.right, Reason: r.reason, Note: r.note, At: b.Now(), Via: "slack", Version: r.seen.Version,
		}
		_, err := b.Resolver.Resolve(ctx, d.ID, p, a)
		return "It is overridden: " + line(deed(d.Action, r.right), 100) + ".", err
	case mend && d.State == models.Applied && b.Keeper != nil:
		_, err := b.Keeper.Undo(ctx, d.ID, p, r.sentence())
		return "It is being undone.", err
	case b.Remarker == nil:
		return "", models.Errorf(models.Unavailable, "Reports are not taken here: tell a manager.")
	}
	said := "It is noted in its timeline, and in the next review."
	if mend {
		said = "It cannot be undone any more. " + said
	}
	return said, b.Remarker.Remark(ctx, d.ID, p, r.sentence())
}
