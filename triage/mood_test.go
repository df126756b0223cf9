package triage_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"remit/models"
	"remit/triage"
)

func TestAngerThatNoPhraseNamesIsHeard(t *testing.T) {
	for _, text := range []string{
		"You people are morons, shut up and stop bothering me.",
		"Stop lying to me and get your act together.",
	} {
		j := judge.Decide(written(text), models.TriageRules{})
		if got := j.Facts.Tone.Anger; got < 0.25 {
			t.Errorf("%q: got anger %v, want .25 or more", text, got)
		}
	}
}

func TestCivilTextsAreNotAngry(t *testing.T) {
	for _, text := range []string{
		"I would like to change the billing address of our company.",
		"My card was stolen. What do I need to do?",
		"The export has an error on the last page, could you have a look?",
		"Thank you so much, that was quick!",
		"How much does it cost to get more cards?",
	} {
		if got := toneOf(text).Anger; got > 0 {
			t.Errorf("%q: got anger %v, want none", text, got)
		}
	}
}

func TestEmotionsAreADistribution(t *testing.T) {
	for _, text := range []string{"", "😡", "I love it", strings.Repeat("I hate this. ", 3000), "\x00\xff", "ʼʼ"} {
		sum := 0.0
		p := judge.Emotions(text)
		for _, v := range p {
			sum += v
		}
		if len(p) != len(triage.EmotionNames) || math.Abs(sum-1) > 1e-9 {
			t.Errorf("%.20q: got %v, want shares of one", text, p)
		}
	}
	joy := slices.Index(triage.EmotionNames, "joy")
	if p := judge.Emotions("I love it, this is awesome!"); p[joy] < 0.5 {
		t.Errorf("got %v, want joy", p)
	}
}

func TestAToneModelIsTrainedTheSameTwice(t *testing.T) {
	var examples []triage.ToneExample
	for range 20 {
		examples = append(examples, triage.ToneExample{Text: "the parcel is late again", Shares: []float32{1, 0}},
			triage.ToneExample{Text: "lovely service, many thanks", Shares: []float32{0, 1}})
	}
	how := triage.ToneTraining{Classes: 2, Bits: 12, Epochs: 5, Rate: 0.3, Decay: 1e-6, Seed: 7}
	one, err := judge.TrainTone(examples, how)
	if err != nil {
		t.Fatal(err)
	}
	two, err := judge.TrainTone(examples, how)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(one.File(), two.File()) {
		t.Error("got two models from one seed, want one")
	}
	if p := one.Score("the parcel is late"); p[0] < 0.8 {
		t.Errorf("got %v, want the first class", p)
	}
	if _, err := judge.TrainTone(examples[:1], how); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v for one example, want Invalid", err)
	}
}
