package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

// lived has n decisions made, a minute apart, on facts that each two of them share; the last has none.
func lived(t *testing.T, s *opened, n int) {
	t.Helper()
	c := decision.Changes{At: day}
	for i := range n {
		at := day.Add(time.Duration(i) * time.Minute)
		d := decided(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, fmt.Sprintf("ev_%d", i), models.Applied)
		d.CreatedAt, d.UpdatedAt = at, at
		if i < n-1 {
			d.FactsID = fmt.Sprintf("fct_%d", i/2)
		}
		if i%2 == 0 {
			c.Snapshots = append(c.Snapshots, models.Snapshot{ID: fmt.Sprintf("fct_%d", i/2), Item: d.Item, Facts: models.Facts{Now: at, Similar: i}, At: at})
		}
		c.Decisions = append(c.Decisions, d)
	}
	mustCommit(t, s, c)
}

var _ = claim("the past comes back in order, each decision with its facts, over pages", func(t *testing.T, s *opened) {
	lived(t, s, 1201)
	seen := 0
	err := s.Past(t.Context(), day, time.Time{}, func(page []decision.Recorded) error {
		for _, r := range page {
			if want := fmt.Sprintf("ticket:helpdesk:%d", seen); r.Decision.Item != want {
				t.Fatalf("got %s, want %s", r.Decision.Item, want)
			}
			if known := r.Facts != nil; known != (seen < 1200) || known && r.Facts.Similar != seen/2*2 {
				t.Fatalf("%d has the facts %v", seen, r.Facts)
			}
			seen++
		}
		return nil
	})
	if err != nil || seen != 1201 {
		t.Errorf("got %d, %v", seen, err)
	}
})

var _ = claim("the past begins and ends where it is said to", func(t *testing.T, s *opened) {
	lived(t, s, 10)
	count := func(since, until time.Time) (n int) {
		if err := s.Past(t.Context(), since, until, func(page []decision.Recorded) error { n += len(page); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, c := range map[string]struct {
		since, until time.Time
		want         int
	}{
		"since one": {day.Add(4 * time.Minute), time.Time{}, 6},
		"until one": {day, day.Add(4 * time.Minute), 4},
		"of none":   {day.Add(time.Hour), time.Time{}, 0},
	} {
		if got := count(c.since, c.until); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
})

var _ = claim("whoever has seen enough of the past ends it", func(t *testing.T, s *opened) {
	lived(t, s, 1100)
	enough, pages := errors.New("enough"), 0
	err := s.Past(t.Context(), day, time.Time{}, func([]decision.Recorded) error { pages++; return enough })
	if !errors.Is(err, enough) || pages != 1 {
		t.Errorf("got %v after %d pages", err, pages)
	}
})

var _ = claim("what remit did by itself since is found, by what it was and who let it", func(t *testing.T, s *opened) {
	lived(t, s, 2) // by people
	var made []models.Decision
	for i, edit := range []func(*models.Decision){
		func(*models.Decision) {},
		func(d *models.Decision) { d.Segment, d.Policy = "free/en", "pol_2" },
		func(d *models.Decision) { d.Action, d.Domain = models.ActionHold, models.Finance },
		func(d *models.Decision) { d.CreatedAt = day.Add(-time.Hour) },
		func(d *models.Decision) { d.CreatedAt, d.ActAt = day.Add(-time.Hour), day.Add(time.Minute) },
		func(d *models.Decision) { d.State = models.Reverted },
		func(d *models.Decision) { d.State, d.ActAt = models.Waiting, day.Add(time.Hour) },
	} {
		d := decided(fmt.Sprintf("ticket:helpdesk:acted-%d", i), models.ActionPriority, fmt.Sprintf("acted_%d", i), models.Applied)
		d.Autonomous, d.Policy = true, "pol_1"
		edit(&d)
		made = append(made, d)
	}
	mustCommit(t, s, decision.Changes{Decisions: made, At: day})
	for name, c := range map[string]struct {
		q    decision.UndoQuery
		want []int
	}{
		"all since":          {decision.UndoQuery{Since: day}, []int{6, 2, 1, 0, 4}},
		"of a policy":        {decision.UndoQuery{Since: day, Policy: "pol_2"}, []int{1}},
		"of a segment":       {decision.UndoQuery{Since: day, Segment: "free/en"}, []int{1}},
		"of an action":       {decision.UndoQuery{Since: day, Action: models.ActionHold}, []int{2}},
		"of a domain":        {decision.UndoQuery{Since: day, Domain: models.Finance}, []int{2}},
		"of nothing so late": {decision.UndoQuery{Since: day.Add(2 * time.Hour)}, nil},
	} {
		got, err := s.Acted(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		var ids, want []string
		for _, d := range got {
			ids = append(ids, d.ID)
		}
		for _, i := range c.want {
			want = append(want, made[i].ID)
		}
		if fmt.Sprint(ids) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", name, ids, want)
		}
	}
})
