package finance_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"remit/finance"
	"remit/models"
)

var approvals = []models.Money{usd(5_000)}

// books gives the payments of a made-up company in the order of their days: of its forty vendors half bill any amount, a
// quarter the same amount each month, and a quarter seldom and much.
func books(n int) []models.Payable {
	rng := rand.New(rand.NewPCG(7, 7))
	var out []models.Payable
	for i := range n {
		v := rng.IntN(40)
		level := math.Exp(6 + float64(v%8)/3)
		p := by(bill(fmt.Sprint("D", 10_000+i), level*math.Exp(rng.NormFloat64()/3), 0), fmt.Sprint("v", v))
		switch v % 4 {
		case 1:
			p.Amount = usd(level)
		case 2:
			p.Amount = usd(10 * level)
		}
		p.IssuedOn, p.Status = today.Add(i*700/n-700), models.PayablePast
		out = append(out, p)
	}
	return out
}

var taught = sync.OnceValues(func() (*finance.Model, error) {
	return finance.Learn(books(4_000), finance.Teaching{Limits: approvals, Seed: 1, Rounds: 12, Small: true})
})

func taughtModel(t testing.TB) *finance.Model {
	t.Helper()
	m, err := taught()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func pastOf(ps []models.Payable) *finance.Past {
	past := finance.NewPast(approvals)
	for _, p := range ps {
		past.Add(p)
	}
	return past
}

func TestALearnedModelTellsSlipsFromTheRest(t *testing.T) {
	m, all := taughtModel(t), books(4_000)
	past := pastOf(all[:3_600])
	var right []float64
	for _, p := range all[3_600:] {
		right = append(right, m.Score(past, p))
		past.Add(p)
	}
	slices.Sort(right)
	line := right[len(right)*95/100]
	steady, any := lastOf(all, 1), lastOf(all, 4)
	cases := map[string]models.Payable{
		"a bill of two weeks ago under the same number":   later(any, 14, 1, any.Invoice),
		"the same with a digit mistyped":                  later(any, 14, 1, any.Invoice[:4]+"7"+any.Invoice[5:]),
		"ten times what a vendor bills each month":        later(steady, 30, 10, "D14001"),
		"ten times an ordinary bill of a vendor of many":  later(any, 30, 10, "D14001"),
		"a hundred times what a vendor bills each month ": later(steady, 30, 100, "D14001"),
	}
	for name, p := range cases {
		t.Run(name, func(t *testing.T) {
			if got := m.Score(past, p); got <= line || got < .1 {
				t.Errorf("scores %.3f, want more than nineteen in twenty that are right (%.3f), and a tenth", got, line)
			}
		})
	}
}

// lastOf gives the vendor's newest payment.
func lastOf(all []models.Payable, vendor int) models.Payable {
	for _, p := range slices.Backward(all) {
		if p.VendorName == fmt.Sprint("v", vendor) {
			return p
		}
	}
	return models.Payable{}
}

func later(p models.Payable, days, by int64, invoice string) models.Payable {
	p.IssuedOn, p.Amount.Minor, p.Invoice = p.IssuedOn.Add(int(days)), p.Amount.Minor*by, invoice
	return p
}

func TestTheSameTeachingGivesTheSameModel(t *testing.T) {
	teach := finance.Teaching{Limits: approvals, Seed: 3, Rounds: 2, Small: true, Alone: true, Varied: true}
	var kept [2][]byte
	for i := range kept {
		m, err := finance.Learn(books(2_000), teach)
		if err != nil {
			t.Fatal(err)
		}
		if kept[i], err = json.Marshal(m); err != nil {
			t.Fatal(err)
		}
	}
	if string(kept[0]) != string(kept[1]) {
		t.Error("the same seed and history give two models")
	}
}

func TestTooFewPaymentsTeachNothing(t *testing.T) {
	odd := books(2_100)
	for i := range odd[:200] {
		odd[i].Amount.Minor = -odd[i].Amount.Minor
	}
	for name, history := range map[string][]models.Payable{
		"none": nil, "1,999": books(1_999), "2,100 of which 200 are credit notes": odd,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := finance.Learn(history, finance.Teaching{}); models.KindOf(err) != models.Invalid {
				t.Errorf("got %v, want Invalid", err)
			}
		})
	}
}

