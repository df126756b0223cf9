package bot

import (
	"context"
	"slices"

	"remit/decision"
	"remit/models"
)

// PostPayRun shows a pool's pay run in the channel of payments: what leaves and what is held, what it leaves of the cash, and
// the pay days that wait for an answer, to be approved together or one by one. Payments that look wrong have cards of their
// own. A pool's run of a day has one message, changed in its place whenever it is posted and looks different. Its errors are those
// of Notify.
func (b *Bot) PostPayRun(ctx context.Context, run decision.PayRun, pictures ...Picture) error {
	moves := slices.DeleteFunc(slices.Clone(run.Asked), func(d models.Decision) bool { return d.Action != models.ActionSchedule })
	n := b.look().PayRun(PayRun{
		Pool: run.Pool, Day: run.Day, Payments: run.Leaving, Held: run.Held, Total: run.Sum, Cash: &run.Cash, Moves: moves, Answered: run.Answered,
	})
	n.Pictures = pictures
	return b.Announce(ctx, n)
}
