package history_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"remit/models"
	"remit/triage"
	"remit/triage/history"
)

// solvedAfter gives a solved ticket with so many replies of ours, a note and the customer's own words between them.
func solvedAfter(replies, reopens int) models.Ticket {
	t := models.Ticket{Status: models.TicketSolved, Group: "Billing", Reopens: reopens}
	for range replies {
		t.Thread = append(t.Thread,
			models.Comment{Author: models.Actor{Kind: models.ByCustomer}, Public: true},
			models.Comment{Author: models.Actor{Kind: models.ByPerson}},
			models.Comment{Author: models.Actor{Kind: models.ByPerson}, Public: true})
	}
	return t
}

func TestAFirstContactIsOneReplyAndNoReopening(t *testing.T) {
	open := solvedAfter(1, 0)
	open.Status = models.TicketOpen
	group := solvedAfter(1, 0)
	group.Group = ""
	for name, c := range map[string]struct {
		ticket models.Ticket
		want   triage.Solved
	}{
		"one reply":             {solvedAfter(1, 0), triage.Solved{Tickets: 1, AtOnce: 1}},
		"two replies":           {solvedAfter(2, 0), triage.Solved{Tickets: 1}},
		"opened again":          {solvedAfter(1, 1), triage.Solved{Tickets: 1}},
		"nobody replied":        {solvedAfter(0, 0), triage.Solved{}},
		"it is open":            {open, triage.Solved{}},
		"about nothing known":   {group, triage.Solved{}},
		"nothing of it is told": {models.Ticket{Status: models.TicketSolved, Group: "Billing"}, triage.Solved{}},
	} {
		got := history.FirstContact([]history.Past{{Ticket: c.ticket}}, models.IntentGroup)
		if got.All != c.want || got.By["Billing"] != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestAnExportTellsFirstContactsByItsRepliesAndReopenings(t *testing.T) {
	ts, skipped := read(t, `Subject,Group,Answer,Replies,Reopened
refund one,Billing,done,1,no
refund two,Billing,done,1,2
refund three,Billing,done,4,
refund four,Billing,done,,
refund five,Billing,done,many,
refund six,Billing,done,1,perhaps
refund seven,Billing,done,-1,0
`, nil)
	if len(ts) != 4 || len(skipped) != 3 {
		t.Fatalf("got %d tickets, skipped %q", len(ts), skipped)
	}
	var past []history.Past
	for _, ticket := range ts {
		past = append(past, history.Past{Ticket: ticket})
	}
	want := triage.Odds{All: triage.Solved{Tickets: 3, AtOnce: 1}, By: map[string]triage.Solved{"Billing": {Tickets: 3, AtOnce: 1}}}
	if diff := cmp.Diff(want, history.FirstContact(past, models.IntentGroup)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
