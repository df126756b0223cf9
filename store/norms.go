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

// OpenTickets counts the tickets that wait for an answer of ours, by group and by who has them.
func (r reader) OpenTickets(ctx context.Context) (models.OpenTickets, error) {
	var rows []struct {
		GroupName string
		Assignee  string
		N         int
	}
	err := r.db.WithContext(ctx).Raw(`SELECT group_name, assignee, count(*) AS n FROM tickets
		WHERE status IN ('open', '') AND (group_name <> '' OR assignee <> '') GROUP BY group_name, assignee`).Scan(&rows).Error
	out := models.OpenTickets{Groups: map[string]int{}, People: map[string]int{}}
	for _, row := range rows {
		if row.GroupName != "" {
			out.Groups[row.GroupName] += row.N
		}
		if row.Assignee != "" {
			out.People[row.Assignee] += row.N
		}
	}
	return out, classify(err)
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
