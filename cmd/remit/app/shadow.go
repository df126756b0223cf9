package app

import (
	"context"

	"remit/models"
	"remit/triage"
	"remit/triage/history"
)

// IntentModel is a model of the company's history: the one that judges, or one that only observes.
type IntentModel struct {
	models.Learned
	Trial  models.Trial // how it did on what was held back from it
	Shadow models.Trial // how it would have done since, beside what judges
}

// shadowed is how many of the newest models are told.
const shadowed = 5

// IntentModels gives the models of the policy's intents, the newest first, each with how it would have done on what people
// settled after it was trained.
func (a *App) IntentModels(ctx context.Context) ([]IntentModel, error) {
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
	var out []IntentModel
	for i, v := range versions {
		if i >= shadowed && !v.Live {
			continue
		}
		row := IntentModel{Learned: v}
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
