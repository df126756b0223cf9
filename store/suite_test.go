package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/store"
)

// day is the time at which everything in these tests happens.
var day = time.Date(2026, 12, 3, 14, 2, 5, 123456000, time.UTC)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// opened is a store with what a test needs to open it again.
type opened struct {
	*store.Store
	opts  store.Options
	clock *clock
}

func (o *opened) reopen(t *testing.T) {
	t.Helper()
	if err := o.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	s, err := store.Open(t.Context(), o.opts)
	if err != nil {
		t.Fatalf("open again: %v", err)
	}
	o.Store = s
	t.Cleanup(func() { _ = s.Close() })
}

func openAt(t testing.TB, url string) *opened {
	t.Helper()
	o := &opened{clock: &clock{t: day}}
	o.opts = store.Options{URL: url, Now: o.clock.Now, Busy: 2 * time.Second}
	s, err := store.Open(t.Context(), o.opts)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	o.Store = s
	t.Cleanup(func() { _ = s.Close() })
	return o
}

func openSQLite(t *testing.T) *opened {
	t.Helper()
	return openAt(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"))
}

func delivery(key, subject string) models.Delivery {
	return models.Delivery{
		ID: models.DeliveryID("helpdesk", key), Source: "helpdesk", Key: key, Kind: "ticket.created",
		Subject: subject, Body: []byte(`{"id":"` + key + `"}`), ReceivedAt: day,
	}
}

func deliveries(n int, subject string) []models.Delivery {
	ds := make([]models.Delivery, n)
	for i := range ds {
		ds[i] = delivery(fmt.Sprintf("%s-%d", subject, i), subject)
	}
	return ds
}

func decided(item string, a models.Action, event string, s models.State) models.Decision {
	d := models.Propose(
		models.Event{ID: event, Subject: item, Source: "helpdesk"},
		models.Proposal{Action: a, Item: item, Value: "P1", Before: "P3", Confidence: 0.9, Reasons: []models.Reason{{Code: "tone.anger", Text: "The customer is angry.", Weight: 0.6}}},
		day)
	d.State = s
	d.Title = "My invoice is wrong"
	return d
}

func mustAccept(t *testing.T, s *opened, ds ...models.Delivery) {
	t.Helper()
	if _, err := s.Accept(t.Context(), ds); err != nil {
		t.Fatalf("accept: %v", err)
	}
}

func mustCommit(t *testing.T, s *opened, c decision.Changes) {
	t.Helper()
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

func wantKind(t *testing.T, err error, want models.Kind) {
	t.Helper()
	if got := models.KindOf(err); got != want {
		t.Fatalf("got error %v of kind %q, want kind %q", err, got, want)
	}
}

// nothing decides that there is nothing to do, and notes what it was shown.
func nothing(seen *[]string) store.Decide {
	return func(_ context.Context, _ decision.Reader, ds []models.Delivery) (decision.Changes, error) {
		for _, d := range ds {
			*seen = append(*seen, d.Key)
		}
		return decision.Changes{At: day}, nil
	}
}
