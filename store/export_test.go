package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"remit/models"
	"remit/queue"
)

// LimitPages has the SQLite database be as full as it is.
func LimitPages(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.writeDB.Exec(`PRAGMA max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
}

// SmallIndex has the log be indexed in blocks of 64, of which four may have changed, and eight of the newest be walked.
func (s *Store) SmallIndex() {
	s.index = logIndex{rows: 64, walked: 8, changed: 4, piece: 100, settling: 0}
}

// WalkLog gives what Log gives, without asking the index.
func (s *Store) WalkLog(ctx context.Context, q models.LogQuery) ([]models.Decision, error) {
	was := s.index.walked
	defer func() { s.index.walked = was }()
	s.index.walked = 1 << 40
	return s.Log(ctx, q)
}

// EmptyLog has nothing ever have been decided.
func (s *Store) EmptyLog(t interface{ Fatal(...any) }) {
	texts := []string{`DELETE FROM decisions`, `DELETE FROM sqlite_sequence WHERE name = 'decisions'`}
	if s.dialect == queue.Postgres {
		texts = []string{`TRUNCATE decisions RESTART IDENTITY`}
	}
	for _, text := range append(texts, `DELETE FROM log_blocks`, `DELETE FROM log_grams`, `DELETE FROM log_changed`) {
		if _, err := s.writeDB.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
}

// Candidates gives how many decisions the index has look as if they had the text, asked for all of its grams.
func (s *Store) Candidates(t *testing.T, text string) int {
	t.Helper()
	l := lookup{db: s.db.WithContext(t.Context()), index: s.index, grams: askedOf(text)}
	var blocks []block
	if err := l.db.Find(&blocks).Error; err != nil {
		t.Fatal(err)
	}
	seqs, err := l.candidates(blocks)
	if err != nil {
		t.Fatal(err)
	}
	return len(seqs)
}

// Changed gives how many decisions are looked at for what has changed since they were indexed.
func (s *Store) Changed(t *testing.T) (n int64) {
	t.Helper()
	if err := s.db.WithContext(t.Context()).Table("log_changed").Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// Grams gives the grams of a text.
func Grams(text string) (all []uint32) {
	gramsOf(text, func(g gram) { all = append(all, uint32(g)) })
	return all
}

// WhileIndexing has f be called once, when a block's texts have been read and it is not yet written.
func (s *Store) WhileIndexing(t *testing.T, f func()) {
	t.Helper()
	var once sync.Once
	after := func(g *gorm.DB) {
		if strings.HasPrefix(g.Statement.SQL.String(), `SELECT seq, created_at, title`) {
			once.Do(f)
		}
	}
	if err := s.db.Callback().Row().After("gorm:row").Register("while indexing", after); err != nil {
		t.Fatal(err)
	}
}

// ForgetNames has no names of vendors and customers be noted, as before they were.
func (s *Store) ForgetNames(t *testing.T) {
	t.Helper()
	for _, table := range []string{"vendor_names", "customer_names"} {
		if _, err := s.writeDB.Exec("DELETE FROM " + table); err != nil {
			t.Fatal(err)
		}
	}
}

// Tagged gives, by table, the columns that the types say they have.
func Tagged(t *testing.T) map[string][]string {
	t.Helper()
	columns := map[string][]string{}
	for _, m := range []any{
		models.Ticket{},
		models.Account{},
		models.Vendor{},
		models.Payable{},
		models.Receivable{},
		models.Balance{},
		models.Transaction{},
		models.Submission{},
		models.Snapshot{},
		models.Decision{},
		models.Effect{},
		models.Challenger{},
		models.Shadow{},
		models.Switch{},
		models.CardRef{},
		models.DeadLetter{},
		models.PolicyVersion{},
		models.Learned{},
		models.Trial{},
		models.Second{},
		models.Norm{},
		models.Membership{},
		models.PastBalance{},
		models.PlannedItem{},
		ledgerRow{},
	} {
		s, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		columns[s.Table] = s.DBNames
	}
	return columns
}

// Columns gives a table's columns.
func (s *Store) Columns(t *testing.T, table string) map[string]bool {
	t.Helper()
	types, err := s.write.Session(&gorm.Session{NewDB: true}).Migrator().ColumnTypes(table)
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for _, c := range types {
		has[c.Name()] = true
	}
	return has
}

// PendingQuery is the drain's, with its limit filled in.
var PendingQuery = strings.Replace(pendingSQLite, "?", "10", 1)

// Queries gives the texts of what f asks through gorm, with the values filled in.
func Queries(ctx context.Context, s *Store, f func()) ([]string, error) {
	var texts []string
	note := func(g *gorm.DB) {
		texts = append(texts, g.Dialector.Explain(g.Statement.SQL.String(), g.Statement.Vars...))
	}
	cb := s.db.Callback()
	err := errors.Join(
		cb.Query().After("gorm:query").Register("note", note),
		cb.Row().After("gorm:row").Register("note", note),
		cb.Raw().After("gorm:raw").Register("note", note),
	)
	f()
	return texts, errors.Join(err, ctx.Err())
}

// OpenKeeping opens a SQLite file with connections that keep their statements.
func OpenKeeping(path string) (*sql.DB, error) { return openKeeping("file:" + path) }

// StatementsKept is how many a connection keeps at most.
const StatementsKept = statementsKept

// Kept gives how many statements a connection of OpenKeeping keeps.
func Kept(conn any) int { return conn.(*keepingConn).used.Len() }

// ReadRecent gives what Recent gives, from the database.
func (s *Store) ReadRecent(ctx context.Context, since time.Time) ([]models.Seen, error) {
	return s.reader.Recent(ctx, since)
}

// AgeRecent has what is remembered of recent tickets be too old to go by.
func (s *Store) AgeRecent() {
	s.recent.mu.Lock()
	defer s.recent.mu.Unlock()
	s.recent.readAt = s.recent.readAt.Add(-2 * recentTrusted)
}
