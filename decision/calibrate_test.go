package decision

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func spoken(confidence float64, right, wrong int) []Stated {
	var past []Stated
	for range right {
		past = append(past, Stated{Confidence: confidence})
	}
	for range wrong {
		past = append(past, Stated{Confidence: confidence, Wrong: true})
	}
	return past
}

func TestAStatedConfidenceIsNotBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		stated    float64
		past      []Stated
		low, high float64
	}{
		"without a verdict it is the prior, however sure":    {0.999, nil, Prior, Prior},
		"nor does modesty matter":                            {0.01, nil, Prior, Prior},
		"five agreements say little":                         {0.99, spoken(.99, 5, 0), .6, .85},
		"fifty say a lot":                                    {0.99, spoken(.99, 50, 0), .93, .99},
		"who is always sure and half wrong is worth half":    {0.99, spoken(.99, 100, 100), .47, .53},
		"who is always sure and always wrong is worth less":  {0.99, spoken(.99, 0, 50), 0.01, .07},
		"a modest one that is always right is worth more":    {0.6, spoken(.6, 80, 0), .94, .995},
		"beyond what was judged it is no surer":              {0.999, spoken(.6, 30, 10), .6, .8},
		"a number that tells apart is used":                  {0.95, append(spoken(.95, 90, 5), spoken(.55, 20, 75)...), .82, .97},
		"and so is its low end":                              {0.55, append(spoken(.95, 90, 5), spoken(.55, 20, 75)...), .15, .35},
		"one that tells the wrong way round counts for none": {0.95, append(spoken(.95, 20, 80), spoken(.55, 80, 20)...), .47, .53},
		"the manual's that is right two times in three":      {0.99, spoken(.99, 200, 100), .655, .675},
		"the manual's that is always right":                  {0.6, spoken(.6, 100, 0), .95, .995},
		"no number at all is the prior":                      {math.NaN(), spoken(.9, 9, 1), Prior, Prior},
	} {
		if got := Calibrate(c.stated, c.past); got < c.low || got > c.high {
			t.Errorf("%s: got %.3f, want %.2f to %.2f", name, got, c.low, c.high)
		}
	}
}

func TestASlopeOfNothingIsNotFarFromOneOfBarelySomething(t *testing.T) {
	of := func(sure float64) float64 {
		return Calibrate(.01, []Stated{{Confidence: sure}, {Confidence: sure}, {Confidence: .01}, {Confidence: .01}})
	}
	tells, misleads := of(.99+1e-9), of(.99-1e-9) // which of the two ends is the further tips the slope
	if math.Abs(tells-misleads) > 1e-6 {
		t.Errorf("got %v and %v of almost the same past", tells, misleads)
	}
}

func TestCalibrationKeepsItsBounds(t *testing.T) {
	stated := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		past := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stated {
			return Stated{Confidence: stated.Draw(t, "stated"), Wrong: rapid.Bool().Draw(t, "wrong")}
		}), 0, 60).Draw(t, "past")
		s := stated.Draw(t, "now")
		got := Calibrate(s, past)
		if !(got > 0 && got < 1) {
			t.Fatalf("got %v, want a probability that is no certainty", got)
		}
		again := slices.Clone(past)
		rand.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if other := Calibrate(s, again); math.Abs(other-got) > 1e-9 {
			t.Fatalf("in another order got %v, want %v", other, got)
		}
		// Nobody is surer of the next than of one more than were right out of two more than were judged.
		right := 0
		for _, p := range past {
			if !p.Wrong {
				right++
			}
		}
		if right == 0 && got > Prior+1e-9 {
			t.Fatalf("got %v with nothing ever right, want at most the prior", got)
		}
		if right == len(past) && got > float64(right+1)/float64(right+2)+1e-9 {
			t.Fatalf("got %v after %d right, want no more than Laplace's rule of succession gives", got, right)
		}
	})
}

// A proposer that overstates at random: after four hundred verdicts the calibrated figure is close to how often it is right.
func TestCalibrationFindsHowOftenAProposerIsRight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	truth := func(s float64) float64 { return 0.35 + 0.5*s } // what it states spreads 0..1, what is true 0.35..0.85
	var past []Stated
	for range 400 {
		s := r.Float64()
		past = append(past, Stated{Confidence: s, Wrong: r.Float64() > truth(s)})
	}
	for _, s := range []float64{.1, .5, .9} {
		if got := Calibrate(s, past); math.Abs(got-truth(s)) > .08 {
			t.Errorf("stated %.1f: got %.3f, want about %.3f", s, got, truth(s))
		}
	}
}

func ExampleCalibrate() {
	always := make([]Stated, 0, 40)
	fmt.Printf("%.2f\n", Calibrate(.99, always))
	for i := range 40 {
		always = append(always, Stated{Confidence: .99, Wrong: i%4 == 0})
	}
	fmt.Printf("%.2f\n", Calibrate(.99, always))
	// Output:
	// 0.50
	// 0.73
}
