package app

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"remit/store"
	"remit/store/pgtest"
)

func TestNodesShareTheTurnsOfAChannel(t *testing.T) {
	url := pgtest.URL(t)
	now := time.Date(2026, 12, 1, 10, 0, 0, 250_000_000, time.UTC)
	nodes := make([]turns, 2)
	for i := range nodes {
		s, err := store.Open(t.Context(), store.Options{URL: url, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		nodes[i] = turns{s}
	}
	granted := func(perSecond float64, at time.Time) (n int64, wait time.Duration) {
		var got, longest atomic.Int64
		var asking sync.WaitGroup
		for i := range 12 {
			asking.Go(func() {
				wait, err := nodes[i%2].Turn(t.Context(), "C1", perSecond, at)
				if err != nil {
					t.Error(err)
				}
				if wait == 0 {
					got.Add(1)
				} else {
					longest.Store(int64(wait))
				}
			})
		}
		asking.Wait()
		return got.Load(), time.Duration(longest.Load())
	}
	if n, wait := granted(3, now); n != 3 || wait != 750*time.Millisecond {
		t.Errorf("got %d turns and then a wait of %s, want 3 a second and the rest of it", n, wait)
	}
	if n, _ := granted(3, now.Add(750*time.Millisecond)); n != 3 {
		t.Errorf("got %d turns in the next second, want 3", n)
	}
	if n, wait := granted(.5, now.Add(10*time.Second)); n != 1 || wait != 1750*time.Millisecond {
		t.Errorf("got %d turns and a wait of %s, want one in two seconds", n, wait)
	}
	if w, err := nodes[0].Turn(t.Context(), "C2", 1, now); w != 0 || err != nil {
		t.Errorf("another channel waits %s, %v", w, err)
	}
}
