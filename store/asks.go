package store

import (
	"context"

	"remit/models"
)

// Asks gives, of the decisions in some of the open states, those that keep says are wanted, oldest first. It looks at no more than
// the limit of them, and says whether there are more.
func (s *Store) Asks(ctx context.Context, limit int, keep func(models.Decision) bool, states ...models.State) (ds []models.Decision, more bool, err error) {
	rows, err := s.db.WithContext(ctx).Model(&models.Decision{}).Where("state IN ?", states).
		Where("state IN ('asked', 'waiting', 'expired', 'failed')"). // by these an index is found that has little else
		Order("created_at, item").Limit(limit + 1).Rows()
	if err != nil {
		return nil, false, classify(err)
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		if n == limit {
			return ds, true, nil
		}
		var d models.Decision
		if err := s.db.ScanRows(rows, &d); err != nil {
			return nil, false, classify(err)
		}
		if keep(d) {
			ds = append(ds, d)
		}
	}
	return ds, false, classify(rows.Err())
}
