package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"remit/models"
	"remit/queue"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the tables, ours and the queue's, up to date. Open does so; doing so again changes nothing.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", classify(err))
	}
	return s.jobs.Migrate(ctx)
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
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.dialect == queue.Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("lock the migrations: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, "migrations/"+string(s.dialect))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, s.writeDB, files, opts...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return p, nil
}
