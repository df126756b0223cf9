package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"remit/models"
	"remit/review"
)

// What a review reads at most: decisions, of which the newest count, and what remit did by itself that rules are tried on.
const (
	mostReviewed = 50_000
	mostActed    = 5_000
)

// comparedWith is how far back a review looks at least, for its lines over the weeks and for enough errors to learn from.
const comparedWith = 8 * 7 * 24 * time.Hour

// Review reviews a period.
func (a *App) Review(ctx context.Context, from, to time.Time) (review.Review, error) {
	if !from.Before(to) {
		return review.Review{}, models.FieldErrorf("since", "the period is empty")
	}
	in := review.Input{From: from, To: to, Now: a.opts.Now(), Policy: a.Policy}
	since := to.Add(-max(2*to.Sub(from), comparedWith))
	var err error
	if in.Decisions, in.Missed, err = a.Store.Made(ctx, since, to, mostReviewed); err != nil {
		return review.Review{}, err
	}
	if in.Verdicts, err = a.Store.Verdicts(ctx, since); err != nil {
		return review.Review{}, err
	}
	if err := a.gather(ctx, &in); err != nil {
		return review.Review{}, err
	}
	if in.Records, err = a.Engine.Autonomy(ctx); err != nil {
		return review.Review{}, err
	}
	return review.Of(in), nil
}

// gather reads the facts that rules are sought in, and what became of the items.
func (a *App) gather(ctx context.Context, in *review.Input) (err error) {
	said := map[string]bool{}
	for _, v := range in.Verdicts {
		said[v.DecisionID] = true
	}
	var facts, tickets, payables []string
	acted := 0
	for i := len(in.Decisions) - 1; i >= 0; i-- {
		d := in.Decisions[i]
		alone := d.Autonomous && acted < mostActed
		if said[d.ID] || len(d.Answers) > 0 || d.State == models.Reverted || alone {
			facts = append(facts, d.FactsID)
		}
		if alone {
			acted++
		}
		switch d.Domain {
		case models.Triage:
			tickets = append(tickets, d.Item)
		case models.Finance:
			payables = append(payables, d.Item)
		}
	}
	if in.Facts, err = a.Store.FactsOf(ctx, facts); err != nil {
		return err
	}
	if in.Tickets, err = chunked(ctx, tickets, a.Store.Tickets); err != nil {
		return err
	}
	in.Payables, err = chunked(ctx, payables, a.Store.Payables)
	return err
}

// chunked reads items, some hundred at once.
func chunked[T any](ctx context.Context, ids []string, read func(context.Context, []string) (map[string]T, error)) (map[string]T, error) {
	all := make(map[string]T, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), 500)
		some, err := read(ctx, ids[:n])
		if err != nil {
			return nil, err
		}
		for id, v := range some {
			all[id] = v
		}
		ids = ids[n:]
	}
	return all, nil
}

// How often it is looked whether the week is to be reviewed, and from when on a Monday.
const (
	weeklyTick = 10 * time.Minute
	weeklyHour = 7
)

// weekly reviews each week on the Monday after it until ctx ends.
func (a *App) weekly(ctx context.Context) {
	tick := time.NewTicker(weeklyTick)
	defer tick.Stop()
	for {
		if week, err := a.ReviewWeek(ctx); err != nil && ctx.Err() == nil {
			a.opts.Logger.Warn("the weekly review failed; it will be tried again", "err", err)
		} else if week != "" {
			a.opts.Logger.Info("the week was reviewed", "week", week)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// ReviewWeek reviews the last whole week where the company is, once it is Monday morning there, and gives its name; "" where
// there is nothing to do: nothing was decided, or it was done. Of several nodes the first to keep it counts: the week is the row's key.
func (a *App) ReviewWeek(ctx context.Context) (week string, err error) {
	from, to, name := review.LastWeek(a.opts.Now(), a.Policy.Zone)
	if a.opts.Now().Before(to.Add(weeklyHour * time.Hour)) {
		return "", nil
	}
	if _, err := a.Store.Review(ctx, name); models.KindOf(err) != models.NotFound {
		return "", err
	}
	r, err := a.Review(ctx, from, to)
	if err != nil {
		return "", fmt.Errorf("review %s: %w", name, err)
	}
	if r.Empty() {
		return "", nil
	}
	body, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("review %s: %w", name, err)
	}
	fresh, err := a.Store.KeepReview(ctx, name, body, a.opts.Now())
	if err != nil || !fresh {
		return "", err
	}
	return name, nil
}

// WeekReviewed gives the review of a week as it was kept, or NotFound.
func (a *App) WeekReviewed(ctx context.Context, week string) (r review.Review, err error) {
	body, err := a.Store.Review(ctx, week)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return r, fmt.Errorf("read the review of %s: %w", week, err)
	}
	return r, nil
}

// ReviewedWeeks gives the weeks of which reviews are kept, the newest first.
func (a *App) ReviewedWeeks(ctx context.Context) ([]string, error) {
	return a.Store.ReviewedWeeks(ctx, 26)
}
