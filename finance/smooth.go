package finance

import (
	"math"
	"slices"
)

// The grid of smoothing that is weighed, for the level and for the weekdays.
var (
	levelRates  = []float64{.01, .03, .06, .1, .15, .22, .32, .45}
	seasonRates = []float64{0, .02, .05, .1, .2}
)

// smoothing is exponential smoothing of a level and a season with additive errors (ETS(A,N,A): Hyndman, Koehler, Ord and
// Snyder, "Forecasting with Exponential Smoothing", 2008) that an outlier moves no further than clip allows.
type smoothing struct {
	alpha, gamma float64
	level        float64
	season       []float64 // by the place in the period
	errors       []float64 // one step ahead, as they were
	clip         float64
	weight       float64 // how likely the rates are, among those weighed
}

// clippedAt is how many robust standard deviations of an error still move the level.
const clippedAt = 2.5

// How many periods the first level is taken from, which are not judged, and the first season, which may never learn more.
const (
	warmUp      = 4
	seasonStart = 16
)

// smooth weighs every pair of rates by how well it foresaw the next day.
func smooth(y []float64, m int) []smoothing {
	first := smoothing{alpha: .1, gamma: .05, clip: math.Inf(1)}
	first.run(y, m)
	clip := clippedAt * spread(first.errors)
	var fits []smoothing
	for _, a := range levelRates {
		for _, g := range seasonRates {
			s := smoothing{alpha: a, gamma: g, clip: clip}
			s.run(y, m)
			fits = append(fits, s)
		}
	}
	weigh(fits)
	return fits
}

// weighed is the share of the errors that count as evidence of their own: neighbours tell much the same.
const weighed = .25

// weigh gives each fit its share of the likelihood under normal clipped errors.
func weigh(fits []smoothing) {
	least := math.Inf(1)
	score := make([]float64, len(fits))
	for i, f := range fits {
		sum := 0.0
		for _, e := range f.errors {
			e = min(max(e, -f.clip), f.clip)
			sum += e * e
		}
		score[i] = weighed * float64(len(f.errors)) / 2 * math.Log(max(sum, 1e-12))
		least = min(least, score[i])
	}
	total := 0.0
	for i := range fits {
		fits[i].weight = math.Exp(least - score[i])
		total += fits[i].weight
	}
	for i := range fits {
		fits[i].weight /= total
	}
}

// run goes through the series and leaves the state after its last day.
func (s *smoothing) run(y []float64, m int) {
	start := min(warmUp*m, len(y)/m*m)
	s.level, s.season = 0, make([]float64, m)
	for _, v := range y[:start] {
		s.level += v / float64(start)
	}
	shaped := min(seasonStart*m, len(y)/m*m)
	usual := mean(y[:shaped])
	for i, v := range y[:shaped] {
		s.season[i%m] += (v - usual) * float64(m) / float64(shaped)
	}
	s.errors = make([]float64, 0, len(y)-start)
	for i := start; i < len(y); i++ {
		e := y[i] - s.level - s.season[i%m]
		s.errors = append(s.errors, e)
		s.learn(i%m, e)
	}
}

func (s *smoothing) learn(place int, e float64) {
	e = min(max(e, -s.clip), s.clip)
	s.level += s.alpha * e
	s.season[place] += s.gamma * e
}

// spread gives a standard deviation that outliers do not move: the mean absolute one would be, from the median.
func spread(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	abs := make([]float64, len(x))
	for i, v := range x {
		abs[i] = math.Abs(v)
	}
	return max(1.4826*median(abs), 1e-9)
}

// median sorts x and gives its middle.
func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	n := len(x) / 2
	if len(x)%2 == 1 {
		return x[n]
	}
	return (x[n-1] + x[n]) / 2
}
