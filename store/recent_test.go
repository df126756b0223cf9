package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
	"remit/store"
)

func lately(id int, at time.Time, subject string, marks ...uint32) models.Ticket {
	key := fmt.Sprint(id)
	return models.Ticket{ID: models.TicketItem("helpdesk", key), Source: "helpdesk", ExternalID: key, Subject: subject, Marks: marks, CreatedAt: at}
}

// sameRecent has what is remembered be what the database says.
func sameRecent(t *testing.T, s *opened, since time.Time) []models.Seen {
	t.Helper()
	got, err := s.Recent(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.ReadRecent(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-read +remembered)\n%s", d)
	}
	return got
}

func TestWhatIsRememberedOfRecentTicketsIsWhatTheDatabaseSaysWhateverIsWritten(t *testing.T) {
	s := openSQLite(t)
	rng := rand.New(rand.NewPCG(1, 2))
	since := day
	for i := range 300 {
		id := rng.IntN(60)
		at := day.Add(time.Duration(id) * time.Minute)
		switch rng.IntN(6) {
		case 0, 1:
			mustCommit(t, s, decision.Changes{Tickets: []models.Ticket{lately(id, at, fmt.Sprint("Outage ", i), uint32(i), 1e6)}})
		case 2:
			mustCommit(t, s, decision.Changes{Joined: []models.Membership{
				{Ticket: models.TicketItem("helpdesk", fmt.Sprint(id)), Incident: fmt.Sprint("incident:helpdesk:", rng.IntN(3)), At: at},
			}})
		case 3:
			if err := s.Erase(t.Context(), models.TicketItem("helpdesk", fmt.Sprint(id))); err != nil {
				t.Fatal(err)
			}
		case 4:
			if _, err := s.AddHistory(t.Context(), []models.Ticket{lately(100+id, at.Add(time.Second), "Long ago")}); err != nil {
				t.Fatal(err)
			}
		case 5:
			since = since.Add(time.Duration(rng.IntN(30)) * time.Second)
		}
		sameRecent(t, s, since)
	}
	sameRecent(t, s, day)
}

func TestOfMoreRecentTicketsThanAreComparedTheNewestAreRemembered(t *testing.T) {
	s := openSQLite(t)
	for batch := range 8 {
		var c decision.Changes
		for i := range 100 {
			id := 100*batch + i
			c.Tickets = append(c.Tickets, lately(id, day.Add(time.Duration(id)*time.Millisecond), "Outage"))
		}
		mustCommit(t, s, c)
		sameRecent(t, s, day)
	}
}

func TestABatchMayChangeWhatItWasToldOfRecentTickets(t *testing.T) {
	s := openSQLite(t)
	mustCommit(t, s, decision.Changes{Tickets: []models.Ticket{lately(1, day, "Outage")}})
	for range 2 {
		seen := sameRecent(t, s, day)
		seen[0].Subject, seen[0].Incident = "Other", "incident:helpdesk:1"
	}
}

func TestWhatAnotherProcessWroteOfRecentTicketsIsSeenASecondLater(t *testing.T) {
	s := openSQLite(t)
	mustCommit(t, s, decision.Changes{Tickets: []models.Ticket{lately(1, day, "Outage")}})
	sameRecent(t, s, day)
	opts := s.opts
	opts.Beside = true
	beside, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	if _, err := beside.AddHistory(t.Context(), []models.Ticket{lately(2, day, "Outage")}); err != nil {
		t.Fatal(err)
	}
	s.AgeRecent()
	if got := sameRecent(t, s, day); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

func TestRecentTicketsAreRememberedWhereDrainersWriteThemSideBySide(t *testing.T) {
	s := openSQLite(t)
	var wg sync.WaitGroup
	for drainer := range 4 {
		wg.Go(func() {
			for i := range 25 {
				ticket := lately(drainer*100+i, day.Add(time.Duration(i)*time.Second), "Outage")
				if err := s.Commit(context.Background(), decision.Changes{Tickets: []models.Ticket{ticket}}); err != nil {
					t.Error(err)
				}
				seen, err := s.Recent(context.Background(), day)
				if err != nil {
					t.Error(err)
				}
				own := false
				for _, o := range seen {
					own = own || o.ID == ticket.ID
				}
				if !own {
					t.Errorf("%s was committed and is not among the recent", ticket.ID)
				}
			}
		})
	}
	wg.Wait()
	sameRecent(t, s, day)
}
