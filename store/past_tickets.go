package store

import (
	"context"
	"time"

	"remit/decision"
	"remit/models"
)

// importBatch is how many tickets of the past are written in one transaction: few enough that a service beside it waits
// for the writer only a moment.
const importBatch = 200

// AddHistory keeps tickets of the past and gives how many of them were new. A ticket that is known already stays as it is:
// what its provider told is newer than any export.
func (s *Store) AddHistory(ctx context.Context, ts []models.Ticket) (added int, err error) {
	tbl := *s.tables.tickets
	tbl.clash = " ON CONFLICT DO NOTHING RETURNING id"
	for len(ts) > 0 {
		batch := ts[:min(importBatch, len(ts))]
		ts = ts[len(batch):]
		fresh := 0
		err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
			fresh = 0
			return put(ctx, t, &tbl, batch, func(string) { fresh++ })
		})
		if err != nil {
			return added, err
		}
		for _, x := range batch {
			s.recent.touch(x.ID)
		}
		added += fresh
	}
	return added, nil
}

// historyPage is how many tickets are read at once.
const historyPage = 500

// EachTicket calls f for the newest tickets, newest first, at most limit of them.
func (s *Store) EachTicket(ctx context.Context, limit int, f func(models.Ticket)) error {
	until, last := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ""
	for limit > 0 {
		var page []models.Ticket
		q := s.db.WithContext(ctx).Where("created_at < ? OR created_at = ? AND id < ?", until, until, last)
		if err := q.Order("created_at DESC, id DESC").Limit(min(historyPage, limit)).Find(&page).Error; err != nil {
			return classify(err)
		}
		for _, t := range page {
			f(t)
		}
		if len(page) < historyPage {
			return nil
		}
		limit -= len(page)
		until, last = plainTime(page[len(page)-1].CreatedAt), page[len(page)-1].ID
	}
	return nil
}

// Settled gives of each item the newest decision of an action made since.
func (s *Store) Settled(ctx context.Context, a models.Action, since time.Time) (map[string]models.Decision, error) {
	newest := map[string]models.Decision{}
	var ds []models.Decision
	err := s.db.WithContext(ctx).Where(`"action" = ? AND created_at >= ?`, a, plainTime(since)).Order("created_at, seq").Find(&ds).Error
	for _, d := range ds {
		newest[d.Item] = d
	}
	return newest, classify(err)
}

// Judged gives the decisions on an action made since on which there is a verdict, oldest first, and the verdicts by decision.
func (s *Store) Judged(ctx context.Context, a models.Action, since time.Time) ([]models.Decision, map[string]decision.Verdict, error) {
	var ds []models.Decision
	err := s.db.WithContext(ctx).Where(`"action" = ? AND created_at >= ? AND judged = ?`, a, plainTime(since), true).Order("created_at, seq").Find(&ds).Error
	if err != nil {
		return nil, nil, classify(err)
	}
	var rows []verdictRow // nobody judges before it is decided
	err = s.db.WithContext(ctx).Where(`"action" = ? AND "at" >= ?`, a, plainTime(since)).Find(&rows).Error
	said := make(map[string]decision.Verdict, len(rows))
	for _, r := range rows {
		said[r.DecisionID] = r.verdict()
	}
	return ds, said, classify(err)
}
