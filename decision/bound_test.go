package decision

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

var (
	foundRight   = Verdict{Rate: 1, Earns: true}
	foundWrong   = Verdict{Rate: 1, Earns: true, Wrong: true}
	nobodyLooked = Verdict{Rate: .1, Earns: true, Audit: true, Unanswered: true}
	overrode     = Verdict{Rate: .1, Earns: true, Unasked: true, Wrong: true}
)

func gathered(of ...Verdict) (e Evidence) {
	for _, v := range of {
		e.Add(v)
	}
	return e
}

func repeated(v Verdict, n int) []Verdict {
	out := make([]Verdict, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func anyVerdict(t *rapid.T) Verdict {
	v := Verdict{
		Rate: rapid.Float64Range(.001, 1).Draw(t, "rate"), Wrong: rapid.Bool().Draw(t, "wrong"), Audit: rapid.Bool().Draw(t, "audit"),
		Unasked: rapid.Bool().Draw(t, "unasked"), Earns: rapid.Bool().Draw(t, "earns"),
	}
	v.Unanswered = v.Audit && !v.Unasked && rapid.Bool().Draw(t, "unanswered")
	return v
}

func TestNothingButARightAnswerEarns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := gathered(rapid.SliceOfN(rapid.Custom(anyVerdict), 0, 60).Draw(t, "verdicts")...)
		m := rapid.Float64Range(.001, .9).Draw(t, "line")
		v := anyVerdict(t)
		after := e
		after.Add(v)
		earned := after.LogWealth(m) - e.LogWealth(m)
		if can := v.Earns && !v.Wrong && !v.Unasked && !v.Unanswered; can != (earned > 1e-12) {
			t.Fatalf("%+v moved the wealth by %v", v, earned)
		}
		if against := v.Earns && (v.Unanswered || v.Wrong); against && earned >= 0 {
			t.Fatalf("%+v did not count against: %v", v, earned)
		}
	})
}

func TestEvidenceDoesNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vs := rapid.SliceOfN(rapid.Custom(anyVerdict), 0, 60).Draw(t, "verdicts")
		a, b := gathered(vs...), gathered(rapid.Permutation(vs).Draw(t, "order")...)
		if x, y := a.LogWealth(.05), b.LogWealth(.05); math.Abs(x-y) > 1e-9 {
			t.Fatalf("got %v and %v", x, y)
		}
	})
}

func TestTheBoundIsWhereEvidenceBeginsToShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := gathered(rapid.SliceOfN(rapid.Custom(anyVerdict), 0, 300).Draw(t, "verdicts")...)
		b := e.Bound()
		m := rapid.Float64Range(.001, .999).Draw(t, "line")
		if b < 0 || b > 1 || math.Abs(m-b) > 1e-6 && e.Shows(m) != (m > b) {
			t.Fatalf("the bound is %v; that the error is below %v is shown: %v", b, m, e.Shows(m))
		}
	})
}

func TestEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		e     Evidence
		shows bool
	}{
		"none shows nothing":                   {Evidence{}, false},
		"a clean hundred and ten show 5 %":     {gathered(repeated(foundRight, 110)...), true},
		"a clean thirty does not":              {gathered(repeated(foundRight, 30)...), false},
		"silence is no evidence":               {gathered(repeated(Verdict{Unasked: true, Rate: .02, Earns: true}, 100_000)...), false},
		"what earns nothing is no evidence":    {gathered(repeated(Verdict{Rate: 1}, 1000)...), false},
		"unanswered audits count against":      {gathered(append(repeated(foundRight, 100), repeated(nobodyLooked, 10)...)...), false},
		"an override of many weighs by itself": {gathered(append(repeated(foundRight, 110), overrode)...), true},
		"many overrides outweigh the audits":   {gathered(append(repeated(foundRight, 100), repeated(overrode, 100)...)...), false},
		"an unknown rate weighs all":           {gathered(append(repeated(foundRight, 100), repeated(Verdict{Unasked: true, Wrong: true, Earns: true}, 10)...)...), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.e.Shows(.05); got != c.shows {
				t.Errorf("got %v with a bound of %v, want %v", got, c.e.Bound(), c.shows)
			}
		})
	}
}

func TestLookingEveryDayPromotesTooEarlyAtMostAsOftenAsStated(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 3))
	const runs = 600
	for name, c := range map[string]struct{ noticed, rate, favoured float64 }{
		"asks":                               {0, 1, 0},
		"audits of a tenth and overrides":    {.4, .1, 0},
		"with a parent that promised much":   {0, 1, Lean(.001, .05)},
		"with a parent that promised little": {0, 1, Lean(.049, .05)},
	} {
		early := 0
		for range runs {
			e := Evidence{Favoured: c.favoured}
			for day := 0; day < 200 && !e.Shows(.05); day++ {
				for range 20 {
					e.Add(actedVerdict(.05, c.noticed, c.rate, chance))
				}
			}
			if e.Shows(.05) {
				early++
			}
		}
		if early > runs*6/100 {
			t.Errorf("%s: %d of %d runs showed what is not so", name, early, runs)
		}
	}
}

// actedVerdict is what becomes of an autonomous decision: overridden, audited or left alone.
func actedVerdict(truth, noticed, rate float64, chance *rand.Rand) Verdict {
	bad := chance.Float64() < truth
	if bad && chance.Float64() < noticed {
		return Verdict{Unasked: true, Wrong: true, Rate: rate, Earns: true}
	}
	if chance.Float64() < rate {
		return Verdict{Audit: true, Wrong: bad, Rate: rate, Earns: true}
	}
	return Verdict{Unasked: true, Rate: rate}
}

func TestWhatIsMissing(t *testing.T) {
	e := gathered(repeated(foundRight, 20)...)
	n, ok := e.Missing(.05, 0)
	if !ok || n <= 0 {
		t.Fatalf("got %d, %v, want some", n, ok)
	}
	if now := gathered(repeated(foundRight, 20+n)...); !now.Shows(.05) {
		t.Errorf("%d more did not do", n)
	}
	if before := gathered(repeated(foundRight, 20+n-1)...); before.Shows(.05) {
		t.Errorf("%d more would have done too", n-1)
	}
	if n, ok := e.Missing(.05, .05); ok {
		t.Errorf("an error at the line: got %d, want that no number would do", n)
	}
	if n, ok := gathered(repeated(foundRight, 500)...).Missing(.05, 0); n != 0 || !ok {
		t.Errorf("where nothing is missing: got %d, %v", n, ok)
	}
}

func TestEvidenceSurvivesBeingKept(t *testing.T) {
	e := gathered(foundRight, foundWrong, nobodyLooked, overrode)
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var got Evidence
	if err := json.Unmarshal(raw, &got); err != nil || got != e {
		t.Errorf("got %+v (%v), want %+v", got, err, e)
	}
}
