package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"remit/bench/hook"
	"remit/bot/slackfake"
	"remit/cmd/remit/app"
	"remit/config"
	"remit/connector/zendesk/zendeskfake"
	"remit/models"
)

const (
	deskSecret   = "bench-helpdesk-secret"
	slackSecret  = "bench-slack-secret"
	clicker      = "U0SAM"
	channel      = "C0TRIAGE"
	asking       = "I will write to the ombudsman about this."
	plain        = "Where can I find my invoice of last month? Thank you."
	urgent       = "The whole system is down, nobody in our company can log in and all 300 users are blocked. This is urgent."
	senders      = 16
	rounds       = 6                // of faults
	patience     = 10 * time.Minute // for the whole of one step
	pollInterval = 20 * time.Millisecond
)

// world is the service with a Slack and a helpdesk around it.
type world struct {
	dir   string
	app   *app.App
	slack *slackfake.Server
	desk  *httptest.Server
	url   string
	http  *http.Client
	stop  context.CancelFunc
	done  chan error
	seq   atomic.Int64

	clicked []slackfake.Message
}

func newWorld(ctx context.Context, f flags) (*world, error) {
	dir, err := os.MkdirTemp("", "remit-slack-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir, done: make(chan error, 1), http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	w.slack = slackfake.New("xoxb-bench", slackSecret, time.Now)
	w.slack.Client, w.slack.AppToken, w.slack.Socket = w.http, "xapp-bench", f.socket
	api, err := w.slack.Listen()
	if err != nil {
		return nil, err
	}
	w.slack.AddChannel(channel, "triage")
	w.slack.AddUser(slackfake.User{ID: clicker, Name: "sam"})
	w.desk = httptest.NewServer(&zendeskfake.Server{Now: time.Now})
	return w, w.start(ctx, f, api)
}

func (w *world) start(ctx context.Context, f flags, api string) error {
	var ls [2]net.Listener
	for i := range ls {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		ls[i] = l
	}
	w.url = "http://" + ls[0].Addr().String()
	w.slack.AppURL = w.url + "/slack/interactions"
	cfg := config.Config{
		DatabaseURL: config.URL("sqlite://" + filepath.Join(w.dir, "remit.db")), PublicURL: config.URL(w.url), ConsoleURL: config.URL("http://" + ls[1].Addr().String()),
		Slack: config.Slack{
			Mode: config.SlackHTTP, APIURL: config.URL(api), BotToken: "xoxb-bench", AppToken: "xapp-bench", SigningSecret: slackSecret, TeamID: w.slack.TeamID,
			Channels: config.Channels{Triage: channel, Fallback: channel}, PerSecond: 10_000,
		},
		Sources: []config.Source{{Name: "helpdesk", Provider: config.Zendesk, Secrets: []models.Secret{deskSecret}, BaseURL: config.URL(w.desk.URL), User: "bot@example.com", Token: "token", OwnActor: "900"}},
		People: []models.Person{
			{ID: "sam", Slack: clicker, Roles: []models.Role{models.RoleApprover}, Groups: []string{"leads"}},
			{ID: "olga", Roles: []models.Role{models.RoleManager}},
		},
	}
	if f.socket {
		cfg.Slack.Mode = config.SlackSocket
	}
	policy := fmt.Sprintf(`
triage:
  approvers: "@leads"
  priority: {level: act, max_error: 99%%}
  escalate:
    - when: ticket.mentions("ombudsman")
      to: "@leads"
grants:
  - {action: priority, level: act, by: olga, until: %q, reason: measuring}
`, time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	a, err := app.New(ctx, cfg, app.Options{Now: time.Now, Logger: slog.New(slog.DiscardHandler), Policy: []byte(policy)})
	if err != nil {
		return err
	}
	w.app = a
	serving, stop := context.WithCancel(ctx)
	w.stop = stop
	go func() { w.done <- a.Serve(serving, ls[0], ls[1]) }()
	if f.socket {
		return w.slack.Linked(ctx, 2)
	}
	return nil
}

func (w *world) close() error {
	w.stop()
	err := errors.Join(<-w.done, w.app.Close())
	w.desk.Close()
	w.slack.Close()
	return errors.Join(err, os.RemoveAll(w.dir))
}

// spoil has posts go wrong in the ways that could lose or double a card, spread over the backlog. It gives how many.
func (w *world) spoil(backlog int) int {
	n := 0
	for range rounds {
		for _, f := range []slackfake.Fault{
			{Cut: true},               // it arrived, and nobody was told
			{Cut: true, Undone: true}, // it did not
			{Status: http.StatusBadGateway},
			{Status: http.StatusServiceUnavailable, Undone: true},
			{Status: http.StatusTooManyRequests, Undone: true, RetryAfter: 1, Error: "ratelimited"},
		} {
			f.Method, f.Skip = "chat.postMessage", backlog/(rounds*5)-1
			w.slack.Fail(f)
			n++
		}
	}
	return n
}

// send posts one signed ticket.
func (w *world) send(ctx context.Context, text string) (id string, err error) {
	id = fmt.Sprint(w.seq.Add(1))
	now := time.Now()
	ticket := hook.Ticket{Key: "bench-" + id, ID: id, Subject: "Ticket " + id, Text: text, At: now}
	req, err := ticket.Request(ctx, w.url+"/v1/webhooks/helpdesk", deskSecret, now)
	if err != nil {
		return "", err
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return "", err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		return "", fmt.Errorf("a ticket was answered %d", resp.StatusCode)
	}
	return id, nil
}

// backlog has n tickets ask, and waits until each has its card.
func (w *world) backlog(ctx context.Context, n int) error {
	var failed atomic.Pointer[error]
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			for i := s; i < n && failed.Load() == nil; i += senders {
				if _, err := w.send(ctx, asking); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	sending.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return w.until(ctx, "every card of the backlog is there", func() bool { return w.slack.Count(channel) >= n })
}

func (w *world) until(ctx context.Context, what string, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("still not so: %s", what)
		case <-tick.C:
		}
	}
	return nil
}

// count finds every ask with exactly one card, once nothing is pending any more.
func (w *world) count(ctx context.Context, r *result) error {
	err := w.until(ctx, "all is decided and out", func() bool {
		counts, err := w.app.Store.Counts(ctx)
		return err == nil && counts["inbox_pending"] == 0 && counts["effects_due"] == 0
	})
	if err != nil {
		return err
	}
	r.Answered = w.answered()
	seen := map[string]int{}
	for _, m := range w.slack.Visible(channel) {
		title, _, _ := strings.Cut(m.Words(), "\n")
		if m.ThreadTS == "" {
			seen[strings.TrimPrefix(title, "Ticket · ")]++
		}
	}
	ds, err := w.app.Store.InState(ctx, models.Triage, models.Asked)
	if err != nil {
		return err
	}
	want := map[string]bool{}
	for _, d := range ds {
		want[d.Title] = true
	}
	for title, n := range seen {
		want[title] = true // settled ones keep their card
		if n > 1 {
			r.CardsDoubled += n - 1
		}
	}
	r.CardsWanted = len(want)
	for title := range want {
		if seen[title] == 0 {
			r.CardsLost++
		}
	}
	return nil
}
