package finance_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/finance"
	"remit/models"
)

func plans(what string, major float64, on models.Day, every models.Rhythm) models.PlannedItem {
	return models.PlannedItem{ID: what, Pool: "cash:hq:USD", What: what, Amount: usd(major), On: on, Every: every, Origin: models.OriginPerson}
}

func mid(c models.Cash, on models.Day) int64 {
	i := slices.IndexFunc(c.Days, func(d models.CashDay) bool { return d.Day == on })
	return c.Days[i].Mid
}

func TestWhatIsPlannedIsCountedOnItsBankDay(t *testing.T) {
	p := pool(400_000)
	p.Planned = []models.PlannedItem{plans("rent", -20_000, "2026-11-05", models.Monthly), plans("grant", 50_000, day("12"), models.Once), plans("tax", -7_000, today, models.Once)}
	r := rules()
	r.Horizon = 60
	cash := finance.New().Plan(p, r).Cash
	for on, want := range map[models.Day]float64{today: 393_000, day("04"): 393_000, day("07"): 373_000, day("12"): 373_000, day("14"): 423_000, "2027-01-05": 403_000} { // 5 and 12 Dec are Saturdays
		if got := mid(cash, on); got != usd(want).Minor {
			t.Errorf("on %s: got %d, want %.0f", on, got/100, want)
		}
	}
}

func TestAnInvoiceTakesThePlaceOfWhatWasPlannedForIt(t *testing.T) {
	rent := plans("Acme", -20_000, day("07"), models.Once)
	p := pool(400_000, owed("a", 21_000, day("09")))
	p.Planned = []models.PlannedItem{rent}
	if got := mid(finance.New().Plan(p, rules()).Cash, day("20")); got != usd(379_000).Minor {
		t.Errorf("the invoice and its forecast: %d is left, want one of the two counted", got/100)
	}
	for name, other := range map[string]models.Payable{
		"another vendor's":  by(owed("a", 21_000, day("09")), "Bolt"),
		"one much later":    owed("a", 21_000, "2027-01-12"),
		"one of far less":   owed("a", 2_000, day("09")),
		"one that was paid": paid(owed("a", 21_000, day("09")), 1),
	} {
		p := pool(400_000, other)
		p.Planned = []models.PlannedItem{rent}
		r := rules()
		r.Horizon = 60
		left, out := mid(finance.New().Plan(p, r).Cash, "2027-01-29"), other.Amount.Minor
		if !other.Open() {
			out = 0
		}
		if left != usd(380_000).Minor-out {
			t.Errorf("%s: %d is left, want both counted", name, left/100)
		}
	}
}

func TestFloorsAreThoseOfTheEntityAndItsAccounts(t *testing.T) {
	base := rules()
	base.Rates = models.Rates{Base: "USD", Units: map[models.Currency]string{"EUR": "1.10"}}
	eur := models.Money{Minor: 100_000_00, Currency: "EUR"}
	for name, c := range map[string]struct {
		floors []models.FloorOf
		all    models.Money
		want   models.Money
		known  bool
	}{
		"of all":                                  {all: usd(150_000), want: usd(150_000), known: true},
		"of the entity":                           {floors: []models.FloorOf{{Entity: "hq", Floor: usd(80_000)}, {Entity: "other", Floor: usd(1)}}, all: usd(150_000), want: usd(80_000), known: true},
		"in another currency":                     {all: eur, want: usd(110_000), known: true},
		"no less than what stays on accounts":     {floors: []models.FloorOf{{Account: "balance:erp:giro", Floor: eur}}, all: usd(50_000), want: usd(110_000), known: true},
		"of an account of another entity":         {floors: []models.FloorOf{{Account: "balance:erp:elsewhere", Floor: usd(900_000)}}, all: usd(50_000), want: usd(50_000), known: true},
		"in a currency that there is no rate for": {all: models.Money{Minor: 1, Currency: "GBP"}, want: models.Money{Minor: 1, Currency: "GBP"}},
	} {
		r := base
		r.Floor, r.Floors = c.all, c.floors
		got, ok := r.FloorFor(pool(400_000))
		if got != c.want || ok != c.known {
			t.Errorf("%s: got %s %v, want %s %v", name, got, ok, c.want, c.known)
		}
		cash := finance.New().Plan(pool(400_000), r).Cash
		if c.known != (cash.Unknown == "") || c.known && cash.Floor != c.want {
			t.Errorf("%s: planned against %s, unknown %q", name, cash.Floor, cash.Unknown)
		}
	}
}

