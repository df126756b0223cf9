package app

import (
	"context"
	"errors"
	"time"
)

// payRunTick is how often the clock is looked at for the hour of the pay run.
const payRunTick = time.Minute

// payRuns shows the day's pay run of every pool at the hour that the policy names, until ctx ends.
func (a *App) payRuns(ctx context.Context) {
	tick := time.NewTicker(payRunTick)
	defer tick.Stop()
	for {
		if err := a.PayRuns(ctx); err != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("the pay run could not be shown; it is in the console", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// PayRuns shows what of today's pay runs is due and was not shown. One that Slack does not take is shown in the console only.
func (a *App) PayRuns(ctx context.Context) error {
	if !a.Bot.On() || !a.Engine.Policy().PayRunDue(a.opts.Now()) {
		return nil
	}
	pools, err := a.Store.Pools(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range pools {
		run, ok, err := a.Engine.TakePayRun(ctx, id)
		if err == nil && ok {
			err = a.Bot.PostPayRun(ctx, run)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
