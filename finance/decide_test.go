package finance_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/finance"
	"remit/models"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) // a Tuesday

const today = models.Day("2026-12-01")

func usd(major float64) models.Money {
	return models.Money{Minor: int64(math.Round(major * 100)), Currency: "USD"}
}

// bill is an open invoice of Acme, issued so many days ago and due in thirty days from then.
func bill(invoice string, major float64, daysAgo int) models.Payable {
	issued := today.Add(-daysAgo)
	return models.Payable{
		ID: "payable:erp:" + invoice, Source: "erp", ExternalID: invoice, Entity: "hq", VendorID: "vendor:erp:acme",
		VendorName: "Acme Ltd", Invoice: invoice, Amount: usd(major), IssuedOn: issued, DueOn: issued.Add(30),
		PayOn: issued.Add(30), Status: models.PayableOpen, CreatedAt: issued.Time(),
	}
}

func paid(p models.Payable, daysAgo int) models.Payable {
	p.Status, p.PaidOn = models.PayablePast, today.Add(-daysAgo)
	return p
}

func by(p models.Payable, vendor string) models.Payable {
	p.VendorID, p.VendorName = "vendor:erp:"+vendor, vendor
	return p
}

func onAccount(p models.Payable, bank string) models.Payable {
	p.Bank = bank
	return p
}

// usual gives n paid bills of amounts around 1,000, none of them recent.
func usual(n int) []models.Payable {
	var out []models.Payable
	for i := range n {
		out = append(out, paid(bill(fmt.Sprint("A-", 70_000+137*i), 900+float64(i*37%211)+.17, 100+11*i), 80+11*i))
	}
	return out
}

func monthly(n int, major float64) []models.Payable {
	var out []models.Payable
	for i := 1; i <= n; i++ {
		out = append(out, paid(bill(fmt.Sprint("R-", 2000-i), major, 30*i), 30*i-10))
	}
	return out
}

func rules() models.CashRules {
	return models.CashRules{
		Floor: usd(150_000), Horizon: 30, MaxAge: 24 * time.Hour, CostBPS: 500, Today: today,
		Limits: []models.Money{usd(5_000), usd(25_000)}, Fixed: []string{"payroll", "tax"}, BankFresh: 90 * 24 * time.Hour,
	}
}

func decide(p models.Payable, v *models.Vendor, history ...models.Payable) models.Judgement {
	f := models.Facts{Now: noon, Event: models.PayableCreated, EventAt: noon, Payable: &p, Vendor: v, History: history}
	return finance.New().Decide(f, rules())
}

func vendor(banks ...models.BankUse) *models.Vendor {
	return &models.Vendor{ID: "vendor:erp:acme", Name: "Acme Ltd", Class: "supplies", Banks: banks}
}

func since(bank string, daysAgo int) models.BankUse {
	return models.BankUse{Bank: bank, Since: noon.AddDate(0, 0, -daysAgo)}
}

func claimed(bank string, daysAgo int) models.BankUse {
	use := since(bank, daysAgo)
	use.Claimed = true
	return use
}

func held(p models.Payable) models.Payable {
	p.Status = models.PayableHeld
	return p
}

func TestAnAccountThatIsClaimedAgainSaysSo(t *testing.T) {
	between := paid(onAccount(bill("B-0", 990, 20), "a"), 15)
	j := decide(onAccount(bill("B-1", 1_000, 1), "x"), vendor(since("a", 700), claimed("x", 40)), append(usual(5), between)...)
	if len(j.Proposals) != 1 || j.Proposals[0].Reasons[0].Code != "bank.back_and_forth" || !strings.Contains(j.Proposals[0].Reasons[0].Text, "and now it again") {
		t.Errorf("got %+v", j.Proposals)
	}
}

