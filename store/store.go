package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"remit/models"
	"remit/queue"
)

// Options says which database to open and how.
type Options struct {
	URL    string           // sqlite://path/to/file.db, or postgres://...
	Now    func() time.Time // required
	Logger *slog.Logger     // nil: nothing is logged
	// Node names this process as a writer of the ledger; each writer has a chain of its own, and two processes must not
	// share one. Empty: "main" on SQLite, which has but one process, and a random name on PostgreSQL.
	Node string
	// Busy is how long to wait for a lock that somebody outside this process holds before saying Unavailable. 5 s where zero.
	Busy time.Duration
	// Poll is how often PostgreSQL is asked whether another node has put something into the inbox. 250 ms where zero.
	Poll time.Duration
	// Beside opens a SQLite file that a service may be running on, for a command that changes one thing: it takes no lock
	// and must not drain. Its tables must be up to date already.
	Beside bool
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	reader
	opts    Options
	dialect queue.Dialect
	write   *gorm.DB
	writeDB *sql.DB
	readDB  *sql.DB
	jobs    *queue.Jobs
	tables  tables

	drains    drains // of this process, on SQLite
	accepting chan *accept
	callers   atomic.Int64 // of Accept
	accepted  atomic.Int64 // deliveries
	group     group        // of writes, on SQLite
	recent    recent
	index     logIndex
	indexing  sync.Mutex   // held while a block of the log is made
	handing   sync.RWMutex // held by who hands over to accepting, and by Close
	arrived   chan struct{}
	closing   chan struct{}
	closed    sync.Once
	wg        sync.WaitGroup
	unlock    func() error
}

// Open opens the database, brings its tables up to date and makes it ready to accept. A SQLite file that another process
// has open is a Conflict that says so.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func connect(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		return nil, models.FieldErrorf("Now", "a clock is needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Busy, o.Poll = cmp.Or(o.Busy, 5*time.Second), cmp.Or(o.Poll, 250*time.Millisecond)
	s := &Store{
		opts: o, drains: drains{busy: map[string]int{}}, accepting: make(chan *accept, 1024), index: usualIndex,
		arrived: make(chan struct{}, 1), closing: make(chan struct{}), unlock: func() error { return nil },
	}
	var err error
	switch {
	case strings.HasPrefix(o.URL, "sqlite:"):
		err = s.openSQLite(ctx)
	case strings.HasPrefix(o.URL, "postgres:"), strings.HasPrefix(o.URL, "postgresql:"):
		err = s.openPostgres(ctx)
	default:
		return nil, models.FieldErrorf("database_url", "a database address starts with sqlite:// or postgres://")
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.opts.Node == "" {
		s.opts.Node = "main"
		if s.dialect == queue.Postgres {
			s.opts.Node = "node-" + randomHex(8)
		}
	}
	return s, nil
}

// ready migrates and starts what runs in the background.
func (s *Store) ready(ctx context.Context) error {
	jobs, err := queue.Connect(queue.Database{Dialect: s.dialect, DB: s.writeDB, DSN: s.dsn(), Logger: s.opts.Logger})
	if err != nil {
		return err
	}
	s.jobs = jobs
	if err := s.bringUpToDate(ctx); err != nil {
		return err
	}
	if s.tables, err = newTables(s.write); err != nil {
		return fmt.Errorf("read the table definitions: %w", err)
	}
	s.wg.Go(s.commitAccepted)
	if s.dialect == queue.Postgres {
		s.wg.Go(s.watchInbox)
	}
	s.signal()
	return nil
}

func (s *Store) dsn() string {
	if s.dialect == queue.Postgres {
		return s.opts.URL
	}
	return ""
}

// Jobs gives the table of jobs, for queue.Open.
func (s *Store) Jobs() *queue.Jobs { return s.jobs }

// Arrived is signalled when something may be waiting in the inbox; several arrivals may be one signal.
func (s *Store) Arrived() <-chan struct{} { return s.arrived }

func (s *Store) signal() {
	select {
	case s.arrived <- struct{}{}:
	default:
	}
}

// Ping reports, as Unavailable, a database that cannot be reached.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.readDB.PingContext(ctx); err != nil {
		return because(models.Unavailable, "the database cannot be reached", err)
	}
	return nil
}

// Close commits what was being accepted and closes the database. A queue on it must be stopped before.
func (s *Store) Close() error {
	var errs []error
	s.closed.Do(func() {
		s.handing.Lock()
		close(s.closing)
		s.handing.Unlock()
		s.wg.Wait()
		if s.readDB != nil && s.readDB != s.writeDB {
			errs = append(errs, s.readDB.Close())
		}
		if s.writeDB != nil {
			errs = append(errs, s.writeDB.Close())
		}
		errs = append(errs, s.unlock())
	})
	return errors.Join(errs...)
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard, // its log quotes values
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
	}
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
