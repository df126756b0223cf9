package decision

import (
	"context"
	"fmt"
	"strings"
	"time"

	"remit/models"
)

// The engine's part of the effects: each is called by the queue with an effect's id, may be called again after any
// failure or crash, and does nothing for an effect that is done or recalled.

// Apply writes a settled decision to its provider, or takes it back, and notes that it got out. The fingerprints of
// what will echo, and that the effect is leaving, are committed before the provider is called, so that a kill switch
// knows what it can still recall.
func (e *Engine) Apply(ctx context.Context, effectID string) error {
	eff, d, err := e.pending(ctx, effectID)
	if err != nil || d.ID == "" {
		return err
	}
	want := models.Applying
	if eff.Kind == models.EffectRevert {
		want = models.Reverting
	}
	if d.State != want {
		return e.done(ctx, eff)
	}
	if eff.State == models.EffectQueued {
		if stop, err := e.stopped(ctx, eff, d); stop || err != nil {
			return err
		}
	}
	if models.IsIncident(d.Item) {
		return e.applyIncident(ctx, eff, d)
	}
	writer, ok := e.Sources.Writer(d.Source)
	if !ok {
		return models.Errorf(models.Invalid, "%s can no longer be written to", d.Source)
	}
	w, err := e.write(ctx, eff, d)
	if err != nil {
		return err
	}
	leaving := Changes{At: e.Now(), Leaving: []string{eff.ID}, Echoes: writer.Echoes(w)}
	if d.Autonomous && eff.Kind == models.EffectApply && eff.State == models.EffectQueued {
		leaving.Running = []models.Domain{d.Domain}
	}
	if err := e.Ledger.Commit(ctx, leaving); err != nil {
		return retryable(err)
	}
	if err := writer.Apply(ctx, w); err != nil {
		return fmt.Errorf("write %s to %s: %w", d.Action, d.Source, err)
	}
	return retryable(e.wrote(ctx, eff, d, w))
}

// retryable makes a lost race worth another try: the effect is looked at anew then.
func retryable(err error) error {
	if models.KindOf(err) == models.Conflict {
		return models.Errorf(models.Unavailable, "it changed meanwhile: %w", err)
	}
	return err
}

// pending gives an effect that is still to be done, and its decision; no decision where there is nothing to do.
func (e *Engine) pending(ctx context.Context, effectID string) (models.Effect, models.Decision, error) {
	eff, err := e.Ledger.Effect(ctx, effectID)
	if err != nil || eff.State != models.EffectQueued && eff.State != models.EffectLeaving {
		return eff, models.Decision{}, err
	}
	d, err := e.Ledger.Decision(ctx, eff.Ref)
	return eff, d, err
}

func (e *Engine) done(ctx context.Context, eff models.Effect) error {
	return retryable(e.Ledger.Commit(ctx, Changes{At: e.Now(), Sent: []string{eff.ID}}))
}

// stopped takes an effect out of the way that must not leave any more: its domain was paused before it was tried, or a
// newer decision about the same has taken effect.
func (e *Engine) stopped(ctx context.Context, eff models.Effect, d models.Decision) (bool, error) {
	newest, err := e.Ledger.Newest(ctx, []string{d.Item})
	if err != nil {
		return false, err
	}
	if _, ok := settledSince(newest, d); ok {
		return true, retryable(e.fail(ctx, eff, d, "a newer decision about the same came first"))
	}
	switches, err := e.Ledger.Switches(ctx)
	if err != nil {
		return false, err
	}
	if sw := switches[d.Domain]; sw.Paused && d.Autonomous && eff.Kind == models.EffectApply {
		return true, retryable(e.recall(ctx, eff, d, sw))
	}
	stop, err := e.overruled(ctx, eff, d)
	return stop, retryable(err)
}

func (e *Engine) write(ctx context.Context, eff models.Effect, d models.Decision) (models.Write, error) {
	w := models.Write{Key: eff.ID, Action: d.Action, Value: d.Final, Before: d.Before, Item: d.Item, Note: note(d)}
	if a, ok := d.Settled(); ok {
		w.By = a.By
	} else {
		w.By = models.Remit
	}
	if eff.Kind == models.EffectRevert {
		w.Value, w.Before, w.Undo = d.Before, d.Final, true
		w.Note = "remit: undone. " + d.Note
	}
	if d.Domain.Other() {
		return w, e.addTidings(ctx, &w, d)
	}
	switch d.Action.Domain() {
	case models.Triage:
		ts, err := e.Ledger.Tickets(ctx, []string{d.Item})
		if t, ok := ts[d.Item]; ok {
			w.Ticket = &t
			w.Assignee = assignee(d, t, w.Undo)
			if d.Action == models.ActionPriority {
				w.Due = e.Policy().TriageRules().DueFor(t, models.Priority(w.Value))
			}
		}
		return w, err
	case models.Finance:
		ps, err := e.Ledger.Payables(ctx, []string{d.Item})
		if p, ok := ps[d.Item]; ok {
			w.Pay = &p
		}
		return w, err
	}
	return w, nil
}

