package decision

import (
	"maps"
	"slices"

	"remit/models"
)

// touchPool notes that a pool has to be planned again, on account of the event.
func (b *batch) touchPool(pool string, ev models.Event) { b.pools[pool] = ev }

// replan plans each pool that the batch has touched, once.
func (b *batch) replan() error {
	if _, ok := b.policy.Delegation(models.ActionSchedule); !ok {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(b.pools)) {
		if err := b.replanPool(id, b.pools[id]); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) replanPool(id string, ev models.Event) error {
	pool, err := b.pool(id)
	if err != nil {
		return err
	}
	plan := b.Payments.Plan(pool, b.policy.CashRules(b.now))
	if err := b.loadNewest([]string{id}); err != nil {
		return err
	}
	if plan.Cash.Unknown != "" {
		if err := b.standStill(pool, plan.Cash); err != nil {
			return err
		}
		return b.askPool(ev, pool, plan, false)
	}
	if err := b.loadSpent(itemsOf(append(slices.Clone(plan.Proposals), plan.Holds...))); err != nil {
		return err
	}
	moved := map[string]bool{}
	for _, pr := range plan.Proposals {
		moved[pr.Item] = true
		if err := b.reschedule(ev, pr, plan.Cash); err != nil {
			return err
		}
	}
	for _, p := range pool.Payables {
		if !moved[p.ID] {
			b.supersede(p.ID, models.ActionSchedule, "the plan no longer moves it")
		}
	}
	return b.escalate(ev, pool, plan)
}

// standStill leaves what is open about the pool's payments as it is while nothing can be said of its cash: what was asked
// says so, and what was about to be done is asked.
func (b *batch) standStill(pool models.Pool, cash models.Cash) error {
	for _, p := range pool.Payables {
		d, ok := b.newest[p.ID][models.ActionSchedule]
		if !ok || d.State != models.Asked && d.State != models.Waiting {
			continue
		}
		if models.Day(d.Value) < b.policy.Today(b.now) {
			b.supersede(p.ID, models.ActionSchedule, "its day has passed, and nothing can be said of the cash: "+cash.Unknown)
			continue
		}
		if d.State == models.Asked && slices.Contains(d.Ruling.Guardrails, guardUnknown) {
			continue
		}
		f, err := b.factsOf(d)
		if err != nil {
			return err
		}
		f.Now, f.Cash, f.Payable = b.now, &cash, b.payables.get(p.ID)
		r, _, err := b.gate(asked(d), f, d.Source)
		if err != nil {
			return err
		}
		if _, moved := b.moves[d.ID]; !moved {
			b.moves[d.ID] = Move{Decision: d, From: d.Version}
		}
		_ = b.refresh(&d, asked(d), r, f, "nothing can be said of the cash: "+cash.Unknown) // its error is for whoever clicked
	}
	return nil
}

func itemsOf(prs []models.Proposal) []string {
	var items []string
	for _, pr := range prs {
		items = append(items, pr.Item)
	}
	return items
}

// reschedule proposes a pay day of the plan, unless the same day is asked for or on its way already on facts that rule
// the same.
func (b *batch) reschedule(ev models.Event, pr models.Proposal, cash models.Cash) error {
	p := b.payables.get(pr.Item)
	if err := b.vendors.load(b.ctx, []string{p.VendorID}, b.reader.Vendors); err != nil {
		return err
	}
	j, err := b.judgePayable(ev, *p)
	if err != nil {
		return err
	}
	f := j.Facts
	f.Cash = &cash
	if was, ok := b.newest[pr.Item][models.ActionSchedule]; ok && was.State.Open() && was.Value == pr.Value {
		pr.Segment = was.Segment
		r, _, err := b.gate(pr, f, p.Source)
		if err != nil {
			return err
		}
		if sameAsk(was.Ruling, r) {
			return nil
		}
	}
	ev.Source, ev.Item = p.Source, p.ID
	return b.propose(ev, pr, f, b.snapshot(models.SnapshotID(ev.ID, p.ID, 1), p.ID, f))
}

// sameAsk reports whether two rulings would put the same question to the same people.
func sameAsk(a, b models.Ruling) bool {
	return a.Outcome == b.Outcome && slices.Equal(a.Guardrails, b.Guardrails) && slices.Equal(a.Approval.From, b.Approval.From) &&
		a.Approval.Needed() == b.Approval.Needed() && a.Approval.NotRequester == b.Approval.NotRequester &&
		slices.EqualFunc(a.Approval.Each, b.Approval.Each, func(x, y models.Quorum) bool { return x.Count == y.Count && slices.Equal(x.From, y.From) })
}

// pool gives a cash pool as it is after what the batch has changed, and with what is settled but not yet known to be out
// taken for done. A payable with an anomaly that waits for its answer counts as held: it is not timed meanwhile.
func (b *batch) pool(id string) (models.Pool, error) {
	pool, err := b.reader.Pool(b.ctx, id)
	if err != nil {
		return pool, err
	}
	pool.ID, pool.Now = id, b.now
	pool.Payables = overlay(pool.Payables, b.payables.changed(), func(p models.Payable) (string, bool) { return p.ID, p.Pool() == id && p.Open() })
	pool.Receivables = overlay(pool.Receivables, b.receivables.changed(), func(r models.Receivable) (string, bool) { return r.ID, r.Pool() == id && r.Open() })
	pool.Balances = overlay(pool.Balances, b.balances.changed(), func(x models.Balance) (string, bool) { return x.ID, x.Pool() == id })
	b.since(&pool)
	b.lately(&pool)
	var items []string
	for _, p := range pool.Payables {
		items = append(items, p.ID)
		if b.payables.facts == nil {
			b.payables.facts = map[string]models.Payable{}
		}
		if b.payables.get(p.ID) == nil {
			b.payables.facts[p.ID] = p
		}
	}
	if err := b.loadNewest(items); err != nil {
		return pool, err
	}
	for i, r := range pool.Receivables {
		pool.Receivables[i].Amount = r.Rest()
	}
	var vendors []string
	pool.Chosen, pool.Vendors, pool.Ends = map[string]bool{}, map[string]models.Vendor{}, map[string]models.Day{}
	for i, p := range pool.Payables {
		if until, held := b.policy.holdsForFloor(b.newest[p.ID][models.ActionHold]); held && p.Status == models.PayableHeld {
			pool.Ends[p.ID] = until
		}
		pool.Payables[i] = settledOn(p, b.newest[p.ID])
		pool.Payables[i].Amount = p.Rest()
		pool.Chosen[p.ID] = chosen(b.newest[p.ID][models.ActionSchedule])
		vendors = append(vendors, p.VendorID)
	}
	if err := b.vendors.load(b.ctx, vendors, b.reader.Vendors); err != nil {
		return pool, err
	}
	for _, id := range vendors {
		if v := b.vendors.get(id); v != nil {
			pool.Vendors[id] = *v
		}
	}
	return pool, nil
}

// since has what moved cash since the balances were told be as the batch has changed it, the balances among it.
func (b *batch) since(pool *models.Pool) {
	oldest, _ := pool.OldestBalance()
	pool.Since.Transactions = overlay(pool.Since.Transactions, b.transactions.changed(), func(t models.Transaction) (string, bool) {
		return t.ID, t.Pool() == pool.ID && t.BookedOn > oldest
	})
	pool.Since.Payables = overlay(pool.Since.Payables, b.payables.changed(), func(p models.Payable) (string, bool) {
		return p.ID, p.Pool() == pool.ID && p.PaidOn > oldest
	})
	pool.Since.Receivables = overlay(pool.Since.Receivables, b.receivables.changed(), func(r models.Receivable) (string, bool) {
		return r.ID, r.Pool() == pool.ID && r.PaidOn > oldest
	})
}

// LatelyDays is how long ago a payment may be that something still planned was for: rent that was paid early, say.
const LatelyDays = 31

// lately has the invoices that were paid lately be as the batch has changed them.
func (b *batch) lately(pool *models.Pool) {
	if len(pool.Planned) == 0 {
		return
	}
	since := models.DayOf(b.now.UTC()).Add(-LatelyDays)
	pool.Lately.Payables = overlay(pool.Lately.Payables, b.payables.changed(), func(p models.Payable) (string, bool) {
		return p.ID, p.Pool() == pool.ID && p.Status == models.PayablePast && p.PaidOn >= since
	})
	pool.Lately.Receivables = overlay(pool.Lately.Receivables, b.receivables.changed(), func(r models.Receivable) (string, bool) {
		return r.ID, r.Pool() == pool.ID && !r.Cancelled && r.PaidOn >= since
	})
}

// chosen reports a pay day that a person has set or agreed to, here or upstream, or taken remit's back to: it is not
// remit's to move again.
func chosen(d models.Decision) bool {
	_, answered := d.Settled()
	return answered || d.State == models.Reverted || d.State == models.Reverting
}

// overlay gives the facts with those of the batch in place of the database's, by id. in says which belong.
func overlay[T any](stored, changed []T, in func(T) (id string, ok bool)) []T {
	byID := map[string]T{}
	for _, v := range stored {
		id, _ := in(v)
		byID[id] = v
	}
	for _, v := range changed {
		id, ok := in(v)
		delete(byID, id)
		if ok {
			byID[id] = v
		}
	}
	out := make([]T, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		out = append(out, byID[id])
	}
	return out
}

// settledOn gives the payable with the newest settled decisions about it taken for done.
func settledOn(p models.Payable, newest map[models.Action]models.Decision) models.Payable {
	if d, ok := newest[models.ActionHold]; ok {
		pending := d.State.Open() && !forFloor(d)
		if pending || underway(d, p) && d.Final == models.ValueHold {
			p.Status = models.PayableHeld
		} else if underway(d, p) {
			p.Status = models.PayableOpen
		}
	}
	if d, ok := newest[models.ActionSchedule]; ok && underway(d, p) && models.Day(d.Before) == p.PayOn {
		p.PayOn = models.Day(d.Final)
	}
	return p
}

// underway reports a decision whose effect is settled but has not come back as a fact about p yet.
func underway(d models.Decision, p models.Payable) bool {
	return d.State == models.Applying || d.State == models.Applied && d.UpdatedAt.After(p.UpdatedAt)
}
