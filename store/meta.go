package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Salt gives the 32 random bytes that this installation hashes account numbers with: made once, the same ever after.
func (s *Store) Salt(ctx context.Context) ([]byte, error) {
	salt, err := s.meta(ctx, "salt")
	if err != nil || salt != nil {
		return salt, err
	}
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	err = s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `INSERT INTO meta ("key", value) VALUES ('salt', ?) ON CONFLICT DO NOTHING`, fresh)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make the salt: %w", err)
	}
	return s.meta(ctx, "salt") // another node may have been first
}

func (s *Store) meta(ctx context.Context, key string) ([]byte, error) {
	var v []byte
	err := s.db.WithContext(ctx).Raw(`SELECT value FROM meta WHERE "key" = ?`, key).Row().Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return v, classify(err)
}

// GiveUpEffect notes an effect that will not be tried again, and why. One that has left or was recalled stays as it is.
func (s *Store) GiveUpEffect(ctx context.Context, id, why string) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `UPDATE effects SET state = 'dead', error = ? WHERE id = ? AND state IN ('queued', 'leaving')`, why, id)
		return err
	})
}

// PaceBudgets is how the names of budgets of a second's turns begin: nobody asks for one again once its time is over.
const PaceBudgets = "pace/"

// Prune drops what nobody asks for again: the bodies of deliveries drained and received before, echoes and budgets from
// before, turns that are over, and sessions and tokens that have expired by now.
func (s *Store) Prune(ctx context.Context, before time.Time) error {
	before, now := plainTime(before), plainTime(s.opts.Now())
	for _, p := range []struct {
		text string
		arg  time.Time
	}{
		{`UPDATE inbox SET body = NULL WHERE state = 'done' AND received_at < ? AND body IS NOT NULL`, before},
		{`DELETE FROM echoes WHERE at < ?`, before},
		{`DELETE FROM budgets WHERE at < ?`, before},
		{`DELETE FROM budgets WHERE budget LIKE '` + PaceBudgets + `%' AND at < ?`, now.Add(-time.Hour)},
		{`DELETE FROM sessions WHERE expires_at < ?`, now},
		{`DELETE FROM tokens WHERE expires_at < ?`, now},
	} {
		err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
			_, err := t.exec(ctx, p.text, p.arg)
			return err
		})
		if err != nil {
			return fmt.Errorf("prune: %w", err)
		}
	}
	return nil
}
