package decision

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Resolve settles a decision by a person's answer, or says why it does not:
//   - Conflict: somebody or something else was first, or today's facts would give another answer, which is now what is
//     asked instead;
//   - Denied: the person may not answer this, with whom to ask;
//   - Invalid: the answer cannot be; NotFound: the decision is not there.
//
// Whatever is refused for who asked is noted in the timeline.
func (e *Engine) Resolve(ctx context.Context, id string, by models.Person, a models.Answer) (d models.Decision, err error) {
	err = again(func() error {
		d, err = e.tryResolve(ctx, id, by, a)
		return err
	})
	return d, err
}

// errRaced says that a deed lost a race over what it shares with others, not over the decision itself: it is tried again.
var errRaced = models.Errorf(models.Conflict, "raced")

// again tries a deed until it no longer loses a race over what it shares with others.
func again(try func() error) error {
	for range conflictTries {
		if err := try(); !errors.Is(err, errRaced) {
			return err
		}
	}
	return models.Errorf(models.Unavailable, "Others are busy with the same. Try again in a moment.")
}

func (e *Engine) tryResolve(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error) {
	d, err := e.Ledger.Decision(ctx, id)
	if err != nil {
		return models.Decision{}, err
	}
	a.By, a.At, a.For = by.Actor(), e.Now(), d.Ruling.Approval.As(by)
	if err := d.Takes(a); err != nil {
		return d, err
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return d, err
	}
	if err := stands(d, a, b.policy.Zone); err != nil {
		return d, err
	}
	if err := b.mayAnswer(d, by, a); err != nil {
		return d, e.refuse(ctx, d, a.By, err)
	}
	if err := b.seats(d, a); err != nil {
		return d, err
	}
	if !d.Pays(a) {
		return d, models.FieldErrorf("note", "%s", d.Owes(d.Choice(a)))
	}
	if err := b.reopen(&d); err != nil {
		return d, err
	}
	if changed, err := b.recheck(&d, a); err != nil || changed != nil {
		return d, e.commitChanged(ctx, b, d, changed, err)
	}
	if err := b.answer(&d, a); err != nil {
		return d, err
	}
	return d, e.commit(ctx, b, d)
}

// stands reports, as a Conflict, a decision that can no longer be answered, or that is not what the person saw.
func stands(d models.Decision, a models.Answer, zone *time.Location) error {
	if !d.State.Open() {
		return models.Errorf(models.Conflict, "%s", d.Standing(zone))
	}
	if a.Version != d.Version {
		if n := len(d.Answers); n > 0 {
			last := d.Answers[n-1]
			return models.Errorf(models.Conflict, "%s %s this at %s meanwhile. Look again before you answer.",
				last.By.Display(), last.Verb(), last.At.In(zone).Format("15:04"))
		}
		return models.Errorf(models.Conflict, "This has changed since you saw it. Look again before you answer.")
	}
	return nil
}

// mayAnswer reports, as Denied, a person who may not give this answer.
func (b *batch) mayAnswer(d models.Decision, by models.Person, a models.Answer) error {
	ap := d.Ruling.Approval
	ask := strings.Join(ap.From, ", ")
	if ask == "" {
		ask = strings.Join(b.policy.Approval(d.Action).From, ", ")
	}
	switch {
	case d.Domain == models.Self && !by.Has(models.RoleManager):
		return models.Errorf(models.Denied, "What remit may do by itself is for managers to say: ask %s.", ask)
	case !by.Has(models.RoleApprover):
		return models.Errorf(models.Denied, "You are not an approver: ask %s.", ask)
	case !ap.Names(by):
		return models.Errorf(models.Denied, "You are not among those who answer this: ask %s.", ask)
	case ap.NotRequester && by.Called(d.Requester):
		what := "asked for this payment"
		if d.Domain.Other() {
			what = "proposed this"
		}
		return models.Errorf(models.Denied, "You %s yourself, so somebody else must answer: ask %s.", what, ask)
	case ap.NotRequester && by.MayBe(d.Requester):
		return models.Errorf(models.Denied, "Whoever asked for this must not answer it, and remit does not know your address in the books, so it cannot "+
			"tell that it was not you: ask %s, or have your address added to remit's configuration.", ask)
	}
	if by.Limit.IsZero() || d.Choice(a) == models.ValueHold || d.Domain.Other() && d.Choice(a) == d.Before {
		return nil
	}
	moved, moves, err := b.moneyOf(d)
	if err != nil || !moves {
		return err
	}
	amount, err := b.policy.Rates.Convert(moved, by.Limit.Currency)
	if err != nil {
		return models.Errorf(models.Denied, "Whether this is within your limit of %s cannot be said (%s): ask %s.", by.Limit.Display(), err, ask)
	}
	if c, _ := amount.Cmp(by.Limit); c > 0 {
		return models.Errorf(models.Denied, "This is above your own limit of %s: ask %s.", by.Limit.Display(), ask)
	}
	return nil
}

// refuse notes an answer that was not accepted, and gives back why.
func (e *Engine) refuse(ctx context.Context, d models.Decision, by models.Actor, why error) error {
	if models.KindOf(why) != models.Denied {
		return why
	}
	if err := e.Refused(ctx, d.ID, by, models.SentenceOf(why)); err != nil {
		return err
	}
	return why
}

