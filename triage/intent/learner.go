package intent

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// learner is what one training gives, before it is calibrated.
type learner struct {
	vocabulary *vocabulary
	starter    *Starter
	center     []float32 // see Starter.center
	linear     *linear
	soft       *linear // nil once it is merged
	near       *neighbours
}

// plan says how to learn, the same for all learners of one training.
type plan struct {
	names   []string // the labels
	starter *Starter
	small   bool // see smallSet
	seed    uint64
}

// smallSet is how many texts a training set may have for n-grams to count that only one of them has, and for neighbours to
// be sought by meaning too, which takes as long as there are texts.
const smallSet = 3000

// nameTimes is how many examples a label's own name counts as.
const nameTimes = 2

// maxWeights bounds the memory of a training, which has two sets of weights; n-grams that few texts have go first.
const maxWeights = 24 << 20

// learn trains on the texts, whose labels are numbers.
func learn(texts []string, labels []int, p plan) *learner {
	texts, labels = settle(texts, labels)
	v := p.vocabulary(texts)
	l := &learner{vocabulary: v, starter: p.starter, center: p.starter.center(texts)}
	ex := rows{width: len(v.keys) + p.starter.width(), kinds: len(p.names)}
	var r reader
	add := func(text string, label int) {
		row, _ := l.row(&r, text, nil)
		ex.cells = append(ex.cells, row)
		ex.labels = append(ex.labels, label)
	}
	for i, t := range texts {
		add(t, labels[i])
	}
	for k, name := range p.names {
		for range nameTimes {
			add(spoken(name), k)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { l.soft = fitSoft(ex, p.names, p.seed) })
	l.linear = fit(ex, p.seed)
	l.near = newNeighbours(ex, v, p.small)
	wg.Wait()
	return l
}

// merge adds so much of soft to the other weights: see joint.share.
func (l *learner) merge(share float32) *learner {
	for i, x := range l.soft.weights {
		l.linear.weights[i] += share * x
	}
	for k, x := range l.soft.bias {
		l.linear.bias[k] += share * x
	}
	l.soft = nil
	return l
}

func (p plan) vocabulary(texts []string) *vocabulary {
	least, leastPairs := int32(1), int32(2)
	if p.small {
		leastPairs = 1
	}
	v := count(texts, least, leastPairs)
	for len(v.keys)*len(p.names) > maxWeights && int(least) < len(texts) {
		least, leastPairs = 2*least, 2*leastPairs
		v = count(texts, least, leastPairs)
	}
	return v
}

// row gives a text's vector, appended to out.
func (l *learner) row(r *reader, text string, out []cell) (row []cell, known float32) {
	r.read(text)
	cells, known := l.vocabulary.vector(r)
	out = append(slices.Grow(out, len(cells)+l.starter.width()), cells...)
	return l.starter.add(r, int32(len(l.vocabulary.keys)), l.center, out), known
}

// spoken gives a label as words: people name a group for what it is about.
func spoken(label string) string {
	var b strings.Builder
	lower := false
	for _, c := range label {
		if unicode.IsUpper(c) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(c)
		b.WriteRune(c)
	}
	return b.String()
}
