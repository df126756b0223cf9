package finance

import (
	"cmp"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"remit/models"
)

// What is assumed where nothing is known. The prior delays count as so many customers who have paid once each, and only
// until as many settlements have been seen as make a history.
const (
	joint       = 2000 // paths of a projection
	ownHistory  = 30   // settlements from which on the prior is left out
	neverComes  = .02  // of receivables, within the horizon
	byCustomer  = .4   // chance that an invoice is as late, in its customer's terms, as the customer's others
	byEverybody = .1   // chance that it is as late as everybody's
	delaySteps  = 256  // grain of a delay's distribution when drawn from
	triedOrigin = 6    // earlier days that cash is forecast from, to widen its bands
	triedAhead  = 28   // days ahead that are tried from each
	triedPaths  = 400
)

// usualDelays are days after due on which customers pay of whom nothing is known: two in five on time, one in five more
// than two weeks late.
var usualDelays = []int{-4, -2, -1, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 20, 30, 50}

// incoming are paths of the balance, had nothing on the book been paid.
type incoming struct {
	paths [][]int64
	days  [][]int64 // the same by day, sorted
	tried Backtest  // from earlier days
}

// simulate draws the pool's joint paths: the same pool on the same day gives the same ones. Where nothing is uncertain
// there is one.
func (b *book) simulate(p models.Pool) *incoming {
	n := len(b.cal.days)
	sure := make([]int64, n)
	sure[0] = b.cash.Balance.Minor
	in, seed := &incoming{tried: Calibrate(nil, b.breach)}, seedOf(p.ID, b.cal.today)
	var residual Forecast
	var side sync.WaitGroup
	side.Go(func() { residual = b.flow(in, p, seed) })
	open := b.owed(p.Receivables, sure, func() *Delays { return NewDelays(b.lateness(p.Settled), 0) })
	b.expect(p, sure)
	side.Wait()
	if len(open) == 0 && len(p.Residual) == 0 {
		accumulate(sure)
		in.paths = [][]int64{sure}
		in.sort()
		return in
	}
	in.paths = flat(joint, n)
	for _, path := range in.paths {
		copy(path, sure)
	}
	addFlow(in.paths, residual)
	addReceipts(in.paths, open, rand.New(rand.NewPCG(seed, 3)))
	for _, path := range in.paths {
		accumulate(path)
	}
	in.sort()
	in.widen(max(1, in.tried.Floor))
	return in
}

// widen moves every path away from the middle one.
func (in *incoming) widen(factor float64) {
	if factor == 1 {
		return
	}
	middle := in.quantile(len(in.paths) / 2)
	for _, path := range in.paths {
		for t := range path {
			path[t] = away(path[t], middle[t], factor)
		}
	}
	for t, day := range in.days {
		for k := range day {
			day[k] = away(day[k], middle[t], factor)
		}
	}
}

// away gives a balance as many times as far from the middle.
func away(v, middle int64, factor float64) int64 {
	return middle + int64(math.Round(factor*float64(v-middle)))
}

// flat gives so many paths of nothing, each of so many days.
func flat(n, days int) [][]int64 {
	all, paths := make([]int64, n*days), make([][]int64, n)
	for k := range paths {
		paths[k] = all[k*days : (k+1)*days]
	}
	return paths
}

func seedOf(pool string, today models.Day) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(pool + "/" + string(today)))
	return h.Sum64()
}

func (in *incoming) sort() {
	in.days = make([][]int64, len(in.paths[0]))
	var halves sync.WaitGroup
	for half := range 2 {
		halves.Go(func() {
			for t := half; t < len(in.days); t += 2 {
				day := make([]int64, len(in.paths))
				for k, path := range in.paths {
					day[k] = path[t]
				}
				slices.Sort(day)
				in.days[t] = day
			}
		})
	}
	halves.Wait()
}

