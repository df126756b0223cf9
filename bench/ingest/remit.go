package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"remit/bench/service"
	"remit/connector/zendesk/zendeskfake"
	"remit/models"
	"remit/store"
)

// measureRemit measures remit itself with its drain running and one ticket in ten causing a write to the helpdesk.
func measureRemit(ctx context.Context, dir string, f flags, r *result) error {
	database, stopDB, err := database(ctx, f.db, dir)
	if err != nil {
		return err
	}
	defer stopDB()
	desk, err := newDesk()
	if err != nil {
		return err
	}
	defer desk.close()
	bin, err := service.Build(ctx, dir)
	if err != nil {
		return err
	}
	if st, err := os.Stat(bin); err == nil {
		r.BinaryMB = float64(st.Size()) / (1 << 20)
	}
	nodes, started, err := startNodes(ctx, bin, dir, database, desk.url(), f.nodes)
	defer func() {
		for _, n := range nodes {
			n.stop()
		}
	}()
	if err != nil {
		return err
	}
	r.StartMs = float64(started.Microseconds()) / 1000
	s, err := store.Open(ctx, store.Options{URL: database, Now: time.Now, Beside: true})
	if err != nil {
		return err
	}
	defer s.Close()
	return run(ctx, f, nodes, s, desk, r)
}

func run(ctx context.Context, f flags, nodes []*process, s *store.Store, desk *desk, r *result) error {
	var addrs []string
	for _, n := range nodes {
		addrs = append(addrs, n.addr)
	}
	accepted := map[string]bool{}
	for _, c := range concurrencies {
		l := load{addrs: addrs, path: "/v1/webhooks/helpdesk", c: c, run: fmt.Sprint("remit", c)}
		start := time.Now()
		pt, ids, err := l.drive(ctx, nodes, time.Duration(f.seconds*float64(time.Second)))
		if err != nil {
			return err
		}
		for _, id := range ids {
			accepted[id] = true
		}
		if err := drained(ctx, s); err != nil {
			return err
		}
		r.DecidedPerS = float64(len(ids)) / time.Since(start).Seconds() // of the last and highest concurrency
		r.Remit = append(r.Remit, pt)
		fmt.Fprintf(os.Stderr, "c=%d accepted %.0f/s, decided %.0f/s\n", c, pt.PerS, r.DecidedPerS)
	}
	for _, n := range nodes {
		r.RSSMB = max(r.RSSMB, peakRSS(n))
	}
	return tally(ctx, s, accepted, desk, r)
}

// drained waits until nothing accepted is undecided and nothing decided has yet to leave.
func drained(ctx context.Context, s *store.Store) error {
	return service.Until(ctx, 10*time.Minute, func() (bool, error) {
		time.Sleep(50 * time.Millisecond) // looking costs the servers time
		counts, err := s.Counts(ctx)
		return err == nil && counts["inbox_pending"] == 0, err
	})
}

// abstentions adds to what was decided the tickets about which remit proposes nothing, and counts them: their facts are
// committed as a decision would be.
func abstentions(ctx context.Context, s *store.Store, accepted map[string]bool, decided map[string]int) (n int, err error) {
	var items []string
	for id := range accepted {
		if decided[id] == 0 {
			items = append(items, models.TicketItem("helpdesk", id))
		}
	}
	for chunk := range slices.Chunk(items, 500) {
		known, err := s.Tickets(ctx, chunk)
		if err != nil {
			return n, err
		}
		for _, t := range known {
			decided[t.ExternalID]++
			n++
		}
	}
	return n, nil
}

