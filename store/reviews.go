package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"remit/models"
)

// Made gives the decisions made from one time until before another, oldest first: the newest of them where there are more
// than limit, and how many there are beyond those.
func (s *Store) Made(ctx context.Context, from, to time.Time, limit int) (ds []models.Decision, missed int, err error) {
	of := s.db.WithContext(ctx).Model(&models.Decision{}).Where("created_at >= ? AND created_at < ?", plainTime(from), plainTime(to))
	var n int64
	if err := of.Count(&n).Error; err != nil {
		return nil, 0, classify(err)
	}
	if err := of.Order("created_at DESC, seq DESC").Limit(limit).Find(&ds).Error; err != nil {
		return nil, 0, classify(err)
	}
	slices.Reverse(ds)
	return ds, max(int(n)-len(ds), 0), nil
}

// atOnce is how many ids are asked for in one statement.
const atOnce = 500

// FactsOf gives the facts of snapshots by their ids; those that are not there are left out.
func (s *Store) FactsOf(ctx context.Context, ids []string) (map[string]models.Facts, error) {
	found := make(map[string]models.Facts, len(ids))
	for chunk := range slices.Chunk(ids, atOnce) {
		var snaps []models.Snapshot
		if err := s.db.WithContext(ctx).Where("id IN ?", chunk).Find(&snaps).Error; err != nil {
			return nil, classify(err)
		}
		for _, snap := range snaps {
			found[snap.ID] = snap.Facts
		}
	}
	return found, nil
}

// KeepReview keeps the review of a week, and reports whether it was the first of that week: another is left out.
func (s *Store) KeepReview(ctx context.Context, week string, body []byte, at time.Time) (fresh bool, err error) {
	err = s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		n, err := t.exec(ctx, `INSERT INTO reviews (week, body, "at") VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, week, string(body), plainTime(at))
		fresh = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep the review of %s: %w", week, err)
	}
	return fresh, nil
}

// Review gives the review of a week as it was kept, or NotFound.
func (s *Store) Review(ctx context.Context, week string) ([]byte, error) {
	var body string
	err := s.db.WithContext(ctx).Raw(`SELECT body FROM reviews WHERE week = ?`, week).Row().Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, models.Errorf(models.NotFound, "There is no review of %q.", week)
	}
	return []byte(body), classify(err)
}

// ReviewedWeeks gives the weeks of which reviews are kept, the newest first.
func (s *Store) ReviewedWeeks(ctx context.Context, limit int) ([]string, error) {
	var weeks []string
	err := s.db.WithContext(ctx).Table("reviews").Order("week DESC").Limit(limit).Pluck("week", &weeks).Error
	return weeks, classify(err)
}
