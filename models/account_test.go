package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

func TestAnAccountOwesTheMoreOfWhatWasSaidAndWhatItsInvoicesComeTo(t *testing.T) {
	eur := func(minor int64) models.Money { return models.Money{Minor: minor, Currency: "EUR"} }
	usd := func(minor int64) models.Money { return models.Money{Minor: minor, Currency: "USD"} }
	for name, c := range map[string]struct {
		account  models.Account
		invoices []models.Money
		want     string
	}{
		"nothing":                     {models.Account{}, nil, ""},
		"what was said":               {models.Account{PastDue: eur(500_00)}, nil, "500.00 EUR"},
		"invoices alone":              {models.Account{}, []models.Money{eur(70_00)}, "70.00 EUR"},
		"invoices that are more":      {models.Account{PastDue: eur(500_00)}, []models.Money{eur(900_00)}, "900.00 EUR"},
		"a word that is more":         {models.Account{PastDue: eur(500_00)}, []models.Money{eur(90_00)}, "500.00 EUR"},
		"the word's currency first":   {models.Account{PastDue: eur(5_00)}, []models.Money{usd(900_00)}, "5.00 EUR and 900.00 USD"},
		"else the revenue's":          {models.Account{ARR: eur(1)}, []models.Money{eur(5_00), usd(900_00)}, "5.00 EUR and 900.00 USD"},
		"else the largest number":     {models.Account{}, []models.Money{eur(5_00), usd(900_00)}, "900.00 USD and 5.00 EUR"},
		"a credit is not owed":        {models.Account{}, []models.Money{eur(-5_00)}, ""},
		"a word that nothing is owed": {models.Account{PastDue: eur(0)}, []models.Money{usd(20_00)}, "20.00 USD"},
	} {
		got := c.account.Owing(c.invoices)
		if got.Owes() != c.want {
			t.Errorf("%s: got %q, want %q", name, got.Owes(), c.want)
		}
		if diff := cmp.Diff(got, got.Owing(c.invoices)); diff != "" {
			t.Errorf("%s: reckoned again it differs (-once +twice):\n%s", name, diff)
		}
	}
}

func TestAnAccountsEarlierEscalationsAreThoseOfItsOtherTickets(t *testing.T) {
	since := noon.AddDate(0, 0, -90)
	a := models.Account{ID: "account:h:1", Escalations: 1, UpdatedAt: noon}
	a = a.Escalate("ticket:h:1", noon).Escalate("ticket:h:1", noon.Add(-time.Hour)).Escalate("ticket:h:2", noon).Escalate("ticket:h:3", since.Add(-1)).Escalate("ticket:h:4", since)
	for item, want := range map[string]int{"ticket:h:1": 2, "ticket:h:9": 3, "ticket:h:3": 3} {
		if got := a.EscalatedSince(since, item).Escalations; got != want {
			t.Errorf("for %s: got %d, want %d", item, got, want)
		}
	}
	if got := a.EscalatedSince(noon.Add(1), "").Escalations; got != 1 {
		t.Errorf("got %d, want the one that was told where none of ours is so new", got)
	}
	other := models.Account{ID: a.ID, UpdatedAt: noon}.Escalate("ticket:h:5", noon)
	if both := a.Fold(other); len(both.Escalated) != 5 || a.Fold(other).Fold(other).EscalatedSince(since, "").Escalations != 4 {
		t.Errorf("two nodes noted %v, want those of both, each once", both.Escalated)
	}
	for i := range 200 {
		a = a.Escalate(fmt.Sprint("ticket:h:many", i), noon.Add(time.Duration(i)))
	}
	if len(a.Escalated) > 50 || a.Escalated[0].Item != "ticket:h:many199" {
		t.Errorf("got %d kept, the newest %v; want a bound", len(a.Escalated), a.Escalated[0])
	}
}
