package bot_test

import (
	"context"
	"testing"

	"remit/bot"
	"remit/decision"
	"remit/models"
)

func TestThePayRunIsOneMessageThatLeadsToWhereItIsApproved(t *testing.T) {
	w := newWorld(t)
	d := scheduleWaiting()
	d.State, d.Title = models.Asked, "Müller & Söhne <!channel>: 4,820.00 EUR"
	run := decision.PayRun{
		Pool: "cash:acme:EUR", Day: "2026-12-02", Asked: []models.Decision{d}, Leaving: []models.Payable{{ID: "p"}}, Sum: eur(4_820_00),
		Cash: models.Cash{Floor: eur(150_000_00), Low: eur(161_240_00), LowOn: "2026-12-18", Breach: .03},
	}
	if err := w.bot.PostPayRun(context.Background(), run); err != nil {
		t.Fatal(err)
	}
	m := w.only()
	wantSaid(t, m.Words(), "Pay run · Wed 2 Dec", "1 payment, 4,820.00 EUR in all", "Müller & Söhne")
	if m.Channel != financeChannel || len(m.Buttons()) != 2 {
		t.Errorf("it is in %s with buttons %v", m.Channel, m.Buttons())
	}
	if err := w.bot.PostPayRun(context.Background(), run); err != nil {
		t.Fatal(err)
	}
	w.only()
}

func TestWithoutSlackThereIsNoPayRunMessage(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Token = "" })
	if err := w.bot.PostPayRun(context.Background(), decision.PayRun{}); err != nil || len(w.slack.Visible("")) != 0 {
		t.Errorf("got %v and %d messages", err, len(w.slack.Visible("")))
	}
}
