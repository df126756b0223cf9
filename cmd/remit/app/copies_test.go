package app_test

import (
	"strings"
	"testing"
	"time"

	"remit/models"
)

// asking has remit ask about payments instead of acting.
func (w *world) asking() {
	w.Helper()
	if _, err := w.app.Engine.Pause(w.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
		w.Fatal(err)
	}
}

func TestAnOpenInvoiceIsAskedAboutOnceACopyOfItTurnsOutToBePaid(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.asking()
	w.invoice("open", "1713.17", map[string]any{"invoice": "G-3003", "discount_bps": 200, "discount_until": "2026-12-08"})
	w.settled()
	if d := w.newest(payment("open"), models.ActionSchedule); d.State != models.Asked {
		t.Fatalf("its pay day is %s: want it asked", d.State)
	}
	for name, data := range map[string]map[string]any{
		"of another amount": {"id": "amount", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": "G-3003", "amount": "20.00"},
		"another vendor's":  {"id": "vendor", "vendor": map[string]any{"id": "v7", "name": "Initech"}, "invoice": "I-77", "amount": "1713.17"},
	} {
		w.paid(data)
		for _, d := range w.log() {
			if d.Item == payment("open") && d.Action == models.ActionHold {
				t.Errorf("%s was paid, and it is %s whether to hold it: %v", name, d.State, d.Reasons)
			}
		}
	}
	w.paid(map[string]any{"id": "books", "vendor": map[string]any{"id": "v9", "name": "GLOBEX Ltd."}, "invoice": "G-3003", "amount": "1713.17"})
	hold := w.newest(payment("open"), models.ActionHold)
	if hold.State != models.Asked || !strings.Contains(hold.Reasons[0].Text, "already paid on") {
		t.Errorf("got %s, %v: want the copy that was paid named", hold.State, hold.Reasons)
	}
	if d := w.newest(payment("open"), models.ActionSchedule); d.State != models.Superseded {
		t.Errorf("its pay day is %s: want it no longer asked", d.State)
	}
}

// paid sends an invoice of the company that was paid, and has it decided.
func (w *world) paid(data map[string]any) {
	w.Helper()
	data["entity"], data["currency"], data["issued_on"], data["paid_on"] = "acme", "USD", "2026-11-25", "2026-12-01"
	w.clock.add(time.Minute)
	w.money("payable.paid", data)
	w.settled()
}

func TestAnOpenInvoiceIsAskedAboutOnceTheBankHasPaidItsCopy(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.asking()
	w.invoice("copy", "1713.17", map[string]any{"invoice": "G-4711"})
	w.clock.add(time.Minute)
	w.invoice("first", "1713.17", map[string]any{"invoice": "G-4711"})
	w.settled()
	before := w.newest(payment("first"), models.ActionHold)
	w.clock.add(time.Minute)
	w.money("transaction.booked", map[string]any{
		"id": "t1", "account": "giro", "entity": "acme", "amount": "-1713.17", "currency": "USD", "booked_on": "2026-12-02", "party": "Globex", "references": []string{"first"},
	})
	w.settled()
	if was := w.newest(payment("first"), models.ActionHold); was.State != models.Superseded || before.State != models.Asked {
		t.Fatalf("the one that was paid went from %s to %s", before.State, was.State)
	}
	if hold := w.newest(payment("copy"), models.ActionHold); hold.State != models.Asked || !strings.Contains(hold.Reasons[0].Text, "already paid on") {
		t.Errorf("got %s, %v: want the copy that was paid named", hold.State, hold.Reasons)
	}
}
