package store

import (
	"context"
	"fmt"
	"time"

	"remit/decision"
	"remit/models"
	"remit/queue"
)

// pendingCards reads every card that is to be brought up to date, an effect a row, and what is known of its place. On SQLite
// pendingCardsIndex goes where %s is: it would rather walk all that is queued, such as each question's end.
const (
	pendingCardsIndex = `INDEXED BY effects_cards`
	pendingCards      = `SELECT e.id, e.item, e.urgent, e.made_at, coalesce(c.ts, '') <> '' AS posted, coalesce(c.paged_ok, FALSE) AS paged
	FROM effects e %s LEFT JOIN card_refs c ON c.item = e.item
	WHERE e.kind = 'card' AND e.state = 'queued'
	ORDER BY posted DESC, e.urgent DESC, e.made_at, e.id LIMIT ?`
)

// PendingCards gives the items whose cards are to be brought up to date: those that are in Slack already, then the urgent
// ones, then the others, each the longest waiting first. It reads at most limit effects.
func (s *Store) PendingCards(ctx context.Context, limit int) ([]models.PendingCard, error) {
	var rows []struct {
		ID, Item              string
		Urgent, Posted, Paged bool
		MadeAt                time.Time
	}
	index := pendingCardsIndex
	if s.dialect == queue.Postgres {
		index = ""
	}
	if err := s.db.WithContext(ctx).Raw(fmt.Sprintf(pendingCards, index), limit).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the cards that are pending: %w", classify(err))
	}
	at := map[string]int{}
	var all []models.PendingCard
	for _, r := range rows {
		i, known := at[r.Item]
		if !known {
			i = len(all)
			at[r.Item] = i
			all = append(all, models.PendingCard{Item: r.Item, Urgent: r.Urgent, MadeAt: r.MadeAt, Posted: r.Posted, Paged: r.Paged})
		}
		all[i].Effects = append(all[i].Effects, r.ID)
		if r.MadeAt.Before(all[i].MadeAt) {
			all[i].MadeAt = r.MadeAt
		}
	}
	return all, nil
}

// CardsDone notes that nothing is left to do for these effects.
func (s *Store) CardsDone(ctx context.Context, effects []string) error {
	return s.Commit(ctx, decision.Changes{At: s.opts.Now(), Sent: effects})
}

// CardsDead notes that these effects were given up, and why.
func (s *Store) CardsDead(ctx context.Context, effects []string, why string) error {
	return s.commit(ctx, decision.Changes{At: s.opts.Now(), Dead: effects}, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `UPDATE effects SET error = ? WHERE id IN ?`, models.CleanText(why), effects)
		return err
	})
}

// PostedSince counts the cards that were put in a channel since; digests are none.
func (s *Store) PostedSince(ctx context.Context, channel string, since time.Time) (int, error) {
	var n int64
	err := s.db.WithContext(ctx).Table("card_refs").Where("channel = ? AND posted_at > ? AND item NOT LIKE 'digest:%'", channel, plainTime(since)).Count(&n).Error
	return int(n), classify(err)
}

// HeldIn gives the items that a digest tells of, in the order of their ids.
func (s *Store) HeldIn(ctx context.Context, digest string) ([]string, error) {
	var items []string
	err := s.db.WithContext(ctx).Table("card_refs").Where("held = ?", digest).Order("item").Pluck("item", &items).Error
	return items, classify(err)
}
