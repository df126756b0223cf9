package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"remit/decision"
	"remit/models"
	"remit/triage"
	"remit/triage/history"
	"remit/triage/intent"
	"remit/triage/level"
)

// tickets judges tickets by the live model of the company's history, where one was promoted, and drafts what was answered
// before. A judge in use is never changed: what is new puts another in its place.
type tickets struct {
	judge atomic.Pointer[triage.Judge]
	live  atomic.Pointer[string] // id of what its model was read from
	odds  atomic.Pointer[string] // id of what its odds of a first contact were read from
	// levelled is the id of what its model of urgency was read from.
	levelled atomic.Pointer[string]
	// rivals are what was learned last of each kind and nobody has put in charge: each is tried out beside the judge.
	rivals atomic.Pointer[[]decision.Rival]
	tried  map[string]challenger // by kind, under mu
	mu     sync.Mutex
	parts  parts // what the judge is made of, under mu
}

// parts are what a judge has beside its tables.
type parts struct {
	model     *intent.Model
	answers   *triage.Answers
	approvals triage.Approvals
	odds      triage.Odds
	levels    *level.Model
}

// judge gives a judge of these parts.
func (p parts) judge() *triage.Judge {
	return triage.New(triage.WithIntents(p.model), triage.WithAnswers(p.answers, p.approvals), triage.WithOdds(p.odds), triage.WithLevels(p.levels))
}

// use has tickets be judged by what edit makes of the parts.
func (t *tickets) use(edit func(*parts)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	edit(&t.parts)
	t.judge.Store(t.parts.judge())
	t.tried = nil // they are made of the same parts but one
}

// Decide implements decision.TicketJudge.
func (t *tickets) Decide(f models.Facts, r models.TriageRules) models.Judgement {
	return t.judge.Load().Decide(f, r)
}

// Marks implements decision.Marker.
func (t *tickets) Marks(of models.Ticket) []uint32 { return t.judge.Load().Marks(of) }

func newTickets() *tickets {
	t := &tickets{}
	t.judge.Store(triage.New())
	t.live.Store(new(string))
	t.odds.Store(new(string))
	t.levelled.Store(new(string))
	t.rivals.Store(&[]decision.Rival{})
	return t
}

// refreshIntents has the judge use the model that is live now.
func (a *App) refreshIntents(ctx context.Context) error {
	kind := a.intentSource().Kind()
	id, err := a.Store.LiveLearnedID(ctx, kind)
	if err != nil || id == *a.tickets.live.Load() {
		return err
	}
	var model *intent.Model
	if id != "" {
		if model, err = a.liveIntents(ctx); err != nil {
			return err
		}
	}
	a.tickets.use(func(p *parts) { p.model = model })
	a.tickets.live.Store(&id)
	a.opts.Logger.Info("tickets are judged by another model of their history", "kind", kind, "live", id)
	return nil
}

func (a *App) intentSource() models.IntentSource { return a.Engine.Policy().TriageRules().Intent }

// liveIntents gives the live model; nil where there is none.
func (a *App) liveIntents(ctx context.Context) (*intent.Model, error) {
	l, err := a.Store.LiveLearned(ctx, a.intentSource().Kind())
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeIntents(l)
}

func decodeIntents(l models.Learned) (*intent.Model, error) {
	starter, err := intent.Shipped()
	if err != nil {
		return nil, err
	}
	return intent.Decode(l.Body, starter)
}

// mostLearned is how many tickets are learned from, the newest.
const mostLearned = 50_000

// past gives the tickets that the store has, with what was decided about what their intents stand in.
func (a *App) past(ctx context.Context) ([]history.Past, error) {
	if a.intentSource() == models.IntentTag {
		return a.pastOf(ctx, models.ActionTag)
	}
	return a.pastOf(ctx, models.ActionRoute)
}

// pastOf gives the tickets that the store has, each with the newest decision of an action.
func (a *App) pastOf(ctx context.Context, action models.Action) ([]history.Past, error) {
	decided, err := a.Store.Settled(ctx, action, a.opts.Now().AddDate(-2, 0, 0))
	if err != nil {
		return nil, err
	}
	var past []history.Past
	err = a.Store.EachTicket(ctx, mostLearned, func(t models.Ticket) {
		p := history.Past{Ticket: t}
		if d, ok := decided[t.ID]; ok {
			p.Decision = &d
		}
		past = append(past, p)
	})
	return past, err
}

