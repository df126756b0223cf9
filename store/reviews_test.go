package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

var _ = claim("a week is reviewed once, however many nodes try", func(t *testing.T, s *opened) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	first := 0
	for i := range 8 {
		wg.Go(func() {
			fresh, err := s.KeepReview(t.Context(), "2026-W48", fmt.Appendf(nil, `{"n":%d}`, i), day)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if fresh {
				first++
			}
		})
	}
	wg.Wait()
	if first != 1 {
		t.Errorf("%d nodes were first, want one", first)
	}
	if _, err := s.KeepReview(t.Context(), "2026-W47", []byte(`{}`), day); err != nil {
		t.Fatal(err)
	}
	weeks, err := s.ReviewedWeeks(t.Context(), 10)
	if err != nil || !slices.Equal(weeks, []string{"2026-W48", "2026-W47"}) {
		t.Errorf("the weeks are %v (%v)", weeks, err)
	}
	if body, err := s.Review(t.Context(), "2026-W47"); err != nil || string(body) != "{}" {
		t.Errorf("got %q, %v", body, err)
	}
	_, err = s.Review(t.Context(), "2026-W01")
	wantKind(t, err, models.NotFound)
})

var _ = claim("a period's decisions are read with their facts", func(t *testing.T, s *opened) {
	var c decision.Changes
	c.At = day
	for i := range 6 {
		d := decided(fmt.Sprintf("ticket:x:%d", i), models.ActionRoute, fmt.Sprintf("ev%d", i), models.Observed)
		d.CreatedAt = day.Add(time.Duration(i) * time.Hour)
		d.FactsID = models.SnapshotID(d.EventID, d.Item, 0)
		c.Decisions = append(c.Decisions, d)
		c.Snapshots = append(c.Snapshots, models.Snapshot{ID: d.FactsID, Item: d.Item, At: day, Facts: models.Facts{Similar: i}})
	}
	mustCommit(t, s, c)
	ds, missed, err := s.Made(t.Context(), day.Add(time.Hour), day.Add(5*time.Hour), 3)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range ds {
		got = append(got, d.Item)
	}
	if want := []string{"ticket:x:2", "ticket:x:3", "ticket:x:4"}; !slices.Equal(got, want) || missed != 1 {
		t.Errorf("got %v and %d missed, want the newest three %v and one missed", got, missed, want)
	}
	facts, err := s.FactsOf(t.Context(), []string{ds[0].FactsID, "fct_none", ds[2].FactsID})
	if err != nil || len(facts) != 2 || facts[ds[2].FactsID].Similar != 4 {
		t.Errorf("got %v, %v", facts, err)
	}
})
