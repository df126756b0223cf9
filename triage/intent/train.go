package intent

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"remit/models"
)

// Example is a text of the past and where it belonged.
type Example struct {
	Text, Label string
	Verdict     bool // a person has said so of a ticket that remit judged
}

// Options say how to train.
type Options struct {
	Seed    uint64
	Starter *Starter // what is known of words beforehand; nil for nothing
}

// Limits on a training set.
const (
	minExamples = 10
	maxExamples = 500_000
	maxLabels   = 1_000
	maxLabel    = 200 // bytes
)

// Held is what a model that had not seen an example said of it: the evidence for choosing from which confidence to act.
type Held struct {
	Confidence float64
	Outside    float64
	Refused    bool // Outside is above the model's limit
	Right      bool
}

// Report says what a training made of the examples.
type Report struct {
	Examples int       // that were used
	Empty    int       // without a word in them
	Repeated int       // texts that were there before
	Disputed []string  // texts with more than one label, of which the most frequent counts, the later one of two
	Suspects []Suspect // left out since all else speaks against their label
	Held     []Held    // a prediction for every example by a model that was trained without it
	Untaught []string  // labels with a single example, which nothing can be measured on
}

// Suspect is an example whose label looks like a slip.
type Suspect struct {
	Example
	Rather string
}

// Train learns from the examples. It takes seconds for ten thousand. What it cannot learn from is Invalid, with a
// sentence that says why: fewer than ten examples, a single label, a NUL in a text, a label that is empty or too long.
func Train(examples []Example, o Options) (*Model, error) {
	t := trainer{Options: o}
	if err := t.take(examples); err != nil {
		return nil, err
	}
	t.holdBack()
	t.agree(join(t.views, t.labels))
	t.suspect()
	texts, labels := t.part(func(i int) bool { return !t.doubtful[i] })
	m := newModel(learn(texts, labels, t.plan(t.names)).merge(t.share), t.names, t.join)
	t.measure(m)
	m.name(m.Encode())
	return m, nil
}

// trainer is the state of one training. Its slices are by example.
type trainer struct {
	Options
	names    []string
	texts    []string
	labels   []int
	verdicts []bool
	fold     []int
	views    []view
	doubtful []bool
	join     joint
	share    float32 // of soft in the margins
	report   Report
}

func (t *trainer) plan(names []string) plan {
	return plan{names: names, starter: t.Starter, small: len(t.texts) <= smallSet, seed: t.Seed}
}

// take checks the examples.
func (t *trainer) take(examples []Example) error {
	if len(examples) > maxExamples {
		return models.Errorf(models.TooLarge, "%d examples are more than the %d that a training takes", len(examples), maxExamples)
	}
	kept, err := t.clean(examples)
	if err != nil {
		return err
	}
	t.names = labelsOf(kept)
	switch {
	case t.report.Examples < minExamples:
		return models.FieldErrorf("examples", "%d usable examples are too few to learn from: at least %d are needed", t.report.Examples, minExamples)
	case len(t.names) < 2:
		return models.FieldErrorf("label", "every example has the label %q: there is nothing to tell apart", models.CleanText(t.names[0]))
	case len(t.names) > maxLabels:
		return models.FieldErrorf("label", "%d labels are more than the %d that a training takes", len(t.names), maxLabels)
	}
	for _, e := range kept {
		k, _ := slices.BinarySearch(t.names, e.Label)
		t.texts, t.labels, t.verdicts = append(t.texts, e.Text), append(t.labels, k), append(t.verdicts, e.Verdict)
	}
	t.deal()
	return nil
}

// clean leaves out what has no words, and notes what is there twice. What is there twice stays: it will come again, and
// what is held back must be like what is to come.
func (t *trainer) clean(examples []Example) ([]Example, error) {
	var r reader
	var kept []Example
	labels := map[string]string{}
	disputed := map[string]bool{}
	for i, e := range examples {
		if err := e.check(i); err != nil {
			return nil, err
		}
		if r.read(e.Text); len(r.ends) == 0 {
			t.report.Empty++
			continue
		}
		kept = append(kept, e)
		key := string(r.runes)
		label, repeated := labels[key]
		switch {
		case !repeated:
			labels[key] = e.Label
			t.report.Examples++
			continue
		case label != e.Label && !disputed[key]:
			disputed[key] = true
			t.report.Disputed = append(t.report.Disputed, e.Text)
		}
		t.report.Repeated++
	}
	return kept, nil
}

// settle keeps each text once, with its most frequent label, the later one of two.
func settle(texts []string, labels []int) (once []string, label []int) {
	var r reader
	at := map[string]int{}
	var votes []map[int]int
	for i, text := range texts {
		r.read(text)
		k, ok := at[string(r.runes)]
		if !ok {
			k = len(once)
			at[string(r.runes)] = k
			once, label, votes = append(once, text), append(label, labels[i]), append(votes, map[int]int{})
		}
		votes[k][labels[i]]++
		if votes[k][labels[i]] >= votes[k][label[k]] {
			label[k] = labels[i]
		}
	}
	return once, label
}

func (e Example) check(i int) error {
	switch {
	case strings.ContainsRune(e.Text, 0) || strings.ContainsRune(e.Label, 0):
		return models.FieldErrorf("text", "example %d has a NUL character in it: is the file text?", i+1)
	case strings.TrimSpace(e.Label) == "":
		return models.FieldErrorf("label", "example %d has no label", i+1)
	case len(e.Label) > maxLabel:
		return models.FieldErrorf("label", "example %d has a label of more than %d bytes", i+1, maxLabel)
	}
	return nil
}

