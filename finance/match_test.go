package finance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"remit/models"
)

func eur(minor int64) models.Money { return models.Money{Minor: minor, Currency: "EUR"} }

// owing gives an open invoice of a vendor.
func owing(id, vendor, number string, minor int64) models.Payable {
	return models.Payable{
		ID: "payable:erp:" + id, Source: "erp", ExternalID: id, Entity: "acme", VendorID: "vendor:erp:" + vendor, VendorName: vendor + " GmbH",
		Invoice: number, Amount: eur(minor), DueOn: "2026-12-20", Status: models.PayableOpen, Bank: "hash-" + vendor,
	}
}

func out(minor int64, party, text string, refs ...string) models.Transaction {
	return models.Transaction{
		ID: "transaction:bank:1", Source: "bank", Entity: "acme", Account: "giro", Amount: eur(-minor), BookedOn: "2026-12-04", Party: party, Text: text,
		Refs: refs, State: models.TransactionOpen,
	}
}

// paidBy says what a reconciliation has matched: the items with what went to each, or why not.
func paidBy(r models.Reconciled, id string) string {
	for _, t := range r.Transactions {
		if t.ID != id {
			continue
		}
		var parts []string
		for _, s := range t.Settles {
			parts = append(parts, fmt.Sprintf("%s %d", strings.TrimPrefix(s.Item, "payable:erp:"), s.Minor))
		}
		if len(parts) == 0 {
			return string(t.State) + ": " + t.Why
		}
		return strings.Join(parts, ", ")
	}
	return "nothing changed"
}

