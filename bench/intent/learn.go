package main

import (
	"math/rand/v2"

	"remit/bench/data"
	"remit/triage/intent"
)

// lesson is where the learning from verdicts stands: means over the seeds.
type lesson struct {
	Seen      int     `json:"seen"`
	Labels    int     `json:"labels"` // verdicts beyond the starters
	Accuracy  float64 `json:"accuracy"`
	Share     float64 `json:"auto_share"`
	Precision float64 `json:"auto_precision"`
	Wrong     float64 `json:"wrong_verdicts"`
}

const (
	starters   = 5     // examples a label to begin with
	verdictsTo = 2_000 // where a run ends
	asksBelow  = 0.98  // confidence below which a person is asked
	growth     = 1.2   // the model is trained again when there are so many times the examples
	every      = 1_000 // texts between two lines of the table
)

// learning lets a model begin with few examples, act on the texts it is sure of and ask about the others.
func (s settings) learning(set data.Split) ([]lesson, error) {
	var out []lesson
	for _, wrong := range []float64{0, 0.1} {
		var runs [][]lesson
		for seed := range s.seeds {
			say("learning, %.0f %% wrong verdicts, seed %d", 100*wrong, seed)
			run, err := stream(set, wrong, uint64(seed))
			if err != nil {
				return nil, err
			}
			runs = append(runs, run)
		}
		out = append(out, together(runs)...)
	}
	return out, nil
}

// pupil is one run.
type pupil struct {
	model        *intent.Model
	examples     []intent.Example
	trainedOn    int
	acted, right int
	seed         uint64
}

func stream(set data.Split, wrong float64, seed uint64) ([]lesson, error) {
	taken, rest := sample(set.Train, starters, seed)
	p := pupil{examples: examples(taken), seed: seed}
	names := labelsOf(taken)
	rng := rand.New(rand.NewPCG(seed, 11))
	var out []lesson
	verdicts := 0
	for i, t := range rest {
		if float64(len(p.examples)) >= growth*float64(p.trainedOn) {
			if err := p.train(); err != nil {
				return nil, err
			}
		}
		if !p.acts(t) {
			label := t.Label
			for rng.Float64() < wrong && label == t.Label {
				label = names[rng.IntN(len(names))]
			}
			p.examples = append(p.examples, intent.Example{Text: t.Text, Label: label})
			verdicts++
		}
		if (i+1)%every == 0 || verdicts == verdictsTo || i == len(rest)-1 {
			if verdicts == verdictsTo {
				if err := p.train(); err != nil {
					return nil, err
				}
			}
			out = append(out, p.lesson(set, i+1, verdicts, wrong))
		}
		if verdicts == verdictsTo {
			break
		}
	}
	return out, nil
}

func (p *pupil) train() error {
	starter, err := intent.Shipped()
	if err != nil {
		return err
	}
	p.trainedOn = len(p.examples)
	p.model, err = intent.Train(p.examples, intent.Options{Seed: p.seed, Starter: starter})
	return err
}

func (p *pupil) acts(t data.Labelled) bool {
	got := p.model.Classify(t.Text)
	if got.Outside || got.Confidence < asksBelow {
		return false
	}
	p.acted++
	if got.Label == t.Label {
		p.right++
	}
	return true
}

func (p *pupil) lesson(set data.Split, seen, verdicts int, wrong float64) lesson {
	l := lesson{Seen: seen, Labels: verdicts, Wrong: wrong, Accuracy: judge(see(p.model, set.Test)).Accuracy}
	l.Share = float64(p.acted) / float64(seen)
	l.Precision = 1
	if p.acted > 0 {
		l.Precision = float64(p.right) / float64(p.acted)
	}
	say("  seen %d, verdicts %d, accuracy %.3f, alone %.3f at %.3f", l.Seen, l.Labels, l.Accuracy, l.Share, l.Precision)
	return l
}

// together gives the means of the lines that all runs have, and of their last ones.
func together(runs [][]lesson) []lesson {
	least := len(runs[0])
	for _, r := range runs {
		least = min(least, len(r))
	}
	var out []lesson
	for i := range least {
		if i < least-1 {
			out = append(out, meanOf(runs, func(r []lesson) lesson { return r[i] }))
		}
	}
	return append(out, meanOf(runs, func(r []lesson) lesson { return r[len(r)-1] }))
}

func meanOf(runs [][]lesson, pick func([]lesson) lesson) lesson {
	var out lesson
	n := float64(len(runs))
	seen, labels := 0, 0
	for _, r := range runs {
		l := pick(r)
		seen, labels = seen+l.Seen, labels+l.Labels
		out.Accuracy += l.Accuracy / n
		out.Share += l.Share / n
		out.Precision += l.Precision / n
		out.Wrong = l.Wrong
	}
	out.Seen, out.Labels = seen/len(runs), labels/len(runs)
	return out
}
