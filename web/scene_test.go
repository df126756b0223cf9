package web

import (
	"time"

	"remit/models"
)

func usd(minor int64) models.Money { return models.Money{Minor: minor, Currency: "USD"} }

// scene is a desk on an ordinary day: a ticket with three open asks, an invoice that needs two people, a payment about to
// be moved, and two decisions that are done.
func scene() *desk {
	d := newDesk()
	facts, prio, route, reply := ticketScene()
	d.put(facts, prio, route, reply)
	facts, hold := invoiceScene()
	d.put(facts, hold)
	facts, pay := scheduleScene()
	d.put(facts, pay)
	done := asked("ticket:helpdesk:35101", models.ActionRoute, "billing", "general", -26*time.Hour)
	done.Title, done.State, done.Final, done.Autonomous, done.Version = "Invoice copy for October", models.Applied, "billing", true, 3
	done.Ruling = models.Ruling{Outcome: models.OutcomeAct, Level: models.LevelAct, Why: []string{"The policy lets remit route by itself; granted by Omar Diaz until 20 Dec."}}
	d.put(models.Facts{Now: noon}, done)
	d.letters = []models.DeadLetter{
		{ID: "dl_1", Source: "erp", Key: "msg_2x8", Kind: "payable.created", Subject: "cash:acme:USD", Error: `payable.amount: "12.345 USD" has more decimals than USD has (2)`, Field: "payable.amount", At: noon.Add(-time.Hour), Tries: 1},
		{ID: "dl_2", Source: "helpdesk", Key: "9f1c", Kind: "unreadable", Error: "The body is not JSON.", At: noon.Add(-3 * time.Hour), Tries: 2, ReplayedAt: noon.Add(-2 * time.Hour)},
	}
	d.records = ladderScene()
	return d
}

// asked gives an ask as the engine would have made it.
func asked(item string, a models.Action, value, before string, ago time.Duration) models.Decision {
	ev := models.Event{ID: "ev_" + item, Source: "helpdesk", Subject: item}
	d := models.Propose(ev, models.Proposal{Action: a, Item: item, Value: value, Before: before, Confidence: 0.87, Model: "rules-1"}, noon.Add(ago))
	d.State, d.Version = models.Asked, 2
	d.FactsID, d.Policy, d.Build = models.SnapshotID(ev.ID, item, 1), "pol_7", "v0.1.0"
	d.ExpiresAt = noon.Add(4 * time.Hour)
	d.Ruling = models.Ruling{
		Outcome: models.OutcomeAsk, Level: models.LevelAsk, Why: []string{"The policy asks before this is done."},
		Approval: models.Approval{From: []string{"@support-leads"}, Count: 1}, Expires: 4 * time.Hour,
	}
	return d
}

func ticketScene() (models.Facts, models.Decision, models.Decision, models.Decision) {
	item := models.TicketItem("helpdesk", "35436")
	facts := models.Facts{
		Now: noon, Event: models.TicketCreated,
		Ticket: &models.Ticket{
			ID: item, ExternalID: "35436", Subject: "Checkout is down for all our stores", Status: models.TicketOpen, Priority: models.P3, Group: "general",
			Text:     "Nobody can pay since 11:40. This is the third time this month and we are losing <real> money. Call me!",
			Language: "en", Channel: "email", URL: "https://acme.zendesk.com/agent/tickets/35436", CreatedAt: noon.Add(-12 * time.Minute), Tags: []string{"checkout", "web"},
		},
		Account: &models.Account{Name: "Northwind Traders", Tier: "enterprise", ARR: usd(18_400_000), RenewalOn: "2027-01-15", VIP: true, OpenIssues: 2},
		Tone:    &models.Tone{Anger: 0.82}, Similar: 3, Signals: []models.Signal{{Name: "outage", Strength: 0.93}},
	}
	prio := asked(item, models.ActionPriority, "P1", "P3", -11*time.Minute)
	prio.Confidence = 0.94
	prio.Reasons = []models.Reason{
		{Code: "urgency.outage", Text: "Says that nobody can pay", Weight: 0.46},
		{Code: "account.tier", Text: "Enterprise account that renews in 43 days", Weight: 0.27},
		{Code: "tone.anger", Text: "Sounds angry: \"third time this month\"", Weight: 0.19},
		{Code: "similar", Text: "Three tickets like it within the hour", Weight: 0.08},
	}
	prio.Ruling.Chain = []models.Rung{{After: 15 * time.Minute, To: "@duty-manager"}}
	prio.Ruling.Guardrails = []string{`tone.anger >= 0.8 and account.tier == "enterprise"`}
	prio.Ruling.Escalated = true
	route := asked(item, models.ActionRoute, "payments-oncall", "general", -11*time.Minute)
	route.Options = []string{"payments-oncall", "web", "billing"}
	route.Reasons = []models.Reason{{Code: "queue.words", Text: "Speaks of checkout and paying", Weight: 0.7}, {Code: "queue.account", Text: "This account's tickets mostly go to web", Weight: -0.2}}
	reply := asked(item, models.ActionReply, "Hello,\n\nwe see that checkout is failing and are on it. You hear from us within 30 minutes.\n\nKind regards", "", -11*time.Minute)
	reply.Confidence = 0.61
	reply.Reasons = []models.Reason{{Code: "macro", Text: "Fits the macro \"Outage, first answer\"", Weight: 0.8}}
	for _, d := range []*models.Decision{&prio, &route, &reply} {
		d.Title = facts.Ticket.Subject
	}
	return facts, prio, route, reply
}

