package app

import (
	"context"
	"errors"
	"time"

	"remit/finance"
	"remit/models"
)

const (
	recountEvery = time.Hour
	recountDays  = 730 // of the past, which a year's season needs twice
)

// recount reckons again, now and then, what balances say beside payables and receivables, and what comes again and again.
func (a *App) recount(ctx context.Context) {
	a.atOnceAndEvery(ctx, recountEvery, a.Recount, "the past of the cash pools could not be reckoned; it will be tried again")
}

// watchEvery is how often the clock is looked at for what is to be asked of cash although nothing has arrived.
const watchEvery = 5 * time.Minute

// watchCash has the cash pools planned again as time goes by, until ctx ends.
func (a *App) watchCash(ctx context.Context) {
	a.atOnceAndEvery(ctx, watchEvery, a.WatchCash, "the cash pools could not be looked at; it will be tried again")
}

// WatchCash has those cash pools planned again of which time alone has changed what is to be asked.
func (a *App) WatchCash(ctx context.Context) error {
	pools, err := a.Store.Pools(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range pools {
		errs = append(errs, a.Engine.Watch(ctx, id))
	}
	return errors.Join(errs...)
}

// Recount reckons the past of every cash pool, from which each next plan is made.
func (a *App) Recount(ctx context.Context) error {
	pools, err := a.Store.Pools(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range pools {
		errs = append(errs, a.recountPool(ctx, id))
	}
	return errors.Join(errs...)
}

func (a *App) recountPool(ctx context.Context, id string) error {
	today := models.DayOf(a.opts.Now().UTC()) // as balances are kept
	past, paid, err := a.Store.CashPast(ctx, id, today.Add(-recountDays))
	if err != nil {
		return err
	}
	flow, first := finance.Residual(past, today.Add(-1))
	return a.Store.PutCashPast(ctx, id, first, flow, finance.Recurring(id, paid, today))
}
