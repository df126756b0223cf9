package store

import (
	"context"
	"fmt"
	"sync"

	"remit/models"
)

// groupWrites bounds how many writes share a transaction.
const groupWrites = 64

// group has writes that come together share a transaction. Whoever comes while nobody writes leads: it carries out what is
// waiting by then, its own among it, and hands the lead to the first of those who came meanwhile.
type group struct {
	mu      sync.Mutex
	writing bool
	waiting []*write
}

// write is one caller's part of a shared transaction.
type write struct {
	do   func(context.Context, *txn) error
	err  error
	done chan struct{} // closed when it is committed or has failed
	lead chan struct{} // closed when it is this caller's turn to lead
}

func (g *group) write(ctx context.Context, do func(context.Context, *txn) error, transact func(context.Context, func(*txn) error) error) error {
	w := &write{do: do, done: make(chan struct{}), lead: make(chan struct{})}
	if g.join(w) {
		close(w.lead)
	}
	select {
	case <-w.done:
		return w.err
	case <-w.lead:
	}
	together := g.take()
	defer func() { // whatever happens, nobody waits for ever
		g.handOn()
		for _, o := range together {
			close(o.done)
		}
	}()
	commit(ctx, together, transact)
	return w.err
}

// join queues the write and reports whether its caller leads.
func (g *group) join(w *write) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, w)
	first := !g.writing
	g.writing = true
	return first
}

// take gives the writes to carry out next, in the order in which they came. The leader's own is the first.
func (g *group) take() []*write {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupWrites)
	together := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return together
}

// handOn gives the lead to whoever has waited longest, or to nobody.
func (g *group) handOn() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.writing, g.waiting = false, nil
		return
	}
	close(g.waiting[0].lead)
}

// commit carries out the writes in one transaction. One that fails is undone alone; where the transaction itself fails,
// all of them have.
func commit(ctx context.Context, together []*write, transact func(context.Context, func(*txn) error) error) {
	for _, w := range together {
		w.err = errUnfinished // until it is known to be otherwise, also if one of them panics
	}
	err := transact(ctx, func(t *txn) error {
		if len(together) == 1 {
			together[0].err = classify(together[0].do(ctx, t))
			return together[0].err
		}
		for _, w := range together {
			if err := t.apart(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return
	}
	for _, w := range together {
		if w.err == nil || w.err == errUnfinished {
			w.err = err
		}
	}
}

var errUnfinished = models.Errorf(models.Internal, "the write did not come to its end")

// apart carries out one of several writes within a savepoint of its own. Its error is of the transaction, not of the write.
func (t *txn) apart(ctx context.Context, w *write) error {
	if _, err := t.sql.ExecContext(ctx, "SAVEPOINT apart"); err != nil {
		return fmt.Errorf("begin a write: %w", classify(err))
	}
	if w.err = classify(w.do(ctx, t)); w.err != nil {
		if _, err := t.sql.ExecContext(ctx, "ROLLBACK TO apart"); err != nil {
			return fmt.Errorf("undo a write: %w", classify(err))
		}
	}
	if _, err := t.sql.ExecContext(ctx, "RELEASE apart"); err != nil {
		return fmt.Errorf("end a write: %w", classify(err))
	}
	return nil
}