// quantile gives the value of each day that so many of the paths are below.
func (in *incoming) quantile(below int) []int64 {
	out := make([]int64, len(in.days))
	for t, day := range in.days {
		out[t] = day[min(below, len(day)-1)]
	}
	return out
}

// bands gives lower paths from the loosest to the strictest. On each single day no more than the agreed share of paths is
// below the first; of the last that is true of all days together.
func (in *incoming) bands(breach float64) [][]int64 {
	allowed := int(breach * float64(len(in.paths)))
	loose, strict := allowed, 0
	for lo, hi := 0, allowed; lo <= hi; {
		mid := (lo + hi) / 2
		if in.anyBelow(in.quantile(mid)) <= allowed {
			strict, lo = mid, mid+1
		} else {
			hi = mid - 1
		}
	}
	bands := [][]int64{in.quantile(loose)}
	if between := (loose + strict) / 2; between != loose && between != strict {
		bands = append(bands, in.quantile(between))
	}
	if strict != loose {
		bands = append(bands, in.quantile(strict))
	}
	return bands
}

// anyBelow counts the paths that are below a band on some day.
func (in *incoming) anyBelow(band []int64) int {
	n := 0
	for _, path := range in.paths {
		for t, v := range path {
			if v < band[t] {
				n++
				break
			}
		}
	}
	return n
}

// lowest gives, sorted, the lowest point of every path less what has left by each day.
func (in *incoming) lowest(left []int64) []int64 {
	out := make([]int64, len(in.paths))
	for k, path := range in.paths {
		low := int64(math.MaxInt64)
		for t, v := range path {
			low = min(low, v-left[t])
		}
		out[k] = low
	}
	slices.Sort(out)
	return out
}

// receipt is money still to come, by the day it comes for each of so many equal shares of chance.
type receipt struct {
	customer string
	minor    int64
	on       [delaySteps]int32
}

// owed lays out the receivables in the order of their ids. Money to give back is put where it is sure to go: as soon as
// it can. A receivable without any day is not counted.
func (b *book) owed(receivables []models.Receivable, sure []int64, learn func() *Delays) []receipt {
	open := make([]*models.Receivable, len(receivables))
	for i := range receivables {
		open[i] = &receivables[i]
	}
	slices.SortStableFunc(open, func(x, y *models.Receivable) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Expected(), y.Expected()), cmp.Compare(x.Amount.Minor, y.Amount.Minor))
	})
	var out []receipt
	var delays *Delays
	usual := map[*Delay]*[delaySteps]float64{}
	for _, v := range open {
		switch {
		case !v.Open() || !v.Expected().Valid():
		case v.Amount.Minor <= 0:
			put(sure, max(1, b.cal.offset(v.Expected())), v.Amount.Minor)
		default:
			if delays == nil {
				delays = learn()
			}
			d := delays.Of(v.CustomerID)
			if usual[d] == nil {
				usual[d] = d.steps()
			}
			out = append(out, b.receipt(v, d, usual[d]))
		}
	}
	return out
}

// lateness gives how late customers paid up to the book's first day; what is usual where too few have.
func (b *book) lateness(settled []models.Receivable) []Settlement {
	past := make([]Settlement, 0, len(settled)+len(usualDelays))
	for i := range settled {
		v := &settled[i]
		if v.PaidOn.Valid() && v.DueOn.Valid() && !v.Cancelled && v.Amount.Minor > 0 && v.PaidOn <= b.cal.today {
			past = append(past, Settlement{Customer: v.CustomerID, Due: b.cal.offset(v.DueOn), Came: b.cal.offset(v.PaidOn)})
		}
	}
	if len(past) < ownHistory {
		for i, late := range usualDelays {
			past = append(past, Settlement{Customer: "\x00" + string(rune('a'+i)), Due: -1 - max(late, 0), Came: min(late, 0) - 1})
		}
	}
	return past
}