func TestOddBooksAreLearnedFrom(t *testing.T) {
	equal, blank, oneDay, huge := books(2_000), books(2_000), books(2_000), books(2_000)
	for i := range equal {
		equal[i].Amount, blank[i].Invoice, oneDay[i].IssuedOn = usd(100), "", today
		huge[i].Amount.Minor = math.MaxInt64 - int64(i)
	}
	for name, history := range map[string][]models.Payable{
		"all amounts equal": equal, "no numbers": blank, "all on one day": oneDay, "the largest amounts there are": huge,
	} {
		t.Run(name, func(t *testing.T) {
			m, err := finance.Learn(history, finance.Teaching{Limits: approvals, Rounds: 1, Small: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Score(pastOf(history), history[7]); !(got >= 0 && got <= 1) {
				t.Errorf("scores %v, want a probability", got)
			}
		})
	}
}

func TestAnyPaymentHasAProbabilityWhichScoringLeavesAlone(t *testing.T) {
	m := taughtModel(t)
	rapid.Check(t, func(t *rapid.T) {
		past := pastOf(append(books(200), drawPayables(t)...))
		p := drawPayable(t, "scored")
		got := m.Score(past, p)
		if !(got >= 0 && got <= 1) {
			t.Fatalf("scores %v, want a probability", got)
		}
		m.Score(past, drawPayable(t, "another"))
		if again := m.Score(past, p); again != got {
			t.Fatalf("scores %v, then %v", got, again)
		}
	})
}

func TestAModelThatWasKeptScoresAsBefore(t *testing.T) {
	m := taughtModel(t)
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var kept finance.Model
	if err := json.Unmarshal(b, &kept); err != nil {
		t.Fatal(err)
	}
	past := pastOf(books(1_000))
	for _, p := range books(1_100)[1_000:] {
		want, got := m.Score(past, p), kept.Score(past, p)
		if math.Abs(got-want) > .01 { // what is kept of the answers has four digits
			t.Errorf("scores %v, want %v", got, want)
		}
	}
}

func TestADamagedModelIsInvalid(t *testing.T) {
	tree := func(s string) string {
		return `{"name":"x","signals":1,"slope":1,"shift":0,"forest":{"base":0,"trees":[` + s + `]}}`
	}
	for name, text := range map[string]string{
		"no JSON":                        "x",
		"a tree of nothing":              tree(`[]`),
		"a tree that leads back":         tree(`[[0,1,0,0],[0,1,1,0],[0,0,0,0]]`),
		"a tree that leads out":          tree(`[[0,1,7,0]]`),
		"a question about what is not":   tree(`[[9999,1,1,0],[0,0,0,1],[0,0,0,2]]`),
		"a node with words":              tree(`[["a"]]`),
		"more signals than are known":    `{"signals":9999,"forest":{"trees":[]}}`,
		"a signal before the first one ": tree(`[[-1,1,1,0],[0,0,0,1],[0,0,0,2]]`),
	} {
		t.Run(name, func(t *testing.T) {
			var m finance.Model
			if err := json.Unmarshal([]byte(text), &m); err == nil {
				t.Error("got no error")
			}
		})
	}
}

func TestAJudgeGoesByAModelThatSeesOneVendorOnly(t *testing.T) {
	if _, err := finance.NewLearned(taughtModel(t)); models.KindOf(err) != models.Invalid {
		t.Errorf("a model of all payments at once: got %v, want Invalid", err)
	}
	m, err := finance.Learn(books(4_000), finance.Teaching{Limits: approvals, Rounds: 6, Small: true, Alone: true, Name: "acme/1"})
	if err != nil {
		t.Fatal(err)
	}
	j, err := finance.NewLearned(m)
	if err != nil {
		t.Fatal(err)
	}
	p := renumber(bill("x", 10_123.45, 1), "A-70138")
	got := j.Decide(models.Facts{Now: noon, Payable: &p, History: usual(40)}, rules())
	if got.Facts.Signal("anomaly") == 0 {
		t.Errorf("ten times the usual: signals %v, want an anomaly", got.Facts.Signals)
	}
}

func TestTheShippedModelKnowsOrdinaryBooks(t *testing.T) {
	twin := usual(40)[5]
	cases := map[string]struct {
		p       models.Payable
		history []models.Payable
		hold    bool
	}{
		"an ordinary bill":                           {bill("A-69900", 985.17, 1), usual(40), false},
		"a rent that always comes as RENT":           {renumber(bill("a", 3_000, 0), "RENT"), allNumbered(monthly(24, 3_000), "RENT"), false},
		"a rent without any number":                  {renumber(bill("a", 3_000, 0), ""), allNumbered(monthly(24, 3_000), ""), false},
		"a vendor who bills just below a limit":      {bill("W-900", 4_900.20, 0), weekly(40, 4_500), false},
		"forty times what a vendor steadily bills":   {bill("A-69900", 40_000.31, 1), usual(40), true},
		"forty times what a vendor bills each month": {bill("R-2001", 120_123.45, 0), monthly(24, 3_000), true},
		"the same bill with two digits mistyped": {
			renumber(bill("b", float64(twin.Amount.Minor)/100, 60), "A-70"+twin.Invoice[4:5]+"99"), usual(40), false,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			j := decide(c.p, vendor(since("giro", 900)), c.history...)
			if p, hold := j.For(models.ActionHold); hold != c.hold {
				t.Errorf("hold is proposed: %v, want %v; signals %v, reasons %+v", hold, c.hold, j.Facts.Signals, p.Reasons)
			}
		})
	}
}

func BenchmarkScore(b *testing.B) {
	m, all := taughtModel(b), books(20_000)
	past := pastOf(all)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Score(past, all[i%len(all)])
	}
}
