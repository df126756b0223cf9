package app_test

import (
	"testing"
	"time"

	"remit/models"
)

func TestTheWeekIsReviewedOnceOnMondayMorning(t *testing.T) {
	w := newLearner(t, "ask")
	for i, id := range []string{"71", "72", "73"} {
		w.ticket(id, down)
		w.settled()
		d := w.newest(item(id), models.ActionPriority)
		kind, value := models.AnswerApprove, ""
		if i == 0 {
			kind, value = models.AnswerOverride, "P4"
		}
		w.resolve(d, "sam", kind, value)
	}
	if week, err := w.app.ReviewWeek(t.Context()); err != nil || week != "" {
		t.Fatalf("on a Tuesday %q was reviewed (%v), want nothing: last week nothing was decided", week, err)
	}
	w.clock.add(6 * 24 * time.Hour) // the Monday after, before work
	for w.clock.Now().In(time.UTC).Hour() != 5 {
		w.clock.add(-time.Hour)
	}
	if week, err := w.app.ReviewWeek(t.Context()); err != nil || week != "" {
		t.Errorf("before work %q was reviewed (%v), want to wait until seven", week, err)
	}
	w.clock.add(2 * time.Hour)
	week, err := w.app.ReviewWeek(t.Context())
	if err != nil || week != "2026-W49" {
		t.Fatalf("on Monday morning %q was reviewed (%v), want 2026-W49", week, err)
	}
	if again, err := w.app.ReviewWeek(t.Context()); err != nil || again != "" {
		t.Errorf("it was reviewed again: %q (%v)", again, err)
	}
	r, err := w.app.WeekReviewed(t.Context(), week)
	if err != nil {
		t.Fatal(err)
	}
	f := r.Layers[0].Now
	if f.Decided != 3 || f.Verdicts != 3 || f.Right != 2 || f.FirstN != 3 || len(r.Reasons) != 1 {
		t.Errorf("the kept review says %+v and %+v, want three decisions of which two were right", f, r.Reasons)
	}
	if weeks, err := w.app.ReviewedWeeks(t.Context()); err != nil || len(weeks) != 1 {
		t.Errorf("the weeks are %v (%v)", weeks, err)
	}
}
