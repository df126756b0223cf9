package main

import (
	"cmp"
	"slices"
)

// result is one row of the table.
type result struct {
	Set           string  `json:"set"`
	Mode          string  `json:"mode"`
	N             int     `json:"n"`
	Accuracy      float64 `json:"accuracy"`
	Standing      float64 `json:"standing"` // accuracy of what tickets have where only what is acted on changes the usual level
	Majority      float64 `json:"majority"`
	MacroF1       float64 `json:"macro_f1"`
	AUROC         float64 `json:"auroc_high"`
	AutoCoverage  float64 `json:"auto_coverage"`
	AutoPrecision float64 `json:"auto_precision"` // 0 where nothing was done
}

// answer is what was said of a ticket.
type answer struct {
	level      int     // that was named; the usual one where nothing was proposed
	confidence float64 // in it; 0 where nothing was proposed
	high       float64 // what tickets are ranked by
}

// score measures answers; from the line on a claim is acted on, and what is not leaves a ticket at the usual level of the training.
func score(s set, mode string, answers []answer, line float64) result {
	usual := usualOf(s.train)
	out := result{Set: s.name, Mode: mode, N: len(s.test)}
	k := len(levels)
	right, claimed, actual := make([]float64, k), make([]float64, k), make([]float64, k)
	acted, well, standing := 0.0, 0.0, 0.0
	for i, e := range s.test {
		top := answers[i].level
		claimed[top]++
		actual[e.level]++
		hit := 0.0
		if top == e.level {
			hit = 1
		}
		right[top] += hit
		if answers[i].confidence >= line {
			acted++
			well += hit
			standing += hit
		} else if e.level == usual {
			standing++
		}
	}
	n := float64(len(s.test))
	for c := range k {
		out.Accuracy += right[c] / n
		out.MacroF1 += 2 * right[c] / max(1, claimed[c]+actual[c]) / float64(k)
	}
	out.Majority, out.AUROC = slices.Max(actual)/n, auroc(s.test, answers)
	out.Standing = standing / n
	out.AutoCoverage, out.AutoPrecision = acted/n, well/max(1, acted)
	return out
}

// usualOf gives the most frequent level.
func usualOf(es []example) int {
	n, best := make([]int, len(levels)), 0
	for _, e := range es {
		if n[e.level]++; n[e.level] > n[best] {
			best = e.level
		}
	}
	return best
}

// auroc is how often a high ticket is ranked above another one, ties counting half.
func auroc(test []example, answers []answer) float64 {
	type scored struct {
		p    float64
		high bool
	}
	all := make([]scored, len(test))
	for i, e := range test {
		all[i] = scored{answers[i].high, e.level == 0}
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(a.p, b.p) })
	sum, highs, lows := 0.0, 0.0, 0.0
	for i := 0; i < len(all); {
		j, h := i, 0.0
		for ; j < len(all) && all[j].p == all[i].p; j++ {
			if all[j].high {
				h++
			}
		}
		l := float64(j-i) - h
		sum += h * (lows + l/2)
		highs += h
		lows += l
		i = j
	}
	return sum / max(1, highs*lows)
}

// mean averages results over parts of a set.
func mean(rs []result) result {
	out := rs[0]
	n := float64(len(rs))
	out.N, out.Accuracy, out.Standing, out.Majority = 0, 0, 0, 0
	out.MacroF1, out.AUROC, out.AutoCoverage, out.AutoPrecision = 0, 0, 0, 0
	for _, r := range rs {
		out.N += r.N
		out.Accuracy += r.Accuracy / n
		out.Standing += r.Standing / n
		out.Majority += r.Majority / n
		out.MacroF1 += r.MacroF1 / n
		out.AUROC += r.AUROC / n
		out.AutoCoverage += r.AutoCoverage / n
		out.AutoPrecision += r.AutoPrecision / n
	}
	return out
}
