package finance

import (
	"math"
	"math/rand/v2"
	"slices"
)

// PayDay is one way to settle a payment: on a day, or beyond the last limited one, what leaves then and what it costs.
type PayDay struct {
	Day  int
	Out  int64
	Cost float64
}

// Timing is the choice of one way to pay for each payment, so that what has left by the end of day t stays within
// Limit[t] on every day and the costs add up to least. It is a multiple-choice knapsack with nested limits.
type Timing struct {
	Limit   []int64
	Choices [][]PayDay // never empty for a payment
	Effort  float64    // share of the full search to spend; the full search where zero
}

// Timed is a solution: the way picked for each payment, its cost, and a cost that no solution can be below. Over is how
// much all limits together are passed, nothing unless nothing better was found.
type Timed struct {
	Pick  []int
	Cost  float64
	Bound float64
	Over  int64
}

// Gap gives how far the cost is above the bound, as a share of the bound's own size.
func (t Timed) Gap() float64 {
	if t.Cost <= t.Bound {
		return 0
	}
	return (t.Cost - t.Bound) / max(1, math.Abs(t.Bound))
}

// The effort spent on a solution. The numbers were settled on the instances of bench/timing.
const (
	dualRounds  = 1200
	repairEvery = 25   // rounds between repairs of large problems; small ones are repaired more often
	stages      = 4    // of fixing and searching
	promising   = .05  // ways are searched whose reduced cost is within this share of the gap
	hottest     = .002 // the temperature to start from, as a share of the gap
	coldest     = .1   // and to end with, as a share of that
	dearer      = .3   // by which the fine for a passed limit rises
	adaptEvery  = 3000
	movesAnItem = 20_000
	movesAtMost = 3_000_000
)

// Solve finds a plan within the limits and a bound on how good any could be. It is deterministic.
//
// Dominated ways are dropped. The limits are then priced (Lagrangian relaxation: Geoffrion, "Lagrangean relaxation for
// integer programming", 1974; subgradient steps by Held, Wolfe and Crowder, 1974), every few rounds the relaxed picks are
// repaired into a plan, ways whose reduced cost is far from their payment's least are set aside, and the rest is searched
// by annealed changes (Kirkpatrick, Gelatt and Vecchi, 1983) that may pass limits at an adaptive fine (strategic
// oscillation: Glover, 1989). The effort does not depend on the clock.
//
// start, where not nil, is a plan to begin from; the result is never worse.
func (t Timing) Solve(start []int) Timed {
	s := newSolver(t)
	if start != nil {
		s.keep(t, start)
	}
	s.price()
	s.search()
	return Timed{Pick: s.original(s.best), Cost: s.bestCost, Bound: min(s.bound, s.bestCost), Over: s.bestOver}
}

// search looks, in stages that each begin from the best so far, among the ways that are promising at the gap left.
func (s *solver) search() {
	for range stages {
		if s.done() {
			break
		}
		s.fix(promising)
		s.anneal()
	}
}

// solver works on a Timing with its dominated ways dropped.
type solver struct {
	limit    []int64
	ways     [][]PayDay
	source   [][]int   // the place of each way in the Timing
	u        []float64 // what a unit that has left by day t costs more: falls with the days
	bestU    []float64
	bound    float64
	best     []int
	bestCost float64
	bestOver int64
	slack    []int64
	rng      *rand.Rand
	effort   float64
}

func newSolver(t Timing) *solver {
	n := len(t.Choices)
	s := &solver{
		limit: t.Limit, ways: make([][]PayDay, n), source: make([][]int, n), u: make([]float64, len(t.Limit)+1),
		bound: math.Inf(-1), bestCost: math.Inf(1), bestOver: math.MaxInt64, slack: make([]int64, len(t.Limit)),
		rng: rand.New(rand.NewPCG(uint64(n), uint64(len(t.Limit)))), effort: t.Effort,
	}
	if s.effort <= 0 || s.effort > 1 {
		s.effort = 1
	}
	for i, ways := range t.Choices {
		for k, w := range ways {
			w.Day = min(max(w.Day, 0), len(t.Limit))
			if !dominated(ways, k, len(t.Limit)) {
				s.ways[i], s.source[i] = append(s.ways[i], w), append(s.source[i], k)
			}
		}
	}
	return s
}

// dominated reports a way that another is no dearer than, no earlier and no larger; of equals the first stays.
func dominated(ways []PayDay, k, days int) bool {
	w := ways[k]
	gone := func(d PayDay) int64 { // nothing leaves within the days
		if d.Day >= days {
			return 0
		}
		return d.Out
	}
	for j, o := range ways {
		if j == k || o.Cost > w.Cost || o.Day < w.Day && gone(o) > 0 || gone(o) > gone(w) {
			continue
		}
		if o.Cost < w.Cost || o.Day > w.Day || gone(o) < gone(w) || j < k {
			return true
		}
	}
	return false
}

func (s *solver) original(pick []int) []int {
	out := make([]int, len(pick))
	for i, k := range pick {
		out[i] = s.source[i][k]
	}
	return out
}

