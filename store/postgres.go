package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"remit/models"
	"remit/queue"
)

// openPostgres opens one pool for reading and writing.
func (s *Store) openPostgres(ctx context.Context) error {
	s.dialect = queue.Postgres
	cfg, err := pgx.ParseConfig(s.opts.URL)
	if err != nil {
		// The parse error may repeat the address, and with it the password.
		return models.FieldErrorf("database_url", "the PostgreSQL address cannot be read")
	}
	cfg.RuntimeParams["lock_timeout"] = fmt.Sprint(s.opts.Busy.Milliseconds())
	s.writeDB = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(timesInUTC))
	s.writeDB.SetMaxOpenConns(16)
	s.writeDB.SetMaxIdleConns(16)
	s.writeDB.SetConnMaxIdleTime(5 * time.Minute)
	s.readDB = s.writeDB
	if err := s.writeDB.PingContext(ctx); err != nil {
		return because(models.Unavailable, "PostgreSQL cannot be reached", err)
	}
	s.write, err = gorm.Open(postgres.New(postgres.Config{Conn: s.writeDB}), gormConfig())
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", classify(err))
	}
	s.reader = reader{db: s.write, now: s.opts.Now}
	return nil
}

// timesInUTC has times come back in UTC, not in whatever zone the machine is in.
func timesInUTC(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// watchInbox signals what other nodes put into the inbox.
func (s *Store) watchInbox() {
	t := time.NewTicker(s.opts.Poll)
	defer t.Stop()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for {
		select {
		case <-s.closing:
			return
		case <-t.C:
		}
		if some, err := s.pending(ctx); err == nil && some {
			s.signal()
		}
	}
}
