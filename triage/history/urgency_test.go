package history_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"remit/models"
	"remit/triage"
	"remit/triage/history"
)

// priorities is a past of n tickets of four sorts, each with the priority that people gave it; one in slips has another.
func priorities(n, slips int, of func(sort int) models.Priority) []history.Past {
	ways := []string{"Our service is down for all users, order %d", "How do I export report %d from the dashboard?", "I cannot log in to my account, order %d", "The import of job %d is urgent"}
	var past []history.Past
	for i := range n {
		p := of(i % len(ways))
		if slips > 0 && i%slips == 0 {
			p = models.Priorities()[rand.New(rand.NewPCG(7, uint64(i))).IntN(4)]
		}
		past = append(past, history.Past{Ticket: models.Ticket{
			ID: fmt.Sprint(i), Text: fmt.Sprintf(ways[i%len(ways)], i), Priority: p, Status: models.TicketSolved, CreatedAt: now.Add(time.Duration(i) * time.Hour),
		}})
	}
	return past
}

// theirs has who cannot log in at P3, which as it ships is P2, and what is called urgent at P2, which is P3.
func theirs(sort int) models.Priority {
	return []models.Priority{models.P1, models.P4, models.P3, models.P2}[sort]
}

func TestWeightsMustBeatThoseThatJudgeOnWhatWasHeldBack(t *testing.T) {
	trial, err := history.TryUrgency(history.Urgencies(priorities(600, 10, theirs)), nil)
	if err != nil || !trial.Better || trial.Former != triage.Model || trial.Right < trial.Usual {
		t.Fatalf("got %+v, %v", trial, err)
	}
	again, err := history.TryUrgency(history.Urgencies(priorities(600, 10, theirs)), trial.Weights)
	if err != nil || again.Better || again.Former != trial.Weights.Version() || again.OnlyOwn != 0 {
		t.Errorf("against themselves they are better: %+v, %v", again, err)
	}
}

func TestWeightsOfNoiseOneClassAndThreeRowsAreNotPromoted(t *testing.T) {
	for name, past := range map[string][]history.Past{
		"as it ships already": priorities(400, 0, func(sort int) models.Priority {
			return []models.Priority{models.P1, models.P4, models.P2, models.P3}[sort]
		}),
		"drawn at random": priorities(400, 1, theirs),
	} {
		trial, err := history.TryUrgency(history.Urgencies(past), nil)
		if err != nil || trial.Better && trial.Right < trial.Usual {
			t.Errorf("%s: got %+v, %v", name, trial, err)
		}
		if name == "drawn at random" && trial.Better {
			t.Errorf("weights of noise are better: %+v", trial)
		}
	}
	one, err := history.TryUrgency(history.Urgencies(priorities(400, 0, func(int) models.Priority { return models.P3 })), nil)
	if err != nil || one.Right < one.Rival {
		t.Errorf("of one class: got %+v, %v", one, err)
	}
	if _, err := history.TryUrgency(history.Urgencies(priorities(3, 0, theirs)), nil); models.KindOf(err) != models.Invalid {
		t.Errorf("three tickets taught something: %v", err)
	}
}

func TestAPriorityThatOnlyRemitSetTeachesNothing(t *testing.T) {
	sam := models.Actor{Kind: models.ByPerson, ID: "sam"}
	ticket := models.Ticket{Text: "The import is slow", Priority: models.P2, CreatedAt: now}
	facts := &models.Facts{Now: now, Event: models.TicketCommented, Ticket: &models.Ticket{Text: "It is down now", Priority: models.P3}, Account: &models.Account{VIP: true}}
	cases := map[string]struct {
		d    *models.Decision
		want models.Priority
	}{
		"nobody decided":                  {nil, models.P2},
		"it acted, and nobody looked":     {&models.Decision{Final: "P2", Autonomous: true, State: models.Applied}, ""},
		"it acted, and somebody moved it": {&models.Decision{Final: "P3", Autonomous: true, State: models.Applied}, models.P2},
		"a person overrode":               {&models.Decision{Final: "P1", State: models.Applied, Answers: []models.Answer{{By: sam, Kind: models.AnswerOverride, Value: "P1"}}}, models.P1},
	}
	for name, c := range cases {
		p := history.Past{Ticket: ticket, Decision: c.d}
		if c.d != nil {
			p.Facts = facts
		}
		got := history.Urgencies([]history.Past{p})
		if (len(got) == 1) != (c.want != "") || len(got) == 1 && got[0].Priority != c.want {
			t.Errorf("%s: got %+v, want %q", name, got, c.want)
		}
		if len(got) == 1 && c.d != nil && (got[0].Facts.Account == nil || got[0].Facts.Ticket.Text != "It is down now" || got[0].Facts.Ticket.Priority != "") {
			t.Errorf("%s: it is not learned from the facts of then: %+v", name, got[0].Facts)
		}
	}
	if facts.Ticket.Priority != models.P3 {
		t.Error("the facts themselves were changed")
	}
}
