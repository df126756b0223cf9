package finance

import (
	"math"
	"slices"
)

// shift changes the slack for a way taken (sign 1) or given up (sign -1).
func (s *solver) shift(w PayDay, sign int64) {
	for t := w.Day; t < len(s.slack); t++ {
		s.slack[t] -= sign * w.Out
	}
}

// repaired moves payments, by what they cost at the present prices for what they free, until no limit is passed or nothing
// helps, and then takes up what the limits still leave room for.
func (s *solver) repaired(pick []int) []int {
	s.measure(pick)
	for t := range s.slack {
		for s.slack[t] < 0 {
			i, k := s.freeing(pick, t)
			if i < 0 {
				break
			}
			s.change(pick, i, k)
		}
	}
	s.fill(pick)
	return pick
}

func (s *solver) change(pick []int, i, k int) {
	s.shift(s.ways[i][pick[i]], -1)
	pick[i] = k
	s.shift(s.ways[i][k], 1)
}

// freeing finds the change that frees room by day t at the least reduced cost for it: one that frees all that is lacking
// counts its cost once, one that frees less as often as it would take.
func (s *solver) freeing(pick []int, t int) (item, way int) {
	best, lacks := math.Inf(1), float64(-s.slack[t])
	item = -1
	for i, ways := range s.ways {
		was := ways[pick[i]]
		if was.Day > t {
			continue
		}
		for k, w := range ways {
			freed := float64(was.Out)
			if w.Day <= t {
				freed -= float64(w.Out)
			}
			if freed <= 0 || w.Day < was.Day {
				continue
			}
			dear := max(0, s.reduced(w)-s.reduced(was)) + 1e-6*max(0, w.Cost-was.Cost)
			if dear = dear * max(1, lacks/freed); dear < best {
				best, item, way = dear, i, k
			}
		}
	}
	return item, way
}

func (s *solver) reduced(w PayDay) float64 { return w.Cost + float64(w.Out)*s.u[w.Day] }

// fill takes the changes that save most and fit, until none does.
func (s *solver) fill(pick []int) {
	for {
		best, item, way := -1e-9, -1, 0
		for i, ways := range s.ways {
			was := ways[pick[i]]
			for k, w := range ways {
				if d := w.Cost - was.Cost; d < best && s.fits(was, w) {
					best, item, way = d, i, k
				}
			}
		}
		if item < 0 {
			return
		}
		s.change(pick, item, way)
	}
}

// fits reports whether a payment can go from one way to the other without passing a limit, or passing one further.
func (s *solver) fits(was, w PayDay) bool {
	for t := w.Day; t < was.Day && t < len(s.slack); t++ {
		if s.slack[t] < w.Out {
			return false
		}
	}
	if w.Out > was.Out {
		for t := max(w.Day, was.Day); t < len(s.slack); t++ {
			if s.slack[t] < w.Out-was.Out {
				return false
			}
		}
	}
	return true
}

// fix drops the ways that no plan better than the best can contain: those whose reduced cost is above their payment's
// least by more than the gap. What the best plan uses stays.
func (s *solver) fix(share float64) {
	if s.best == nil || s.bestOver > 0 {
		return
	}
	copy(s.u, s.bestU)
	gap := (s.bestCost - s.bound) * share
	for i, ways := range s.ways {
		least := math.Inf(1)
		for _, w := range ways {
			least = min(least, s.reduced(w))
		}
		var kept []PayDay
		var source []int
		at := 0
		for k, w := range ways {
			if k == s.best[i] || s.reduced(w)-least <= gap {
				if k == s.best[i] {
					at = len(kept)
				}
				kept, source = append(kept, w), append(source, s.source[i][k])
			}
		}
		s.ways[i], s.source[i], s.best[i] = kept, source, at
	}
}

// anneal searches by changing one payment at a time. On the way it may pass limits at a price above their own, which rises
// as it cools, and keeps the best plan that passes none.
func (s *solver) anneal() {
	var open []int
	for i, ways := range s.ways {
		if len(ways) > 1 {
			open = append(open, i)
		}
	}
	if len(open) == 0 || s.bestOver > 0 {
		return
	}
	pick := slices.Clone(s.best)
	cost, _ := s.measure(pick)
	moves := int(s.effort * float64(min(movesAnItem*len(open), movesAtMost)))
	hot := (s.bestCost - s.bound) * hottest
	heat := hot
	penalty := make([]float64, len(s.slack))
	base := make([]float64, len(s.slack))
	mean := s.bestU[0] / float64(len(s.slack))
	for t := range base {
		base[t] = s.bestU[t] - s.bestU[t+1] + .1*mean
		penalty[t] = 2 * base[t]
	}
	over := 0
	for m := range moves {
		if m%adaptEvery == 0 {
			heat = hot * math.Pow(coldest, float64(m)/float64(moves))
			for t, left := range s.slack {
				if left < 0 {
					penalty[t] *= 1 + dearer
				} else {
					penalty[t] = max(penalty[t]*(1-dearer/4), base[t]/4)
				}
			}
		}
		i := open[s.rng.IntN(len(open))]
		k := s.another(pick, i)
		was, w := s.ways[i][pick[i]], s.ways[i][k]
		delta := w.Cost - was.Cost
		if w.Day < was.Day { // takes room
			if !s.accepts(delta, heat) {
				continue
			}
		}
		delta += s.fined(was, w, penalty)
		if !s.accepts(delta, heat) {
			continue
		}
		over += s.crossed(was, w)
		pick[i] = k
		cost += w.Cost - was.Cost
		if over == 0 && cost < s.bestCost-1e-9 {
			s.bestCost = cost
			copy(s.best, pick)
		}
	}
	s.bestCost, s.bestOver = s.measure(s.best)
}

// fined gives by how much the fines for passed limits change with a payment.
func (s *solver) fined(was, w PayDay, penalty []float64) float64 {
	sum := 0.0
	for t := min(was.Day, w.Day); t < len(s.slack); t++ {
		more := leftBy(w, t) - leftBy(was, t)
		if more == 0 {
			break
		}
		before, after := s.slack[t], s.slack[t]-more
		sum += (float64(min(before, 0)) - float64(min(after, 0))) * penalty[t]
	}
	return sum
}

// crossed makes the change and gives by how many the days over their limits change.
func (s *solver) crossed(was, w PayDay) int {
	n := 0
	for t := min(was.Day, w.Day); t < len(s.slack); t++ {
		more := leftBy(w, t) - leftBy(was, t)
		if more == 0 {
			break
		}
		if s.slack[t] < 0 {
			n--
		}
		if s.slack[t] -= more; s.slack[t] < 0 {
			n++
		}
	}
	return n
}

// another gives a way that the payment does not take now.
func (s *solver) another(pick []int, i int) int {
	k := s.rng.IntN(len(s.ways[i]) - 1)
	if k >= pick[i] {
		k++
	}
	return k
}

func (s *solver) accepts(delta, heat float64) bool {
	return delta <= 0 || delta < 12*heat && s.rng.Float64() < math.Exp(-delta/heat)
}

func leftBy(w PayDay, t int) int64 {
	if w.Day > t {
		return 0
	}
	return w.Out
}
