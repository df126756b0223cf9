package intent

import "math"

// view is how a learner sees one text.
type view struct {
	margin, nearest, three []float32 // by label
	known                  float32
}

// joint weighs a learner's scores against one another; a label's odds are the exponential of the sum.
type joint struct {
	Margin, Nearest, Three float64
}

// odds fills out with the probability of each label, and gives the best.
func (j joint) odds(v view, out []float64) (best int) {
	for k := range out {
		out[k] = j.Margin*float64(v.margin[k]) + j.Nearest*float64(v.nearest[k]) + j.Three*float64(v.three[k])
		if out[k] > out[best] {
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

// maxJoined is how many held-back texts the weights are fitted on.
const maxJoined = 5000

// join finds the weights under which the held-back texts' right labels are most likely. The loss is convex, so steps
// along one weight at a time find the best.
func join(views []view, labels []int) joint {
	if len(views) > maxJoined {
		views, labels = spaced(views, maxJoined), spaced(labels, maxJoined)
	}
	best := joint{Margin: 5}
	low := best.loss(views, labels)
	for step := 4.0; step > 0.1; {
		before := low
		for _, w := range []func(*joint) *float64{
			func(j *joint) *float64 { return &j.Margin },
			func(j *joint) *float64 { return &j.Nearest },
			func(j *joint) *float64 { return &j.Three },
		} {
			for _, d := range []float64{step, -step} {
				next := best
				*w(&next) = max(*w(&next)+d, 0)
				if l := next.loss(views, labels); l < low {
					best, low = next, l
				}
			}
		}
		if before-low < 1e-4 {
			step /= 2
		}
	}
	return best
}

// spaced takes so many of the list at even distances: histories come sorted by label as often as not.
func spaced[T any](list []T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}
