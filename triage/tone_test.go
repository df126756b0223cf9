package triage_test

import (
	"slices"
	"strings"
	"testing"

	"remit/models"
)

func toneOf(text string) models.Tone {
	return *judge.Decide(written(text), models.TriageRules{}).Facts.Tone
}

func TestToneIsHeard(t *testing.T) {
	for claim, c := range map[string]struct {
		text string
		got  func(models.Tone) float64
		min  float64
		max  float64
	}{
		"anger":                               {"This is the third time and it is unacceptable and ridiculous.", func(t models.Tone) float64 { return t.Anger }, 0.8, 1},
		"anger without anger":                 {"I am not angry, I would like to change my address.", func(t models.Tone) float64 { return t.Anger }, 0, 0},
		"frustration":                         {"Still waiting, no response, I am so frustrated.", func(t models.Tone) float64 { return t.Frustration }, 0.8, 1},
		"frustration in a negated joy":        {"I am not happy with this at all.", func(t models.Tone) float64 { return t.Frustration }, 0.4, 1},
		"a negated joy is none":               {"I am not happy with this at all.", func(t models.Tone) float64 { return t.Positive }, 0, 0},
		"anxiety":                             {"I am really worried and desperate, what should I do?", func(t models.Tone) float64 { return t.Anxiety }, 0.7, 1},
		"politeness":                          {"Could you please help? Many thanks, much appreciated.", func(t models.Tone) float64 { return t.Politeness }, 0.7, 1},
		"joy":                                 {"I love it, the new version is great!", func(t models.Tone) float64 { return t.Positive }, 0.7, 1},
		"an emoji":                            {"My parcel 😡😡", func(t models.Tone) float64 { return t.Anger }, 0.6, 1},
		"an emoticon":                         {"My parcel is late :-(", func(t models.Tone) float64 { return t.Frustration }, 0.3, 1},
		"a drawn-out word":                    {"This is ridiiiiculous.", func(t models.Tone) float64 { return t.Anger }, 0.7, 1},
		"sarcasm is no thanks":                {"Thanks for nothing, yeah right, great job guys.", func(t models.Tone) float64 { return t.Politeness }, 0, 0.3},
		"sarcasm is anger":                    {"Thanks for nothing, yeah right, great job guys.", func(t models.Tone) float64 { return t.Anger }, 0.6, 1},
		"shouting":                            {"WHERE IS MY PARCEL I WANT IT NOW", func(t models.Tone) float64 { return t.Anger }, 0.3, 0.8},
		"log lines in capitals":               {"See below please\n2026-12-01 10:00:00 ERROR CONNECTION REFUSED BY PEER\n[FATAL] DATABASE GONE AWAY NOW\nCONNECTION_REFUSED ERROR", func(t models.Tone) float64 { return t.Anger }, 0, 0},
		"a stack trace":                       {"It prints this:\nException in thread \"main\" java.lang.RuntimeException: HELL BROKE LOOSE\n\tat com.acme.Hell.damn(Hell.java:12)\nCaused by: STUPID", func(t models.Tone) float64 { return t.Anger }, 0, 0},
		"a fenced block":                      {"It prints this:\n```\nTHIS IS A STUPID ERROR MESSAGE\n```\nplease help", func(t models.Tone) float64 { return t.Anger }, 0, 0},
		"an earlier writer's anger is not it": {"Fine with me.\n> This is unacceptable and ridiculous!", func(t models.Tone) float64 { return t.Anger }, 0, 0},
	} {
		t.Run(claim, func(t *testing.T) {
			tone := toneOf(c.text)
			if got := c.got(tone); got < c.min || got > c.max {
				t.Errorf("got %v, want within %v..%v; %+v", got, c.min, c.max, tone)
			}
		})
	}
}

func TestEmphasisStrengthens(t *testing.T) {
	plain := toneOf("This is unacceptable.").Anger
	for _, text := range []string{"This is UNACCEPTABLE.", "This is unacceptable!!!", "This is absolutely unacceptable.", "This is unaccccceptable."} {
		if got := toneOf(text).Anger; got <= plain {
			t.Errorf("%q: got anger %v, want more than %v", text, got, plain)
		}
	}
}

func TestReasonsQuoteTheCustomer(t *testing.T) {
	p := priorityOf(t, written("This is the third time. Unacceptable! Nobody can log in."), models.TriageRules{})
	for _, want := range []string{"Says the service is down: 'nobody can log in'", "Angry: 'third time', 'unacceptable' (tone 0.80)"} {
		if !slices.ContainsFunc(p.Reasons, func(r models.Reason) bool { return r.Text == want }) {
			t.Errorf("got reasons %+v, want %q", p.Reasons, want)
		}
	}
	if !slices.IsSortedFunc(p.Reasons, func(a, b models.Reason) int { return strings.Compare(weight(b), weight(a)) }) {
		t.Errorf("got reasons %+v, want the strongest first", p.Reasons)
	}
}

func weight(r models.Reason) string {
	if r.Weight < 0 {
		r.Weight = -r.Weight
	}
	return string(rune('0' + int(r.Weight*1000)))
}