// assignee gives whom a route gives the ticket to, or takes it from. What remit itself proposed does not take it from somebody who
// has it by now; what a person chose does.
func assignee(d models.Decision, t models.Ticket, undo bool) string {
	to, holder := d.GoesTo(), t.Assignee
	a, _ := d.Settled()
	if undo && holder != to || !undo && holder != "" && a.Assignee == "" && holder != to {
		return ""
	}
	return to
}

// note gives the reasons in plain words, for whoever reads the item at its provider.
func note(d models.Decision) string {
	var s strings.Builder
	fmt.Fprintf(&s, "remit: %s", d.Action)
	if d.Action != models.ActionReply { // the draft itself goes with it anyway
		fmt.Fprintf(&s, " %s", d.Final)
	}
	if d.Before != "" {
		fmt.Fprintf(&s, " (was %s)", d.Before)
	}
	if a, ok := d.Settled(); ok {
		fmt.Fprintf(&s, ", %s by %s", a.Verb(), a.By.Display())
	} else {
		fmt.Fprintf(&s, ", %.0f %% sure", d.Confidence*100)
	}
	for _, r := range d.Reasons {
		fmt.Fprintf(&s, "\n- %s", r.Text)
	}
	return s.String()
}

// wrote notes that a write got out, and lets the fact follow through the inbox.
func (e *Engine) wrote(ctx context.Context, eff models.Effect, d models.Decision, w models.Write) error {
	from, now := d.Version, e.Now()
	to, text := models.Applied, fmt.Sprintf("%s %s was written to %s.", d.Action, w.Value, d.Source)
	if w.Undo {
		to, text = models.Reverted, fmt.Sprintf("Undone: %s is %s again in %s.", d.Action, w.Value, d.Source)
	}
	if err := d.To(to, now); err != nil {
		return err
	}
	return e.Ledger.Commit(ctx, Changes{
		At: now, Sent: []string{eff.ID}, Moves: []Move{{Decision: d, From: from}},
		Entries:    []models.Entry{models.EntryOf(d, models.EntryMoved, models.Remit, now, text)},
		Deliveries: []models.Delivery{e.appliedDelivery(d, eff.ID, w)},
		Effects:    e.cardIfAsked(d, now),
	})
}

// cardIfAsked brings a card up to date where there is one: where somebody was asked, or told of a veto window.
func (e *Engine) cardIfAsked(d models.Decision, now time.Time) []models.Effect {
	if d.Autonomous && d.Ruling.Outcome == models.OutcomeAct && d.State != models.Failed {
		return nil
	}
	return []models.Effect{models.NewEffect(d, models.EffectCard, noTime, now)}
}

// GiveUp is called when an effect has failed for good. A write that did not get out is put before people; a fetch that
// did not lets the event be decided on what it told.
func (e *Engine) GiveUp(ctx context.Context, effectID string, cause error) error {
	eff, err := e.Ledger.Effect(ctx, effectID)
	if err != nil || eff.State != models.EffectQueued && eff.State != models.EffectLeaving {
		return err
	}
	switch eff.Kind {
	case models.EffectApply, models.EffectRevert:
		d, err := e.Ledger.Decision(ctx, eff.Ref)
		if err != nil {
			return err
		}
		return e.fail(ctx, eff, d, "it could not be written to "+d.Source+": "+models.SentenceOf(cause))
	case models.EffectAdvise:
		return e.advise(ctx, eff, e.unasked("it could not be asked"), Changes{Dead: []string{eff.ID}})
	case models.EffectFetch:
		thin, err := e.Ledger.Delivery(ctx, eff.Ref)
		if err != nil {
			return err
		}
		return e.Ledger.Commit(ctx, Changes{
			At: e.Now(), Dead: []string{eff.ID}, Deliveries: []models.Delivery{e.unfetchedDelivery(thin, eff.ID)},
		})
	}
	return e.Ledger.Commit(ctx, Changes{At: e.Now(), Dead: []string{eff.ID}})
}

// fail puts a decision whose effect did not get out before people.
func (e *Engine) fail(ctx context.Context, eff models.Effect, d models.Decision, why string) error {
	from, now := d.Version, e.Now()
	d.Note = why
	if err := d.To(models.Failed, now); err != nil {
		return e.Ledger.Commit(ctx, Changes{At: now, Dead: []string{eff.ID}})
	}
	newest, err := e.Ledger.Newest(ctx, []string{d.Item})
	if err != nil {
		return err
	}
	if _, overtaken := newer(newest, d); overtaken {
		if err := d.To(models.Superseded, now); err != nil {
			return err
		}
	}
	return e.Ledger.Commit(ctx, Changes{
		At: now, Dead: []string{eff.ID}, Moves: []Move{{Decision: d, From: from}},
		Entries: []models.Entry{models.EntryOf(d, models.EntryMoved, models.Remit, now, "Failed: "+why+".")},
		Effects: append(e.tell(d, now), models.NewEffect(d, models.EffectCard, noTime, now)),
	})
}

