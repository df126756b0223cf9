package main

import (
	"math"
	"testing"

	"remit/triage/intent"
)

func guess(label, want string, confidence float64) seen {
	second := "b"
	if label == "b" {
		second = "a"
	}
	return seen{intent.Prediction{Label: label, Confidence: confidence, Top: [3]intent.Guess{{Label: label}, {Label: second}}}, want}
}

func TestTheTableSaysWhatThePredictionsAreWorth(t *testing.T) {
	r := judge([]seen{guess("a", "a", 0.95), guess("a", "a", 0.9), guess("a", "b", 0.5), guess("b", "b", 0.8), guess("b", "c", 0.3)})
	for name, c := range map[string]struct{ got, want float64 }{
		"three of five are right":                {r.Accuracy, 0.6},
		"the second choice adds one":             {r.Hit3, 0.8},
		"of the surest four three are right":     {r.At80, 0.75},
		"those surer than .9 are right":          {r.Conf90, 1},
		"Matthews' coefficient, done by hand":    {r.MCC, (3*5 - (2*3 + 2*2)) / math.Sqrt(25-13) / math.Sqrt(25-9)},
		"a label that is never said has F1 zero": {r.MacroF1, (2*2./5 + 2*1./4 + 0) / 3},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

func TestTheTailIsTheBinomial(t *testing.T) {
	if got, want := tail(1, 2, 0.5), 0.75; math.Abs(got-want) > 1e-9 {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := tail(0, 0, 0.05); got != 1 {
		t.Errorf("got %v for nothing done, want 1", got)
	}
}

func TestTextsFromOutsideAreTold(t *testing.T) {
	at := func(oos ...float64) (out []seen) {
		for _, x := range oos {
			out = append(out, seen{intent.Prediction{OOS: x}, ""})
		}
		return out
	}
	var r result
	r.foreign(at(0.1, 0.2, 0.3, 0.6), at(0.5, 0.9), []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85})
	if math.Abs(r.Auroc-7./8) > 1e-9 || r.Recall90 != 0.5 {
		t.Errorf("got AUROC %v and recall %v, want .875 and .5", r.Auroc, r.Recall90)
	}
}
