package main

import (
	"cmp"
	"math"
	"slices"
)

// bins of the expected calibration error.
const bins = 15

// judge gives what the predictions are worth.
func judge(tests []seen) result {
	r := result{N: len(tests)}
	n := float64(max(len(tests), 1))
	var expected, got [bins]float64
	sure, surely := 0.0, 0.0
	for _, s := range tests {
		b := min(int(s.Confidence*bins), bins-1)
		expected[b] += s.Confidence
		if s.right() {
			r.Accuracy += 1 / n
			got[b]++
		}
		if s.Confidence >= 0.9 {
			sure++
			if s.right() {
				surely++
			}
		}
		for _, g := range s.Top {
			if g.Label == s.want {
				r.Hit3 += 1 / n
			}
		}
	}
	for b := range bins {
		r.ECE += math.Abs(expected[b]-got[b]) / n
	}
	r.Conf90 = surely / max(sure, 1)
	r.At80, r.At90 = atCoverage(tests, 0.8), atCoverage(tests, 0.9)
	r.MacroF1, r.MCC = byLabel(tests)
	return r
}

// atCoverage gives the accuracy on the share of the texts of which the model is surest.
func atCoverage(tests []seen, share float64) float64 {
	sorted := slices.Clone(tests)
	slices.SortStableFunc(sorted, func(a, b seen) int { return cmp.Compare(b.Confidence, a.Confidence) })
	n := int(math.Round(share * float64(len(sorted))))
	right := 0
	for _, s := range sorted[:n] {
		if s.right() {
			right++
		}
	}
	return float64(right) / float64(max(n, 1))
}

// byLabel gives macro-F1, and Matthews' correlation coefficient for more than two labels (Gorodkin 2004).
func byLabel(tests []seen) (f1, mcc float64) {
	has, said, hits := map[string]float64{}, map[string]float64{}, map[string]float64{}
	n, right := float64(len(tests)), 0.0
	for _, s := range tests {
		has[s.want]++
		said[s.Label]++
		if s.right() {
			hits[s.want]++
			right++
		}
	}
	var both, hasSquared, saidSquared float64
	for l, x := range has {
		f1 += 2 * hits[l] / (x + said[l]) / float64(len(has))
		both += x * said[l]
		hasSquared += x * x
	}
	for _, x := range said {
		saidSquared += x * x
	}
	if d := math.Sqrt(n*n-saidSquared) * math.Sqrt(n*n-hasSquared); d > 0 {
		mcc = (right*n - both) / d
	}
	return f1, mcc
}
