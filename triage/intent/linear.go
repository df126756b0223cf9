package intent

import "math/rand/v2"

// rows are training texts as vectors, each with the number of its label.
type rows struct {
	cells  [][]cell
	labels []int
	width  int // coordinates
	kinds  int // labels
}

// linear has a weight for each coordinate and label, those of a coordinate side by side.
type linear struct {
	kinds   int
	weights []float32
	bias    []float32
}

// scores adds up four coordinates at a time, which saves reading and writing the sums between them.
func (l *linear) scores(row []cell, out []float32) {
	copy(out, l.bias)
	n := len(out)
	for ; len(row) >= 4; row = row[4:] {
		a, b, c, d := row[0].val, row[1].val, row[2].val, row[3].val
		u := l.weights[int(row[0].at)*l.kinds:][:n]
		v := l.weights[int(row[1].at)*l.kinds:][:n]
		w := l.weights[int(row[2].at)*l.kinds:][:n]
		x := l.weights[int(row[3].at)*l.kinds:][:n]
		for k := range out {
			out[k] += a*u[k] + b*v[k] + c*w[k] + d*x[k]
		}
	}
	for _, c := range row {
		w := l.weights[int(c.at)*l.kinds:][:n]
		for k, x := range w {
			out[k] += c.val * x
		}
	}
}

// epochs and slack of the training; chosen by cross-validation on training splits.
const (
	epochs = 12
	slack  = 1.0
	still  = 0.02 // a text that changes the weights less than this is visited in every third epoch only
)

// fit separates each label from the rest at the largest margin under a squared hinge, by dual coordinate descent (Hsieh et
// al. 2008, "A Dual Coordinate Descent Method for Large-scale Linear SVM", algorithm 1), for all labels in one pass.
func fit(ex rows, seed uint64) *linear {
	l := &linear{kinds: ex.kinds, weights: make([]float32, ex.width*ex.kinds), bias: make([]float32, ex.kinds)}
	d := descent{linear: l, ex: ex, alpha: make([]float32, len(ex.cells)*ex.kinds), score: make([]float32, ex.kinds), step: make([]float32, ex.kinds)}
	rng := rand.New(rand.NewPCG(seed, 1))
	order := rng.Perm(len(ex.cells))
	settled := make([]bool, len(order))
	for e := range epochs {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			if !settled[i] || e%3 == 0 {
				settled[i] = d.visit(i) < still
			}
		}
	}
	return l
}

type descent struct {
	*linear
	ex          rows
	alpha       []float32 // dual variables, by text and label
	score, step []float32
	moved       []int32
}

const diagonal = 1 / (2 * slack)

// visit brings the dual variables of one text to their best, all else being equal, and gives the
// largest change.
func (d *descent) visit(i int) (most float32) {
	row := d.ex.cells[i]
	d.scores(row, d.score)
	norm := float32(1 + diagonal)
	for _, c := range row {
		norm += c.val * c.val
	}
	d.moved = d.moved[:0]
	alpha := d.alpha[i*d.kinds:][:d.kinds]
	for k := range alpha {
		sign := float32(-1)
		if k == d.ex.labels[i] {
			sign = 1
		}
		slope := sign*d.score[k] - 1 + alpha[k]*diagonal
		if alpha[k] == 0 && slope >= 0 {
			continue
		}
		old := alpha[k]
		alpha[k] = max(old-slope/norm, 0)
		if change := (alpha[k] - old) * sign; change != 0 {
			d.step[k] = change
			d.moved = append(d.moved, int32(k))
			most = max(most, change, -change)
		}
	}
	d.move(row)
	return most
}

func (d *descent) move(row []cell) {
	for _, k := range d.moved {
		d.bias[k] += d.step[k]
	}
	for _, c := range row {
		w := d.weights[int(c.at)*d.kinds:][:d.kinds]
		for _, k := range d.moved {
			w[k] += d.step[k] * c.val
		}
	}
}
