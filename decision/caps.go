package decision

import (
	"context"
	"fmt"
	"strings"
	"time"

	"remit/models"
)

// toldOf names the budget of one by which the reaching of a cap is told once: whoever takes it tells.
func toldOf(budget string) string { return "told/" + budget }

// shared gives the budgets that all decisions draw on, and those by which it was told that they are used up.
func (p *Policy) shared(now time.Time) []string {
	budgets := p.Budgets(now)
	return append(budgets, toldOf(budgets[0]), toldOf(budgets[1]))
}

// tellCap says once an hour or day that a cap keeps remit from acting: in the ledger, and to people by a notice. Two nodes
// that reach it side by side both take the budget of one, so that one of them is a Conflict and finds it told.
func (b *batch) tellCap(d models.Decision, r models.Ruling) {
	if !r.Level.Autonomous() {
		return // it would have asked anyway
	}
	for _, budget := range r.Capped {
		name := toldOf(budget)
		if b.spent[name] > 0 {
			continue
		}
		b.spent[name] = 1
		b.out.Spends = append(b.out.Spends, Spend{Budget: name, N: 1, Limit: 1})
		b.out.Entries = append(b.out.Entries, models.Entry{Kind: models.EntryCap, By: models.Remit, At: b.now, Text: b.policy.capText(budget)})
		b.out.Effects = append(b.out.Effects, models.NoticeEffect(budget, d.Domain, b.now))
	}
}

// capText says that a cap is reached, and until when that holds.
func (p *Policy) capText(budget string) string {
	until := p.capEnds(budget).Format("15:04")
	if strings.HasPrefix(budget, "money/") {
		return fmt.Sprintf("The cap of %s a day is reached: until midnight, every payment that does not fit under it asks.", p.Caps.MoneyPerDay.Display())
	}
	return fmt.Sprintf("The cap of %d actions an hour is reached: until %s everything asks.", p.Caps.ActionsPerHour, until)
}

// capEnds gives when the hour or day of a budget is over, in the policy's zone; the zero time for what is no budget.
func (p *Policy) capEnds(budget string) time.Time {
	_, at, _ := strings.Cut(budget, "/")
	if hour, err := time.ParseInLocation("2006-01-02T15", at, p.Zone); err == nil {
		return hour.Add(time.Hour)
	}
	if day, err := time.ParseInLocation(time.DateOnly, at, p.Zone); err == nil {
		return day.AddDate(0, 0, 1)
	}
	return time.Time{}
}

// Notice is what people are told that no decision asks about.
type Notice struct {
	Text  string // in one sentence or two
	Cap   string // which cap is reached, in words; empty where it is something else
	Since time.Time
	Until string // when it is free again, in words
}

// Notice gives what a notice says; ok is false where it is over before it could be said.
func (e *Engine) Notice(eff models.Effect) (n Notice, ok bool) {
	p := e.Policy()
	if usual, isAlarm := strings.CutPrefix(eff.Ref, alarmRef); isAlarm {
		_, usual, _ = strings.Cut(usual, "/")
		return Notice{Text: alarmText(usual)}, true
	}
	ends := p.capEnds(eff.Ref)
	if !ends.After(e.Now()) {
		return Notice{}, false
	}
	n = Notice{Text: p.capText(eff.Ref), Cap: fmt.Sprintf("%d actions an hour", p.Caps.ActionsPerHour), Since: ends.Add(-time.Hour), Until: ends.Format("15:04")}
	if strings.HasPrefix(eff.Ref, "money/") {
		n.Cap, n.Since, n.Until = p.Caps.MoneyPerDay.Display()+" a day", ends.AddDate(0, 0, -1), "midnight"
	}
	return n, true
}

// CapsReached says of each cap that keeps remit from acting now that it does.
func (e *Engine) CapsReached(ctx context.Context) ([]string, error) {
	p := e.Policy()
	budgets := p.Budgets(e.Now())
	spent, err := e.Ledger.Spent(ctx, []string{toldOf(budgets[0]), toldOf(budgets[1])})
	var said []string
	for _, b := range budgets {
		if spent[toldOf(b)] > 0 {
			said = append(said, p.capText(b))
		}
	}
	return said, err
}
