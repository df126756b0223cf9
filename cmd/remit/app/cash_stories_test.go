package app_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/config"
	"remit/decision"
	"remit/models"
)

const acmePool = "cash:acme:USD"

// open gives the newest decision of an action about an item if it is open.
func (w *world) open(item string, a models.Action) (models.Decision, bool) {
	w.Helper()
	ds, err := w.app.Store.Newest(w.Context(), []string{item})
	if err != nil {
		w.Fatal(err)
	}
	i := slices.IndexFunc(ds, func(d models.Decision) bool { return d.Action == a && d.State.Open() })
	if i < 0 {
		return models.Decision{}, false
	}
	return ds[i], true
}

// watch lets the clock be looked at.
func (w *world) watch() {
	w.Helper()
	if err := w.app.WatchCash(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.settled()
}

// patientWorld is a world in which asks about payments wait for weeks.
func patientWorld(t *testing.T) *world {
	return newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		w.policy = bytes.Replace(policyText, []byte("\"@finance-leads\"\n  schedule"), []byte("\"@finance-leads\"\n  expires: 50d\n  schedule"), 1)
	})
}

func (w *world) answer(d models.Decision, who string, a models.Answer) error {
	w.Helper()
	a.Version, a.Via = d.Version, "console"
	_, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person(who), a)
	return err
}

func TestABalanceThatIsTooOldIsAskedAboutByTheClockAndWhatWasAskedStands(t *testing.T) {
	w := patientWorld(t)
	if _, err := w.app.Engine.Pause(t.Context(), models.Finance, w.person("olga"), "so that it asks"); err != nil {
		t.Fatal(err)
	}
	w.history()
	w.balance("60000.00")
	w.invoice("disc", "1010.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.settled()
	day := w.newest(payment("disc"), models.ActionSchedule)
	w.clock.add(30 * time.Hour)
	w.watch()
	ask, ok := w.open(acmePool, models.ActionCash)
	if !ok || ask.State != models.Asked || !strings.Contains(ask.Reasons[0].Text, "the balance is 30 hours old") || !strings.Contains(ask.Reasons[1].Text, "of giro") {
		t.Fatalf("got %s: %v", ask.State, ask.Reasons)
	}
	w.eventually("a card says so", func() bool {
		return slices.ContainsFunc(w.cards("C0FINANCE"), func(m slackfake.Message) bool { return strings.Contains(m.Words(), "Pay days stand still") })
	})
	if now := w.newest(payment("disc"), models.ActionSchedule); now.ID != day.ID || now.State != models.Asked || !slices.Contains(now.Ruling.Guardrails, "cash.unknown") {
		t.Errorf("its day is %s by %v, want the same ask to stand and to say that cash is not known", now.State, now.Ruling.Guardrails)
	}
	asked := len(w.log())
	w.clock.add(time.Hour)
	w.invoice("more", "1020.00", nil)
	w.watch()
	if now, ok := w.open(acmePool, models.ActionCash); !ok || now.ID != ask.ID || len(w.log()) != asked {
		t.Errorf("looked at again it has %d decisions after %d: want the same ask to stand alone", len(w.log()), asked)
	}
	now := w.newest(payment("disc"), models.ActionSchedule)
	if err := w.answer(now, "priya", models.Answer{Kind: models.AnswerApprove}); err != nil {
		t.Errorf("who knows better cannot approve the day: %v", err)
	}
	w.balance("60000.00")
	w.settled()
	if d := w.newest(acmePool, models.ActionCash); d.State != models.Superseded {
		t.Errorf("with a fresh balance the ask is %s", d.State)
	}
}

func TestAShortageWithoutAPaymentToHoldIsAskedAboutAndAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	w.balance("40000.00")
	w.settled()
	ask, ok := w.open(acmePool, models.ActionCash)
	if !ok || !strings.Contains(ask.Reasons[0].Text, "Cash falls 10,000.00 USD short of the floor of 50,000.00 USD") {
		t.Fatalf("asked %v: %v", ok, ask.Reasons)
	}
	w.balance("39950.00")
	w.settled()
	if now, _ := w.open(acmePool, models.ActionCash); now.ID != ask.ID {
		t.Error("a shortage that is the same to within a tenth is asked about again")
	}
	w.balance("30000.00")
	w.settled()
	worse, _ := w.open(acmePool, models.ActionCash)
	if was, err := w.app.Store.Decision(t.Context(), ask.ID); err != nil || was.State != models.Superseded || !strings.Contains(worse.Reasons[0].Text, "20,000.00 USD short") {
		t.Fatalf("twice as short: %s, then %v (%v)", was.State, worse.Reasons, err)
	}
	m := w.card("C0FINANCE", "20,000.00 USD short")
	w.press(priya, m, "Approve: I see to it")
	w.eventually("it is answered", func() bool { return w.newest(acmePool, models.ActionCash).State == models.Applied })
	if d := w.newest(acmePool, models.ActionCash); d.State != models.Applied || d.Final != models.ValueAttend || d.Note != "" {
		t.Errorf("answered it is %s of %q: %q", d.State, d.Final, d.Note)
	}
	w.balance("29900.00")
	w.settled()
	if d, ok := w.open(acmePool, models.ActionCash); ok {
		t.Errorf("once answered it is asked again: %v", d.Reasons)
	}
	w.balance("20000.00")
	w.settled()
	if _, ok := w.open(acmePool, models.ActionCash); !ok {
		t.Error("much worse than when it was answered, it is not asked again")
	}
	w.balance("60000.00")
	w.settled()
	if d := w.newest(acmePool, models.ActionCash); d.State != models.Superseded {
		t.Errorf("with cash enough it is %s", d.State)
	}
	records, err := w.app.Engine.Autonomy(t.Context())
	if err != nil || slices.ContainsFunc(records, func(r decision.Record) bool { return r.Slice.Action == models.ActionCash }) {
		t.Errorf("what only tells people has a record of its own: %v", err)
	}
}

