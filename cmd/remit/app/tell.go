package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"remit/bot"
	"remit/models"
	"remit/review"
)

// tellEvery is how often it is looked whether there is anything to tell in Slack that no card asks about.
const tellEvery = 15 * time.Second

// toldWithin is how far back is told of: what is older is in the console.
const toldWithin = 24 * time.Hour

// tell posts what people should hear of without being asked: the review of a week, the day in figures, events that could not
// be decided, a policy that waits for a second manager, a kill switch that was used elsewhere. Each is told once, by whatever node comes first.
func (a *App) tell(ctx context.Context) {
	began := a.opts.Now()
	a.atOnceAndEvery(ctx, tellEvery, func(ctx context.Context) error { return a.Tell(ctx, began) }, "something could not be told in Slack; it is tried again")
}

// Tell tells what there is to tell now. Kill switches are told of from began on.
func (a *App) Tell(ctx context.Context, began time.Time) error {
	if !a.Bot.On() {
		return nil
	}
	var errs []error
	for _, notices := range []func(context.Context) ([]bot.Notice, error){a.deadLetters, a.lastWeek, a.theDay, a.policiesProposed} {
		ns, err := notices(ctx)
		errs = append(errs, err)
		for _, n := range ns {
			errs = append(errs, a.Bot.Announce(ctx, n))
		}
	}
	switches, err := a.Store.Switches(ctx)
	errs = append(errs, err)
	for _, sw := range switches {
		if sw.At.After(began) {
			errs = append(errs, a.tellSwitch(ctx, sw))
		}
	}
	return errors.Join(errs...)
}

// tellSwitch tells of a kill switch that was used in the console, by a command or on another node, and of what it did.
func (a *App) tellSwitch(ctx context.Context, sw models.Switch) error {
	if a.Bot.KnowsSwitch(sw) {
		return nil
	}
	r, err := a.Engine.Recalled(ctx, sw)
	if err != nil {
		return fmt.Errorf("read what a kill switch recalled: %w", err)
	}
	return a.Bot.AnnounceSwitch(ctx, sw, r.Recalled, r.Left)
}

// mostLetters is how many dead letters are looked at.
const mostLetters = 200

// deadLetters gives a notice for each source and hour in which events could not be decided: a source that breaks must not
// flood the channel.
func (a *App) deadLetters(ctx context.Context) ([]bot.Notice, error) {
	all, err := a.Store.DeadLetters(ctx, mostLetters)
	if err != nil {
		return nil, err
	}
	of, order := map[string][]models.DeadLetter{}, []string{}
	for _, l := range all {
		if a.opts.Now().Sub(l.At) > toldWithin {
			continue
		}
		key := "notice:deadletters:" + l.Source + ":" + l.At.UTC().Format("2006-01-02T15")
		if of[key] == nil {
			order = append(order, key)
		}
		of[key] = append(of[key], l)
	}
	var out []bot.Notice
	for _, key := range order {
		out = append(out, a.Bot.DeadLetters(key, of[key]))
	}
	return out, nil
}

// policiesTold is how many of the newest versions of the policy are looked at.
const policiesTold = 20

// policiesProposed gives a notice for each version that waits for a second manager, and for each that was told of and has ended
// since.
func (a *App) policiesProposed(ctx context.Context) ([]bot.Notice, error) {
	versions, err := a.Policies.History(ctx, policiesTold)
	if err != nil {
		return nil, err
	}
	var out []bot.Notice
	for _, v := range versions {
		if len(v.Loosens) == 0 || v.Against == 0 || a.opts.Now().Sub(v.CreatedAt) > toldWithin {
			continue
		}
		n := a.Bot.Look().Proposed(v)
		if v.State != models.PolicyProposed {
			if ref, err := a.Store.CardRef(ctx, n.Key); err != nil || !ref.Posted() {
				continue // nobody heard of it while it waited
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// lastWeek gives the newest review that is kept.
func (a *App) lastWeek(ctx context.Context) ([]bot.Notice, error) {
	weeks, err := a.Store.ReviewedWeeks(ctx, 1)
	if err != nil || len(weeks) == 0 {
		return nil, err
	}
	r, err := a.WeekReviewed(ctx, weeks[0])
	if err != nil || a.opts.Now().Sub(r.To) > 7*24*time.Hour {
		return nil, err
	}
	told, err := told("Weekly review", r)
	return []bot.Notice{a.Bot.Look().Review(told)}, err
}

// theDay gives the day in figures from the hour on that the configuration names, where anything was decided.
func (a *App) theDay(ctx context.Context) ([]bot.Notice, error) {
	at, err := time.Parse("15:04", a.Config.Slack.DailyAt)
	if err != nil {
		return nil, nil // it is not wanted
	}
	now := a.opts.Now().In(a.Policy().Zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, a.Policy().Zone)
	due := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, a.Policy().Zone)
	if now.Before(due) {
		return nil, nil
	}
	if ref, err := a.Store.CardRef(ctx, bot.ReviewKey("Today", models.DayOf(midnight))); err == nil && ref.Posted() {
		return nil, nil
	}
	r, err := a.Review(ctx, midnight, due)
	if err != nil || r.Empty() {
		return nil, err
	}
	told, err := told("Today", r)
	return []bot.Notice{a.Bot.Look().Review(told)}, err
}

// reviewer gives Slack the review of some days.
type reviewer struct{ *App }

// Review implements bot.Reviewer: to is the last of the days.
func (r reviewer) Review(ctx context.Context, from, to models.Day) (bot.Review, error) {
	zone := r.Policy().Zone
	start := time.Date(from.Time().Year(), from.Time().Month(), from.Time().Day(), 0, 0, 0, 0, zone)
	end := time.Date(to.Time().Year(), to.Time().Month(), to.Time().Day()+1, 0, 0, 0, 0, zone)
	done, err := r.App.Review(ctx, start, end)
	if err != nil {
		return bot.Review{}, err
	}
	return told("Review", done)
}

// toldPictures is how many layers of a review are drawn in its thread.
const toldPictures = 3

// told gives a review as a card tells it.
func told(name string, r review.Review) (bot.Review, error) {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	out := bot.Review{Name: name, From: models.DayOf(r.From.In(zone)), To: models.DayOf(r.To.Add(-time.Second).In(zone))}
	for _, advice := range r.Advice {
		out.Notes = append(out.Notes, advice.Text)
	}
	for _, c := range r.Clusters {
		out.Notes = append(out.Notes, fmt.Sprintf("%s: %d of %d were wrong", c.Plain, c.Errors, c.Cases))
	}
	out.Notes = append(out.Notes, r.Notes...)
	for i, l := range r.Whole() {
		out.Rows = append(out.Rows, row(l))
		if i >= toldPictures {
			continue
		}
		pic := l.Agreement()
		png, err := pic.PNG()
		if err != nil {
			return out, fmt.Errorf("draw the agreement of %s: %w", l.Name(), err)
		}
		out.Pictures = append(out.Pictures, bot.Picture{Name: string(l.Action) + ".png", Alt: pic.Alt, PNG: png})
	}
	return out, nil
}

func row(l review.Layer) bot.ReviewRow {
	f := l.Now
	out := bot.ReviewRow{Action: l.Action, Decided: f.Decided, Alone: f.Acted, Asked: f.Asked, Overridden: f.Overrides, Expired: f.Expired, Error: -1}
	if share, ok := f.Agreement(); ok {
		out.Error = 1 - share
	}
	return out
}
