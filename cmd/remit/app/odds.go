package app

import (
	"context"
	"encoding/json"
	"fmt"

	"remit/models"
	"remit/triage"
)

// oddsKind is what is learned of how often tickets are solved at first contact. It is a count and judges nothing by itself, so
// that it is in use as soon as it is known.
func (a *App) oddsKind() string { return "first-contact/" + string(a.intentSource()) }

// learnOdds keeps the odds in place of those before.
func (a *App) learnOdds(ctx context.Context, o triage.Odds) error {
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	now := a.opts.Now()
	note := fmt.Sprintf("Of %d tickets %d were solved at first contact.", o.All.Tickets, o.All.AtOnce)
	l := models.NewLearned(a.oddsKind(), now.UTC().Format("2006-01-02T15:04:05Z"), body, now, note)
	l.Live = true
	if was, err := a.Store.LiveLearned(ctx, a.oddsKind()); err == nil && was.Sum == l.Sum {
		return nil
	}
	if err := a.Store.PutLearned(ctx, l); err != nil {
		return err
	}
	return a.RefreshOdds(ctx)
}

// RefreshOdds has tickets be judged by the odds that are in use now.
func (a *App) RefreshOdds(ctx context.Context) error {
	id, err := a.Store.LiveLearnedID(ctx, a.oddsKind())
	if err != nil || id == *a.tickets.odds.Load() {
		return err
	}
	var o triage.Odds
	if id != "" {
		l, err := a.Store.LiveLearned(ctx, a.oddsKind())
		if err != nil {
			return err
		}
		if err := json.Unmarshal(l.Body, &o); err != nil {
			return models.Errorf(models.Invalid, "what is known of first contacts cannot be read: train again: %w", err)
		}
	}
	a.tickets.use(func(p *parts) { p.odds = o })
	a.tickets.odds.Store(&id)
	return nil
}