func TestFindings(t *testing.T) {
	same := paid(bill("INV-1042", 48_200, 28), 26)
	cases := map[string]struct {
		p        models.Payable
		vendor   *models.Vendor
		history  []models.Payable
		signal   string
		min, max float64
		other    string
		hold     bool
	}{
		"the same number and amount is the same bill": {
			p: bill("INV-1042b", 48_200, 1), history: []models.Payable{renumber(same, "INV-1042B")},
			signal: "duplicate", min: 1, max: 1, other: same.ID, hold: true,
		},
		"a bill sent twice counts though the years differ": {
			p: bill("77-31942", 812.40, 1), history: append(usual(6), renumber(paid(bill("x", 812.40, 380), 360), "77-31942")),
			signal: "duplicate", min: 1, max: 1, hold: true,
		},
		"leading zeros and a prefix make no new bill": {
			p: bill("INV 0031942", 812.40, 1), history: append(usual(6), paid(bill("31942", 812.40, 20), 5)),
			signal: "duplicate", min: .9, max: 1, other: "payable:erp:31942", hold: true,
		},
		"an O read as a zero makes no new bill": {
			p: bill("BO3I942", 812.40, 1), history: append(usual(6), paid(bill("B031942", 812.40, 20), 5)),
			signal: "duplicate", min: .85, max: 1, hold: true,
		},
		"two digits swapped make no new bill": {
			p: bill("781942", 812.40, 1), history: append(usual(6), paid(bill("718942", 812.40, 20), 5)),
			signal: "duplicate", min: .85, max: 1, hold: true,
		},
		"one digit changed makes hardly a new bill": {
			p: bill("781942", 812.40, 1), history: append(usual(6), paid(bill("741942", 812.40, 20), 5)),
			signal: "duplicate", min: .7, max: .8, hold: true,
		},
		"the next number in the count is only a hint": {
			p: bill("781942", 812.40, 1), history: append(usual(6), paid(bill("781941", 812.40, 20), 5)),
			signal: "duplicate", min: .2, max: .4,
		},
		"a rent comes every month": {
			p: bill("R-2000", 3_000, 0), history: monthly(12, 3_000),
			signal: "duplicate", min: 0, max: .1,
		},
		"a rent without a number of its own comes every month": {
			p: renumber(bill("a", 3_000, 0), "RENT"), history: allNumbered(monthly(12, 3_000), "RENT"),
			signal: "duplicate", min: 0, max: .31,
		},
		"a like number with another amount is another bill": {
			p: bill("781942", 812.40, 1), history: append(usual(6), paid(bill("718942", 950, 20), 5)),
			signal: "duplicate", max: 0,
		},
		"the same number with another amount was issued again": {
			p: bill("781942", 812.40, 1), history: append(usual(6), renumber(paid(bill("z", 950, 20), 5), "781942")),
			signal: "duplicate", min: .4, max: .4,
		},
		"a cancelled bill is not one to duplicate": {
			p: bill("INV-1042b", 48_200, 1), history: append(usual(6), cancelled(renumber(same, "INV-1042B"))),
			signal: "duplicate", max: 0, hold: false,
		},
		"the same bill under an alias of the vendor": {
			p: bill("781942", 812.40, 1), history: append(usual(6), renumber(by(bill("y", 812.40, 20), "ACME Limited"), "781942")),
			signal: "duplicate", min: 1, max: 1, hold: true,
		},
		"the same number and amount of quite another vendor": {
			p: bill("781942", 812.40, 1), history: append(usual(6), renumber(by(bill("y", 812.40, 20), "Bolt"), "781942")),
			signal: "duplicate", min: .5, max: .7, hold: true,
		},
		"a like number of another vendor is chance": {
			p: bill("781942", 812.40, 1), history: append(usual(6), by(bill("718942", 812.40, 20), "Bolt")),
			signal: "duplicate", max: 0,
		},
		"of two copies the earlier is not the duplicate": {
			p: bill("781942", 812.40, 20), history: append(usual(6), renumber(bill("later", 812.40, 1), "781942")),
			signal: "duplicate", max: 0,
		},
		"a later copy that was paid makes the earlier one the duplicate": {
			p: bill("781942", 812.40, 20), history: append(usual(6), renumber(paid(bill("later", 812.40, 1), 0), "781942")),
			signal: "duplicate", min: 1, max: 1, hold: true,
		},
		"ninety times the usual is out of the ordinary": {
			p: bill("B-1", 90_000.31, 1), history: usual(20), signal: "outlier", min: .9, max: 1, hold: true,
		},
		"a quarter more than usual is not": {
			p: bill("B-1", 1_300, 1), history: usual(20), signal: "outlier", max: 0,
		},
		"four bills are no history": {
			p: bill("B-1", 90_000, 1), history: usual(4), signal: "outlier", max: 0,
		},
		"what the vendor billed before is less of an outlier": {
			p: bill("B-1", 40_000.13, 1), history: append(usual(20), paid(bill("B-0", 45_000, 200), 180)),
			signal: "outlier", min: .1, max: .4,
		},
		"far less than usual costs nobody": {
			p: bill("B-1", 1, 1), history: usual(20), signal: "outlier", max: 0,
		},
		"ten times a bill of before is a slip of the point": {
			p: bill("B-1", 9_001.70, 1), history: usual(20), signal: "decimal_slip", min: .9, max: .9, hold: true,
		},
		"ten times what is usual may be a slip": {
			p: bill("B-1", 10_123.45, 1), history: usual(20), signal: "decimal_slip", min: .5, max: .8, hold: true,
		},
		"swapped digits of a usual amount": {
			p: bill("R-2000", 5_300, 0), history: monthly(12, 3_500), signal: "decimal_slip", min: .6, max: .6,
		},
		"a swap that would begin with a zero is none": {
			p: bill("R-2000", 5_000, 0), history: monthly(12, 500), signal: "decimal_slip", min: .3, max: .3,
		},
		"an amount billed before is no slip": {
			p: bill("B-1", 9_001.70, 1), history: append(usual(20), paid(bill("B-0", 9_001.70, 300), 290)),
			signal: "decimal_slip", max: 0,
		},
		"a false account that was claimed makes the genuine one no other": {
			p: onAccount(bill("B-1", 1_000, 1), "a"), vendor: vendor(since("a", 700), claimed("x", 10)),
			history: append(usual(5), onAccount(bill("B-0", 990, 10), "x")),
			signal:  "bank_changed", max: 0,
		},
		"a false account that was claimed long ago is still not the one on record": {
			p: onAccount(bill("B-1", 1_000, 1), "x"), vendor: vendor(since("a", 700), claimed("x", 100)), history: usual(5),
			signal: "bank_changed", min: 1, max: 1, hold: true,
		},
		"of a vendor never paid, the account on a bill that is held is none to go by": {
			p:       onAccount(bill("B-2", 1_000, 1), "a"),
			history: []models.Payable{held(onAccount(bill("B-1", 990, 10), "x")), onAccount(bill("B-0", 990, 20), "a")},
			signal:  "bank_changed", max: 0,
		},
		"bank details changed last week": {
			p: bill("B-1", 1_000.50, 1), vendor: vendor(since("old", 900), since("new", 7)), history: usual(9),
			signal: "bank_changed", min: 1, max: 1, hold: true,
		},
		"bank details changed last year": {
			p: bill("B-1", 1_000.50, 1), vendor: vendor(since("old", 900), since("new", 365)), history: usual(9),
			signal: "bank_changed", max: 0,
		},
		"an account unlike the vendor's own": {
			p: onAccount(bill("B-1", 1_000.50, 1), "other"), vendor: vendor(since("old", 900)), history: usual(9),
			signal: "bank_changed", min: 1, max: 1, hold: true,
		},
		"an account unlike the last bill's, the vendor not being known": {
			p:       onAccount(bill("B-1", 1_000.50, 1), "other"),
			history: append([]models.Payable{onAccount(paid(bill("B-0", 998, 40), 9), "old")}, usual(9)...),
			signal:  "bank_changed", min: 1, max: 1, other: "payable:erp:B-0", hold: true,
		},
		"an account that another vendor is paid on": {
			p:       onAccount(bill("B-1", 1_000.50, 1), "shared"),
			history: append(usual(9), onAccount(by(bill("C-1", 77, 50), "Bolt"), "shared")),
			signal:  "bank_shared", min: 1, max: 1, other: "payable:erp:C-1", hold: true,
		},
		"one vendor kept under two ids shares its own account": {
			p:       onAccount(bill("B-1", 1_000.50, 1), "shared"),
			history: append(usual(9), onAccount(by(bill("C-1", 77, 50), "ACME limited"), "shared")),
			signal:  "bank_shared", min: .3, max: .3,
		},
		"a vendor never paid before": {
			p: bill("B-1", 1_000.50, 1), signal: "first_payment", min: 1, max: 1,
		},
		"a vendor with bills, none paid": {
			p: bill("B-1", 1_000.50, 1), history: []models.Payable{bill("B-0", 1_500.10, 70)},
			signal: "first_payment", min: .7, max: .7,
		},
		"a vendor paid before": {
			p: bill("B-1", 1_000.50, 1), history: usual(1), signal: "first_payment", max: 0,
		},
		"three bills just below a limit within a week, each large for the vendor": {
			p:       bill("B-7001", 4_900, 1),
			history: append([]models.Payable{bill("B-7000", 4_800, 2), bill("B-6999", 4_950, 3)}, usual(9)...),
			signal:  "split", min: .9, max: 1, other: "payable:erp:B-7000", hold: true,
		},
		"a split alone is for people to look at, not to hold": {
			p:       bill("B-7001", 4_900, 1),
			history: []models.Payable{bill("B-7000", 4_800, 2), bill("B-6999", 4_950, 3), paid(bill("B-1", 4_000, 200), 150)},
			signal:  "split", min: .9, max: 1,
		},
		"parts that together stay below the limit": {
			p: bill("B-7001", 2_300, 1), history: append([]models.Payable{bill("B-7000", 2_400, 2)}, usual(9)...),
			signal: "split", max: 0,
		},
		"parts a month apart": {
			p: bill("B-7001", 4_900, 1), history: append([]models.Payable{bill("B-7000", 4_800, 31)}, usual(9)...),
			signal: "split", max: 0,
		},
		"a vendor who bills so every week": {
			p: bill("W-900", 4_900.20, 0), history: weekly(20, 4_500), signal: "split", max: .2,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			j := decide(c.p, c.vendor, c.history...)
			got := j.Facts.Signal(c.signal)
			if got < c.min || got > max(c.min, c.max) {
				t.Errorf("%s has strength %v, want %v to %v; signals %v", c.signal, got, c.min, c.max, j.Facts.Signals)
			}
			for _, s := range j.Facts.Signals {
				if s.Name == c.signal && c.other != "" && s.Other != c.other {
					t.Errorf("%s points at %q, want %q", s.Name, s.Other, c.other)
				}
			}
			p, hold := j.For(models.ActionHold)
			if c.min > 0 && hold != c.hold {
				t.Errorf("hold is proposed: %v, want %v; %+v", hold, c.hold, p.Reasons)
			}
		})
	}
}

