package finance

import (
	"cmp"
	"math"
	"slices"
)

// Settlement is one invoice that was paid: when it fell due and when the money came, as days on one calendar.
type Settlement struct {
	Customer string
	Due      int
	Came     int
}

// How a customer's past is weighed, settled on invoices issued before any test.
const (
	delayHalfLife = 500.0 // days after which a settlement counts half
	customerPrior = .3    // settlements that what all customers do counts as, for a customer's middle
	spreadPrior   = 20.0  // and for the spread
	shapePrior    = 20.0  // and for the shape
)

// The bands are tried on so many earlier stretches of so many days, and widened by what they had needed there.
const (
	delayTrials = 4
	trialDays   = 60
)

// driftDays is how far back the recent drift of all customers is looked for.
const driftDays = 90

// driftPrior is how many settlements without any drift are counted in with them.
const driftPrior = 10

// shapePoints is how many points the shape common to all customers is told by.
const shapePoints = 60

// Delays are how late the customers pay: each by what it did, more of it the more there is, and by what all do
// (partial pooling, as in Gelman and Hill, "Data Analysis Using Regression and Multilevel Models", 2007, ch. 12).
type Delays struct {
	payers map[string]*Delay
	anyone *Delay
	Widen  float64 // how much wider the bands are than what was seen, so that they hold
}

// Delay is the distribution of the days after due on which money comes; below nothing is early.
type Delay struct {
	days []float64 // ascending
	upTo []float64 // the share of days up to each
}

// payer collects one customer's settlements.
type payer struct {
	late, weight []float64
	came         []int
	mean, sum    float64
	spread       float64
}

// NewDelays learns from what was settled before a day. With nothing settled it knows nobody and expects money when due.
func NewDelays(settled []Settlement, before int) *Delays {
	return delaysOf(settled, before).widened(shrunk(needed80(settled, before)))
}

func (d *Delays) widened(factor float64) *Delays {
	d.Widen = factor
	for _, p := range d.payers {
		p.widen(factor)
	}
	d.anyone.widen(factor)
	return d
}

// needed80 gives the factor by which the 80 % bands would have held on earlier stretches, and the number of settlements
// that say so.
func needed80(settled []Settlement, before int) (factor float64, n int) {
	var scores []float64
	for k := 1; k <= delayTrials; k++ {
		cut := before - k*trialDays
		then := delaysOf(settled, cut)
		if len(then.payers) == 0 {
			break
		}
		for _, s := range settled {
			if s.Due < cut || s.Due >= cut+trialDays || s.Came >= before {
				continue
			}
			d, late := then.Of(s.Customer), float64(s.Came-s.Due)
			middle := d.Quantile(.5)
			side := d.Quantile(.9) - middle
			if late < middle {
				side = middle - d.Quantile(.1)
			}
			scores = append(scores, math.Abs(late-middle)/max(side, .5))
		}
	}
	if len(scores) == 0 {
		return 1, 0
	}
	return conformal(scores, .8), len(scores)
}

// widen moves every point away from the middle.
func (d *Delay) widen(factor float64) {
	middle := d.Quantile(.5)
	for i := range d.days {
		d.days[i] = middle + factor*(d.days[i]-middle)
	}
}

func delaysOf(settled []Settlement, before int) *Delays {
	payers, names := map[string]*payer{}, []string{}
	for _, s := range settled {
		if s.Came >= before {
			continue
		}
		p := payers[s.Customer]
		if p == nil {
			p = &payer{}
			payers[s.Customer], names = p, append(names, s.Customer)
		}
		p.late = append(p.late, float64(s.Came-s.Due))
		p.came = append(p.came, s.Came)
		p.weight = append(p.weight, math.Exp2(-float64(before-s.Came)/delayHalfLife))
	}
	slices.Sort(names)
	d := &Delays{payers: map[string]*Delay{}, anyone: &Delay{days: []float64{0}, upTo: []float64{1}}, Widen: 1}
	if len(names) > 0 {
		d.learn(payers, names, before)
	}
	return d
}

