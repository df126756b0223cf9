package decision

import (
	"fmt"
	"math"
	"time"

	"remit/models"
)

// Alerts bound how often people are shown an anomaly. What is beyond the bound is recorded and not shown, but for cases
// that a guardrail applies to: those are always shown and do not count. The zero value is no bound.
type Alerts struct {
	PerDay int64   // so many a day
	FDR    float64 // so large a share of a month's may turn out to be nothing (false discovery rate)
}

type alertsFile struct {
	PerDay int64   `yaml:"per_day"`
	FDR    percent `yaml:"fdr"`
}

// alertBudgets names the budgets that an alert draws on: how many there were, and how much doubt they came with, in basis
// points.
func (p *Policy) alertBudgets(a models.Action, now time.Time) []string {
	d := p.Domains[a.Domain()]
	if a != models.ActionHold || d == nil {
		return nil
	}
	t := now.In(p.Zone)
	switch {
	case d.Alerts.PerDay > 0:
		return []string{"alerts/" + t.Format(time.DateOnly)}
	case d.Alerts.FDR > 0:
		return []string{"alerts/" + t.Format("2006-01"), "doubt/" + t.Format("2006-01")}
	}
	return nil
}

// alert gives what an alert takes of its budgets, or why there is none. The expected share of false alerts is the mean of
// one less their confidence (Newton, Noueiry, Sarkar and Ahlquist 2004, "Detecting differential gene expression with a
// semiparametric hierarchical mixture method"); one more is raised while that stays within the bound.
func (p *Policy) alert(pr models.Proposal, r models.Ruling, s Situation) (spends []Spend, quiet string) {
	if pr.Action != models.ActionHold || pr.Value != models.ValueHold || s.Alerted {
		return nil, ""
	}
	if s.Dismissed != "" {
		return nil, s.Dismissed
	}
	budgets := p.alertBudgets(pr.Action, s.Now)
	if len(budgets) == 0 || len(r.Guardrails) > 0 || r.Escalated {
		return nil, ""
	}
	bound, n := p.Domains[models.Finance].Alerts, s.Spent[budgets[0]]
	if bound.PerDay > 0 {
		if n >= bound.PerDay {
			return nil, fmt.Sprintf("%d alerts were raised today, as many as the policy allows: this one is only recorded.", n)
		}
		return []Spend{{Budget: budgets[0], N: 1, Limit: bound.PerDay}}, ""
	}
	doubt := int64(math.Round((1 - pr.Confidence) * 10_000))
	if float64(s.Spent[budgets[1]]+doubt) > bound.FDR*10_000*float64(n+1) {
		return nil, fmt.Sprintf("With this one more than %.3g %% of this month's alerts would be expected to be false: it is only recorded.", bound.FDR*100)
	}
	return []Spend{{Budget: budgets[0], N: 1, Limit: math.MaxInt64}, {Budget: budgets[1], N: doubt, Limit: math.MaxInt64}}, ""
}

// dismissed says who has let a payment go in the very case of the proposal, "" where nobody has.
func (b *batch) dismissed(pr models.Proposal) (string, error) {
	if pr.Case == "" {
		return "", nil
	}
	found, err := b.reader.Dismissed(b.ctx, []string{pr.Case})
	if err != nil {
		return "", err
	}
	d, ok := found[pr.Case]
	for _, m := range b.moves { // of this very batch
		if m.Decision.CaseID == pr.Case && letGo(m.Decision) {
			d, ok = m.Decision, true
		}
	}
	if !ok {
		return "", nil
	}
	return dismissal(d, b.policy.Zone), nil
}

// letGo reports a hold that a person ended by letting the payment go.
func letGo(d models.Decision) bool {
	_, answered := d.Settled()
	return d.Action == models.ActionHold && (answered && d.Final == models.ValueRelease || d.State == models.Reverted || d.State == models.Reverting)
}

func dismissal(d models.Decision, zone *time.Location) string {
	who, why := "a person", ""
	if a, ok := d.Settled(); ok {
		who, why = a.By.Display(), a.Note
		if why == "" {
			why = a.Reason
		}
	}
	text := fmt.Sprintf("%s has let this very case go on %s", who, models.DayOf(d.UpdatedAt.In(zone)).Display())
	if why != "" {
		text += " (" + cut(why, 200) + ")"
	}
	return text + ": it does not alert again."
}
