package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/queue"
)

// carried notes which effects a handler was called for.
type carried struct {
	mu    sync.Mutex
	calls map[string]int
	each  chan string
	err   func(try int) error
}

func carrier(err func(try int) error) *carried {
	return &carried{calls: map[string]int{}, each: make(chan string, 100), err: err}
}

func (c *carried) handle(_ context.Context, id string) error {
	c.mu.Lock()
	c.calls[id]++
	try := c.calls[id]
	c.mu.Unlock()
	c.each <- id
	return c.err(try)
}

func (c *carried) count(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[id]
}

func startQueue(t *testing.T, s *opened, o queue.Options) *queue.Queue {
	t.Helper()
	o.Poll, o.Now = 20*time.Millisecond, time.Now
	if o.Pause == nil {
		o.Pause = func(int) time.Duration { return 0 }
	}
	q, err := queue.Open(t.Context(), s.Jobs(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopQueue(t, q) })
	return q
}

func stopQueue(t *testing.T, q *queue.Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Errorf("stop the queue: %v", err)
	}
}

func fine(int) error { return nil }

func effects(kind models.EffectKind, n int) []models.Effect {
	es := make([]models.Effect, n)
	for i := range es {
		d := decided(item, models.ActionPriority, "ev_1", models.Applying)
		d.Version = i + 1
		es[i] = models.NewEffect(d, kind, time.Time{}, day)
	}
	return es
}

func wait(t *testing.T, c <-chan string) string {
	t.Helper()
	select {
	case id := <-c:
		return id
	case <-time.After(time.Minute):
		t.Fatal("nobody was called")
		return ""
	}
}

var _ = claim("a committed effect is carried out once, however often it was committed", func(t *testing.T, s *opened) {
	c := carrier(fine)
	es := effects(models.EffectApply, 2)
	q := startQueue(t, s, queue.Options{Handlers: queue.Handlers{models.EffectApply: c.handle}})
	mustCommit(t, s, decision.Changes{Effects: es[:1]})
	mustCommit(t, s, decision.Changes{Effects: es})
	wait(t, c.each)
	wait(t, c.each)
	stopQueue(t, q)
	if c.count(es[0].ID) != 1 || c.count(es[1].ID) != 1 {
		t.Errorf("got %v, want each once", c.calls)
	}
})

var _ = claim("an effect of a commit that failed is never carried out", func(t *testing.T, s *opened) {
	c := carrier(fine)
	es := effects(models.EffectApply, 2)
	startQueue(t, s, queue.Options{Handlers: queue.Handlers{models.EffectApply: c.handle}})
	err := s.Commit(t.Context(), decision.Changes{Effects: es[:1], At: day, Spends: []decision.Spend{{Budget: "b", N: 2, Limit: 1}}})
	wantKind(t, err, models.Conflict)
	mustCommit(t, s, decision.Changes{Effects: es[1:]})
	if got := wait(t, c.each); got != es[1].ID || c.count(es[0].ID) != 0 {
		t.Errorf("got %s, want the one that was committed", got)
	}
})

var _ = claim("what is unavailable, unclassified or panics is tried again", func(t *testing.T, s *opened) {
	c := carrier(func(try int) error {
		switch try {
		case 1:
			return models.Errorf(models.Unavailable, "429")
		case 2:
			return errors.New("odd")
		case 3:
			panic("worse")
		case 4:
			return queue.Snooze(0)
		}
		return nil
	})
	startQueue(t, s, queue.Options{Handlers: queue.Handlers{models.EffectCard: c.handle}, Tries: 4, GiveUp: func(context.Context, string, error) error {
		t.Error("it was given up")
		return nil
	}})
	mustCommit(t, s, decision.Changes{Effects: effects(models.EffectCard, 1)})
	for range 5 {
		wait(t, c.each)
	}
})

