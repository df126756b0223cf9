package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

func usd(minor int64) models.Money { return models.Money{Minor: minor, Currency: "USD"} }

func payable(id, vendor string, amount int64, created time.Time) models.Payable {
	return models.Payable{
		ID: "payable:erp:" + id, Source: "erp", ExternalID: id, Entity: "acme:de", VendorID: vendor, VendorName: "Sparks Ltd",
		Invoice: "INV-" + id, Amount: usd(amount), DueOn: "2026-12-20", Status: models.PayableOpen, PayOn: "2026-12-20",
		Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-10"}, LateFee: usd(500), CreatedAt: created, UpdatedAt: created,
	}
}

var _ = claim("facts come back as they went", func(t *testing.T, s *opened) {
	ticket := models.Ticket{
		ID: "ticket:helpdesk:1", Source: "helpdesk", ExternalID: "1", Subject: strings.Repeat("ü😀", 5000), Text: "<!channel> \"'; --",
		Status: models.TicketOpen, Priority: models.P2, Group: "Billing", Tags: []string{"a", "b"}, AccountID: "account:helpdesk:1",
		Thread:    []models.Comment{{ID: "c1", Author: models.Actor{Kind: models.ByCustomer, ID: "helpdesk/9"}, Text: "Hello", Public: true, At: day}},
		CreatedAt: day.Add(-time.Hour), UpdatedAt: day, Reopens: 2,
	}
	account := models.Account{ID: "account:helpdesk:1", Name: "Acme", Tier: "enterprise", ARR: usd(9_000_000), RenewalOn: "2027-01-01", ChurnRisk: 0.25, VIP: true, UpdatedAt: day}
	vendor := models.Vendor{ID: "vendor:erp:77", Source: "erp", Name: "Sparks", Class: "utility", Banks: []models.BankUse{{Bank: "h1", Since: day}}, FirstSeen: day, UpdatedAt: day}
	pay := payable("1", vendor.ID, 4_820_000, day)
	recv := models.Receivable{ID: "receivable:stripe:1", Source: "stripe", Entity: "acme:de", Amount: usd(1000), DueOn: "2026-12-09"}
	bal := models.Balance{ID: "balance:erp:giro", Source: "erp", Entity: "acme:de", Amount: usd(15_000_000), AsOf: day}
	sub := submission("1")
	mustCommit(t, s, decision.Changes{
		Submissions: []models.Submission{sub},
		Tickets:     []models.Ticket{ticket}, Accounts: []models.Account{account}, Vendors: []models.Vendor{vendor},
		Payables: []models.Payable{pay}, Receivables: []models.Receivable{recv}, Balances: []models.Balance{bal}, At: day,
	})
	s.reopen(t)
	same(t, ticket)(s.Tickets(t.Context(), []string{ticket.ID, "ticket:helpdesk:none"}))
	same(t, models.Account{}.Fold(account))(s.Accounts(t.Context(), []string{account.ID}))
	same(t, vendor)(s.Vendors(t.Context(), []string{vendor.ID}))
	same(t, pay)(s.Payables(t.Context(), []string{pay.ID}))
	same(t, recv)(s.Receivables(t.Context(), []string{recv.ID}))
	same(t, bal)(s.Balances(t.Context(), []string{bal.ID}))
	same(t, sub)(s.Submissions(t.Context(), []string{sub.ID}))
	if !recv.UpdatedAt.IsZero() {
		t.Error("no time came back as a time")
	}
})

// same checks that a read by ids gave the one row.
func same[T any](t *testing.T, want T) func(map[string]T, error) {
	t.Helper()
	return func(got map[string]T, err error) {
		t.Helper()
		if err != nil || len(got) != 1 {
			t.Errorf("got %d rows, %v; want 1", len(got), err)
		}
		for _, g := range got {
			if d := cmp.Diff(want, g); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		}
	}
}

var _ = claim("times come back in UTC to the microsecond, wherever they were from", func(t *testing.T, s *opened) {
	local := time.Date(2026, 12, 3, 15, 2, 5, 123456789, time.FixedZone("Berlin", 3600))
	mustCommit(t, s, decision.Changes{Balances: []models.Balance{{ID: "b", Amount: usd(1), AsOf: local}, {ID: "z", Amount: usd(1)}}, At: local})
	got, err := s.Balances(t.Context(), []string{"b", "z"})
	if err != nil {
		t.Fatal(err)
	}
	if got["b"].AsOf != day {
		t.Errorf("got %v, want %v", got["b"].AsOf, day)
	}
	if !got["z"].AsOf.IsZero() {
		t.Errorf("no time came back as %v", got["z"].AsOf)
	}
})

var _ = claim("text that a database would refuse is kept with marks in its place", func(t *testing.T, s *opened) {
	mustCommit(t, s, decision.Changes{Tickets: []models.Ticket{{ID: "x", Source: "s", ExternalID: "x", Text: "a\x00b\xffc"}}})
	got, err := s.Tickets(t.Context(), []string{"x"})
	if err != nil || got["x"].Text != "a\uFFFDb\uFFFDc" {
		t.Errorf("got %q, %v", got["x"].Text, err)
	}
})

