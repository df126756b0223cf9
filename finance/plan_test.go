package finance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"remit/finance"
	"remit/models"
)

func day(d string) models.Day { return models.Day("2026-12-" + d) }

// owed is an invoice of Acme due on a day of December and set to be paid then.
func owed(id string, major float64, due models.Day) models.Payable {
	return models.Payable{
		ID: id, Entity: "hq", VendorID: "vendor:erp:acme", VendorName: "Acme", Invoice: id, Amount: usd(major),
		IssuedOn: due.Add(-30), DueOn: due, PayOn: due, Status: models.PayableOpen,
	}
}

func discounted(p models.Payable, bps int64, until models.Day) models.Payable {
	p.Terms = models.Terms{DiscountBPS: bps, DiscountUntil: until}
	return p
}

func setTo(p models.Payable, on models.Day) models.Payable {
	p.PayOn = on
	return p
}

func known(p models.Payable, since models.Day) models.Payable {
	p.CreatedAt = since.Time()
	return p
}

func pool(major float64, ps ...models.Payable) models.Pool {
	return models.Pool{
		ID: "cash:hq:USD", Now: noon, Payables: ps,
		Balances: []models.Balance{{ID: "balance:erp:giro", Entity: "hq", Amount: usd(major), AsOf: noon.Add(-time.Hour)}},
	}
}

// comes is money that a customer owes, expected on a day.
func comes(major float64, on models.Day) models.Receivable {
	return models.Receivable{ID: "r" + string(on), Entity: "hq", Amount: usd(major), DueOn: on}
}

func value(plan models.Plan, item string) string {
	for _, p := range plan.Proposals {
		if p.Item == item {
			return p.Value
		}
	}
	return ""
}