const folds = 5

// deal puts the examples of each label into folds by turns, in an order that the seed decides.
func (t *trainer) deal() {
	rng := rand.New(rand.NewPCG(t.Seed, 2))
	turn := make([]int, len(t.names))
	for k := range turn {
		turn[k] = rng.IntN(folds)
	}
	t.fold = make([]int, len(t.texts))
	for _, i := range rng.Perm(len(t.texts)) {
		t.fold[i] = turn[t.labels[i]] % folds
		turn[t.labels[i]]++
	}
	t.doubtful = make([]bool, len(t.texts))
}

func (t *trainer) part(in func(i int) bool) (texts []string, labels []int) {
	for i, s := range t.texts {
		if in(i) {
			texts, labels = append(texts, s), append(labels, t.labels[i])
		}
	}
	return texts, labels
}

// holdBack sees each example through a learner that was trained without its fold.
func (t *trainer) holdBack() {
	t.views = make([]view, len(t.texts))
	each(folds, func(f int) {
		texts, labels := t.part(func(i int) bool { return t.fold[i] != f })
		l := learn(texts, labels, t.plan(t.names))
		var s sight
		for i, text := range t.texts {
			if t.fold[i] == f {
				t.views[i] = l.see(&s, text, len(t.names)).clone()
			}
		}
	})
}

// agree takes the joint and merges what it lets be merged.
func (t *trainer) agree(j joint) {
	t.join, t.share = j.merged(), j.share()
	for i := range t.views {
		t.views[i].merge(t.share)
	}
}

// each calls do for 0 to n-1, as many at a time as there are processors.
func each(n int, do func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// An example is suspect when its label is as unlikely as this, and another as likely as that.
const (
	unlikely = 0.02
	likely   = 0.8
)

// suspect finds examples that everything but their own label speaks against.
func (t *trainer) suspect() {
	p := make([]float64, len(t.names))
	for i, v := range t.views {
		best := t.join.odds(v, p)
		if p[t.labels[i]] < unlikely && p[best] > likely {
			t.doubtful[i] = true
			t.report.Suspects = append(t.report.Suspects, Suspect{Example{Text: t.texts[i], Label: t.names[t.labels[i]]}, t.names[best]})
		}
	}
}

// Labels are held back in so many groups, where there are enough labels and examples.
const (
	groups         = 3
	labelsToHold   = 6
	examplesToHold = 100
)

// measure fills in what is learned from what was held back.
func (t *trainer) measure(m *Model) {
	inside, outside := t.strangers()
	m.outsider = usual
	if len(outside) > 0 {
		m.outsider = tell(inside, outside)
	}
	p := make([]float64, len(t.names))
	scores := make([]float64, len(t.views))
	for i, v := range t.views {
		best := t.join.odds(v, p)
		scores[i] = m.outsider.score(v.hints(best, p[best]))
		t.report.Held = append(t.report.Held, Held{Confidence: p[best], Outside: scores[i], Right: best == t.labels[i]})
	}
	t.believe(m)
	slices.Sort(scores)
	m.Limit = max(leastLimit, scores[len(scores)*95/100])
	for i, h := range t.report.Held {
		t.report.Held[i].Refused = h.Outside > m.Limit
	}
	m.Report = t.report
}

// leastLimit is what counts as outside at least: where a training's own texts are all alike, the most unlike of them is no
// stranger yet.
const leastLimit = 0.05

// believe calibrates a second time, on what people said of the traffic's own tickets: a history may be easier than the
// traffic, and a group may have changed hands.
func (t *trainer) believe(m *Model) {
	var said []Held
	for i, h := range t.report.Held {
		if t.verdicts[i] {
			said = append(said, h)
		}
	}
	m.trust = earn(said)
	for i, h := range t.report.Held {
		t.report.Held[i].Confidence = m.trust.of(h.Confidence)
	}
}

// strangers gives the hints of texts whose labels a learner knew, and of texts whose labels it did not.
func (t *trainer) strangers() (inside, outside []hints) {
	if len(t.names) < labelsToHold || len(t.texts) < examplesToHold {
		return nil, nil
	}
	group := rand.New(rand.NewPCG(t.Seed, 4)).Perm(len(t.names))
	var ins, outs [groups][]hints
	each(groups, func(g int) {
		var names []string
		number := make([]int, len(t.names))
		for k, n := range t.names {
			number[k] = len(names)
			if group[k]%groups != g {
				names = append(names, n)
			}
		}
		held := func(i int) bool { return group[t.labels[i]]%groups == g }
		texts, labels := t.part(func(i int) bool { return t.fold[i] != g && !held(i) })
		for i := range labels {
			labels[i] = number[labels[i]]
		}
		l := learn(texts, labels, t.plan(names)).merge(t.share)
		var s sight
		p := make([]float64, len(names))
		for i, text := range t.texts {
			if t.fold[i] != g {
				continue
			}
			v := l.see(&s, text, len(names))
			best := t.join.odds(v, p)
			h := v.hints(best, p[best])
			if held(i) {
				outs[g] = append(outs[g], h)
			} else {
				ins[g] = append(ins[g], h)
			}
		}
	})
	for g := range groups {
		inside, outside = append(inside, ins[g]...), append(outside, outs[g]...)
	}
	return inside, outside
}

// labelsOf gives the examples' labels, ascending.
func labelsOf(examples []Example) []string {
	names := make([]string, 0, len(examples))
	for _, e := range examples {
		names = append(names, e.Label)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