// receipt spreads a receivable over the days it may come on. One with a day of its own, promised or estimated, is spread
// around that as the customer's others are around their usual delay. What is late already comes later still.
func (b *book) receipt(v *models.Receivable, d *Delay, late *[delaySteps]float64) receipt {
	due, usual := b.cal.offset(v.Expected()), 0.0
	if v.ExpectedOn.Valid() && v.ExpectedOn != v.DueOn {
		usual = d.Quantile(.5)
	}
	r := receipt{customer: v.CustomerID, minor: v.Amount.Minor}
	waited := max(0, -due)
	for i := range r.on {
		share, days := shareOf(i), late[i]
		if share >= 1 {
			r.on[i] = math.MaxInt32
			continue
		}
		if waited > 0 {
			days = d.After(float64(waited)+usual, share)
		}
		on := max(1, due+int(math.Round(min(days-usual, longestHorizon))))
		if on < len(b.cal.days) {
			on = b.cal.nextBusiness(on)
		}
		r.on[i] = int32(on)
	}
	return r
}

// shareOf gives the share of what comes that has come by a step of a delay's distribution; 1 and more never comes.
func shareOf(step int) float64 { return (float64(step) + .5) / delaySteps / (1 - neverComes) }

// steps gives the days after due at each step.
func (d *Delay) steps() *[delaySteps]float64 {
	var late [delaySteps]float64
	for i := range late {
		late[i] = d.Quantile(min(shareOf(i), 1))
	}
	return &late
}

// addReceipts draws the day of every receipt on every path. Receipts of one customer, and of all, hang together: with some
// chance they share their draw (a mixture copula, which leaves each receipt's own distribution as it is).
func addReceipts(paths [][]int64, open []receipt, rng *rand.Rand) {
	customers, of := map[string]int{}, make([]int, len(open))
	for i, r := range open {
		if _, known := customers[r.customer]; !known {
			customers[r.customer] = len(customers)
		}
		of[i] = customers[r.customer]
	}
	draws := make([]uint8, len(customers))
	for _, path := range paths {
		everybody := uint8(rng.Uint32())
		for c := range draws {
			draws[c] = uint8(rng.Uint32())
		}
		for i := range open {
			bits := rng.Uint64()
			u := uint8(bits)
			switch chance := float64(bits>>11) / (1 << 53); {
			case chance < byEverybody:
				u = everybody
			case chance < byEverybody+byCustomer:
				u = draws[of[i]]
			}
			if on := int(open[i].on[u]); on < len(path) {
				path[on] += open[i].minor
			}
		}
	}
}

// flow forecasts what is to come beside the invoices that are known: the residual from its past up to yesterday, and
// invoices of which nobody knows yet. It tries how wide such paths should have been, and gives none where no past is known.
func (b *book) flow(in *incoming, p models.Pool, seed uint64) Forecast {
	if len(p.Residual) == 0 {
		return Forecast{}
	}
	y := make([]float64, len(p.Residual))
	for i, v := range p.Residual {
		y[i] = float64(v)
	}
	later := b.unforeseen(p)
	f := Forecaster{Period: 7, Paths: joint, Seed: seed}
	f.Marks = NewMarks(b.cal.today.Add(-len(y)), len(y)+len(b.cal.days), b.cal.rules.IsBusiness)
	in.tried = trials.once(p.ID, trials.key(b, p, f.Marks), func() Backtest {
		return f.Backtest(y, triedAhead, triedOrigin, b.breach, b.replay(p, later, seed))
	})
	ahead := f.Run(y, len(b.cal.days))
	later.add(ahead.Paths, len(y), rand.New(rand.NewPCG(seed, 4)))
	return ahead
}

// addFlow adds a forecast to the paths. Today's share of it is taken to be in the balance.
func addFlow(paths [][]int64, f Forecast) {
	for k, path := range f.Paths {
		for t := 1; t < len(path); t++ {
			paths[k][t] += int64(math.Round(min(max(path[t], -mostADay), mostADay)))
		}
	}
}

// mostADay bounds a simulated day so that no sum of a path leaves 64 bits.
const mostADay = largestSum / 1024
