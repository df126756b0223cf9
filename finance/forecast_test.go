package finance_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/finance"
)

// shop is a series of so many days with a weekly shape and noise.
func shop(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 7))
	y := make([]float64, n)
	for i := range y {
		y[i] = 20 + 5*math.Sin(2*math.Pi*float64(i%7)/7) + 3*rng.NormFloat64()
	}
	return y
}

func TestAForecastKnowsTheWeekAndItsOwnSpread(t *testing.T) {
	within, days := 0.0, 0.0
	for seed := range uint64(20) {
		y := shop(400, seed)
		q := finance.Forecaster{Period: 7, Paths: 500, Seed: seed}.Run(y[:372], 28).Quantiles(.1, .5, .9)
		for i, v := range y[372:] {
			days++
			if v >= q[0][i] && v <= q[2][i] {
				within++
			}
			if want := 20 + 5*math.Sin(2*math.Pi*float64((372+i)%7)/7); math.Abs(q[1][i]-want) > 3 {
				t.Errorf("series %d, day %d: foresees %.1f, want about %.1f", seed, i, q[1][i], want)
			}
		}
	}
	if got := within / days; got < .72 || got > .9 {
		t.Errorf("the 80 %% band holds %.2f of the days", got)
	}
}

func TestForecastsAreTotalAndReproducible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, -5, 1e12, math.NaN()}), 0, 120).Draw(t, "series")
		f := finance.Forecaster{Period: rapid.IntRange(0, 9).Draw(t, "period"), Paths: 20, Seed: 3}
		got := f.Run(y, 10)
		for _, path := range got.Paths {
			for _, v := range path {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("a path has %v", v)
				}
			}
		}
		if diff := cmp.Diff(got, f.Run(y, 10)); diff != "" {
			t.Fatalf("the same series is forecast differently: %s", diff)
		}
		f.Backtest(y, 5, 3, .05, nil)
	})
}

func TestBlankDaysAreFilledWithTheirWeekday(t *testing.T) {
	got := finance.Filled([]float64{1, 10, 3, 30, math.NaN(), math.NaN()}, 2)
	if got[4] != 2 || got[5] != 20 {
		t.Errorf("fills with %v and %v, want 2 and 20", got[4], got[5])
	}
}

func TestBandsThatWereTooNarrowAreWidened(t *testing.T) {
	var scores []finance.Score
	for i := range 400 {
		scores = append(scores, finance.Score{Days: []float64{float64(i%10) / 4}, Floor: float64(i%100) / 50})
	}
	b := finance.Calibrate(scores, .05)
	if b.Daily < 1.5 || b.Floor < 1.5 || b.Windows != 400 {
		t.Errorf("widens by %v and %v after %d windows, want well above 1", b.Daily, b.Floor, b.Windows)
	}
	if b := finance.Calibrate(nil, .05); b.Daily != 1 || b.Floor != 1 {
		t.Errorf("widens by %v and %v without evidence", b.Daily, b.Floor)
	}
}

func TestDaysAreCountedInHowFarTheirBandsAreBelieved(t *testing.T) {
	window := func(far float64) finance.Score {
		return finance.Score{Days: slices.Repeat([]float64{far}, 28), Floor: 1}
	}
	var scores []finance.Score
	for range 6 {
		scores = append(scores, window(2))
	}
	b := finance.Calibrate(scores, .05)
	if b.Daily < 1.6 || b.Daily > 2 || b.Cover80 != 0 {
		t.Errorf("six months of days twice as far as foreseen widen by %v and leave %v covered, want most of the way there, and none", b.Daily, b.Cover80)
	}
	b = finance.Calibrate(append(scores[:5:5], window(1.5)), .05)
	if want := 1.0 / 6; b.Cover80 != want {
		t.Errorf("%v covered, want %v: each window by what the others had needed", b.Cover80, want)
	}
	if b := finance.Calibrate([]finance.Score{window(.2), window(.9)}, .05); b.Cover80 != 1 {
		t.Errorf("%v covered, want all: bands that are shown are never narrowed", b.Cover80)
	}
}

func TestSiblingsShareTheirYear(t *testing.T) {
	var series [][]float64
	for k := range 10 {
		y := shop(728, uint64(k))
		for _, closed := range []int{370, 371} {
			y[closed] = 0
		}
		series = append(series, y)
	}
	f := finance.Forecaster{Period: 7, Paths: 200}
	alone := f.Run(series[0], 10).Quantiles(.5)[0][7]
	f.Siblings = finance.Share(series, 728, 10, 7)
	if shared := f.Run(series[0], 10).Quantiles(.5)[0][7]; shared > alone-3 {
		t.Errorf("foresees %v on the day all were closed a year ago, %v alone", shared, alone)
	}
}

func TestDelaysAreLearntByCustomer(t *testing.T) {
	var past []finance.Settlement
	for i := range 60 {
		past = append(past, finance.Settlement{Customer: "prompt", Due: 10 * i, Came: 10*i + i%3},
			finance.Settlement{Customer: "slow", Due: 10 * i, Came: 10*i + 20 + i%5})
	}
	d := finance.NewDelays(past, 700)
	prompt, slow, anyone := d.Of("prompt"), d.Of("slow"), d.Of("new")
	if got := prompt.Quantile(.5); math.Abs(got-1) > 1 {
		t.Errorf("the prompt one pays %v days late, want about 1", got)
	}
	if got := slow.Quantile(.5); math.Abs(got-22) > 2 {
		t.Errorf("the slow one pays %v days late, want about 22", got)
	}
	if m := anyone.Quantile(.5); m < 2 || m > 20 || anyone.Quantile(.9)-anyone.Quantile(.1) < 15 {
		t.Errorf("a new customer pays %v days late, want between the two and far from sure", m)
	}
	if got := slow.After(30, .5); got <= 30 {
		t.Errorf("what has not come 30 days late is expected at %v", got)
	}
	if got := finance.NewDelays(past, -1).Of("prompt").Quantile(.9); got != 0 {
		t.Errorf("with nothing settled yet expects %v days, want 0", got)
	}
}

func TestADelayIsADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var past []finance.Settlement
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			due := rapid.IntRange(0, 300).Draw(t, "due")
			past = append(past, finance.Settlement{
				Customer: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "customer"), Due: due, Came: due + rapid.IntRange(-30, 90).Draw(t, "late"),
			})
		}
		d := finance.NewDelays(past, 300).Of("a")
		last := math.Inf(-1)
		for q := 0.0; q <= 1; q += .05 {
			v := d.Quantile(q)
			if v < last-1e-9 || math.IsNaN(v) {
				t.Fatalf("the quantile at %v is %v after %v", q, v, last)
			}
			last = v
		}
		if w := d.Within(5); w < 0 || w > 1 {
			t.Fatalf("a share of %v", w)
		}
	})
}

func TestWindowsWithoutAYearCountOnlyUntilThereAreSomeWithOne(t *testing.T) {
	for _, c := range []struct {
		origin, now int
		want        bool
	}{{200, 300, true}, {200, 400, false}, {370, 400, true}, {364, 364, true}} {
		if got := finance.SameWay(c.origin, c.now); got != c.want {
			t.Errorf("from %d beside %d: got %v", c.origin, c.now, got)
		}
	}
}