// tally compares what was accepted with what was decided, and waits for what is still on its way out.
func tally(ctx context.Context, s *store.Store, accepted map[string]bool, desk *desk, r *result) error {
	err := service.Until(ctx, 5*time.Minute, func() (bool, error) {
		time.Sleep(100 * time.Millisecond)
		left, err := s.Leaving(ctx, models.Triage, models.EffectQueued, time.Time{})
		return err == nil && len(left) == 0, err
	})
	if err != nil {
		return err
	}
	r.Accepted = len(accepted)
	decided := map[string]int{}
	q := models.LogQuery{Limit: 200}
	seen := map[string]bool{}
	for {
		page, err := s.Log(ctx, q)
		if err != nil {
			return err
		}
		fresh := 0
		for _, d := range page {
			if seen[d.ID] {
				continue
			}
			seen[d.ID] = true
			fresh++
			if ticket, ok := strings.CutPrefix(d.Item, models.TicketItem("helpdesk", "")); ok { // an incident is nobody's webhook
				decided[ticket]++
			}
		}
		if fresh == 0 {
			break
		}
		q.Before = page[len(page)-1].CreatedAt
	}
	if r.Abstained, err = abstentions(ctx, s, accepted, decided); err != nil {
		return err
	}
	r.Decided = len(decided)
	for id := range accepted {
		if decided[id] == 0 {
			r.Lost++
			fmt.Fprintf(os.Stderr, "%s was accepted and is not decided\n", id)
		}
	}
	for _, n := range decided {
		if n > 1 {
			r.Doubled++
		}
	}
	written, twice := desk.heard()
	r.Effects, r.Doubled = written, r.Doubled+twice
	return nil
}

const policy = `
triage:
  approvers: "@support"
  priority: {level: act, max_error: 90%}
grants:
  - {action: priority, level: act, by: olga, until: "UNTIL", reason: measuring}
`

func startNodes(ctx context.Context, bin, dir, database, desk string, n int) ([]*process, time.Duration, error) {
	text := strings.ReplaceAll(policy, "UNTIL", time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	if err := os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(text), 0o600); err != nil {
		return nil, 0, err
	}
	var nodes []*process
	var first time.Duration
	for i := range n {
		p, took, err := startNode(ctx, bin, dir, database, desk, i)
		if p != nil {
			nodes = append(nodes, p)
		}
		if err != nil {
			return nodes, 0, err
		}
		if i == 0 {
			first = took
		}
	}
	return nodes, first, nil
}

func startNode(ctx context.Context, bin, dir, database, desk string, i int) (*process, time.Duration, error) {
	listen, console, err := service.FreeAddrs()
	if err != nil {
		return nil, 0, err
	}
	cfg := map[string]any{
		"listen": listen, "console_listen": console, "database_url": database, "policy": filepath.Join(dir, "policy.yaml"),
		"log": map[string]any{"level": "warn"},
		"sources": []any{map[string]any{
			"name": "helpdesk", "provider": "zendesk", "secrets": []string{secret}, "base_url": desk, "user": "bot@example.com",
			"token": "bench-token-bench", "own_actor": "900",
		}},
		"people": []any{
			map[string]any{"id": "sam", "roles": []string{"approver"}, "groups": []string{"support"}},
			map[string]any{"id": "olga", "roles": []string{"manager"}},
		},
		"groups": map[string]any{"support": ""},
	}
	text, err := json.Marshal(cfg) // JSON is YAML too
	if err != nil {
		return nil, 0, err
	}
	file := filepath.Join(dir, fmt.Sprintf("remit-%d.yaml", i))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, 0, err
	}
	cmd := exec.CommandContext(ctx, bin, "serve", "--config", file)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	p := &process{cmd: cmd, addr: listen}
	err = service.Until(ctx, 30*time.Second, func() (bool, error) { return service.Ready(http.DefaultClient, listen) })
	return p, time.Since(start), err
}

// desk is the helpdesk that is written back to.
type desk struct {
	fake *zendeskfake.Server
	l    net.Listener
	srv  *http.Server
}

func newDesk() (*desk, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &desk{l: l, fake: &zendeskfake.Server{Now: time.Now}}
	d.srv = &http.Server{Handler: d.fake}
	go func() { _ = d.srv.Serve(l) }()
	return d, nil
}

func (d *desk) url() string { return "http://" + d.l.Addr().String() }
func (d *desk) close()      { _ = d.srv.Close() }

// heard gives how many tickets were written to, and how many of them more than once.
func (d *desk) heard() (tickets, twice int) {
	count := map[string]int{}
	for _, w := range d.fake.Writes() {
		count[w.Ticket]++
		if count[w.Ticket] == 2 {
			twice++
		}
	}
	return len(count), twice
}
