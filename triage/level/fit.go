package level

import "math"

// How strongly weights are held to zero, and how much more examples of rare levels count; chosen on later training reports,
// see docs/experiments.md.
const (
	ordinalPull = 2.0
	eachPull    = 0.3
	stackPull   = 1.0
	ordinalEven = 1.0 // as if every level were as frequent
	eachEven    = 0.5
)

// rows are examples as vectors, with their levels.
type rows struct {
	cells  [][]cell
	levels []int
	width  int // coordinates
	kinds  int // levels
}

// weights gives what each example counts: those of rare levels more, the more so the nearer even is to 1.
func (x rows) weights(even float64) []float64 {
	n := make([]float64, x.kinds)
	for _, k := range x.levels {
		n[k]++
	}
	out := make([]float64, len(x.levels))
	for i, k := range x.levels {
		out[i] = math.Pow(float64(len(out))/float64(x.kinds)/n[k], even)
	}
	return out
}

// fitOrdinal gives a weight for each coordinate, and then the cut points between the levels: P(level <= k) is
// logistic(score + cut k), the cuts rising.
func fitOrdinal(x rows) []float64 {
	start := make([]float64, x.width+x.kinds-1)
	start[x.width] = -1 // what follows it are logarithms of distances
	weight := x.weights(ordinalEven)
	cuts, pull := make([]float64, x.kinds-1), make([]float64, x.kinds-1)
	out := descend(start, func(w, g []float64) float64 {
		loss := held(w[:x.width], g, ordinalPull)
		cutsOf(w[x.width:], cuts)
		clear(pull)
		for i, row := range x.cells {
			k := x.levels[i]
			score := along(w, row)
			below, above := 0.0, 1.0
			if k > 0 {
				below = logistic(score + cuts[k-1])
			}
			if k < len(cuts) {
				above = logistic(score + cuts[k])
			}
			p := max(above-below, 1e-12)
			loss -= weight[i] * math.Log(p)
			up, down := weight[i]*above*(1-above)/p, weight[i]*below*(1-below)/p
			for _, c := range row {
				g[c.at] += (down - up) * c.value
			}
			if k < len(cuts) {
				pull[k] -= up
			}
			if k > 0 {
				pull[k-1] += down
			}
		}
		steps(w[x.width:], pull, g[x.width:])
		return loss
	})
	cutsOf(out[x.width:], cuts)
	copy(out[x.width:], cuts)
	return out
}

// cutsOf gives the cut points of the first one and the logarithms of the distances.
func cutsOf(w, cuts []float64) {
	cuts[0] = w[0]
	for k := 1; k < len(cuts); k++ {
		cuts[k] = cuts[k-1] + math.Exp(w[k])
	}
}

// steps turns the gradient by cut points into that by the first one and the logarithms of the distances.
func steps(w, pull, g []float64) {
	sum := 0.0
	for k := len(pull) - 1; k >= 0; k-- {
		sum += pull[k]
		if g[k] = sum; k > 0 {
			g[k] *= math.Exp(w[k])
		}
	}
}

// fitEach gives a weight for each coordinate and level, those of a coordinate side by side, and last a bias for each level.
func fitEach(x rows, pull, even float64) []float64 {
	weight := x.weights(even)
	score := make([]float64, x.kinds)
	return descend(make([]float64, (x.width+1)*x.kinds), func(w, g []float64) float64 {
		loss := held(w[:x.width*x.kinds], g, pull)
		for i, row := range x.cells {
			scoresOf(w, row, score)
			loss -= weight[i] * math.Log(max(softmax(score)[x.levels[i]], 1e-12))
			score[x.levels[i]]--
			times(score, weight[i])
			for _, c := range row {
				plus(g[int(c.at)*x.kinds:][:x.kinds], c.value, score)
			}
			plus(g[x.width*x.kinds:], 1, score)
		}
		return loss
	})
}

// scoresOf writes the scores of a row by the weights of fitEach.
func scoresOf(w []float64, row []cell, out []float64) {
	k := len(out)
	copy(out, w[len(w)-k:])
	for _, c := range row {
		plus(out, c.value, w[int(c.at)*k:][:k])
	}
}

// held writes the gradient of what holds the weights to zero, and gives its value; the rest of the gradient is zero.
func held(w, g []float64, pull float64) float64 {
	clear(g)
	sum := 0.0
	for i, x := range w {
		sum += x * x
		g[i] = pull * x
	}
	return pull * sum / 2
}

func along(w []float64, row []cell) float64 {
	sum := 0.0
	for _, c := range row {
		sum += c.value * w[c.at]
	}
	return sum
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// softmax turns scores into probabilities, in place.
func softmax(x []float64) []float64 {
	top, total := math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, v)
	}
	for k, v := range x {
		x[k] = math.Exp(v - top)
		total += x[k]
	}
	return times(x, 1/total)
}