func TestPayDays(t *testing.T) {
	payroll := setTo(owed("p", 20_000, day("16")), day("05"))
	payroll.VendorName = "Payroll December"
	late := setTo(owed("p", 20_000, day("09")), day("11"))
	late.LateFee = usd(50)
	cases := map[string]struct {
		cash float64
		p    []models.Payable
		want string // the day for "p"; empty: left alone
		code string
	}{
		"a discount worth more than the money is taken on its last bank day": {
			cash: 500_000, p: []models.Payable{discounted(owed("p", 48_200, day("16")), 200, day("06"))}, want: "2026-12-04", code: "timing.discount",
		},
		"a discount worth less than the money is not": {
			cash: 500_000, p: []models.Payable{discounted(owed("p", 48_200, day("30")), 10, day("04"))},
		},
		"a due day on which banks are closed moves to the bank day before": {
			cash: 500_000, p: []models.Payable{owed("p", 48_200, day("05"))}, want: "2026-12-04", code: "timing.bank_day",
		},
		"a date that is fine stays": {
			cash: 500_000, p: []models.Payable{owed("p", 48_200, day("16"))},
		},
		"nothing moves for pennies": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, day("16")), day("14"))},
		},
		"a date far too early moves for the cost of money": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, day("30")), day("02"))}, want: "2026-12-30", code: "timing.cost",
		},
		"a pay day past due comes back": {
			cash: 500_000, p: []models.Payable{late}, want: "2026-12-09", code: "timing.late",
		},
		"a pay day that has passed is set again": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, day("16")), "2026-11-26")}, want: "2026-12-16", code: "timing.passed",
		},
		"a pay day never set is set": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, day("16")), "")}, want: "2026-12-16", code: "timing.unset",
		},
		"a discount that would break the floor is left": {
			cash: 190_000, p: []models.Payable{discounted(owed("p", 48_200, "2027-01-15"), 200, day("04"))},
		},
		"where no day holds the floor, a discount does not break it sooner": {
			cash: 190_000, p: []models.Payable{discounted(owed("p", 48_200, day("16")), 200, day("04"))},
		},
		"a discount already planned is given up for the floor": {
			cash: 190_000, p: []models.Payable{setTo(discounted(owed("p", 48_200, "2027-01-15"), 200, day("04")), day("04"))}, want: "2027-01-15", code: "timing.floor",
		},
		"an early date moves for the floor however little it saves": {
			cash: 190_000, p: []models.Payable{setTo(owed("p", 48_200, "2027-01-04"), day("30"))}, want: "2027-01-04", code: "timing.floor",
		},
		"payroll never moves": {cash: 500_000, p: []models.Payable{payroll}},
		"an overdue payable is paid on the next bank day": {
			cash: 500_000, p: []models.Payable{owed("p", 48_200, "2026-11-20")}, want: "2026-12-01", code: "timing.overdue",
		},
		"so is one that was set for weeks after": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, "2026-11-30"), day("21"))}, want: "2026-12-01", code: "timing.overdue",
		},
		"an overdue payable that is set to the next bank day stays": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, "2026-11-30"), day("01"))},
		},
		"an overdue payable that may have been paid yesterday is not set again": {
			cash: 500_000, p: []models.Payable{known(owed("p", 48_200, "2026-11-30"), "2026-11-10")},
		},
		"one of which no bank has told for two bank days is": {
			cash: 500_000, p: []models.Payable{known(owed("p", 48_200, "2026-11-27"), "2026-11-10")}, want: "2026-12-01", code: "timing.overdue",
		},
		"one that came after its due day is": {
			cash: 500_000, p: []models.Payable{known(owed("p", 48_200, "2026-11-30"), day("01"))}, want: "2026-12-01", code: "timing.overdue",
		},
		"a payable without a due day is not moved": {
			cash: 500_000, p: []models.Payable{setTo(owed("p", 48_200, ""), day("12"))},
		},
		"a credit note is never scheduled": {
			cash: 500_000, p: []models.Payable{owed("p", -500, day("05"))},
		},
		"a discount of more than all is none": {
			cash: 500_000, p: []models.Payable{discounted(owed("p", 48_200, day("16")), 10_001, day("04"))},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := rules()
			plan := finance.New().Plan(pool(c.cash, c.p...), r)
			if plan.Cash.Unknown != "" {
				t.Fatalf("cash is unknown: %s", plan.Cash.Unknown)
			}
			if got := value(plan, "p"); got != c.want {
				t.Errorf("pay day is %q, want %q; %+v", got, c.want, plan.Proposals)
			}
			for _, p := range plan.Proposals {
				if err := p.Check(); err != nil || slices.Contains(p.Options, p.Value) || len(p.Options) > 4 {
					t.Errorf("the proposal %+v does not pass: %v", p, err)
				}
				if p.Item == "p" && p.Reasons[0].Code != c.code {
					t.Errorf("the reason is %+v, want %s", p.Reasons[0], c.code)
				}
			}
		})
	}
}

func TestWhatIsDueTodayAfterTheCutOffIsPaidOnTheNextBankDayWithItsFee(t *testing.T) {
	p := setTo(owed("p", 48_200, today), day("21"))
	p.LateFee = usd(50)
	r := rules()
	r.Closed = true
	plan := finance.New().Plan(pool(500_000, p), r)
	if got := value(plan, "p"); got != "2026-12-02" {
		t.Fatalf("pay day is %q, want the next bank day", got)
	}
	want := "Pay Acme 48,200.00 USD on Wed 2 Dec instead of Mon 21 Dec: it is due on Tue 1 Dec, and banks take nothing any more that would be " +
		"there by then; late costs 50.00 USD."
	if got := plan.Proposals[0].Reasons[0].Text; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	if plan.Cost != usd(43.40) {
		t.Errorf("the plan costs %v, want the late fee less what the money is worth for a day", plan.Cost)
	}
}

