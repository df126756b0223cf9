package triage_test

import (
	"testing"
	"time"

	"remit/models"
	"remit/triage"
)

// ordinary is a ticket of some hundred words.
const ordinary = `Hello team,

since this morning nobody in our Berlin office can log in to the dashboard. We have restarted the browsers and tried two
different networks, but the page only shows an error after about thirty seconds. Roughly 120 users are affected and we
have to send the monthly invoices to our customers by tomorrow, so this is rather urgent for us. It is the third time in
two weeks that this happens, which my boss finds unacceptable. Could you please look into it and tell us what is going on
and when it will be fixed? I have attached a screenshot of the message. You can reach me at the office all day long.

Kind regards,
Dana`

func BenchmarkDecide(b *testing.B) {
	j := triage.New()
	now := time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
	f := models.Facts{
		Now: now, Event: models.TicketCreated,
		Ticket:  &models.Ticket{ID: "ticket:h:1", ExternalID: "1", Subject: "Cannot log in", Text: ordinary, Status: models.TicketOpen},
		Account: &models.Account{ID: "account:h:1", Name: "Acme", Tier: "enterprise", RenewalOn: "2026-12-14", UpdatedAt: now},
	}
	r := models.TriageRules{
		Queues: []models.Queue{{Name: "billing", Words: []string{"invoice", "refund"}}, {Name: "access", Words: []string{"log in", "password"}}},
		Macros: []models.Macro{{Title: "Login trouble", Words: []string{"log in", "error"}, Text: "Hello {{account}}, we look into it."}},
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if len(j.Decide(f, r).Proposals) == 0 {
			b.Fatal("no proposals")
		}
	}
}
