package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

func booked(id string, minor int64, on models.Day, state models.TransactionState, named bool) models.Transaction {
	return models.Transaction{
		ID: "transaction:bank:" + id, Source: "bank", Entity: "acme:de", Account: "giro", Amount: usd(minor), BookedOn: on, Party: "Sparks", PartyBank: "h1",
		Refs: []string{"A-1", "ü😀"}, Text: "<b>", State: state, Settles: []models.Settled{{Item: "payable:erp:1", Minor: 7}}, Named: named, Why: "why", By: "priya", UpdatedAt: day,
	}
}

func idsOf(ts []models.Transaction) (ids []string) {
	for _, t := range ts {
		ids = append(ids, t.ID[len("transaction:bank:"):])
	}
	return ids
}

var _ = claim("what banks have booked comes back, what is not matched and names an invoice first", func(t *testing.T, s *opened) {
	elsewhere := booked("else", -1, "2026-12-02", models.TransactionOpen, false)
	elsewhere.Entity = "other"
	all := []models.Transaction{
		booked("old", -1, "2026-11-01", models.TransactionOpen, false), booked("new", -1, "2026-12-02", models.TransactionOpen, false),
		booked("named", -1, "2026-11-15", models.TransactionOpen, true), booked("done", -5, "2026-12-01", models.TransactionSettled, false), elsewhere,
	}
	mustCommit(t, s, decision.Changes{Transactions: all, At: day})
	same(t, all[3])(s.TransactionsByID(t.Context(), []string{all[3].ID, "transaction:bank:none"}))
	open, err := s.OpenTransactions(t.Context(), acmePool)
	if d := cmp.Diff([]string{"named", "new", "old"}, idsOf(open)); d != "" || err != nil {
		t.Errorf("not matched (-want +got) %v\n%s", err, d)
	}
	since, err := s.BookedSince(t.Context(), acmePool, "2026-12-01")
	if d := cmp.Diff([]string{"done", "new"}, idsOf(since)); d != "" || err != nil {
		t.Errorf("since (-want +got) %v\n%s", err, d)
	}
	past, _, err := s.CashPast(t.Context(), acmePool, "2026-11-01")
	if want := (models.PaidOn{Day: "2026-12-01", Minor: 5}); err != nil || len(past.Paid) != 1 || past.Paid[0] != want {
		t.Errorf("paid in the past: %v, %v, want what was matched", past.Paid, err)
	}
	_, err = s.OpenTransactions(t.Context(), "acme")
	wantKind(t, err, models.Invalid)
})

var _ = claim("what may be owed are open invoices and those paid lately, and a pool knows what moved since its balance", func(t *testing.T, s *opened) {
	open, paid, long := payable("open", "v", 100, day), payable("paid", "v", 200, day), payable("long", "v", 300, day)
	paid.Status, paid.PaidOn = models.PayablePast, "2026-12-03"
	long.Status, long.PaidOn = models.PayablePast, "2026-09-03"
	due := models.Receivable{ID: "receivable:s:1", Entity: "acme:de", Amount: usd(700)}
	came := models.Receivable{ID: "receivable:s:2", Entity: "acme:de", Amount: usd(900), PaidOn: "2026-12-03"}
	bal := models.Balance{ID: "balance:bank:giro", Source: "bank", Entity: "acme:de", Amount: usd(10_000), AsOf: day.AddDate(0, 0, -1)}
	mustCommit(t, s, decision.Changes{
		Payables: []models.Payable{open, paid, long}, Receivables: []models.Receivable{due, came}, Balances: []models.Balance{bal}, At: day,
		Transactions: []models.Transaction{booked("before", -1, "2026-12-02", models.TransactionOpen, false), booked("after", -30, "2026-12-03", models.TransactionOpen, false)},
	})
	owed, err := s.Owed(t.Context(), acmePool, "2026-11-01")
	if err != nil || len(owed.Payables) != 2 || owed.Payables[0].ID != open.ID || owed.Payables[1].ID != paid.ID || len(owed.Receivables) != 2 {
		t.Errorf("owed %+v, %v", owed, err)
	}
	pool, err := s.Pool(t.Context(), acmePool)
	if err != nil {
		t.Fatal(err)
	}
	if sum, _, ok := pool.Balance(); !ok || sum != usd(10_000-30-196+900) {
		t.Errorf("the balance with what moved since is %s, want less the entry and the payment after its discount, with what came", sum)
	}
})
