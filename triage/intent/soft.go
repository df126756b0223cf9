package intent

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Settings of the softmax training; chosen on training and validation parts.
const (
	softEpochs  = 8
	softRate    = 0.5  // of learning, falling to nothing at the end
	dropped     = 0.4  // of a text's coordinates are left out at each visit
	faint       = 2e-3 // a slope that is smaller moves nothing
	learned     = 1e-6 // likewise a text whose slopes' squares come to less
	apart       = 1e-5 // keeps the first step of a coordinate finite
	stemLetters = 5    // label words that begin with the same letters are one word
)

// fitSoft makes the labels' scores such that their softmax gives the probability of each, where fit pays each label by itself.
// At each visit of a text coordinates of it are left out by chance (Wang and Manning 2013, "Fast dropout training"), so none
// leans on a single n-gram; steps are as long as AdaGrad says (Duchi, Hazan and Singer 2011), by coordinate. Labels
// whose names share words learn together: what moves one moves the others too (Evgeniou, Micchelli and Pontil 2005,
// "Learning Multiple Tasks with Kernel Methods").
func fitSoft(ex rows, names []string, seed uint64) *linear {
	l := &linear{kinds: ex.kinds, weights: make([]float32, ex.width*ex.kinds), bias: make([]float32, ex.kinds)}
	d := ascent{linear: l, kin: kinOf(names), slope: make([]float32, ex.kinds), moves: make([]float32, ex.kinds), paid: make([]float32, ex.width)}
	rng := rand.New(rand.NewPCG(seed, 5))
	order := rng.Perm(len(ex.cells))
	var row []cell
	for e := range softEpochs {
		d.rate = softRate * (1 - float32(e)/softEpochs)
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			row = row[:0]
			for _, c := range ex.cells[i] {
				if rng.Float32() >= dropped {
					row = append(row, cell{c.at, c.val / (1 - dropped)})
				}
			}
			d.visit(row, ex.labels[i])
		}
	}
	return l
}

type ascent struct {
	*linear
	kin          [][]int32 // groups of labels whose names share a word
	rate         float32
	slope, moves []float32 // by label
	paid         []float32 // by coordinate: the squares of what has moved it
	biasPaid     float32
	moved        []int32
}

// visit takes a step towards the label's being the likeliest for the row.
func (d *ascent) visit(row []cell, label int) {
	d.scores(row, d.slope)
	softmax(d.slope)
	d.slope[label]--
	square := d.spread()
	if square < learned {
		return
	}
	d.moved = d.moved[:0]
	for k, x := range d.moves {
		if x > faint || x < -faint {
			d.moved = append(d.moved, int32(k))
		}
	}
	d.biasPaid += square
	for _, k := range d.moved {
		d.bias[k] -= biasShare * d.rate * d.moves[k] / root(d.biasPaid)
	}
	for _, c := range row {
		d.paid[c.at] += square * c.val * c.val
		step := d.rate * c.val / root(d.paid[c.at]+apart)
		w := d.weights[int(c.at)*d.kinds:][:d.kinds]
		for _, k := range d.moved {
			w[k] -= step * d.moves[k]
		}
	}
}

// biasShare is how much slower than weights the biases learn, which every text moves.
const biasShare = 0.1

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// spread fills in the moves: a label's own slope, and the slopes of each group that it is in. It gives the sum of the
// squares of what the labels and the groups have.
func (d *ascent) spread() (square float32) {
	copy(d.moves, d.slope)
	for _, x := range d.slope {
		square += x * x
	}
	for _, group := range d.kin {
		sum := float32(0)
		for _, k := range group {
			sum += d.slope[k]
		}
		square += sum * sum
		for _, k := range group {
			d.moves[k] += sum
		}
	}
	return square
}

// softmax turns scores into probabilities.
func softmax(z []float32) {
	top, sum := slices.Max(z), float32(0)
	for k, x := range z {
		z[k] = float32(math.Exp(float64(x - top)))
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
}

// kinOf groups the labels whose names have a word in common, be it in another form: billing/refund and billing/invoice,
// transfer_failed and transfers_pending. A word that more than half of the labels have says nothing.
func kinOf(names []string) (groups [][]int32) {
	at := map[string]int{}
	for k, name := range names {
		for _, word := range stems(name) {
			i, ok := at[word]
			if !ok {
				i = len(groups)
				at[word] = i
				groups = append(groups, nil)
			}
			if g := groups[i]; len(g) == 0 || g[len(g)-1] != int32(k) {
				groups[i] = append(g, int32(k))
			}
		}
	}
	return slices.DeleteFunc(groups, func(g []int32) bool { return len(g) < 2 || 2*len(g) > len(names) })
}

// stems gives how the words of a label begin.
func stems(label string) []string {
	words := strings.FieldsFunc(strings.ToLower(spoken(label)), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	for i, w := range words {
		letters := []rune(w)
		words[i] = string(letters[:min(len(letters), stemLetters)])
	}
	return words
}