func TestATransactionPaysTheInvoicesThatItNames(t *testing.T) {
	terms := owing("disc", "Globex", "RE-2026-0815", 10_000)
	terms.Terms = models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-01"}
	held := owing("held", "Globex", "RE-2026-0999", 700)
	held.Status = models.PayableHeld
	told := owing("told", "Globex", "RE-2026-0777", 3_300)
	told.Status, told.PaidOn, told.Booked.Told = models.PayablePast, "2026-12-03", "2026-12-03"
	owed := models.Owed{
		Payables: []models.Payable{
			terms, held, told, owing("a", "Globex", "RE-2026-4711", 5_000), owing("b", "Globex", "RE-2026-4712", 7_000),
			owing("c", "Initech", "4711-X", 5_000), owing("d", "Hooli", "88", 4_200), owing("e", "Globex", "RE-2026-4711", 5_000), owing("p", "Umbrella", "INV 5150", 9_000),
		},
		Vendors: map[string]models.Vendor{"vendor:erp:Initech": {Name: "Initech", Aliases: []string{"Lumbergh Systems"}}},
	}
	only := func(ids ...string) models.Owed {
		o := owed
		o.Payables = slices.DeleteFunc(slices.Clone(owed.Payables), func(p models.Payable) bool { return !slices.Contains(ids, p.ExternalID) })
		return o
	}
	for name, c := range map[string]struct {
		t    models.Transaction
		owed models.Owed
		want string
	}{
		"by its number in the text":                  {out(5_000, "Globex GmbH", "Rechnung RE 2026/4711 vom 3.12."), only("a"), "a 5000"},
		"by its number without prefix and zeros":     {out(9_000, "", "5150"), only("p"), "open: it names no invoice that is known"},
		"by its number glued to other letters":       {out(9_000, "", "Inv5150"), only("p"), "p 9000"},
		"by a reference that is its id":              {out(5_000, "", "", "a"), only("a"), "a 5000"},
		"by a short number in a reference":           {out(4_200, "Hooli", "", "88"), only("d"), "d 4200"},
		"not by a short number in a text":            {out(4_200, "Hooli", "88"), only("d"), "open: it names no invoice that is known"},
		"less the discount, booked days later":       {out(9_800, "Globex", "RE-2026-0815"), only("disc"), "disc 9800"},
		"two with one sum":                           {out(12_000, "Globex", "RE-2026-4711, RE-2026-4712"), only("a", "b"), "a 5000, b 7000"},
		"two, one less its discount":                 {out(14_800, "Globex", "RE-2026-4711 RE-2026-0815"), only("a", "disc"), "a 5000, disc 9800"},
		"the one of two whose amount agrees":         {out(7_000, "Globex", "RE-2026-4711 RE-2026-4712"), only("a", "b"), "b 7000"},
		"a part, to the vendor's name":               {out(1_000, "UMBRELLA GMBH KÖLN", "Inv 5150 part"), only("p"), "p 1000"},
		"a part, to nobody named":                    {out(1_000, "", "Inv 5150 part"), only("p"), "open: it names INV 5150, of which 90.00 EUR is to be paid"},
		"more than is owed":                          {out(9_001, "Umbrella", "Inv 5150"), only("p"), "open: it names INV 5150, of which 90.00 EUR is to be paid"},
		"parts of two":                               {out(11_000, "Globex", "RE-2026-4711 RE-2026-4712"), only("a", "b"), "open: it names RE-2026-4711, RE-2026-4712, of which 120.00 EUR is to be paid"},
		"two invoices of one number and amount":      {out(5_000, "Globex", "RE-2026-4711"), only("a", "e"), "open: it could be for RE-2026-4711 of Globex GmbH or for RE-2026-4711 of Globex GmbH"},
		"another vendor":                             {out(5_000, "Hooli", "RE-2026-4711"), only("a"), "open: it names RE-2026-4711 of Globex GmbH, and the bank says Hooli"},
		"another name of the vendor":                 {out(5_000, "LUMBERGH SYSTEMS", "4711-X"), only("c"), "c 5000"},
		"what is held was paid all the same":         {out(700, "Globex", "RE-2026-0999"), only("held"), "held 700"},
		"what the books called paid":                 {out(3_300, "Globex", "RE-2026-0777"), only("told"), "told 3300"},
		"a part of what the books called paid":       {out(3_000, "Globex", "RE-2026-0777"), only("told"), "told 3000"},
		"nothing that is known":                      {out(5_000, "Globex", "rent December"), owed, "open: it names no invoice that is known"},
		"an invoice to the company by what goes out": {out(-5_000, "Globex", "RE-2026-4711"), only("a"), "open: it names no invoice that is known"},
	} {
		if got := paidBy(New().Reconcile([]models.Transaction{c.t}, c.owed), c.t.ID); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	byAccount := out(5_000, "Somebody Else", "RE-2026-4711")
	byAccount.PartyBank = "hash-Globex"
	if got := paidBy(New().Reconcile([]models.Transaction{byAccount}, only("a")), byAccount.ID); got != "a 5000" {
		t.Errorf("by the vendor's account: got %q", got)
	}
}

func TestWhatComesInPaysReceivables(t *testing.T) {
	owed := models.Owed{Receivables: []models.Receivable{{ID: "receivable:erp:9", Source: "erp", Entity: "acme", CustomerID: "erp/northwind", Invoice: "AR-10023", Amount: eur(70_000), DueOn: "2026-12-10"}}}
	in := out(-70_000, "Northwind Traders Ltd", "AR 10023")
	r := New().Reconcile([]models.Transaction{in}, owed)
	if len(r.Receivables) != 1 || r.Receivables[0].PaidOn != "2026-12-04" {
		t.Fatalf("got %+v", r)
	}
	part := out(-30_000, "Northwind Traders Ltd", "AR 10023")
	r = New().Reconcile([]models.Transaction{part}, owed)
	if len(r.Receivables) != 1 || r.Receivables[0].PaidOn != "" || r.Receivables[0].Rest() != eur(40_000) {
		t.Fatalf("of a part: got %+v", r)
	}
}

func TestAReversalHasTheInvoiceBeOwedAgain(t *testing.T) {
	owed := models.Owed{Payables: []models.Payable{owing("a", "Globex", "RE-2026-4711", 5_000)}}
	first := out(5_000, "Globex", "RE-2026-4711", "E2E-1")
	again := first
	again.ID, again.BookedOn = "transaction:bank:2", "2026-12-05"
	back := out(-5_000, "Globex", "RE-2026-4711", "E2E-1")
	back.ID, back.BookedOn, back.Reversal = "transaction:bank:3", "2026-12-07", true
	r := New().Reconcile([]models.Transaction{back, first}, owed)
	if p := r.Payables[0]; !p.Open() || p.PaidOn != "" || p.Booked != (models.Booked{Back: "2026-12-07"}) {
		t.Errorf("after a reversal: %+v", p)
	}
	if paidBy(r, back.ID) != "took: " || paidBy(r, first.ID) != "reversed: " {
		t.Errorf("got %+v", r.Transactions)
	}
	r = New().Reconcile([]models.Transaction{back, first, again}, owed)
	if p := r.Payables[0]; p.Open() || p.Booked.Minor != 5_000 {
		t.Errorf("paid twice and taken back once: %+v", p)
	}
	r = New().Reconcile([]models.Transaction{back}, owed)
	if got := paidBy(r, back.ID); got != "open: it takes back a payment that is not matched" {
		t.Errorf("of what is not known: %q", got)
	}
	told := owed.Payables[0].Fold(models.Event{Payable: &models.Payable{ID: "payable:erp:a", Source: "erp", ExternalID: "a", Status: models.PayablePast, PaidOn: "2026-12-03"}})
	r = New().Reconcile([]models.Transaction{back, first}, models.Owed{Payables: []models.Payable{told}})
	if p := r.Payables[0]; !p.Open() {
		t.Errorf("the books called it paid before the bank took it back: %+v", p)
	}
	later := r.Payables[0].Fold(models.Event{Payable: &models.Payable{ID: "payable:erp:a", Source: "erp", ExternalID: "a", Status: models.PayablePast, PaidOn: "2026-12-09"}})
	if later.Open() || later.PaidOn != "2026-12-09" {
		t.Errorf("paid once more after that, by the books: %+v", later)
	}
}
