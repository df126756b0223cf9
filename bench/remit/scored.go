package main

import (
	"fmt"

	"remit/decision"
	"remit/triage/intent"
)

// train fits the classifier that triage routes by, without what the product knows beforehand: that was made from these
// very sets.
func train(texts []text, seed uint64) (*intent.Model, error) {
	examples := make([]intent.Example, len(texts))
	for i, t := range texts {
		examples[i] = intent.Example{Text: t.text, Label: t.label}
	}
	m, err := intent.Train(examples, intent.Options{Seed: seed})
	if err != nil {
		return nil, fmt.Errorf("train on %d texts: %w", len(texts), err)
	}
	return m, nil
}

// outOfFold scores each text by a model that was trained without it. A text that is there twice is scored once.
func outOfFold(texts []text, seed uint64) ([]decision.Scored, error) {
	m, err := train(texts, seed)
	if err != nil {
		return nil, err
	}
	out := make([]decision.Scored, len(m.Report.Held))
	for i, h := range m.Report.Held {
		out[i] = decision.Scored{Confidence: sure(h.Confidence, h.Outside), Wrong: !h.Right}
	}
	return out, nil
}

// score scores texts that a model was not trained on. A text that is out of scope has no right label.
func score(m *intent.Model, texts []text) []decision.Scored {
	out := make([]decision.Scored, len(texts))
	for i, t := range texts {
		p := m.Classify(t.text)
		out[i] = decision.Scored{Confidence: sure(p.Confidence, p.OOS), Wrong: p.Label != t.label}
	}
	return out
}

// sure gives how probable it is that the label is right: that the text has one, and that it is this.
func sure(confidence, outside float64) float64 { return confidence * (1 - outside) }
