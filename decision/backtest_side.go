package decision

import (
	"maps"
	"slices"

	"remit/models"
)

// bench is one policy at work on the past.
type bench struct {
	policy                 *Policy
	spent                  map[string]int64
	acted, asked, observed int
	wrong, judged          int
	unjudged               int
	money                  map[models.Currency]map[models.Day]int64
}

func newBench(p *Policy) *bench {
	return &bench{policy: p, spent: map[string]int64{}, money: map[models.Currency]map[models.Day]int64{}}
}

// rule gives the policy's ruling where the caps count what it would have spent itself. What was spent before the record
// begins is taken from its first decision.
func (s *bench) rule(r Recorded, day models.Day) models.Ruling {
	situation := r.situation()
	pr, facts := r.under(s.policy)
	for _, name := range s.policy.drawsOn(pr, situation.Now) {
		if _, ok := s.spent[name]; !ok {
			s.spent[name] = situation.Spent[name]
		}
	}
	situation.Spent = s.spent
	ruling, spends := s.policy.Gate(pr, facts, situation)
	for _, sp := range spends {
		s.spent[sp.Budget] += sp.N
	}
	if !ruling.Acts() {
		return ruling
	}
	if p := facts.Payable; p != nil && r.Decision.Value != r.Decision.Before {
		of := s.money[p.Amount.Currency]
		if of == nil {
			of = map[models.Day]int64{}
			s.money[p.Amount.Currency] = of
		}
		of[day] += max(p.Amount.Minor, -p.Amount.Minor)
	}
	return ruling
}

// onFloor gives the facts with their cash held against the policy's floor, where that is another than it was planned
// against. The low of the path, which it falls below with the agreed probability, is a fact of the record.
func (p *Policy) onFloor(f models.Facts) models.Facts {
	d := p.Domains[models.Finance]
	if d == nil || f.Cash == nil || f.Cash.Unknown != "" || f.Cash.Floor == d.Cash.Floor || f.Cash.Low.Currency != d.Cash.Floor.Currency {
		return f
	}
	c := *f.Cash
	c.Floor, c.Breach = d.Cash.Floor, 0
	if c.Low.Minor < c.Floor.Minor {
		c.Breach = 1
	}
	f.Cash = &c
	return f
}

func (s *bench) saw(r models.Ruling, wrong, known bool) {
	switch {
	case r.Acts():
		s.acted++
	case r.Outcome == models.OutcomeAsk:
		s.asked++
	default:
		s.observed++
	}
	switch {
	case !r.Acts():
	case !known:
		s.unjudged++
	default:
		s.judged++
		if wrong {
			s.wrong++
		}
	}
}

func (s *bench) side(n int, days []models.Day) Side {
	out := Side{
		Acted: ShareOf(s.acted, n), Asked: ShareOf(s.asked, n), Observed: ShareOf(s.observed, n),
		Errors: ShareOf(s.wrong, s.judged), Unjudged: s.unjudged,
	}
	for _, c := range slices.Sorted(maps.Keys(s.money)) {
		sums := make([]float64, len(days))
		var total int64
		for i, d := range days {
			sums[i] = float64(s.money[c][d])
			total += s.money[c][d]
		}
		mean, low, high, ok := dailyMean(sums)
		of := func(minor float64) models.Money { return models.Money{Minor: int64(minor), Currency: c} }
		out.Money = append(out.Money, Amount{Total: models.Money{Minor: total, Currency: c}, Daily: of(mean), Low: of(low), High: of(high), Known: ok})
	}
	return out
}
