package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/connector/zendesk/zendeskfake"
	"remit/models"
	"remit/store"
)

const (
	crashWebhooks = 2000
	crashAskEvery = 50 // so that some 40 of them ask
	crashSecret   = "crash-test-helpdesk-secret"
)

// crashWorld is a real process with everything around it.
type crashWorld struct {
	*testing.T
	dir, bin, config string
	listen           string
	slack            *slackfake.Server
	desk             *zendeskfake.Server
	proc             *exec.Cmd
	client           *http.Client
}

func TestAKilledProcessLosesNothingAndDoesNothingTwice(t *testing.T) {
	w := newCrashWorld(t)
	w.start()
	var accepted sync.Map
	var sent atomic.Int64
	killed := make(chan struct{})
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < crashWebhooks; i += 16 {
				if w.send(i) {
					accepted.Store(i, true)
				}
				if sent.Add(1) == crashWebhooks/2 {
					close(killed)
				}
			}
		})
	}
	<-killed
	w.kill()
	wg.Wait()
	w.start()
	// A provider sends again what was not answered, and may send again what was.
	for i := range crashWebhooks {
		if _, ok := accepted.Load(i); !ok || i%10 == 0 {
			w.eventually(fmt.Sprintf("webhook %d is accepted", i), func() bool { return w.send(i) })
		}
	}
	w.check()
}

