package intent

import "testing"

// said gives predictions stated at a confidence, of which a share is right.
func said(n int, stated, right float64) []Held {
	out := make([]Held, n)
	for i := range out {
		out[i] = Held{Confidence: stated, Right: float64(i%100) < 100*right}
	}
	return out
}

func TestAConfidenceIsWorthWhatVerdictsBearOut(t *testing.T) {
	over := Borne(append(said(300, 0.95, 0.7), said(300, 0.6, 0.5)...))
	if got := over(0.95); got < 0.65 || got > 0.78 {
		t.Errorf("what is right seven times in ten and says 95 %% is worth %.2f", got)
	}
	if over(0.95) <= over(0.6) {
		t.Error("the order of confidences is turned around")
	}
	if got := Borne(append(said(300, 0.9, 0.9), said(300, 0.6, 0.6)...))(0.9); got < 0.87 || got > 0.93 {
		t.Errorf("what is honest at 90 %% becomes %.2f", got)
	}
	if got := Borne(said(49, 0.9, 0))(0.9); got != 0.9 {
		t.Errorf("49 verdicts move .9 to %.2f: too few to tell", got)
	}
	if got := Borne(append(said(200, 0.9, 0.1), said(200, 0.2, 0.9)...)); got(0.9) < got(0.2) {
		t.Error("a trust that turns the order around is believed")
	}
}
