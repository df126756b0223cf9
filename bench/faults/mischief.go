package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver that remit's own database uses

	"remit/bot/slackfake"
)

// mischief has one thing after the other go wrong. The helpdesk's and Slack's faults go on beside the next ones.
type mischief struct {
	*world
	rnd      *rand.Rand
	deck     []kind
	count    map[string]int
	halts    []time.Time // when something that had halted deciding could go on
	readyMax time.Duration
	died     int
}

// kind is one way in which things go wrong.
type kind struct {
	name string
	do   func(context.Context) error
}

func newMischief(w *world, seed uint64) *mischief {
	return &mischief{world: w, rnd: rand.New(rand.NewPCG(seed, 2)), count: map[string]int{}}
}

func (m *mischief) kinds() []kind {
	all := []kind{
		{"kill", m.kill},
		{"kill", m.kill},
		{"terminate", m.terminate},
		{"freeze", m.freeze},
		{string(moodDown), m.moody(moodDown)},
		{string(moodBusy), m.moody(moodBusy)},
		{string(moodCut), m.moody(moodCut)},
		{"slack_500", m.slackFails(slackfake.Fault{Status: http.StatusBadGateway})},
		{"slack_429", m.slackFails(slackfake.Fault{Status: http.StatusTooManyRequests, Undone: true, RetryAfter: 1, Error: "ratelimited"})},
		{"slack_cut", m.slackFails(slackfake.Fault{Cut: true})},
	}
	if strings.HasPrefix(m.database, "sqlite") {
		return append(all, kind{"lock", m.lock})
	}
	all = append(all, kind{"disconnect", m.disconnect})
	if m.restartDB != nil {
		all = append(all, kind{"database_restart", m.restart})
	}
	return all
}

// until goes on until done says so, each kind once before any comes again. In the end every process runs and nothing fails.
func (m *mischief) until(ctx context.Context, done func() bool) error {
	for !done() {
		if len(m.deck) == 0 {
			m.deck = m.kinds()
			m.rnd.Shuffle(len(m.deck), func(i, j int) { m.deck[i], m.deck[j] = m.deck[j], m.deck[i] })
		}
		k := m.deck[0]
		m.deck = m.deck[1:]
		note("%s", k.name)
		if err := k.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		m.count[k.name]++
		if err := m.pause(ctx, 200*time.Millisecond, time.Second); err != nil {
			return err
		}
		if err := m.revive(ctx); err != nil {
			return err
		}
	}
	m.slack.Mend()
	m.desk.fail("", 0)
	return nil
}

// pause waits for a while between the two.
func (m *mischief) pause(ctx context.Context, least, most time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(least + time.Duration(m.rnd.Int64N(int64(most-least)))):
		return nil
	}
}

func (m *mischief) any() *node { return m.nodes[m.rnd.IntN(len(m.nodes))] }

// start starts a process, from when on decisions are waited for.
func (m *mischief) start(ctx context.Context, n *node) error {
	at, took, err := n.start(ctx)
	m.halts = append(m.halts, at)
	m.readyMax = max(m.readyMax, took)
	return err
}

// revive starts again what has ended by itself, and counts it.
func (m *mischief) revive(ctx context.Context) error {
	for _, n := range m.nodes {
		if n.running() {
			continue
		}
		m.died++
		note("a process has ended by itself: %s", n.lastWords())
		if err := m.start(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (m *mischief) kill(ctx context.Context) error {
	n := m.any()
	n.kill()
	if err := m.pause(ctx, 0, 500*time.Millisecond); err != nil {
		return err
	}
	return m.start(ctx, n)
}

func (m *mischief) terminate(ctx context.Context) error {
	n := m.any()
	if err := n.terminate(); err != nil {
		return err
	}
	return m.start(ctx, n)
}

func (m *mischief) freeze(ctx context.Context) error {
	n := m.any()
	n.signal(syscall.SIGSTOP)
	err := m.pause(ctx, time.Second, 4*time.Second)
	n.signal(syscall.SIGCONT)
	m.halts = append(m.halts, time.Now())
	return err
}

func (m *mischief) moody(how mood) func(context.Context) error {
	return func(context.Context) error {
		m.desk.fail(how, time.Second+time.Duration(m.rnd.Int64N(int64(time.Second))))
		return nil
	}
}

// slackFails has some of the next posts fail; of those that may have been carried out, half were not.
func (m *mischief) slackFails(f slackfake.Fault) func(context.Context) error {
	return func(context.Context) error {
		for range 2 {
			one := f
			one.Method, one.Undone = "chat.postMessage", f.Undone || m.rnd.IntN(2) == 0
			m.slack.Fail(one)
		}
		return nil
	}
}

// lock holds the writer's lock of the SQLite file for a second, as a backup or somebody's shell does.
func (m *mischief) lock(ctx context.Context) error {
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(m.database, "sqlite://")+"?_txlock=immediate&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	err = m.pause(ctx, time.Second, 1001*time.Millisecond)
	if rolled := tx.Rollback(); err == nil {
		err = rolled
	}
	m.halts = append(m.halts, time.Now())
	return err
}

// disconnect has PostgreSQL end every connection of the nodes.
func (m *mischief) disconnect(ctx context.Context) error {
	c, err := pgx.Connect(ctx, m.database)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	m.halts = append(m.halts, time.Now())
	return err
}

func (m *mischief) restart(context.Context) error {
	err := m.restartDB()
	m.halts = append(m.halts, time.Now())
	return err
}
