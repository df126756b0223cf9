package decision

import (
	"context"
	"time"

	"remit/models"
)

// PayRun is a pool's pay run: what leaves until the next bank day as things stand, and the days that wait for an answer.
type PayRun struct {
	Pool     string
	Day      models.Day // the next bank day
	Leaving  []models.Payable
	Held     []models.Payable
	Asked    []models.Decision
	Answered []models.Decision // pay days that people have settled today
	Sum      models.Money      // of those that leave
	Cash     models.Cash
}

// Empty reports a pay run that nobody need look at.
func (r PayRun) Empty() bool { return len(r.Leaving) == 0 && len(r.Asked) == 0 && len(r.Answered) == 0 }

// PayRunDue reports whether it is the hour of the pay run, or later, on a bank day; never where the policy names no hour.
func (p *Policy) PayRunDue(now time.Time) bool {
	d, ok := p.Domains[models.Finance]
	at := now.In(p.Zone)
	return ok && d.PayRun > 0 && sinceMidnight(at) >= d.PayRun && p.Calendar.Business(p.Today(now))
}

// closedAtMost is how many days in a row banks are believed to be closed.
const closedAtMost = 30

// nextBankDay gives the first bank day after a day.
func (p *Policy) nextBankDay(d models.Day) models.Day {
	next := d.Add(1)
	for range closedAtMost {
		if p.Calendar.Business(next) {
			return next
		}
		next = next.Add(1)
	}
	return d.Add(1)
}

// settledByPeople reports a decision that a person of ours has settled on a day.
func settledByPeople(d models.Decision, p *Policy, day models.Day) bool {
	a, settled := d.Settled()
	return settled && a.Kind != models.AnswerUpstream && p.Today(a.At) == day
}

// PayRun gives a pool's pay run as things stand. What was set for a day that has passed is not among what leaves: it is said
// to be unconfirmed elsewhere.
func (e *Engine) PayRun(ctx context.Context, pool string) (PayRun, error) {
	o, err := e.Outlook(ctx, pool, WhatIf{})
	if err != nil {
		return PayRun{}, err
	}
	policy := e.Policy()
	today := policy.Today(e.Now())
	run := PayRun{Pool: pool, Day: policy.nextBankDay(today), Cash: o.Cash}
	for _, l := range o.Lines {
		p := l.Payable
		if d := l.Decision; d != nil && (d.State == models.Asked || d.State == models.Expired) {
			run.Asked = append(run.Asked, *d)
		} else if d != nil && settledByPeople(*d, policy, today) {
			run.Answered = append(run.Answered, *d)
		}
		switch {
		case !p.PayOn.Valid() || p.PayOn > run.Day || p.PayOn < today || p.Amount.Minor <= 0:
		case p.Status == models.PayableHeld:
			run.Held = append(run.Held, p)
		default:
			run.Leaving = append(run.Leaving, p)
			if sum, err := run.Sum.Add(p.Amount); err == nil {
				run.Sum = sum
			}
		}
	}
	return run, nil
}
