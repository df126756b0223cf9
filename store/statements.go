package store

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite"
)

// statementsKept bounds how many prepared statements a connection to SQLite keeps, those used last.
const statementsKept = 64

// openKeeping opens SQLite with connections that keep what they have prepared: preparing a statement costs as much as running
// it, and whoever writes it (gorm, River, this package) has the same few of them run again and again.
func openKeeping(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keepingConnector{c}), nil
}

type keepingConnector struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keepingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a connection of type %T", c), c.Close())
	}
	return &keepingConn{sqliteConn: conn, byText: map[string]*list.Element{}}, nil
}

// sqliteConn is what a connection of the driver can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is a connection that keeps the statements it was given as text. Like any, it is used by one caller at a time.
type keepingConn struct {
	sqliteConn
	byText map[string]*list.Element
	used   list.List // of *keptStmt, those used last in front
}

// keptStmt is a prepared statement.
type keptStmt struct {
	driver.Stmt
	text string
	busy bool // its rows are still being read
	kept bool
}

// statement gives the statement of the text, prepared before if it can be. What is still in use is prepared once more.
func (c *keepingConn) statement(ctx context.Context, text string) (*keptStmt, error) {
	e, known := c.byText[text]
	if known {
		if st := e.Value.(*keptStmt); !st.busy {
			c.used.MoveToFront(e)
			st.busy = true
			return st, nil
		}
	}
	prepared, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	st := &keptStmt{Stmt: prepared, text: text, busy: true, kept: !known}
	if st.kept {
		c.byText[text] = c.used.PushFront(st)
		c.forgetOldest()
	}
	return st, nil
}

// forgetOldest ends the statement that was used longest ago where there are too many.
func (c *keepingConn) forgetOldest() {
	if c.used.Len() <= statementsKept {
		return
	}
	oldest := c.used.Back().Value.(*keptStmt)
	c.forget(oldest)
	if !oldest.busy {
		_ = oldest.Close() // nothing waits for what it says
	}
}

func (c *keepingConn) forget(st *keptStmt) {
	if st.kept {
		c.used.Remove(c.byText[st.text])
		delete(c.byText, st.text)
		st.kept = false
	}
}

// release makes a statement free for the next caller. One that failed is not trusted with another try.
func (c *keepingConn) release(st *keptStmt, err error) {
	st.busy = false
	if err != nil {
		c.forget(st)
	}
	if !st.kept {
		_ = st.Close() // repeats err, if it says anything
	}
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	st, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	res, err := st.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	c.release(st, err)
	return res, err
}

// QueryContext implements driver.QueryerContext. The statement is in use until its rows are closed.
func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	st, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := st.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		c.release(st, err)
		return nil, err
	}
	return &keptRows{Rows: rows, conn: c, st: st}, nil
}

// Close ends the statements and the connection.
func (c *keepingConn) Close() error {
	var errs []error
	for e := c.used.Front(); e != nil; e = e.Next() {
		errs = append(errs, e.Value.(*keptStmt).Close())
	}
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// keptRows are the rows of a statement that is kept.
type keptRows struct {
	driver.Rows
	conn *keepingConn
	st   *keptStmt
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	err := r.Rows.Close()
	r.conn.release(r.st, err)
	return err
}
