package level

import (
	"math"
	"slices"

	"remit/models"
)

// Example is a ticket of the past and the priority that people gave it.
type Example struct {
	Text
	Priority models.Priority
}

// Limits on a training set.
const (
	leastExamples = 100
	leastEach     = 5 // examples of a level for it to be told apart
	mostExamples  = 20_000
	firstPart     = 0.5 // the part of the examples that the first rolling origin learns from
	origins       = 5
)

// Train learns from examples, the oldest first; of more than 20,000 the newest count. It depends on them alone. Examples
// without a priority, and those of a priority that hardly any has, are passed over; fewer than 100, or all of one
// priority, are Invalid.
func Train(examples []Example) (*Model, error) {
	examples, levels := usable(examples)
	switch {
	case len(examples) < leastExamples:
		return nil, models.FieldErrorf("examples", "%d tickets with a priority are too few to learn urgency from: at least %d are needed", len(examples), leastExamples)
	case len(levels) < 2:
		return nil, models.FieldErrorf("priority", "every ticket has the priority %s: there is nothing to tell apart", levels[0])
	}
	t := trainer{texts: make([]seen, len(examples)), levels: make([]int, len(examples)), kinds: len(levels)}
	for i, e := range examples {
		t.texts[i], t.levels[i] = e.read(), slices.Index(levels, e.Priority)
	}
	m := &Model{Levels: levels, Usual: most(t.levels, t.kinds)}
	later, truth := t.roll(m.Usual)
	m.stack = fitStack(later, truth, t.kinds)
	m.Leave = m.leaving(later, truth)
	m.reader = t.learn(0, len(t.texts))
	m.version = m.named()
	return m, nil
}

// usable gives the examples that can be learned from, and their priorities, the most urgent first.
func usable(examples []Example) ([]Example, []models.Priority) {
	examples = examples[max(0, len(examples)-mostExamples):]
	n := map[models.Priority]int{}
	for _, e := range examples {
		n[e.Priority]++
	}
	var levels []models.Priority
	for _, p := range models.Priorities() {
		if n[p] >= leastEach {
			levels = append(levels, p)
		}
	}
	var out []Example
	for _, e := range examples {
		if slices.Contains(levels, e.Priority) {
			out = append(out, e)
		}
	}
	return out, levels
}

// trainer holds the examples as they are read.
type trainer struct {
	texts  []seen
	levels []int
	kinds  int
}

// learn gives the two models of the examples from..to.
func (t *trainer) learn(from, to int) reader {
	r := reader{vocabulary: count(t.texts[from:to]), kinds: t.kinds}
	x := rows{levels: t.levels[from:to], width: len(r.vocabulary.keys), kinds: t.kinds}
	for _, text := range t.texts[from:to] {
		x.cells = append(x.cells, r.vocabulary.vector(text))
	}
	r.ordinal, r.each = fitOrdinal(x), fitEach(x, eachPull, eachEven)
	return r
}

// roll gives what models of the earlier examples say of the next ones, and what those were.
func (t *trainer) roll(usual int) (said [][]float64, truth []int) {
	n := len(t.texts)
	for i := range origins {
		at := func(i int) int { return int(float64(n) * (firstPart + (1-firstPart)*float64(i)/origins)) }
		from, to := at(i), at(i+1)
		r := t.learn(0, from)
		for j := from; j < to; j++ {
			said, truth = append(said, r.says(r.vocabulary.vector(t.texts[j]), usual)), append(truth, t.levels[j])
		}
	}
	return said, truth
}

// fitStack learns what the two models' words are worth.
func fitStack(said [][]float64, truth []int, kinds int) []float64 {
	x := rows{levels: truth, width: kinds, kinds: kinds}
	for _, s := range said {
		x.cells = append(x.cells, dense(s))
	}
	return fitEach(x, stackPull, 0)
}

// dense gives a vector of all its coordinates.
func dense(x []float64) []cell {
	out := make([]cell, len(x))
	for i, v := range x {
		out[i] = cell{int32(i), v}
	}
	return out
}

// leaving gives the probability from which naming another level than the usual one did good on later examples, by more than
// half the spread of luck; never where it did not. Where several do as much good it is the least that is more likely than not.
func (m *Model) leaving(said [][]float64, truth []int) float64 {
	shares := make([][]float64, len(said))
	for i, s := range said {
		shares[i] = m.shares(s)
	}
	best, line := 0.0, never
	for l := never; l > leastLine; l -= lineStep {
		won, lost := 0.0, 0.0
		for i, p := range shares {
			switch k := chosen(p, m.Usual, l); {
			case k == m.Usual:
			case k == truth[i]:
				won++
			case truth[i] == m.Usual:
				lost++
			}
		}
		good := won - lost - spread*math.Sqrt(won+lost)
		if good > best || good == best && good > 0 && l >= 0.5 {
			best, line = good, l
		}
	}
	return line
}

// Lines that are tried.
const (
	leastLine = 0.3
	lineStep  = 0.05
	spread    = 0.5
)

// never is above every probability.
const never = 1.01

// chosen gives the likeliest level from the line on, and the usual one below it.
func chosen(p []float64, usual int, line float64) int {
	best := 0
	for k, v := range p {
		if v > p[best] {
			best = k
		}
	}
	if p[best] < line {
		return usual
	}
	return best
}

func most(levels []int, kinds int) int {
	n, best := make([]int, kinds), 0
	for _, k := range levels {
		n[k]++
	}
	for k := range n {
		if n[k] > n[best] {
			best = k
		}
	}
	return best
}
