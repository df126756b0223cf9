package store

import (
	"context"
	"fmt"

	"remit/models"
)

const nameVendor = `INSERT INTO vendor_names (name, vendor_id) VALUES (?, ?) ON CONFLICT DO NOTHING`

// sameVendorsKept bounds the other ids of a vendor; a name that more share ("cash", "sundry") says nothing.
const sameVendorsKept = 20

// nameVendors notes the names that vendors go by. A name that was told once stays: bills under it may still come.
func (t *txn) nameVendors(ctx context.Context, vendors []models.Vendor) error {
	for _, v := range vendors {
		for _, key := range v.NameKeys() {
			if _, err := t.exec(ctx, nameVendor, key, v.ID); err != nil {
				return fmt.Errorf("note a vendor's name: %w", err)
			}
		}
	}
	return nil
}

// nameAll notes the names of the vendors that none is noted of: those known before names were.
func (s *Store) nameAll(ctx context.Context) error {
	for {
		var some []models.Vendor
		err := s.db.WithContext(ctx).Where("name <> '' AND id NOT IN (SELECT vendor_id FROM vendor_names)").Order("id").Limit(500).Find(&some).Error
		if err != nil || len(some) == 0 {
			return classify(err)
		}
		for i := range some {
			if len(some[i].NameKeys()) == 0 { // a name of punctuation: its own, so that it is not met again
				some[i].Aliases = []string{some[i].ID}
			}
		}
		if err := s.inTxn(ctx, func(ctx context.Context, t *txn) error { return t.nameVendors(ctx, some) }); err != nil {
			return err
		}
	}
}

// SameVendors gives the other ids under which a payable's vendor is known: those of vendors who share a name or an alias with
// it, however that is spelled. None where the name is that of very many.
func (r reader) SameVendors(ctx context.Context, p models.Payable) ([]string, error) {
	key := models.NameKey(p.VendorName)
	if key == "" && p.VendorID == "" {
		return nil, nil
	}
	var ids []string
	err := r.db.WithContext(ctx).Raw(`SELECT DISTINCT vendor_id FROM vendor_names
		WHERE (name = ? OR name IN (SELECT name FROM vendor_names WHERE vendor_id = ?)) AND vendor_id <> ? ORDER BY vendor_id LIMIT ?`,
		key, p.VendorID, p.VendorID, sameVendorsKept+1).Scan(&ids).Error
	if len(ids) > sameVendorsKept {
		return nil, classify(err)
	}
	return ids, classify(err)
}
