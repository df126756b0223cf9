package app_test

import (
	"strings"
	"testing"
	"time"

	"remit/models"
)

// release lets a held payment go, with a reason and a note, either of which may be left out.
func (w *world) release(id, who, reason, note string) error {
	w.Helper()
	d := w.newest(payment(id), models.ActionHold)
	_, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person(who), models.Answer{
		Kind: models.AnswerOverride, Value: models.ValueRelease, Reason: reason, Note: note, Via: "console", Version: d.Version,
	})
	return err
}

func TestAHoldIsReleasedWithAReasonAndTheSameCaseDoesNotAskTwice(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
		t.Fatal(err)
	}
	w.invoice("first", "1713.17", map[string]any{"invoice": "G-4711"})
	w.clock.add(time.Minute)
	w.invoice("again", "1713.17", map[string]any{"invoice": "G-4711", "issued_on": "2026-11-27"})
	w.settled()
	hold := w.newest(payment("again"), models.ActionHold)
	if hold.State != models.Asked || hold.CaseID == "" {
		t.Fatalf("got %s of case %q: want a duplicate asked about", hold.State, hold.CaseID)
	}
	if err := w.release("again", "priya", "", ""); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "why the payment may go") {
		t.Errorf("without a reason: %v", err)
	}
	if err := w.release("again", "priya", "facts_missing", "two deliveries under one number"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	w.money("payable.updated", map[string]any{"id": "again", "entity": "acme", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": "G-4711", "amount": "1713.17", "currency": "USD", "issued_on": "2026-11-27", "due_on": "2026-12-22", "bank_account": "DE001"})
	w.settled()
	d := w.newest(payment("again"), models.ActionHold)
	if d.ID == hold.ID || d.State != models.Observed || !strings.Contains(strings.Join(d.Ruling.Why, " "), "Priya has let this very case go on") {
		t.Errorf("after a change of its due day it is %s: %v", d.State, d.Ruling.Why)
	}
	w.money("payable.updated", map[string]any{"id": "again", "entity": "acme", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": "G-4711", "amount": "1713.17", "currency": "USD", "issued_on": "2026-11-27", "due_on": "2026-12-22", "bank_account": "DE666"})
	w.settled()
	if d := w.newest(payment("again"), models.ActionHold); d.State != models.Asked {
		t.Errorf("with another account it is another case, and it is %s: %v", d.State, d.Ruling.Why)
	}
}

func TestAPaymentOnAChangedAccountTakesANoteOfTheCallBack(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.settled()
	w.invoice("new", "1010.00", map[string]any{"bank_account": "DE999"})
	w.settled()
	if err := w.release("new", "priya", "facts_wrong", ""); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "whom you called back") {
		t.Errorf("without a note: %v", err)
	}
	if err := w.release("new", "priya", "facts_wrong", "Ms Weber, +49 30 901820, 2 Dec"); err != nil {
		t.Fatal(err)
	}
	if d := w.newest(payment("new"), models.ActionHold); d.Final != models.ValueRelease || d.Answers[0].Note == "" {
		t.Errorf("got %q with %v", d.Final, d.Answers)
	}
}
