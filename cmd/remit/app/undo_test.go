package app_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/decision"
	"remit/models"
)

// acted has remit act on two tickets, one of which a person changes afterwards, and wait to act on a payment.
func (w *world) acted() {
	w.Helper()
	w.history()
	w.balance("400000.00")
	w.ticket("1", down)
	w.ticket("2", down)
	w.invoice("disc", "1000.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.settled()
	w.clock.add(time.Minute)
	w.zendesk("priority_changed", "2", map[string]any{"actor_id": "55", "priority": "LOW"}, map[string]any{"current": "LOW", "previous": "URGENT"})
	w.settled()
}

func whys(lines []decision.UndoLine) string {
	var s []string
	for _, l := range lines {
		s = append(s, l.Item+": "+l.Why)
	}
	return strings.Join(s, "\n")
}

func TestABulkUndoIsShownFirstAndTakesBackWhatNobodyTouchedSince(t *testing.T) {
	w := newWorld(t)
	since := w.clock.Now()
	w.acted()
	q := decision.UndoQuery{Since: since}
	olga := w.person("olga")
	plan, err := w.app.Engine.UndoAll(t.Context(), q, olga, "", true)
	if err != nil || len(plan.Undone) != 1 || plan.Undone[0].Item != item("1") || len(plan.Skipped) != 2 {
		t.Fatalf("got %+v %v: want the untouched ticket, and two that are left", plan, err)
	}
	for _, want := range []string{item("2") + `: It has been changed to "P4" since`, payment("disc") + ": It waits until"} {
		if !strings.Contains(whys(plan.Skipped), want) {
			t.Errorf("it does not say %q:\n%s", want, whys(plan.Skipped))
		}
	}
	w.settled()
	if d := w.newest(item("1"), models.ActionPriority); d.State != models.Applied || len(w.desk.Writes()) != 2 {
		t.Fatalf("looking made it %s, and the helpdesk heard %d", d.State, len(w.desk.Writes()))
	}
	q.Seen = plan.Sum
	done, err := w.app.Engine.UndoAll(t.Context(), q, olga, "a wrong rule", false)
	if err != nil || done.Dry || len(done.Undone) != 1 || len(done.Skipped) != 2 {
		t.Fatalf("got %+v %v", done, err)
	}
	w.settled()
	if d := w.newest(item("1"), models.ActionPriority); d.State != models.Reverted || !strings.Contains(d.Note, "Olga took it back: a wrong rule") {
		t.Errorf("it is %s: %s", d.State, d.Note)
	}
	if heard := w.desk.Writes(); len(heard) != 3 || heard[2].Ticket != "1" || heard[2].Fields["priority"] != "normal" {
		t.Errorf("the helpdesk heard %v", heard)
	}
	again, err := w.app.Engine.UndoAll(t.Context(), decision.UndoQuery{Since: since}, olga, "again", false)
	if err != nil || len(again.Undone) != 0 {
		t.Errorf("a second time it undid %+v %v", again.Undone, err)
	}
}

func TestABulkUndoIsRefusedWhereItMustBe(t *testing.T) {
	w := newWorld(t)
	since := w.clock.Now()
	w.acted()
	for name, c := range map[string]struct {
		by   string
		q    decision.UndoQuery
		why  string
		want models.Kind
	}{
		"without a reason":             {"olga", decision.UndoQuery{Since: since}, " ", models.Invalid},
		"since nothing":                {"olga", decision.UndoQuery{}, "x", models.Invalid},
		"of something else than shown": {"olga", decision.UndoQuery{Since: since, Seen: "und_other"}, "x", models.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := w.app.Engine.UndoAll(t.Context(), c.q, w.person(c.by), c.why, false); models.KindOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if _, err := w.app.Engine.UndoAll(t.Context(), decision.UndoQuery{Since: since}, models.Person{ID: "ira"}, "x", true); models.KindOf(err) != models.Denied {
		t.Errorf("somebody who may approve nothing got %v", err)
	}
	plan, err := w.app.Engine.UndoAll(t.Context(), decision.UndoQuery{Since: since}, w.person("priya"), "x", false)
	if err != nil || len(plan.Undone) != 0 || !strings.Contains(whys(plan.Skipped), "You may not undo this") {
		t.Errorf("somebody of another team got %+v %v", plan, err)
	}
	if heard := w.desk.Writes(); len(heard) != 2 {
		t.Errorf("the helpdesk heard %v", heard)
	}
}

func TestABulkUndoLeavesWhatWasDecidedAgainSince(t *testing.T) {
	w := newWorld(t)
	since := w.clock.Now()
	w.ticket("1", down)
	w.settled()
	w.clock.add(20 * time.Minute)
	at := w.clock.Now().Format(time.RFC3339)
	w.zendesk("comment_added", "1", map[string]any{"priority": "URGENT", "updated_at": at}, map[string]any{"comment": map[string]any{
		"id": "c2", "body": "No hurry any more, thanks, it works again. Whenever you have time.", "is_public": true, "author": map[string]any{"id": "7", "is_staff": false},
	}})
	w.settled()
	newest := w.newest(item("1"), models.ActionPriority)
	plan, err := w.app.Engine.UndoAll(t.Context(), decision.UndoQuery{Since: since}, w.person("olga"), "", true)
	if err != nil || len(plan.Undone) != 1 || plan.Undone[0].ID != newest.ID || len(plan.Skipped) != 1 || !strings.Contains(plan.Skipped[0].Why, "decided again since") {
		t.Errorf("got %+v %v: want the newer one undone first", plan, err)
	}
}

func TestWhoTakesBackEverythingInBulkTakesBackTheLevel(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		w.policy = bytes.Replace(policyText, []byte("max_error: 90%"), []byte("max_error: 20%"), 1)
	})
	since := w.clock.Now()
	for n := range 20 {
		w.clock.add(10 * time.Minute)
		w.ticket(fmt.Sprintf("3%02d", n), outage(n))
		w.settled()
	}
	done, err := w.app.Engine.UndoAll(t.Context(), decision.UndoQuery{Since: since, Action: models.ActionPriority}, w.person("olga"), "a wrong rule", false)
	if err != nil || len(done.Undone) < 10 {
		t.Fatalf("got %+v, %v, want at least ten undone", done, err)
	}
	w.settled()
	w.ticket("350", down)
	w.settled()
	d := w.newest(item("350"), models.ActionPriority)
	if d.State != models.Asked || !strings.Contains(strings.Join(d.Ruling.Why, " "), "taken back or changed more than") {
		t.Errorf("after %d of 20 were undone it is %s because %v", len(done.Undone), d.State, d.Ruling.Why)
	}
	told := w.newest("level:priority", models.ActionLevel)
	if told.State != models.Applied || told.Value != "ask" || !strings.Contains(told.Ruling.Why[0], "taken back or changed more than") {
		t.Errorf("the managers are told %s %s because %v", told.State, told.Value, told.Ruling.Why)
	}
}
