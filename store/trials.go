package store

import (
	"context"

	"remit/models"
)

// PutChallenger keeps a learned model that is not live, with how it did.
func (s *Store) PutChallenger(ctx context.Context, l models.Learned, tr models.Trial) error {
	l.Live = false
	if err := s.PutLearned(ctx, l); err != nil {
		return err
	}
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `INSERT INTO trials (learned_id, former, examples, held, "right", rival, only_own, only_rival, chance, better)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			l.ID, tr.Former, tr.Examples, tr.Held, tr.Right, tr.Rival, tr.OnlyOwn, tr.OnlyRival, tr.Chance, tr.Better)
		return err
	})
}

// Trial gives how a learned model did on what was held back from it, or NotFound.
func (s *Store) Trial(ctx context.Context, learnedID string) (models.Trial, error) {
	var tr models.Trial
	err := classify(s.db.WithContext(ctx).Where("learned_id = ?", learnedID).Take(&tr).Error)
	if models.KindOf(err) == models.NotFound {
		return tr, models.Errorf(models.NotFound, "%q was not measured against what judges now", learnedID)
	}
	return tr, err
}

// Learned gives a learned model of a kind by its version, whole: the newest of that version, or NotFound.
func (s *Store) Learned(ctx context.Context, kind, version string) (models.Learned, error) {
	var l models.Learned
	err := classify(s.db.WithContext(ctx).Where("kind = ? AND version = ?", kind, version).Order("trained_at DESC").Limit(1).Take(&l).Error)
	if models.KindOf(err) == models.NotFound {
		return l, models.Errorf(models.NotFound, "there is no learned %s %q", kind, version)
	}
	if err != nil {
		return l, err
	}
	return l, l.Check()
}
