package finance_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/finance"
)

func drawTiming(t *rapid.T, payments int) finance.Timing {
	days := rapid.IntRange(1, 8).Draw(t, "days")
	p := finance.Timing{Limit: make([]int64, days), Choices: make([][]finance.PayDay, payments)}
	for d := range p.Limit {
		p.Limit[d] = rapid.Int64Range(0, 60*int64(payments)).Draw(t, "limit")
	}
	for i := range p.Choices {
		for range rapid.IntRange(1, 3).Draw(t, "ways") {
			p.Choices[i] = append(p.Choices[i], finance.PayDay{
				Day:  rapid.IntRange(0, days).Draw(t, "day"),
				Out:  rapid.Int64Range(1, 100).Draw(t, "out"),
				Cost: rapid.Float64Range(-10, 50).Draw(t, "cost"),
			})
		}
	}
	return p
}

// reckon gives what a plan costs and how much it is over the limits.
func reckon(p finance.Timing, pick []int) (cost float64, over int64) {
	left := make([]int64, len(p.Limit)+1)
	for i, k := range pick {
		w := p.Choices[i][k]
		cost += w.Cost
		left[w.Day] += w.Out
	}
	sum := int64(0)
	for d, l := range p.Limit {
		sum += left[d]
		over += max(0, sum-l)
	}
	return cost, over
}

// cheapest tries everything; infinite where nothing stays within the limits.
func cheapest(p finance.Timing, pick []int) float64 {
	if len(pick) == len(p.Choices) {
		if cost, over := reckon(p, pick); over == 0 {
			return cost
		}
		return math.Inf(1)
	}
	best := math.Inf(1)
	for k := range p.Choices[len(pick)] {
		best = min(best, cheapest(p, append(slices.Clone(pick), k)))
	}
	return best
}

func TestASolutionIsWhatItSaysAndItsBoundHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawTiming(t, rapid.IntRange(0, 6).Draw(t, "payments"))
		p.Effort = .01
		best := cheapest(p, nil)
		s := p.Solve(nil)
		cost, over := reckon(p, s.Pick)
		if math.Abs(cost-s.Cost) > 1e-6 || over != s.Over {
			t.Fatalf("says %v and %d over, is %v and %d over", s.Cost, s.Over, cost, over)
		}
		if over == 0 && (s.Cost < best-1e-6 || s.Bound > best+1e-6) {
			t.Fatalf("cost %v, bound %v, but the best is %v", s.Cost, s.Bound, best)
		}
		if diff := cmp.Diff(s, p.Solve(nil)); diff != "" {
			t.Fatalf("the same problem is solved differently: %s", diff)
		}
	})
}

func TestASolutionIsNeverWorseThanItsStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawTiming(t, rapid.IntRange(1, 12).Draw(t, "payments"))
		p.Effort = .01
		start := make([]int, len(p.Choices))
		for i := range start {
			start[i] = rapid.IntRange(0, len(p.Choices[i])-1).Draw(t, "way")
		}
		cost, over := reckon(p, start)
		s := p.Solve(start)
		if s.Over > over || (s.Over == over && s.Cost > cost+1e-6) {
			t.Fatalf("cost %v and %d over, from %v and %d over", s.Cost, s.Over, cost, over)
		}
	})
}

func TestOfManyPaymentsTheRightOnesWait(t *testing.T) {
	// Room for half of forty equal payments: those go that would cost most to defer.
	p, want := finance.Timing{Limit: []int64{2_000}}, 0.0
	for i := range 40 {
		cost := float64((i*17)%40 + 1)
		p.Choices = append(p.Choices, []finance.PayDay{{Day: 0, Out: 100}, {Day: 1, Cost: cost}})
		if cost <= 20 {
			want += cost
		}
	}
	s := p.Solve(nil)
	if math.Abs(s.Cost-want) > 1e-6 || s.Over != 0 || s.Gap() > 1e-6 {
		t.Errorf("costs %v over %d, bound %v, want %v", s.Cost, s.Over, s.Bound, want)
	}
}

func TestNoLimitMeansEverybodysCheapestWay(t *testing.T) {
	p := finance.Timing{Choices: [][]finance.PayDay{{{Cost: 5}, {Cost: -2}}, {{Cost: 1}}}}
	if s := p.Solve(nil); s.Cost != -1 || !slices.Equal(s.Pick, []int{1, 0}) {
		t.Errorf("picks %v for %v", s.Pick, s.Cost)
	}
}
