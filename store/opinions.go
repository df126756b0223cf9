package store

import (
	"context"
	"time"

	"remit/models"
)

// PutSecond keeps what another judge said of a decision; what it said first stays.
func (s *Store) PutSecond(ctx context.Context, o models.Second) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `INSERT INTO second_opinions (decision_id, model, "action", own, other, confidence, error, "at") VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, o.DecisionID, o.Model, o.Action, o.Own, models.CleanText(o.Other), o.Confidence, models.CleanText(o.Error), plainTime(o.At))
		return err
	})
}

// Unasked gives decisions about an action made since that the judge has not been asked about, the oldest first.
func (s *Store) Unasked(ctx context.Context, model string, a models.Action, since time.Time, limit int) ([]models.Decision, error) {
	var ds []models.Decision
	err := s.db.WithContext(ctx).Where(`"action" = ? AND created_at >= ? AND NOT EXISTS
		(SELECT 1 FROM second_opinions o WHERE o.decision_id = decisions.id AND o.model = ?)`, a, plainTime(since), model).
		Order("created_at, seq").Limit(limit).Find(&ds).Error
	return ds, classify(err)
}

// Seconds gives what a judge said since, the oldest first.
func (s *Store) Seconds(ctx context.Context, model string, since time.Time) ([]models.Second, error) {
	var os []models.Second
	err := s.db.WithContext(ctx).Where("model = ? AND at >= ?", model, plainTime(since)).Order("at, decision_id").Find(&os).Error
	return os, classify(err)
}
