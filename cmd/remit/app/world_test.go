package app_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/cmd/remit/app"
	"remit/config"
	"remit/connector/zendesk/zendeskfake"
	"remit/decision"
	"remit/models"
	"remit/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// The people of the tests, by their Slack ids.
const (
	sam      = "U0SAM"   // support lead
	priya    = "U0PRIYA" // finance lead
	frank    = "U0FRANK" // finance lead
	stranger = "U0NEW"
)

const (
	deskSecret  = "helpdesk-secret-for-tests"
	erpSecret   = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWVycC0xMjM0NTY="
	slackToken  = "xoxb-test-token"
	slackSecret = "slack-signing-secret-for-tests"
	ownActor    = "900"
)

var policyText = []byte(`
timezone: Europe/Berlin
triage:
  approvers: "@support-leads"
  expires: 8h
  priority: {level: act, max_error: 90%}
  escalate:
    - when: tone.anger >= 0.5 and account.tier != "free"
      to: "@support-leads"
      chain: ["15m @olga"]
finance:
  approvers: "@finance-leads"
  schedule: {level: act-after-window, window: 4h, max_error: 90%}
  hold: {level: act, max_error: 90%}
  guardrails:
    - when: payable.amount > money("25000 USD")
      approvers: {from: "@finance-leads", count: 2, not: requester}
  cash: {floor: 50000 USD}
grants:
  - {action: priority, level: act, by: olga, until: 2026-12-20, reason: test}
  - {action: schedule, level: act-after-window, by: olga, until: 2026-12-20, reason: test}
  - {action: hold, level: act, by: olga, until: 2026-12-20, reason: test}
`)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// outbox is a provider that hears what remit writes.
type outbox struct {
	mu    sync.Mutex
	heard []string // method, path and body
	keys  map[string]int
}

func (o *outbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard = append(o.heard, r.Method+" "+r.URL.Path+" "+string(body))
	o.keys[r.Header.Get("Idempotency-Key")]++
	w.WriteHeader(http.StatusNoContent)
}

func (o *outbox) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string{}, o.heard...)
}

// world is remit with everything around it: a Slack, a helpdesk, an ERP, people and a clock.
type world struct {
	*testing.T
	app   *app.App
	clock *clock
	slack *slackfake.Server
	desk  *zendeskfake.Server
	erp   *outbox
	url   string
	seq   int
	// policy is the policy's text; policyText where it is not set.
	policy []byte
	rivals []decision.Rival // judges that are tried out
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"))
}

func newWorldOn(t *testing.T, database string) *world {
	t.Helper()
	return newWorldWith(t, database, func(*config.Config, *world) {})
}