var _ = claim("what is final is given up at once, and what never gets better after the last try", func(t *testing.T, s *opened) {
	given := make(chan string, 10)
	final := carrier(func(int) error { return models.Errorf(models.Gone, "deleted") })
	worse := carrier(func(int) error { return models.Errorf(models.Unavailable, "down") })
	startQueue(t, s, queue.Options{
		Handlers: queue.Handlers{models.EffectApply: final.handle, models.EffectFetch: worse.handle}, Tries: 3,
		GiveUp: func(ctx context.Context, id string, err error) error {
			if err := s.GiveUpEffect(ctx, id, models.SentenceOf(err)); err != nil {
				return err
			}
			given <- id
			return nil
		},
	})
	apply, fetch := effects(models.EffectApply, 1)[0], effects(models.EffectFetch, 1)[0]
	mustCommit(t, s, decision.Changes{Effects: []models.Effect{apply, fetch}})
	wait(t, given)
	wait(t, given)
	if final.count(apply.ID) != 1 || worse.count(fetch.ID) != 3 {
		t.Errorf("got %d and %d tries, want 1 and 3", final.count(apply.ID), worse.count(fetch.ID))
	}
	if got, err := s.Effect(t.Context(), apply.ID); err != nil || got.State != models.EffectDead || got.Error != "deleted" {
		t.Errorf("got %+v, %v", got, err)
	}
})

var _ = claim("giving up that fails is tried again", func(t *testing.T, s *opened) {
	given, tries := make(chan string, 10), 0
	c := carrier(func(int) error { return models.Errorf(models.Denied, "no") })
	startQueue(t, s, queue.Options{Handlers: queue.Handlers{models.EffectApply: c.handle}, GiveUp: func(_ context.Context, id string, _ error) error {
		tries++
		if tries == 1 {
			return models.Errorf(models.Unavailable, "locked")
		}
		given <- id
		return nil
	}})
	mustCommit(t, s, decision.Changes{Effects: effects(models.EffectApply, 1)})
	wait(t, given)
})

var _ = claim("a slow lane holds up no other", func(t *testing.T, s *opened) {
	release := make(chan struct{})
	slow := func(ctx context.Context, _ string) error {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return nil
	}
	c := carrier(fine)
	startQueue(t, s, queue.Options{Handlers: queue.Handlers{models.EffectCard: slow, models.EffectApply: c.handle}})
	mustCommit(t, s, decision.Changes{Effects: append(effects(models.EffectCard, 30), effects(models.EffectApply, 1)...)})
	wait(t, c.each)
	close(release)
})

var _ = claim("a job that stopping cut off runs after the next start", func(t *testing.T, s *opened) {
	started := make(chan string, 1)
	stuck := func(ctx context.Context, id string) error {
		started <- id
		<-ctx.Done()
		return ctx.Err()
	}
	q := startQueue(t, s, queue.Options{Tries: 1, Handlers: queue.Handlers{models.EffectApply: stuck}})
	mustCommit(t, s, decision.Changes{Effects: effects(models.EffectApply, 1)})
	wait(t, started)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	c := carrier(fine)
	startQueue(t, s, queue.Options{Tries: 1, Handlers: queue.Handlers{models.EffectApply: c.handle}})
	wait(t, c.each)
})

var _ = claim("an effect for later waits in the queue", func(t *testing.T, s *opened) {
	c := carrier(fine)
	startQueue(t, s, queue.Options{Handlers: queue.Handlers{models.EffectExpire: c.handle, models.EffectApply: c.handle}})
	later := effects(models.EffectExpire, 1)[0]
	later.RunAt = time.Now().Add(time.Hour)
	now := effects(models.EffectApply, 1)[0]
	mustCommit(t, s, decision.Changes{Effects: []models.Effect{later}})
	mustCommit(t, s, decision.Changes{Effects: []models.Effect{now}})
	if got := wait(t, c.each); got != now.ID || c.count(later.ID) != 0 {
		t.Errorf("got %s first, want the one for now", got)
	}
})
