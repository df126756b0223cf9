package finance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/finance"
	"remit/models"
)

// found has an item be one that was found in the payments of a vendor.
func found(item models.PlannedItem, vendor string) models.PlannedItem {
	item.ID, item.Origin, item.VendorID = item.ID+" found", models.OriginFound, vendor
	return item
}

func from(customer string, r models.Receivable) models.Receivable {
	r.CustomerID = customer
	return r
}

func TestAnInvoiceIsCountedInPlaceOfOneTurn(t *testing.T) {
	weekly, rent := plans("Acme", -5_000, day("08"), models.Weekly), plans("Acme", -5_000, day("28"), models.Monthly)
	early := owed("rent", 5_000, day("28"))
	early.Status, early.PaidOn = models.PayablePast, "2026-11-30"
	noDue := early
	noDue.DueOn, noDue.PayOn, noDue.PaidOn = "", "", day("01")
	grant := plans("Customer X", 50_000, day("07"), models.Once)
	came := from("Customer X", comes(50_000, day("07")))
	came.PaidOn = "2026-11-30"
	half := owed("half", 2_500, day("07"))
	half.Booked.Minor = usd(2_500).Minor
	alias := owed("alias", 5_000, day("07"))
	alias.VendorName, alias.VendorID = "Lumbergh", "vendor:erp:lumbergh"
	for name, c := range map[string]struct {
		items []models.PlannedItem
		pool  func(*models.Pool)
		moves float64 // from the day after today to 31 December
	}{
		"weekly, without any": {items: []models.PlannedItem{weekly}, moves: -20_000},
		"weekly, with one":    {items: []models.PlannedItem{weekly}, pool: func(p *models.Pool) { p.Payables = []models.Payable{owed("a", 5_000, day("15"))} }, moves: -20_000},
		"weekly, with two in one week": {items: []models.PlannedItem{weekly}, pool: func(p *models.Pool) {
			p.Payables = []models.Payable{owed("a", 5_000, day("15")), owed("b", 5_000, day("16"))}
		}, moves: -25_000},
		"what was paid early":             {items: []models.PlannedItem{rent}, pool: func(p *models.Pool) { p.Lately.Payables = []models.Payable{early} }, moves: 0},
		"what was paid, due nobody knows": {items: []models.PlannedItem{plans("Acme", -5_000, day("04"), models.Monthly)}, pool: func(p *models.Pool) { p.Lately.Payables = []models.Payable{noDue} }, moves: 0},
		"money to come":                   {items: []models.PlannedItem{grant}, moves: 50_000},
		"money that came":                 {items: []models.PlannedItem{grant}, pool: func(p *models.Pool) { p.Lately.Receivables = []models.Receivable{came} }, moves: 0},
		"money that came from a customer of another name": {
			items: []models.PlannedItem{grant}, pool: func(p *models.Pool) { p.Lately.Receivables = []models.Receivable{from("cus_12", came)} }, moves: 0,
		},
		"nearly the same of a customer of another name": {
			items: []models.PlannedItem{grant}, pool: func(p *models.Pool) {
				other := from("cus_12", came)
				other.Amount = usd(49_999)
				p.Lately.Receivables = []models.Receivable{other}
			}, moves: 50_000,
		},
		"one that is paid in part": {items: []models.PlannedItem{plans("Acme", -5_000, day("08"), models.Once)}, pool: func(p *models.Pool) { p.Payables = []models.Payable{half} }, moves: -2_500},
		"one under an alias of the vendor": {
			items: []models.PlannedItem{plans("Acme", -5_000, day("08"), models.Once)}, moves: -5_000,
			pool: func(p *models.Pool) {
				p.Payables, p.Vendors = []models.Payable{alias}, map[string]models.Vendor{alias.VendorID: {Name: "Lumbergh", Aliases: []string{"ACME Ltd"}}}
			},
		},
		"what was entered and found, for one bill": {items: []models.PlannedItem{weekly, found(weekly, "vendor:erp:acme")}, pool: func(p *models.Pool) { p.Payables = []models.Payable{owed("a", 5_000, day("15"))} }, moves: -20_000},
		"what was found, the last of it just paid": {items: []models.PlannedItem{found(weekly, "vendor:erp:acme")}, pool: func(p *models.Pool) { p.Lately.Payables = []models.Payable{paid(owed("a", 5_000, day("08")), 0)} }, moves: -20_000},
		"late, and for a turn that is over": {items: []models.PlannedItem{plans("Acme", -5_000, "2026-11-24", models.Weekly)}, pool: func(p *models.Pool) {
			late := owed("a", 5_000, "2026-11-24")
			late.PayOn = day("01")
			p.Payables = []models.Payable{late}
		}, moves: -30_000},
	} {
		t.Run(name, func(t *testing.T) {
			p := pool(400_000)
			p.Planned = c.items
			if c.pool != nil {
				c.pool(&p)
			}
			r := rules()
			r.Business = func(models.Day) bool { return true }
			if got := mid(finance.New().Plan(p, r).Cash, day("31")) - usd(400_000).Minor; got != usd(c.moves).Minor {
				t.Errorf("cash moves by %d, want %.0f", got/100, c.moves)
			}
		})
	}
}

