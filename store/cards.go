package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"gorm.io/gorm"

	"remit/models"
)

// CardRef gives where an item's card is, or NotFound.
func (s *Store) CardRef(ctx context.Context, item string) (models.CardRef, error) {
	var ref models.CardRef
	err := s.db.WithContext(ctx).Where("item = ?", item).Take(&ref).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ref, models.Errorf(models.NotFound, "there is no card of %q", item)
	}
	return ref, classify(err)
}

// SaveCardRef keeps the reference in place of the one of revision from; from 0 means that there must be none. Anything else
// there is a Conflict.
func (s *Store) SaveCardRef(ctx context.Context, ref models.CardRef, from int) error {
	tbl := s.tables.cards
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		args, err := tbl.values(ctx, nil, reflect.ValueOf(&ref).Elem())
		if err != nil {
			return err
		}
		text := tbl.insert(s.dialect, 1)
		if from != 0 {
			text, args = tbl.update(s.dialect, "item", "revision"), append(args, ref.Item, from)
		}
		res, err := t.sql.ExecContext(ctx, text, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return conflict("The card of %s was changed meanwhile.", ref.Item)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save the card of %s: %w", ref.Item, err)
	}
	return nil
}
