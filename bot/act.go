package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"remit/models"
)

// press is a click by somebody who is known here, ready to be acted on.
type press struct {
	slack.InteractionCallback
	action *slack.BlockAction
	by     models.Person
}

// carried gives the value that the button or the chosen option carries.
func carried(a *slack.BlockAction) string {
	if a.SelectedOption.Value != "" {
		return a.SelectedOption.Value
	}
	return a.Value
}

// deeds are what clicks do beside answering an open ask, by the beginning of their action id.
var deeds = []struct {
	prefix string
	do     func(*Bot, context.Context, press, func())
}{
	{ActionAuditAsk + ".", (*Bot).askAudit},
	{ActionAudit + ".", (*Bot).audit},
	{ActionReplay, (*Bot).replay},
	{ActionPause, (*Bot).askSwitch},
	{ActionResume, (*Bot).askSwitch},
	{ActionApproveRun, (*Bot).approveRun},
	{ActionOverrideRun, (*Bot).overrideRun},
	{ActionTune, (*Bot).askTuning},
	{inputID, (*Bot).changedInput},
}

// acted does what a click asks for, unless that is to answer an open ask: it reports false then.
func (b *Bot) acted(ctx context.Context, in slack.InteractionCallback, ack func()) bool {
	a := in.ActionCallback.BlockActions[0]
	for _, deed := range deeds {
		if !strings.HasPrefix(a.ActionID, deed.prefix) {
			continue
		}
		p, err := b.clicker(ctx, in)
		if err != nil {
			ack()
			ds, _, _ := b.namedAny(ctx, firstOf(carried(a)))
			said := b.refuse(ctx, in, ds, err)
			if errors.Is(err, errStranger) {
				b.introduce(ctx, in, said)
				return true
			}
			b.tell(ctx, in, said)
			return true
		}
		deed.do(b, ctx, press{in, a, p}, ack)
		return true
	}
	return false
}

// firstOf gives the decisions that a value names, without the choice that an audit's option adds.
func firstOf(value string) string {
	ids, _, _ := strings.Cut(value, "=")
	return ids
}

// only gives the one decision that a click is about. It has told the person where there is none. The version that was seen
// does not matter to it: an audit stands whatever else moves, and ends once.
func (b *Bot) only(ctx context.Context, p press, value string) (models.Decision, bool) {
	ds, _, err := b.named(ctx, value)
	switch {
	case err != nil:
		b.tell(ctx, p.InteractionCallback, models.SentenceOf(err))
	case len(ds) != 1:
		b.tell(ctx, p.InteractionCallback, "This button does not name a decision of remit's. Nothing was done.")
	default:
		return ds[0], true
	}
	return models.Decision{}, false
}

// audit takes a choice from an audit's menu.
func (b *Bot) audit(ctx context.Context, p press, ack func()) {
	ack()
	ids, v, chosen := strings.Cut(carried(p.action), "=")
	d, ok := b.only(ctx, p, ids)
	if !ok {
		return
	}
	if !chosen {
		b.tell(ctx, p.InteractionCallback, "This menu does not name a choice of remit's. Nothing was done.")
		return
	}
	a := models.Answer{By: p.by.Actor(), Kind: models.AnswerOverride, Value: v, At: b.Now(), Via: "slack", Version: d.Version, ShownAt: shownAt(p.InteractionCallback)}
	b.tell(ctx, p.InteractionCallback, b.auditAnswer(ctx, d, p.by, a))
	b.refresh(ctx, d.Item)
}

// auditAnswer has the answer of an audit taken, and says what remit had done, or why it was not taken.
func (b *Bot) auditAnswer(ctx context.Context, d models.Decision, by models.Person, a models.Answer) string {
	if b.Auditor == nil {
		return "Audits are answered in the console: " + b.look().page(d.ID)
	}
	if err := a.Check(d.Action); err != nil {
		return models.SentenceOf(err)
	}
	now, err := b.Auditor.Audit(ctx, d.ID, by, a)
	if err != nil {
		return b.explain(d, err)
	}
	if a.Value == now.Value {
		return "Noted. remit had done the same: " + line(deed(now.Action, now.Value), 100) + "."
	}
	return fmt.Sprintf("Noted: you would have chosen %s. remit had chosen %s, and it stays so unless you undo or override it.",
		line(deed(d.Action, a.Value), 100), line(deed(now.Action, now.Value), 100))
}