// Expire ends an ask that nobody answered in time, or asks the next of its chain. Nothing is carried out: silence never
// acts.
func (e *Engine) Expire(ctx context.Context, effectID string) error {
	eff, d, err := e.pending(ctx, effectID)
	if err != nil || d.ID == "" {
		return err
	}
	now, from := e.Now(), d.Version
	if d.State != models.Asked || d.ExpiresAt.After(now) {
		return e.done(ctx, eff)
	}
	text := "Nobody answered in time; nothing was done."
	if err := d.To(models.Expired, now); err != nil {
		return err
	}
	c := Changes{At: now, Sent: []string{eff.ID}}
	if next, ok := d.Ruling.Next(); ok {
		text = fmt.Sprintf("Nobody answered in time; %s is asked too.", d.Ruling.Chain[0].To)
		if err := d.To(models.Asked, now); err != nil {
			return err
		}
		wait, working := e.patience(next, d)
		d.Pass(next, e.Policy().Due(now, wait, working))
		c.Effects = append(c.Effects, models.NewEffect(d, models.EffectExpire, d.ExpiresAt, now), models.NewEffect(d, models.EffectTurn, noTime, now))
	}
	c.Moves = []Move{{Decision: d, From: from}}
	c.Entries = []models.Entry{models.EntryOf(d, models.EntryMoved, models.Remit, now, text)}
	c.Effects = append(e.Policy().reminded(c.Effects, now), models.NewEffect(d, models.EffectCard, noTime, now))
	c.Effects = append(c.Effects, e.tell(d, now)...)
	return retryable(e.Ledger.Commit(ctx, c))
}

// patience gives how long a rung of a chain waits, and whether in working hours only: until the next, and on the last as
// long as any ask of the domain.
func (e *Engine) patience(r models.Ruling, d models.Decision) (wait time.Duration, working bool) {
	if len(r.Chain) > 0 {
		return r.Chain[0].After, r.Chain[0].Working
	}
	if dom, ok := e.Policy().Domains[d.Domain]; ok {
		return dom.Expires, dom.ExpiresWorking
	}
	return defaultExpires, false
}

// ActAt ends a veto window: what nobody stopped is carried out if today's facts and the policy still let it, and asked
// otherwise.
func (e *Engine) ActAt(ctx context.Context, effectID string) error {
	eff, d, err := e.pending(ctx, effectID)
	if err != nil || d.ID == "" {
		return err
	}
	if d.State != models.Waiting || d.ActAt.After(e.Now()) {
		return e.done(ctx, eff)
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	if err := b.reopen(&d); err != nil {
		return err
	}
	b.out.Sent = []string{eff.ID}
	if err := b.windowEnds(&d); err != nil {
		return err
	}
	return retryable(e.Ledger.Commit(ctx, b.changes()))
}

func (b *batch) windowEnds(d *models.Decision) error {
	pr, f, ok, err := b.judgeAgain(*d)
	if err != nil {
		return err
	}
	if !ok {
		_ = b.withdraw(d, "on today's facts remit would no longer propose this") // its error is for whoever clicked
		return nil
	}
	// What it takes of the caps was taken when the window began.
	r, err := b.gateAgain(pr, f, d.Source)
	if err != nil {
		return err
	}
	if pr.Value != d.Value || !r.Acts() {
		_ = b.refresh(d, pr, r, f, strings.Join(r.Why, " "))
		return nil
	}
	if err := b.act(d, nil); err != nil {
		return err
	}
	b.settle(*d, models.EntryMoved, models.Remit, "The window passed and nobody stopped it.")
	return nil
}

// Fetch asks a provider for what a thin event lacks, and lets it come through the inbox.
func (e *Engine) Fetch(ctx context.Context, effectID string) error {
	eff, err := e.Ledger.Effect(ctx, effectID)
	if err != nil || eff.State != models.EffectQueued && eff.State != models.EffectLeaving {
		return err
	}
	thin, err := e.Ledger.Delivery(ctx, eff.Ref)
	if err != nil {
		return err
	}
	fetcher, ok := e.Sources.Fetcher(thin.Source)
	if !ok {
		return models.Errorf(models.Invalid, "%s can no longer be asked", thin.Source)
	}
	evs, err := e.translate(thin)
	if err != nil {
		return err
	}
	c := Changes{At: e.Now(), Sent: []string{eff.ID}}
	for _, ev := range evs {
		ds, err := fetcher.Fetch(ctx, ev)
		if err != nil {
			return fmt.Errorf("fetch %v from %s: %w", ev.Lacks, ev.Source, err)
		}
		c.Deliveries = append(c.Deliveries, ds...)
	}
	return retryable(e.Ledger.Commit(ctx, c))
}
