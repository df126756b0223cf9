package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"remit/models"
	"remit/queue"
)

// table writes the rows of one type by statements that stay the same, so that they are parsed once: on the drain's path
// gorm's own Create would cost more than the database does.
type table struct {
	name    string
	fields  []*schema.Field
	columns []string // quoted
	// clash says what becomes of a row that is already there: an ON CONFLICT clause, or nothing for an error.
	clash string
}

// tables are those that Changes touch.
type tables struct {
	tickets, accounts, vendors, payables, receivables, balances *table
	submissions, transactions                                   *table
	pastBalances, planned                                       *table
	snapshots, decisions, effects, switches, ledger, cards      *table
	policies                                                    *table
	norms                                                       *table
	verdicts, standings, grants                                 *table
	challengers, shadows                                        *table
}

func newTables(db *gorm.DB) (t tables, err error) {
	cache := &sync.Map{}
	for _, def := range []struct {
		into  **table
		model any
		clash func(*table) string
	}{
		{&t.tickets, models.Ticket{}, replacing("id")},
		{&t.accounts, models.Account{}, replacing("id")},
		{&t.vendors, models.Vendor{}, replacing("id")},
		{&t.payables, models.Payable{}, replacing("id")},
		{&t.receivables, models.Receivable{}, replacing("id")},
		{&t.balances, models.Balance{}, replacing("id")},
		{&t.submissions, models.Submission{}, replacing("id")},
		{&t.transactions, models.Transaction{}, replacing("id")},
		{&t.pastBalances, models.PastBalance{}, later("id", "day", "as_of")},
		{&t.planned, models.PlannedItem{}, replacing("id")},
		{&t.switches, models.Switch{}, replacing("domain")},
		{&t.cards, models.CardRef{}, keeping},
		{&t.norms, models.Norm{}, replacing("id")},
		{&t.snapshots, models.Snapshot{}, keeping},
		{&t.effects, models.Effect{}, func(*table) string { return " ON CONFLICT DO NOTHING RETURNING id" }},
		{&t.decisions, models.Decision{}, func(*table) string { return "" }},
		{&t.policies, models.PolicyVersion{}, func(*table) string { return "" }},
		{&t.ledger, ledgerRow{}, func(*table) string { return "" }},
		{&t.verdicts, verdictRow{}, func(*table) string { return "" }},
		{&t.standings, standingRow{}, func(*table) string { return "" }},
		{&t.grants, models.Grant{}, replacing("id")},
		{&t.challengers, models.Challenger{}, func(*table) string { return "" }},
		{&t.shadows, models.Shadow{}, keeping},
	} {
		if *def.into, err = newTable(db, cache, def.model); err != nil {
			return t, err
		}
		(*def.into).clash = def.clash(*def.into)
	}
	return t, nil
}

func newTable(db *gorm.DB, cache *sync.Map, model any) (*table, error) {
	s, err := schema.Parse(model, cache, db.NamingStrategy)
	if err != nil {
		return nil, fmt.Errorf("read the columns of %T: %w", model, err)
	}
	t := &table{name: s.Table}
	for _, name := range s.DBNames {
		f := s.FieldsByDBName[name]
		if f.AutoIncrement && f.HasDefaultValue {
			continue
		}
		t.fields = append(t.fields, f)
		t.columns = append(t.columns, `"`+name+`"`)
	}
	return t, nil
}

// replacing has the newer row replace all of the older but its key.
func replacing(key string) func(*table) string {
	return func(t *table) string {
		var sets []string
		for _, c := range t.columns {
			if c != `"`+key+`"` {
				sets = append(sets, c+" = excluded."+c)
			}
		}
		return ` ON CONFLICT ("` + key + `") DO UPDATE SET ` + strings.Join(sets, ", ")
	}
}

// later has the row that is newer by a column replace the other of the same two keys.
func later(key, key2, by string) func(*table) string {
	return func(t *table) string {
		replace := replacing(key)(t)
		replace = strings.Replace(replace, `("`+key+`")`, `("`+key+`", "`+key2+`")`, 1)
		return replace + ` WHERE excluded.` + by + ` >= ` + t.name + `.` + by
	}
}

// keeping has the older row stay.
func keeping(*table) string { return " ON CONFLICT DO NOTHING" }

// insert is the statement for n rows.
func (t *table) insert(d queue.Dialect, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", t.name, strings.Join(t.columns, ", "))
	at := 1
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range t.columns {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(placeholder(d, at))
			at++
		}
		b.WriteByte(')')
	}
	b.WriteString(t.clash)
	return b.String()
}

// update is the statement that replaces a row that still has the version it was read at.
func (t *table) update(d queue.Dialect, key, version string) string {
	sets := make([]string, len(t.columns))
	for i, c := range t.columns {
		sets[i] = c + " = " + placeholder(d, i+1)
	}
	n := len(t.columns)
	return fmt.Sprintf(`UPDATE %s SET %s WHERE "%s" = %s AND "%s" = %s`,
		t.name, strings.Join(sets, ", "), key, placeholder(d, n+1), version, placeholder(d, n+2))
}

func placeholder(d queue.Dialect, n int) string {
	if d == queue.Postgres {
		return fmt.Sprintf("$%d", n)
	}
	return "?"
}

// values appends the row's columns as the drivers take them.
func (t *table) values(ctx context.Context, args []any, row reflect.Value) ([]any, error) {
	for _, f := range t.fields {
		v, _ := f.ValueOf(ctx, row)
		v, err := plain(v)
		if err != nil {
			return nil, fmt.Errorf("write %s of %s: %w", f.DBName, t.name, err)
		}
		args = append(args, v)
	}
	return args, nil
}

// plain makes a value what comes back the same from both databases: times in UTC to the microsecond, text without what
// PostgreSQL refuses.
func plain(v any) (any, error) {
	switch x := v.(type) {
	case time.Time:
		return plainTime(x), nil
	case string:
		return models.CleanText(x), nil
	case *string:
		if x == nil {
			return nil, nil
		}
		return models.CleanText(*x), nil
	case driver.Valuer:
		return x.Value()
	case []byte, int, int64, bool, float64, nil:
		return v, nil
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.String {
		return models.CleanText(rv.String()), nil
	}
	return v, nil
}

func plainTime(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// statements are those prepared on SQLite's writer; pgx keeps its own.
type statements map[string]*sql.Stmt

func (st statements) close() {
	for _, s := range st {
		_ = s.Close()
	}
}

// prepare prepares on the writer what a drain runs once a row.
func (s *Store) prepare(ctx context.Context) error {
	s.stmts = statements{}
	if s.dialect != queue.SQLite {
		return nil
	}
	t := s.tables
	texts := []string{insertInbox, t.decisions.update(s.dialect, "id", "version"), markDone, insertEcho, takeBudget, nameVendor, insertGrams}
	for _, t := range []*table{
		t.tickets, t.accounts, t.vendors, t.payables, t.receivables, t.balances, t.submissions, t.transactions, t.snapshots, t.decisions, t.effects, t.ledger, t.norms,
	} {
		texts = append(texts, t.insert(s.dialect, 1))
	}
	for _, text := range texts {
		st, err := s.writeDB.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		s.stmts[text] = st
	}
	return nil
}
