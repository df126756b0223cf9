package app_test

import (
	"context"
	"path/filepath"

	"pgregory.net/rapid"

	"remit/decision"
	"remit/models"
	"remit/store"
)

// errCrash is what a process dies of in the middle of something.
type errCrash struct{}

// mortal is a ledger whose process dies just before or just after one of the transactions to come.
type mortal struct {
	decision.Ledger
	left  int // transactions until then
	after bool
}

func (m *mortal) transaction(commit func()) {
	m.left--
	if m.left == 0 && !m.after {
		panic(errCrash{})
	}
	commit()
	if m.left == 0 {
		panic(errCrash{})
	}
}

// Commit implements decision.Ledger.
func (m *mortal) Commit(ctx context.Context, c decision.Changes) (err error) {
	m.transaction(func() { err = m.Ledger.Commit(ctx, c) })
	return err
}

// Drain implements decision.Ledger.
func (m *mortal) Drain(ctx context.Context, limit int, decide func(context.Context, decision.Reader, []models.Delivery) (decision.Changes, error)) (n int, err error) {
	m.transaction(func() { n, err = m.Ledger.Drain(ctx, limit, decide) })
	return n, err
}

// open opens the lab's database, anew where a process has died.
func (l *lab) open() {
	var err error
	l.store, err = store.Open(context.Background(), store.Options{URL: "sqlite://" + filepath.Join(l.dir, "lab.db"), Now: l.clock.Now})
	l.must(err)
}

// crash has the process die at a transaction of something it does, and begin anew on what the database holds.
func (l *lab) crash(rt *rapid.T) {
	l.engine.Ledger = &mortal{l.store, rapid.IntRange(1, 3).Draw(rt, "transactions"), rapid.Bool().Draw(rt, "after")}
	deed := rapid.SampledFrom([]func(*rapid.T){func(*rapid.T) { l.drain() }, l.answer, l.effects, l.undo}).Draw(rt, "deed")
	written := len(l.writes)
	func() {
		defer func() {
			if r := recover(); r != nil && r != any(errCrash{}) {
				panic(r)
			}
		}()
		deed(rt)
	}()
	for _, w := range l.writes[written:] {
		l.torn[w.Key] = true
	}
	l.must(l.store.Close())
	l.open()
	l.engine.Ledger = l.store
}
