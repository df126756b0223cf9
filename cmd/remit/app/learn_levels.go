package app

import (
	"context"
	"strings"
	"time"

	"remit/models"
	"remit/triage"
	"remit/triage/history"
	"remit/triage/level"
)

// TrainLevels learns how urgent the company takes a ticket to be from the tickets, or from the store's own history and people's
// verdicts where none are given, and keeps what was learned beside what judges: it only observes until somebody promotes
// it. The error is Invalid where there is too little to learn from.
func (a *App) TrainLevels(ctx context.Context, from []history.Past) (history.LevelTrial, error) {
	if from == nil {
		var err error
		if from, err = a.pastOf(ctx, models.ActionPriority); err != nil {
			return history.LevelTrial{}, err
		}
	}
	live, err := a.liveLevels(ctx)
	if err != nil && models.KindOf(err) != models.Invalid {
		return history.LevelTrial{}, err // one that cannot be read any more is one to be replaced
	}
	trial, err := history.TryLevels(history.Levels(from), live)
	if err != nil {
		return trial, err
	}
	l := models.NewLearned(level.Kind, trial.Model.Version(), trial.Model.Encode(), a.opts.Now(), trial.Says())
	trial.LearnedID = l.ID
	return trial, a.Store.PutChallenger(ctx, l, trial.Trial)
}

// liveLevels gives the model of urgency that judges; nil where signals do by themselves.
func (a *App) liveLevels(ctx context.Context) (*level.Model, error) {
	l, err := a.Store.LiveLearned(ctx, level.Kind)
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return level.Decode(l.Body)
}

// refreshLevels has the judge use the model of urgency that is live now; one that cannot be read leaves urgency to the signals.
func (a *App) refreshLevels(ctx context.Context) error {
	id, err := a.Store.LiveLearnedID(ctx, level.Kind)
	if err != nil || id == *a.tickets.levelled.Load() {
		return err
	}
	m, err := a.liveLevels(ctx)
	if err != nil && models.KindOf(err) != models.Invalid {
		return err
	}
	a.tickets.use(func(p *parts) { p.levels = m })
	a.tickets.levelled.Store(&id)
	a.opts.Logger.Info("urgency is told by another model of the history", "live", id)
	return err
}

// RetrainLevels learns urgency if it is night and it was not learned within the last hours. That there is too little to learn
// from is no error here.
func (a *App) RetrainLevels(ctx context.Context) error {
	return a.atNight(ctx, level.Kind, &a.levelled, func(time.Time) (version, outcome string, err error) {
		trial, err := a.TrainLevels(ctx, nil)
		if err != nil {
			return "", "", err
		}
		return trial.Model.Version(), trial.Says(), nil
	})
}

// levelCandidates gives the models of urgency, the newest first.
func (a *App) levelCandidates(ctx context.Context) ([]models.Candidate, error) {
	versions, err := a.Store.LearnedVersions(ctx, level.Kind)
	var out []models.Candidate
	for i, v := range versions {
		if i >= shadowed && !v.Live {
			continue
		}
		row := models.Candidate{Learned: v}
		row.Trial, _ = a.Store.Trial(ctx, v.ID) // none: it was put in by hand
		out = append(out, row)
	}
	return out, err
}

// kindOf gives the kind of what was learned of tickets, by its version.
func (a *App) kindOf(version string) string {
	if strings.HasPrefix(version, level.VersionPrefix) {
		return level.Kind
	}
	return a.intentSource().Kind()
}

// judging gives the version of a kind that judges now; known is false where it cannot be read.
func (a *App) judging(ctx context.Context, kind string) (version string, known bool) {
	if kind == level.Kind {
		m, err := a.liveLevels(ctx)
		switch {
		case err != nil:
			return "", false
		case m == nil:
			return triage.Model, true
		}
		return m.Version(), true
	}
	m, err := a.liveIntents(ctx)
	if err != nil || m == nil {
		return "", false
	}
	return m.Version(), true
}

// readable reports, as Invalid, what was learned and cannot judge.
func readable(l models.Learned) error {
	if l.Kind == level.Kind {
		_, err := level.Decode(l.Body)
		return err
	}
	_, err := decodeIntents(l)
	return err
}
