package decision

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheDetectorKeepsItsStatedFalseAlarms(t *testing.T) {
	for _, line := range []float64{.005, .01, .02, .05, .1, .2, .4} {
		d := NewDetector(line)
		if got := d.FalseAlarm(alarmAt*line, alarmStretch); got > alarmShare {
			t.Errorf("at %v: got %v in %d verdicts, want at most %v", line, got, alarmStretch, alarmShare)
		}
		if tighter := (Detector{Gain: d.Gain, Limit: d.Limit - 1}).FalseAlarm(alarmAt*line, alarmStretch); tighter <= alarmShare {
			t.Errorf("at %v: a limit one lower would do too (%v)", line, tighter)
		}
	}
}

func TestTheReckonedFalseAlarmsAreWhatHappens(t *testing.T) {
	chance := rand.New(rand.NewPCG(8, 8))
	d := Detector{Line: .05, Gain: 8, Limit: 30}
	const runs, verdicts = 3000, 400
	sounded := 0
	for range runs {
		d.Reset()
		for range verdicts {
			d.Saw(chance.Float64() < .05)
		}
		if d.Fired {
			sounded++
		}
	}
	if got, want := float64(sounded)/runs, d.FalseAlarm(.05, verdicts); math.Abs(got-want) > .03 {
		t.Errorf("got %v, reckoned %v", got, want)
	}
}

func TestAGoodPastBlindsNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fresh := NewDetector(.05)
		old := fresh
		for range rapid.IntRange(0, 5000).Draw(t, "good") {
			old.Add(foundRight)
		}
		for range 30 {
			bad := rapid.Bool().Draw(t, "bad")
			v := foundRight
			if bad {
				v = foundWrong
			}
			if fresh.Add(v) != old.Add(v) {
				t.Fatal("the one with a good past sounds otherwise")
			}
		}
	})
}

func TestTheDetector(t *testing.T) {
	for name, c := range map[string]struct {
		verdicts []Verdict
		want     bool
	}{
		"errors one after another sound it":  {repeated(foundWrong, 8), true},
		"right ones do not":                  {repeated(foundRight, 1000), false},
		"unanswered audits say nothing":      {repeated(nobodyLooked, 1000), false},
		"what earns nothing says nothing":    {repeated(Verdict{Wrong: true}, 1000), false},
		"an override weighs its rate":        {repeated(overrode, 8), false},
		"many overrides sound it":            {repeated(overrode, 100), true},
		"it stays sounded until it is reset": {append(repeated(foundWrong, 8), repeated(foundRight, 500)...), true},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDetector(.05)
			for _, v := range c.verdicts {
				d.Add(v)
			}
			if d.Fired != c.want || d.Fired != strings.Contains(d.Why(), "10000 verdicts") {
				t.Errorf("got %+v: %s", d, d.Why())
			}
			if d.Reset(); d.Fired || d.Score != 0 {
				t.Errorf("reset: got %+v", d)
			}
		})
	}
}

func TestARiseOfOverridesIsSeen(t *testing.T) {
	chance := rand.New(rand.NewPCG(9, 9))
	for name, c := range map[string]struct {
		rate float64
		want bool
	}{
		"as usual":       {.008, false},
		"ten times more": {.08, true},
	} {
		sounded, d := 0, OverrideAlarm(40, 5000)
		for range 100 {
			d.Reset()
			for range 1000 {
				d.Saw(chance.Float64() < c.rate)
			}
			if d.Fired {
				sounded++
			}
		}
		if got := sounded > 90; got != c.want || !c.want && sounded > 5 {
			t.Errorf("%s: it sounded in %d of 100 stretches", name, sounded)
		}
	}
}

func TestWhatIsUsualOfOverridesIsLearnedOn(t *testing.T) {
	chance := rand.New(rand.NewPCG(12, 12))
	see := func(st *Standing, rate float64, actions int) (sounded int) {
		for n := 1; n <= actions; n++ {
			if st.SawOverride(chance.Float64() < rate) {
				return n
			}
		}
		return 0
	}
	var st Standing
	if see(&st, 1, overrideUsual-1) != 0 {
		t.Fatal("it sounded before anything was usual")
	}
	st = Standing{}
	see(&st, .008, overrideUsual)
	first := st.Detector.Line
	if n := see(&st, .008, overrideKnown); n != 0 || st.Tally.Actions != overrideKnown || st.Detector.Line >= first {
		t.Errorf("as usual: it sounded after %d; a line of %v after %d actions, was %v", n, st.Detector.Line, st.Tally.Actions, first)
	}
	if n := see(&st, .08, 1000); n == 0 || n > 300 {
		t.Errorf("ten times more: it sounded after %d", n)
	}
}

func TestDriftOfScoresAndOfFeatures(t *testing.T) {
	chance := rand.New(rand.NewPCG(10, 10))
	usual := func() Scores {
		return Scores{Confidence: chance.NormFloat64(), Length: chance.NormFloat64(), Said: chance.NormFloat64()}
	}
	var past []Scores
	for range 2000 {
		past = append(past, usual())
	}
	if _, ok := NewWatch(past[:100]); ok {
		t.Error("a short past was taken for one")
	}
	for name, c := range map[string]struct {
		shift func(*Scores)
		want  string
	}{
		"as it was":        {func(*Scores) {}, "looks like"},
		"less sure":        {func(s *Scores) { s.Confidence -= 1.5 }, "far more often unsure"},
		"surer":            {func(s *Scores) { s.Confidence += 1.5 }, "far more often sure"},
		"no number":        {func(s *Scores) { s.Confidence = math.NaN() }, "far more often unsure"},
		"other texts":      {func(s *Scores) { s.Length += 1.5 }, "in many words"},
		"nothing to go by": {func(s *Scores) { s.Said -= 1.5 }, "far less speaks"},
	} {
		w, _ := NewWatch(past)
		for range 500 {
			s := usual()
			c.shift(&s)
			w.Saw(s)
		}
		if !strings.Contains(w.Why(), c.want) || w.Fired() != (name != "as it was") {
			t.Errorf("%s: got %s", name, w.Why())
		}
	}
	if (Watch{}).Fired() || (Watch{}).Known() {
		t.Error("a watch without a past has sounded")
	}
}

func TestNobodyLooking(t *testing.T) {
	answered := func(n int, yes bool) []bool { return slices.Repeat([]bool{yes}, n) }
	for name, c := range map[string]struct {
		recent []bool
		want   bool
	}{
		"no audits yet":          {nil, false},
		"too few to say":         {answered(blindAfter-1, false), false},
		"nobody answers":         {answered(blindAfter, false), true},
		"somebody answers again": {append(answered(50, false), answered(10, true)...), false},
	} {
		if got := Blind(c.recent); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