var _ = claim("shared facts are folded onto what is there, and an older word overwrites nothing", func(t *testing.T, s *opened) {
	newer := models.Account{ID: "account:h:1", Name: "Acme", Tier: "enterprise", UpdatedAt: day}
	older := models.Account{ID: "account:h:1", Name: "Old", Tier: "free", ARR: usd(5), UpdatedAt: day.Add(-time.Hour)}
	mustCommit(t, s, decision.Changes{Accounts: []models.Account{newer}})
	mustCommit(t, s, decision.Changes{Accounts: []models.Account{older, older}})
	got, err := s.Accounts(t.Context(), []string{newer.ID})
	if err != nil {
		t.Fatal(err)
	}
	if a := got[newer.ID]; a.Name != "Acme" || a.Tier != "enterprise" || a.ARR != usd(5) {
		t.Errorf("got %+v", a)
	}
	none := models.Account{ID: newer.ID, UpdatedAt: day}.Says(func(f string) bool { return f == "vip" })
	mustCommit(t, s, decision.Changes{Accounts: []models.Account{none}})
	yes := models.Account{ID: newer.ID, VIP: true, OpenIssues: 3, UpdatedAt: day.Add(-time.Minute)}
	mustCommit(t, s, decision.Changes{Accounts: []models.Account{yes}})
	if got, err = s.Accounts(t.Context(), []string{newer.ID}); err != nil || got[newer.ID].VIP || got[newer.ID].OpenIssues != 3 {
		t.Errorf("got %+v, %v, want the newer no and the older word about incidents", got[newer.ID], err)
	}
	v := models.Vendor{ID: "vendor:e:1", Name: "V", UpdatedAt: day}
	mustCommit(t, s, decision.Changes{Vendors: []models.Vendor{v.Seen("old", day.Add(-time.Hour))}})
	mustCommit(t, s, decision.Changes{Vendors: []models.Vendor{v.Seen("new", day)}})
	vs, err := s.Vendors(t.Context(), []string{v.ID})
	if err != nil || len(vs[v.ID].Banks) != 2 || vs[v.ID].Bank() != "new" {
		t.Errorf("got %+v, %v; want both accounts", vs[v.ID], err)
	}
})

var _ = claim("of two words about one fact in a batch the last is kept", func(t *testing.T, s *opened) {
	a, b := payable("1", "v", 100, day), payable("1", "v", 200, day)
	mustCommit(t, s, decision.Changes{Payables: []models.Payable{a, payable("2", "v", 1, day), b}})
	same(t, b)(s.Payables(t.Context(), []string{b.ID}))
})

var _ = claim("a pool is its balances and what is open", func(t *testing.T, s *opened) {
	paid, held, other := payable("paid", "v", 1, day), payable("held", "v", 2, day), payable("other", "v", 3, day)
	paid.Status, held.Status, other.Entity = models.PayablePast, models.PayableHeld, "elsewhere"
	mustCommit(t, s, decision.Changes{
		Payables: []models.Payable{payable("open", "v", 4, day), paid, held, other},
		Receivables: []models.Receivable{
			{ID: "r1", Entity: "acme:de", Amount: usd(1)},
			{ID: "r2", Entity: "acme:de", Amount: usd(1), PaidOn: "2026-12-01"},
			{ID: "r3", Entity: "acme:de", Amount: usd(1), Cancelled: true},
		},
		Balances: []models.Balance{{ID: "b1", Entity: "acme:de", Amount: usd(7), AsOf: day}, {ID: "b2", Entity: "acme:de", Amount: models.Money{Minor: 1, Currency: "EUR"}}},
	})
	pool, err := s.Pool(t.Context(), models.PoolSubject("acme:de", "USD"))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, p := range pool.Payables {
		got = append(got, p.ID)
	}
	for _, r := range pool.Receivables {
		got = append(got, r.ID)
	}
	for _, b := range pool.Balances {
		got = append(got, b.ID)
	}
	if d := cmp.Diff([]string{"payable:erp:held", "payable:erp:open", "r1", "b1"}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if !pool.Now.Equal(day) {
		t.Errorf("got now %v, want %v", pool.Now, day)
	}
	_, err = s.Pool(t.Context(), "ticket:1")
	wantKind(t, err, models.Invalid)
})

var _ = claim("a payable's history is its vendor's payables and its lookalikes of the last year, with what was paid later", func(t *testing.T, s *opened) {
	p := payable("p", "v1", 100, day)
	p.Bank = "bank"
	bank, oldBank := payable("bank", "v2", 5, day.Add(-2*time.Hour)), payable("oldbank", "v2", 5, day.AddDate(-2, 0, 0))
	bank.Bank, oldBank.Bank = "bank", "bank"
	paidLater := payable("paid-later", "v9", 100, day.Add(2*time.Hour))
	paidLater.Status = models.PayablePast
	ordered := payable("ordered", "v5", 8, day.Add(-4*time.Hour))
	p.PO, ordered.PO = "PO-1", "PO-1"
	mustCommit(t, s, decision.Changes{Payables: []models.Payable{
		p, bank, oldBank,
		payable("same", "v3", 100, day.Add(-3*time.Hour)),
		payable("vendor-old", "v1", 7, day.AddDate(-3, 0, 0)),
		payable("vendor-and-amount", "v1", 100, day.Add(-time.Hour)),
		payable("stranger", "v4", 8, day.Add(-time.Hour)),
		payable("later", "v1", 9, day.Add(time.Hour)),
		paidLater, ordered,
	}})
	hist, err := s.History(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range hist {
		got = append(got, h.ExternalID)
	}
	if d := cmp.Diff([]string{"paid-later", "vendor-and-amount", "bank", "same", "ordered", "vendor-old"}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
})
