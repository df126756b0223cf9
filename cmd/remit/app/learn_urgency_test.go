package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"remit/models"
	"remit/triage"
)

func TestWeightsOfUrgencyJudgeOnceAManagerSaysSo(t *testing.T) {
	w := learningWorld(t)
	ways := []string{"Our service is down for all users, order %d", "How do I export report %d from the dashboard?", "I cannot log in to my account, order %d", "The import of job %d is urgent"}
	theirs := []models.Priority{models.P1, models.P4, models.P3, models.P2} // as it ships the last two are the other way round
	var past []models.Ticket
	since := w.clock.Now().AddDate(0, -2, 0)
	for i := range 400 {
		id, at := fmt.Sprintf("old-%d", i), since.Add(time.Duration(i)*time.Hour)
		past = append(past, models.Ticket{
			ID: item(id), Source: "helpdesk", ExternalID: id, Text: fmt.Sprintf(ways[i%4], i), Priority: theirs[i%4], Status: models.TicketSolved,
			RequesterID: fmt.Sprintf("helpdesk/%d", i), CreatedAt: at, UpdatedAt: at,
		})
	}
	if _, err := w.app.Store.AddHistory(t.Context(), past); err != nil {
		t.Fatal(err)
	}
	trial, err := w.app.TrainUrgency(t.Context(), nil)
	if err != nil || !trial.Better {
		t.Fatalf("got %+v, %v", trial, err)
	}
	version := trial.Weights.Version()
	if err := w.app.RefreshChallenger(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ticket("1", down)
	w.settled()
	w.eventually("the weights have judged the ticket beside", func() bool {
		duels, err := w.app.RivalDuels(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(duels) == 1 && strings.Contains(duels[0].Candidate, version) && duels[0].Duel.Seen > 0
	})
	if d := w.newest(item("1"), models.ActionPriority); d.Model != triage.Model {
		t.Errorf("weights that nobody promoted judge: %s", d.Model)
	}
	if err := w.app.Promote(t.Context(), version, w.person("sam")); models.KindOf(err) != models.Denied {
		t.Errorf("an approver promoted them: %v", err)
	}
	if err := w.app.Promote(t.Context(), version, w.person("olga")); err != nil {
		t.Fatal(err)
	}
	w.ticket("2", down)
	w.settled()
	if d := w.newest(item("2"), models.ActionPriority); d.Model != version || d.Value != "P1" {
		t.Errorf("got %s by %s, want P1 by %s", d.Value, d.Model, version)
	}
	if err := w.app.Promote(t.Context(), version, w.person("olga")); models.KindOf(err) != models.Conflict {
		t.Errorf("they were promoted twice: %v", err)
	}
	again, err := w.app.TrainUrgency(t.Context(), nil)
	if err != nil || again.Better || again.Former != version {
		t.Errorf("trained again on the same tickets: %+v, %v", again, err)
	}

	// At night they are learned again, and only observe.
	w.clock.add(40*time.Hour + 30*time.Minute)
	if err := w.app.RetrainUrgency(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := w.app.Candidates(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("got %d candidates, %v", len(all), err)
	}
	for _, c := range all {
		if c.Live != (c.ID == trial.LearnedID) {
			t.Errorf("%s is live: %v", c.Version, c.Live)
		}
	}
}
