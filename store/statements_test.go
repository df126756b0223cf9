package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"remit/store"
)

// keeping gives one connection that keeps its statements, and a table of three numbers.
func keeping(t *testing.T) *sql.Conn {
	t.Helper()
	db, err := store.OpenKeeping(filepath.Join(t.TempDir(), "kept.db"))
	noError(t, err)
	t.Cleanup(func() { noError(t, db.Close()) })
	c, err := db.Conn(t.Context())
	noError(t, err)
	t.Cleanup(func() { noError(t, c.Close()) })
	_, err = c.ExecContext(t.Context(), `CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1), (2), (3)`)
	noError(t, err)
	return c
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// first reads the first of the rows.
func first(t *testing.T, rows *sql.Rows) {
	t.Helper()
	if !rows.Next() {
		t.Fatalf("no rows: %v", rows.Err())
	}
}

func kept(t *testing.T, c *sql.Conn) (n int) {
	t.Helper()
	noError(t, c.Raw(func(conn any) error { n = store.Kept(conn); return nil }))
	return n
}

func numbers(t *testing.T, rows *sql.Rows) (ns []int) {
	t.Helper()
	for rows.Next() {
		var n int
		noError(t, rows.Scan(&n))
		ns = append(ns, n)
	}
	noError(t, rows.Err())
	return ns
}

const from = `SELECT n FROM numbers WHERE n >= ? ORDER BY n`

func TestAStatementIsPreparedOnce(t *testing.T) {
	c := keeping(t)
	before := kept(t, c)
	for i := range 3 {
		rows, err := c.QueryContext(t.Context(), from, i+1)
		noError(t, err)
		if got := numbers(t, rows); len(got) != 3-i {
			t.Errorf("got %v, want %d numbers", got, 3-i)
		}
	}
	if got := kept(t, c); got != before+1 {
		t.Errorf("%d statements are kept, want %d", got, before+1)
	}
}

func TestAStatementIsAskedAgainWhileItsRowsAreRead(t *testing.T) {
	c := keeping(t)
	outer, err := c.QueryContext(t.Context(), from, 1)
	noError(t, err)
	first(t, outer)
	inner, err := c.QueryContext(t.Context(), from, 3)
	noError(t, err)
	if got := numbers(t, inner); !slices.Equal(got, []int{3}) {
		t.Errorf("got %v, want []int{3}", got)
	}
	if got := numbers(t, outer); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("got %v, want []int{2, 3}", got)
	}
	again, err := c.QueryContext(t.Context(), from, 2)
	noError(t, err)
	if got := numbers(t, again); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("got %v, want []int{2, 3}", got)
	}
}

func TestAStatementThatFailedIsPreparedAnew(t *testing.T) {
	c := keeping(t)
	before := kept(t, c)
	const insert = `INSERT INTO numbers VALUES (?)`
	_, err := c.ExecContext(t.Context(), insert, 1)
	if err == nil {
		t.Error("the same number twice was taken")
	}
	if got := kept(t, c); got != before {
		t.Errorf("%d statements are kept, want %d", got, before)
	}
	_, err = c.ExecContext(t.Context(), insert, 4)
	noError(t, err)
	_, err = c.QueryContext(cancelled(t), from, 1)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it cancelled", err)
	}
	rows, err := c.QueryContext(t.Context(), from, 1)
	noError(t, err)
	if got := numbers(t, rows); !slices.Equal(got, []int{1, 2, 3, 4}) {
		t.Errorf("got %v, want []int{1, 2, 3, 4}", got)
	}
}

func cancelled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestNoMoreStatementsAreKeptThanThatAndNoneIsTakenFromItsReader(t *testing.T) {
	c := keeping(t)
	rows, err := c.QueryContext(t.Context(), from, 1)
	noError(t, err)
	first(t, rows)
	for i := range 2 * store.StatementsKept {
		_, err := c.ExecContext(t.Context(), fmt.Sprintf(`DELETE FROM numbers WHERE n = %d`, 100+i))
		noError(t, err)
	}
	if got := kept(t, c); got != store.StatementsKept {
		t.Errorf("%d statements are kept, want %d", got, store.StatementsKept)
	}
	if got := numbers(t, rows); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("got %v, want []int{2, 3}", got)
	}
}

func TestAStatementSurvivesAChangeOfItsTable(t *testing.T) {
	c := keeping(t)
	const all = `SELECT * FROM numbers WHERE n = 1`
	for range 2 {
		rows, err := c.QueryContext(t.Context(), all)
		noError(t, err)
		names, err := rows.Columns()
		noError(t, err)
		if got := names; !slices.Equal(got, []string{"n"}) {
			t.Errorf("got %q, want the one column", got)
		}
		noError(t, rows.Close())
	}
	_, err := c.ExecContext(t.Context(), `ALTER TABLE numbers ADD COLUMN said TEXT NOT NULL DEFAULT 'yes'`)
	noError(t, err)
	var n int
	var said string
	noError(t, c.QueryRowContext(t.Context(), all).Scan(&n, &said))
	if said != "yes" {
		t.Errorf("got %q of the new column", said)
	}
}
