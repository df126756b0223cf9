package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"

	"gorm.io/gorm"

	"remit/models"
	"remit/queue"
)

// txn is one write transaction: gorm's view of it for what is rare, database/sql's for what is hot.
type txn struct {
	s    *Store
	gorm *gorm.DB
	sql  *sql.Tx
}

// inTxn runs f in a write transaction and commits it, or rolls back what it did when f fails. f must do nothing else than
// write, with the context that it is given: it is not cut off halfway. On SQLite, writes that come together share one
// transaction, and with it one wait for the disk; each is undone alone if it fails.
func (s *Store) inTxn(ctx context.Context, f func(context.Context, *txn) error) error {
	if err := ctx.Err(); err != nil {
		return classify(err)
	}
	ctx = context.WithoutCancel(ctx)
	if s.dialect == queue.Postgres {
		return s.transact(ctx, func(t *txn) error { return f(ctx, t) })
	}
	return s.group.write(ctx, f, s.transact)
}

// transact runs f in a transaction of its own.
func (s *Store) transact(ctx context.Context, f func(*txn) error) error {
	err := s.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		tx, ok := g.Statement.ConnPool.(*sql.Tx)
		if !ok {
			return fmt.Errorf("a transaction on %T", g.Statement.ConnPool)
		}
		return f(&txn{s: s, gorm: g, sql: tx})
	})
	return classify(err)
}

// batches are the row counts of one statement, largest first. SQLite is in this process, so a row a statement costs
// nothing but the call; PostgreSQL is a round trip away, and few different counts keep its cache of statements small.
func batches(d queue.Dialect) []int {
	if d == queue.Postgres {
		return []int{64, 16, 4, 1}
	}
	return []int{1}
}

// put inserts the rows, in order. What RETURNING gives of those that were new goes to each, if it is not nil.
func put[T any](ctx context.Context, t *txn, tbl *table, rows []T, each func(id string)) error {
	for _, n := range batches(t.s.dialect) {
		if len(rows) < n {
			continue
		}
		text := tbl.insert(t.s.dialect, n)
		args := make([]any, 0, n*len(tbl.columns))
		for ; len(rows) >= n; rows = rows[n:] {
			args = args[:0]
			var err error
			for i := range rows[:n] {
				if args, err = tbl.values(ctx, args, reflect.ValueOf(&rows[i]).Elem()); err != nil {
					return err
				}
			}
			if err := t.run(ctx, text, args, each); err != nil {
				return fmt.Errorf("write %s: %w", tbl.name, classify(err))
			}
		}
	}
	return nil
}

func (t *txn) run(ctx context.Context, text string, args []any, each func(string)) error {
	if each == nil {
		_, err := t.sql.ExecContext(ctx, text, args...)
		return err
	}
	rows, err := t.sql.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		each(id)
	}
	return rows.Err()
}

// lastOf keeps of rows with one id the last: a later word about a fact replaces an earlier one of the same batch.
func lastOf[T any](rows []T, id func(T) string) []T {
	at := make(map[string]int, len(rows))
	var out []T
	for _, r := range rows {
		if i, ok := at[id(r)]; ok {
			out[i] = r
			continue
		}
		at[id(r)] = len(out)
		out = append(out, r)
	}
	return out
}

// exec runs a statement written with ?, of which one may stand for a list, and gives how many rows it changed.
func (t *txn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	res := t.gorm.WithContext(ctx).Exec(text, args...)
	return res.RowsAffected, classify(res.Error)
}

// conflict is an error for whoever was not first.
func conflict(format string, args ...any) error {
	return models.Errorf(models.Conflict, format, args...)
}