func TestAPlannedReceiptAndItsReceivableAreOneSum(t *testing.T) {
	p := pool(400_000)
	p.Settled = settledBy("Customer X", lateBy(40, 0)...)
	p.Receivables = []models.Receivable{from("Customer X", comes(50_000, day("08")))}
	r := rules()
	alone := mid(finance.New().Plan(p, r).Cash, day("30"))
	p.Planned = []models.PlannedItem{plans("Customer X", 50_000, day("07"), models.Once)}
	if got := mid(finance.New().Plan(p, r).Cash, day("30")); got != alone || got != usd(450_000).Minor {
		t.Errorf("planned too, %d is left, want the %d of the receivable alone", got/100, alone/100)
	}
}

// drawBooks draws planned items of three vendors and invoices of theirs, paid and not.
func drawBooks(t *rapid.T) models.Pool {
	p := pool(400_000)
	name := rapid.SampledFrom([]string{"Acme", "Bolt", "Cord"})
	amount := rapid.SampledFrom([]float64{900, 1_000, 1_300, 5_000})
	on := rapid.Custom(func(t *rapid.T) models.Day { return today.Add(rapid.IntRange(-30, 60).Draw(t, "day")) })
	for i := range rapid.IntRange(0, 4).Draw(t, "items") {
		item := plans(name.Draw(t, "name"), -amount.Draw(t, "amount"), on.Draw(t, "on"), rapid.SampledFrom(append(models.Rhythms(), models.Once)).Draw(t, "every"))
		item.ID = fmt.Sprint("item", i)
		p.Planned = append(p.Planned, item)
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "invoices") {
		v := by(owed(fmt.Sprint("bill", i), amount.Draw(t, "of"), on.Draw(t, "due")), name.Draw(t, "vendor"))
		if v.PayOn = on.Draw(t, "pay"); rapid.Bool().Draw(t, "paid") {
			v.Status, v.PaidOn = models.PayablePast, min(v.PayOn, today)
			p.Lately.Payables = append(p.Lately.Payables, v)
			continue
		}
		p.Payables = append(p.Payables, v)
	}
	return p
}

// plainly gives what is planned from today to a day and not counted as an invoice, by looking again and again for the nearest
// turn and invoice that nobody has taken.
func plainly(p models.Pool, to models.Day) (left int64, turns, taken int) {
	type of struct {
		item models.PlannedItem
		on   models.Day
	}
	var open []of
	for _, item := range p.Planned {
		for _, d := range item.Days(today.Add(-45), to.Add(10)) {
			open = append(open, of{item, d})
		}
	}
	bills := slices.SortedFunc(slices.Values(slices.Concat(p.Payables, p.Lately.Payables)), func(a, b models.Payable) int { return strings.Compare(a.ID, b.ID) })
	for {
		best, at, bill := [4]int{1 << 60}, -1, -1
		for i, o := range open {
			for k, v := range bills {
				paid := v.PayOn
				if !v.Open() {
					paid = v.PaidOn
				}
				due, near, differs := gap(v.DueOn, o.on), min(gap(v.DueOn, o.on), gap(paid, o.on)), v.Amount.Minor+o.item.Amount.Minor
				rank := [4]int{near, due, int(max(differs, -differs)), o.on.Sub(today)}
				limit := map[models.Rhythm]int{models.Weekly: 3, models.Biweekly: 6}[o.item.Every]
				if limit == 0 {
					limit = 10
				}
				if v.VendorName == o.item.What && near <= limit && 100*int64(rank[2]) <= -35*o.item.Amount.Minor && (slices.Compare(rank[:], best[:]) < 0) {
					best, at, bill = rank, i, k
				}
			}
		}
		if at < 0 {
			break
		}
		open, bills, taken = slices.Delete(open, at, at+1), slices.Delete(bills, bill, bill+1), taken+1
	}
	for _, o := range open {
		if o.on >= today && o.on <= to {
			left, turns = left+o.item.Amount.Minor, turns+1
		}
	}
	return left, turns, taken
}

func gap(a, b models.Day) int { return max(a.Sub(b), b.Sub(a)) }

func TestEachInvoiceStandsForOneTurnAtMostWhateverIsPlanned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawBooks(t), rules()
		r.Horizon, r.Floor, r.Business = 120, usd(-10_000_000), func(models.Day) bool { return true }
		cash := finance.New().Plan(p, r).Cash
		end := today.Add(r.Horizon)
		left, turns, taken := plainly(p, end)
		want := usd(400_000).Minor + left
		for _, v := range p.Payables {
			want -= v.Amount.Minor
		}
		if got := mid(cash, end); got != want {
			t.Fatalf("got %d, want %d with %d turns left and %d invoices in place of others", got, want, turns, taken)
		}
	})
}
