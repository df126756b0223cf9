package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"remit/decision"
	"remit/models"
	"remit/queue"
)

// INDEXED BY keeps SQLite from walking everything that was ever drained to reach what was not.
const (
	pendingSQLite = `SELECT ` + inboxColumns + ` FROM inbox INDEXED BY inbox_pending WHERE state = 'pending' ORDER BY seq LIMIT ?`
	markDone      = `UPDATE inbox SET state = 'done' WHERE seq = ? AND state = 'pending'`

	pendingSubjects = `SELECT subject, max(seq) FROM (SELECT subject, seq FROM inbox WHERE state = 'pending' AND seq > $1 ORDER BY seq LIMIT $2) w GROUP BY subject ORDER BY min(seq)`
	// lockSubjects takes those of the subjects that no other drain holds, until the transaction ends.
	lockSubjects = `SELECT s FROM unnest($1::text[]) AS s WHERE pg_try_advisory_xact_lock(hashtextextended(s, 7237))`
	pendingOf    = `SELECT ` + inboxColumns + ` FROM inbox WHERE state = 'pending' AND subject = ANY ($1::text[]) ORDER BY seq LIMIT $2`
	markDoneMany = `UPDATE inbox SET state = 'done' WHERE state = 'pending' AND seq = ANY ($1::bigint[])`
)

