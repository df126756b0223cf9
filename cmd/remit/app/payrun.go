package app

import (
	"context"
	"errors"
	"time"

	"remit/bot"
	"remit/chart"
	"remit/models"
)

// payRunTick is how often the clock is looked at for the hour of the pay run.
const payRunTick = time.Minute

// payRuns shows the day's pay run of every pool at the hour that the policy names, until ctx ends.
func (a *App) payRuns(ctx context.Context) {
	a.atOnceAndEvery(ctx, payRunTick, a.PayRuns, "the pay run could not be shown; it will be tried again")
}

// PayRuns shows the pay runs that are due as they stand now. A run has one message, however many nodes show it and however
// often: it is changed where something has changed.
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
		run, err := a.Engine.PayRun(ctx, id)
		if err == nil && !run.Empty() {
			err = a.Bot.PostPayRun(ctx, run, pictureOf(run.Cash)...)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// pictureOf gives the picture of a pool's cash; none where there is nothing to draw.
func pictureOf(c models.Cash) []bot.Picture {
	pic, err := chart.Fan(c)
	if err != nil {
		return nil
	}
	png, err := pic.PNG()
	if err != nil {
		return nil
	}
	return []bot.Picture{{Name: "cash.png", Alt: pic.Alt, PNG: png}}
}
