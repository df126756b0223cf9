// Package app puts the parts of remit together: what `remit serve` runs, what the demo plays to, and what tests start
// in-process.
package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"remit/bot"
	"remit/config"
	"remit/connector"
	"remit/decision"
	"remit/judge"
	"remit/models"
	"remit/queue"
	"remit/store"
	"remit/triage"
	"remit/web"
)

// Version is what decisions say of the program that made them.
const Version = "0.1.0"

// drainBatch is how many deliveries are decided in one transaction, at most: few enough that webhooks waiting for the one
// writer of SQLite do not wait long, enough to share the reads.
const drainBatch = 32

// drainers is how many batches, of different subjects, are under way at once: one is decided while another is committed.
const drainers = 2

// drainTick is how often the inbox is looked at when nothing was said to have arrived.
const drainTick = time.Second

// Options are what an App is made of beside its configuration.
type Options struct {
	Now    func() time.Time
	Logger *slog.Logger
	// Policy is the policy's text where it is not to be read from the configured file.
	Policy []byte
	// Beside lets a command work beside a running service on the same SQLite file: it may change things, but must not
	// drain or run the queue.
	Beside bool
	// Rivals gives other judges of tickets that are tried out beside the one that judges, as they are now; nil: none.
	Rivals func() []decision.Rival
	// PolicyEvery is how often the policy file and the version in force are looked at. 2 s where zero.
	PolicyEvery time.Duration
}

// App is remit, wired and ready to serve.
type App struct {
	Config config.Config
	Store  *store.Store
	Engine *decision.Engine
	Bot    *bot.Bot
	People people
	// Policies are the versions of the policy, with the one in force.
	Policies *decision.Policies

	opts     Options
	sources  sources
	file     *decision.PolicyFile // nil: the policy is not in a file
	reload   chan struct{}
	payments *payments
	tickets  *tickets
	tide     tide
	judge    judge.Judge                         // another one; nil: nobody is asked
	rotas    atomic.Pointer[map[string][]string] // who is on each rota, by id; nil until it was looked at
	tried    atomic.Int64                        // when a challenger was last trained here, in Unix seconds
	levelled atomic.Int64                        // when a model of urgency was
}

// Policy gives the policy in force.
func (a *App) Policy() *decision.Policy { return a.Policies.Policy() }

// New opens the database, takes up the policy and wires everything. Errors that the operator can mend are Invalid and say
// how.
func New(ctx context.Context, cfg config.Config, o Options) (*App, error) {
	a := &App{Config: cfg, opts: o, People: people{Config: cfg, team: cfg.Slack.TeamID, links: &links{}}, reload: make(chan struct{}, 1)}
	var err error
	a.Store, err = store.Open(ctx, store.Options{URL: cfg.DatabaseURL.Reveal(), Now: o.Now, Logger: o.Logger, Beside: o.Beside})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	a.Policies = newPolicies(a.Store, a.People, o)
	err = a.takePolicy(ctx)
	if err == nil {
		err = a.wire(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, a.Store.Close())
	}
	return a, nil
}

func (a *App) wire(ctx context.Context) error {
	salt, err := a.Store.Salt(ctx)
	if err != nil {
		return err
	}
	if a.sources, err = newSources(a.Config, salt, a.opts.Now); err != nil {
		return err
	}
	a.tide = tide{waiting: a.Store.Accepting, stored: a.Store.Accepted, now: time.Now}
	a.tickets = newTickets()
	a.payments = newPayments()
	if err := a.FollowLearned(ctx); err != nil {
		a.opts.Logger.Warn("what was learned of payments cannot be used; the model that ships judges", "err", err)
	}
	a.Engine = &decision.Engine{
		Ledger: a.Store, Sources: a.sources, Tickets: a.tickets, Payments: a.payments,
		Policy: a.Policies.Policy, People: a.People, Salt: hex.EncodeToString(salt), Now: a.opts.Now, Build: Version, Batch: drainBatch, Rest: a.tide.rest, Log: a.opts.Logger,
	}
	a.Engine.OnRota = a.onRota
	a.Engine.Rewritten = triage.Rewritten
	a.Engine.Shadows = a.shadows()
	a.judge = openJudge(a.Config.Judge, a.opts.Now)
	a.Engine.Adviser = a.newAdviser(a.Config.Judge)
	a.People.links.store = a.Store
	if err := a.People.links.refresh(ctx); err != nil {
		return err
	}
	a.Bot = bot.New(a.botOptions())
	if err := errors.Join(a.refreshIntents(ctx), a.refreshLevels(ctx)); err != nil {
		if models.KindOf(err) != models.Invalid {
			return err
		}
		// A model that cannot be read judges nothing; the words of the policy do.
		a.opts.Logger.Error("the model of the tickets' history is not used", "err", err)
	}
	if err := a.RefreshOdds(ctx); err != nil {
		if models.KindOf(err) != models.Invalid {
			return err
		}
		a.opts.Logger.Error("what is known of first contacts is not used", "err", err)
	}
	return nil
}

func (a *App) botOptions() bot.Options {
	o := SlackOptions(a.Config, a.opts.Now)
	o.People, o.Resolver, o.Keeper, o.Cases, o.Refs, o.Outbox = a.People, a.Engine, a.Engine, a.Store, a.Store, a.Store
	o.Redact = func() bool { return a.Policy().Redacts() }
	o.Deeds, o.Zone, o.Logger = a.deeds(), a.Policy().Zone, a.opts.Logger
	o.Runs, o.Items, o.Agents = a.PayRuns, a.itemsOf, a.agentsOf
	o.Channels, o.Links, o.Duty = a.channels(), register{a.Store, a.People}, a.board()
	if shared(a.Config) {
		o.Turns = turns{a.Store}
	}
	return o
}

