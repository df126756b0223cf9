package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/models"
)

// heardOf has a manager put all that is known of an organisation of the helpdesk.
func (w *world) heardOf(id string, a models.Account) {
	w.Helper()
	a.ID, a.UpdatedAt = models.AccountItem("helpdesk", id), w.clock.Now()
	a = a.Says(func(string) bool { return true })
	if err := w.app.PutAccount(w.Context(), a, w.person("olga")); err != nil {
		w.Fatal(err)
	}
}

// said gives what the reasons of the newest decision on a ticket's priority say of the account, by their code.
func (w *world) said(ticket, code string) string {
	w.Helper()
	w.settled()
	for _, r := range w.newest(item(ticket), models.ActionPriority).Reasons {
		if r.Code == code {
			return r.Text
		}
	}
	return ""
}

func (w *world) ticketOf(organization, id, text string) {
	w.Helper()
	w.zendesk("created", id, map[string]any{"subject": "Ticket " + id, "description": text, "organization_id": organization}, nil)
}

func (w *world) owed(id, customer, name, amount, due string) {
	w.Helper()
	w.money("receivable.created", map[string]any{
		"id": id, "entity": "acme", "customer_id": customer, "customer_name": name, "amount": amount, "currency": "EUR", "due_on": due,
	})
}

func TestWhatACustomerIsInvoicedAndLateWithIsAReasonOnTheTicket(t *testing.T) {
	w := newWorld(t)
	w.heardOf("70", models.Account{Name: "Initech GmbH", Tier: "business"})
	w.owed("r1", "c-12", "INITECH", "500.00", "2026-11-02")
	w.owed("r2", "c-12", "INITECH", "70.00", "2027-11-02")
	w.owed("r3", "c-13", "Somebody else", "9.00", "2026-11-02")
	w.settled()
	w.ticketOf("70", "1", down)
	if got := w.said("1", "account.past_due"); got != "Owes 500.00 EUR past due" {
		t.Errorf("got %q, want what was due", got)
	}
	w.heardOf("70", models.Account{Name: "Initech GmbH", PastDue: models.Money{Minor: 900_00, Currency: "EUR"}})
	w.ticketOf("70", "2", down)
	if got := w.said("2", "account.past_due"); got != "Owes 900.00 EUR past due" {
		t.Errorf("got %q, want the account's own word, which says more", got)
	}
	w.heardOf("70", models.Account{Name: "Initech GmbH"})
	w.money("receivable.paid", map[string]any{"id": "r1", "entity": "acme", "customer_id": "c-12", "amount": "500.00", "currency": "EUR", "due_on": "2026-11-02", "paid_on": "2026-12-02"})
	w.settled()
	w.ticketOf("70", "3", down)
	if got := w.said("3", "account.past_due"); got != "" {
		t.Errorf("once it was paid: got %q", got)
	}
	d := w.newest(item("1"), models.ActionPriority)
	f, err := w.app.Store.Snapshot(t.Context(), d.FactsID)
	if err != nil || f.Facts.Account.PastDue.Display() != "500.00 EUR" {
		t.Errorf("the facts of the first keep %+v, %v", f.Facts.Account, err)
	}
	if r, err := w.app.Replay(t.Context(), app.ReplayOptions{}); err != nil || r.Ruled < 3 || !r.Identical() {
		t.Errorf("ruled again on what was recorded: %+v, %v", r.ReplayReport, err)
	}
}

func TestAnEarlierEscalationIsAReasonOnTheAccountsNextTicket(t *testing.T) {
	w := newWorld(t)
	w.heardOf("70", models.Account{Name: "Initech", Tier: "business"})
	w.ticketOf("70", "1", angry)
	if got := w.said("1", "account.escalations"); got != "" || !w.newest(item("1"), models.ActionPriority).Ruling.Escalated {
		t.Fatalf("the first: got %q, want it escalated and nothing before it", got)
	}
	w.ticketOf("70", "2", down)
	if got := w.said("2", "account.escalations"); got != "Had to be escalated 1 time before" {
		t.Errorf("the second: got %q", got)
	}
	ago := func(days int) time.Time { return w.clock.Now().AddDate(0, 0, -days) }
	w.heardOf("72", models.Account{Name: "Hooli"}.Escalate(item("98"), ago(91)).Escalate(item("99"), ago(89)))
	w.ticketOf("72", "3", down)
	if got := w.said("3", "account.escalations"); got != "Had to be escalated 1 time before" {
		t.Errorf("of one 91 days ago and one 89 days ago: got %q", got)
	}
	w.ticketOf("71", "4", angry) // of nobody known: nowhere to note it
	w.settled()
	if items := w.log(); !slices.ContainsFunc(items, func(d models.Decision) bool { return strings.HasSuffix(d.Item, ":4") }) {
		t.Error("a ticket of an account that is not known is not decided")
	}
}
