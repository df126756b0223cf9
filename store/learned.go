package store

import (
	"context"

	"remit/models"
)

// PutLearned keeps what was learned. If it is live, what was live of its kind no longer is.
func (s *Store) PutLearned(ctx context.Context, l models.Learned) error {
	if err := l.Check(); err != nil {
		return err
	}
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		if l.Live {
			if err := t.retire(ctx, l.Kind); err != nil {
				return err
			}
		}
		_, err := t.exec(ctx, `INSERT INTO learned (id, kind, version, body, sum, trained_at, live, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			l.ID, l.Kind, models.CleanText(l.Version), l.Body, l.Sum, plainTime(l.TrainedAt), l.Live, models.CleanText(l.Note))
		return err
	})
}

func (t *txn) retire(ctx context.Context, kind string) error {
	_, err := t.exec(ctx, `UPDATE learned SET live = ? WHERE kind = ? AND live`, false, kind)
	return err
}

// UseLearned makes a version live in place of what was; "" for none, so that what ships judges again. The error is
// NotFound for one that is not there.
func (s *Store) UseLearned(ctx context.Context, kind, id string) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		if err := t.retire(ctx, kind); err != nil || id == "" {
			return err
		}
		n, err := t.exec(ctx, `UPDATE learned SET live = ? WHERE kind = ? AND id = ?`, true, kind, id)
		if err == nil && n == 0 {
			return models.Errorf(models.NotFound, "there is no learned %s %q", kind, id)
		}
		return err
	})
}

// LiveLearned gives what is live of a kind, whole, or NotFound. What is not what was kept is Invalid.
func (s *Store) LiveLearned(ctx context.Context, kind string) (models.Learned, error) {
	var l models.Learned
	err := classify(s.db.WithContext(ctx).Where("kind = ? AND live", kind).Take(&l).Error)
	if models.KindOf(err) == models.NotFound {
		return l, models.Errorf(models.NotFound, "nothing learned of %s is live", kind)
	}
	if err != nil {
		return l, err
	}
	return l, l.Check()
}

// LiveLearnedID gives the id of what is live of a kind, "" where nothing is: cheap enough to be asked every few seconds.
func (s *Store) LiveLearnedID(ctx context.Context, kind string) (string, error) {
	var ids []string
	err := s.db.WithContext(ctx).Model(&models.Learned{}).Where("kind = ? AND live", kind).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", classify(err)
	}
	return ids[0], nil
}

// LearnedVersions gives what was learned of a kind, newest first, without the bodies.
func (s *Store) LearnedVersions(ctx context.Context, kind string) ([]models.Learned, error) {
	var ls []models.Learned
	err := s.db.WithContext(ctx).Omit("body").Where("kind = ?", kind).Order("trained_at DESC, id").Find(&ls).Error
	return ls, classify(err)
}
