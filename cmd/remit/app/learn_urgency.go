package app

import (
	"context"
	"strings"

	"remit/models"
	"remit/triage"
	"remit/triage/history"
)

// factsRead is how many of the newest decisions' facts are read to learn urgency from.
const factsRead = 5000

// TrainUrgency learns the weights of the signals of urgency from the tickets, or from the store's own history and people's
// verdicts where none are given, and keeps them beside what judges: they only observe until somebody promotes them. The error
// is Invalid where there is too little to learn from.
func (a *App) TrainUrgency(ctx context.Context, from []history.Past) (history.UrgencyTrial, error) {
	if from == nil {
		var err error
		if from, err = a.pastPriorities(ctx); err != nil {
			return history.UrgencyTrial{}, err
		}
	}
	live, err := a.liveWeights(ctx)
	if err != nil && models.KindOf(err) != models.Invalid {
		return history.UrgencyTrial{}, err
	}
	trial, err := history.TryUrgency(history.Urgencies(from), live)
	if err != nil {
		return trial, err
	}
	l := models.NewLearned(triage.UrgencyKind, trial.Weights.Version(), trial.Weights.Encode(), a.opts.Now(), trial.Says())
	trial.LearnedID = l.ID
	return trial, a.Store.PutChallenger(ctx, l, trial.Trial)
}

// pastPriorities gives the tickets that the store has, with what was decided about their priority, and on which facts.
func (a *App) pastPriorities(ctx context.Context) ([]history.Past, error) {
	decided, err := a.Store.Settled(ctx, models.ActionPriority, a.opts.Now().AddDate(-2, 0, 0))
	if err != nil {
		return nil, err
	}
	var past []history.Past
	if err := a.Store.EachTicket(ctx, mostLearned, func(t models.Ticket) {
		p := history.Past{Ticket: t}
		if d, ok := decided[t.ID]; ok {
			p.Decision = &d
		}
		past = append(past, p)
	}); err != nil {
		return nil, err
	}
	for i, read := 0, 0; i < len(past) && read < factsRead; i++ {
		d := past[i].Decision
		if d == nil {
			continue
		}
		read++
		snap, err := a.Store.Snapshot(ctx, d.FactsID)
		switch {
		case err == nil:
			past[i].Facts = &snap.Facts
		case models.KindOf(err) != models.NotFound: // they are not kept any more
			return nil, err
		}
	}
	return past, nil
}

// liveWeights gives the weights that judge; nil for those that ship.
func (a *App) liveWeights(ctx context.Context) (*triage.Weights, error) {
	l, err := a.Store.LiveLearned(ctx, triage.UrgencyKind)
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return triage.DecodeWeights(l.Body)
}

// refreshUrgency has the judge use the weights that are live now. Weights that cannot be read weigh nothing: those that ship do.
func (a *App) refreshUrgency(ctx context.Context) error {
	id, err := a.Store.LiveLearnedID(ctx, triage.UrgencyKind)
	if err != nil || id == *a.tickets.weighing.Load() {
		return err
	}
	w, err := a.liveWeights(ctx)
	if err != nil && models.KindOf(err) != models.Invalid {
		return err
	}
	a.tickets.use(func(p *parts) { p.weights = w })
	a.tickets.weighing.Store(&id)
	a.opts.Logger.Info("urgency is told by other weights", "live", id)
	return err
}

// kindOf gives the kind of what was learned of tickets, by its version.
func (a *App) kindOf(version string) string {
	if strings.HasPrefix(version, "triage-urgency/") {
		return triage.UrgencyKind
	}
	return a.intentSource().Kind()
}

// judging gives the version of a kind that judges now; empty for none, and for one that cannot be read.
func (a *App) judging(ctx context.Context, kind string) string {
	if kind == triage.UrgencyKind {
		w, err := a.liveWeights(ctx)
		switch {
		case err != nil:
			return ""
		case w == nil:
			return triage.Model
		}
		return w.Version()
	}
	m, err := a.liveIntents(ctx)
	if err != nil || m == nil {
		return ""
	}
	return m.Version()
}

// readable reports, as Invalid, what was learned and cannot judge.
func readable(l models.Learned) error {
	if l.Kind == triage.UrgencyKind {
		_, err := triage.DecodeWeights(l.Body)
		return err
	}
	_, err := decodeIntents(l)
	return err
}

// Weights gives learned weights of urgency by their version.
func (a *App) Weights(ctx context.Context, version string) (*triage.Weights, error) {
	l, err := a.Store.Learned(ctx, triage.UrgencyKind, version)
	if err != nil {
		return nil, err
	}
	return triage.DecodeWeights(l.Body)
}

// RetrainUrgency learns weights of urgency if it is night and none were learned within the last hours. That there is too little
// to learn from is no error here.
func (a *App) RetrainUrgency(ctx context.Context) error {
	now := a.opts.Now()
	if now.In(a.Policy().Zone).Hour() != nightHour || a.weighed.Load() > now.Add(-retrainAfter).Unix() {
		return nil
	}
	versions, err := a.Store.LearnedVersions(ctx, triage.UrgencyKind)
	if err != nil {
		return err
	}
	a.weighed.Store(now.Unix())
	if len(versions) > 0 && now.Sub(versions[0].TrainedAt) < retrainAfter {
		return nil
	}
	trial, err := a.TrainUrgency(ctx, nil)
	if models.KindOf(err) == models.Invalid {
		a.opts.Logger.Info("no weights of urgency were learned", "why", models.SentenceOf(err))
		return nil
	}
	if err == nil {
		a.opts.Logger.Info("weights of urgency were learned", "version", trial.Weights.Version(), "outcome", trial.Says())
	}
	return err
}
