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

// every does something at each tick until ctx ends, and says so where it failed.
func (a *App) every(ctx context.Context, d time.Duration, do func(context.Context) error, failed string) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		a.attempt(ctx, do, failed)
	}
}

// atOnceAndEvery does something now and at each tick until ctx ends, and says so where it failed.
func (a *App) atOnceAndEvery(ctx context.Context, d time.Duration, do func(context.Context) error, failed string) {
	a.attempt(ctx, do, failed)
	a.every(ctx, d, do, failed)
}

func (a *App) attempt(ctx context.Context, do func(context.Context) error, failed string) {
	if err := do(ctx); err != nil && ctx.Err() == nil {
		a.opts.Logger.Warn(failed, "err", err)
	}
}

// appraiseEvery is how often evidence is looked at for what it now bears.
const appraiseEvery = time.Minute

// appraise looks at the evidence now and then until ctx ends.
func (a *App) appraise(ctx context.Context) {
	a.every(ctx, appraiseEvery, a.Engine.Appraise, "appraising the evidence failed; it will be tried again")
}

// tidy drops what nobody asks for again until ctx ends.
func (a *App) tidy(ctx context.Context) {
	a.atOnceAndEvery(ctx, tidyEvery, func(ctx context.Context) error { return a.Store.Prune(ctx, a.opts.Now().Add(-keep)) }, "tidying up failed; it will be tried again")
}
