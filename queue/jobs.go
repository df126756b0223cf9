package queue

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"remit/models"
)

// Dialect is the kind of database that the jobs are in.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Database is where the jobs are. On SQLite DB must be the one writer: River's own writes queue up behind ours there
// instead of meeting them as locks.
type Database struct {
	Dialect Dialect
	DB      *sql.DB
	DSN     string // PostgreSQL only: what the workers connect to, so that they can listen for jobs
	Logger  *slog.Logger
}

// tries is what River is told; ours is smaller and decided in work, so that giving up can be tried again too.
const tries = 1000

// effectArgs is the one kind of job.
type effectArgs struct {
	EffectID   string            `json:"effect_id"`
	EffectKind models.EffectKind `json:"kind"`
}

// Kind names the job to River.
func (effectArgs) Kind() string { return "effect" }

// lanes are the queues: effects of one lane wait for each other's workers, those of another do not, so that a slow Slack
// holds up no write to a provider.
var lanes = map[models.EffectKind]string{
	models.EffectApply:  "apply",
	models.EffectRevert: "apply",
	models.EffectCard:   "card",
	models.EffectExpire: "timer",
	models.EffectAct:    "timer",
	models.EffectAudit:  "timer",
	models.EffectFetch:  "fetch",
	models.EffectAdvise: "advise",
	models.EffectNotice: "card",
	models.EffectTell:   "tell",
}

func laneOf(k models.EffectKind) string {
	if lane, ok := lanes[k]; ok {
		return lane
	}
	return "timer"
}

// Jobs is the table of jobs: what the store inserts into.
type Jobs struct {
	db       Database
	inserter *river.Client[*sql.Tx]
}

// Connect gives the jobs of a database. It runs none: see Open.
func Connect(db Database) (*Jobs, error) {
	db.Logger = quiet(db.Logger)
	c, err := river.NewClient(db.driver(), &river.Config{Logger: db.Logger})
	if err != nil {
		return nil, fmt.Errorf("connect to the queue: %w", err)
	}
	return &Jobs{db: db, inserter: c}, nil
}

func (d Database) driver() riverdriver.Driver[*sql.Tx] {
	if d.Dialect == Postgres {
		return riverdatabasesql.New(d.DB)
	}
	return riversqlite.New(d.DB)
}

// Migrate brings River's own tables up to date. Doing so again changes nothing.
func (j *Jobs) Migrate(ctx context.Context) error {
	m, err := rivermigrate.New(j.db.driver(), &rivermigrate.Config{Logger: j.db.Logger})
	if err != nil {
		return fmt.Errorf("read the queue's migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}

// Insert adds a job for each effect, within tx: they are there if and only if tx commits. An effect with a RunAt is run
// then, or up to a few seconds later.
func (j *Jobs) Insert(ctx context.Context, tx *sql.Tx, effects []models.Effect) error {
	if len(effects) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(effects))
	for i, e := range effects {
		params[i] = river.InsertManyParams{
			Args:       effectArgs{EffectID: e.ID, EffectKind: e.Kind},
			InsertOpts: &river.InsertOpts{Queue: laneOf(e.Kind), ScheduledAt: e.RunAt, MaxAttempts: tries},
		}
	}
	if _, err := j.inserter.InsertManyFastTx(ctx, tx, params); err != nil {
		return fmt.Errorf("queue %d effects: %w", len(effects), err)
	}
	return nil
}

// requeueOrphans makes jobs available again that a killed process was running. On SQLite there is no other process that
// could be running them; on PostgreSQL River rescues them once they are older than any job may run.
func (j *Jobs) requeueOrphans(ctx context.Context) error {
	if j.db.Dialect != SQLite {
		return nil
	}
	_, err := j.db.DB.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
	if err != nil {
		return fmt.Errorf("requeue what a killed process was running: %w", err)
	}
	return nil
}

// newRunner gives what works the jobs. On PostgreSQL it has a small pool of its own, for River listens through pgx.
func (j *Jobs) newRunner(ctx context.Context, cfg *river.Config) (runner, error) {
	if j.db.Dialect == SQLite {
		c, err := river.NewClient(j.db.driver(), cfg)
		return runner{client: c, close: func() {}}, err
	}
	pc, err := pgxpool.ParseConfig(j.db.DSN)
	if err != nil {
		// The parse error may repeat the DSN, and with it the password.
		return runner{}, models.Errorf(models.Invalid, "the database address cannot be read")
	}
	pc.MaxConns = 6
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return runner{}, err
	}
	c, err := river.NewClient(riverpgxv5.New(pool), cfg)
	if err != nil {
		pool.Close()
		return runner{}, err
	}
	return runner{client: c, close: pool.Close}, nil
}

// client is what is used of a River client of either transaction type.
type client interface {
	Start(context.Context) error
	Stop(context.Context) error
	StopAndCancel(context.Context) error
}

type runner struct {
	client
	close func()
}
