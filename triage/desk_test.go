package triage_test

import (
	"reflect"
	"strings"
	"testing"

	"remit/models"
	"remit/triage"
	"remit/triage/intent"
)

const germanInvoice = "Ich habe eine Frage zu meiner Rechnung, warum ist der Betrag nicht wie im Angebot?"

// staffed asks who takes a ticket about the text.
func staffed(t *testing.T, j *triage.Judge, text string, rules models.TriageRules, ticket models.Ticket, loads ...models.Load) (models.Proposal, bool) {
	t.Helper()
	ticket.ID, ticket.Text = "ticket:1", text
	return j.Decide(models.Facts{Event: models.TicketCreated, Ticket: &ticket, Loads: loads}, rules).For(models.ActionRoute)
}

func said(p models.Proposal) string {
	var all []string
	for _, r := range p.Reasons {
		all = append(all, r.Text)
	}
	return strings.Join(all, "\n")
}

func load(person string, open int, here bool) models.Load {
	return models.Load{Queue: "Rechnung", Person: person, Open: open, Here: here}
}

func TestATicketGoesToWhoHasTheSkillIsThereAndHasTheLeastToDo(t *testing.T) {
	ana := models.Agent{Name: "ana", Languages: []string{"de"}, Capacity: 8}
	ben := models.Agent{Name: "ben", Languages: []string{"de"}, Capacity: 40}
	cem := models.Agent{Name: "cem", Languages: []string{"tr", "en"}, Capacity: 8}
	dan := models.Agent{Name: "dan"}
	for name, c := range map[string]struct {
		people []models.Agent
		loads  []models.Load
		ticket models.Ticket
		want   string
		says   string
	}{
		"the fewest for what they can take":   {[]models.Agent{ana, ben}, []models.Load{load("ana", 3, true), load("ben", 10, true)}, models.Ticket{}, "ben", "ben speaks German; has 10 open of 40, the fewest of 2"},
		"whoever does not speak it is passed": {[]models.Agent{cem, ana}, []models.Load{load("cem", 0, true), load("ana", 7, true)}, models.Ticket{}, "ana", "ana speaks German; has 7 open of 8, and is the only one free"},
		"whoever is away is passed":           {[]models.Agent{ana, ben}, []models.Load{load("ana", 0, false), load("ben", 39, true)}, models.Ticket{}, "ben", "only one free"},
		"whoever is full is passed":           {[]models.Agent{ana, ben}, []models.Load{load("ana", 8, true), load("ben", 39, true)}, models.Ticket{}, "ben", "39 open of 40"},
		"level goes by the name":              {[]models.Agent{ben, ana}, []models.Load{load("ana", 1, true), load("ben", 5, true)}, models.Ticket{}, "ana", "1 open of 8"},
		"without a capacity nobody is full":   {[]models.Agent{dan}, []models.Load{load("dan", 500, true)}, models.Ticket{}, "dan", "dan has 500 open, and is the only one free"},
		"nobody free: the group":              {[]models.Agent{ana, ben}, []models.Load{load("ana", 8, true), load("ben", 1, false)}, models.Ticket{}, "", "Nobody of Rechnung is free, so it goes to the group: ana has 8 open of 8, ben is not there"},
		"nobody with the skill: the group":    {[]models.Agent{cem}, []models.Load{load("cem", 0, true)}, models.Ticket{}, "", "Nobody of Rechnung is known to take this, so it goes to the group"},
		"who was not counted is not free":     {[]models.Agent{ana, ben}, []models.Load{load("ben", 40, true)}, models.Ticket{}, "", "Nobody of Rechnung is free"},
		"a source that names nobody":          {[]models.Agent{ana}, []models.Load{load("", 1, true)}, models.Ticket{}, "", ""},
		"nobody's ticket is taken away":       {[]models.Agent{ana}, []models.Load{load("ana", 0, true)}, models.Ticket{Assignee: "cem"}, "", ""},
		"loads that nobody counted":           {[]models.Agent{ana}, nil, models.Ticket{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			rules := models.TriageRules{Queues: []models.Queue{{Name: "Rechnung", Words: []string{"rechnung"}, People: c.people}}}
			got, ok := staffed(t, triage.New(), germanInvoice, rules, c.ticket, c.loads...)
			if !ok || got.Value != "Rechnung" || got.Assignee != c.want || !strings.Contains(said(got), c.says) {
				t.Errorf("got %q for %q: %s", got.Value, got.Assignee, said(got))
			}
			again, _ := staffed(t, triage.New(), germanInvoice, rules, c.ticket, c.loads...)
			if !reflect.DeepEqual(got, again) {
				t.Errorf("a second time it is %+v", again)
			}
		})
	}
}

func TestOfQueuesThatHaveTheSkillTheLeastFullTakesIt(t *testing.T) {
	m, err := intent.Train(history(), intent.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	rules := models.TriageRules{Intent: "field:Topic", Queues: []models.Queue{
		{Name: "One", Intents: []string{"Billing"}, Capacity: 10, People: []models.Agent{{Name: "eve", Intents: []string{"Shipping"}}, {Name: "fay", Intents: []string{"Billing"}}}},
		{Name: "Two", Intents: []string{"Billing"}, Capacity: 100},
		{Name: "Three", Intents: []string{"Shipping"}},
	}}
	const text = "There is a problem with the invoice and the refund"
	for name, c := range map[string]struct {
		one, two int
		group    string
		want     string
		says     string
	}{
		"for its size":                          {3, 10, "", "Two", "Two has 10 open of 100, the fewest for its size of 2 that could take it"},
		"the other way round":                   {1, 30, "", "One", "fay knows Billing; has 0 open, and is the only one free"},
		"one that is full only when all are":    {10, 99, "", "Two", "99 open of 100"},
		"all full":                              {10, 300, "", "One", "All 2 that could take it are full"},
		"a ticket that is there stays as it is": {9, 0, "One", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := staffed(t, triage.New(triage.WithIntents(m)), text, rules, models.Ticket{Group: c.group},
				models.Load{Queue: "One", Open: c.one, Here: true}, models.Load{Queue: "One", Person: "eve", Here: true}, models.Load{Queue: "One", Person: "fay", Here: true},
				models.Load{Queue: "Two", Open: c.two, Here: true}, models.Load{Queue: "Three", Here: true})
			if got.Value != c.want || ok != (c.want != "") || !strings.Contains(said(got), c.says) {
				t.Errorf("got %q for %q: %s", got.Value, got.Assignee, said(got))
			}
		})
	}
}

func TestOfQueuesWithAsManyWordsTheLeastFullTakesItAndWithoutCountsNobody(t *testing.T) {
	rules := models.TriageRules{Queues: []models.Queue{{Name: "A", Words: []string{"invoice"}, Capacity: 5}, {Name: "B", Words: []string{"invoice"}, Capacity: 5}}}
	const text = "Is the invoice that I was sent yesterday the right one?"
	if got, ok := staffed(t, triage.New(), text, rules, models.Ticket{}, models.Load{Queue: "A", Open: 2}, models.Load{Queue: "B", Open: 1}); !ok || got.Value != "B" {
		t.Errorf("got %q", got.Value)
	}
	if got, ok := staffed(t, triage.New(), text, rules, models.Ticket{}); ok {
		t.Errorf("without counts: got %q", got.Value)
	}
}
