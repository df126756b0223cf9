package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"remit/decision"
	"remit/models"
)

// AddChallenger begins the trial of a policy. A name that was used before is a Conflict.
func (s *Store) AddChallenger(ctx context.Context, c models.Challenger, e models.Entry) error {
	return s.commit(ctx, decision.Changes{At: c.At, Entries: []models.Entry{e}}, func(ctx context.Context, t *txn) error {
		err := put(ctx, t, t.s.tables.challengers, []models.Challenger{c}, nil)
		if models.KindOf(err) == models.Conflict {
			return because(models.Conflict, "There is or was a trial of that name already: choose another.", err)
		}
		return err
	})
}

// EndChallenger ends a trial as the challenger says. One that has ended already, or never was, is a Conflict.
func (s *Store) EndChallenger(ctx context.Context, c models.Challenger, e models.Entry) error {
	by, err := json.Marshal(c.EndedBy)
	if err != nil {
		return fmt.Errorf("end a trial: %w", err)
	}
	return s.commit(ctx, decision.Changes{At: c.EndedAt, Entries: []models.Entry{e}}, func(ctx context.Context, t *txn) error {
		n, err := t.exec(ctx, `UPDATE challengers SET ended_by = ?, ended_at = ?, became = ? WHERE name = ? AND became = ''`,
			string(by), plainTime(c.EndedAt), c.Became, c.Name)
		if err == nil && n != 1 {
			return conflict("The trial of %s is over already.", c.Name)
		}
		return err
	})
}

// Challengers gives the trials, those under way first, the newest first.
func (s *Store) Challengers(ctx context.Context) ([]models.Challenger, error) {
	var cs []models.Challenger
	err := s.db.WithContext(ctx).Order(`CASE WHEN became = '' THEN 0 ELSE 1 END, "at" DESC, name`).Find(&cs).Error
	return cs, classify(err)
}

// Challenger gives a trial by its name, or NotFound.
func (s *Store) Challenger(ctx context.Context, name string) (c models.Challenger, err error) {
	err = classify(s.db.WithContext(ctx).Where("name = ?", name).Take(&c).Error)
	if models.KindOf(err) == models.NotFound {
		return c, models.Errorf(models.NotFound, "there is no trial %q: remit shadow list names them", name)
	}
	return c, err
}

// KeepShadows keeps what other judges would have proposed. What is there already stays as it is.
func (s *Store) KeepShadows(ctx context.Context, shadows []models.Shadow) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error { return put(ctx, t, t.s.tables.shadows, shadows, nil) })
}

// ShadowsOf gives what a judge would have proposed since, by decision.
func (s *Store) ShadowsOf(ctx context.Context, candidate string, since time.Time) (map[string]models.Shadow, error) {
	var rows []models.Shadow
	err := s.db.WithContext(ctx).Where(`candidate = ? AND "at" >= ?`, candidate, plainTime(since)).Find(&rows).Error
	by := make(map[string]models.Shadow, len(rows))
	for _, r := range rows {
		by[r.DecisionID] = r
	}
	return by, classify(err)
}

// ShadowCandidates gives the judges that anything was kept of since.
func (s *Store) ShadowCandidates(ctx context.Context, since time.Time) ([]string, error) {
	var names []string
	err := s.db.WithContext(ctx).Model(&models.Shadow{}).Where(`"at" >= ?`, plainTime(since)).Distinct().Order("candidate").Pluck("candidate", &names).Error
	return names, classify(err)
}
