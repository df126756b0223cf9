package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"remit/bot"
	"remit/models"
)

// introduceEvery is how often new tickets to tell of are looked for.
const introduceEvery = 5 * time.Second

// introduceWithin is how many decisions are looked at: whoever has had more knows remit by now.
const introduceWithin = 200

// introduce tells of the first tickets what remit, which only watches them, would have done, and then that it goes silent.
// It ends with that, or with ctx.
func (a *App) introduce(ctx context.Context) {
	for {
		done, err := a.introduceOnce(ctx, int(a.Config.Slack.Introduce))
		if done {
			return
		}
		wait := introduceEvery
		if later, ok := errors.AsType[*bot.RetryAfter](err); ok {
			wait = max(later.D, time.Second)
		} else if err != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("the first tickets could not be told of; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// introduceOnce tells of those of the first n observed tickets that were not told of yet. Which are the first does not change
// any more once they are there, so that each is told of once, whenever remit was started anew.
func (a *App) introduceOnce(ctx context.Context, n int) (done bool, err error) {
	if n <= 0 || !a.Bot.On() {
		return true, nil
	}
	if ref, err := a.Store.CardRef(ctx, bot.SilentKey); err == nil && ref.Posted() {
		return true, nil
	}
	ds, err := a.Store.Log(ctx, models.LogQuery{Domain: models.Triage, Limit: introduceWithin})
	if err != nil {
		return false, err
	}
	items := firstObserved(ds, n)
	for i, item := range items {
		c, err := a.Store.Case(ctx, item)
		if err != nil {
			return false, err
		}
		if notice, ok := a.Bot.WouldHave(c, i+1, n); ok {
			if err := a.Bot.Announce(ctx, notice); err != nil {
				return false, err
			}
		}
	}
	if len(items) < n && len(ds) < introduceWithin {
		return false, nil
	}
	err = a.Bot.Announce(ctx, a.Bot.Look().Silent(len(items)))
	return err == nil, err
}

// firstObserved gives the items of the first n tickets about which something was observed, oldest first.
func firstObserved(ds []models.Decision, n int) []string {
	ds = slices.DeleteFunc(slices.Clone(ds), func(d models.Decision) bool { return d.State != models.Observed || d.Value == d.Before })
	slices.SortFunc(ds, func(a, b models.Decision) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Item, b.Item))
	})
	var items []string
	for _, d := range ds {
		if len(items) < n && !slices.Contains(items, d.Item) {
			items = append(items, d.Item)
		}
	}
	return items
}
