package finance_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"remit/finance"
	"remit/models"
)

// weekdays but for holidays.
func bankDay(holidays map[models.Day]bool) func(models.Day) bool {
	return func(d models.Day) bool {
		w := d.Time().Weekday()
		return w != time.Saturday && w != time.Sunday && !holidays[d]
	}
}

// noisy gives so many days of residual flow up to yesterday with a little noise.
func noisy(n int, flow func(models.Day) float64) []int64 {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]int64, n)
	for i := range out {
		out[i] = usd(flow(today.Add(i-n)) + 1000*rng.NormFloat64()).Minor
	}
	return out
}

// step is what a day brings on the middle path.
func step(c models.Cash, on models.Day) float64 {
	return float64(mid(c, on)-mid(c, on.Add(-1))) / 100
}

func TestTheResidualKnowsTheMonthAndItsBankDays(t *testing.T) {
	open := bankDay(map[models.Day]bool{"2026-12-31": true})
	lastBank := func(d models.Day) bool { // and no other bank day is left in the month
		for next := d.Add(1); next[:7] == d[:7]; next = next.Add(1) {
			if open(next) {
				return false
			}
		}
		return open(d)
	}
	for name, c := range map[string]struct {
		falls func(models.Day) bool
		on    models.Day
	}{
		"the last day":        {func(d models.Day) bool { return d[:7] != d.Add(1)[:7] }, "2026-12-31"},
		"the last bank day":   {lastBank, "2026-12-30"},
		"the tenth":           {func(d models.Day) bool { return d[8:] == "10" }, "2026-12-10"},
		"the first bank day":  {func(d models.Day) bool { return open(d) && lastBank(before(d, open)) }, "2027-01-01"},
		"no day in the month": {func(models.Day) bool { return false }, ""},
	} {
		p, r := pool(1_000_000), rules()
		p.Residual = noisy(730, func(d models.Day) float64 {
			if c.falls(d) {
				return -100_000
			}
			return 0
		})
		r.Horizon, r.Business = 45, open
		cash := finance.New().Plan(p, r).Cash
		for _, d := range cash.Days[1:] {
			want := 0.0
			if c.falls(d.Day) {
				want = -100_000
			}
			if got := step(cash, d.Day); math.Abs(got-want) > 5_000 {
				t.Errorf("%s: foresees %.0f on %s, want %.0f", name, got, d.Day, want)
			}
		}
		if c.on != "" && !c.falls(c.on) {
			t.Errorf("%s: the test itself does not mean %s", name, c.on)
		}
	}
}

// before gives the bank day before a day.
func before(d models.Day, open func(models.Day) bool) models.Day {
	for d = d.Add(-1); !open(d); d = d.Add(-1) {
	}
	return d
}

func TestTheResidualKnowsWhatClosedBanksDo(t *testing.T) {
	holidays := map[models.Day]bool{"2026-12-09": true, "2026-12-25": true}
	for i := range 18 { // one every six weeks or so, on all weekdays
		holidays[today.Add(-41*i-20)] = true
	}
	open := bankDay(holidays)
	weekday := bankDay(nil)
	sales := func(d models.Day) float64 { // those of a holiday come on the next bank day
		if !open(d) {
			return 0
		}
		sold := 30_000.0
		for d = d.Add(-1); !open(d); d = d.Add(-1) {
			if weekday(d) {
				sold += 30_000
			}
		}
		return sold
	}
	p, r := pool(1_000_000), rules()
	p.Residual = noisy(730, sales)
	r.Business = open
	cash := finance.New().Plan(p, r).Cash
	for _, d := range []models.Day{"2026-12-08", "2026-12-09", "2026-12-10", "2026-12-11"} {
		if got := step(cash, d); math.Abs(got-sales(d)) > 8_000 {
			t.Errorf("foresees %.0f on %s, want about %.0f", got, d, sales(d))
		}
	}
}

func TestOneDayIsNoHabitOfTheMonth(t *testing.T) {
	p, r := pool(1_000_000), rules()
	p.Residual = noisy(730, func(d models.Day) float64 {
		if d == "2026-10-10" || d == "2025-06-10" {
			return -500_000
		}
		return 0
	})
	r.Business = bankDay(nil)
	if got := step(finance.New().Plan(p, r).Cash, "2026-12-10"); math.Abs(got) > 5_000 {
		t.Errorf("foresees %.0f on the tenth, want nothing of two single days", got)
	}
}

func TestMarksAreTotal(t *testing.T) {
	for _, open := range []func(models.Day) bool{bankDay(nil), func(models.Day) bool { return false }, func(d models.Day) bool { return d[8:] == "15" }} {
		for n := range 70 {
			if got := len(finance.NewMarks(today.Add(n), n, open)); got != n {
				t.Fatalf("%d days are marked, want %d", got, n)
			}
		}
	}
}
