package history

import (
	"math"
	"time"

	"remit/models"
	"remit/triage/intent"
)

// Trial is a model that was trained, and how it did on what it was not shown, beside the model that judges now.
type Trial struct {
	models.Trial
	Model  *intent.Model
	Report intent.Report
	From   time.Time // the oldest of what was held back
}

// Numbers of a trial.
const (
	heldShare = 5    // the newest fifth is held back,
	mostHeld  = 2000 // and no more than this
	leastHeld = 20   // fewer decide nothing
	believed  = 0.05 // chance of a result that was luck
	mostTaken = 50_000
)

// Try trains on all but the newest examples, and compares the outcome with the live model on those: it is better where it is
// right more often and the exact sign test on what only one of the two got right (McNemar 1947) leaves luck 5 % at most.
// Where none is live yet it must do better than to name the most frequent label always. examples are oldest first; of more
// than 50,000 the newest count. What cannot be learned from is Invalid.
func Try(examples []Example, live *intent.Model, o intent.Options) (Trial, error) {
	examples = examples[max(0, len(examples)-mostTaken):]
	held := min(len(examples)/heldShare, mostHeld)
	if held < leastHeld {
		return Trial{}, models.FieldErrorf("examples", "%d labelled tickets are too few: a fifth is held back to measure on, and that must be %d", len(examples), leastHeld)
	}
	cut := len(examples) - held
	learn := make([]intent.Example, cut)
	for i, e := range examples[:cut] {
		learn[i] = e.Example
	}
	m, err := intent.Train(learn, o)
	if err != nil {
		return Trial{}, err
	}
	t := Trial{Trial: models.Trial{Examples: cut, Held: held}, Model: m, Report: m.Report, From: examples[cut].At}
	rival := mostFrequent(learn)
	if live != nil {
		t.Former = live.Version()
		rival = func(text string) string { return live.Classify(text).Label }
	}
	t.compare(examples[cut:], rival)
	return t, nil
}

// mostFrequent gives a judge that knows nothing but which label there is most of.
func mostFrequent(examples []intent.Example) func(string) string {
	n := map[string]int{}
	best := ""
	for _, e := range examples {
		n[e.Label]++
		if n[e.Label] > n[best] {
			best = e.Label
		}
	}
	return func(string) string { return best }
}

func (t *Trial) compare(held []Example, rival func(string) string) {
	for _, e := range held {
		own, other := t.Model.Classify(e.Text).Label == e.Label, rival(e.Text) == e.Label
		switch {
		case own && !other:
			t.OnlyOwn++
		case other && !own:
			t.OnlyRival++
		}
		t.Right, t.Rival = t.Right+count(own), t.Rival+count(other)
	}
	t.Chance = signTest(t.OnlyOwn, t.OnlyRival)
	t.Better = t.Right > t.Rival && t.Chance <= believed
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// signTest gives the probability of at least so many wins of wins+losses by luck alone: exact, one-sided.
func signTest(wins, losses int) float64 {
	n := wins + losses
	lg := func(k int) float64 { v, _ := math.Lgamma(float64(k + 1)); return v }
	sum := 0.0
	for k := wins; k <= n; k++ {
		sum += math.Exp(lg(n) - lg(k) - lg(n-k) - float64(n)*math.Ln2)
	}
	return min(sum, 1)
}

// Shadow gives how a model would have done, beside the one that judges, on what became known after it was trained.
func Shadow(examples []Example, trained time.Time, m, live *intent.Model) models.Trial {
	t := Trial{Model: m}
	var past []intent.Example
	var since []Example
	for _, e := range examples {
		if e.At.After(trained) {
			since = append(since, e)
		} else {
			past = append(past, e.Example)
		}
	}
	rival := mostFrequent(past)
	if live != nil {
		t.Former = live.Version()
		rival = func(text string) string { return live.Classify(text).Label }
	}
	t.Held = len(since)
	t.compare(since, rival)
	return t.Trial
}
