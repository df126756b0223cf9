package app

import (
	"context"
	"time"

	"remit/connector"
)

// poll asks a source for what is new until ctx ends. What it brings is stored together with the cursor, so that a crash
// between the two neither loses nor repeats anything.
func (a *App) poll(ctx context.Context, source string, p connector.Poller) {
	for {
		more, err := a.pollOnce(ctx, source, p)
		if err != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("polling failed; it will be tried again", "source", source, "err", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(p.Every()):
		}
	}
}

func (a *App) pollOnce(ctx context.Context, source string, p connector.Poller) (more bool, err error) {
	cursor, err := a.Store.Cursor(ctx, source)
	if err != nil {
		return false, err
	}
	ds, next, more, err := p.Poll(ctx, cursor)
	if err != nil {
		return false, err
	}
	return more, a.Store.AcceptPolled(ctx, source, ds, next)
}

// How long what nobody asks for again is kept, and how often it is looked for.
const (
	keep      = 30 * 24 * time.Hour
	tidyEvery = time.Hour
)

// appraiseEvery is how often evidence is looked at for what it now bears.
const appraiseEvery = time.Minute

// appraise looks at the evidence now and then until ctx ends.
func (a *App) appraise(ctx context.Context) {
	tick := time.NewTicker(appraiseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.Engine.Appraise(ctx); err != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("appraising the evidence failed; it will be tried again", "err", err)
		}
	}
}

// tidy drops what nobody asks for again until ctx ends.
func (a *App) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := a.Store.Prune(ctx, a.opts.Now().Add(-keep)); err != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("tidying up failed; it will be tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
