package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"remit/bench/service"
	"remit/bot/slackfake"
	"remit/decision"
	"remit/models"
	"remit/store"
	"remit/store/pgtest"
)

const (
	deskSecret  = "faults-helpdesk-secret"
	slackSecret = "faults-slack-secret"
	channel     = "C0TRIAGE"
	source      = "helpdesk"
	settleLimit = 5 * time.Minute // for what waits for its next try
)

// world is the nodes with everything around them.
type world struct {
	dir       string
	database  string
	restartDB func() error // nil: cannot be
	stopDB    func()
	slack     *slackfake.Server
	slackURL  string
	desk      *desk
	nodes     []*node
}

func newWorld(ctx context.Context, f flags) (*world, error) {
	dir, err := os.MkdirTemp("", "remit-faults-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir, stopDB: func() {}, desk: newDesk(), slack: slackfake.New("xoxb-faults", slackSecret, time.Now)}
	if err := w.furnish(ctx, f); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *world) furnish(ctx context.Context, f flags) (err error) {
	if w.slackURL, err = w.slack.Listen(); err != nil {
		return err
	}
	w.slack.AddChannel(channel, "triage")
	switch f.db {
	case "postgres":
		var stop func()
		w.database, w.restartDB, stop, err = pgtest.Restartable()
		if errors.Is(err, pgtest.ErrNone) {
			return service.Missing(err.Error())
		}
		if err != nil {
			return err
		}
		w.stopDB = stop
	default:
		w.database = "sqlite://" + filepath.Join(w.dir, "remit.db")
	}
	note("building remit")
	bin, err := service.Build(ctx, w.dir)
	if err != nil {
		return err
	}
	policy := strings.ReplaceAll(policyText, "UNTIL", time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	if err := os.WriteFile(filepath.Join(w.dir, "policy.yaml"), []byte(policy), 0o600); err != nil {
		return err
	}
	for i := range f.nodes {
		n, err := w.node(bin, i)
		if err != nil {
			return err
		}
		w.nodes = append(w.nodes, n)
	}
	return nil
}

const policyText = `
triage:
  approvers: "@leads"
  priority: {level: act, max_error: 99%}
  escalate:
    - when: ticket.mentions("ombudsman")
      to: "@leads"
grants:
  - {action: priority, level: act, by: olga, until: "UNTIL", reason: measuring}
`

func (w *world) node(bin string, i int) (*node, error) {
	listen, console, err := service.FreeAddrs()
	if err != nil {
		return nil, err
	}
	cfg, err := json.Marshal(map[string]any{ // JSON is YAML too
		"listen": listen, "console_listen": console, "database_url": w.database, "policy": filepath.Join(w.dir, "policy.yaml"),
		"log": map[string]any{"level": "warn"},
		"slack": map[string]any{
			"mode": "http", "api_url": w.slackURL, "bot_token": "xoxb-faults", "signing_secret": slackSecret,
			"team_id": w.slack.TeamID, "channels": map[string]any{"triage": channel, "fallback": channel}, "per_second": 100,
		},
		"sources": []any{map[string]any{
			"name": source, "provider": "zendesk", "secrets": []string{deskSecret}, "base_url": w.desk.srv.URL, "user": "bot@example.com",
			"token": "faults-token", "own_actor": "900",
		}},
		"people": []any{
			map[string]any{"id": "sam", "slack": "U0SAM", "roles": []string{"approver"}, "groups": []string{"leads"}},
			map[string]any{"id": "olga", "roles": []string{"manager"}},
		},
		"groups": map[string]any{"leads": ""},
	})
	if err != nil {
		return nil, err
	}
	n := &node{
		bin: bin, addr: listen, config: filepath.Join(w.dir, fmt.Sprintf("remit-%d.yaml", i)), log: filepath.Join(w.dir, fmt.Sprintf("remit-%d.log", i)),
	}
	return n, os.WriteFile(n.config, cfg, 0o600)
}

func (w *world) startAll(ctx context.Context) error {
	for _, n := range w.nodes {
		if _, _, err := n.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// close ends what this program started, and nothing else.
func (w *world) close() error {
	for _, n := range w.nodes {
		n.kill()
	}
	w.desk.srv.Close()
	w.slack.Close()
	w.stopDB()
	return os.RemoveAll(w.dir)
}

// settle waits until all is decided and out, and gives what is on record then.
func (w *world) settle(ctx context.Context, sent *sender) (record, error) {
	s, err := store.Open(ctx, store.Options{URL: w.database, Now: time.Now, Beside: true})
	if err != nil {
		return record{}, err
	}
	defer s.Close()
	note("waiting for what is under way")
	var counts map[string]int64
	err = service.Until(ctx, settleLimit, func() (bool, error) {
		time.Sleep(50 * time.Millisecond) // looking costs the nodes time
		counts, err = s.Counts(ctx)
		return err == nil && counts["inbox_pending"] == 0 && counts["effects_due"] == 0, err
	})
	if ctx.Err() != nil {
		return record{}, ctx.Err()
	}
	if err != nil { // what is missing then is counted
		note("still under way: %d events, %d effects (%v)", counts["inbox_pending"], counts["effects_due"], err)
	}
	return w.read(ctx, s, sent)
}

// read reads the record, and looks around outside.
func (w *world) read(ctx context.Context, s *store.Store, sent *sender) (record, error) {
	rec := record{events: sent.accepted(), refused: sent.refused(), resent: sent.resent, reordered: sent.reordered, inbox: map[string]bool{}}
	for key := range rec.events {
		_, err := s.Delivery(ctx, models.DeliveryID(source, key))
		if err != nil && models.KindOf(err) != models.NotFound {
			return rec, err
		}
		rec.inbox[key] = err == nil
	}
	letters, err := s.DeadLetters(ctx, sent.total)
	if err != nil {
		return rec, err
	}
	for _, l := range letters {
		note("a dead letter: %s", l.Error)
		rec.inbox[l.Key] = false
	}
	if rec.decisions, err = decisions(ctx, s); err != nil {
		return rec, err
	}
	for _, one := range w.desk.fake.Writes() {
		rec.writes = append(rec.writes, one.Key)
	}
	for _, m := range w.slack.Visible(channel) {
		// A check of what was done without asking, or a digest of such, has no Approve.
		if slices.ContainsFunc(m.Buttons(), func(b slackfake.Button) bool { return strings.HasPrefix(b.Label, "Approve") }) {
			title, _, _ := strings.Cut(m.Words(), "\n")
			rec.cards = append(rec.cards, strings.TrimPrefix(title, "Ticket · "))
		}
	}
	report, err := s.Verify(ctx)
	if err == nil && !report.OK() {
		note("the ledger: %s", report.Broken)
	}
	rec.ledgerOK, rec.ledgerLines = report.OK(), report.Lines
	return rec, err
}

// decisions gives all there are, oldest first.
func decisions(ctx context.Context, s *store.Store) (all []models.Decision, err error) {
	err = s.Past(ctx, time.Time{}, time.Time{}, func(page []decision.Recorded) error {
		for _, r := range page {
			all = append(all, r.Decision)
		}
		return nil
	})
	return all, err
}
