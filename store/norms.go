package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm/clause"

	"remit/decision"
	"remit/models"
	"remit/queue"
)

// Norms gives those of the norms that are known.
func (r reader) Norms(ctx context.Context, ids []string) (map[string]models.Norm, error) {
	return byID(ctx, r, ids, func(n models.Norm) string { return n.ID })
}

// hear adds messages to what is usual. A queue is shared by many subjects, so its norm is read again under a lock: what
// two batches heard side by side both counts.
func (t *txn) hear(ctx context.Context, c decision.Changes) error {
	if len(c.Heard) == 0 {
		return nil
	}
	var ids []string
	for _, h := range c.Heard {
		ids = append(ids, h.Norm)
	}
	var rows []models.Norm
	q := t.gorm.WithContext(ctx).Where("id IN ?", ids).Order("id")
	if t.s.dialect == queue.Postgres {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	if err := q.Find(&rows).Error; err != nil {
		return fmt.Errorf("read norms: %w", classify(err))
	}
	norms := map[string]models.Norm{}
	for _, n := range rows {
		norms[n.ID] = n
	}
	for _, h := range c.Heard {
		norms[h.Norm] = norms[h.Norm].Hear(h)
	}
	return t.putNorms(ctx, norms)
}

func (t *txn) putNorms(ctx context.Context, norms map[string]models.Norm) error {
	var rows []models.Norm
	for _, id := range slices.Sorted(maps.Keys(norms)) {
		rows = append(rows, norms[id])
	}
	return put(ctx, t, t.s.tables.norms, rows, nil)
}
