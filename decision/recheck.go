package decision

import (
	"fmt"
	"slices"
	"time"

	"remit/models"
)

// noTime is for effects that are due at once.
var noTime time.Time

// recheck judges the decision again on today's facts before a person's answer is carried out. changed is a Conflict that
// says what would differ now; the decision then asks that instead, and nothing is carried out. An answer that does what
// the facts still bear, or that overrides them within the guardrails, passes.
func (b *batch) recheck(d *models.Decision, a models.Answer) (changed, err error) {
	if d.Domain == models.Self {
		return b.recheckLevel(d, a)
	}
	pr, f, ok, err := b.judgeAgain(*d)
	if err != nil {
		return nil, err
	}
	if !ok {
		if a.Kind != models.AnswerApprove {
			return b.priceOverride(*d, a)
		}
		return b.withdraw(d, "on today's facts remit would no longer propose this"), nil
	}
	r, _, err := b.gate(pr, f, d.Source)
	if err != nil {
		return nil, err
	}
	asks := stricterThan(r, d.Ruling)
	if a.Kind == models.AnswerApprove && (pr.Value != d.Value || pr.Before != d.Before) {
		return b.refresh(d, pr, r, f, fmt.Sprintf("the facts have changed: remit would now say %s instead of %s", pr.Value, d.Value)), nil
	}
	if asks != "" {
		return b.refresh(d, pr, r, f, "on today's facts "+asks), nil
	}
	if a.Kind == models.AnswerOverride {
		return b.priceOverride(*d, a)
	}
	return nil, nil
}

// judgeAgain gives what would be proposed for the decision's action on today's facts; ok is false where nothing would.
func (b *batch) judgeAgain(d models.Decision) (pr models.Proposal, f models.Facts, ok bool, err error) {
	ev := models.Event{ID: d.EventID, Source: d.Source, Item: d.Item, Subject: d.Subject, At: b.now}
	snap, err := b.Ledger.Snapshot(b.ctx, d.FactsID)
	if err != nil {
		return pr, f, false, err
	}
	ev.Kind = snap.Facts.Event
	switch d.Action.Domain() {
	case models.Triage:
		if models.IsIncident(d.Item) {
			return b.incidentAgain(d)
		}
		pr, f, ok, err = b.ticketAgain(d, ev, snap.Facts)
	case models.Finance:
		if d.Action == models.ActionCash {
			pr, f, ok, err = b.poolAgain(d, ev)
			break
		}
		pr, f, ok, err = b.paymentAgain(d, ev)
	default:
		pr, f, ok, err = b.submissionAgain(d, ev)
	}
	pr.Segment = d.Segment
	return pr, f, ok, err
}

// ticketAgain judges a ticket on today's facts, but by the loads that were seen when it was made: what people were asked about
// does not go to somebody else because a ticket was closed meanwhile.
func (b *batch) ticketAgain(d models.Decision, ev models.Event, made models.Facts) (pr models.Proposal, f models.Facts, ok bool, err error) {
	if err := b.loadTickets([]string{d.Item}, nil); err != nil {
		return pr, f, false, err
	}
	t := b.tickets.get(d.Item)
	if t == nil || t.Closed() {
		return pr, f, false, nil
	}
	b.newest[d.Item] = map[models.Action]models.Decision{d.Action: d}
	said, err := b.adviceOn(d, made)
	if err != nil {
		return pr, f, false, err
	}
	j, err := b.judgeTicket(ev, *t, said, made.Loads)
	if err != nil {
		return pr, f, false, err
	}
	pr, ok = j.For(d.Action)
	return pr, j.Facts, ok, nil
}

func (b *batch) paymentAgain(d models.Decision, ev models.Event) (pr models.Proposal, f models.Facts, ok bool, err error) {
	if err := b.payables.load(b.ctx, []string{d.Item}, b.reader.Payables); err != nil {
		return pr, f, false, err
	}
	p := b.payables.get(d.Item)
	if p == nil || !p.Open() {
		return pr, f, false, nil
	}
	if err := b.vendors.load(b.ctx, []string{p.VendorID}, b.reader.Vendors); err != nil {
		return pr, f, false, err
	}
	j, err := b.judgePayable(ev, *p)
	if err != nil {
		return pr, f, false, err
	}
	if forFloor(d) && d.Before == models.ValueHold {
		return b.holdAgain(d, j.Facts)
	}
	if d.Action == models.ActionHold {
		pr, ok = j.For(models.ActionHold)
		if !ok && d.Value == models.ValueHold {
			// What made it stand out may have gone since, as an account does that the books have taken over: an anomaly
			// once found stays one until a person says otherwise.
			snap, err := b.Ledger.Snapshot(b.ctx, d.FactsID)
			return asked(d), snap.Facts, err == nil, err
		}
		return pr, j.Facts, ok, nil
	}
	pool, err := b.pool(p.Pool())
	if err != nil {
		return pr, f, false, err
	}
	plan := b.Payments.Plan(pool, b.policy.CashRules(b.now))
	f = j.Facts
	f.Cash = &plan.Cash
	if plan.Cash.Unknown != "" { // timing stands still, and what was asked stands until its day has passed
		return asked(d), f, models.Day(d.Value) >= b.policy.Today(b.now), nil
	}
	i := slices.IndexFunc(plan.Proposals, func(o models.Proposal) bool { return o.Item == d.Item })
	if i < 0 {
		return pr, f, false, nil
	}
	return plan.Proposals[i], f, true, nil
}

