package finance

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// node is a question about one signal, or, where next is 0, an answer. next is the place of the node for "at most the
// cut"; the one for "above it" comes right after. value is the answer so far.
type node struct {
	signal int
	cut    float32
	next   int
	value  float32
}

// MarshalJSON gives the node as four numbers, which is half as long as with names. Cuts are values that were seen, so
// each is kept to the last bit.
func (n node) MarshalJSON() ([]byte, error) {
	cut := strconv.FormatFloat(float64(n.cut), 'g', -1, 32)
	return fmt.Appendf(nil, "[%d,%s,%d,%.4g]", n.signal, cut, n.next, n.value), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *node) UnmarshalJSON(b []byte) error {
	var f [4]float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*n = node{int(f[0]), float32(f[1]), int(f[2]), float32(f[3])}
	return nil
}

type tree []node

// follow gives the node that the answer to the question at i leads to.
func (t tree) follow(i int, x *vector) int {
	if x[t[i].signal] <= t[i].cut {
		return t[i].next
	}
	return t[i].next + 1
}

func (t tree) value(x *vector) float64 {
	i := 0
	for t[i].next > 0 {
		i = t.follow(i, x)
	}
	return float64(t[i].value)
}

// example is a payment to learn from: what was seen of it, whether it was made wrong, and how much it counts.
type example struct {
	x      vector
	odd    bool
	weight float64
}

// growth says how trees are grown.
type growth struct {
	trees, depth int
	rate         float64 // how much of each tree is believed
	rows, cols   float64 // the share of examples and of signals that a tree sees
	leaf         float64 // the least sum of curvatures in a leaf
	ridge        float64 // added to the curvature of a leaf, so that few examples move it little
}

var grown = growth{trees: 400, depth: 5, rate: .04, rows: .6, cols: .4, leaf: 2, ridge: 4}

// mostBins is how many values of a signal are told apart while trees grow.
const mostBins = 64

// forest is a sum of trees on the scale of log-odds.
type forest struct {
	Base  float64 `json:"base"`
	Trees []tree  `json:"trees"`
}

func (f forest) value(x *vector) float64 {
	sum := f.Base
	for _, t := range f.Trees {
		sum += t.value(x)
	}
	return sum
}

// grow fits a forest to the examples by gradient boosting on the logistic loss (Friedman 2001, with second derivatives).
func grow(all []example, g growth, rng *rand.Rand) forest {
	b := newBooster(all, g, rng)
	for range g.trees {
		b.forest.Trees = append(b.forest.Trees, b.tree())
	}
	return b.forest
}

// booster holds the examples by column, as bins, and where each stands so far.
type booster struct {
	growth
	all    []example
	cuts   [signalCount][]float32
	bins   [signalCount][]uint8
	score  []float64
	slope  []float64
	curve  []float64
	forest forest
	rng    *rand.Rand
}

func newBooster(all []example, g growth, rng *rand.Rand) *booster {
	b := &booster{growth: g, all: all, rng: rng, score: make([]float64, len(all)), slope: make([]float64, len(all)), curve: make([]float64, len(all))}
	odd, sum := 0.0, 0.0
	for _, e := range all {
		sum += e.weight
		if e.odd {
			odd += e.weight
		}
	}
	b.forest.Base = math.Log((odd + .5) / (sum - odd + .5))
	for i := range b.score {
		b.score[i] = b.forest.Base
	}
	for s := range signalCount {
		b.cuts[s] = cutsOf(all, s)
		b.bins[s] = make([]uint8, len(all))
		for i := range all {
			n, _ := slices.BinarySearch(b.cuts[s], all[i].x[s])
			b.bins[s][i] = uint8(n) // at most mostBins
		}
	}
	return b
}

// cutsOf gives values of a signal at which to cut: its quantiles, half of them those of the odd examples alone, since
// what tells them apart lies where few of the others are.
func cutsOf(all []example, s int) []float32 {
	var whole, odd []float32
	for i := range all {
		whole = append(whole, all[i].x[s])
		if all[i].odd {
			odd = append(odd, all[i].x[s])
		}
	}
	var cuts []float32
	for _, values := range [][]float32{whole, odd} {
		slices.Sort(values)
		for k := 1; k < mostBins/2 && len(values) > 0; k++ {
			cuts = append(cuts, values[k*(len(values)-1)/(mostBins/2)])
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// tree grows the next tree and moves the scores by it.
func (b *booster) tree() tree {
	var rows []int32
	for i, e := range b.all {
		p := 1 / (1 + math.Exp(-b.score[i]))
		b.slope[i], b.curve[i] = e.weight*(p-pick(e.odd, 1.0, 0)), e.weight*p*(1-p)
		if b.rng.Float64() < b.rows {
			rows = append(rows, int32(i))
		}
	}
	var signals []int
	for s := range signalCount {
		if b.rng.Float64() < b.cols {
			signals = append(signals, s)
		}
	}
	t := tree{{}}
	b.split(&t, 0, rows, signals, b.depth)
	for i := range b.all {
		b.score[i] += t.value(&b.all[i].x)
	}
	return t
}

func (b *booster) split(t *tree, at int, rows []int32, signals []int, depth int) {
	var g, h float64
	for _, i := range rows {
		g, h = g+b.slope[i], h+b.curve[i]
	}
	best := cut{gain: 1e-3}
	if depth > 0 {
		for _, s := range signals {
			b.try(&best, s, rows, g, h)
		}
	}
	value := float32(-b.growth.rate * g / (h + b.ridge))
	if !best.found {
		(*t)[at].value = value
		return
	}
	next := len(*t)
	(*t)[at] = node{signal: best.signal, cut: b.cuts[best.signal][best.bin], next: next, value: value}
	*t = append(*t, node{}, node{})
	low, high := b.part(rows, best)
	b.split(t, next, low, signals, depth-1)
	b.split(t, next+1, high, signals, depth-1)
}

// part moves the rows at or below the cut to the front.
func (b *booster) part(rows []int32, c cut) (low, high []int32) {
	bins, n := b.bins[c.signal], 0
	for i, r := range rows {
		if int(bins[r]) <= c.bin {
			rows[i], rows[n] = rows[n], r
			n++
		}
	}
	return rows[:n], rows[n:]
}

// cut is a way to divide the rows of a node: those in bins up to bin, and the rest.
type cut struct {
	signal, bin int
	gain        float64
	found       bool
}

// try looks for a better cut on a signal.
func (b *booster) try(best *cut, s int, rows []int32, g, h float64) {
	var gs, hs [mostBins + 1]float64
	bins := b.bins[s]
	for _, r := range rows {
		gs[bins[r]] += b.slope[r]
		hs[bins[r]] += b.curve[r]
	}
	whole := g * g / (h + b.ridge)
	var gl, hl float64
	for k := range b.cuts[s] {
		gl, hl = gl+gs[k], hl+hs[k]
		if hl < b.leaf || h-hl < b.leaf {
			continue
		}
		gain := gl*gl/(hl+b.ridge) + (g-gl)*(g-gl)/(h-hl+b.ridge) - whole
		if gain > best.gain {
			*best = cut{signal: s, bin: k, gain: gain, found: true}
		}
	}
}
