package store

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

func TestOfWritesThatShareATransactionOneThatFailsUndoesItselfAlone(t *testing.T) {
	now := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	s, err := Open(t.Context(), Options{URL: "sqlite://" + filepath.Join(t.TempDir(), "remit.db"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const writers = 200
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			c := decision.Changes{At: now, Echoes: []string{fmt.Sprint("fp", i)}}
			if i%3 == 0 { // fails after the echo was written: the budget holds nothing
				c.Spends = []decision.Spend{{Budget: "none", N: 1, Limit: 0}}
			}
			err := s.Commit(t.Context(), c)
			if want := i%3 == 0; (models.KindOf(err) == models.Conflict) != want || !want && err != nil {
				t.Errorf("write %d gave %v", i, err)
			}
		})
	}
	wg.Wait()
	var fps []string
	for i := range writers {
		fps = append(fps, fmt.Sprint("fp", i))
	}
	echoed, err := s.Echoed(t.Context(), fps, now.Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	for i, fp := range fps {
		if echoed[fp] != (i%3 != 0) {
			t.Errorf("write %d: its echo is there: %v", i, echoed[fp])
		}
	}
}

func TestAWriteThatPanicsLeavesTheOthersFreeToWrite(t *testing.T) {
	s, err := Open(t.Context(), Options{URL: "sqlite://" + filepath.Join(t.TempDir(), "remit.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = s.inTxn(t.Context(), func(context.Context, *txn) error { panic("a bug") })
	}()
	if err := s.Commit(t.Context(), decision.Changes{At: time.Now(), Echoes: []string{"fp"}}); err != nil {
		t.Errorf("the next write gave %v", err)
	}
}
