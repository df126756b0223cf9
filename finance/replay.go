package finance

import (
	"math/rand/v2"

	"remit/models"
)

// replay gives what a projection from an earlier day would have added to the residual: the money then owed, on the days on
// which its customers were then expected to pay, and the invoices then unknown; and what became of both. What was owed to
// vendors then is left out on both sides: its days are chosen, not foreseen. So is what customers owed that was cancelled since. How
// far delays are to be widened is learnt once, as it was before the first of the days.
func (b *book) replay(p models.Pool, later *unforeseen, seed uint64) Rest {
	n := len(p.Residual)
	first := b.at(b.cal.today.Add(-triedOrigin*triedAhead), 0)
	wide := shrunk(needed80(first.lateness(p.Settled), 0))
	return func(origin int, paths [][]float64, actual []float64) {
		if origin-7*stretchWeeks < later.from { // nothing could be told of invoices then
			return
		}
		then := b.at(b.cal.today.Add(origin-n), len(actual)-1)
		for t := range actual {
			actual[t] += later.on(origin+t, t)
		}
		later.add(paths, origin, rand.New(rand.NewPCG(seed, uint64(origin)<<8|5)))
		learn := func() *Delays { return delaysOf(then.lateness(p.Settled), 0).widened(wide) }
		flows, sure := flat(len(paths), len(actual)), make([]int64, len(actual))
		addReceipts(flows, then.owed(then.expected(p, actual), sure, learn), rand.New(rand.NewPCG(seed, uint64(origin)<<8|6)))
		for k, flow := range flows {
			for t, v := range flow {
				paths[k][t] += float64(v + sure[t])
			}
		}
	}
}

// at gives an empty book that begins on another day.
func (b *book) at(day models.Day, horizon int) *book {
	return &book{cal: newCalendar(day, horizon, b.cal.rules)}
}

// expected gives what customers owed on the book's first day, as it stood then, and adds to what became of the flow when it came.
func (b *book) expected(p models.Pool, actual []float64) []models.Receivable {
	var open []models.Receivable
	for i := range p.Settled {
		v := &p.Settled[i]
		if v.PaidOn <= b.cal.today || v.KnownOn() > b.cal.today {
			continue
		}
		if on := b.cal.offset(v.PaidOn); on < len(actual) {
			actual[on] += float64(v.Amount.Minor)
		}
		open = append(open, *v)
		open[len(open)-1].PaidOn = ""
	}
	for i := range p.Receivables {
		if v := &p.Receivables[i]; v.KnownOn() <= b.cal.today {
			open = append(open, *v)
		}
	}
	return open
}