func TestAMoveSaysWhatItIsGoodFor(t *testing.T) {
	p := discounted(owed("p", 48_200, day("05")), 200, day("03"))
	plan := finance.New().Plan(pool(300_000, p, owed("q", 40_000, day("09"))), rules())
	got := plan.Proposals[0]
	want := []string{
		"Pay Acme 48,200.00 USD on Thu 3 Dec instead of Sat 5 Dec: takes 2 % (964.00 USD).",
		"Lowest cash 212,764.00 USD on Wed 9 Dec, floor 150,000.00 USD.",
	}
	for i, w := range want {
		if got.Reasons[i].Text != w {
			t.Errorf("reason %d is %q, want %q", i, got.Reasons[i].Text, w)
		}
	}
	if got.Before != "2026-12-05" || got.Segment != "unclassed/10k-100k" || got.Action != models.ActionSchedule {
		t.Errorf("the proposal is %+v", got)
	}
	if want := []string{"2026-12-04", "2026-12-01", "2026-12-02"}; !slices.Equal(got.Options, want) {
		t.Errorf("options are %v, want %v", got.Options, want)
	}
}

func TestCashCountsWhatLeaves(t *testing.T) {
	p := pool(200_000, owed("a", 30_000, day("04")))
	held := owed("h", 99_000, day("03"))
	held.Status = models.PayableHeld
	p.Payables = append(p.Payables, held, paid(owed("done", 99_000, day("03")), 0), owed("credit", -99_000, day("03")))
	p.Receivables = []models.Receivable{{ID: "a day nobody knows", Amount: usd(7)}, comes(-5_000, day("10"))}
	r := rules()
	r.Horizon = 25
	cash := finance.New().Plan(p, r).Cash
	if len(cash.Days) != 26 || cash.Days[0].Day != today {
		t.Fatalf("the path has %d days from %s, want today and 25 more", len(cash.Days), cash.Days[0].Day)
	}
	for d, want := range map[int]float64{0: 200_000, 2: 200_000, 3: 170_000, 8: 170_000, 9: 165_000, 25: 165_000} {
		if got := cash.Days[d]; got.Mid != usd(want).Minor || got.Low != got.Mid {
			t.Errorf("on day %d cash is %d, at worst %d, want %v", d, got.Mid, got.Low, want)
		}
	}
	if cash.Low != usd(165_000) || cash.LowOn != day("10") || cash.Breach != 0 || !cash.Short().IsZero() {
		t.Errorf("lowest is %v on %s, breach %v", cash.Low, cash.LowOn, cash.Breach)
	}
}

func TestUnknownCashStopsTiming(t *testing.T) {
	movable := discounted(owed("p", 48_200, day("05")), 200, day("03"))
	cases := map[string]struct {
		change func(*models.Pool, *models.CashRules)
		want   string
	}{
		"no floor":       {func(_ *models.Pool, r *models.CashRules) { r.Floor = models.Money{} }, "no floor"},
		"no balance":     {func(p *models.Pool, _ *models.CashRules) { p.Balances = nil }, "no balance"},
		"an old balance": {func(p *models.Pool, _ *models.CashRules) { p.Balances[0].AsOf = noon.AddDate(0, 0, -3) }, "3 days old"},
		"an old balance beside a fresh one": {func(p *models.Pool, _ *models.CashRules) {
			p.Balances = append(p.Balances, models.Balance{Amount: usd(1), AsOf: noon.AddDate(0, 0, -9)})
		}, "9 days old"},
		"a balance of tomorrow":  {func(p *models.Pool, _ *models.CashRules) { p.Balances[0].AsOf = noon.AddDate(0, 0, 1) }, "ahead of now"},
		"a floor in other money": {func(_ *models.Pool, r *models.CashRules) { r.Floor.Currency = "EUR" }, "no rate"},
		"a payable in other money": {func(p *models.Pool, _ *models.CashRules) {
			p.Payables = append(p.Payables, models.Payable{ID: "e", Amount: models.Money{Minor: 1, Currency: "EUR"}})
		}, "no rate"},
		"balances in two currencies": {func(p *models.Pool, _ *models.CashRules) {
			p.Balances = append(p.Balances, models.Balance{Amount: models.Money{Minor: 1, Currency: "EUR"}, AsOf: noon})
		}, "cannot be added"},
		"amounts beyond reckoning": {func(p *models.Pool, _ *models.CashRules) { p.Payables[0].Amount.Minor = 1 << 62 }, "too large"},
		"a horizon below nothing":  {func(_ *models.Pool, r *models.CashRules) { r.Horizon = -1 }, "horizon"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p, r := pool(500_000, movable), rules()
			c.change(&p, &r)
			plan := finance.New().Plan(p, r)
			if !strings.Contains(plan.Cash.Unknown, c.want) || len(plan.Proposals) != 0 {
				t.Errorf("unknown is %q with %d proposals, want %q and none", plan.Cash.Unknown, len(plan.Proposals), c.want)
			}
			if !plan.Cash.Short().IsZero() || finance.Shortfall(plan) != "" {
				t.Errorf("says %q of cash it does not know", finance.Shortfall(plan))
			}
		})
	}
}