func TestAPaymentHeldForTheFloorIsComeBackToOnItsDay(t *testing.T) {
	for name, comes := range map[string]bool{"the money came": true, "it did not": false} {
		t.Run(name, func(t *testing.T) {
			w := patientWorld(t)
			w.history()
			w.balance("60000.00")
			w.invoice("big", "1010.00", map[string]any{"due_on": "2026-12-14"})
			w.settled()
			if _, err := w.app.Engine.Plan(t.Context(), models.PlannedItem{Pool: acmePool, What: "grant", Amount: models.Money{Minor: 5_000_00, Currency: "USD"}, On: "2026-12-17"}, w.person("priya")); err != nil {
				t.Fatal(err)
			}
			w.balance("50500.00")
			w.settled()
			hold := w.newest(payment("big"), models.ActionHold)
			if i := slices.IndexFunc(hold.Reasons, func(r models.Reason) bool { return r.Code == models.ReasonUntil }); i < 0 || hold.Reasons[i].On != "2026-12-17" {
				t.Fatalf("got %s: %v, want a hold until 17 Dec", hold.State, hold.Reasons)
			}
			if err := w.answer(hold, "priya", models.Answer{Kind: models.AnswerApprove}); err != nil {
				t.Fatal(err)
			}
			w.settled()
			w.clock.add(models.Day("2026-12-17").Time().Add(9 * time.Hour).Sub(w.clock.Now()))
			w.balance(map[bool]string{true: "55500.00", false: "45500.00"}[comes])
			w.settled()
			w.watch()
			end, ok := w.open(payment("big"), models.ActionHold)
			want := map[bool]string{true: models.ValueRelease, false: models.ValueHold}[comes]
			if !ok || end.Value != want || end.State != models.Asked || end.Reasons[0].Code != models.ReasonEnds {
				t.Fatalf("asked %v: %s of %q, %v; want %q to be asked", ok, end.State, end.Value, end.Reasons, want)
			}
			if err := w.answer(end, "priya", models.Answer{Kind: models.AnswerApprove, Note: "agreed"}); err != nil {
				t.Fatal(err)
			}
			w.settled()
			if d := w.newest(payment("big"), models.ActionHold); d.Final != want || d.State != models.Applied {
				t.Errorf("answered it is %s of %q", d.State, d.Final)
			}
		})
	}
}
