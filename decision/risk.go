package decision

import (
	"cmp"
	"math"
	"slices"
)

// Scored is a proposal whose verdict is known: how sure remit was, and whether people would have had it otherwise.
type Scored struct {
	Confidence float64
	Wrong      bool
}

// Cut is the confidence from which remit acts, and what that would have done on the verdicts it was chosen from.
type Cut struct {
	At     float64 // acts from this confidence; 1 or more: never, see Never
	N      int     // verdicts it was chosen from
	Acted  int     // of them at or above At
	Errors int     // of those acted on
}

// neverAt is a confidence that nothing reaches.
const neverAt = 2

// Never reports that no threshold could be shown to hold: everything asks.
func (c Cut) Never() bool { return c.At > 1 }

// Coverage gives the share that would be acted on.
func (c Cut) Coverage() float64 {
	if c.N == 0 {
		return 0
	}
	return float64(c.Acted) / float64(c.N)
}

// Acts reports whether a proposal of this confidence is acted on.
func (c Cut) Acts(confidence float64) bool { return confidence >= c.At }

// The thresholds that are tried lie evenly in log odds. They are fixed before any verdict is looked at, which is what
// makes the tests exact.
const (
	gridLow, gridHigh = -4.0, 14.0
	gridStep          = 0.02
)

// starts are where the sequences of tests begin, as multiples of max_error of doubt: a calibrated confidence of one less
// max_error is a threshold that surely holds, the best one lies below it.
var starts = []float64{1. / 8, 1. / 4, 1. / 2, 1, 1.5, 2, 3, 4}

// Threshold chooses from verdicts the lowest confidence at which acting errs in at most maxError of the cases, so that the
// probability of choosing one that errs more often is at most delta, whatever the confidence is worth. Where none can
// be shown to hold the Cut is Never.
//
// It is learn-then-test (Angelopoulos, Bates, Candès, Jordan and Lei 2021, "Learn then Test: Calibrating Predictive
// Algorithms to Achieve Risk Control": fixed-sequence testing from several starts): each sequence walks from a strict
// threshold to laxer ones while the exact binomial test rejects "errs more often than maxError" at its share of delta,
// and stops for good at the first that it cannot reject. Among those at or above a fixed threshold errors are binomial,
// given how many there are (Geifman and El-Yaniv 2017, "Selective Classification for Deep Neural Networks", whose
// selection with guaranteed risk inverts the same tail).
//
// The verdicts must not be used again to bound the error at the threshold: see ForThreshold.
func Threshold(verdicts []Scored, maxError, delta float64) Cut {
	none := Cut{At: neverAt, N: len(verdicts)}
	if !(maxError > 0 && maxError < 1 && delta > 0 && delta < 1) {
		return none
	}
	ranked := rank(verdicts)
	best := none
	for _, doubt := range starts {
		c, ok := ranked.walk(1-doubt*maxError, maxError, delta/float64(len(starts)))
		if ok && c.At < best.At {
			best = c
		}
	}
	return best
}

// ranking is verdicts by falling confidence, with the errors among the first so many.
type ranking struct {
	confidence []float64
	errors     []int           // errors[n] among the first n
	tails      map[int]float64 // the p-value of acting on the first n, once it was reckoned
}

func rank(verdicts []Scored) ranking {
	s := slices.Clone(verdicts)
	for i := range s {
		if math.IsNaN(s[i].Confidence) {
			s[i].Confidence = math.Inf(-1) // never acted on
		}
	}
	slices.SortFunc(s, func(a, b Scored) int { return cmp.Compare(b.Confidence, a.Confidence) })
	r := ranking{confidence: make([]float64, len(s)), errors: make([]int, len(s)+1), tails: map[int]float64{}}
	for i, v := range s {
		r.confidence[i] = v.Confidence
		r.errors[i+1] = r.errors[i]
		if v.Wrong {
			r.errors[i+1]++
		}
	}
	return r
}

// above counts the verdicts of at least the confidence.
func (r ranking) above(at float64) int {
	n, _ := slices.BinarySearchFunc(r.confidence, at, func(c, at float64) int {
		if c >= at {
			return -1
		}
		return 1
	})
	return n
}

// tail gives the p-value of "acting on the first n errs more often than maxError".
func (r ranking) tail(n int, maxError float64) float64 {
	p, known := r.tails[n]
	if !known {
		p = binomialTail(r.errors[n], n, maxError)
		r.tails[n] = p
	}
	return p
}

// walk is one sequence of tests from a threshold downwards; ok is false where the first fails already.
func (r ranking) walk(from, maxError, delta float64) (c Cut, ok bool) {
	c.N = len(r.confidence)
	for odds := startOdds(from); odds >= gridLow; odds -= gridStep {
		at := 1 / (1 + math.Exp(-odds))
		n := r.above(at)
		if r.tail(n, maxError) > delta {
			break
		}
		c.At, c.Acted, c.Errors, ok = at, n, r.errors[n], true
	}
	return c, ok
}

// startOdds gives the point of the grid at or above a confidence, in log odds.
func startOdds(confidence float64) float64 {
	if confidence <= 0 {
		return gridLow
	}
	odds := math.Log(confidence / (1 - confidence))
	steps := math.Ceil((odds - gridLow) / gridStep)
	return min(max(gridLow+steps*gridStep, gridLow), gridHigh)
}

// binomialTail gives the probability of at most k errors among n that each err with probability p: the exact p-value of
// "errs at least as often as p". Where more errors were seen than that explains it is 1, which rejects nothing.
func binomialTail(k, n int, p float64) float64 {
	if k >= n || float64(k) >= float64(n)*p {
		return 1
	}
	term := math.Exp(logBinomial(k, n) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	sum, odds := 0.0, (1-p)/p
	for i := k; i >= 0; i-- {
		sum += term
		if term < sum*1e-17 {
			break // below the mean terms only fall
		}
		term *= float64(i) / float64(n-i+1) * odds
	}
	return min(sum, 1)
}

func logBinomial(k, n int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
