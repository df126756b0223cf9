package finance

import (
	"math/rand/v2"

	"remit/models"
)

// replay gives what a projection from an earlier day would have added to the residual: the money then owed, on the days on
// which its customers were then expected to pay, and the invoices then unknown; and what became of both. What was owed to
// vendors then is left out on both sides: its days are chosen, not foreseen. So is what customers owed that was cancelled since.
func (b *book) replay(p models.Pool, later *unforeseen, seed uint64) Rest {
	n := len(p.Residual)
	return func(origin int, paths [][]float64, actual []float64) {
		if origin-7*stretchWeeks < later.from { // nothing could be told of invoices then
			return
		}
		then := b.at(b.cal.today.Add(origin-n), len(actual)-1)
		for t := range actual {
			actual[t] += later.on(origin+t, t)
		}
		later.add(paths, origin, rand.New(rand.NewPCG(seed, uint64(origin)<<8|5)))
		then.receipts(p, paths, actual, rand.New(rand.NewPCG(seed, uint64(origin)<<8|6)))
	}
}

// at gives an empty book that begins on another day.
func (b *book) at(day models.Day, horizon int) *book {
	return &book{cal: newCalendar(day, horizon, b.cal.rules)}
}

// receipts adds what customers owed on the book's first day: to the paths as it was to be expected, and as it came.
func (b *book) receipts(p models.Pool, paths [][]float64, actual []float64, rng *rand.Rand) {
	var settled, open []models.Receivable
	for _, v := range p.Settled {
		switch {
		case v.PaidOn <= b.cal.today:
			settled = append(settled, v)
		case v.KnownOn() <= b.cal.today:
			open = append(open, v)
			if on := b.cal.offset(v.PaidOn); on < len(actual) {
				actual[on] += float64(v.Amount.Minor)
			}
		}
	}
	for _, v := range p.Receivables {
		if v.KnownOn() <= b.cal.today {
			open = append(open, v)
		}
	}
	for i := range open {
		open[i].PaidOn = ""
	}
	flows, sure := flat(len(paths), len(actual)), make([]int64, len(actual))
	addReceipts(flows, b.owed(models.Pool{Settled: settled, Receivables: open}, sure), rng)
	for k, flow := range flows {
		for t, v := range flow {
			paths[k][t] += float64(v + sure[t])
		}
	}
}
