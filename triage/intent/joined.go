package intent

import (
	"math"
	"slices"
)

// view is how a learner sees one text.
type view struct {
	margin, soft, nearest, three []float32 // by label; soft is nil once it is merged into margin
	known                        float32
}

func (v view) clone() view {
	return view{slices.Clone(v.margin), slices.Clone(v.soft), slices.Clone(v.nearest), slices.Clone(v.three), v.known}
}

// What is joined.
const (
	joinMargin = iota
	joinNearest
	joinThree
	joinSoft
	joinCount
)

// joint weighs a learner's scores against one another; a label's odds are the exponential of the sum.
type joint [joinCount]float64

// odds fills out with the probability of each label, and gives the best.
func (j joint) odds(v view, out []float64) (best int) {
	for k := range out {
		out[k] = j[joinMargin]*float64(v.margin[k]) + j[joinNearest]*float64(v.nearest[k]) + j[joinThree]*float64(v.three[k])
	}
	for k, x := range v.soft {
		out[k] += j[joinSoft] * float64(x)
	}
	for k, x := range out {
		if x > out[best] {
			best = k
		}
	}
	top, sum := out[best], 0.0
	for k, x := range out {
		out[k] = math.Exp(x - top)
		sum += out[k]
	}
	for k := range out {
		out[k] /= sum
	}
	return best
}

// share is how much of soft is one of margin. Both are linear in the same coordinates, so one set of weights does for the two.
func (j joint) share() float32 { return float32(j[joinSoft] / j[joinMargin]) }

// merged is the joint for views and learners whose soft is merged into their margin.
func (j joint) merged() joint {
	j[joinSoft] = 0
	return j
}

// merge adds so much of soft to margin.
func (v *view) merge(share float32) {
	for k, x := range v.soft {
		v.margin[k] += share * x
	}
	v.soft = nil
}

// loss is the mean negative log-likelihood of the right labels.
func (j joint) loss(views []view, labels []int) float64 {
	if len(views) == 0 {
		return 0
	}
	p := make([]float64, len(views[0].margin))
	sum := 0.0
	for i, v := range views {
		j.odds(v, p)
		sum -= math.Log(max(p[labels[i]], 1e-12))
	}
	return sum / float64(len(views))
}

// Numbers of the fitting.
const (
	maxJoined   = 5000 // held-back texts that the weights are fitted on
	leastMargin = 0.25 // margin says how sure a label is by itself, which softmax does not
	joinRidge   = 1e-4
)

// lowest is what the weights may not go below.
var lowest = joint{joinMargin: leastMargin}

// join finds the weights under which the held-back texts' right labels are most likely. The loss is convex: Newton's method
// finds the best, in which a weight that is as low as may be and would fall is left out.
func join(views []view, labels []int) joint {
	if len(views) > maxJoined {
		views, labels = spaced(views, maxJoined), spaced(labels, maxJoined)
	}
	best := joint{joinMargin: 5}
	low := best.loss(views, labels)
	for range 50 {
		slope, bend := best.bends(views, labels)
		move := solve(bend, slope)
		before := low
		for step := 1.0; step > 1e-3 && low == before; step /= 2 {
			next := best
			for i := range next {
				next[i] = max(next[i]-step*move[i], lowest[i])
			}
			if l := next.loss(views, labels); l < low {
				best, low = next, l
			}
		}
		if before-low < 1e-6 {
			break
		}
	}
	return best
}

// bends gives the slope of the loss by each weight, and the slopes of the slopes.
func (j joint) bends(views []view, labels []int) (slope []float64, bend [][]float64) {
	slope, bend = make([]float64, joinCount), zeros(joinCount)
	if len(views) == 0 {
		return slope, bend
	}
	n := 1 / float64(len(views))
	p := make([]float64, len(views[0].margin))
	for i, v := range views {
		j.odds(v, p)
		mean := joint{}
		for k, q := range p {
			for a, x := range v.at(k) {
				mean[a] += q * x
			}
		}
		for a, x := range v.at(labels[i]) {
			slope[a] += n * (mean[a] - x)
		}
		for k, q := range p {
			if q < 1e-6 {
				continue
			}
			x := v.at(k)
			for a := range x {
				for b := range x {
					bend[a][b] += n * q * (x[a] - mean[a]) * (x[b] - mean[b])
				}
			}
		}
	}
	for a := range bend {
		bend[a][a] += joinRidge
		if j[a] > lowest[a] || slope[a] < 0 {
			continue
		}
		for b := range bend {
			bend[a][b], bend[b][a] = 0, 0
		}
		slope[a], bend[a][a] = 0, 1
	}
	return slope, bend
}

// at gives what is joined for a label.
func (v view) at(k int) (x joint) {
	x = joint{joinMargin: float64(v.margin[k]), joinNearest: float64(v.nearest[k]), joinThree: float64(v.three[k])}
	if v.soft != nil {
		x[joinSoft] = float64(v.soft[k])
	}
	return x
}

// spaced takes so many of the list at even distances: histories come sorted by label as often as not.
func spaced[T any](list []T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}