// newWorldWith lets the configuration, and what is around remit, be changed before it starts.
func newWorldWith(t *testing.T, database string, edit func(*config.Config, *world)) *world {
	t.Helper()
	w := &world{
		T: t, clock: &clock{now: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)}, // a Tuesday
		erp: &outbox{keys: map[string]int{}}, policy: policyText,
	}
	w.desk = &zendeskfake.Server{Now: w.clock.Now}
	w.slack = slackfake.New(slackToken, slackSecret, w.clock.Now)
	api, err := w.slack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.slack.Close)
	for id, name := range map[string]string{"C0TRIAGE": "triage", "C0FINANCE": "finance", "C0FALLBACK": "remit"} {
		w.slack.AddChannel(id, name)
	}
	for id, name := range map[string]string{sam: "sam", priya: "priya", frank: "frank", stranger: "new", "U0SUE": "sue", "U0NINA": "nina"} {
		w.slack.AddUser(slackfake.User{ID: id, Name: name, Team: w.slack.TeamID})
	}
	desk, erp := httptest.NewServer(w.desk), httptest.NewServer(w.erp)
	t.Cleanup(desk.Close)
	t.Cleanup(erp.Close)
	cfg := config.Config{
		DatabaseURL: config.URL(database),
		Slack: config.Slack{
			Mode: config.SlackHTTP, APIURL: config.URL(api), BotToken: slackToken, SigningSecret: slackSecret, TeamID: w.slack.TeamID,
			Channels: config.Channels{Triage: "C0TRIAGE", Finance: "C0FINANCE", Fallback: "C0FALLBACK"}, PerSecond: 1000,
		},
		Sources: []config.Source{
			{Name: "helpdesk", Provider: config.Zendesk, Secrets: []models.Secret{deskSecret}, BaseURL: config.URL(desk.URL), User: "bot@example.com", Token: "token", OwnActor: ownActor},
			{Name: "erp", Provider: config.Standard, Secrets: []models.Secret{erpSecret}, DeliverTo: config.URL(erp.URL)},
		},
		People: []models.Person{
			{ID: "sam", Name: "Sam", Slack: sam, Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
			{ID: "priya", Name: "Priya", Slack: priya, Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
			{ID: "frank", Name: "Frank", Slack: frank, Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
			{ID: "nina", Name: "Nina", Slack: "U0NINA", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
			{ID: "olga", Name: "Olga", Roles: []models.Role{models.RoleManager}},
			{ID: "ada", Name: "Ada", Slack: "U0ADA", Roles: []models.Role{models.RoleAdmin}},
			{ID: "sue", Name: "Sue", Slack: "U0SUE", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
			{ID: "uli", Name: "Uli", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}}, // not known in Slack yet
		},
	}
	edit(&cfg, w)
	w.start(cfg)
	return w
}

func (w *world) start(cfg config.Config) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var ls [2]net.Listener
	for i := range ls {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			w.Fatal(err)
		}
		ls[i] = l
	}
	w.url = "http://" + ls[0].Addr().String()
	cfg.PublicURL, cfg.ConsoleURL = config.URL(w.url), config.URL("http://"+ls[1].Addr().String())
	w.slack.AppURL, w.slack.CommandURL, w.slack.EventURL = w.url+"/slack/interactions", w.url+"/slack/commands", w.url+"/slack/events"
	if w.policy == nil {
		w.policy = policyText
	}
	a, err := app.New(ctx, cfg, app.Options{Now: w.clock.Now, Logger: slog.New(slog.NewTextHandler(w.Output(), nil)), Policy: w.policy, Rivals: func() []decision.Rival { return w.rivals }})
	if err != nil {
		w.Fatal(err)
	}
	w.app = a
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ls[0], ls[1]) }()
	w.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			w.Error("serve:", err)
		}
		if err := a.Close(); err != nil {
			w.Error("close:", err)
		}
	})
}

