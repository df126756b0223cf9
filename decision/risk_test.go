package decision

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// pool makes verdicts whose confidence is the probability of being right, raised to a power: 1 is calibrated, less is
// more sure of itself than it should be.
func poolOf(n int, honesty float64, chance *rand.Rand) []Scored {
	out := make([]Scored, n)
	for i := range out {
		right := 1 - .6*math.Pow(chance.Float64(), 3)
		out[i] = Scored{Confidence: math.Pow(right, honesty), Wrong: chance.Float64() >= right}
	}
	return out
}

func TestThreshold(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 1))
	always := func(n int, wrong bool) []Scored {
		out := make([]Scored, n)
		for i := range out {
			out[i] = Scored{Confidence: .99, Wrong: wrong}
		}
		return out
	}
	half := always(2000, false)
	for i := range half[:1000] {
		half[i].Wrong = true
	}
	for name, c := range map[string]struct {
		pool  []Scored
		never bool
	}{
		"nothing is shown by nothing":                   {nil, true},
		"a few right ones show nothing":                 {always(50, false), true},
		"many right ones show it":                       {always(500, false), false},
		"many wrong ones never act":                     {always(5000, true), true},
		"a coin never acts, however sure it says it is": {half, true},
		"a calibrated confidence acts":                  {poolOf(5000, 1, chance), false},
		"so does one that is too sure of itself":        {poolOf(5000, .3, chance), false},
		"a confidence that is no number never acts":     {[]Scored{{Confidence: math.NaN()}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Threshold(c.pool, .05, .05); got.Never() != c.never || got.Never() && got.Acts(1) {
				t.Errorf("got %+v, want that it never acts: %v", got, c.never)
			}
		})
	}
	for _, bad := range []float64{0, 1, -1, math.NaN()} {
		if got := Threshold(always(5000, false), bad, .05); !got.Never() {
			t.Errorf("a limit of %v: got %+v, want never", bad, got)
		}
	}
}

func TestThresholdsHold(t *testing.T) {
	chance := rand.New(rand.NewPCG(2, 2))
	for _, honesty := range []float64{1, .4, 2} {
		broken := 0
		all := rank(poolOf(200_000, honesty, chance))
		const tries = 200
		for range tries {
			cut := Threshold(poolOf(1500, honesty, chance), .05, .05)
			if n := all.above(cut.At); float64(all.errors[n]) > .05*float64(n) {
				broken++
			}
		}
		if broken > tries*5/100 {
			t.Errorf("confidence of honesty %v: %d of %d thresholds err more often than 5 %%", honesty, broken, tries)
		}
	}
}

func TestAThresholdSaysWhatItWouldHaveDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		pool := poolOf(rapid.IntRange(0, 3000).Draw(t, "n"), rapid.Float64Range(.2, 3).Draw(t, "honesty"), chance)
		maxError := rapid.Float64Range(.01, .4).Draw(t, "max error")
		cut := Threshold(pool, maxError, .05)
		acted, wrong := 0, 0
		for _, s := range pool {
			if cut.Acts(s.Confidence) {
				acted++
				if s.Wrong {
					wrong++
				}
			}
		}
		if cut.N != len(pool) || cut.Acted != acted || cut.Errors != wrong {
			t.Fatalf("got %+v, want %d acted on and %d errors of %d", cut, acted, wrong, len(pool))
		}
		if float64(wrong) > maxError*float64(acted) {
			t.Fatalf("%d of %d were wrong where %v may be", wrong, acted, maxError)
		}
		if rest := Threshold(pool, maxError/2, .05); rest.At < cut.At {
			t.Fatalf("at half the error it acts from %v, at the whole from %v", rest.At, cut.At)
		}
	})
}

func TestTheBinomialTailIsExact(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
		want float64
	}{
		{0, 10, .1, math.Pow(.9, 10)},
		{1, 10, .2, math.Pow(.8, 10) + 10*.2*math.Pow(.8, 9)},
		{0, 0, .5, 1},
		{9, 10, .1, 1},
		{3000, 4235, .05, 1},
		{10, 10, .5, 1},
	} {
		if got := binomialTail(c.k, c.n, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("at most %d of %d at %v: got %v, want %v", c.k, c.n, c.p, got, c.want)
		}
	}
}
