package app

import (
	"context"
	"errors"
	"maps"
	"slices"

	"remit/decision"
	"remit/models"
	"remit/triage/level"
)

// challenger is what was learned last of a kind, tried out beside the judge.
type challenger struct {
	id    string // of what it was read from
	rival decision.Rival
}

// RefreshChallenger has the newest model of the history, and the newest model of urgency, be tried out beside the judge, each
// for itself, unless they are in charge.
func (a *App) RefreshChallenger(ctx context.Context) error {
	a.tickets.mu.Lock()
	defer a.tickets.mu.Unlock()
	tried := map[string]challenger{}
	var errs []error
	for _, kind := range []string{a.intentSource().Kind(), level.Kind} {
		versions, err := a.Store.LearnedVersions(ctx, kind)
		if err != nil {
			return err
		}
		if len(versions) == 0 || versions[0].Live {
			continue
		}
		newest, known := a.tickets.tried[kind]
		if !known || newest.id != versions[0].ID {
			if newest, err = a.challenger(ctx, versions[0]); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		tried[kind] = newest
	}
	a.tickets.tried = tried
	rivals := []decision.Rival{}
	for _, kind := range slices.Sorted(maps.Keys(tried)) {
		rivals = append(rivals, tried[kind].rival)
	}
	a.tickets.rivals.Store(&rivals)
	return errors.Join(errs...)
}

// challenger gives the judge as it would be with what was learned in place of the part that it has.
func (a *App) challenger(ctx context.Context, l models.Learned) (challenger, error) {
	whole, err := a.Store.Learned(ctx, l.Kind, l.Version)
	if err != nil {
		return challenger{}, err
	}
	parts := a.tickets.parts
	if l.Kind == level.Kind {
		parts.levels, err = level.Decode(whole.Body)
	} else {
		parts.model, err = decodeIntents(whole)
	}
	return challenger{l.ID, decision.Rival{Name: l.Kind + " " + l.Version, Tickets: parts.judge()}}, err
}
