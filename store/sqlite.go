package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"remit/models"
	"remit/queue"
)

// openSQLite opens the one writer and the pool of readers, after making sure that no other process has the file.
func (s *Store) openSQLite(ctx context.Context) error {
	s.dialect = queue.SQLite
	path := strings.TrimPrefix(strings.TrimPrefix(s.opts.URL, "sqlite:"), "//")
	if path == "" || strings.Contains(path, ":memory:") {
		return models.FieldErrorf("database_url", "SQLite needs a file: sqlite://remit.db")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	if !s.opts.Beside {
		unlock, err := lockFile(abs + ".lock")
		if err != nil {
			return err
		}
		s.unlock = unlock
	}
	if s.writeDB, err = openKeeping(s.sqliteDSN(abs, false)); err != nil {
		return classify(err)
	}
	s.writeDB.SetMaxOpenConns(1)
	s.writeDB.SetMaxIdleConns(1)
	if err := s.writeDB.PingContext(ctx); err != nil {
		return fmt.Errorf("open %s: %w", path, classify(err))
	}
	if s.readDB, err = openKeeping(s.sqliteDSN(abs, true)); err != nil {
		return classify(err)
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	s.readDB.SetMaxOpenConns(readers)
	s.readDB.SetMaxIdleConns(readers)
	if s.write, err = openSQLiteGorm(s.writeDB); err != nil {
		return err
	}
	read, err := openSQLiteGorm(s.readDB)
	s.reader = reader{db: read, now: s.opts.Now}
	return err
}

func openSQLiteGorm(db *sql.DB) (*gorm.DB, error) {
	g, err := gorm.Open(sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: db}), gormConfig())
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", classify(err))
	}
	return g, nil
}

// sqliteDSN writes times as whole microseconds: they compare as they should, and come back as they went.
func (s *Store) sqliteDSN(abs string, readOnly bool) string {
	q := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", s.opts.Busy.Milliseconds()),
			"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
			"wal_autocheckpoint(2000)", "journal_size_limit(67108864)", "cache_size(-16000)", "temp_store(MEMORY)",
		},
		"_time_integer_format": {"unix_micro"},
		"_inttotime":           {"1"},
	}
	if readOnly {
		q["_pragma"] = append(q["_pragma"], "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", Path: abs, RawQuery: q.Encode()}).String()
}

// lockFile takes a lock that the system gives back when the process ends, however it ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, because(models.Unavailable, "the database's lock file cannot be opened", err)
	}
	if err := tryLock(f); err != nil {
		_ = f.Close()
		return nil, models.Errorf(models.Conflict, "another process has this SQLite database open (%s is locked): stop it first, or use PostgreSQL for more than one process", filepath.Base(path))
	}
	return f.Close, nil
}
