package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"remit/store"
)

// keeping gives one connection that keeps its statements, and a table of three numbers.
func keeping(t *testing.T) *sql.Conn {
	t.Helper()
	db, err := store.OpenKeeping(filepath.Join(t.TempDir(), "kept.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	c, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	_, err = c.ExecContext(t.Context(), `CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1), (2), (3)`)
	require.NoError(t, err)
	return c
}

func kept(t *testing.T, c *sql.Conn) (n int) {
	t.Helper()
	require.NoError(t, c.Raw(func(conn any) error { n = store.Kept(conn); return nil }))
	return n
}

func numbers(t *testing.T, rows *sql.Rows) (ns []int) {
	t.Helper()
	for rows.Next() {
		var n int
		require.NoError(t, rows.Scan(&n))
		ns = append(ns, n)
	}
	require.NoError(t, rows.Err())
	return ns
}

const from = `SELECT n FROM numbers WHERE n >= ? ORDER BY n`

func TestAStatementIsPreparedOnce(t *testing.T) {
	c := keeping(t)
	before := kept(t, c)
	for i := range 3 {
		rows, err := c.QueryContext(t.Context(), from, i+1)
		require.NoError(t, err)
		require.Len(t, numbers(t, rows), 3-i)
	}
	require.Equal(t, before+1, kept(t, c))
}

func TestAStatementIsAskedAgainWhileItsRowsAreRead(t *testing.T) {
	c := keeping(t)
	outer, err := c.QueryContext(t.Context(), from, 1)
	require.NoError(t, err)
	require.True(t, outer.Next())
	inner, err := c.QueryContext(t.Context(), from, 3)
	require.NoError(t, err)
	require.Equal(t, []int{3}, numbers(t, inner))
	require.Equal(t, []int{2, 3}, numbers(t, outer))
	again, err := c.QueryContext(t.Context(), from, 2)
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, numbers(t, again))
}

func TestAStatementThatFailedIsPreparedAnew(t *testing.T) {
	c := keeping(t)
	before := kept(t, c)
	const insert = `INSERT INTO numbers VALUES (?)`
	_, err := c.ExecContext(t.Context(), insert, 1)
	require.Error(t, err)
	require.Equal(t, before, kept(t, c))
	_, err = c.ExecContext(t.Context(), insert, 4)
	require.NoError(t, err)
	_, err = c.QueryContext(cancelled(t), from, 1)
	require.ErrorIs(t, err, context.Canceled)
	rows, err := c.QueryContext(t.Context(), from, 1)
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3, 4}, numbers(t, rows))
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
	require.NoError(t, err)
	require.True(t, rows.Next())
	for i := range 2 * store.StatementsKept {
		_, err := c.ExecContext(t.Context(), fmt.Sprintf(`DELETE FROM numbers WHERE n = %d`, 100+i))
		require.NoError(t, err)
	}
	require.Equal(t, store.StatementsKept, kept(t, c))
	require.Equal(t, []int{2, 3}, numbers(t, rows))
}

func TestAStatementSurvivesAChangeOfItsTable(t *testing.T) {
	c := keeping(t)
	const all = `SELECT * FROM numbers WHERE n = 1`
	for range 2 {
		rows, err := c.QueryContext(t.Context(), all)
		require.NoError(t, err)
		names, err := rows.Columns()
		require.NoError(t, err)
		require.Equal(t, []string{"n"}, names)
		require.NoError(t, rows.Close())
	}
	_, err := c.ExecContext(t.Context(), `ALTER TABLE numbers ADD COLUMN said TEXT NOT NULL DEFAULT 'yes'`)
	require.NoError(t, err)
	var n int
	var said string
	require.NoError(t, c.QueryRowContext(t.Context(), all).Scan(&n, &said))
	require.Equal(t, "yes", said)
}