func TestAVendorIsPaidLateOnlyWhereThePolicyOptsItsClassInAndTheFloorNeedsIt(t *testing.T) {
	office := owed("office", 60_000, day("09"))
	late := func(edit func(*models.Pool, *models.CashRules)) models.Plan {
		p, r := pool(190_000, office), rules()
		p.Vendors = map[string]models.Vendor{office.VendorID: {Class: "office"}}
		p.Receivables = []models.Receivable{comes(100_000, day("11"))}
		p.Receivables[0].CustomerID, p.Settled = "prompt", settledBy("prompt", lateBy(40, 0)...)
		r.LateOK, r.LateBy, r.Breach = []string{"office"}, 14, .3
		edit(&p, &r)
		return finance.New().Plan(p, r)
	}
	plan := late(func(*models.Pool, *models.CashRules) {})
	if got := value(plan, "office"); got <= string(office.DueOn) || got > "2026-12-23" || plan.Cash.Breach > .3 {
		t.Fatalf("got %q at a breach of %v, want it some days past due and the floor held", got, plan.Cash.Breach)
	}
	if why := plan.Proposals[0].Reasons[0]; why.Code != "timing.deferred" || !strings.Contains(why.Text, "days past due, which the policy allows here") {
		t.Errorf("it says %+v", why)
	}
	for name, edit := range map[string]func(*models.Pool, *models.CashRules){
		"another class": func(_ *models.Pool, r *models.CashRules) { r.LateOK = []string{"cleaning"} },
		"a vendor that never is": func(_ *models.Pool, r *models.CashRules) {
			r.Vendors = []models.VendorRule{{Name: "ACME", NeverLate: true}}
		},
		"a class that is fixed":  func(_ *models.Pool, r *models.CashRules) { r.Fixed = []string{"office"} },
		"cash enough":            func(p *models.Pool, _ *models.CashRules) { p.Balances[0].Amount = usd(900_000) },
		"a day a person has set": func(p *models.Pool, _ *models.CashRules) { p.Chosen = map[string]bool{"office": true} },
		"no days to be late by":  func(_ *models.Pool, r *models.CashRules) { r.LateBy = 0 },
		"payroll by another name": func(p *models.Pool, r *models.CashRules) {
			p.Vendors = nil
			p.Payables[0].VendorName = "Payroll office"
			r.Fixed = []string{"payroll"}
		},
	} {
		if got := value(late(edit), "office"); got > string(office.DueOn) {
			t.Errorf("%s: paid on %s, past due", name, got)
		}
	}
}

func TestRulesOfSingleVendors(t *testing.T) {
	disc := discounted(owed("p", 48_200, day("16")), 10, day("04")) // worth less than the money
	r := rules()
	r.Vendors = []models.VendorRule{{Name: "Acme Limited", Discount: true}}
	if got := value(finance.New().Plan(pool(500_000, disc), r), "p"); got != "2026-12-04" {
		t.Errorf("always on the discount's day: got %q", got)
	}
	if got := value(finance.New().Plan(pool(190_000, disc), r), "p"); got != "2026-12-04" {
		t.Errorf("the same where the floor is near: got %q", got)
	}
	r.Vendors = []models.VendorRule{{Name: "vendor:erp:acme", Lead: 2}}
	if got := value(finance.New().Plan(pool(500_000, owed("p", 48_200, day("16"))), r), "p"); got != "2026-12-14" {
		t.Errorf("two bank days under way: got %q, want 14 Dec", got)
	}
	if got := value(finance.New().Plan(pool(500_000, discounted(owed("p", 48_200, day("16")), 300, day("04"))), r), "p"); got != "2026-12-02" {
		t.Errorf("a discount two bank days away: got %q, want 2 Dec", got)
	}
}

func TestAfterTheCutOffNothingLeavesToday(t *testing.T) {
	r := rules()
	p := pool(500_000, discounted(owed("p", 48_200, day("16")), 200, today))
	if got := value(finance.New().Plan(p, r), "p"); got != string(today) {
		t.Fatalf("before the cut-off: got %q, want today", got)
	}
	r.Closed = true
	if got := value(finance.New().Plan(p, r), "p"); got == string(today) {
		t.Error("after the cut-off it is still to leave today")
	}
	if _, _, err := finance.New().Price(p, r, "p", today); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "banks take no more payments") {
		t.Errorf("a price for today after the cut-off: %v", err)
	}
}