// TrainIntents trains a challenger on the tickets, or on the store's own history where none are given, and keeps it beside
// the live model: it only observes until somebody promotes it. The error is Invalid where the policy names no intents or
// there is too little to learn from.
func (a *App) TrainIntents(ctx context.Context, from []history.Past, seed uint64) (history.Trial, error) {
	source := a.intentSource()
	if source == "" {
		return history.Trial{}, models.FieldErrorf("triage.intent", "the policy does not say where intents stand: add triage.intent: group, tag, or field:NAME")
	}
	if from == nil {
		var err error
		if from, err = a.past(ctx); err != nil {
			return history.Trial{}, err
		}
	}
	live, err := a.liveIntents(ctx)
	if err != nil && models.KindOf(err) != models.Invalid {
		return history.Trial{}, err // a live model that cannot be read any more is one to be replaced
	}
	starter, err := intent.Shipped()
	if err != nil {
		return history.Trial{}, err
	}
	examples := history.Examples(from, source, triage.New().IntentText)
	trial, err := history.Try(examples, live, intent.Options{Seed: seed, Starter: starter})
	if err != nil {
		return history.Trial{}, err
	}
	l := models.NewLearned(source.Kind(), trial.Model.Version(), trial.Model.Encode(), a.opts.Now(), trial.Says())
	if err := a.Store.PutChallenger(ctx, l, trial.Trial); err != nil {
		return history.Trial{}, err
	}
	trial.LearnedID = l.ID
	return trial, a.learnOdds(ctx, history.FirstContact(from, source))
}

// Promote makes a challenger the model that judges, in the name of a manager. One that was not shown to be better
// than the live one is a Conflict.
func (a *App) Promote(ctx context.Context, version string, by models.Person) error {
	if !by.Has(models.RoleManager) {
		return models.Errorf(models.Denied, "Models are promoted by managers: ask one of them.")
	}
	kind := a.kindOf(version)
	l, err := a.Store.Learned(ctx, kind, version)
	if err != nil {
		return err
	}
	trial, err := a.Store.Trial(ctx, l.ID)
	if err != nil {
		return err
	}
	if err := readable(l); err != nil {
		return err
	}
	former, known := a.judging(ctx, kind)
	switch {
	case l.Live:
		return models.Errorf(models.Conflict, "%s judges already.", version)
	case !trial.Better:
		return models.Errorf(models.Conflict, "%s was not shown to be better than what judges now: %s", version, l.Note)
	case known && former != trial.Former:
		return models.Errorf(models.Conflict, "%s was measured against %s, and %s judges now: train again.", version, orNothing(trial.Former), former)
	}
	if err := a.Store.UseLearned(ctx, kind, l.ID); err != nil {
		return err
	}
	now := a.opts.Now()
	entry := models.Entry{Item: kind, Kind: models.EntryModel, By: by.Actor(), At: now, Text: fmt.Sprintf("%s judges %s from now on. %s", version, kind, l.Note)}
	return errors.Join(a.Store.Commit(ctx, decision.Changes{At: now, Entries: []models.Entry{entry}}), a.refreshIntents(ctx), a.refreshLevels(ctx))
}

func orNothing(s string) string {
	if s == "" {
		return "no model"
	}
	return s
}

// When the model is looked at, and when it is trained anew: at night, once a day, where enough has come since.
const (
	refreshEvery = 15 * time.Second
	nightHour    = 2
	retrainAfter = 20 * time.Hour
)

// learnTickets keeps the judge's model up to date, and trains a challenger at night, until ctx ends.
func (a *App) learnTickets(ctx context.Context) {
	a.every(ctx, refreshEvery, func(ctx context.Context) error {
		return errors.Join(a.refreshIntents(ctx), a.RefreshOdds(ctx), a.refreshLevels(ctx), a.RetrainIntents(ctx), a.RetrainLevels(ctx), a.RefreshChallenger(ctx))
	}, "learning from the history failed; it will be tried again")
}

// lookForAnswers keeps what agents have answered before up to date, until ctx ends.
func (a *App) lookForAnswers(ctx context.Context) {
	a.atOnceAndEvery(ctx, answersEvery, a.RefreshAnswers, "looking for past answers failed; it will be tried again")
}

// RetrainIntents trains a challenger if it is night, the policy names intents, and none was trained within the last hours.
// That there is too little to learn from is no error here.
func (a *App) RetrainIntents(ctx context.Context) error {
	if a.intentSource() == "" {
		return nil
	}
	return a.atNight(ctx, a.intentSource().Kind(), &a.tried, func(now time.Time) (version, outcome string, err error) {
		trial, err := a.TrainIntents(ctx, nil, uint64(now.Unix()/86_400))
		if err != nil {
			return "", "", err
		}
		return trial.Model.Version(), trial.Says(), nil
	})
}

// atNight trains a challenger of a kind if it is night and none was within the last hours, here by tried or elsewhere.
func (a *App) atNight(ctx context.Context, kind string, tried *atomic.Int64, train func(now time.Time) (version, outcome string, err error)) error {
	now := a.opts.Now()
	if now.In(a.Policy().Zone).Hour() != nightHour || tried.Load() > now.Add(-retrainAfter).Unix() {
		return nil
	}
	versions, err := a.Store.LearnedVersions(ctx, kind)
	if err != nil {
		return err
	}
	tried.Store(now.Unix())
	if len(versions) > 0 && now.Sub(versions[0].TrainedAt) < retrainAfter {
		return nil
	}
	version, outcome, err := train(now)
	switch {
	case models.KindOf(err) == models.Invalid:
		a.opts.Logger.Info("no challenger was trained", "kind", kind, "why", models.SentenceOf(err))
		return nil
	case err == nil:
		a.opts.Logger.Info("a challenger was trained", "kind", kind, "version", version, "outcome", outcome)
	}
	return err
}
