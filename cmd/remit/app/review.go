package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"remit/bot"
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
	in := review.Input{From: from, To: to, Now: a.opts.Now(), Policy: a.Policy()}
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
	r := review.Of(in)
	onTrial, err := a.onTrial(ctx)
	r.Notes = append(r.Notes, onTrial...)
	return r, err
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

// weekly reviews each week on the Monday after it, and tells people, until ctx ends.
func (a *App) weekly(ctx context.Context) {
	told := ""
	a.atOnceAndEvery(ctx, weeklyTick, func(ctx context.Context) error {
		week, _, err := a.ReviewWeek(ctx)
		if err != nil || week == told {
			return err
		}
		if err := a.TellReview(ctx, week); err != nil {
			return err
		}
		told = week
		return nil
	}, "the weekly review failed; it will be tried again")
}

// ReviewWeek reviews the last whole week where the company is, once it is Monday morning there. It gives the name of the week
// whose review is kept, "" where it is too early or nothing was decided, and whether it was made now. Of several nodes the
// first to keep it counts: the week is the row's key.
func (a *App) ReviewWeek(ctx context.Context) (week string, fresh bool, err error) {
	from, to, name := review.LastWeek(a.opts.Now(), a.Policy().Zone)
	if a.opts.Now().Before(to.Add(weeklyHour * time.Hour)) {
		return "", false, nil
	}
	switch _, err := a.Store.Review(ctx, name); models.KindOf(err) {
	case "":
		return name, false, nil
	case models.NotFound:
	default:
		return "", false, err
	}
	r, err := a.Review(ctx, from, to)
	if err != nil {
		return "", false, fmt.Errorf("review %s: %w", name, err)
	}
	if r.Empty() {
		return "", false, nil
	}
	body, err := json.Marshal(r.Bare())
	if err != nil {
		return "", false, fmt.Errorf("review %s: %w", name, err)
	}
	fresh, err = a.Store.KeepReview(ctx, name, body, a.opts.Now())
	return name, fresh, err
}

// TellReview posts the review of a week in Slack, once whoever tells it how often; no week is nothing to tell.
func (a *App) TellReview(ctx context.Context, week string) error {
	if week == "" || !a.Bot.On() {
		return nil
	}
	r, err := a.WeekReviewed(ctx, week)
	if err != nil {
		return err
	}
	n, err := a.told(r)
	if err != nil {
		return err
	}
	look := bot.CardOptions{Zone: a.Policy().Zone, ConsoleURL: a.Config.ConsoleURL.Reveal()}
	return a.Bot.Announce(ctx, look.Review(n))
}

// told gives a review in the figures that a message has room for, with the charts of the busiest layers.
func (a *App) told(r review.Review) (bot.Review, error) {
	zone := a.Policy().Zone
	n := bot.Review{
		Name: "Weekly review", From: models.DayOf(r.From.In(zone)), To: models.DayOf(r.To.In(zone).Add(-time.Second)), Notes: r.Highlights(),
	}
	for _, l := range r.Whole() {
		parts := r.Segments(l.Action)
		if len(parts) == 0 {
			parts = []review.Layer{l}
		}
		for _, part := range parts {
			n.Rows = append(n.Rows, a.row(part))
		}
		picture, ok := l.Picture(review.PictureAgreement)
		if !ok || len(n.Pictures) == mostPictures {
			continue
		}
		png, err := picture.PNG()
		if err != nil {
			return n, err
		}
		n.Pictures = append(n.Pictures, bot.Picture{Name: fmt.Sprintf("agreement-%s-%s.png", l.Action, n.From), Alt: picture.Alt, PNG: png})
	}
	return n, nil
}

// mostPictures are shared with a review.
const mostPictures = 3

func (a *App) row(l review.Layer) bot.ReviewRow {
	del, _ := a.Policy().Delegation(l.Action)
	row := bot.ReviewRow{
		Action: l.Action, Segment: l.Segment, Decided: l.Now.Decided, Alone: l.Now.Acted, Asked: l.Now.Asked,
		Overridden: l.Now.Otherwise, Undone: l.Now.Overrides, Expired: l.Now.Expired, Error: -1, Limit: del.MaxError,
	}
	if agreed, ok := l.Now.Agreement(); ok {
		row.Error = 1 - agreed
	}
	return row
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
	return r.Filled(func(id string) (models.Decision, bool) {
		d, err := a.Store.Decision(ctx, id)
		return d, err == nil // without it the example is only its number
	}), nil
}

// ReviewedWeeks gives the weeks of which reviews are kept, the newest first.
func (a *App) ReviewedWeeks(ctx context.Context) ([]string, error) {
	return a.Store.ReviewedWeeks(ctx, 26)
}
