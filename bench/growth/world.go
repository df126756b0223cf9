package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/connector/zendesk/zendeskfake"
	"remit/models"
)

const (
	file       = "remit.db"
	source     = "helpdesk"
	deskSecret = "growth-helpdesk-secret"
)

// span is over how long the tickets are spread; they end now.
const span = 365 * 24 * time.Hour

var (
	lead    = models.Person{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"leads"}}
	manager = models.Person{ID: "olga", Roles: []models.Role{models.RoleManager}}
)

// world is one database, and a helpdesk that is written back to.
type world struct {
	dir, url string
	total    int // decisions in the end
	tries    int
	fake     *zendeskfake.Server
	desk     *httptest.Server
	past     atomic.Int64 // what the clock shows while filling, in ns; 0: the time that it is
	began    time.Time

	tickets, decisions, asked int // so far
}

func newWorld(dir, url string, f flags) *world {
	fake := &zendeskfake.Server{Now: time.Now}
	return &world{dir: dir, url: url, total: f.decisions, tries: f.tries, fake: fake, desk: httptest.NewServer(fake), began: time.Now()}
}

func (w *world) close() { w.desk.Close() }

func (w *world) now() time.Time {
	if w.past.Load() != 0 {
		return time.Unix(0, w.past.Add(int64(time.Millisecond)))
	}
	return time.Now()
}

const policy = `
triage:
  approvers: "@leads"
  expires: 48h
  priority: {level: observe}
  route: {level: ask}
  tag: {level: observe}
  reply: {level: observe}
  queues:
    - {name: complaints, words: [ombudsman, three times, nobody answers]}
  macros:
    - {title: Refund, words: [refund, charged], text: "Hello {{name}}, we are checking {{ticket}}."}
    - {title: Parcel, words: [parcel, delivery], text: "Hello {{name}}, we are asking the carrier."}
`

// open opens remit on the database, to be reached at two addresses.
func (w *world) open(ctx context.Context, public, console string) (*app.App, error) {
	cfg := config.Config{
		DatabaseURL: config.URL(w.url), PublicURL: config.URL("http://" + public), ConsoleURL: config.URL("http://" + console),
		Sources: []config.Source{{Name: source, Provider: config.Zendesk, Secrets: []models.Secret{deskSecret}, BaseURL: config.URL(w.desk.URL), User: "bot@example.com", Token: "token", OwnActor: "900", Groups: map[string]string{"complaints": "77"}}},
		People:  []models.Person{lead, manager},
	}
	return app.New(ctx, cfg, app.Options{Now: w.now, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), Policy: []byte(policy)})
}

// serve runs the service while f looks at its console, signed in as an approver.
func (w *world) serve(ctx context.Context, f func(a *app.App, client *http.Client, console string) error) error {
	var ls [2]net.Listener
	for i := range ls {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		ls[i] = l
	}
	a, err := w.open(ctx, ls[0].Addr().String(), ls[1].Addr().String())
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- a.Serve(serving, ls[0], ls[1]) }()
	client, err := signIn(ctx, a)
	if err == nil {
		err = f(a, client, "http://"+ls[1].Addr().String())
	}
	stop()
	return errors.Join(err, <-done, a.Close())
}

// signIn gives a browser with the session of an approver.
func signIn(ctx context.Context, a *app.App) (*http.Client, error) {
	link, err := a.LoginLink(ctx, lead, time.Hour)
	if err != nil {
		return nil, err
	}
	to, token, _ := strings.Cut(link, "?token=")
	if token, err = url.QueryUnescape(token); err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, Timeout: 5 * time.Minute}
	form := url.Values{"token": {token}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("signing in was answered %d", resp.StatusCode)
	}
	return client, errors.Join(err, resp.Body.Close())
}

// megabytes gives the size of the SQLite file and its log; 0 on PostgreSQL.
func (w *world) megabytes() (mb float64) {
	for _, name := range []string{file, file + "-wal"} {
		if st, err := os.Stat(filepath.Join(w.dir, name)); err == nil {
			mb += float64(st.Size()) / (1 << 20)
		}
	}
	return mb
}

// indexMegabytes gives the size of what the log's index holds; 0 on PostgreSQL.
func (w *world) indexMegabytes(ctx context.Context) (mb float64, err error) {
	if !strings.HasPrefix(w.url, "sqlite:") {
		return 0, nil
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, file))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, `SELECT coalesce(sum(length(grams)), 0) / 1048576.0 FROM log_grams`).Scan(&mb)
	return mb, err
}
