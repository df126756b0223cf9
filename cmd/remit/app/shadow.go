package app

import (
	"context"

	"remit/models"
	"remit/triage"
	"remit/triage/history"
)

// shadowed is how many of the newest models are told.
const shadowed = 5

// Candidates gives the models of the policy's intents and then those of urgency, the newest of each first; the former with how
// each would have done on what people settled after it was trained.
func (a *App) Candidates(ctx context.Context) ([]models.Candidate, error) {
	out, err := a.intentCandidates(ctx)
	if err != nil {
		return nil, err
	}
	levels, err := a.levelCandidates(ctx)
	return append(out, levels...), err
}

func (a *App) intentCandidates(ctx context.Context) ([]models.Candidate, error) {
	source := a.intentSource()
	versions, err := a.Store.LearnedVersions(ctx, source.Kind())
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	past, err := a.past(ctx)
	if err != nil {
		return nil, err
	}
	examples := history.Examples(past, source, triage.New().IntentText)
	live, err := a.liveIntents(ctx)
	if err != nil && models.KindOf(err) != models.Invalid {
		return nil, err
	}
	var out []models.Candidate
	for i, v := range versions {
		if i >= shadowed && !v.Live {
			continue
		}
		row := models.Candidate{Learned: v}
		row.Trial, _ = a.Store.Trial(ctx, v.ID) // none: it was put in by hand
		whole, err := a.Store.Learned(ctx, v.Kind, v.Version)
		if err != nil {
			row.Note = models.SentenceOf(err)
			out = append(out, row)
			continue
		}
		if m, err := decodeIntents(whole); err == nil {
			row.Shadow = history.Shadow(examples, v.TrainedAt, m, live)
		}
		out = append(out, row)
	}
	return out, nil
}
