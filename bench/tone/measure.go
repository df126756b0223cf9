package main

import (
	"cmp"
	"math"
	"slices"
)

// result is one row of the table.
type result struct {
	Set            string  `json:"set"`
	Mode           string  `json:"mode"`
	N              int     `json:"n"`
	Accuracy       float64 `json:"accuracy"`
	MacroF1        float64 `json:"macro_f1"`
	ECE            float64 `json:"ece"`
	AngerAP        float64 `json:"anger_ap"`
	NegativeRecall float64 `json:"negative_recall"`
	Spread         float64 `json:"macro_f1_sd,omitempty"` // over the seeds
}

// negative are the classes that somebody should hear of.
var negative = []string{"anger", "disgust", "fear", "sadness", "negative"}

// score measures answers, by text the probability of each class; a text with several labels is hit by any of them.
func score(s set, mode string, answers [][]float64) result {
	out := result{Set: s.name, Mode: mode, N: len(s.test)}
	k := len(s.classes)
	right, claimed, actual := make([]float64, k), make([]float64, k), make([]float64, k)
	bad, heard, hits := 0.0, 0.0, 0.0
	var sure []guess
	for i, e := range s.test {
		top := argmax(answers[i])
		hit := slices.Contains(e.labels, top)
		claimed[top]++
		for _, l := range e.labels {
			actual[l]++
		}
		if hit {
			hits++
			right[top]++
		}
		if isNegative(s, e.labels[0]) {
			bad++
			if isNegative(s, top) {
				heard++
			}
		}
		sure = append(sure, guess{answers[i][top], hit})
	}
	for c := range k {
		out.MacroF1 += 2 * right[c] / max(1, claimed[c]+actual[c]) / float64(k)
	}
	out.Accuracy, out.NegativeRecall = hits/float64(len(s.test)), heard/max(1, bad)
	out.ECE, out.AngerAP = calibration(sure), angerAP(s, answers)
	return out
}

func isNegative(s set, class int) bool { return slices.Contains(negative, s.classes[class]) }

func argmax(x []float64) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// guess is a claim with what became of it.
type guess struct {
	p   float64
	hit bool
}

// calibration is the expected calibration error over 15 bins of equal width.
func calibration(gs []guess) float64 {
	const bins = 15
	var n, p, hit [bins]float64
	for _, g := range gs {
		b := min(bins-1, int(g.p*bins))
		n[b]++
		p[b] += g.p
		if g.hit {
			hit[b]++
		}
	}
	sum := 0.0
	for b := range n {
		sum += math.Abs(p[b] - hit[b])
	}
	return sum / float64(len(gs))
}

// angerAP is the average precision of the class that is first: anger, or what is negative.
func angerAP(s set, answers [][]float64) float64 {
	ranked := make([]guess, len(answers))
	for i, a := range answers {
		ranked[i] = guess{a[0], slices.Contains(s.test[i].labels, 0)}
	}
	slices.SortStableFunc(ranked, func(a, b guess) int { return cmp.Compare(b.p, a.p) })
	hits, sum := 0.0, 0.0
	for i, g := range ranked {
		if g.hit {
			hits++
			sum += hits / float64(i+1)
		}
	}
	return sum / max(1, hits)
}

// mean averages results over seeds.
func mean(rs []result) result {
	out := rs[0]
	n := float64(len(rs))
	out.Accuracy, out.MacroF1, out.ECE, out.AngerAP, out.NegativeRecall = 0, 0, 0, 0, 0
	for _, r := range rs {
		out.Accuracy += r.Accuracy / n
		out.MacroF1 += r.MacroF1 / n
		out.ECE += r.ECE / n
		out.AngerAP += r.AngerAP / n
		out.NegativeRecall += r.NegativeRecall / n
	}
	for _, r := range rs {
		out.Spread += (r.MacroF1 - out.MacroF1) * (r.MacroF1 - out.MacroF1) / n
	}
	out.Spread = math.Sqrt(out.Spread)
	return out
}
