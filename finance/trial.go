package finance

import (
	"hash/maphash"
	"sync"

	"remit/models"
)

// trials are what forecasts from earlier days last came to, by pool: they turn on nothing that happens today, and so are made
// once a day, or when the past is told differently. To remember them changes no judgement.
var trials = remembered{seed: maphash.MakeSeed(), of: map[string]trial{}}

type remembered struct {
	seed maphash.Seed
	mu   sync.Mutex
	of   map[string]trial
}

type trial struct {
	key   uint64 // of all that it was made from
	tried Backtest
}

// mostPools is how many pools' trials are remembered before all are forgotten.
const mostPools = 256

// once gives the pool's trial of the key, which is tried where it is not remembered.
func (r *remembered) once(pool string, key uint64, try func() Backtest) Backtest {
	r.mu.Lock()
	t, known := r.of[pool]
	r.mu.Unlock()
	if known && t.key == key {
		return t.tried
	}
	t = trial{key, try()}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.of) >= mostPools {
		clear(r.of)
	}
	r.of[pool] = t
	return t.tried
}

// owedThen is what a trial takes of a receivable.
type owedThen struct {
	id, customer               string
	known, due, expected, paid models.Day
	minor                      int64
	cancelled                  bool
}

// key sums up all that a trial is made from. What is paid today is still owed in it, and what is known for less than a window
// is no part of it.
func (r *remembered) key(b *book, p models.Pool, marks Marks) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	_, _ = h.WriteString(string(b.cal.today))
	maphash.WriteComparable(&h, b.breach)
	for i, v := range p.Residual {
		maphash.WriteComparable(&h, v)
		_, _ = h.Write(marks[i][:])
	}
	for i := range triedOrigin * triedAhead {
		maphash.WriteComparable(&h, b.cal.isBusiness(-i))
	}
	for i := range p.Turnover {
		if p.Turnover[i].PaidOn < b.cal.today {
			maphash.WriteComparable(&h, p.Turnover[i])
		}
	}
	for i := range p.Planned {
		maphash.WriteComparable(&h, [3]string{p.Planned[i].VendorID, p.Planned[i].What, pick(p.Planned[i].Amount.Negative(), "out", "in")})
	}
	maphash.WriteComparable(&h, r.owed(p.Settled, b.cal.today)+r.owed(p.Receivables, b.cal.today))
	return h.Sum64()
}

// owed sums up receivables in whatever order.
func (r *remembered) owed(all []models.Receivable, today models.Day) (sum uint64) {
	before := today.Add(-triedAhead)
	for i := range all {
		v := &all[i]
		o := owedThen{v.ID, v.CustomerID, v.KnownOn(), v.DueOn, v.ExpectedOn, v.PaidOn, v.Amount.Minor, v.Cancelled}
		if o.known > before {
			continue
		}
		if o.paid >= today {
			o.paid = ""
		}
		sum += maphash.Comparable(r.seed, o)
	}
	return sum
}
