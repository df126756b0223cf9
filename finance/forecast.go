package finance

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Forecaster gives the days after a daily series as paths, each of which could happen. The same series and seed give the
// same paths.
//
// The centre is an ensemble (centre.go); around it, paths of exponential smoothing are simulated whose rates are drawn by
// their likelihood (parameter uncertainty) and whose errors are drawn a whole period at a time (block bootstrap: Künsch,
// 1989; for smoothing: Bergmeir, Hyndman and Benítez, 2016), so that what hangs together on neighbouring days stays so.
type Forecaster struct {
	Period   int      // days of the season: 7
	Paths    int      // at least 2,000 for a promise about a whole path
	Seed     uint64   // of the paths
	Widen    float64  // how many times as far from the centre as simulated; 1 where zero, see Backtest
	Marks    Marks    // places in the month, where the days' dates are known; nil where not
	Siblings *Sibling // what series of the same business share of the year; nil for a series alone
}

// Forecast are simulated paths of equal length.
type Forecast struct{ Paths [][]float64 }

// Run forecasts h days after y; NaN in y is a day of which nothing is known. Fewer than two periods of history give paths
// of days drawn at random from it, and no history gives paths of nothing.
func (f Forecaster) Run(y []float64, h int) Forecast {
	m := max(f.Period, 1)
	y = Filled(y, m)
	if len(y) <= (warmUp+2)*m {
		return f.scarce(y, h)
	}
	effects := f.Marks.effects(y)
	for i := range y {
		y[i] -= f.Marks.at(i, effects)
	}
	fits := smooth(y, m)
	centre := f.centre(y, h, fits)
	for t := range centre {
		centre[t] += f.Marks.at(len(y)+t, effects)
	}
	return f.simulate(fits, centre, len(y), h)
}

// Filled gives a series with each unknown day replaced by the median of its place in the period so far as known, or by
// nothing where none is.
func Filled(y []float64, m int) []float64 {
	out := slices.Clone(y)
	for i, v := range y {
		if !math.IsNaN(v) {
			continue
		}
		var same []float64
		for j := i % m; j < len(y); j += m {
			if !math.IsNaN(y[j]) {
				same = append(same, y[j])
			}
		}
		out[i] = median(same)
	}
	return out
}

// scarce is for too little history: what was seen, drawn at random.
func (f Forecaster) scarce(y []float64, h int) Forecast {
	rng := rand.New(rand.NewPCG(f.Seed, 1))
	out := f.empty(h)
	for _, path := range out.Paths {
		for t := range path {
			if len(y) > 0 {
				path[t] = y[rng.IntN(len(y))]
			}
		}
	}
	return out
}

func (f Forecaster) empty(h int) Forecast {
	n := max(f.Paths, 1)
	all := make([]float64, n*h)
	out := Forecast{Paths: make([][]float64, n)}
	for p := range out.Paths {
		out.Paths[p] = all[p*h : (p+1)*h]
	}
	return out
}

// Quantiles gives, for each of the shares, the quantile of every day by itself.
func (f Forecast) Quantiles(shares ...float64) [][]float64 {
	out := make([][]float64, len(shares))
	if len(f.Paths) == 0 {
		return out
	}
	for i := range out {
		out[i] = make([]float64, len(f.Paths[0]))
	}
	day := make([]float64, len(f.Paths))
	for t := range f.Paths[0] {
		for p := range f.Paths {
			day[p] = f.Paths[p][t]
		}
		slices.Sort(day)
		for i, q := range shares {
			out[i][t] = quantileOf(day, q)
		}
	}
	return out
}

// Lowest gives, sorted, the lowest point of each path when summed up from nothing, less an amount every day.
func (f Forecast) Lowest(less float64) []float64 {
	out := make([]float64, len(f.Paths))
	for p, path := range f.Paths {
		out[p] = lowestOf(path, less)
	}
	slices.Sort(out)
	return out
}

func lowestOf(flow []float64, less float64) float64 {
	sum, low := 0.0, math.Inf(1)
	for _, v := range flow {
		sum += v - less
		low = min(low, sum)
	}
	return low
}

// quantileOf reads a quantile off sorted values.
func quantileOf(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// simulate draws paths: rates by their weight, then errors in blocks of a period, each block from the same place in it,
// which the level and the season learn from as they did from the past.
func (f Forecaster) simulate(fits []smoothing, centre []float64, n, h int) Forecast {
	rng := rand.New(rand.NewPCG(f.Seed, 2))
	m := max(f.Period, 1)
	widen := f.Widen
	if widen == 0 {
		widen = 1
	}
	out := f.empty(h)
	season := make([]float64, m)
	for _, path := range out.Paths {
		s := draw(fits, rng)
		level, from := 0.0, 0
		clear(season)
		for t := range path {
			place := t % m
			if place == 0 {
				from = blockStart(len(s.errors), m, rng)
			}
			e := s.errors[from+place]
			path[t] = centre[t] + widen*(level+season[place]+e)
			e = min(max(e, -s.clip), s.clip)
			level += s.alpha * e
			season[place] += s.gamma * e
		}
	}
	return out
}

// blockStart gives where in the errors a whole period begins. The errors end with the series, so a block that lies a
// whole number of periods before their end is of the days that come next.
func blockStart(errors, m int, rng *rand.Rand) int {
	return errors%m + m*rng.IntN(max(1, errors/m))
}

func draw(fits []smoothing, rng *rand.Rand) *smoothing {
	u := rng.Float64()
	for i := range fits {
		if u -= fits[i].weight; u < 0 {
			return &fits[i]
		}
	}
	return &fits[len(fits)-1]
}