func (d *Delays) learn(payers map[string]*payer, names []string, before int) {
	var means, within, weight float64
	for _, n := range names {
		p := payers[n]
		p.summarise()
		means += p.mean
		within += p.spread * p.spread * p.sum
		weight += p.sum
	}
	middle, usual := means/float64(len(names)), math.Sqrt(within/weight)
	between := 0.0
	for _, n := range names {
		between += sq(payers[n].mean - middle)
	}
	between = math.Sqrt(between / float64(len(names)))
	if usual == 0 {
		usual = between // nobody was seen to pay twice differently
	}
	var z, drift, everybody []float64
	for _, n := range names {
		p := payers[n]
		for i, late := range p.late {
			if len(p.late) > 2 {
				z = append(z, (late-p.mean)/max(p.spread, .3*usual, .5))
			}
			if before-p.came[i] <= driftDays {
				drift = append(drift, late-p.mean)
			}
		}
		everybody = append(everybody, thinned(slices.Clone(p.late))...)
	}
	if len(z) == 0 {
		for _, n := range names {
			z = append(z, (payers[n].mean-middle)/max(usual, .5))
		}
	}
	shift := mean(drift) * float64(len(drift)) / float64(len(drift)+driftPrior)
	shape := thinned(z)
	for _, n := range names {
		d.payers[n] = payers[n].delay(middle, usual, shift, shape)
	}
	d.anyone = evenly(thinned(everybody), shift)
}

// evenly gives a distribution of equally likely points, moved by a shift.
func evenly(points []float64, shift float64) *Delay {
	d := &Delay{}
	for i, v := range points {
		d.days, d.upTo = append(d.days, v+shift), append(d.upTo, float64(i+1)/float64(len(points)))
	}
	return d
}

func sq(x float64) float64 { return x * x }

// summarise gives the customer's own weighted middle and spread.
func (p *payer) summarise() {
	for i, l := range p.late {
		p.mean += p.weight[i] * l
		p.sum += p.weight[i]
	}
	p.mean /= p.sum
	for i, l := range p.late {
		p.spread += p.weight[i] * sq(l-p.mean)
	}
	p.spread = math.Sqrt(p.spread / p.sum)
}

// thinned gives so many evenly spread points of a distribution; a point at nothing where there is none.
func thinned(x []float64) []float64 {
	if len(x) == 0 {
		return []float64{0}
	}
	slices.Sort(x)
	out := make([]float64, shapePoints)
	for i := range out {
		out[i] = quantileOf(x, (float64(i)+.5)/shapePoints)
	}
	return out
}

// delay puts together what the customer did, moved to where it is now, and the shape of all.
func (p *payer) delay(middle, usual, shift float64, shape []float64) *Delay {
	at := (p.mean*p.sum+middle*customerPrior)/(p.sum+customerPrior) + shift
	n := float64(len(p.late))
	spread := math.Sqrt((sq(p.spread)*n + sq(usual)*spreadPrior) / (n + spreadPrior))
	spread *= math.Sqrt(1 + 1/(p.sum+customerPrior)) // the middle is not known for sure
	type point struct{ day, weight float64 }
	points := make([]point, 0, len(p.late)+len(shape))
	for i, l := range p.late {
		points = append(points, point{l - p.mean + at, p.weight[i]})
	}
	for _, z := range shape {
		points = append(points, point{at + z*spread, shapePrior / float64(len(shape))})
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.day, b.day) })
	d := &Delay{days: make([]float64, 0, len(points)), upTo: make([]float64, 0, len(points))}
	sum := 0.0
	for _, q := range points {
		sum += q.weight
		d.days, d.upTo = append(d.days, q.day), append(d.upTo, sum)
	}
	for i := range d.upTo {
		d.upTo[i] /= sum
	}
	return d
}

// Of gives a customer's delay; of a customer never seen, what all do.
func (d *Delays) Of(customer string) *Delay {
	if p := d.payers[customer]; p != nil {
		return p
	}
	return d.anyone
}

// Quantile gives the days after due that the share of invoices is settled within.
func (d *Delay) Quantile(share float64) float64 {
	i, _ := slices.BinarySearch(d.upTo, share)
	i = min(i, len(d.days)-1)
	before, from := 0.0, d.days[i]
	if i > 0 {
		before, from = d.upTo[i-1], d.days[i-1]
	}
	if d.upTo[i] <= before {
		return d.days[i]
	}
	return from + (d.days[i]-from)*min(1, (share-before)/(d.upTo[i]-before))
}

// Within gives the share of invoices settled so many days after due or sooner.
func (d *Delay) Within(days float64) float64 {
	i, found := slices.BinarySearch(d.days, days)
	for found && i+1 < len(d.days) && d.days[i+1] == days {
		i++
	}
	if found {
		return d.upTo[i]
	}
	if i == 0 {
		return 0
	}
	return d.upTo[i-1]
}

// After gives the days after due for a share of those invoices that are not settled so many days after due. Where none
// was ever so late, it is expected to take as long again.
func (d *Delay) After(days, share float64) float64 {
	gone := d.Within(days)
	if gone >= 1 {
		return days + 1 + share*max(days, 1)
	}
	return max(days+1, d.Quantile(gone+share*(1-gone)))
}
