package level

import (
	"cmp"
	"math"
	"slices"

	"remit/models"
)

// Kind is what a learned model of urgency is kept under, and VersionPrefix what its versions begin with.
const (
	Kind          = "urgency/levels"
	VersionPrefix = "triage-level/"
)

// Model tells how urgent a text is. It is never changed, and may be used from many goroutines at once.
type Model struct {
	Levels []models.Priority // that it tells apart, the most urgent first
	Usual  int               // the most frequent of them in the history, as a place in Levels
	Leave  float64           // the probability from which another than the usual level is named; above 1: never
	reader
	stack   []float64
	version string
}

// reader is a vocabulary and the two models of it.
type reader struct {
	vocabulary *vocabulary
	kinds      int
	ordinal    []float64 // see fitOrdinal
	each       []float64 // see fitEach
}

// Opinion is what a model makes of a text.
type Opinion struct {
	Shares []float64       // how probable each of the model's Levels is
	Level  models.Priority // the usual one unless another is probable enough
	Usual  models.Priority // what most tickets of the history have
	Words  []string        // that speak most for Level over the usual one; none where that is what it names
}

// Confidence gives how probable the level is that was named.
func (o Opinion) Confidence(m *Model) float64 { return o.Shares[slices.Index(m.Levels, o.Level)] }

// says gives the two models' words on a vector: the ordinal log odds of the most urgent level, and for every other than the
// usual one its log odds against that.
func (r *reader) says(row []cell, usual int) []float64 {
	out := append(make([]float64, 0, r.kinds), along(r.ordinal, row)+r.ordinal[len(r.ordinal)-r.kinds+1])
	scores := make([]float64, r.kinds)
	scoresOf(r.each, row, scores)
	for k, s := range scores {
		if k != usual {
			out = append(out, s-scores[usual])
		}
	}
	return out
}

// shares turns the two models' words into probabilities.
func (m *Model) shares(said []float64) []float64 {
	out := make([]float64, len(m.Levels))
	scoresOf(m.stack, dense(said), out)
	return softmax(out)
}

// Judge gives the model's opinion.
func (m *Model) Judge(t Text) Opinion {
	s := t.read()
	row := m.vocabulary.vector(s)
	p := m.shares(m.says(row, m.Usual))
	k := chosen(p, m.Usual, m.Leave)
	o := Opinion{Shares: p, Level: m.Levels[k], Usual: m.Levels[m.Usual]}
	if k != m.Usual {
		o.Words = m.words(s, row, k)
	}
	return o
}

// shown is how many words give the reason.
const shown = 3

// words gives the words of a text, whose vector row is, that speak most for a level over the usual one.
func (m *Model) words(s seen, row []cell, k int) []string {
	type weighed struct {
		name  string
		value float64
	}
	value := make(map[int32]float64, len(row))
	for _, c := range row {
		w := m.each[int(c.at)*m.kinds:][:m.kinds]
		value[c.at] = c.value * (w[k] - w[m.Usual])
	}
	var all []weighed
	for _, name := range s.words {
		if at, ok := m.vocabulary.at(name); ok && value[at] > 0 {
			all = append(all, weighed{name, value[at]})
			delete(value, at) // said once
		}
	}
	slices.SortFunc(all, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, w := range all[:min(shown, len(all))] {
		out = append(out, w.name)
	}
	return out
}

// Knows reports whether enough texts of the history had a signal of urgency for the model to have learned what it means there.
func (m *Model) Knows(sign string) bool {
	_, ok := m.vocabulary.at(marked(signMark + sign))
	return ok
}

// Version names the model by what it was trained to: two that judge alike have the same.
func (m *Model) Version() string { return m.version }

// finite reports whether all are numbers.
func finite(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}