func renumber(p models.Payable, invoice string) models.Payable {
	p.Invoice = invoice
	return p
}

func cancelled(p models.Payable) models.Payable {
	p.Status = models.PayableVoid
	return p
}

func allNumbered(ps []models.Payable, invoice string) []models.Payable {
	for i := range ps {
		ps[i].Invoice = invoice
	}
	return ps
}

func weekly(n int, major float64) []models.Payable {
	var out []models.Payable
	for i := 1; i <= n; i++ {
		out = append(out, paid(bill(fmt.Sprint("W-", 900-i*70), major+float64(i), 5*i), 0))
	}
	return out
}

func TestAHoldSaysWhatItSaw(t *testing.T) {
	earlier := paid(bill("INV-1042", 48_200, 28), 26)
	j := decide(renumber(bill("copy", 48_200, 1), "INV-1042"), vendor(since("giro", 900)), append(usual(8), earlier)...)
	p, ok := j.For(models.ActionHold)
	if !ok {
		t.Fatal("no hold is proposed")
	}
	if err := p.Check(); err != nil {
		t.Errorf("the proposal does not reach the gate: %v", err)
	}
	want := "Same amount and invoice number as INV-1042 of 3 Nov (48,200.00 USD), already paid on 5 Nov."
	if p.Reasons[0].Text != want || p.Reasons[0].Code != "duplicate.exact" {
		t.Errorf("first reason is %+v, want %q", p.Reasons[0], want)
	}
	if j.Facts.Earlier == nil || j.Facts.Earlier.ID != earlier.ID {
		t.Errorf("the earlier invoice is %+v, want %s", j.Facts.Earlier, earlier.ID)
	}
	if p.Value != "hold" || p.Before != "release" || !slices.Equal(p.Options, []string{"release"}) {
		t.Errorf("proposes %q instead of %q with options %v", p.Value, p.Before, p.Options)
	}
	if p.Segment != "supplies/10k-100k" || p.Model != "finance-rules/1" || p.Confidence > .97 {
		t.Errorf("segment %q, model %q, confidence %v", p.Segment, p.Model, p.Confidence)
	}
	sum := 0.0
	for i, r := range p.Reasons {
		sum += r.Weight
		if i > 0 && r.Weight > p.Reasons[i-1].Weight {
			t.Errorf("reason %d outweighs the one before", i)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("weights add up to %v, want 1", sum)
	}
}

func TestWhatIsNeverHeld(t *testing.T) {
	twin := paid(bill("INV-1042", 48_200, 28), 26)
	copied := renumber(bill("copy", 48_200, 1), "INV-1042")
	held, settled, credit, nothing := copied, paid(copied, 0), copied, copied
	held.Status = models.PayableHeld
	credit.Amount, nothing.Amount = copied.Amount.Neg(), usd(0)
	clean := bill("B-1", 1_000.50, 1)
	clean.Status = models.PayableHeld
	for name, p := range map[string]models.Payable{
		"a payable already held":                      held,
		"a payable already paid":                      settled,
		"a credit note":                               credit,
		"an invoice over nothing":                     nothing,
		"a held payable that looks clean: no release": clean,
	} {
		t.Run(name, func(t *testing.T) {
			if j := decide(p, nil, append(usual(8), twin)...); len(j.Proposals) != 0 {
				t.Errorf("proposes %+v, want nothing", j.Proposals)
			}
		})
	}
	if j := decide(credit, nil, twin); len(j.Facts.Signals) != 0 {
		t.Errorf("a credit note is found odd: %v", j.Facts.Signals)
	}
}

func TestNoPayableNoJudgement(t *testing.T) {
	if j := finance.New().Decide(models.Facts{Now: noon}, rules()); len(j.Proposals) != 0 || len(j.Facts.Signals) != 0 {
		t.Errorf("judges nothing as %+v", j)
	}
}

func TestOddFactsAreSaidAsAssumptions(t *testing.T) {
	odd := bill("B-1", 100, 1)
	odd.DueOn = odd.IssuedOn.Add(-3)
	odd.Terms = models.Terms{DiscountBPS: 20_000}
	missing := bill("B-1", 100, 1)
	missing.DueOn = ""
	for want, p := range map[string]models.Payable{
		"before the day of issue": odd, "no early-payment discount": odd, "no due day is known": missing,
		"credit note": bill("C-1", -5, 1), "over nothing": bill("C-1", 0, 1),
	} {
		if got := strings.Join(finance.Assumptions(p), " "); !strings.Contains(got, want) {
			t.Errorf("assumptions are %q, want one about %q", got, want)
		}
	}
	if got := finance.Assumptions(bill("B-1", 100, 1)); len(got) != 0 {
		t.Errorf("assumes %q of an ordinary bill", got)
	}
}

func TestOthersWordsStayOnOneShortLine(t *testing.T) {
	p := bill("B-1", 1_000.50, 1)
	p.VendorName = "Evil\n\n*bold*\x00" + strings.Repeat("x", 10_000)
	j := decide(p, vendor(since("old", 900), since("new", 7)))
	h, _ := j.For(models.ActionHold)
	for _, r := range h.Reasons {
		if len(r.Text) > 400 || strings.ContainsAny(r.Text, "\n\x00") {
			t.Errorf("reason %q", r.Text)
		}
	}
}