// pending reports whether anything in the inbox waits to be drained.
func (s *Store) pending(ctx context.Context) (some bool, err error) {
	err = s.readDB.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM inbox WHERE state = 'pending')`).Scan(&some)
	return some, err
}

// Decide turns deliveries into what they cause.
type Decide = func(context.Context, decision.Reader, []models.Delivery) (decision.Changes, error)

// Drain takes up to limit deliveries of subjects that nobody else is draining, each subject's in order, has them decided
// and commits what they cause together with their being done. When decide or the commit fails nothing has happened. It may
// be called by several goroutines at once: while one commits, another decides.
func (s *Store) Drain(ctx context.Context, limit int, decide Decide) (n int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, classify(err)
	}
	if s.dialect == queue.Postgres {
		return s.drainPostgres(ctx, limit, decide)
	}
	return s.drainSQLite(ctx, limit, decide)
}

// drains are the subjects that this process is draining on SQLite, which no other process does.
type drains struct {
	mu   sync.Mutex
	busy map[string]int // subject to how many rows of it are under way
	rows int
}

// take gives those of the pending rows, which come in order and are read while nobody takes or releases, whose subjects are
// free, up to limit, and makes their subjects busy. A subject that is passed over is so with all of its rows.
func (d *drains) take(limit int, read func(n int) ([]int64, []models.Delivery, error)) (seqs []int64, ds []models.Delivery, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	allSeqs, all, err := read(limit + d.rows)
	if err != nil {
		return nil, nil, err
	}
	for i, x := range all {
		if d.busy[x.Subject] == 0 && len(ds) < limit {
			seqs, ds = append(seqs, allSeqs[i]), append(ds, x)
		}
	}
	for _, x := range ds {
		d.busy[x.Subject]++
		d.rows++
	}
	return seqs, ds, nil
}

func (d *drains) release(ds []models.Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, x := range ds {
		d.rows--
		if d.busy[x.Subject]--; d.busy[x.Subject] == 0 {
			delete(d.busy, x.Subject)
		}
	}
}

// drainSQLite decides before it takes the writer. What changes in between (an answer, a pause) meets the compare-and-set
// at the commit.
func (s *Store) drainSQLite(ctx context.Context, limit int, decide Decide) (int, error) {
	seqs, ds, err := s.drains.take(limit, func(n int) ([]int64, []models.Delivery, error) {
		rows, err := s.readDB.QueryContext(ctx, pendingSQLite, n)
		if err != nil {
			return nil, nil, classify(err)
		}
		return scanInbox(rows)
	})
	if err != nil || len(ds) == 0 {
		return 0, err
	}
	defer s.drains.release(ds)
	c, err := decide(ctx, s, ds)
	if err != nil {
		return len(ds), err
	}
	err = s.commit(ctx, c, func(ctx context.Context, t *txn) error {
		for _, seq := range seqs {
			if err := onlyOne(t.sql.ExecContext(ctx, markDone, seq)); err != nil {
				return err
			}
		}
		return nil
	})
	return len(ds), err
}

func onlyOne(res sql.Result, err error) error {
	if err != nil {
		return classify(err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return conflict("A delivery was drained by somebody else.")
	}
	return nil
}

// drainPostgres holds the subjects for as long as its transaction lasts, and decides within it.
func (s *Store) drainPostgres(ctx context.Context, limit int, decide Decide) (n int, err error) {
	signal := false
	err = s.transact(ctx, func(t *txn) error {
		seqs, ds, err := t.takeSubjects(ctx, limit)
		if err != nil || len(ds) == 0 {
			return err
		}
		n = len(ds)
		c, err := decide(ctx, reader{db: t.gorm.Session(&gorm.Session{NewDB: true}), now: s.opts.Now}, ds)
		if err != nil {
			return err
		}
		signal = len(c.Deliveries) > 0
		done, err := t.sql.ExecContext(ctx, markDoneMany, seqs)
		if err != nil {
			return classify(err)
		}
		if rows, err := done.RowsAffected(); err != nil || rows != int64(len(seqs)) {
			return conflict("A delivery was drained by somebody else.")
		}
		return t.apply(ctx, c)
	})
	if err == nil && signal {
		s.signal()
	}
	return n, err
}

// takeSubjects locks the subjects with the oldest pending rows that nobody holds, and gives their rows. The rows are read
// after the lock: whoever held it before may have drained them.
func (t *txn) takeSubjects(ctx context.Context, limit int) ([]int64, []models.Delivery, error) {
	const windows = 8 // how many times limit rows are looked through for a free subject
	after := int64(0)
	for range windows {
		subjects, last, err := t.window(ctx, after, limit)
		if err != nil || len(subjects) == 0 {
			return nil, nil, err
		}
		after = last
		rows, err := t.sql.QueryContext(ctx, lockSubjects, subjects)
		if err != nil {
			return nil, nil, classify(err)
		}
		held, err := scanStrings(rows)
		if err != nil {
			return nil, nil, err
		}
		if len(held) == 0 {
			continue
		}
		rows, err = t.sql.QueryContext(ctx, pendingOf, held, limit)
		if err != nil {
			return nil, nil, classify(err)
		}
		if seqs, ds, err := scanInbox(rows); err != nil || len(ds) > 0 {
			return seqs, ds, err
		}
	}
	return nil, nil, nil
}

// window gives the subjects of the pending rows after a row, oldest first, and the last row looked at.
func (t *txn) window(ctx context.Context, after int64, limit int) (subjects []string, last int64, err error) {
	rows, err := t.sql.QueryContext(ctx, pendingSubjects, after, limit)
	if err != nil {
		return nil, 0, classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		var subject string
		var seq int64
		if err := rows.Scan(&subject, &seq); err != nil {
			return nil, 0, classify(err)
		}
		subjects, last = append(subjects, subject), max(last, seq)
	}
	return subjects, last, classify(rows.Err())
}

func scanStrings(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, classify(err)
		}
		out = append(out, s)
	}
	return out, classify(rows.Err())
}

func scanInbox(rows *sql.Rows) (seqs []int64, ds []models.Delivery, err error) {
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var d models.Delivery
		if err := rows.Scan(&seq, &d.ID, &d.Source, &d.Key, &d.Kind, &d.Subject, &d.Body, &d.ReceivedAt); err != nil {
			return nil, nil, fmt.Errorf("read the inbox: %w", classify(err))
		}
		seqs, ds = append(seqs, seq), append(ds, d)
	}
	return seqs, ds, classify(rows.Err())
}
