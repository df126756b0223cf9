package store

import (
	"context"
	"fmt"
	"time"

	"remit/models"
)

// Bury keeps an event that could not be decided. One that is there already has failed once more.
func (s *Store) Bury(ctx context.Context, l models.DeadLetter) (fresh bool, err error) {
	err = s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		fresh, err = t.bury(ctx, l)
		return err
	})
	return fresh, err
}

func (t *txn) bury(ctx context.Context, l models.DeadLetter) (fresh bool, err error) {
	var tries int
	err = t.gorm.WithContext(ctx).Raw(`INSERT INTO dead_letters (id, source, "key", kind, subject, body, error, field, at, tries, replayed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, body = excluded.body,
			error = excluded.error, field = excluded.field, at = excluded.at, tries = dead_letters.tries + 1, replayed_at = excluded.replayed_at
		RETURNING tries`,
		l.ID, models.CleanText(l.Source), models.CleanText(l.Key), models.CleanText(l.Kind), models.CleanText(l.Subject), l.Body,
		models.CleanText(l.Error), models.CleanText(l.Field), plainTime(l.At), time.Time{}).Row().Scan(&tries)
	if err != nil {
		return false, fmt.Errorf("bury %s: %w", l.ID, classify(err))
	}
	return tries == 1, nil
}

// DeadLetters gives those that wait for somebody first, the newest first.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]models.DeadLetter, error) {
	var ls []models.DeadLetter
	err := s.db.WithContext(ctx).Order("CASE WHEN replayed_at > at THEN 1 ELSE 0 END, at DESC, id").Limit(limit).Find(&ls).Error
	return ls, classify(err)
}

// Replay puts a dead letter's delivery back into the inbox under the same id, and notes who wanted it. The error is
// NotFound for no such letter, and Invalid for one that was never a whole delivery.
func (s *Store) Replay(ctx context.Context, deadLetterID string, by models.Actor, at time.Time) error {
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		var l models.DeadLetter
		if err := t.gorm.WithContext(ctx).Where("id = ?", deadLetterID).Take(&l).Error; err != nil {
			return classify(err)
		}
		d := models.Delivery{
			ID: models.DeliveryID(l.Source, l.Key), Source: l.Source, Key: l.Key, Kind: l.Kind,
			Subject: l.Subject, Body: l.Body, ReceivedAt: l.At,
		}
		if err := checkDelivery(d); err != nil {
			return err
		}
		if _, err := t.insertInbox(ctx, []models.Delivery{d}); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE inbox SET state = 'pending' WHERE id = ?`, d.ID); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE dead_letters SET replayed_at = ? WHERE id = ?`, plainTime(at), l.ID); err != nil {
			return err
		}
		return t.appendLedger(ctx, []models.Entry{{
			Item: l.Subject, Kind: models.EntryDeadLetter, By: by, At: at,
			Text: fmt.Sprintf("Replayed the event %s of %s, which had failed: %s", l.Key, l.Source, l.Error),
		}})
	})
	if err != nil {
		return fmt.Errorf("replay %s: %w", deadLetterID, err)
	}
	s.signal()
	return nil
}
