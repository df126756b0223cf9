package decision

import (
	"math/rand/v2"
	"strings"
	"testing"

	"remit/models"
)

func TestPeopleWhoOverrideEverythingTakeTheLevelBackAtOnce(t *testing.T) {
	for line, most := range map[float64]int{.01: 7, .02: 7, .05: 8, .1: 9, .2: 13, .4: 30} {
		for _, leftAlone := range []int{0, 900} {
			st := NewStanding(billing, line, Estimate{}, noon)
			st.Hold(models.LevelAct, "Olga approved it.")
			acts := make([]bool, leftAlone)
			n := 0
			for st.Speaks() == "" && n < 100 {
				n++
				st.Take(Verdict{Slice: billing, Confidence: .99, Wrong: true, Unasked: true, Earns: true, Rate: .02}, false)
				acts = append(acts, true)
				st.SeeActs(acts)
			}
			if n > most || !strings.Contains(st.Speaks(), "taken back or changed more than "+share(line)) {
				t.Errorf("at %v after %d left alone: it took %d overrides in a row, want at most %d: %s", line, leftAlone, n, most, st.Speaks())
			}
		}
	}
}

func TestBothDetectorsTogetherKeepTheFalseDemotionsPromised(t *testing.T) {
	for _, line := range []float64{.005, .01, .02, .05, .1, .2, .4} {
		verdicts, overrides := NewDetector(line).FalseAlarm(alarmAt*line, alarmStretch), NewOverrideDetector(line).FalseAlarm(alarmAt*line, alarmStretch)
		if verdicts+overrides > 1-Confident {
			t.Errorf("at %v: %v and %v of stretches", line, verdicts, overrides)
		}
	}
}

func TestOverridesThatComeLateAndTogetherSoundNothingSooner(t *testing.T) {
	chance := rand.New(rand.NewPCG(11, 11))
	acts := make([]bool, recentActs)
	for i := range acts {
		acts[i] = chance.Float64() < .04
	}
	st := fresh()
	st.SeeActs(acts)
	if st.Overrides.Fired {
		t.Fatal("they sound it in the end; take another stretch")
	}
	soFar := make([]bool, len(acts))
	for i := len(acts) - 1; i >= 0; i-- { // on the next morning, newest first
		soFar[i] = acts[i]
		if st.SeeActs(soFar); st.Speaks() != "" {
			t.Fatalf("it sounds once somebody has come to the %dth: %s", i, st.Speaks())
		}
	}
}

func TestWhatWasOverriddenIsForgottenWithTheLevel(t *testing.T) {
	st := fresh()
	st.SeeActs([]bool{true, true, true, true, true, true, true, true, true, true})
	if st.Speaks() == "" {
		t.Fatal("ten of ten were overridden, and nothing speaks against acting")
	}
	if st.TakeBack(st.Speaks(), nil, Estimate{}, noon); st.Speaks() != "" {
		t.Errorf("after it was taken back: %s", st.Speaks())
	}
}
