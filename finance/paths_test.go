package finance_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/finance"
	"remit/models"
)

// settledBy are invoices of a customer, each paid so many days after it was due.
func settledBy(customer string, late ...int) []models.Receivable {
	var out []models.Receivable
	for i, l := range late {
		due := today.Add(-20 - 3*i)
		out = append(out, models.Receivable{ID: customer + string(due), CustomerID: customer, Amount: usd(100), DueOn: due, PaidOn: due.Add(l)})
	}
	return out
}

func lateBy(n, days int) []int { return slices.Repeat([]int{days}, n) }

func TestBreachIsAProbability(t *testing.T) {
	p := pool(160_000, owed("a", 30_000, day("11")))
	if got := finance.New().Plan(p, rules()).Cash.Breach; got != 1 {
		t.Errorf("breach is %v where nothing can come in between, want 1", got)
	}
	p.Receivables = []models.Receivable{comes(90_000, day("08"))}
	if got := finance.New().Plan(p, rules()).Cash.Breach; got < .1 || got > .9 {
		t.Errorf("breach is %v where it hangs on a customer of whom nothing is known, want neither sure nor impossible", got)
	}
	p.Receivables[0].CustomerID, p.Settled = "prompt", settledBy("prompt", lateBy(40, 0)...)
	if got := finance.New().Plan(p, rules()).Cash.Breach; got > .06 {
		t.Errorf("breach is %v where the customer has always paid on time, want near the share that never comes", got)
	}
	p.Receivables[0].CustomerID, p.Settled = "late", settledBy("late", lateBy(40, 14)...)
	if got := finance.New().Plan(p, rules()).Cash.Breach; got < .95 {
		t.Errorf("breach is %v where the customer has always paid two weeks late, want near 1", got)
	}
}

func TestMoneyComesWhenCustomersUsuallyPay(t *testing.T) {
	p := pool(200_000)
	p.Receivables = []models.Receivable{comes(10_000, day("10"))}
	p.Receivables[0].CustomerID = "steady"
	p.Settled = append(settledBy("steady", lateBy(20, 5)...), settledBy("other", lateBy(20, 0)...)...)
	cash := finance.New().Plan(p, rules()).Cash
	came := slices.IndexFunc(cash.Days, func(d models.CashDay) bool { return d.Mid == usd(210_000).Minor })
	if got := cash.Days[came].Day; got != day("15") {
		t.Errorf("the middle path has the money on %s, want 15 December, five days after due as ever", got)
	}
	p.Receivables[0].ExpectedOn = day("21")
	cash = finance.New().Plan(p, rules()).Cash
	came = slices.IndexFunc(cash.Days, func(d models.CashDay) bool { return d.Mid == usd(210_000).Minor })
	if got := cash.Days[came].Day; got != day("21") {
		t.Errorf("the middle path has promised money on %s, want the day that was promised", got)
	}
}

func TestMoneyThatIsLateComesLater(t *testing.T) {
	p := pool(200_000)
	p.Receivables = []models.Receivable{comes(10_000, "2026-11-11")}
	for _, d := range finance.New().Plan(p, rules()).Cash.Days[:1] {
		if d.Mid != usd(200_000).Minor {
			t.Errorf("counts money today that has not come")
		}
	}
	last := finance.New().Plan(p, rules()).Cash.Days
	if got := last[len(last)-1].Mid; got != usd(210_000).Minor {
		t.Errorf("the middle path ends at %d, want the money in it", got)
	}
}

func TestTheResidualFlowIsForecast(t *testing.T) {
	p := pool(400_000)
	for i := range 26 * 7 {
		flow := usd(-1_000).Minor
		if i%7 == 0 {
			flow = usd(3_000 + float64(i*37%11)).Minor
		}
		p.Residual = append(p.Residual, flow)
	}
	cash := finance.New().Plan(p, rules()).Cash
	at := len(cash.Days) - 1
	want := 400_000.0
	for t := 1; t <= at; t++ {
		want += map[bool]float64{true: 3_000, false: -1_000}[(len(p.Residual)+t)%7 == 0]
	}
	if got := float64(cash.Days[at].Mid) / 100; math.Abs(got-want) > 1_500 {
		t.Errorf("the middle path ends at %v, want about %v", got, want)
	}
	if cash.Tried == 0 || cash.Covered < 0 || cash.Covered > 1 {
		t.Errorf("says that %v of %d windows were covered", cash.Covered, cash.Tried)
	}
}