// Refused notes in a decision's timeline that somebody tried to answer it and was not let.
func (e *Engine) Refused(ctx context.Context, id string, by models.Actor, text string) error {
	d, err := e.Ledger.Decision(ctx, id)
	if err != nil {
		return err
	}
	now := e.Now()
	return e.Ledger.Commit(ctx, Changes{
		At: now, Entries: []models.Entry{models.EntryOf(d, models.EntryRefused, by, now, text)},
	})
}

// reopen asks again what expired or failed, so that it can be answered after all.
func (b *batch) reopen(d *models.Decision) error {
	b.moves[d.ID] = Move{Decision: *d, From: d.Version}
	b.newest[d.Item] = map[models.Action]models.Decision{d.Action: *d}
	if d.State == models.Expired || d.State == models.Failed {
		if err := d.To(models.Asked, b.now); err != nil {
			return err
		}
		b.move(*d, 0)
	}
	return nil
}

// answer adds the answer, and settles the decision when that is enough.
func (b *batch) answer(d *models.Decision, a models.Answer) error {
	enough, err := d.Agree(a)
	if err != nil {
		return err
	}
	if !enough {
		b.settle(*d, models.EntryAnswered, a.By, said(a)+" "+d.StillNeeded(d.Choice(a))+".")
		if d.ExpiresAt.After(b.now) { // the reminder there was is of the decision as it stood before
			b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectRemind, b.policy.halfway(b.now, d.ExpiresAt), b.now))
		}
		return nil
	}
	if err := b.answered(d, a); err != nil {
		return err
	}
	d.Final, d.Autonomous = d.Choice(a), false
	if err := d.To(models.Applying, b.now); err != nil {
		return err
	}
	b.vouch(*d)
	if d.Domain == models.Self {
		if err := b.settleLevel(d, a); err != nil {
			return err
		}
		b.settle(*d, models.EntryAnswered, a.By, said(a))
		return nil
	}
	_, writable := b.Sources.Writer(d.Source)
	d.Note = ""
	if d.Changes() && !writable {
		d.Note = "nothing can be written to " + d.Source + ": a person does it there"
	}
	if !d.Changes() || !writable {
		if err := d.To(models.Applied, b.now); err != nil {
			return err
		}
	} else {
		b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectApply, noTime, b.now))
	}
	b.settle(*d, models.EntryAnswered, a.By, said(a))
	return nil
}

// vouch puts the account of a payment on record that a person lets go although its account was what spoke against it: they
// have called the vendor back.
func (b *batch) vouch(d models.Decision) {
	p := b.payables.get(d.Item)
	about := d.Ruling.BankChanged() || slices.ContainsFunc(d.Reasons, func(r models.Reason) bool { return strings.HasPrefix(r.Code, "bank.") })
	if p != nil && about && d.Action == models.ActionHold && d.Final == models.ValueRelease {
		b.seeVendor(models.Event{At: b.now}, *p, true)
	}
}

func (b *batch) settle(d models.Decision, kind models.EntryKind, by models.Actor, text string) {
	b.move(d, 0)
	b.entry(d, kind, by, text)
	b.card(d)
}

// said gives an answer as a sentence for the timeline.
func said(a models.Answer) string {
	s := strings.ToUpper(a.Verb()[:1]) + a.Verb()[1:]
	if a.Reason != "" {
		s += " (" + a.Reason + ")"
	}
	if a.Via != "" {
		s += " in " + a.Via
	}
	if a.Note != "" {
		s += ": " + a.Note
	}
	return s + "."
}

// commit commits what an answer changed, and turns a lost race into the sentence that says who won it.
func (e *Engine) commit(ctx context.Context, b *batch, d models.Decision) error {
	err := e.Ledger.Commit(ctx, b.changes())
	if models.KindOf(err) != models.Conflict {
		return err
	}
	now, lost := e.Ledger.Decision(ctx, d.ID)
	if lost != nil {
		return lost
	}
	if now.Version == b.moves[d.ID].From {
		return errRaced
	}
	if now.State.Open() {
		return models.Errorf(models.Conflict, "This has changed since you saw it. Look again before you answer.")
	}
	return models.Errorf(models.Conflict, "%s", now.Standing(b.policy.Zone))
}

// commitChanged commits what today's facts ask instead, and reports the difference.
func (e *Engine) commitChanged(ctx context.Context, b *batch, d models.Decision, changed, err error) error {
	if err != nil {
		return err
	}
	if err := e.commit(ctx, b, d); err != nil {
		return err
	}
	return changed
}

// newer gives the newest decision about d's action of its item, if that is another than d: newest is what Reader.Newest
// gives of the item.
func newer(newest []models.Decision, d models.Decision) (models.Decision, bool) {
	i := slices.IndexFunc(newest, func(o models.Decision) bool { return o.Action == d.Action && o.ID != d.ID })
	if i < 0 {
		return models.Decision{}, false
	}
	return newest[i], true
}

// settledSince gives the newest decision about d's action of its item, if that is another than d and has taken effect.
func settledSince(newest []models.Decision, d models.Decision) (models.Decision, bool) {
	o, ok := newer(newest, d)
	return o, ok && (o.State == models.Applying || o.State == models.Applied)
}
