package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

var _ = claim("tickets of the last hour come with their marks and their incident, and the last word on that counts", func(t *testing.T, s *opened) {
	ticket := func(id string, at time.Time, marks ...uint32) models.Ticket {
		return models.Ticket{ID: "ticket:helpdesk:" + id, Source: "helpdesk", ExternalID: id, Subject: "Outage", Marks: marks, CreatedAt: at}
	}
	member := models.Membership{Ticket: "ticket:helpdesk:2", Incident: "incident:helpdesk:2", At: day}
	mustCommit(t, s, decision.Changes{
		Tickets: []models.Ticket{ticket("1", day.Add(-2*time.Hour), 1), ticket("2", day, 7, 9), ticket("3", day.Add(time.Second))},
		Joined:  []models.Membership{member},
	})
	mustCommit(t, s, decision.Changes{Joined: []models.Membership{{Ticket: member.Ticket, Incident: "incident:helpdesk:1", At: day}}})
	member.Incident = "incident:helpdesk:1"
	got, err := s.Recent(t.Context(), day.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	want := []models.Seen{
		{ID: "ticket:helpdesk:3", Source: "helpdesk", ExternalID: "3", Subject: "Outage", CreatedAt: day.Add(time.Second)},
		{ID: "ticket:helpdesk:2", Source: "helpdesk", ExternalID: "2", Subject: "Outage", Marks: []uint32{7, 9}, Incident: member.Incident, CreatedAt: day},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if ms, err := s.Members(t.Context(), member.Incident); err != nil || len(ms) != 1 || ms[0].Ticket != member.Ticket {
		t.Errorf("got %v, %v", ms, err)
	}
})
