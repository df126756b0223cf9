package assess

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"remit/decision"
	"remit/models"
	"remit/triage/intent"
)

// Prediction is how well people's decisions are predicted from what was known before them, on rows that the model had not
// seen, against always saying the most frequent one.
type Prediction struct {
	N        int     `json:"n"`
	Labels   int     `json:"labels"`
	Majority float64 `json:"majority"` // how often the most frequent decision is right
	Right    float64 `json:"right"`    // how often the model is
	Gain     float64 `json:"gain"`     // Right less Majority
	Low      float64 `json:"low"`      // the gain is within Low and High with 95 % confidence
	High     float64 `json:"high"`
	MaxError float64 `json:"max_error"` // of what would be done without asking
	Auto     float64 `json:"auto"`      // share that could be, so that errors are shown to stay within MaxError
	Cut      float64 `json:"cut"`       // from this confidence; 0 where nothing could
}

// guess is a prediction on a row that the model had not seen.
type guess struct {
	row         int // in the rows that were given
	confidence  float64
	right, base bool // whether the model was right, and whether the most frequent decision would have been
	wrong       bool // whether acting would count as an error
}

// folds of the cross-validation, and how much of a text is read in it.
const (
	folds    = 3
	textRead = 1200 // bytes
)

// maxLabels is how many different decisions are told apart: those that were made at least rare times.
const (
	maxLabels = 200
	rare      = 5
)

// crossValidate predicts each label from its text by a model that was trained on other folds. It gives nil where there is
// nothing to learn from: too few rows, or a single label.
func crossValidate(texts, labels []string, fault decision.Fault, seed uint64) []guess {
	keep := frequent(labels)
	if len(keep) < 50*folds || len(distinct(labels, keep)) < 2 {
		return nil
	}
	rng := rand.New(rand.NewPCG(seed, 11))
	rng.Shuffle(len(keep), func(i, j int) { keep[i], keep[j] = keep[j], keep[i] })
	var out []guess
	for f := range folds {
		var train []intent.Example
		counts := map[string]int{}
		for k, i := range keep {
			if k%folds != f {
				train = append(train, intent.Example{Text: cleaned(texts[i]), Label: labels[i]})
				counts[labels[i]]++
			}
		}
		m, err := intent.Train(train, intent.Options{Seed: seed})
		if err != nil {
			return nil // what it cannot learn from at all, such as texts without a word
		}
		usual := mode(counts)
		for k := f; k < len(keep); k += folds {
			i := keep[k]
			p := m.Classify(cleaned(texts[i]))
			out = append(out, guess{
				row: i, confidence: p.Confidence, right: p.Label == labels[i], base: usual == labels[i], wrong: fault(decision.Compare(p.Label, labels[i], "")),
			})
		}
	}
	return out
}

// cleaned gives as much of a text as is read, without what a model refuses.
func cleaned(s string) string {
	s = models.CleanText(s)
	if len(s) > textRead {
		s = s[:textRead]
	}
	return s
}

// frequent gives the rows whose label was given at least rare times and is among the most frequent ones.
func frequent(labels []string) []int {
	counts := map[string]int{}
	for _, l := range labels {
		counts[l]++
	}
	var names []string
	for l, n := range counts {
		if n >= rare && l != "" && len(l) <= 200 {
			names = append(names, l)
		}
	}
	slices.SortFunc(names, byCount(counts))
	names = names[:min(len(names), maxLabels)]
	var keep []int
	for i, l := range labels {
		if slices.Contains(names, l) {
			keep = append(keep, i)
		}
	}
	return keep
}

// byCount orders names by falling count, ties by name.
func byCount(counts map[string]int) func(a, b string) int {
	return func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		if a < b {
			return -1
		}
		return 1
	}
}

func distinct(labels []string, rows []int) map[string]int {
	counts := map[string]int{}
	for _, i := range rows {
		counts[labels[i]]++
	}
	return counts
}

func mode(counts map[string]int) string {
	best := ""
	for l, n := range counts {
		if n > counts[best] || n == counts[best] && l < best {
			best = l
		}
	}
	return best
}

// predictionOf sums up guesses. The interval is that of the mean of paired differences (the model right and the most
// frequent decision not, or the other way round), by the normal approximation that McNemar's test rests on, and so wide that
// all of the looks that are taken at the same decisions hold together (Bonferroni): of many segments one always looks well.
// What could be done without asking is chosen by decision.Threshold, whose promise holds for rows like these.
func predictionOf(gs []guess, maxError float64, looks int) Prediction {
	p := Prediction{N: len(gs), MaxError: maxError}
	n := float64(len(gs))
	if n == 0 {
		return p
	}
	var scored []decision.Scored
	squares := 0.0
	for _, g := range gs {
		d := unit(g.right) - unit(g.base)
		p.Right += unit(g.right) / n
		p.Majority += unit(g.base) / n
		squares += d * d
		scored = append(scored, decision.Scored{Confidence: g.confidence, Wrong: g.wrong})
	}
	p.Gain = p.Right - p.Majority
	sd := math.Sqrt(max(squares/n-p.Gain*p.Gain, 1/n) / n)
	z := math.Sqrt2 * math.Erfinv(1-.05/float64(max(looks, 1)))
	p.Low, p.High = p.Gain-z*sd, p.Gain+z*sd
	if c := decision.Threshold(scored, maxError, (1-decision.Confident)/float64(max(looks, 1))); !c.Never() {
		p.Auto, p.Cut = c.Coverage(), c.At
	}
	return p
}

func unit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// sentence says the prediction in a sentence.
func (p Prediction) sentence(what string) string {
	return fmt.Sprintf("%s is predicted right in %s of %d cases that the model had not seen; always saying the most frequent is right in %s (gain %s, between %s and %s).",
		what, percent(p.Right), p.N, percent(p.Majority), points(p.Gain), points(p.Low), points(p.High))
}

func percent(x float64) string {
	if x > 0 && x < .1 {
		return fmt.Sprintf("%.1f %%", x*100)
	}
	return fmt.Sprintf("%.0f %%", x*100)
}

func points(x float64) string { return fmt.Sprintf("%+.1f points", x*100) }
