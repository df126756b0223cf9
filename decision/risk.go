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

// starts are where the tests begin or gain strength, as multiples of max_error of doubt: a calibrated confidence of one less
// max_error is a threshold that surely holds, the best one lies below it.
var starts = []float64{1. / 4, 1. / 2, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6}

// most is the share of delta that a single test may use. The whole of it would keep the true error within the line; what is
// lived through on the next few thousand decisions varies as well, and shall keep within it too.
const most = 1. / 7

// Threshold chooses from verdicts the lowest confidence at which acting errs in at most maxError of the cases, so that the
// probability of choosing one that errs more often is at most delta, whatever the confidence is worth. Where none can
// be shown to hold the Cut is Never.
//
// It is learn-then-test (Angelopoulos, Bates, Candès, Jordan and Lei 2021, "Learn then Test: Calibrating Predictive
// Algorithms to Achieve Risk Control") with the fallback procedure (Wiens and Dmitrienko 2005, "The fallback procedure for
// evaluating a single family of hypotheses"): the thresholds are tested from strict to lax, each start brings its share of
// delta, what a test has rejected with is carried on to the next, and a test that does not reject loses it. The tests are
// exact: among the verdicts at or above a fixed threshold errors are binomial, given how many there are (Geifman and
// El-Yaniv 2017, "Selective Classification for Deep Neural Networks", whose selection with guaranteed risk inverts the same
// tail).
//
// The verdicts must not be used again to bound the error at the threshold: see ForThreshold.
func Threshold(verdicts []Scored, maxError, delta float64) Cut {
	if !(maxError > 0 && maxError < 1 && delta > 0 && delta < 1) {
		return Cut{At: neverAt, N: len(verdicts)}
	}
	return rank(verdicts).walk(maxError, delta)
}

// ranking is verdicts by falling confidence, with the errors among the first so many.
type ranking struct {
	confidence []float64
	errors     []int // errors[n] among the first n
}

func rank(verdicts []Scored) ranking {
	s := slices.Clone(verdicts)
	for i := range s {
		if math.IsNaN(s[i].Confidence) {
			s[i].Confidence = math.Inf(-1) // never acted on
		}
	}
	slices.SortFunc(s, func(a, b Scored) int { return cmp.Compare(b.Confidence, a.Confidence) })
	r := ranking{confidence: make([]float64, len(s)), errors: make([]int, len(s)+1)}
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

// walk tests the thresholds from the first start downwards and gives the laxest that holds.
func (r ranking) walk(maxError, delta float64) Cut {
	c := Cut{At: neverAt, N: len(r.confidence)}
	carried, begun := 0.0, 0
	for step := gridStepOf(1 - starts[0]*maxError); step >= 0 && (carried > 0 || begun < len(starts)); step-- {
		for ; begun < len(starts) && step <= gridStepOf(1-starts[begun]*maxError); begun++ {
			carried = min(carried+delta/float64(len(starts)), most*delta)
		}
		if carried == 0 {
			continue
		}
		at := 1 / (1 + math.Exp(-gridLow-float64(step)*gridStep))
		n := r.above(at)
		if binomialTail(r.errors[n], n, maxError) > carried {
			carried = 0
			continue
		}
		c.At, c.Acted, c.Errors = at, n, r.errors[n]
	}
	return c
}

// gridStepOf gives the point of the grid at or above a confidence, as the number of its step.
func gridStepOf(confidence float64) int {
	if confidence <= 0 {
		return 0
	}
	odds := math.Log(confidence / (1 - confidence))
	return int(min(max(math.Ceil((odds-gridLow)/gridStep), 0), (gridHigh-gridLow)/gridStep))
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