func newCrashWorld(t *testing.T) *crashWorld {
	t.Helper()
	w := &crashWorld{T: t, dir: t.TempDir(), client: &http.Client{Timeout: 10 * time.Second}}
	w.bin = filepath.Join(w.dir, "remit")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", w.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	w.slack = slackfake.New("xoxb-crash", "crash-slack-signing-secret", time.Now)
	api, err := w.slack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.slack.Close)
	w.slack.AddChannel("C0TRIAGE", "triage")
	w.desk = &zendeskfake.Server{Now: time.Now}
	desk := httptest.NewServer(w.desk)
	t.Cleanup(desk.Close)
	w.listen = freeAddr(t)
	w.write("policy.yaml", `
triage:
  approvers: "@leads"
  priority: {level: act, max_error: 99%}
  escalate:
    - when: ticket.mentions("ombudsman")
      to: "@leads"
grants:
  - {action: priority, level: act, by: olga, until: "`+time.Now().AddDate(0, 0, 20).Format(time.DateOnly)+`", reason: test}
`)
	cfg, _ := json.Marshal(map[string]any{
		"listen": w.listen, "console_listen": freeAddr(t), "database_url": "sqlite://" + filepath.Join(w.dir, "remit.db"),
		"policy": filepath.Join(w.dir, "policy.yaml"),
		"slack": map[string]any{
			"mode": "http", "api_url": api, "bot_token": "xoxb-crash", "signing_secret": "crash-slack-signing-secret",
			"team_id": w.slack.TeamID, "channels": map[string]any{"triage": "C0TRIAGE", "fallback": "C0TRIAGE"}, "per_second": 100,
		},
		"sources": []any{map[string]any{
			"name": "helpdesk", "provider": "zendesk", "secrets": []string{crashSecret}, "base_url": desk.URL, "user": "bot@example.com",
			"token": "crash-test-token", "own_actor": "900",
		}},
		"people": []any{
			map[string]any{"id": "sam", "slack": "U0SAM", "roles": []string{"approver"}, "groups": []string{"leads"}},
			map[string]any{"id": "olga", "roles": []string{"manager"}},
		},
		"groups": map[string]any{"leads": ""},
	})
	w.config = w.write("remit.yaml", string(cfg))
	return w
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (w *crashWorld) write(name, text string) string {
	w.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// start starts the process and waits until it is ready.
func (w *crashWorld) start() {
	w.Helper()
	cmd := exec.Command(w.bin, "serve", "--config", w.config)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		w.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.Fatal(err)
	}
	w.proc = cmd
	read := make(chan struct{})
	go func() {
		defer close(read)
		for s := bufio.NewScanner(stderr); s.Scan(); {
			if !strings.Contains(s.Text(), "level=INFO") {
				w.Log(s.Text())
			}
		}
	}()
	w.Cleanup(func() {
		_ = cmd.Process.Kill() // gone already unless the test failed
		_ = cmd.Wait()
		<-read
	})
	w.eventually("the process is ready", func() bool {
		resp, err := w.client.Get("http://" + w.listen + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// kill ends the process as a power cut would.
func (w *crashWorld) kill() {
	w.Helper()
	if err := w.proc.Process.Kill(); err != nil {
		w.Fatal(err)
	}
	_ = w.proc.Wait()
}

func (w *crashWorld) eventually(what string, ok func() bool) {
	w.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			w.Fatalf("still not so: %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// send posts a signed ticket and reports whether it was accepted.
func (w *crashWorld) send(i int) bool {
	text := "Where can I find my invoice of last month? Thank you."
	switch {
	case i%crashAskEvery == 0:
		text = "I will write to the ombudsman about this."
	case i%10 == 5:
		text = "The whole system is down, nobody in our company can log in and all 300 users are blocked. This is urgent."
	}
	at := time.Now().UTC().Format(time.RFC3339)
	body, _ := json.Marshal(map[string]any{
		"type": "zen:event-type:ticket.created", "id": fmt.Sprintf("crash-%d", i), "time": "2026-11-01T10:00:00Z", "subject": fmt.Sprintf("zen:ticket:%d", i),
		"detail": map[string]any{
			"id": fmt.Sprint(i), "actor_id": "7", "requester_id": "7", "subject": fmt.Sprintf("Ticket %d", i), "description": text,
			"priority": "NORMAL", "status": "NEW", "created_at": "2026-11-01T10:00:00Z", "via": map[string]any{"channel": "email"},
		}, "event": map[string]any{},
	})
	m := hmac.New(sha256.New, []byte(crashSecret))
	_, _ = io.WriteString(m, at+string(body))
	req, _ := http.NewRequest(http.MethodPost, "http://"+w.listen+"/v1/webhooks/helpdesk", bytes.NewReader(body))
	req.Header.Set("X-Zendesk-Webhook-Signature-Timestamp", at)
	req.Header.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(m.Sum(nil)))
	resp, err := w.client.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusAccepted || resp.StatusCode == http.StatusOK
}

// check finds every webhook decided exactly once, one visible card for each that asks, one write for each that acts, and
// a ledger that verifies.
func (w *crashWorld) check() {
	w.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(w.dir, "remit.db"), Now: time.Now, Beside: true})
	if err != nil {
		w.Fatal(err)
	}
	defer s.Close()
	w.eventually("all is decided and out", func() bool {
		counts, err := s.Counts(ctx)
		return err == nil && counts["inbox_pending"] == 0 && counts["effects_due"] == 0
	})
	asked, acted := 0, map[string]bool{}
	for i := range crashWebhooks {
		item := models.TicketItem("helpdesk", fmt.Sprint(i))
		c, err := s.Case(ctx, item)
		if err != nil || len(c.Decisions) != 1 {
			w.Errorf("ticket %d has %d decisions (%v), want one", i, len(c.Decisions), err)
			continue
		}
		switch d := c.Decisions[0]; {
		case d.State == models.Asked:
			asked++
		case d.Changes():
			acted[fmt.Sprint(i)] = true
		}
	}
	w.checkCards(asked)
	w.checkWrites(acted)
	if report, err := s.Verify(ctx); err != nil || !report.OK() {
		w.Errorf("the ledger: %+v %v", report, err)
	}
}

func (w *crashWorld) checkCards(asked int) {
	w.Helper()
	if asked != crashWebhooks/crashAskEvery {
		w.Errorf("%d ask, want %d", asked, crashWebhooks/crashAskEvery)
	}
	seen := map[string]int{}
	for _, m := range w.slack.Visible("C0TRIAGE") {
		if !slices.ContainsFunc(m.Buttons(), func(b slackfake.Button) bool { return strings.HasPrefix(b.Label, "Approve") }) {
			continue // a check of what was done without asking, or a digest of them: which acts are checked is drawn
		}
		title, _, _ := strings.Cut(m.Words(), "\n")
		seen[title]++
	}
	if len(seen) != asked {
		w.Errorf("%d tickets have a card, want %d", len(seen), asked)
	}
	for title, n := range seen {
		if n != 1 {
			w.Errorf("%q has %d cards", title, n)
		}
	}
}

func (w *crashWorld) checkWrites(acted map[string]bool) {
	w.Helper()
	written := map[string]int{}
	for _, one := range w.desk.Writes() {
		written[one.Ticket]++
	}
	for ticket, n := range written {
		if n != 1 || !acted[ticket] {
			w.Errorf("ticket %s was written to %d times; it was decided to: %v", ticket, n, acted[ticket])
		}
	}
	if len(written) != len(acted) {
		w.Errorf("%d tickets were written to, want %d", len(written), len(acted))
	}
}