func TestAFloorThatCannotBeHeldIsSaid(t *testing.T) {
	p := pool(200_000, owed("a", 90_000, day("12")), owed("b", 45_000, day("16")), owed("tax", 5_000, day("17")))
	p.Payables[2].VendorName = "Tax office"
	plan := finance.New().Plan(p, rules())
	if got, want := plan.Cash.Short(), usd(90_000); got != want {
		t.Errorf("short by %v, want %v", got, want)
	}
	want := "Cash falls 90,000.00 USD short of the floor of 150,000.00 USD on Thu 17 Dec, and is first below it on Fri 11 Dec, " +
		"even with every payment as late as its terms allow. Cheapest way out: hold Acme 90,000.00 USD."
	if got := finance.Shortfall(plan); got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	var held []string
	for _, h := range finance.New().WayOut(p, rules()) {
		held = append(held, h.ID)
	}
	if !slices.Equal(held, []string{"a"}) {
		t.Errorf("would hold %v, want a alone", held)
	}
	for _, s := range plan.Proposals {
		if s.Value > "2026-12-12" {
			t.Errorf("plans %s past due on %s", s.Item, s.Value)
		}
	}
}

func TestAFloorAboveAllCashHasNoWayOut(t *testing.T) {
	p := pool(100_000, owed("a", 90_000, day("12")))
	if got := finance.New().WayOut(p, rules()); len(got) != 0 {
		t.Errorf("would hold %v although that does not help", got)
	}
	if got := finance.Shortfall(finance.New().Plan(p, rules())); !strings.Contains(got, "money must come in") {
		t.Errorf("says %q, want that money must come in", got)
	}
}

func TestNoHorizonMeansTheUsualOne(t *testing.T) {
	r := rules()
	r.Horizon = 0
	if got := finance.New().Plan(pool(500_000), r).Cash.Horizon; got != 60 {
		t.Errorf("horizon is %d, want 60", got)
	}
}

func TestPriceOfAnotherDay(t *testing.T) {
	p := discounted(owed("p", 48_200, day("15")), 200, day("03"))
	p.LateFee = usd(75)
	all := pool(300_000, p, owed("q", 40_000, day("09")))
	r := rules()
	r.CostBPS = 0
	for on, want := range map[models.Day]float64{day("03"): 0, day("02"): 0, day("04"): 964, day("15"): 964, day("16"): 1_039} {
		cost, cash, err := finance.New().Price(all, r, "p", on)
		if err != nil || cost != usd(want) {
			t.Errorf("%s costs %v (%v), want %v", on, cost, err, want)
		}
		if low := finance.New().Plan(all, r).Cash.Low; on == day("03") && cash.Low != low {
			t.Errorf("the planned day leaves %v, the plan %v", cash.Low, low)
		}
	}
	_, cash, _ := finance.New().Price(pool(190_000, p), r, "p", day("04"))
	if got := cash.Short(); got != usd(8_200) || cash.Before != usd(141_800) {
		t.Errorf("paying early leaves it %v short, lowest %v on its own, want 8,200 and 141,800", got, cash.Before)
	}
}

