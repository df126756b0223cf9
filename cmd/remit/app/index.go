package app

import (
	"context"
	"time"
)

// How often the log is looked at for decisions that searches should look up instead of walking, and how long the index rests
// between two blocks of them. While something waits to be decided it takes but one block each time: of some 4,000 decisions, in
// about the time that two tickets take.
const (
	indexEvery = 5 * time.Second
	indexRest  = 20 * time.Millisecond
)

// index keeps the index of the log behind what is decided, until ctx ends.
func (a *App) index(ctx context.Context) {
	a.atOnceAndEvery(ctx, indexEvery, a.indexLog, "indexing the log failed; it will be tried again")
}

// indexLog indexes what there is, a block at a time, until something else waits.
func (a *App) indexLog(ctx context.Context) error {
	for {
		did, err := a.Store.IndexLog(ctx)
		if err != nil || !did {
			return err
		}
		if busy, err := a.Store.Busy(ctx); err != nil || busy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(indexRest):
		}
	}
}
