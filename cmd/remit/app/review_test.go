package app_test

import (
	"strings"
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
	if week, _, err := w.app.ReviewWeek(t.Context()); err != nil || week != "" {
		t.Fatalf("on a Tuesday %q was reviewed (%v), want nothing: last week nothing was decided", week, err)
	}
	w.clock.add(6 * 24 * time.Hour) // the Monday after, before work
	for w.clock.Now().In(time.UTC).Hour() != 5 {
		w.clock.add(-time.Hour)
	}
	if week, _, err := w.app.ReviewWeek(t.Context()); err != nil || week != "" {
		t.Errorf("before work %q was reviewed (%v), want to wait until seven", week, err)
	}
	w.clock.add(2 * time.Hour)
	week, fresh, err := w.app.ReviewWeek(t.Context())
	if err != nil || week != "2026-W49" || !fresh {
		t.Fatalf("on Monday morning %q was reviewed (%v), want 2026-W49", week, err)
	}
	if again, fresh, err := w.app.ReviewWeek(t.Context()); err != nil || again != week || fresh {
		t.Errorf("it was reviewed again: %q (%v)", again, err)
	}
	for range 2 {
		if err := w.app.TellReview(t.Context(), week); err != nil {
			t.Fatal(err)
		}
	}
	told := 0
	for _, m := range w.cards("C0FALLBACK") {
		if strings.Contains(m.Text, "Weekly review, ") && strings.Contains(m.Text, "3 decided") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the review was told %d times in Slack, want once", told)
	}
	r, err := w.app.WeekReviewed(t.Context(), week)
	if err != nil {
		t.Fatal(err)
	}
	f := r.Layers[0].Now
	if f.Decided != 3 || f.Verdicts != 3 || f.Right != 2 || f.FirstN != 3 || len(r.Reasons) != 1 {
		t.Errorf("the kept review says %+v and %+v, want three decisions of which two were right", f, r.Reasons)
	}
	kept, err := w.app.Store.Review(t.Context(), week)
	if err != nil || strings.Contains(string(kept), r.Reasons[0].Examples[0].Title) || r.Reasons[0].Examples[0].Final != "P4" {
		t.Errorf("what customers wrote is kept beside where it can be erased, or examples are not filled in: %v\n%s\n%+v", err, kept, r.Reasons)
	}
	if weeks, err := w.app.ReviewedWeeks(t.Context()); err != nil || len(weeks) != 1 {
		t.Errorf("the weeks are %v (%v)", weeks, err)
	}
}
