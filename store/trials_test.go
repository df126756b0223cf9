package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

var _ = claim("a challenger is kept with how it did, and is not live", func(t *testing.T, s *opened) {
	l := models.NewLearned("intent/group", "v1", []byte("weights"), day, "better.")
	l.Live = true
	want := models.Trial{LearnedID: l.ID, Former: "v0", Examples: 400, Held: 100, Right: 90, Rival: 80, OnlyOwn: 15, OnlyRival: 5, Chance: 0.02, Better: true}
	if err := s.PutChallenger(t.Context(), l, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Trial(t.Context(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if id, err := s.LiveLearnedID(t.Context(), l.Kind); err != nil || id != "" {
		t.Errorf("live is %q, %v; want none", id, err)
	}
	if again, err := s.Learned(t.Context(), l.Kind, "v1"); err != nil || string(again.Body) != "weights" {
		t.Errorf("got %+v, %v", again, err)
	}
	_, err = s.Learned(t.Context(), l.Kind, "v2")
	wantKind(t, err, models.NotFound)
	_, err = s.Trial(t.Context(), "none")
	wantKind(t, err, models.NotFound)
})

var _ = claim("tickets of the past never overwrite what is known, and are read newest first", func(t *testing.T, s *opened) {
	known := models.Ticket{ID: "ticket:helpdesk:1", Source: "helpdesk", ExternalID: "1", Text: "as it is now", CreatedAt: day, UpdatedAt: day}
	mustCommit(t, s, decision.Changes{Tickets: []models.Ticket{known}})
	old := known
	old.Text = "as it was exported"
	past := []models.Ticket{old}
	for i := range 1200 {
		id := string(rune('A'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
		past = append(past, models.Ticket{
			ID: "ticket:helpdesk:" + id, Source: "helpdesk", ExternalID: id, Text: "past", Fields: map[string]string{"Topic": "T"},
			CreatedAt: day.Add(-time.Duration(1+i/3) * time.Hour), // several share a moment
		})
	}
	added, err := s.AddHistory(t.Context(), past)
	if err != nil || added != 1200 {
		t.Fatalf("added %d, %v; want 1200", added, err)
	}
	if again, err := s.AddHistory(t.Context(), past); err != nil || again != 0 {
		t.Fatalf("added %d the second time, %v", again, err)
	}
	var got []models.Ticket
	if err := s.EachTicket(t.Context(), 5000, func(tk models.Ticket) { got = append(got, tk) }); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, tk := range got {
		seen[tk.ID] = true
		if i > 0 && tk.CreatedAt.After(got[i-1].CreatedAt) {
			t.Fatalf("%s comes after an older one", tk.ID)
		}
	}
	if len(got) != 1201 || len(seen) != 1201 || got[0].Text != "as it is now" || got[7].Fields["Topic"] != "T" {
		t.Errorf("got %d tickets, %d of them different, the newest %q", len(got), len(seen), got[0].Text)
	}
})

var _ = claim("of each item the newest decision of an action is given", func(t *testing.T, s *opened) {
	older, newer := decided("ticket:helpdesk:1", models.ActionRoute, "e1", models.Superseded), decided("ticket:helpdesk:1", models.ActionRoute, "e2", models.Asked)
	newer.CreatedAt = day.Add(time.Minute)
	other := decided("ticket:helpdesk:1", models.ActionPriority, "e2", models.Asked)
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{older, newer, other}})
	got, err := s.Settled(t.Context(), models.ActionRoute, day.Add(-time.Hour))
	if err != nil || len(got) != 1 || got["ticket:helpdesk:1"].ID != newer.ID {
		t.Errorf("got %v, %v; want the newer of the two", got, err)
	}
	if got, err := s.Settled(t.Context(), models.ActionRoute, day.Add(time.Hour)); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
})

var _ = claim("the decisions on an action with a verdict are given with it", func(t *testing.T, s *opened) {
	judged, open := decided("ticket:helpdesk:1", models.ActionReply, "e1", models.Superseded), decided("ticket:helpdesk:1", models.ActionReply, "e2", models.Asked)
	other := decided("ticket:helpdesk:1", models.ActionPriority, "e2", models.Applied)
	judged.Judged, other.Judged = true, true
	var said []decision.Verdict
	for _, d := range []models.Decision{judged, other} {
		said = append(said, decision.Verdict{DecisionID: d.ID, Slice: decision.SliceOf(d), Wrong: true, Rate: 1, At: day.Add(time.Hour)})
	}
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{judged, open, other}, Verdicts: said})
	got, verdicts, err := s.Judged(t.Context(), models.ActionReply, day.Add(-time.Hour))
	if err != nil || len(got) != 1 || got[0].ID != judged.ID || len(verdicts) != 1 || !verdicts[judged.ID].Wrong {
		t.Errorf("got %v, %v, %v; want the one with a verdict", got, verdicts, err)
	}
	if got, verdicts, err := s.Judged(t.Context(), models.ActionReply, day.Add(2*time.Hour)); err != nil || len(got)+len(verdicts) != 0 {
		t.Errorf("got %v, %v, %v", got, verdicts, err)
	}
})
