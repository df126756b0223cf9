package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"remit/models"
	"remit/triage"
)

// urgencyKind is what models of urgency are kept under.
const urgencyKind = "urgency/levels"

// graded are solved tickets whose people took those about the mixer for P2, and the others for P4.
func graded(n int, since time.Time) []models.Ticket {
	var out []models.Ticket
	for i := range n {
		id := fmt.Sprintf("graded-%d", i)
		text, priority := fmt.Sprintf("We would like to hear more about part %d of the shelf in hall %d", i%13, i%7), models.P4
		if i%4 == 0 {
			text, priority = fmt.Sprintf("The mixer in hall %d makes the sound again, it is part %d", i%7, i%13), models.P2
		}
		at := since.Add(time.Duration(i) * time.Hour)
		out = append(out, models.Ticket{
			ID: item(id), Source: "helpdesk", ExternalID: id, Text: text, Priority: priority, Status: models.TicketSolved,
			RequesterID: fmt.Sprintf("helpdesk/%d", i), CreatedAt: at, UpdatedAt: at,
		})
	}
	return out
}

func TestUrgencyIsToldByTheHistoryOnceAManagerSaysSo(t *testing.T) {
	w := learningWorld(t)
	if _, err := w.app.Store.AddHistory(t.Context(), graded(450, w.clock.Now().AddDate(0, -2, 0))); err != nil {
		t.Fatal(err)
	}
	trial, err := w.app.TrainLevels(t.Context(), nil)
	if err != nil || !trial.Better || trial.Right < trial.Usual {
		t.Fatalf("got %+v, usual %d, %v", trial.Trial, trial.Usual, err)
	}
	const text = "The mixer in hall 4 makes the sound again, please come"
	if err := w.app.RefreshChallenger(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ticket("1", text)
	w.settled()
	w.eventually("the model has judged the ticket beside", func() bool {
		duels, err := w.app.RivalDuels(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(duels) == 1 && strings.Contains(duels[0].Candidate, trial.Model.Version()) && duels[0].Duel.Seen > 0
	})
	if d := w.newest(item("1"), models.ActionPriority); d.Value == "P2" || d.Model != triage.Model {
		t.Errorf("got %s by %s: what nobody promoted judges", d.Value, d.Model)
	}
	if err := w.app.Promote(t.Context(), trial.Model.Version(), w.person("olga")); err != nil {
		t.Fatal(err)
	}
	w.ticket("2", text)
	w.settled()
	d := w.newest(item("2"), models.ActionPriority)
	if d.Value != "P2" || d.Model != trial.Model.Version() || !strings.Contains(fmt.Sprint(d.Reasons), "Tickets like it were P2") {
		t.Errorf("got %s by %s because %v, want P2 by the promoted model", d.Value, d.Model, d.Reasons)
	}
	if err := w.app.Promote(t.Context(), trial.Model.Version(), w.person("olga")); models.KindOf(err) != models.Conflict {
		t.Errorf("what judges already is promoted again: %v", err)
	}
}

func TestAtNightUrgencyIsLearnedAndOnlyObserves(t *testing.T) {
	w := learningWorld(t)
	if _, err := w.app.Store.AddHistory(t.Context(), graded(450, w.clock.Now().AddDate(0, -2, 0))); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		if err := w.app.RetrainLevels(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := w.app.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			if c.Live {
				t.Error("what was learned at night judges by itself")
			}
			if c.Kind == urgencyKind {
				n++
			}
		}
		return n
	}
	if n := count(); n != 0 {
		t.Fatalf("%d models were trained by day", n)
	}
	w.clock.add(16*time.Hour + 30*time.Minute) // half past two
	for range 2 {
		if n := count(); n != 1 {
			t.Fatalf("%d models were trained in one night, want one", n)
		}
	}
}