func TestAPriceIsKnownWhereCashIsNot(t *testing.T) {
	p, r := pool(0, discounted(owed("p", 48_200, day("15")), 200, day("03"))), rules()
	p.Balances, r.CostBPS = nil, 0
	cost, cash, err := finance.New().Price(p, r, "p", day("03"))
	if err != nil || cost != usd(-964) || cash.Unknown == "" {
		t.Errorf("taking the discount costs %v, cash unknown for %q (%v); want -964 and a reason", cost, cash.Unknown, err)
	}
}

func TestWhatHasNoPrice(t *testing.T) {
	held := owed("held", 10, day("09"))
	held.Status = models.PayableHeld
	all := pool(300_000, owed("p", 10, day("09")), held, paid(owed("done", 10, day("09")), 0), owed("credit", -10, day("09")), owed("vast", 6e16, day("09")))
	for name, c := range map[string]struct {
		item string
		on   models.Day
		want models.Kind
	}{
		"a payable that is not there": {"none", day("09"), models.NotFound},
		"a held one":                  {"held", day("09"), models.Conflict},
		"a paid one":                  {"done", day("09"), models.Conflict},
		"a credit note":               {"credit", day("09"), models.Conflict},
		"no day":                      {"p", "9 December", models.Invalid},
		"yesterday":                   {"p", "2026-11-30", models.Invalid},
		"a Sunday":                    {"p", day("06"), models.Invalid},
		"a day in another age":        {"p", "9999-12-31", models.Invalid},
		"an amount beyond reckoning":  {"vast", day("09"), models.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := finance.New().Price(all, rules(), c.item, c.on); models.KindOf(err) != c.want {
				t.Errorf("error is %v (%s), want %s", err, models.KindOf(err), c.want)
			}
		})
	}
}

func TestOfSeveralDiscountsTheMostValuableAreTaken(t *testing.T) {
	for name, n := range map[string]int{"few": 8, "many": 20} {
		t.Run(name, func(t *testing.T) {
			p, want := pool(205_000), []string{} // 55,000 above the floor: room for five payments of some 9,800
			for i := range n {
				id := string(rune('a' + i*7%n)) // so that the order of ids is not that of value
				p.Payables = append(p.Payables, discounted(owed(id, 10_000, "2027-01-15"), 100+int64(i)*10, day("04")))
				if i >= n-5 {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			plan := finance.New().Plan(p, rules())
			var got []string
			for _, s := range plan.Proposals {
				got = append(got, s.Item)
			}
			if !slices.Equal(got, want) || !plan.Cash.Short().IsZero() {
				t.Errorf("takes the discounts of %v and is %v short, want %v and nothing", got, plan.Cash.Short(), want)
			}
		})
	}
}

func TestADiscountGivenUpInVainIsTakenAfterAll(t *testing.T) {
	p := pool(200_000, discounted(owed("small", 6_000, "2027-01-15"), 100, day("04")),
		discounted(owed("large", 50_000, "2027-01-15"), 200, day("04")), owed("fixed", 40_000, day("09")))
	for i := range 12 {
		p.Payables = append(p.Payables, discounted(owed(string(rune('a'+i)), 1, "2027-01-15"), 5_000, day("04")))
	}
	plan := finance.New().Plan(p, rules())
	if small, large := value(plan, "small"), value(plan, "large"); small != "2026-12-04" || large != "" {
		t.Errorf("pays the small one on %q and the large one on %q, want the small one early, the large one late", small, large)
	}
}