func invoiceScene() (models.Facts, models.Decision) {
	item := models.PayableItem("erp", "inv-9913")
	p := models.Payable{
		ID: item, ExternalID: "inv-9913", VendorName: "Ferrum Stahl GmbH", Invoice: "RE-2026-9913", Amount: usd(4_820_000), IssuedOn: "2026-11-24", DueOn: "2026-12-10", PayOn: "2026-12-10",
		Requester: "jonas", Status: models.PayableOpen, Entity: "acme", Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-05"},
	}
	early := p
	early.Invoice, early.IssuedOn, early.PaidOn, early.Status = "RE-2026-9931", "2026-11-10", "2026-11-24", models.PayablePast
	facts := models.Facts{Now: noon, Event: models.PayableCreated, Payable: &p, Earlier: &early, Vendor: &models.Vendor{Name: "Ferrum Stahl GmbH", Class: "materials", FirstSeen: noon.AddDate(-2, 0, 0), Banks: []models.BankUse{{Bank: "a", Since: noon.AddDate(-2, 0, 0)}, {Bank: "b", Since: noon.AddDate(0, 0, -9)}}}}
	hold := asked(item, models.ActionHold, models.ValueRelease, models.ValueHold, -50*time.Minute)
	hold.Title, hold.Source = "Ferrum Stahl GmbH · RE-2026-9913 · 48,200.00 USD", "erp"
	hold.Reasons = []models.Reason{
		{Code: "duplicate.lookalike", Text: "The same amount as RE-2026-9931, paid on 24 Nov; the numbers differ by two swapped digits", Weight: 0.62},
		{Code: "bank.changed", Text: "Bank details changed nine days ago", Weight: 0.38},
	}
	hold.Ruling.Approval = models.Approval{From: []string{"@finance-leads"}, Count: 2, NotRequester: true, Note: "call the vendor back on a known number"}
	hold.Ruling.Guardrails = []string{`payable.amount > money("25000 USD")`, `vendor.bank_changed_within("90d")`}
	hold.Answers = []models.Answer{{By: models.Actor{Kind: models.ByPerson, ID: "omar", Name: "Omar Diaz"}, Kind: models.AnswerApprove, At: noon.Add(-20 * time.Minute), Via: "slack", Version: 2, Note: "Called back, spoke to Ms Keller."}}
	hold.Version = 3
	return facts, hold
}

func scheduleScene() (models.Facts, models.Decision) {
	item := models.PayableItem("erp", "inv-9920")
	cash := models.Cash{Pool: "cash:acme:USD", Floor: usd(15_000_000), Balance: usd(31_000_000), AsOf: noon.Add(-2 * time.Hour), Horizon: 20, Low: usd(15_900_000), LowOn: "2026-12-14", Breach: 0.031, Before: usd(12_100_000), BeforeOn: "2026-12-11"}
	for i, mid := range []int64{310, 302, 298, 285, 270, 262, 240, 221, 205, 188, 176, 159, 171, 190, 214, 228, 241, 238, 252, 266} {
		cash.Days = append(cash.Days, models.CashDay{Day: models.Day("2026-12-03").Add(i), Mid: mid * 100_000, Low: (mid - int64(3*i)) * 100_000})
	}
	p := models.Payable{ID: item, ExternalID: "inv-9920", VendorName: "Hafen Logistik AG", Invoice: "HL-4471", Amount: usd(2_260_000), DueOn: "2026-12-11", PayOn: "2026-12-11", Entity: "acme", LateFee: usd(12_000)}
	d := asked(item, models.ActionSchedule, "2026-12-15", "2026-12-11", -8*time.Minute)
	d.Title, d.Source, d.State, d.ActAt, d.ExpiresAt, d.Confidence = "Hafen Logistik AG · HL-4471 · 22,600.00 USD", "erp", models.Waiting, noon.Add(4*time.Hour), time.Time{}, 0.91
	d.Ruling = models.Ruling{Outcome: models.OutcomeWait, Level: models.LevelActAfterWindow, Why: []string{"The policy lets remit move pay days after a window of 4 hours."}, Window: 4 * time.Hour, Approval: models.Approval{From: []string{"@finance-leads"}}}
	d.Reasons = []models.Reason{
		{Code: "cash.floor", Text: "Paid on Fri 11 Dec, cash would fall to 121,000.00 USD, below the floor of 150,000.00 USD", Weight: 0.8},
		{Code: "cash.fee", Text: "Waiting costs a late fee of 120.00 USD", Weight: -0.2},
	}
	return models.Facts{Now: noon, Event: models.PayableCreated, Payable: &p, Cash: &cash}, d
}