// Close closes the database.
func (a *App) Close() error { return a.Store.Close() }

// Serve drains, runs the queue, polls, and answers on the two listeners until ctx ends; then it finishes what is under
// way. It closes the listeners.
func (a *App) Serve(ctx context.Context, public, console net.Listener) error {
	q, err := queue.Open(ctx, a.Store.Jobs(), queue.Options{
		Handlers: a.handlers(), GiveUp: a.Engine.GiveUp, Logger: a.opts.Logger, Now: time.Now,
	})
	if err != nil {
		return err
	}
	if err := q.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	for range drainers {
		running.Go(func() { _ = a.Engine.Run(work, a.Store.Arrived(), drainTick) })
	}
	for name, c := range a.sources {
		if p, ok := c.(connector.Poller); ok {
			running.Go(func() { a.poll(work, name, p) })
		}
	}
	running.Go(func() { a.Bot.Run(work) })
	running.Go(func() { a.introduce(work) })
	running.Go(func() { a.tell(work) })
	if a.Config.Slack.Mode == config.SlackSocket {
		running.Go(func() { _ = a.Bot.Listen(work) }) // it has logged why it ended; the console goes on
	}
	running.Go(func() { a.tidy(work) })
	running.Go(func() { a.index(work) })
	running.Go(func() { a.Engine.Shadows.Run(work) })
	running.Go(func() { a.watchPolicy(work) })
	running.Go(func() { a.appraise(work) })
	running.Go(func() { a.weekly(work) })
	running.Go(func() { a.learn(work) })
	running.Go(func() { a.lookAtRotas(work) })
	running.Go(func() { a.follow(work) })
	running.Go(func() { a.recount(work) })
	running.Go(func() { a.payRuns(work) })
	running.Go(func() { a.watchCash(work) })
	running.Go(func() { a.learnTickets(work) })
	running.Go(func() { a.lookForAnswers(work) })
	if a.judge != nil {
		running.Go(func() { a.consult(work, a.judge) })
	}
	err = a.server().Serve(ctx, public, console)
	stop()
	running.Wait()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	err = errors.Join(err, q.Stop(grace))
	a.Bot.Close()
	return err
}

func (a *App) handlers() queue.Handlers {
	e := a.Engine
	return queue.Handlers{
		models.EffectApply: e.Apply, models.EffectRevert: e.Apply, models.EffectExpire: e.Expire, models.EffectAct: e.ActAt,
		models.EffectFetch: e.Fetch, models.EffectCard: a.card, models.EffectAudit: e.AuditEnds, models.EffectTell: e.Tell, models.EffectAdvise: e.Advise,
		models.EffectNotice: a.notice,
		models.EffectRemind: a.remind, models.EffectTurn: a.remind,
	}
}

// card says that a card is to be brought up to date. Which goes first, and when, is the bot's to say: an effect of this kind
// is done when the bot has noted that it is.
func (a *App) card(context.Context, string) error {
	a.Bot.Nudge()
	return nil
}

// remind tells people of a decision that waits for them. A Slack that will not take it is asked again, like any effect's outside.
func (a *App) remind(ctx context.Context, effectID string) error {
	err := a.Engine.Remind(ctx, effectID, a.Bot)
	if later, ok := errors.AsType[*bot.RetryAfter](err); ok {
		return queue.Snooze(later.D)
	}
	return err
}

func (a *App) server() *web.Server {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), a.droppedShadows())
	metrics := web.NewMetrics(registry, a.Store)
	var slack http.Handler
	if a.Config.Slack.Mode == config.SlackHTTP {
		slack = a.Bot.Handler()
	}
	return &web.Server{
		Log: a.opts.Logger,
		Public: web.Public(web.PublicOptions{
			Sources: a.sources, Accepter: a.Store, Database: a.Store, Slack: slack, PublicURL: a.Config.PublicURL.Reveal(),
			Now: a.opts.Now, Log: a.opts.Logger, Metrics: metrics,
		}),
		Console: web.Console(web.ConsoleOptions{
			Cases: a.Store, Log: a.Store, Resolver: a.Engine, Undoer: a.Engine, BulkUndoer: a.Engine, Auditor: a.Engine, Autonomy: a.Engine, Switcher: a.Engine, Switches: a.Store, Caps: a.Engine,
			DeadLetters: a.Store, Learner: a, Accounts: a, Logins: a.Store, Sessions: a.Store, People: staff{a.People, a.Bot.GroupsNow}, Cards: cards{a.Bot}, Reviews: a,
			Policies: a.Policies, PolicyEditor: a.Policies, Backtester: previewer{a}, PolicySaver: saver{a.Policies}, PolicyText: saver{a.Policies}.Text,
			Proposer: proposer{a}, Domains: a.domains, Pools: a.Store, Treasurer: a.Engine,
			URL: a.Config.ConsoleURL.Reveal(), Location: a.Policy().Zone, Now: a.opts.Now, Logger: a.opts.Logger, Metrics: metrics,
			Gatherer: registry,
		}),
	}
}

// cards gives the console the bot's own cards.
type cards struct{ *bot.Bot }

// Blocks implements web.Cards.
func (c cards) Blocks(_ context.Context, k models.Case) (json.RawMessage, error) {
	return c.Bot.Blocks(k)
}