// shownAt gives when the message was put before people as it is now: when it was posted, or last edited. Of a home the hash
// tells when it was published.
func shownAt(in slack.InteractionCallback) time.Time {
	ts := in.Message.Timestamp
	if ts == "" {
		ts = in.View.Hash
	}
	if in.Message.Edited != nil && in.Message.Edited.Timestamp != "" {
		ts = in.Message.Edited.Timestamp
	}
	sec, _, _ := strings.Cut(ts, ".")
	var n int64
	if _, err := fmt.Sscan(sec, &n); err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// replay puts an event that could not be decided in line once more.
func (b *Bot) replay(ctx context.Context, p press, ack func()) {
	ack()
	switch {
	case !p.by.Has(models.RoleManager):
		b.tell(ctx, p.InteractionCallback, "Only a manager may have an event tried again.")
	case b.Replayer == nil:
		b.tell(ctx, p.InteractionCallback, "Events are tried again in the console.")
	default:
		said := "It is in line again. If it cannot be decided, it comes back here."
		if err := b.Replayer.Replay(ctx, p.action.Value, p.by.Actor(), b.Now()); err != nil {
			said = b.explain(models.Decision{}, err)
		}
		b.tell(ctx, p.InteractionCallback, said)
	}
}

// errNoButton is of a button whose value remit did not make.
var errNoButton = models.Errorf(models.Invalid, "This button does not name a decision of remit's. Nothing was done.")

// namedAny is named for decisions of several items, as a pay run has them.
func (b *Bot) namedAny(ctx context.Context, value string) ([]models.Decision, []seen, error) {
	asked, err := decodeSeen(value)
	if err != nil {
		return nil, nil, err
	}
	var ds []models.Decision
	for _, s := range asked {
		d, err := b.Cases.Decision(ctx, s.ID)
		if models.KindOf(err) == models.NotFound {
			return nil, nil, errNoButton
		}
		if err != nil {
			return nil, nil, err
		}
		ds = append(ds, d)
	}
	return ds, asked, nil
}

// approveRun answers each of a run's decisions and tells of each.
func (b *Bot) approveRun(ctx context.Context, p press, ack func()) {
	ack()
	ds, asked, err := b.namedAny(ctx, p.action.Value)
	if err != nil {
		b.tell(ctx, p.InteractionCallback, models.SentenceOf(err))
		return
	}
	var told []string
	for i, d := range ds {
		a := models.Answer{
			By: p.by.Actor(), Kind: models.AnswerApprove, At: b.Now(), Via: "slack", Version: asked[i].Version,
			ShownAt: shownAt(p.InteractionCallback), Bulk: len(ds) > 1,
		}
		said := "approved."
		if _, err := b.Resolver.Resolve(ctx, d.ID, p.by, a); err != nil {
			said = b.explain(d, err)
			b.tooLate(ctx, d.ID, p.by, err)
		}
		told = append(told, line(d.Title, 80)+": "+said)
		b.refresh(ctx, d.Item)
	}
	b.runAnswered(ctx)
	b.tell(ctx, p.InteractionCallback, strings.Join(told, "\n"))
}

// runAnswered has the pay runs drawn anew.
func (b *Bot) runAnswered(ctx context.Context) {
	if b.Runs == nil {
		return
	}
	if err := b.Runs(ctx); err != nil {
		b.Logger.Warn("draw a pay run anew", slog.String("kind", string(models.KindOf(err))))
	}
}

// overrideRun opens a modal that asks for the day of each of a run's decisions.
func (b *Bot) overrideRun(ctx context.Context, p press, ack func()) {
	ds, _, err := b.namedAny(ctx, p.action.Value)
	var open []models.Decision
	for _, d := range ds {
		if d.State.Open() {
			open = append(open, d)
		}
	}
	if err != nil || len(open) == 0 {
		ack()
		said := "Everything in it was settled meanwhile."
		if err != nil {
			said = models.SentenceOf(err)
		}
		b.tell(ctx, p.InteractionCallback, said)
		return
	}
	view, err := b.look().overrideForm(overrideForm{title: "Pay run", ds: open, origin: origin{Channel: p.Channel.ID}, callback: callbackRun})
	b.openForm(ctx, p, view, err, ack)
}

// openForm opens a modal, or says why it did not open: a trigger lives for three seconds only.
func (b *Bot) openForm(ctx context.Context, p press, view slack.ModalViewRequest, err error, ack func()) {
	if err == nil {
		_, err = b.api.OpenViewContext(ctx, p.TriggerID, view)
	}
	ack()
	if err == nil {
		return
	}
	b.Logger.Warn("open a form", slog.String("form", view.CallbackID), slog.Any("error", slackError("views.open", err)))
	said := "Slack did not open the form in time. Press the button again."
	if b.ConsoleURL != "" {
		said = "Slack did not open the form in time. Press the button again, or do it here: " + b.look().at("/")
	}
	b.tell(ctx, p.InteractionCallback, said)
}