// poolAgain gives what is to be asked about a cash pool as it stands.
func (b *batch) poolAgain(d models.Decision, ev models.Event) (pr models.Proposal, f models.Facts, ok bool, err error) {
	pool, err := b.pool(d.Item)
	if err != nil {
		return pr, f, false, err
	}
	plan := b.Payments.Plan(pool, b.policy.CashRules(b.now))
	f = models.Facts{Now: b.now, Event: ev.Kind, EventAt: ev.At, Cash: &plan.Cash}
	if plan.Ask == nil {
		return pr, f, false, nil
	}
	return *plan.Ask, f, true, nil
}

// holdAgain gives what is to be said of the end of a hold for the floor as the pool stands.
func (b *batch) holdAgain(d models.Decision, f models.Facts) (models.Proposal, models.Facts, bool, error) {
	pool, err := b.pool(f.Payable.Pool())
	if err != nil {
		return models.Proposal{}, f, false, err
	}
	plan := b.Payments.Plan(pool, b.policy.CashRules(b.now))
	f.Cash = &plan.Cash
	if kept, ok := plan.Kept[d.Item]; ok {
		f.Cash = &kept
	}
	for _, pr := range plan.Holds {
		if pr.Item == d.Item {
			return pr, f, true, nil
		}
	}
	return models.Proposal{}, f, false, nil
}

// asked gives back the proposal that the decision was made of.
func asked(d models.Decision) models.Proposal {
	return models.Proposal{
		Action: d.Action, Item: d.Item, Value: d.Value, Before: d.Before, Confidence: d.Confidence, Reasons: d.Reasons,
		Options: d.Options, Segment: d.Segment, Model: d.Model, Stated: d.Stated, Reversible: d.Reversible,
	}
}

// stricterThan says in what the new ruling asks for more than the old one did; "" where it does not.
func stricterThan(now, was models.Ruling) string {
	for _, g := range now.Guardrails {
		if !slices.Contains(was.Guardrails, g) {
			return "a guardrail applies that did not before: " + g
		}
	}
	if now.Approval.Needed() > was.Approval.Needed() {
		return fmt.Sprintf("%d people must agree", now.Approval.Needed())
	}
	for _, q := range now.Approval.Each {
		if !slices.ContainsFunc(was.Approval.Quorums(), func(o models.Quorum) bool { return slices.Equal(o.From, q.From) && o.Count >= q.Count }) {
			return q.Display() + " must agree"
		}
	}
	if now.Approval.NotRequester && !was.Approval.NotRequester {
		return "whoever asked for the payment may not approve it"
	}
	return ""
}

// refresh asks what today's facts give in place of what was asked.
func (b *batch) refresh(d *models.Decision, pr models.Proposal, r models.Ruling, f models.Facts, why string) error {
	if d.State == models.Waiting {
		if err := d.To(models.Asked, b.now); err != nil {
			return err
		}
	}
	r.Outcome = models.OutcomeAsk // whatever the level: somebody is looking at it, and it just changed under them
	factsID := b.snapshot(models.SnapshotID(d.EventID, d.Item, d.Version+1), d.Item, f)
	if err := d.Refresh(pr, r, factsID, b.now); err != nil {
		return err
	}
	d.Policy, d.Build = b.policy.Version, b.Build // what ruled now is what a replay must rule by
	d.Autonomous, d.Final, d.ExpiresAt = false, "", b.policy.Due(b.now, r.Expires, r.Working)
	b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectExpire, d.ExpiresAt, b.now))
	b.settle(*d, models.EntryRefreshed, models.Remit, "Asked again: "+why+".")
	return models.Errorf(models.Conflict, "Nothing was done: %s. Look again before you answer.", why)
}

// withdraw closes a decision that today's facts no longer call for.
func (b *batch) withdraw(d *models.Decision, why string) error {
	d.Note = why
	if err := d.To(models.Superseded, b.now); err != nil {
		return err
	}
	b.settle(*d, models.EntryMoved, models.Remit, "Withdrawn: "+why+".")
	return models.Errorf(models.Conflict, "Nothing was done: %s.", why)
}

// priceOverride says, as a Conflict, that a pay day chosen by a person would break the floor, unless they have said that
// they know. Other overrides pass.
func (b *batch) priceOverride(d models.Decision, a models.Answer) (changed, err error) {
	if d.Action != models.ActionSchedule || a.Reason == models.ReasonBelowFloor {
		return nil, nil
	}
	p := b.payables.get(d.Item)
	if p == nil {
		return models.Errorf(models.Conflict, "The invoice is no longer known."), nil
	}
	pool, err := b.pool(p.Pool())
	if err != nil {
		return nil, err
	}
	_, cash, err := b.Payments.Price(pool, b.policy.CashRules(b.now), d.Item, models.Day(a.Value))
	if err != nil {
		return models.Errorf(models.Invalid, "%s", models.SentenceOf(err)), nil
	}
	if breach := b.policy.Domains[models.Finance].Cash.Breach; cash.Unknown == "" && cash.Breach > breach {
		return models.Errorf(models.Conflict,
			"Paying on %s leaves %s on %s, below the floor of %s. If you mean it, answer again with the reason %q.",
			models.Day(a.Value).Display(), cash.Low.Display(), cash.LowOn.Display(), cash.Floor.Display(), models.ReasonBelowFloor), nil
	}
	return nil, nil
}
