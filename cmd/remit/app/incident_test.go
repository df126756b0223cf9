package app_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/models"
)

// burst sends tickets about one outage, each in other words.
func (w *world) burst(first, n int) {
	w.Helper()
	ways := []string{
		"Checkout page returns an error, our customers cannot pay by card (%d)",
		"Hi, since ten minutes the checkout page fails when customers pay by card, order %d",
		"Paying by card on the checkout page does not go through, customers complain. Ref %d",
		"The checkout page is broken: card payments of customers fail, see %d",
	}
	for i := range n {
		id := fmt.Sprint(first + i)
		w.zendesk("created", id, map[string]any{
			"subject": "Problem " + id, "description": fmt.Sprintf(ways[i%len(ways)], first+i), "via": map[string]any{"channel": "email"},
		}, nil)
		// What two drainers take at the very same moment does not see one another. A real burst takes minutes.
		if i <= models.IncidentFrom {
			w.settled()
		}
	}
	w.settled()
}

const askingPolicy = `
triage:
  approvers: "@support-leads"
  priority: {level: ask}
  tag: {level: observe}
  reply: {level: ask}
  macros:
    - {title: Checkout, words: [checkout], text: "We are looking into the checkout page."}
finance:
  approvers: "@finance-leads"
  hold: {level: ask}
`

func incidentWorld(t *testing.T) *world {
	t.Helper()
	was := policyText
	policyText = []byte(askingPolicy)
	t.Cleanup(func() { policyText = was })
	return newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(*config.Config, *world) {})
}

// askedTickets counts the tickets, and names the incidents, that somebody is asked about.
func (w *world) askedTickets() (tickets int, incidents []string) {
	w.Helper()
	items, err := w.app.Store.OpenItems(w.Context(), models.Triage, 1000)
	if err != nil {
		w.Fatal(err)
	}
	for _, item := range items {
		if models.IsIncident(item) {
			incidents = append(incidents, item)
		} else {
			tickets++
		}
	}
	return tickets, incidents
}

func TestABurstOfSimilarTicketsIsOneCardAndOneAnswer(t *testing.T) {
	w := incidentWorld(t)
	w.ticket("500", "How do I change the colour of my profile picture? It is not where the manual says.")
	w.burst(100, 41)
	tickets, incidents := w.askedTickets()
	if len(incidents) != 1 || tickets > 2 {
		t.Fatalf("people are asked about %d tickets and %v, want one incident beside the ticket about something else", tickets, incidents)
	}
	d := w.newest(incidents[0], models.ActionPriority)
	if d.State != models.Asked || !strings.Contains(d.Title, "tickets: Problem 100") {
		t.Fatalf("got %s, %q", d.State, d.Title)
	}
	c, err := w.app.Store.Case(w.Context(), incidents[0])
	if err != nil || c.Facts.Incident == nil || c.Facts.Incident.Count < 12 || c.Facts.Incident.Key != "100" {
		t.Fatalf("got %+v, %v: a card must say how many there are", c.Facts.Incident, err)
	}
	if strings.Contains(fmt.Sprint(c.Facts.Incident.Tickets), ":500") {
		t.Error("a ticket about something else is taken for one of them")
	}
	if _, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person("sam"), models.Answer{Kind: models.AnswerOverride, Value: "P1", Version: d.Version}); err != nil {
		t.Fatal(err)
	}
	w.settled()
	urgent := map[string]bool{}
	for _, heard := range w.desk.Writes() {
		if heard.Fields["priority"] == "urgent" {
			urgent[heard.Ticket] = true
			if !strings.Contains(heard.Note, "One of 41 tickets of "+incidents[0]) || !strings.Contains(heard.Note, "Sam") {
				t.Errorf("the note on %s does not link it, or does not name who answered: %q", heard.Ticket, heard.Note)
			}
		}
	}
	if len(urgent) != 41 || urgent["500"] {
		t.Fatalf("%d tickets were made urgent, want the 41 of the incident and no other", len(urgent))
	}
	one := w.newest(item("117"), models.ActionPriority)
	if one.State != models.Applied || one.Autonomous || one.Answers[0].By.ID != "sam" || !one.Answers[0].Bulk {
		t.Errorf("got %s by %v: each ticket keeps who answered, and that it was for many at once", one.State, one.Answers)
	}

	// What comes after the answer is asked again, once.
	w.burst(200, 3)
	if tickets, incidents := w.askedTickets(); len(incidents) != 1 || tickets > 2 {
		t.Errorf("people are asked about %d tickets and %v", tickets, incidents)
	}
	w.clock.add(2 * time.Hour)
	w.burst(300, 2)
	if tickets, _ := w.askedTickets(); tickets < 2 {
		t.Errorf("two hours later two similar tickets are an incident still")
	}
}

func TestAnIncidentIsUndoneOnAllOfItsTickets(t *testing.T) {
	w := incidentWorld(t)
	w.burst(100, 8)
	_, incidents := w.askedTickets()
	d := w.newest(incidents[0], models.ActionPriority)
	if _, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person("sam"), models.Answer{Kind: models.AnswerOverride, Value: "P1", Version: d.Version}); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if _, err := w.app.Engine.Undo(w.Context(), d.ID, w.person("sam"), "it was our own test"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	for i := range 8 {
		if c := w.newest(item(fmt.Sprint(100+i)), models.ActionPriority); c.State != models.Reverted {
			t.Errorf("ticket %d is %s, want reverted", 100+i, c.State)
		}
	}
}

func TestWhatAGuardrailAsksAboutIsNotHiddenInAnIncident(t *testing.T) {
	w := incidentWorld(t)
	w.burst(100, 8)
	w.ticket("150", "The checkout page fails when customers pay by card and my lawyer will sue you for the damage.")
	w.settled()
	d := w.newest(item("150"), models.ActionPriority)
	if d.State != models.Asked || len(d.Ruling.Guardrails) == 0 {
		t.Errorf("got %s (%v): a customer who speaks of law is asked about alone", d.State, d.Ruling.Why)
	}
}
