package store_test

import (
	"reflect"
	"testing"

	"remit/decision"
	"remit/models"
)

var _ = claim("what two batches heard of one queue counts both", func(t *testing.T, s *opened) {
	h := models.Heard{Norm: "queue:helpdesk/billing", Emotion: 0.9, Complexity: 0.2, At: day}
	mustCommit(t, s, decision.Changes{Heard: []models.Heard{h, h}, At: day})
	mustCommit(t, s, decision.Changes{Heard: []models.Heard{h, {Norm: "customer:helpdesk/7", Emotion: 0.1, At: day}}, At: day})
	got, err := s.Norms(t.Context(), []string{h.Norm, "customer:helpdesk/7", "queue:none"})
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if n := got[h.Norm]; n.Emotion.N < 2.9 || n.Emotion.Median() < 0.85 || n.Complexity.Median() > 0.3 || !n.At.Equal(day) {
		t.Errorf("got %+v", n)
	}
})

var _ = claim("open tickets are counted by group and by who has them, and those that wait for the customer are not", func(t *testing.T, s *opened) {
	var all []models.Ticket
	for i, x := range []models.Ticket{
		{Status: models.TicketOpen, Group: "billing", Assignee: "ana"},
		{Status: models.TicketOpen, Group: "billing"},
		{Group: "technical", Assignee: "ana"},
		{Status: models.TicketOpen, Assignee: "ben"},
		{Status: models.TicketOpen},
		{Status: models.TicketPending, Group: "billing", Assignee: "ana"},
		{Status: models.TicketSolved, Group: "billing", Assignee: "ana"},
	} {
		x.ID, x.Source, x.ExternalID = models.TicketItem("helpdesk", string(rune('a'+i))), "helpdesk", string(rune('a'+i))
		all = append(all, x)
	}
	mustCommit(t, s, decision.Changes{Tickets: all, At: day})
	got, err := s.OpenTickets(t.Context())
	want := models.OpenTickets{Groups: map[string]int{"billing": 2, "technical": 1}, People: map[string]int{"ana": 2, "ben": 1}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
})
