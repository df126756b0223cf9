package decision

import (
	"cmp"
	"context"
	"slices"

	"remit/models"
)

// WhatIf is a change to a pool's plan that somebody wants to see the price of; nothing is decided by it.
type WhatIf struct {
	Floor models.Money // in place of the policy's; the zero Money leaves it
	Item  string       // a payable to be paid on Day; "" for none
	Day   models.Day
}

// Any reports whether anything is to be tried.
func (w WhatIf) Any() bool { return w.Floor.Currency != "" || w.Item != "" }

// Outlook is a cash pool as it stands and is planned.
type Outlook struct {
	Pool        string
	Cash        models.Cash
	Cost, Bound models.Money // see models.Plan
	Lines       []OutlookLine
	Planned     []models.PlannedItem
	Receivables []models.Receivable  // still to come, each with what is left of it
	Unconfirmed []models.Payable     // set for a day that has passed, and nobody has said that they were paid
	Unmatched   []models.Transaction // entries of banks of which nobody knows what they were for, newest first
	Asks        []models.Decision    // open about the floor, or about cash that is not known: of the pool first, then of payments to hold
	If          *Tried               // nil where nothing was tried
}

// OutlookLine is a payable of a pool with what is planned for it.
type OutlookLine struct {
	Payable  models.Payable
	On       models.Day       // planned for, never a day that has passed; the day it is set to where the plan leaves it
	Decision *models.Decision // the newest about its day, nil where there is none
	Frozen   bool             // a person has set or agreed to its day
}

// Moves reports whether the plan would move it.
func (l OutlookLine) Moves() bool { return l.On != l.Payable.PayOn }

// Tried is what a WhatIf would come to.
type Tried struct {
	WhatIf
	Cash models.Cash
	Cost models.Money // against the plan; above nothing costs more
}

// Outlook plans a pool as it stands, and tries a change to it. Nothing is decided or kept. The error is Invalid for a change
// that cannot be, with why.
func (e *Engine) Outlook(ctx context.Context, id string, w WhatIf) (Outlook, error) {
	if _, _, ok := models.ParsePool(id); !ok {
		return Outlook{}, models.Errorf(models.NotFound, "There is no cash pool %q.", id)
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return Outlook{}, err
	}
	pool, err := b.pool(id)
	if err != nil {
		return Outlook{}, err
	}
	rules := b.policy.CashRules(b.now)
	plan := b.Payments.Plan(pool, rules)
	o := Outlook{Pool: id, Cash: plan.Cash, Cost: plan.Cost, Bound: plan.Bound, Planned: pool.Planned, Receivables: pool.Receivables}
	o.lines(b, pool, plan, rules.Today)
	if err := o.asks(b, pool); err != nil {
		return o, err
	}
	if o.Unmatched, err = e.Ledger.OpenTransactions(ctx, id); err != nil {
		return o, err
	}
	if !w.Any() {
		return o, nil
	}
	o.If, err = b.try(pool, rules, plan, w)
	return o, err
}

// lines gives the payables by the day they are planned for, and apart those whose day has passed unconfirmed.
func (o *Outlook) lines(b *batch, pool models.Pool, plan models.Plan, today models.Day) {
	moved := map[string]models.Day{}
	for _, pr := range plan.Proposals {
		moved[pr.Item] = models.Day(pr.Value)
	}
	for _, p := range pool.Payables {
		l := OutlookLine{Payable: p, On: p.PayOn, Frozen: pool.Chosen[p.ID]}
		if on, ok := moved[p.ID]; ok {
			l.On = on
		}
		if l.On < today {
			l.On = plan.On[p.ID] // none where it is not counted: held, or a credit note
		}
		if d, ok := b.newest[p.ID][models.ActionSchedule]; ok {
			l.Decision = &d
		}
		if p.Status != models.PayableHeld && p.PayOn.Valid() && p.PayOn < today && p.Amount.Minor > 0 {
			o.Unconfirmed = append(o.Unconfirmed, p)
		}
		o.Lines = append(o.Lines, l)
	}
	slices.SortStableFunc(o.Lines, func(x, y OutlookLine) int {
		return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Payable.ID, y.Payable.ID))
	})
}

func (o *Outlook) asks(b *batch, pool models.Pool) error {
	if err := b.loadNewest([]string{pool.ID}); err != nil {
		return err
	}
	if d, ok := b.newest[pool.ID][models.ActionCash]; ok && d.State.Open() {
		o.Asks = append(o.Asks, d)
	}
	for _, p := range pool.Payables {
		if d, ok := b.newest[p.ID][models.ActionHold]; ok && d.State.Open() && forFloor(d) {
			o.Asks = append(o.Asks, d)
		}
	}
	return nil
}

func (b *batch) try(pool models.Pool, rules models.CashRules, plan models.Plan, w WhatIf) (*Tried, error) {
	out := &Tried{WhatIf: w, Cash: plan.Cash}
	if w.Floor.Currency != "" {
		if w.Floor.Negative() {
			return nil, models.FieldErrorf("floor", "a floor is not below nothing")
		}
		rules.Floor, rules.Floors = w.Floor, nil
		again := b.Payments.Plan(pool, rules)
		out.Cash = again.Cash
		out.Cost = models.Money{Minor: again.Cost.Minor - plan.Cost.Minor, Currency: again.Cost.Currency}
	}
	if w.Item == "" {
		return out, nil
	}
	cost, cash, err := b.Payments.Price(pool, rules, w.Item, w.Day)
	if err != nil {
		return nil, models.Errorf(models.Invalid, "%s", models.SentenceOf(err))
	}
	out.Cash, out.Cost = cash, models.Money{Minor: out.Cost.Minor + cost.Minor, Currency: cost.Currency}
	return out, nil
}

// Together gives the cash of all the pools as one, in the base currency of the policy's rates or, without rates, in that of
// the first; see models.Together.
func (e *Engine) Together(ctx context.Context, pools []string) (models.Cash, error) {
	var all []models.Cash
	into := e.Policy().Rates.Base
	for _, id := range pools {
		o, err := e.Outlook(ctx, id, WhatIf{})
		if err != nil {
			return models.Cash{}, err
		}
		if _, c, _ := models.ParsePool(id); into == "" {
			into = c
		}
		all = append(all, o.Cash)
	}
	return models.Together(all, e.Policy().Rates, into), nil
}
