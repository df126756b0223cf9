package app_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/models"
	"remit/store/pgtest"
)

// capped is a world in which remit acts twice an hour.
func capped(t *testing.T, database string) *world {
	return newWorldWith(t, database, func(_ *config.Config, w *world) {
		w.policy = append([]byte("caps: {actions_per_hour: 2}\n"), policyText...)
	})
}

// notices gives the messages of the channel that say that a cap is reached.
func (w *world) notices(channel string) (n int) {
	for _, m := range w.cards(channel) {
		if strings.HasPrefix(m.Text, "remit has reached its cap of 2 actions an hour") {
			n++
		}
	}
	return n
}

// capEntries counts the lines of the ledger about caps.
func (w *world) capEntries() (n int) {
	es, err := w.app.Store.Own(w.Context(), 100)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range es {
		if e.Kind == models.EntryCap {
			n++
		}
	}
	return n
}

func TestAtTheCapEverythingAsksAndItIsSaidOnce(t *testing.T) {
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "remit.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			w := capped(t, database(t))
			for i := range 6 {
				w.ticket(fmt.Sprint(i), outage(i))
			}
			w.settled()
			acted, asked := w.outcomes()
			if acted != 2 || asked != 4 {
				t.Errorf("%d acted and %d asked, want 2 and 4", acted, asked)
			}
			if n := w.notices("C0TRIAGE"); n != 1 {
				t.Errorf("it was said %d times", n)
			}
			if said, err := w.app.Engine.CapsReached(t.Context()); err != nil || len(said) != 1 || !strings.Contains(said[0], "until 12:00 everything asks") {
				t.Errorf("the console says %q, %v", said, err)
			}
			w.clock.add(time.Hour)
			if said, err := w.app.Engine.CapsReached(t.Context()); err != nil || len(said) != 0 {
				t.Errorf("an hour later the console says %q, %v", said, err)
			}
			for i := range 3 {
				w.ticket(fmt.Sprint("later", i), outage(i))
			}
			w.settled()
			if acted, asked := w.outcomes(); acted != 4 || asked != 5 || w.notices("C0TRIAGE") != 2 {
				t.Errorf("an hour later %d had acted and %d asked, said %d times: want 4, 5 and 2", acted, asked, w.notices("C0TRIAGE"))
			}
			if n := w.capEntries(); n != 2 {
				t.Errorf("the ledger has %d lines on caps, want one for each hour", n)
			}
		})
	}
}

// outcomes counts what acted by itself and what was asked.
func (w *world) outcomes() (acted, asked int) {
	for _, d := range w.log() {
		switch {
		case d.Autonomous:
			acted++
		case d.State == models.Asked:
			asked++
		}
	}
	return acted, asked
}
