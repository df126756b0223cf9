package bot_test

import (
	"io"
	"strings"
	"time"

	"remit/models"
)

func stringReader(s string) io.Reader { return strings.NewReader(s) }

var made = time.Date(2026, 12, 2, 12, 30, 0, 0, time.UTC)

func eur(minor int64) models.Money { return models.Money{Minor: minor, Currency: "EUR"} }

// decisionOn gives an asked decision on an action of an item.
func decisionOn(item string, a models.Action, value, before string, from ...string) models.Decision {
	return models.Decision{
		ID: models.DecisionID("ev_1", item, a), EventID: "ev_1", Item: item, Action: a, Domain: a.Domain(), Source: "helpdesk",
		State: models.Asked, Version: 2, CreatedAt: made, UpdatedAt: made, Value: value, Before: before, Confidence: 0.92,
		Reasons: []models.Reason{
			{Code: "words.outage", Text: "It says that nobody can log in", Weight: 0.5},
			{Code: "account.tier", Text: "Acme is an enterprise customer", Weight: 0.3},
			{Code: "tone.anger", Text: "It sounds angry", Weight: 0.2},
		},
		Ruling:    models.Ruling{Outcome: models.OutcomeAsk, Level: models.LevelAsk, Approval: models.Approval{From: from, Count: 1}},
		ExpiresAt: time.Date(2026, 12, 7, 14, 0, 0, 0, time.UTC),
	}
}

const ticketItem = "ticket:helpdesk:35436"

func ticketCase(ds ...models.Decision) models.Case {
	return models.Case{
		Item: ticketItem, Domain: models.Triage, Title: "Nobody can log in since this morning", Decisions: ds,
		Facts: models.Facts{
			Ticket: &models.Ticket{
				ID: ticketItem, Subject: "Nobody can log in since this morning", Priority: models.P3, Group: "first line",
				Text: "Hello,\nnobody of us can log in since this morning. We lose orders by the minute!", URL: "https://acme.zendesk.com/agent/tickets/35436",
			},
			Account: &models.Account{Name: "Acme", Tier: "enterprise", ARR: eur(4_800_000_00), RenewalOn: "2027-01-31", VIP: true},
			Tone:    &models.Tone{Anger: 0.91}, Similar: 3,
		},
	}
}

func priorityAsk() models.Decision {
	return decisionOn(ticketItem, models.ActionPriority, "P1", "P3", "@support-leads")
}

func routeAsk() models.Decision {
	d := decisionOn(ticketItem, models.ActionRoute, "billing", "first line", "@support-leads")
	d.Options = []string{"billing", "first line", "technical"}
	return d
}

func replyAsk() models.Decision {
	return decisionOn(ticketItem, models.ActionReply, "Hello,\nwe are looking into it & will be back within the hour.", "", "@support-leads")
}

const payItem = "payable:erp:8841"

func payCase(ds ...models.Decision) models.Case {
	p := models.Payable{
		ID: payItem, VendorName: "Müller & Söhne GmbH", Invoice: "RE-8841", Amount: eur(4_820_00), IssuedOn: "2026-11-20", DueOn: "2026-12-20",
		PayOn: "2026-12-03", Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-04"}, Requester: "jo@acme.com", Status: models.PayableOpen,
	}
	e := p
	e.Invoice, e.PaidOn, e.IssuedOn = "RE-8814", "2026-11-02", "2026-10-20"
	return models.Case{
		Item: payItem, Domain: models.Finance, Title: "RE-8841 of Müller & Söhne GmbH, 4,820.00 EUR", Decisions: ds,
		Facts: models.Facts{Payable: &p, Earlier: &e, Cash: &models.Cash{Floor: eur(150_000_00), Low: eur(161_240_00), LowOn: "2026-12-18", Breach: 0.03}},
	}
}

func holdAsk() models.Decision {
	d := decisionOn(payItem, models.ActionHold, models.ValueHold, models.ValueRelease, "@finance-leads")
	d.Reasons = []models.Reason{
		{Code: "duplicate.exact", Text: "Same vendor and amount as RE-8814, paid 30 days before", Weight: 0.7},
		{Code: "bank.changed", Text: "The bank account is new since 28 Nov", Weight: 0.3},
	}
	d.Ruling.Approval = models.Approval{From: []string{"@finance-leads"}, Count: 2, NotRequester: true, Note: "call the vendor back on a known number"}
	return d
}

func scheduleWaiting() models.Decision {
	d := decisionOn(payItem, models.ActionSchedule, "2026-12-18", "2026-12-03", "@finance-leads")
	d.State, d.ActAt, d.ExpiresAt = models.Waiting, time.Date(2026, 12, 2, 16, 0, 0, 0, time.UTC), time.Time{}
	d.Autonomous = true
	d.Reasons = []models.Reason{{Code: "cash.floor", Text: "Paying on Thu 3 Dec would leave 141,000 EUR, below the floor", Weight: 1}}
	return d
}

func answered(d models.Decision, s models.State, kind models.AnswerKind, v string) models.Decision {
	d.State, d.Version = s, d.Version+2
	d.Answers = append(d.Answers, models.Answer{
		By: models.Actor{Kind: models.ByPerson, ID: "priya", Name: "Priya"}, Kind: kind, Value: v, At: time.Date(2026, 12, 2, 14, 2, 0, 0, time.UTC), Via: "slack",
	})
	return d
}

// done gives an answered decision as the engine leaves it.
func done(d models.Decision) models.Decision {
	a, _ := d.Settled()
	d.Final = d.Choice(a)
	return d
}
