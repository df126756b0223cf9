package app

import (
	"context"
	"time"

	"remit/bot"
	"remit/decision"
)

// triedOn is how much of the recorded past a tuning is tried on.
const triedOn = 30 * 24 * time.Hour

// trier tries what a manager would tune in Slack on the recorded past.
type trier struct{ *App }

// Backtest implements bot.Backtester. It changes nothing.
func (t trier) Backtest(ctx context.Context, tuning bot.Tuning) (bot.Trial, error) {
	text, err := saver{t.Policies}.Text(ctx)
	if err != nil {
		return bot.Trial{}, err
	}
	if text, err = decision.Tune(text, tuning.Action, tuning.Level, tuning.MaxError); err != nil {
		return bot.Trial{}, err
	}
	r, err := t.App.Backtest(ctx, text, t.opts.Now().Add(-triedOn))
	if err != nil {
		return bot.Trial{}, err
	}
	return bot.Trial{
		Days: r.Days, Decided: r.Compared, Acted: r.Before.Acted.N, WouldAct: r.After.Acted.N, Looked: r.After.Errors.Of, Wrong: r.After.Errors.N,
	}, nil
}
