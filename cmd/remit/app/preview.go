package app

import (
	"context"
	"time"

	"remit/web"
)

// previewSince is how much of the past a policy is tried on before it is saved.
const previewSince = 30 * 24 * time.Hour

// previewer tells the console what a policy would have decided otherwise.
type previewer struct{ *App }

// Backtest implements web.Backtester, on the last 30 days.
func (p previewer) Backtest(ctx context.Context, policy []byte) (web.Backtest, error) {
	r, err := p.App.Backtest(ctx, policy, p.opts.Now().Add(-previewSince))
	out := web.Backtest{Summary: "On the last 30 days: " + r.Summary()}
	for _, t := range r.Tables() {
		out.Tables = append(out.Tables, web.Table(t))
	}
	return out, err
}
