package decision

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"remit/models"
)

// PayRun is a pool's pay run of a day: the payments whose day waits for an answer, and those that leave on the next bank
// day as things stand.
type PayRun struct {
	Pool    string
	Day     models.Day
	Asked   []models.Decision
	Leaving []models.Payable
	Sum     models.Money // of those that leave
	Cash    models.Cash
}

// PayRunDue reports whether it is the hour of the pay run, or later, on a bank day; never where the policy names no hour.
func (p *Policy) PayRunDue(now time.Time) bool {
	d, ok := p.Domains[models.Finance]
	at := now.In(p.Zone)
	return ok && d.PayRun > 0 && sinceMidnight(at) >= d.PayRun && p.Calendar.Business(p.Today(now))
}

// TakePayRun gives the pay run of a pool for today, once: whoever takes it first, on whichever node, shows it. ok is false
// where it was taken, or where there is nothing to show.
func (e *Engine) TakePayRun(ctx context.Context, pool string) (run PayRun, ok bool, err error) {
	now := e.Now()
	o, err := e.Outlook(ctx, pool, WhatIf{})
	if err != nil {
		return run, false, err
	}
	policy := e.Policy()
	run = PayRun{Pool: pool, Day: policy.Today(now), Cash: o.Cash}
	run.fill(o, policy)
	if len(run.Asked) == 0 && len(run.Leaving) == 0 {
		return run, false, nil
	}
	err = e.Ledger.Commit(ctx, Changes{At: now, Spends: []Spend{{Budget: fmt.Sprintf("payrun/%s/%s", run.Day, pool), N: 1, Limit: 1}}})
	if models.KindOf(err) == models.Conflict {
		return run, false, nil
	}
	return run, err == nil, err
}

// fill sorts the pool's payments: what is asked, largest first, and what leaves until the next bank day.
func (r *PayRun) fill(o Outlook, p *Policy) {
	next := r.Day.Add(1)
	for range 30 {
		if p.Calendar.Business(next) {
			break
		}
		next = next.Add(1)
	}
	for _, l := range o.Lines {
		if d := l.Decision; d != nil && (d.State == models.Asked || d.State == models.Expired) {
			r.Asked = append(r.Asked, *d)
		}
		if l.Payable.Status == models.PayableHeld || !l.Payable.PayOn.Valid() || l.Payable.PayOn > next || l.Payable.Amount.Minor <= 0 {
			continue
		}
		r.Leaving = append(r.Leaving, l.Payable)
		if sum, err := r.Sum.Add(l.Payable.Amount); err == nil {
			r.Sum = sum
		}
	}
	amount := map[string]int64{}
	for _, l := range o.Lines {
		amount[l.Payable.ID] = l.Payable.Amount.Minor
	}
	slices.SortStableFunc(r.Asked, func(a, b models.Decision) int { return cmp.Compare(amount[b.Item], amount[a.Item]) })
}

// Breach says how likely the floor is broken, in per cent; 0 where nothing is known.
func (r PayRun) Breach() int { return int(math.Round(r.Cash.Breach * 100)) }
