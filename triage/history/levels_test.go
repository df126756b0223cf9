package history_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"remit/models"
	"remit/triage/history"
)

// graded are tickets, oldest first, whose priority is what the words say, or drawn at random.
func graded(n int, random bool) []history.Past {
	r := rand.New(rand.NewPCG(3, 3))
	var out []history.Past
	for i := range n {
		t := models.Ticket{
			ID: fmt.Sprint("ticket:", i), Text: fmt.Sprintf("We would like to hear more about part %d of the shelf", i%13), Priority: models.P4,
			Status: models.TicketSolved, CreatedAt: now.Add(time.Duration(i) * time.Hour),
		}
		if i%4 == 0 {
			t.Text, t.Priority = fmt.Sprintf("The mixer makes the sound again, it is part %d", i%13), models.P2
		}
		if random {
			t.Priority = []models.Priority{models.P2, models.P3, models.P4}[r.IntN(3)]
		}
		out = append(out, history.Past{Ticket: t})
	}
	return out
}

func TestUrgencyThatWasLearnedMustBeatWhatJudges(t *testing.T) {
	first, err := history.TryLevels(history.Levels(graded(400, false)), nil)
	if err != nil || !first.Better || first.Held != 80 || first.Right != 80 {
		t.Fatalf("got %+v, %v; want all 80 right, and better", first.Trial, err)
	}
	again, err := history.TryLevels(history.Levels(graded(400, false)), first.Model)
	if err != nil || again.Better || again.Former != first.Model.Version() {
		t.Errorf("got %+v, %v: the same model is better than itself", again.Trial, err)
	}
	drawn, err := history.TryLevels(history.Levels(graded(400, true)), first.Model)
	if err != nil || drawn.Better {
		t.Errorf("got %+v, usual %d, %v: what was drawn at random may judge", drawn.Trial, drawn.Usual, err)
	}
	if _, err := history.TryLevels(history.Levels(graded(90, false)), nil); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v for 90 tickets, want Invalid", err)
	}
}

func TestUrgencyIsLearnedFromPeopleAlone(t *testing.T) {
	ticket := models.Ticket{ID: "ticket:1", Text: "x", Priority: models.P2, Reopens: 2, Status: models.TicketSolved, CreatedAt: now, Thread: []models.Comment{{Text: "later"}}}
	decided := func(edit func(*models.Decision)) *models.Decision {
		d := &models.Decision{ID: "d", Final: "P2", CreatedAt: now.Add(time.Hour)}
		edit(d)
		return d
	}
	unset := ticket
	unset.Priority = ""
	cases := map[string]struct {
		past history.Past
		want models.Priority // "": it teaches nothing
	}{
		"the helpdesk had it":                    {history.Past{Ticket: ticket}, models.P2},
		"nobody set one":                         {history.Past{Ticket: unset}, ""},
		"remit set it and nobody looked":         {history.Past{Ticket: ticket, Decision: decided(func(d *models.Decision) { d.Autonomous = true })}, ""},
		"remit set another, and people this":     {history.Past{Ticket: ticket, Decision: decided(func(d *models.Decision) { d.Autonomous, d.Final = true, "P3" })}, models.P2},
		"remit proposed, and nothing came of it": {history.Past{Ticket: ticket, Decision: decided(func(*models.Decision) {})}, models.P2},
	}
	for name, c := range cases {
		got := history.Levels([]history.Past{c.past})
		if len(got) == 0 && c.want == "" {
			continue
		}
		if len(got) != 1 || got[0].Priority != c.want {
			t.Errorf("%s: got %+v, want %q", name, got, c.want)
			continue
		}
		if first := got[0].Ticket; first.Priority != "" || first.Thread != nil || first.Reopens != 0 {
			t.Errorf("%s: it is learned from what came later: %+v", name, first)
		}
	}
}