// keep takes over a plan of the caller's, with each dropped way replaced by the one that dominates it.
func (s *solver) keep(t Timing, start []int) {
	pick := make([]int, len(s.ways))
	for i := range s.ways {
		if pick[i] = slices.Index(s.source[i], start[i]); pick[i] < 0 {
			was := t.Choices[i][start[i]]
			pick[i] = slices.IndexFunc(s.ways[i], func(w PayDay) bool {
				return w.Cost <= was.Cost && (w.Day >= min(was.Day, len(t.Limit)) && w.Out <= was.Out || w.Day >= len(t.Limit))
			})
		}
	}
	s.offer(pick)
}

// offer notes a plan if it is the best so far: least over the limits, then cheapest.
func (s *solver) offer(pick []int) {
	cost, over := s.measure(pick)
	if over < s.bestOver || over == s.bestOver && cost < s.bestCost {
		s.best, s.bestCost, s.bestOver = slices.Clone(pick), cost, over
	}
}

// measure fills the slack of a plan and gives its cost and how much it is over the limits.
func (s *solver) measure(pick []int) (cost float64, over int64) {
	clear(s.slack)
	for i, k := range pick {
		w := s.ways[i][k]
		cost += w.Cost
		if w.Day < len(s.slack) {
			s.slack[w.Day] -= w.Out
		}
	}
	left := int64(0)
	for t := range s.slack {
		left += s.slack[t]
		s.slack[t] = s.limit[t] + left
		over += max(0, -s.slack[t])
	}
	return cost, over
}

// relax picks, for the prices u, the cheapest way of each payment, and gives what that proves.
func (s *solver) relax(pick []int) float64 {
	bound := 0.0
	for i, ways := range s.ways {
		best := math.Inf(1)
		for k := range ways {
			if c := ways[k].Cost + float64(ways[k].Out)*s.u[ways[k].Day]; c < best {
				best, pick[i] = c, k
			}
		}
		bound += best
	}
	for t, l := range s.limit {
		bound -= (s.u[t] - s.u[t+1]) * float64(l)
	}
	return bound
}

// price climbs the bound. The steps are taken in what a unit costs for leaving on a day rather than in each limit's own
// price, which sums over days and climbs slowly; the projection keeps the former falling with the days.
func (s *solver) price() {
	pick, day := make([]int, len(s.ways)), make([]float64, len(s.limit))
	dir := make([]float64, len(s.limit))
	theta, since := 1.0, 0
	for round := range dualRounds {
		bound := s.relax(pick)
		since++
		if bound > s.bound+1e-9*math.Abs(s.bound) || round == 0 {
			s.bound, s.bestU, since = bound, slices.Clone(s.u), 0
			theta = min(theta*1.08, 16)
		}
		if round%max(1, min(repairEvery, len(s.ways)/80)) == 0 {
			s.offer(s.repaired(slices.Clone(pick)))
			if s.done() {
				return
			}
		}
		if since >= 8 {
			theta, since = theta/1.5, 0
			copy(s.u, s.bestU)
			clear(dir)
			bound = s.relax(pick)
		}
		if !s.step(pick, day, dir, bound, theta) || theta < 1e-4 {
			break
		}
	}
	copy(s.u, s.bestU)
	s.relax(pick)
	s.offer(s.repaired(pick))
}

// done reports that the best plan is proved best.
func (s *solver) done() bool {
	return s.bestOver == 0 && s.bestCost-s.bound <= 1e-9*max(1, math.Abs(s.bestCost))
}

// step moves the prices along what the picks are over the limits, day by day; false where they are over on none.
func (s *solver) step(pick []int, day, dir []float64, bound, theta float64) bool {
	clear(day)
	for i, k := range pick {
		if w := s.ways[i][k]; w.Day < len(day) {
			day[w.Day] += float64(w.Out)
		}
	}
	norm, was := 0.0, int64(0)
	for t, l := range s.limit {
		dir[t] = .6*dir[t] + day[t] - float64(l-was)
		was = l
		norm += dir[t] * dir[t]
	}
	if norm == 0 {
		return false
	}
	target := s.bestCost - bound
	if s.bestOver > 0 || target <= 0 {
		target = max(1, math.Abs(bound)*.05)
	}
	for t := range s.limit {
		s.u[t] += theta * target / norm * dir[t]
	}
	falling(s.u[:len(s.limit)])
	return true
}

// falling gives the nearest series that never rises and never is below nothing (pool adjacent violators).
func falling(u []float64) {
	type block struct {
		sum float64
		n   int
	}
	blocks := make([]block, 0, len(u))
	for _, v := range u {
		b := block{v, 1}
		for len(blocks) > 0 {
			last := blocks[len(blocks)-1]
			if last.sum*float64(b.n) >= b.sum*float64(last.n) {
				break
			}
			b = block{b.sum + last.sum, b.n + last.n}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	at := 0
	for _, b := range blocks {
		for range b.n {
			u[at] = max(0, b.sum/float64(b.n))
			at++
		}
	}
}
