package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"remit/models"
	"remit/queue"
)

const (
	insertInbox = `INSERT INTO inbox (id, source, "key", kind, subject, body, received_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	// insertInboxMany does the same for arrays, in their order, and gives the ids that were new.
	insertInboxMany = `INSERT INTO inbox (id, source, "key", kind, subject, body, received_at)
		SELECT id, source, "key", kind, subject, body, received_at
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
			WITH ORDINALITY AS r (id, source, "key", kind, subject, body, received_at, n)
		ORDER BY n ON CONFLICT DO NOTHING RETURNING id`
	inboxColumns = `seq, id, source, "key", kind, subject, body, received_at`
)

// acceptRows bounds what one commit takes in.
const acceptRows = 512

// keyLength bounds what an index entry must hold, in bytes.
const keyLength = 512

// accept is one caller's rows on their way into a shared commit.
type accept struct {
	rows  []models.Delivery
	fresh int
	err   error
	done  chan struct{}
}

// Accept stores deliveries and gives how many of them were not there before. It returns once they are safely on disk;
// calls that come together share one commit. The error is Invalid for a delivery that lacks what it must have, and
// Unavailable where the database cannot take it now: then nothing may be answered 2xx.
//
// ctx ends the wait for a place in a commit; once in it, the answer is waited for, since it says what was stored.
func (s *Store) Accept(ctx context.Context, ds []models.Delivery) (fresh int, err error) {
	for _, d := range ds {
		if err := checkDelivery(d); err != nil {
			return 0, err
		}
	}
	if len(ds) == 0 {
		return 0, nil
	}
	s.callers.Add(1)
	defer s.callers.Add(-1)
	a := &accept{rows: ds, done: make(chan struct{})}
	if err := s.handOver(ctx, a); err != nil {
		return 0, err
	}
	<-a.done
	s.accepted.Add(int64(a.fresh))
	return a.fresh, a.err
}

// Accepted gives how many deliveries this process has stored since it began.
func (s *Store) Accepted() int64 { return s.accepted.Load() }

// Accepting gives how many calls of Accept wait for their commit.
func (s *Store) Accepting() int { return int(s.callers.Load()) }

// handOver gives the rows to the committing goroutine. Close waits for whoever is at it, so nothing is handed over to a
// goroutine that has left.
func (s *Store) handOver(ctx context.Context, a *accept) error {
	s.handing.RLock()
	defer s.handing.RUnlock()
	select {
	case <-s.closing:
		return errClosing
	default:
	}
	select {
	case <-ctx.Done():
		return classify(ctx.Err())
	case s.accepting <- a:
		return nil
	}
}

var errClosing = models.Errorf(models.Unavailable, "the database is being closed")

func checkDelivery(d models.Delivery) error {
	if err := d.Check(); err != nil {
		return err
	}
	if len(d.Key) > keyLength {
		return models.FieldErrorf("key", "a key of %d bytes; %d is the most", len(d.Key), keyLength)
	}
	return nil
}

// commitAccepted is the one goroutine that commits what callers of Accept hand over, until the store closes and nothing
// is left.
func (s *Store) commitAccepted() {
	for {
		select {
		case a := <-s.accepting:
			s.commitBatch(s.gather(a))
			continue
		default:
		}
		select {
		case a := <-s.accepting:
			s.commitBatch(s.gather(a))
		case <-s.closing:
			if len(s.accepting) == 0 {
				return
			}
		}
	}
}

// gather takes what else is waiting by now, up to one commit's worth.
func (s *Store) gather(first *accept) []*accept {
	batch, rows := []*accept{first}, len(first.rows)
	for rows < acceptRows {
		select {
		case a := <-s.accepting:
			batch, rows = append(batch, a), rows+len(a.rows)
		default:
			return batch
		}
	}
	return batch
}

func (s *Store) commitBatch(batch []*accept) {
	ctx := context.Background()
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error { return t.insertAccepts(ctx, batch) })
	if models.KindOf(err) == models.Unavailable {
		// Before anybody is told: who calls again on hearing it is not among those who waited.
		batch = s.waiting(batch)
	}
	fresh := 0
	for _, a := range batch {
		if a.err = err; err != nil {
			a.fresh = 0
		}
		fresh += a.fresh
		close(a.done)
	}
	if fresh > 0 {
		s.signal()
	}
}

// waiting adds those who are waiting by now: they are told the same, instead of waiting for the next lock in vain.
func (s *Store) waiting(batch []*accept) []*accept {
	for {
		select {
		case a := <-s.accepting:
			batch = append(batch, a)
		default:
			return batch
		}
	}
}

func (t *txn) insertAccepts(ctx context.Context, batch []*accept) error {
	var all []models.Delivery
	if len(batch) == 1 {
		all = batch[0].rows
	} else {
		for _, a := range batch {
			all = append(all, a.rows...)
		}
	}
	isNew, err := t.insertInbox(ctx, all)
	if err != nil {
		return err
	}
	i := 0
	for _, a := range batch {
		a.fresh = 0
		for range a.rows {
			if isNew[i] {
				a.fresh++
			}
			i++
		}
	}
	return nil
}

// insertInbox stores the deliveries that are not there yet, in order, and says which those were.
func (t *txn) insertInbox(ctx context.Context, ds []models.Delivery) ([]bool, error) {
	if t.s.dialect == queue.Postgres {
		return t.insertInboxArrays(ctx, ds)
	}
	isNew := make([]bool, len(ds))
	args := make([]any, 7)
	for i, d := range ds {
		args[0], args[1], args[2], args[3] = d.ID, models.CleanText(d.Source), models.CleanText(d.Key), models.CleanText(d.Kind)
		args[4], args[5], args[6] = models.CleanText(d.Subject), d.Body, plainTime(d.ReceivedAt)
		res, err := t.sql.ExecContext(ctx, insertInbox, args...)
		if err != nil {
			return nil, fmt.Errorf("write the inbox: %w", classify(err))
		}
		n, err := res.RowsAffected()
		if err != nil {
			return nil, err
		}
		isNew[i] = n > 0
	}
	return isNew, nil
}

func (t *txn) insertInboxArrays(ctx context.Context, ds []models.Delivery) ([]bool, error) {
	n := len(ds)
	ids, sources, keys, kinds, subjects := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	bodies, times := make([][]byte, n), make([]any, n)
	for i, d := range ds {
		ids[i], sources[i], keys[i] = d.ID, models.CleanText(d.Source), models.CleanText(d.Key)
		kinds[i], subjects[i] = models.CleanText(d.Kind), models.CleanText(d.Subject)
		bodies[i], times[i] = d.Body, plainTime(d.ReceivedAt)
	}
	rows, err := t.sql.QueryContext(ctx, insertInboxMany, ids, sources, keys, kinds, subjects, bodies, times)
	if err != nil {
		return nil, fmt.Errorf("write the inbox: %w", classify(err))
	}
	defer rows.Close()
	inserted := make(map[string]bool, n)
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, classify(err)
		}
		inserted[id] = true
	}
	isNew := make([]bool, n)
	for i, id := range ids {
		isNew[i] = inserted[id]
		delete(inserted, id) // the second of two in one batch is not new
	}
	return isNew, classify(rows.Err())
}

// AcceptPolled stores what a poll gave together with the cursor that comes after it.
func (s *Store) AcceptPolled(ctx context.Context, source string, ds []models.Delivery, cursor string) error {
	for _, d := range ds {
		if err := checkDelivery(d); err != nil {
			return err
		}
	}
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		if _, err := t.insertInbox(ctx, ds); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO cursors (source, "cursor") VALUES (?, ?)
			ON CONFLICT (source) DO UPDATE SET "cursor" = excluded."cursor"`, source, cursor)
		return err
	})
	if err != nil {
		return fmt.Errorf("store what %s gave: %w", source, err)
	}
	if len(ds) > 0 {
		s.signal()
	}
	return nil
}

// Cursor gives where the next poll of the source starts, "" for one that was never polled.
func (s *Store) Cursor(ctx context.Context, source string) (string, error) {
	var c string
	err := s.db.WithContext(ctx).Raw(`SELECT "cursor" FROM cursors WHERE source = ?`, source).Row().Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return c, classify(err)
}

// Delivery gives a delivery by its id, drained or not, or NotFound.
func (s *Store) Delivery(ctx context.Context, id string) (models.Delivery, error) {
	var d models.Delivery
	var seq int64
	err := s.db.WithContext(ctx).Raw(`SELECT `+inboxColumns+` FROM inbox WHERE id = ?`, id).Row().
		Scan(&seq, &d.ID, &d.Source, &d.Key, &d.Kind, &d.Subject, &d.Body, &d.ReceivedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return d, models.Errorf(models.NotFound, "there is no delivery %q", id)
	}
	return d, classify(err)
}
