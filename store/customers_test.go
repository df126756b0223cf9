package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

// owed is an open invoice that was due two days before the day.
func owed(id, customer, name string, minor int64) models.Receivable {
	return models.Receivable{
		ID: models.ReceivableItem("erp", id), Source: "erp", Entity: "acme", CustomerID: customer, CustomerName: name, Amount: usd(minor),
		DueOn: models.DayOf(day).Add(-2), UpdatedAt: day,
	}
}

func overdue(t *testing.T, s *opened, accounts ...models.Account) map[string][]models.Money {
	t.Helper()
	got, err := s.Overdue(t.Context(), accounts, models.DayOf(day))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var _ = claim("an account owes what is open and past due of whoever has its id or, alone in a source, its name", func(t *testing.T, s *opened) {
	acme := models.Account{ID: "account:helpdesk:8447", Name: "Acme GmbH", UpdatedAt: day}
	same := models.Account{ID: "account:erp:a-1", Name: "ACME", UpdatedAt: day}
	globex := models.Account{ID: "account:helpdesk:2", Name: "Globex", UpdatedAt: day}
	twin := models.Account{ID: "account:helpdesk:3", Name: "Globex Ltd.", UpdatedAt: day}
	initech := models.Account{ID: "account:helpdesk:4", Name: "Initech", UpdatedAt: day}
	eur := owed("7", "stripe/cus_9", "Acme", 900)
	eur.Amount.Currency = "EUR"
	today, paid, void, part := owed("3", "erp/a-1", "", 1), owed("4", "erp/a-1", "", 1), owed("5", "erp/a-1", "", 1), owed("6", "erp/a-1", "", 50)
	today.DueOn, paid.PaidOn, void.Cancelled, part.Booked.Minor = models.DayOf(day), models.DayOf(day), true, 20
	mustCommit(t, s, decision.Changes{At: day, Accounts: []models.Account{acme, same, globex, twin, initech}, Receivables: []models.Receivable{
		owed("1", "erp/a-1", "", 100), today, paid, void, part, eur, owed("2", "books/Acme, Inc.", "", 7),
		owed("8", "erp/g", "Globex", 5), owed("9", "erp/i1", "Initech", 5), owed("10", "erp/i2", "Initech", 5), owed("11", "", "", 5),
	}})
	want := map[string][]models.Money{
		acme.ID: {{Minor: 900, Currency: "EUR"}, usd(7)},
		same.ID: {{Minor: 900, Currency: "EUR"}, usd(137)},
	}
	if diff := cmp.Diff(want, overdue(t, s, acme, same, globex, initech)); diff != "" {
		t.Errorf("two accounts of one name, or two who owe, within a source are not told apart (-want +got):\n%s", diff)
	}
	mustCommit(t, s, decision.Changes{At: day, Receivables: []models.Receivable{owed("12", "erp/a-1", "Acme", 1)}})
	if got := overdue(t, s, acme)[acme.ID]; len(got) != 2 || got[1] != usd(138) {
		t.Errorf("once the books name it: got %v, want its 138 too", got)
	}
})

var _ = claim("accounts and debtors from before their names were noted are found once migrated, and no sum is too large", func(t *testing.T, s *opened) {
	acme := models.Account{ID: "account:helpdesk:8447", Name: "Acme GmbH", UpdatedAt: day}
	huge := owed("1", "erp/Acme", "", 1<<62)
	more := owed("2", "erp/Acme", "", 1<<62)
	dots := owed("3", "erp/...", "", 1)
	mustCommit(t, s, decision.Changes{At: day, Accounts: []models.Account{acme, {ID: "account:helpdesk:1", UpdatedAt: day}}, Receivables: []models.Receivable{huge, more, dots}})
	s.ForgetNames(t)
	if got := overdue(t, s, acme); len(got) != 0 {
		t.Fatalf("without names: got %v", got)
	}
	s.reopen(t)
	if got := overdue(t, s, acme)[acme.ID]; len(got) != 1 || got[0].Minor < 1<<61 {
		t.Errorf("got %v", got)
	}
})
