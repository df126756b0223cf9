package intent

import (
	"math"
	"slices"
)

// hints are what tells texts outside of every label from the others.
type hints [hintCount]float64

const (
	hintMargin  = iota // of the best label
	hintNearest        // cosine with the nearest text
	hintKnown          // share of the words that are known
	hintOdds           // log odds of the best label
	hintSpread         // how far the margins stand out from one another
	hintOne
	hintCount
)

func (v view) hints(best int, p float64) hints {
	nearest := slices.Max(v.nearest)
	mean, square := 0.0, 0.0
	for _, x := range v.margin {
		mean += float64(x)
		square += float64(x) * float64(x)
	}
	n := float64(len(v.margin))
	mean /= n
	p = min(max(p, 1e-6), 1-1e-6)
	return hints{
		float64(v.margin[best]), float64(nearest), float64(v.known), math.Log(p/(1-p)) / 4,
		math.Sqrt(max(square/n-mean*mean, 0)) * math.Sqrt(n) / 4, 1,
	}
}

// outsider tells how far a text lies outside, from 0 to 1: logistic in the hints.
type outsider hints

// usual is for training sets too small to hold back labels.
var usual = outsider{-3, -3, -3, -0.5, 0, 3}

func (o outsider) score(h hints) float64 {
	z := 0.0
	for i, w := range o {
		z += w * h[i]
	}
	return 1 / (1 + math.Exp(-z))
}

// ridge keeps the weights of the hints small.
const ridge = 1e-3

// tell fits an outsider that separates texts of labels that were held back from those of labels that were not, both
// counting the same in sum; by Newton's method.
func tell(inside, outside []hints) outsider {
	var o outsider
	for range 12 {
		slope, bend := make([]float64, hintCount), zeros(int(hintCount))
		for i := range o {
			slope[i], bend[i][i] = ridge*o[i], ridge
		}
		add := func(hs []hints, want float64) {
			weight := 0.5 / float64(len(hs))
			for _, h := range hs {
				p := o.score(h)
				for i := range h {
					slope[i] += weight * (p - want) * h[i]
					for j := range h {
						bend[i][j] += weight * p * (1 - p) * h[i] * h[j]
					}
				}
			}
		}
		add(inside, 0)
		add(outside, 1)
		for i, d := range solve(bend, slope) {
			o[i] -= d
		}
	}
	return o
}

// zeros makes a square matrix of them.
func zeros(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
	}
	return out
}

// solve gives x of a x = b, for a symmetric and positive; both are used up.
func solve(a [][]float64, b []float64) []float64 {
	for i := range a {
		for j := i + 1; j < len(a); j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < len(a); k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := i + 1; k < len(a); k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
