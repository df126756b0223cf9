package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"remit/decision"
	"remit/models"
	"remit/queue"
)

// recentTrusted is how long what is remembered of recent tickets is gone by before it is read anew: what another process put
// beside the service (an import) is seen that late.
const recentTrusted = time.Second

// recent remembers on SQLite, where one process drains, what Recent gives: a batch then reads the tickets that were written
// since the batch before, and not all of the last hour's. On PostgreSQL other nodes write too, and every batch reads all.
type recent struct {
	mu     sync.Mutex
	rows   []models.Seen // newest first
	since  time.Time     // that rows go back to
	readAt time.Time     // zero: nothing is remembered

	touching sync.Mutex
	touched  []string // tickets written since rows was brought up to date
}

// touch notes tickets that were written. Of more than are ever read it is enough to know that they were many.
func (r *recent) touch(ids ...string) {
	r.touching.Lock()
	defer r.touching.Unlock()
	if len(r.touched) <= recentKept {
		r.touched = append(r.touched, ids...)
	}
}

// touchChanged notes the tickets that were committed, and those that were found to be of an incident.
func (r *recent) touchChanged(c decision.Changes) {
	for _, t := range c.Tickets {
		r.touch(t.ID)
	}
	for _, m := range c.Joined {
		r.touch(m.Ticket)
	}
}

func (r *recent) takeTouched() []string {
	r.touching.Lock()
	defer r.touching.Unlock()
	ids := r.touched
	r.touched = nil
	return ids
}

// Recent gives the newest tickets created since, with the incidents that they are of.
func (s *Store) Recent(ctx context.Context, since time.Time) ([]models.Seen, error) {
	if s.dialect != queue.SQLite {
		return s.reader.Recent(ctx, since)
	}
	since = plainTime(since)
	r := &s.recent
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := r.takeTouched()
	age := s.opts.Now().Sub(r.readAt)
	if len(ids) > recentKept || since.Before(r.since) || age < 0 || age > recentTrusted {
		return r.readAll(ctx, s.reader, since)
	}
	if err := r.readSome(ctx, s.reader, ids); err != nil {
		r.readAt = time.Time{}
		return nil, err
	}
	n := len(r.rows)
	for n > 0 && r.rows[n-1].CreatedAt.Before(since) {
		n--
	}
	return slices.Clone(r.rows[:n]), nil
}

func (r *recent) readAll(ctx context.Context, from reader, since time.Time) ([]models.Seen, error) {
	r.readAt = time.Time{}
	now := from.now()
	rows, err := from.Recent(ctx, since)
	if err != nil {
		return nil, err
	}
	r.rows, r.since, r.readAt = rows, since, now
	return slices.Clone(rows), nil
}

// readSome brings the rows of the tickets up to date.
func (r *recent) readSome(ctx context.Context, from reader, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	fresh, err := from.seen(ctx, selectSeen, string(list), r.since)
	if err != nil {
		return err
	}
	written := make(map[string]bool, len(ids))
	for _, id := range ids {
		written[id] = true
	}
	r.rows = slices.DeleteFunc(r.rows, func(s models.Seen) bool { return written[s.ID] })
	r.rows = append(r.rows, fresh...)
	slices.SortFunc(r.rows, func(a, b models.Seen) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	r.rows = r.rows[:min(len(r.rows), recentKept)]
	return nil
}
