package decision

import (
	"context"
	"strings"
	"testing"
	"time"

	"remit/models"
)

func TestOpenTicketsAreCountedNowAndThenAndWhatIsGivenOutIsAdded(t *testing.T) {
	var d desk
	counted := 0
	count := func(context.Context) (models.OpenTickets, error) {
		counted++
		return models.OpenTickets{Groups: map[string]int{"billing": 4}}, nil
	}
	look := func(now time.Time) models.OpenTickets {
		t.Helper()
		open, err := d.count(t.Context(), now, count)
		if err != nil {
			t.Fatal(err)
		}
		return open
	}
	first := look(noon)
	first.Groups["billing"] = 99 // what a batch does with its copy is its own affair
	d.give(models.Judgement{
		Facts:     models.Facts{Loads: []models.Load{{Queue: "billing"}}},
		Proposals: []models.Proposal{{Action: models.ActionRoute, Value: "billing", Assignee: "ana"}},
	})
	if got := look(noon.Add(deskFresh - time.Second)); counted != 1 || got.Groups["billing"] != 5 || got.People["ana"] != 1 {
		t.Errorf("counted %d times, got %+v", counted, got)
	}
	if got := look(noon.Add(deskFresh)); counted != 2 || got.Groups["billing"] != 4 || got.People["ana"] != 0 {
		t.Errorf("counted %d times, got %+v", counted, got)
	}
	look(noon) // a clock that was put back
	if counted != 3 {
		t.Errorf("counted %d times", counted)
	}
}

func TestPeopleOfQueuesAreCheckedWhenThePolicyIsLoaded(t *testing.T) {
	with := func(queue string) string {
		return strings.Replace(smallPolicy, "triage:\n", "triage:\n  queues: ["+queue+"]\n", 1)
	}
	if p := loadPolicy(t, with(`{name: a, words: [b], people: [{name: priya, rota: "@finance-leads", capacity: 3}]}`)); !p.TriageRules().Weighed() {
		t.Error("a queue with people is not weighed")
	}
	if p := loadPolicy(t, with(`{name: a, words: [b]}`)); p.TriageRules().Weighed() {
		t.Error("a queue of which nothing is said is weighed")
	}
	for name, c := range map[string]struct{ queue, says string }{
		"below zero":           {`{name: a, words: [b], capacity: -1}`, "-1 is below zero"},
		"somebody below zero":  {`{name: a, words: [b], people: [{name: x, capacity: -1}]}`, "-1 is below zero"},
		"nobody":               {`{name: a, words: [b], people: [{capacity: 1}]}`, "say the name"},
		"twice":                {`{name: a, words: [b], people: [{name: x}, {name: x}]}`, "x is there twice"},
		"not on the rota":      {`{name: a, words: [b], people: [{name: olga, rota: "@finance-leads"}]}`, "olga is not a person whom @finance-leads names"},
		"a rota of nobody":     {`{name: a, words: [b], people: [{name: olga, rota: "@none"}]}`, "olga is not a person whom @none names"},
		"a key nobody knows":   {`{name: a, words: [b], people: [{name: olga, skill: x}]}`, "skill"},
		"a capacity in no way": {`{name: a, words: [b], capacity: many}`, "many"},
	} {
		_, err := LoadPolicy([]byte(with(c.queue)), company, noon)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

func TestWhoTakesTicketsLoosensWhereNobodyIsAsked(t *testing.T) {
	acts := strings.Replace(smallPolicy, "route: {level: ask}", "route: {level: act}\n  queues: [{name: a, words: [b], people: [{name: x, capacity: 3}]}]", 1)
	if got := Loosens(loadPolicy(t, acts), loadPolicy(t, strings.Replace(acts, "capacity: 3", "capacity: 4", 1))); len(got) == 0 {
		t.Error("another capacity changes who gets what, and nobody is told")
	}
}

func TestARouteTakesNoTicketFromAnybody(t *testing.T) {
	d := models.Decision{Action: models.ActionRoute, Value: "billing", Final: "billing", Assignee: "ana"}
	for name, c := range map[string]struct {
		final, holder string
		undo          bool
		want          string
	}{
		"nobody has it":                 {"billing", "", false, "ana"},
		"she has it already":            {"billing", "ana", false, "ana"},
		"somebody took it meanwhile":    {"billing", "ben", false, ""},
		"somebody chose another group":  {"technical", "", false, ""},
		"undone, and she has it":        {"billing", "ana", true, "ana"},
		"undone, and it was handed on":  {"billing", "ben", true, ""},
		"undone, and nobody has it now": {"billing", "", true, ""},
	} {
		d.Final = c.final
		if got := assignee(d, models.Ticket{Assignee: c.holder}, c.undo); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAPersonGivesATicketToWhomTheyChoose(t *testing.T) {
	said := models.Answer{Kind: models.AnswerOverride, Value: "technical", Assignee: "cleo"}
	d := models.Decision{
		Action: models.ActionRoute, State: models.Applying, Value: "billing", Final: "technical", Assignee: "ana", Answers: []models.Answer{said},
		Ruling: models.Ruling{Approval: models.Approval{From: []string{"@support-leads"}, Count: 1}},
	}
	for name, c := range map[string]struct {
		holder string
		undo   bool
		want   string
	}{
		"nobody has it":                {"", false, "cleo"},
		"somebody else has it":         {"ben", false, "cleo"},
		"undone, and she has it":       {"cleo", true, "cleo"},
		"undone, and it was handed on": {"ben", true, ""},
	} {
		if got := assignee(d, models.Ticket{Assignee: c.holder}, c.undo); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