func TestAnAliasOfThePolicysIsTheSameVendor(t *testing.T) {
	one, two := by(bill("INV-4711", 4_820.17, 20), "Globex"), by(bill("INV-4711", 4_820.17, 3), "Initech Holding")
	one.ID = "payable:erp:one"
	r := rules()
	find := func() float64 {
		j := finance.New().Decide(models.Facts{Now: noon, Payable: &two, History: []models.Payable{one}}, r)
		return j.Facts.Signal("duplicate")
	}
	before := find()
	r.Vendors = []models.VendorRule{{Name: "Globex", Aliases: []string{"INITECH holding ltd"}}}
	if after := find(); after != 1 || before >= after {
		t.Errorf("a duplicate under another name: %.2f, once the policy says that it is the same vendor %.2f; want 1", before, after)
	}
}

func TestTheResidualAddsUpToTheMinorUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := models.Day("2026-01-01")
		past := models.CashPast{}
		want := int64(0)
		for _, id := range []string{"a", "b"} {
			d, last := day.Add(rapid.IntRange(0, 9).Draw(t, "start")), int64(0)
			for i := range rapid.IntRange(2, 9).Draw(t, "told") {
				now := rapid.Int64Range(-1_000_000_007, 1_000_000_007).Draw(t, "minor")
				past.Balances = append(past.Balances, models.PastBalance{ID: id, Day: d, Amount: models.Money{Minor: now, Currency: "USD"}})
				if i > 0 {
					want += now - last
				}
				last, d = now, d.Add(rapid.IntRange(1, 11).Draw(t, "gap"))
			}
		}
		flow, first := finance.Residual(past, "2026-12-31")
		if first == "" || len(flow) != models.Day("2026-12-31").Sub(first)+1 {
			t.Fatalf("%d days from %s", len(flow), first)
		}
		got := int64(0)
		for _, v := range flow {
			got += v
		}
		if got != want {
			t.Fatalf("the parts come to %d, the whole to %d", got, want)
		}
	})
}

func TestTheResidualIsWhatNothingElseExplains(t *testing.T) {
	told := func(d models.Day, major float64) models.PastBalance {
		return models.PastBalance{ID: "giro", Day: d, Amount: usd(major)}
	}
	past := models.CashPast{
		Balances: []models.PastBalance{told("2026-11-01", 1000), told("2026-11-02", 1400), told("2026-11-05", 1700)},
		Paid:     []models.PaidOn{{Day: "2026-11-02", Minor: usd(300).Minor}, {Day: "2026-10-02", Minor: 1}},
		Received: []models.PaidOn{{Day: "2026-11-02", Minor: usd(600).Minor}},
		Planned:  []models.PlannedItem{plans("interest", 50, "2026-11-03", models.Once)},
	}
	flow, first := finance.Residual(past, "2026-11-06")
	want := []int64{usd(100).Minor, usd(50).Minor, usd(100).Minor, usd(100).Minor, 0}
	if first != "2026-11-02" || !slices.Equal(flow, want) {
		t.Errorf("got %v from %s, want %v", flow, first, want)
	}
	if flow, first := finance.Residual(models.CashPast{Balances: past.Balances[:1]}, "2026-11-06"); flow != nil || first != "" {
		t.Errorf("one balance gives %v from %q", flow, first)
	}
}

// rents are payments to a vendor, so many days apart, the last so many days ago.
func rents(vendor string, n, every, ago int, major float64) []models.Payable {
	var out []models.Payable
	for i := range n {
		p := by(owed(vendor, major, today.Add(-ago-every*i)), vendor)
		p.Status, p.PaidOn = models.PayablePast, today.Add(-ago-every*i)
		out = append(out, p)
	}
	return out
}

func TestWhatIsPaidAgainAndAgainIsFound(t *testing.T) {
	paid := slices.Concat(
		rents("rent", 12, 30, 12, 5_000), rents("cleaner", 20, 7, 2, 300), rents("tax", 5, 91, 40, 9_000), rents("ended", 12, 30, 90, 700),
		rents("few", 3, 30, 10, 800), rents("uneven", 9, 30, 10, 100),
	)
	for i := range paid {
		if paid[i].VendorName == "uneven" {
			paid[i].Amount.Minor *= int64(1 + i%5*3)
		}
	}
	got := finance.Recurring("cash:hq:USD", paid, today)
	var said []string
	for _, item := range got {
		if err := item.Check(); err != nil {
			t.Error(err)
		}
		said = append(said, item.What+" "+string(item.Every)+" "+item.Amount.Display()+" from "+string(item.On))
	}
	want := []string{"cleaner weekly -300.00 USD from 2026-12-06", "rent monthly -5,000.00 USD from 2026-12-19", "tax quarterly -9,000.00 USD from 2027-01-22"}
	if !slices.Equal(said, want) {
		t.Errorf("got  %q\nwant %q", said, want)
	}
}
