package finance_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"remit/finance"
	"remit/models"
)

// balanced is a firm that sells for 10,000 and is billed 10,000 every day, holds 200,000 on every day of the past, and has
// known each invoice for so many days when it is paid.
func balanced(inAhead, outAhead int) models.Pool {
	p := pool(200_000)
	var past models.CashPast
	for i := range 400 {
		past.Balances = append(past.Balances, models.PastBalance{ID: "balance:erp:giro", Day: today.Add(i - 400), Amount: usd(200_000)})
	}
	for i := -500; i <= 0; i++ {
		d := today.Add(i)
		r := models.Receivable{ID: fmt.Sprint("r", i), CustomerID: fmt.Sprint("c", i%5), Amount: usd(10_000), IssuedOn: d, DueOn: d.Add(inAhead)}
		if r.DueOn > today {
			p.Receivables = append(p.Receivables, r)
		} else {
			r.PaidOn = r.DueOn
			p.Settled = append(p.Settled, r)
			p.Turnover = append(p.Turnover, models.Turnover{KnownOn: r.KnownOn(), PaidOn: r.PaidOn, Minor: r.Amount.Minor})
			past.Received = append(past.Received, models.PaidOn{Day: r.PaidOn, Minor: r.Amount.Minor})
		}
		v := owed(fmt.Sprint("b", i), 10_000, d.Add(outAhead))
		v.IssuedOn, v.PayOn = d, v.DueOn
		if v.DueOn > today {
			p.Payables = append(p.Payables, v)
		} else {
			p.Turnover = append(p.Turnover, models.Turnover{KnownOn: v.KnownOn(), PaidOn: v.DueOn, Minor: -v.Amount.Minor})
			past.Paid = append(past.Paid, models.PaidOn{Day: v.DueOn, Minor: v.Amount.Minor})
		}
	}
	p.Residual, _ = finance.Residual(past, today.Add(-1))
	return p
}

func everyDay(horizon int) models.CashRules {
	r := rules()
	r.Horizon, r.Business = horizon, func(models.Day) bool { return true }
	return r
}

func TestAFirmInBalanceIsForeseenInBalanceHoweverEarlyItKnowsItsInvoices(t *testing.T) {
	for name, ahead := range map[string][2]int{
		"bills known ten days ahead, sales forty-five": {45, 10}, "sales known sooner than bills": {10, 45},
		"all known beyond the horizon": {90, 75}, "nothing known before its day": {0, 0},
	} {
		cash := finance.New().Plan(balanced(ahead[0], ahead[1]), everyDay(60)).Cash
		for _, d := range cash.Days {
			if off := math.Abs(float64(d.Mid-usd(200_000).Minor)) / 100; off > 30_000 {
				t.Errorf("%s: foresees %d on %s where it always holds 200000", name, d.Mid/100, d.Day)
				break
			}
		}
		if cash.Tried == 0 || cash.Covered < .75 {
			t.Errorf("%s: %v of %d windows are said to be covered", name, cash.Covered, cash.Tried)
		}
	}
}

func TestWhatIsPlannedIsNotForeseenAgainFromItsInvoices(t *testing.T) {
	p := pool(200_000)
	for i := -365; i < 0; i++ {
		p.Residual = append(p.Residual, usd(1_000).Minor)
		if i%7 == 0 {
			p.Turnover = append(p.Turnover, models.Turnover{KnownOn: today.Add(i - 3), PaidOn: today.Add(i), Minor: usd(-7_000).Minor, VendorID: "v", VendorName: "Payroll Ltd"})
		}
	}
	for name, item := range map[string]models.PlannedItem{
		"found":   {VendorID: "v", What: "wages", Origin: models.OriginFound},
		"entered": {What: "payroll", Origin: models.OriginPerson},
	} {
		item.Pool, item.Amount, item.On, item.Every = p.ID, usd(-7_000), today.Add(7), models.Weekly
		p.Planned = []models.PlannedItem{item}
		if got := mid(finance.New().Plan(p, everyDay(56)).Cash, today.Add(56)); math.Abs(float64(got)/100-200_000) > 10_000 {
			t.Errorf("%s: foresees %d, want the flow as balanced as it was", name, got/100)
		}
	}
}

func TestWhatWasTriedIsMadeAgainOnlyWhereThePastIsToldDifferently(t *testing.T) {
	covered := func(p models.Pool, r models.CashRules) float64 { return finance.New().Plan(p, r).Cash.Covered }
	p, r := balanced(45, 10), everyDay(60)
	was := covered(p, r)
	paid := p
	paid.Receivables, paid.Settled = p.Receivables[1:], append(slices.Clone(p.Settled), p.Receivables[0])
	paid.Settled[len(paid.Settled)-1].PaidOn = today
	if got := covered(paid, r); got != was {
		t.Errorf("%v covered after money came today, want %v as before", got, was)
	}
	noisy := p
	noisy.Residual = slices.Clone(p.Residual)
	for i := range noisy.Residual {
		noisy.Residual[i] = usd(float64(i * i * 7919 % 40_001)).Minor
	}
	late := p
	late.Settled = slices.Clone(p.Settled)
	for i := range late.Settled {
		late.Settled[i].PaidOn = late.Settled[i].PaidOn.Add(-i * i * i % 29 * (i % 3))
	}
	for name, q := range map[string]models.Pool{"another residual": noisy, "other delays": late} {
		covered(p, r) // is remembered now
		got := finance.New().Plan(q, r).Cash
		if got.Covered == was {
			t.Fatalf("%s: the test itself does not tell them apart", name)
		}
		other := r
		other.Breach = .0501 // what is remembered is of another
		anew := covered(q, other)
		if got.Covered != anew {
			t.Errorf("%s: %v covered beside what was remembered, %v made anew", name, got.Covered, anew)
		}
	}
}
