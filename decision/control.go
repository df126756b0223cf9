package decision

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"remit/models"
)

// All is the name by which every domain of the policy is paused or resumed at once.
const All models.Domain = "all"

// Report says what a kill switch did.
type Report struct {
	Switches []models.Switch   `json:"switches"`
	Recalled []models.Decision `json:"recalled"` // what was waiting or queued and asks now
	Left     []models.Effect   `json:"left"`     // what had already left within the last day, or was leaving
}

// leftWindow is how far back a kill switch lists what had already left.
const leftWindow = 24 * time.Hour

// controlTries is how often a kill switch is tried again when decisions move under it.
const controlTries = 20

// Pause turns a domain, or All, to asking at once: nothing new acts by itself, what waits or is queued is recalled and
// asks, and what had already left is listed. Only a manager may.
func (e *Engine) Pause(ctx context.Context, d models.Domain, by models.Person, why string) (Report, error) {
	return e.turn(ctx, d, by, why, true)
}

// Resume lets a domain act again within its remit. What was recalled stays asked. Only a manager may.
func (e *Engine) Resume(ctx context.Context, d models.Domain, by models.Person, why string) (Report, error) {
	return e.turn(ctx, d, by, why, false)
}

func (e *Engine) turn(ctx context.Context, d models.Domain, by models.Person, why string, paused bool) (Report, error) {
	if !by.Has(models.RoleManager) {
		return Report{}, models.Errorf(models.Denied, "Only a manager may pause or resume: %s is none.", by.Actor().Display())
	}
	if why == "" {
		return Report{}, models.FieldErrorf("reason", "say why")
	}
	domains, err := e.domains(d)
	if err != nil {
		return Report{}, err
	}
	for range controlTries {
		var report Report
		if report, err = e.tryTurn(ctx, domains, by, why, paused); models.KindOf(err) != models.Conflict {
			return report, err
		}
	}
	return Report{}, err
}

func (e *Engine) domains(d models.Domain) ([]models.Domain, error) {
	known := slices.Sorted(maps.Keys(e.Policy().Domains))
	switch {
	case d == All:
		return known, nil
	case slices.Contains(known, d):
		return []models.Domain{d}, nil
	}
	return nil, models.FieldErrorf("domain", "the policy names no domain %q; it names %v", d, known)
}

func (e *Engine) tryTurn(ctx context.Context, domains []models.Domain, by models.Person, why string, paused bool) (Report, error) {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return Report{}, err
	}
	var report Report
	kind, verb := models.EntryPaused, "paused"
	if !paused {
		kind, verb = models.EntryResumed, "resumed"
	}
	for _, d := range domains {
		sw := models.Switch{Domain: d, Paused: paused, By: by.Actor().Display(), Why: why, At: b.now.UTC()}
		report.Switches = append(report.Switches, sw)
		b.out.Entries = append(b.out.Entries, models.Entry{
			Kind: kind, By: by.Actor(), At: b.now, Text: fmt.Sprintf("%s was %s: %s", d, verb, why),
		})
		if !paused {
			continue
		}
		if err := b.recallAll(d, sw, &report); err != nil {
			return report, err
		}
	}
	b.out.Switches = report.Switches
	return report, e.Ledger.Commit(ctx, b.changes())
}

// recallAll takes back what waits or is queued in the domain, and lists what had already left.
func (b *batch) recallAll(d models.Domain, sw models.Switch, report *Report) error {
	recall, err := b.Ledger.InState(b.ctx, d, models.Waiting)
	if err != nil {
		return err
	}
	queued, err := b.Ledger.Leaving(b.ctx, d, models.EffectQueued, time.Time{})
	if err != nil {
		return err
	}
	for _, eff := range queued {
		dec, err := b.Ledger.Decision(b.ctx, eff.Ref)
		if err != nil {
			return err
		}
		if eff.Kind != models.EffectApply || dec.State != models.Applying {
			continue // an undo goes on: it takes back what remit did
		}
		b.out.Recalls = append(b.out.Recalls, eff.ID)
		recall = append(recall, dec)
	}
	for _, dec := range recall {
		if err := b.recalled(&dec, sw); err != nil {
			return err
		}
		report.Recalled = append(report.Recalled, dec)
	}
	return b.had(b.ctx, sw, report)
}

// had lists what had left, or was leaving, when a switch was set.
func (e *Engine) had(ctx context.Context, sw models.Switch, report *Report) error {
	for _, s := range []models.EffectState{models.EffectLeaving, models.EffectSent} {
		left, err := e.Ledger.Leaving(ctx, sw.Domain, s, sw.At.Add(-leftWindow))
		if err != nil {
			return err
		}
		for _, eff := range left {
			if !eff.MadeAt.After(sw.At) {
				report.Left = append(report.Left, eff)
			}
		}
	}
	return nil
}

// Recalled tells what a kill switch did that was set elsewhere, by another node or a command: what it recalled and still
// asks, and what had left.
func (e *Engine) Recalled(ctx context.Context, sw models.Switch) (Report, error) {
	sw.At = sw.At.UTC() // as it was when it was noted on what it recalled
	report := Report{Switches: []models.Switch{sw}}
	if !sw.Paused {
		return report, nil
	}
	asked, err := e.Ledger.InState(ctx, sw.Domain, models.Asked)
	if err != nil {
		return report, err
	}
	for _, d := range asked {
		if d.Note == sw.Display() {
			report.Recalled = append(report.Recalled, d)
		}
	}
	return report, e.had(ctx, sw, &report)
}

