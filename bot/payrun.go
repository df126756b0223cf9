package bot

import (
	"context"
	"slices"

	"remit/decision"
	"remit/models"
)

// PostPayRun shows a pool's pay run in the channel of payments, once a day: what leaves, what it leaves of the cash, and the
// pay days that wait for an answer, to be approved together or one by one. Payments that look wrong have cards of their own.
// Its errors are those of Notify.
func (b *Bot) PostPayRun(ctx context.Context, run decision.PayRun) error {
	moves := slices.DeleteFunc(slices.Clone(run.Asked), func(d models.Decision) bool { return d.Action != models.ActionSchedule })
	return b.Announce(ctx, b.look().PayRun(PayRun{
		Pool: run.Pool, Day: run.Day, Payments: run.Leaving, Total: run.Sum, Cash: &run.Cash, Moves: moves,
	}))
}
