package app

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/decision"
	"remit/models"
)

// logOfTwoBlocks gives remit with 8,300 decisions in its log.
func logOfTwoBlocks(t *testing.T) *App {
	t.Helper()
	cfg := config.Config{
		DatabaseURL: config.URL("sqlite://" + filepath.Join(t.TempDir(), "remit.db")),
		PublicURL:   "http://127.0.0.1:1", ConsoleURL: "http://127.0.0.1:1",
		People: []models.Person{{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"leads"}}},
	}
	a, err := New(t.Context(), cfg, Options{Now: time.Now, Logger: slog.New(slog.DiscardHandler), Policy: []byte("triage:\n  approvers: \"@leads\"\n  route: {level: ask}\n")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	var ds []models.Decision
	for i := range 8300 {
		d := models.Propose(models.Event{ID: fmt.Sprint("ev_", i)}, models.Proposal{Action: models.ActionTag, Item: fmt.Sprint("ticket:h:", i), Value: "vip"}, time.Now())
		d.State, d.Title = models.Observed, fmt.Sprintf("Order %05d", i)
		ds = append(ds, d)
	}
	if err := a.Store.Commit(t.Context(), decision.Changes{Decisions: ds}); err != nil {
		t.Fatal(err)
	}
	return a
}

func indexedBlocks(t *testing.T, a *App) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(a.Config.DatabaseURL.Reveal(), "sqlite://")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`SELECT count(*) FROM log_blocks`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheLogIsIndexedABlockAtATimeWhileSomethingWaitsToBeDecided(t *testing.T) {
	a := logOfTwoBlocks(t)
	waits := models.Delivery{ID: models.DeliveryID("h", "1"), Source: "h", Key: "1", Kind: "ticket.created", Subject: "ticket:h:1", Body: []byte("{}"), ReceivedAt: time.Now()}
	if _, err := a.Store.Accept(t.Context(), []models.Delivery{waits}); err != nil {
		t.Fatal(err)
	}
	for want := range 2 {
		if got := indexedBlocks(t, a); got != want {
			t.Errorf("%d blocks are indexed, want %d", got, want)
		}
		if err := a.indexLog(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheServiceIndexesTheLogAndStops(t *testing.T) {
	a := logOfTwoBlocks(t)
	var ls [2]net.Listener
	for i := range ls {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ls[i] = l
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ls[0], ls[1]) }()
	for end := time.Now().Add(time.Minute); indexedBlocks(t, a) < 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the log is not indexed")
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if left, err := a.Store.IndexLog(t.Context()); err != nil || left {
		t.Errorf("something was left, %v", err)
	}
}