// recalled turns a decision that was about to act into one that asks. One that has been overtaken by a newer decision on
// the same, whatever became of that, asks nothing any more.
func (b *batch) recalled(d *models.Decision, sw models.Switch) error {
	newest, err := b.reader.Newest(b.ctx, []string{d.Item})
	if err != nil {
		return err
	}
	_, overtaken := newer(newest, *d)
	from := d.Version
	if d.State == models.Applying {
		if err := d.To(models.Failed, b.now); err != nil {
			return err
		}
	}
	d.Autonomous, d.Final, d.Answers, d.Note = false, "", nil, sw.Display()
	if overtaken {
		err = d.To(models.Superseded, b.now)
	} else {
		err = b.askInstead(d, sw)
	}
	if err != nil {
		return err
	}
	b.moves[d.ID] = Move{Decision: *d, From: from}
	b.entry(*d, models.EntryMoved, models.Remit, "Recalled before it left: "+sw.Display())
	b.card(*d)
	return nil
}

// askInstead puts a recalled decision before people.
func (b *batch) askInstead(d *models.Decision, sw models.Switch) error {
	if err := d.To(models.Asked, b.now); err != nil {
		return err
	}
	d.Ruling.Outcome = models.OutcomeAsk
	d.Ruling.Why = append(slices.Clone(d.Ruling.Why), sw.Display())
	if d.Ruling.Expires == 0 {
		d.Ruling.Expires = defaultExpires
	}
	d.ExpiresAt = b.policy.Due(b.now, d.Ruling.Expires, d.Ruling.Working)
	b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectExpire, d.ExpiresAt, b.now))
	return nil
}

// recall takes one queued effect back on account of a kill switch that was set before it was queued.
func (e *Engine) recall(ctx context.Context, eff models.Effect, d models.Decision, sw models.Switch) error {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	b.out.Recalls = []string{eff.ID}
	if err := b.recalled(&d, sw); err != nil {
		return err
	}
	return e.Ledger.Commit(ctx, b.changes())
}

// Undo takes back what a decision did, where it can be taken back and nobody has touched it since. Whoever may answer
// the decision, or a manager, may undo it.
func (e *Engine) Undo(ctx context.Context, id string, by models.Person, why string) (d models.Decision, err error) {
	err = again(func() error {
		d, err = e.tryUndo(ctx, id, by, why)
		return err
	})
	return d, err
}

func (e *Engine) tryUndo(ctx context.Context, id string, by models.Person, why string) (models.Decision, error) {
	d, err := e.Ledger.Decision(ctx, id)
	if err != nil {
		return d, err
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return d, err
	}
	if err := b.mayUndo(d, by); err != nil {
		return d, e.refuse(ctx, d, by.Actor(), err)
	}
	if err := b.untouched(d); err != nil {
		return d, err
	}
	from := d.Version
	d.Note = fmt.Sprintf("%s took it back", by.Actor().Display())
	if why != "" {
		d.Note += ": " + why
	}
	if err := d.To(models.Reverting, b.now); err != nil {
		return d, err
	}
	if d.Changes() {
		b.out.Effects = append(b.out.Effects, models.NewEffect(d, models.EffectRevert, noTime, b.now))
	} else if err := d.To(models.Reverted, b.now); err != nil {
		return d, err
	}
	b.newest[d.Item] = map[models.Action]models.Decision{}
	if d.Autonomous {
		if err := b.judged(&d, Undone(d, by.Actor(), b.now)); err != nil {
			return d, err
		}
	}
	b.move(d, from)
	b.entry(d, models.EntryUndone, by.Actor(), d.Note+".")
	b.out.Effects = append(b.out.Effects, e.cardIfAsked(d, b.now)...)
	return d, e.commit(ctx, b, d)
}

func (b *batch) mayUndo(d models.Decision, by models.Person) error {
	if by.Has(models.RoleManager) || by.Has(models.RoleApprover) && d.Ruling.Approval.Names(by) {
		return nil
	}
	return models.Errorf(models.Denied, "You may not undo this: ask a manager, or one of %v.", d.Ruling.Approval.From)
}

// untouched reports, as a Conflict, a decision that cannot be taken back: it was not carried out, its time has passed,
// or somebody has changed the same since.
func (b *batch) untouched(d models.Decision) error {
	if d.State != models.Applied {
		return models.Errorf(models.Conflict, "There is nothing to undo: %s", d.Standing(b.policy.Zone))
	}
	if !d.Undoable(b.now) {
		return models.Errorf(models.Conflict, "It is too late to undo this.")
	}
	newest, err := b.reader.Newest(b.ctx, []string{d.Item})
	if err != nil {
		return err
	}
	if o, ok := settledSince(newest, d); ok {
		return models.Errorf(models.Conflict, "It has been decided again since: undo that first (%s).", o.ID)
	}
	var f models.Facts
	ts, err := b.reader.Tickets(b.ctx, []string{d.Item})
	if err != nil {
		return err
	}
	if t, ok := ts[d.Item]; ok {
		f.Ticket = &t
	}
	ps, err := b.reader.Payables(b.ctx, []string{d.Item})
	if err != nil {
		return err
	}
	if p, ok := ps[d.Item]; ok {
		if !p.Open() {
			return models.Errorf(models.Conflict, "It is too late to undo this: the invoice was %s.", p.Status)
		}
		f.Payable = &p
	}
	if d.Domain.Other() {
		ss, err := b.reader.Submissions(b.ctx, []string{models.SubmissionID(d.Source, d.Proposal)})
		if err != nil {
			return err
		}
		for _, s := range ss {
			f.Submission = &s
		}
	}
	if now := f.Value(d.Action); d.Action != models.ActionReply && now != d.Final && now != d.Before {
		return models.Errorf(models.Conflict, "It has been changed to %q since, so it is not undone.", now)
	}
	return nil
}
