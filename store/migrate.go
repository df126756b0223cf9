package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"remit/models"
	"remit/queue"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the tables, ours and the queue's, up to date. Open does so; doing so again changes nothing. Nodes that
// start together take turns.
func (s *Store) Migrate(ctx context.Context) error {
	unlock, err := s.lockMigrations(ctx)
	if err != nil {
		return fmt.Errorf("wait for another node's migrations: %w", classify(err))
	}
	defer unlock()
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", classify(err))
	}
	if err := s.jobs.Migrate(ctx); err != nil {
		return classify(err)
	}
	if err := s.nameAll(ctx); err != nil {
		return err
	}
	return s.nameAllCustomers(ctx)
}

// Current reports, as Invalid, tables that are not up to date.
func (s *Store) Current(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("read which migrations were made: %w", classify(err))
	}
	if pending {
		return models.Errorf(models.Invalid, "the database's tables are not up to date: run remit migrate, or start remit serve")
	}
	return nil
}

// bringUpToDate migrates, or for a command beside a running service only makes sure that somebody has.
func (s *Store) bringUpToDate(ctx context.Context) error {
	if s.opts.Beside {
		return s.Current(ctx)
	}
	return s.Migrate(ctx)
}

func (s *Store) migrator() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if s.dialect == queue.Postgres {
		dialect = goose.DialectPostgres
	}
	files, err := fs.Sub(migrations, "migrations/"+string(s.dialect))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, s.writeDB, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return p, nil
}

// lockMigrations holds a lock of PostgreSQL's until unlock; SQLite's file has no other process.
func (s *Store) lockMigrations(ctx context.Context) (unlock func(), err error) {
	if s.dialect != queue.Postgres {
		return func() {}, nil
	}
	c, err := s.writeDB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	// Another node's migration takes as long as it takes.
	for _, text := range []string{`SET lock_timeout = 0`, `SELECT pg_advisory_lock(7236)`, `RESET lock_timeout`} {
		if _, err := c.ExecContext(ctx, text); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return func() {
		_, _ = c.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(7236)`)
		_ = c.Close()
	}, nil
}