// grown is noise that has grown sixfold for half a year, of which simple smoothing takes long to learn.
func grown(n int) []float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	y := make([]float64, n)
	for i := range y {
		y[i] = 100_000 * rng.NormFloat64()
		if i > n-170 {
			y[i] *= 6
		}
	}
	return y
}

func TestTheBandsThatAreShownAreAsWideAsEarlierDaysHadNeeded(t *testing.T) {
	p, y := pool(400_000), grown(300)
	for _, v := range y {
		p.Residual = append(p.Residual, int64(v))
	}
	f := finance.Forecaster{Period: 7, Paths: 2000, Seed: 9}
	needed, sums := f.Backtest(y, 28, 6, .05, nil), f.Run(y, 29)
	for _, path := range sums.Paths {
		path[0] = 0 // today's is in the balance
		for i := 1; i < len(path); i++ {
			path[i] += path[i-1]
		}
	}
	q, cash := sums.Quantiles(.1, .9), finance.New().Plan(p, rules()).Cash
	low, high := cash.Days[28].Bands.Within(80)
	if ratio := float64(high-low) / (q[1][28] - q[0][28]); needed.Daily < 1.15 || math.Abs(ratio-needed.Daily) > .1 {
		t.Errorf("shows bands %.2f times as wide as simulated where %.2f was needed", ratio, needed.Daily)
	}
	if cash.Covered < .7 || cash.Covered > .95 {
		t.Errorf("says %v of the days were within such bands", cash.Covered)
	}
}

func TestTheProjectionIsDrawnAlikeEveryTimeOfADay(t *testing.T) {
	p := pool(200_000, owed("a", 30_000, day("11")))
	p.Receivables = []models.Receivable{comes(10_000, day("10")), comes(70_000, day("18"))}
	p.Residual = []int64{5, -3, 2, 8, -9, 4, 1, 5, -3, 2, 8, -9, 4, 1}
	one := finance.New().Plan(p, rules())
	slices.Reverse(p.Receivables)
	p.Now = p.Now.Add(1)
	if diff := cmp.Diff(one, finance.New().Plan(p, rules())); diff != "" {
		t.Errorf("the same pool is projected differently: %s", diff)
	}
}

func TestThePlanKeepsTheAgreedProbabilityOverTheWholePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawPool(t, 0, 20), rules()
		r.Breach = rapid.SampledFrom([]float64{.01, .05, .2}).Draw(t, "agreed")
		cash := finance.New().Plan(p, r).Cash
		if (cash.Breach > r.Breach) != !cash.Short().IsZero() {
			t.Fatalf("breach is %v, agreed is %v, but the lowest cash lacks %v", cash.Breach, r.Breach, cash.Short())
		}
		for _, d := range cash.Days {
			if d.Low > d.Mid {
				t.Fatalf("the lower path is above the middle one on %s", d.Day)
			}
		}
	})
}

func TestAPlanIsWorthItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := finance.New().Plan(drawPool(t, 0, 30), rules())
		if plan.Gap().Negative() {
			t.Fatalf("costs %v, below its bound %v", plan.Cost, plan.Bound)
		}
	})
}

func TestTheVendorsClassIsInTheSegment(t *testing.T) {
	p := pool(500_000, discounted(owed("p", 48_200, day("16")), 200, day("06")))
	p.Vendors = map[string]models.Vendor{"vendor:erp:acme": {Class: "utility"}}
	if got := finance.New().Plan(p, rules()).Proposals[0].Segment; got != "utility/10k-100k" {
		t.Errorf("segment is %q", got)
	}
}