// eventually waits for what another goroutine is about to bring about.
func (w *world) eventually(what string, ok func() bool) {
	w.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			w.Fatalf("still not so: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// settled waits until everything that was sent is decided and everything that this caused is out, cards included. Where
// that takes long, something may wait for a moment of the tests' clock at which it is tried again: then that goes on too.
func (w *world) settled() {
	w.Helper()
	patient := time.Now().Add(3 * time.Second)
	w.eventually("all is decided and out", func() bool {
		if time.Now().After(patient) {
			w.clock.add(time.Second)
			w.app.Bot.Nudge()
			patient = time.Now().Add(100 * time.Millisecond)
		}
		counts, err := w.app.Store.Counts(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		return counts["inbox_pending"] == 0 && counts["effects_due"] == 0
	})
}

func mac(key []byte, parts ...string) string {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = io.WriteString(m, p)
	}
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func (w *world) post(source string, header http.Header, body []byte) int {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url+"/v1/webhooks/"+source, bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

// zendesk sends a signed helpdesk event and wants it accepted.
func (w *world) zendesk(kind, ticket string, detail, event map[string]any) {
	w.Helper()
	w.seq++
	at := w.clock.Now().Format(time.RFC3339)
	full := map[string]any{"id": ticket, "status": "OPEN", "priority": "NORMAL", "created_at": at, "updated_at": at, "actor_id": "7", "requester_id": "7"}
	for k, v := range detail {
		full[k] = v
	}
	if event == nil {
		event = map[string]any{}
	}
	body, _ := json.Marshal(map[string]any{
		"type": "zen:event-type:ticket." + kind, "id": fmt.Sprintf("zd-%d", w.seq), "time": full["updated_at"], "subject": "zen:ticket:" + ticket,
		"detail": full, "event": event,
	})
	h := http.Header{}
	h.Set("X-Zendesk-Webhook-Signature-Timestamp", at)
	h.Set("X-Zendesk-Webhook-Signature", mac([]byte(deskSecret), at, string(body)))
	if got := w.post("helpdesk", h, body); got != http.StatusAccepted {
		w.Fatalf("a signed ticket was answered %d", got)
	}
}

func (w *world) ticket(id, text string) {
	w.Helper()
	w.zendesk("created", id, map[string]any{"subject": "Ticket " + id, "description": text, "via": map[string]any{"channel": "email"}}, nil)
}

// money sends a signed event of the ERP and wants it accepted.
func (w *world) money(kind string, data map[string]any) {
	w.Helper()
	w.seq++
	id, ts := fmt.Sprintf("msg_%d", w.seq), fmt.Sprint(w.clock.Now().Unix())
	body, _ := json.Marshal(map[string]any{"type": kind, "timestamp": w.clock.Now().Format(time.RFC3339), "data": data})
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(erpSecret, "whsec_"))
	h := http.Header{}
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", ts)
	h.Set("Webhook-Signature", "v1,"+mac(key, id, ".", ts, ".", string(body)))
	if got := w.post("erp", h, body); got != http.StatusAccepted {
		w.Fatalf("a signed %s was answered %d", kind, got)
	}
}

func (w *world) balance(amount string) {
	w.Helper()
	w.money("balance.reported", map[string]any{"account": "giro", "entity": "acme", "amount": amount, "currency": "USD"})
}

// invoice sends a payable of a vendor that has been paid before, so that only what edit changes stands out.
func (w *world) invoice(id, amount string, edit map[string]any) {
	w.Helper()
	data := map[string]any{
		"id": id, "entity": "acme", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": "G-" + id, "amount": amount,
		"currency": "USD", "issued_on": "2026-11-25", "due_on": "2026-12-21", "bank_account": "DE001", "requester": "frank",
	}
	for k, v := range edit {
		data[k] = v
	}
	w.money("payable.created", data)
}

// history has the vendor paid several times, so that it is known.
func (w *world) history() {
	w.Helper()
	for i, amount := range []string{"980.00", "1010.00", "1040.00", "960.00", "1000.00", "1025.00", "990.00", "1005.00"} {
		day := models.Day("2026-03-02").Add(30 * i)
		w.money("payable.paid", map[string]any{
			"id": fmt.Sprintf("old-%d", i), "entity": "acme", "vendor": map[string]any{"id": "v1", "name": "Globex"}, "invoice": fmt.Sprintf("G-%d", 100+i),
			"amount": amount, "currency": "USD", "issued_on": day.Add(-20), "due_on": day, "paid_on": day, "bank_account": "DE001",
		})
	}
}

// cards gives what is to be seen in a channel, but for the checks of what remit did by itself: those ask for nothing to be
// done, and which acts they come with is drawn.
func (w *world) cards(channel string) []slackfake.Message {
	return slices.DeleteFunc(w.slack.Visible(channel), func(m slackfake.Message) bool { return isCheck(m) || isSwitch(m) })
}

func isCheck(m slackfake.Message) bool { return strings.Contains(m.Words(), "A check:") }

// isSwitch reports what tells of a kill switch: when it comes depends on how long a test takes.
func isSwitch(m slackfake.Message) bool {
	return strings.HasPrefix(m.Words(), "Paused · ") || strings.HasPrefix(m.Words(), "Running again · ")
}

// card waits for the one card in the channel to say something.
func (w *world) card(channel, says string) slackfake.Message {
	w.Helper()
	var m slackfake.Message
	w.eventually("one card in "+channel+" says "+says, func() bool {
		all := w.cards(channel)
		if len(all) != 1 {
			return false
		}
		m = all[0]
		return strings.Contains(m.Words(), says)
	})
	return m
}

// cardIn waits for the card in the channel, beside what is said in its thread, to say something.
func (w *world) cardIn(channel, says string) slackfake.Message {
	w.Helper()
	var m slackfake.Message
	w.eventually("the card in "+channel+" says "+says, func() bool {
		for _, m = range w.cards(channel) {
			if m.ThreadTS == "" && strings.Contains(m.Words(), says) {
				return true
			}
		}
		return false
	})
	return m
}

func (w *world) press(user string, m slackfake.Message, label string) {
	w.Helper()
	a, err := w.slack.Press(w.Context(), user, m, label)
	if err != nil || a.Status != http.StatusOK {
		w.Fatalf("pressing %q: %d %v", label, a.Status, err)
	}
}

// told waits for Slack to have told the user something nobody else sees.
func (w *world) told(user, says string) {
	w.Helper()
	w.eventually(user+" is told "+says, func() bool {
		for _, e := range w.slack.Ephemerals() {
			if e.User == user && strings.Contains(e.Text, says) {
				return true
			}
		}
		return false
	})
}

// newest gives the newest decision about an action of an item.
func (w *world) newest(item string, a models.Action) models.Decision {
	w.Helper()
	ds, err := w.app.Store.Newest(w.Context(), []string{item})
	if err != nil {
		w.Fatal(err)
	}
	for _, d := range ds {
		if d.Action == a {
			return d
		}
	}
	w.Fatalf("no decision about %s of %s", a, item)
	return models.Decision{}
}
