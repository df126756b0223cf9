package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"remit/connector"
	"remit/models"
)

// inbox is a store of webhooks in memory.
type inboxDouble struct {
	mu     sync.Mutex
	rows   map[string]models.Delivery
	buried map[string]models.DeadLetter
	err    error // what every call fails with
}

func newInbox() *inboxDouble {
	return &inboxDouble{rows: map[string]models.Delivery{}, buried: map[string]models.DeadLetter{}}
}

func (i *inboxDouble) Accept(_ context.Context, ds []models.Delivery) (fresh int, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.err != nil {
		return 0, i.err
	}
	for _, d := range ds {
		if _, ok := i.rows[d.Source+d.Key]; !ok {
			i.rows[d.Source+d.Key] = d
			fresh++
		}
	}
	return fresh, nil
}

func (i *inboxDouble) Bury(_ context.Context, l models.DeadLetter) (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.err != nil {
		return false, i.err
	}
	_, had := i.buried[l.ID]
	i.buried[l.ID] = l
	return !had, nil
}

func (i *inboxDouble) Ping(context.Context) error { return i.err }

func (i *inboxDouble) stored() int { return len(i.rows) + len(i.buried) }

// fakeConnector takes bodies {"ids":["1"],"kind":"k"} signed by a header.
type fakeConnector struct{}

func (fakeConnector) Verify(r connector.Request) error {
	at, err := time.Parse(time.RFC3339, r.Header.Get("X-Time"))
	if r.Header.Get("X-Signature") != "good" || err != nil || r.At.Sub(at).Abs() > connector.MaxSkew {
		return models.Errorf(models.Unauthenticated, "The signature is missing, wrong or too old.")
	}
	return nil
}

func (fakeConnector) Split(r connector.Request) ([]models.Delivery, error) {
	var in struct {
		IDs   []string `json:"ids"`
		Kind  string   `json:"kind"`
		Panic bool     `json:"panic"`
	}
	if err := json.Unmarshal(r.Body, &in); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, models.FieldErrorf(t.Field, "a %s does not fit here", t.Value)
		}
		return nil, models.FieldErrorf("body", "is not JSON")
	}
	if in.Panic {
		panic("a customer's words")
	}
	if in.Kind == "unheard-of" {
		return nil, nil
	}
	if len(in.IDs) == 0 {
		return nil, models.FieldErrorf("ids", "is missing")
	}
	var ds []models.Delivery
	for _, id := range in.IDs {
		ds = append(ds, models.Delivery{ID: models.DeliveryID("helpdesk", id), Source: "helpdesk", Key: id, Subject: "ticket:helpdesk:" + id, Body: r.Body, ReceivedAt: r.At})
	}
	return ds, nil
}

func (fakeConnector) Translate(models.Delivery) ([]models.Event, error) { return nil, nil }

// handshaker is a connector whose provider wants an echo.
type handshaker struct{ fakeConnector }

func (handshaker) Answer(r connector.Request) (int, string, []byte, bool) {
	challenge := r.Header.Get("X-Challenge")
	return http.StatusOK, "text/plain", []byte(challenge), challenge != ""
}

func publicOf(in *inboxDouble, m *Metrics) http.Handler {
	return Public(PublicOptions{
		Sources:  map[string]connector.Connector{"helpdesk": fakeConnector{}, "front": handshaker{}},
		Accepter: in, Database: in, PublicURL: "https://remit.example.com/", Now: func() time.Time { return noon }, Metrics: m,
		Slack: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "slack "+r.URL.Path) }),
	})
}

// signed gives a webhook with a good signature, of now.
func signed(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/v1/webhooks/helpdesk", strings.NewReader(body))
	r.Header.Set("X-Signature", "good")
	r.Header.Set("X-Time", noon.Format(time.RFC3339))
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestWebhook(t *testing.T) {
	with := func(r *http.Request, header, value string) *http.Request {
		r.Header.Set(header, value)
		return r
	}
	cases := map[string]struct {
		request *http.Request
		status  int
		says    string
		stored  int
	}{
		"an event is accepted":                                {signed(`{"ids":["1"]}`), 202, `"result":"accepted"`, 1},
		"a batch is accepted whole":                           {signed(`{"ids":["1","2","3"]}`), 202, `"fresh":3`, 3},
		"a wrong signature stores nothing":                    {with(signed(`{"ids":["1"]}`), "X-Signature", "bad"), 401, `"kind":"unauthenticated"`, 0},
		"a missing signature stores nothing":                  {with(signed(`{"ids":["1"]}`), "X-Signature", ""), 401, `"error"`, 0},
		"a stale timestamp stores nothing":                    {with(signed(`{"ids":["1"]}`), "X-Time", noon.Add(-6*time.Minute).Format(time.RFC3339)), 401, `"error"`, 0},
		"a future timestamp stores nothing":                   {with(signed(`{"ids":["1"]}`), "X-Time", noon.Add(6*time.Minute).Format(time.RFC3339)), 401, `"error"`, 0},
		"what is not JSON is a dead letter":                   {signed(`<xml>`), 202, `"field":"body"`, 1},
		"a wrong type is a dead letter that names the field":  {signed(`{"ids":"x"}`), 202, `"field":"ids"`, 1},
		"a missing id is a dead letter that names the field":  {signed(`{}`), 202, `"result":"dead_letter","field":"ids"`, 1},
		"an empty body is a dead letter":                      {signed(""), 202, `"field":"body"`, 1},
		"a kind that is of no use stores nothing":             {signed(`{"kind":"unheard-of"}`), 204, "", 0},
		"the content type does not matter":                    {with(signed(`{"ids":["1"]}`), "Content-Type", "text/plain"), 202, "accepted", 1},
		"a panic is an internal error and says nothing of it": {signed(`{"panic":true}`), 500, `"kind":"internal"`, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := newInbox()
			w := serve(publicOf(in, nil), c.request)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("got %d %s, want %d with %s", w.Code, w.Body, c.status, c.says)
			}
			if got := in.stored(); got != c.stored {
				t.Errorf("stored %d, want %d", got, c.stored)
			}
			if strings.Contains(w.Body.String(), "customer's words") {
				t.Errorf("the panic was told: %s", w.Body)
			}
		})
	}
}

func TestWebhookAgain(t *testing.T) {
	in := newInbox()
	h := publicOf(in, nil)
	for _, step := range []struct {
		name, body string
		status     int
	}{
		{"the first time it is accepted", `{"ids":["1"]}`, 202},
		{"a duplicate is told 200", `{"ids":["1"]}`, 200},
		{"a batch with something new in it is accepted", `{"ids":["1","2"]}`, 202},
		{"an unreadable one is buried", `{`, 202},
		{"and told 200 when it comes again", `{`, 200},
	} {
		if w := serve(h, signed(step.body)); w.Code != step.status {
			t.Errorf("%s: got %d %s, want %d", step.name, w.Code, w.Body, step.status)
		}
	}
	if len(in.rows) != 2 || len(in.buried) != 1 {
		t.Errorf("stored %d rows and %d letters, want 2 and 1", len(in.rows), len(in.buried))
	}
	for _, l := range in.buried {
		if string(l.Body) != "{" || l.Source != "helpdesk" || len(l.Key) != 64 || !l.At.Equal(noon) {
			t.Errorf("the dead letter is %+v, want the body whole under its SHA-256", l)
		}
	}
}

// touchy is a body that says when it is read.
type touchy struct {
	io.Reader
	read int
}

func (b *touchy) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read += n
	return n, err
}

func (b *touchy) Close() error { return nil }

func TestWebhookUnread(t *testing.T) {
	big := strings.Repeat("x", 3*MaxBody)
	cases := map[string]struct {
		path     string
		announce int64
		status   int
		atMost   int
	}{
		"an unknown source is told before the body is read":       {"/v1/webhooks/nobody", -1, 404, 0},
		"a body that announces too much is refused unread":        {"/v1/webhooks/helpdesk", int64(len(big)), 413, 0},
		"a body without a length is refused before it is through": {"/v1/webhooks/helpdesk", -1, 413, MaxBody + 1<<20/2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, body := newInbox(), &touchy{Reader: strings.NewReader(big)}
			r := signed("")
			r.URL.Path, r.Body, r.ContentLength = c.path, body, c.announce
			if w := serve(publicOf(in, nil), r); w.Code != c.status {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, c.status)
			}
			if body.read > c.atMost || in.stored() != 0 {
				t.Errorf("read %d bytes and stored %d, want at most %d and 0", body.read, in.stored(), c.atMost)
			}
		})
	}
}

func TestWebhookOfExactlyTheLimitIsTaken(t *testing.T) {
	body := `{"ids":["1"],"pad":"` + strings.Repeat("x", MaxBody)
	body = body[:MaxBody-2] + `"}`
	in := newInbox()
	if w := serve(publicOf(in, nil), signed(body)); w.Code != 202 {
		t.Errorf("got %d %s, want 202", w.Code, w.Body)
	}
	if got := len(in.rows["helpdesk1"].Body); got != MaxBody {
		t.Errorf("stored %d bytes, want %d", got, MaxBody)
	}
}

func TestWebhookCutShortIsNotAccepted(t *testing.T) {
	in := newInbox()
	r := signed(`{"ids":["1"]}`)
	r.ContentLength = 500
	if w := serve(publicOf(in, nil), r); w.Code != 400 || in.stored() != 0 {
		t.Errorf("got %d and stored %d, want 400 and 0", w.Code, in.stored())
	}
}

func TestWebhookWhenTheDatabaseIsLocked(t *testing.T) {
	in := newInbox()
	in.err = models.Errorf(models.Unavailable, "The database is busy.")
	for _, body := range []string{`{"ids":["1"]}`, `{`} {
		w := serve(publicOf(in, nil), signed(body))
		if w.Code != 503 || w.Header().Get("Retry-After") != "5" {
			t.Errorf("%s: got %d, Retry-After %q; want 503 and 5", body, w.Code, w.Header().Get("Retry-After"))
		}
	}
	in.err = errors.New("disk on fire")
	w := serve(publicOf(in, nil), signed(`{"ids":["1"]}`))
	if w.Code != 500 || strings.Contains(w.Body.String(), "fire") {
		t.Errorf("got %d %s, want 500 without the cause", w.Code, w.Body)
	}
}

func TestWebhookAnswer(t *testing.T) {
	in := newInbox()
	h := publicOf(in, nil)
	send := func(body, challenge, signature string) *httptest.ResponseRecorder {
		r := signed(body)
		r.URL.Path = "/v1/webhooks/front"
		r.Header.Set("X-Challenge", challenge)
		r.Header.Set("X-Signature", signature)
		return serve(h, r)
	}
	if w := send(`{"type":"sync"}`, "echo me", "good"); w.Code != 200 || w.Body.String() != "echo me" || in.stored() != 0 {
		t.Errorf("handshake: got %d %q with %d stored, want the echo and nothing stored", w.Code, w.Body, in.stored())
	}
	if w := send(`{}`, "echo me", "bad"); w.Code != 401 {
		t.Errorf("forged handshake: got %d, want 401", w.Code)
	}
	if w := send(`{"ids":["1"]}`, "thanks", "good"); w.Body.String() != "thanks" || in.stored() != 1 {
		t.Errorf("event: got %q with %d stored, want what the provider wants and 1 stored", w.Body, in.stored())
	}
	in.err = models.Errorf(models.Unavailable, "busy")
	if w := send(`{"ids":["2"]}`, "thanks", "good"); w.Code != 503 {
		t.Errorf("event that was not stored: got %d, want 503 whatever the provider wants", w.Code)
	}
}

func TestWebhookKeepsItsOwnCopy(t *testing.T) {
	in := newInbox()
	h := publicOf(in, nil)
	serve(h, signed(`{"ids":["1"]}`))
	serve(h, signed(`{"ids":["2"]}`))
	if got := string(in.rows["helpdesk1"].Body); got != `{"ids":["1"]}` {
		t.Errorf("the first body is now %s", got)
	}
}

func TestWebhookLogsNoBodies(t *testing.T) {
	var logged bytes.Buffer
	in := newInbox()
	in.err = errors.New("constraint failed")
	h := Public(PublicOptions{
		Sources: map[string]connector.Connector{"helpdesk": fakeConnector{}}, Accepter: in, Database: in,
		Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(&logged, nil)),
	})
	serve(h, signed(`{"ids":["a customer's words"]}`))
	if !strings.Contains(logged.String(), "constraint failed") || strings.Contains(logged.String(), "customer") || strings.Contains(logged.String(), "good") {
		t.Errorf("logged %s, want the cause and nothing of the request", logged.String())
	}
}

func TestPublicIsNothingElse(t *testing.T) {
	in := newInbox()
	h := publicOf(in, nil)
	for path, want := range map[string]int{
		"/": 404, "/v1/decisions": 404, "/metrics": 404, "/signin": 404, "/v1/webhooks/": 404, "/v1/webhooks/helpdesk": 405,
		"/healthz": 200, "/readyz": 200, "/slack/interactive": 200,
	} {
		if w := serve(h, httptest.NewRequest(http.MethodGet, path, nil)); w.Code != want {
			t.Errorf("GET %s: got %d, want %d", path, w.Code, want)
		}
	}
	in.err = errors.New("down")
	if w := serve(h, httptest.NewRequest(http.MethodGet, "/readyz", nil)); w.Code != 503 {
		t.Errorf("not ready: got %d, want 503", w.Code)
	}
	if w := serve(h, httptest.NewRequest(http.MethodGet, "/healthz", nil)); w.Code != 200 {
		t.Errorf("healthy while the database is down: got %d, want 200", w.Code)
	}
}

type counts map[string]int64

func (c counts) Counts(context.Context) (map[string]int64, error) {
	if c == nil {
		return nil, errors.New("down")
	}
	return c, nil
}

func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := NewMetrics(reg, counts{"inbox_pending": 3, "dead_letters": 1, "state_asked": 4, "state_applied": 6, "effects_queued": 2})
	h := publicOf(newInbox(), m)
	serve(h, signed(`{"ids":["1"]}`))
	serve(h, signed(`{"ids":["1"]}`))
	serve(h, signed(`{"kind":"unheard-of"}`))
	scrape := func(g prometheus.Gatherer) string {
		return serve(promhttp.HandlerFor(g, promhttp.HandlerOpts{}), httptest.NewRequest(http.MethodGet, "/metrics", nil)).Body.String()
	}
	wantHas(t, scrape(reg), `remit_decisions{state="applied"} 6`, `remit_decisions{state="asked"} 4`, "remit_decisions_total 10",
		"remit_inbox_pending 3", "remit_dead_letters 1", `remit_effects{state="queued"} 2`, "remit_database_up 1",
		`remit_webhooks_total{result="accepted",source="helpdesk"} 1`, `remit_webhooks_total{result="duplicate",source="helpdesk"} 1`,
		`remit_webhooks_total{result="unknown",source="helpdesk"} 1`, `remit_webhooks_total{result="unauthenticated",source="helpdesk"} 0`,
		"remit_webhook_seconds_count 3")
	down := prometheus.NewRegistry()
	NewMetrics(down, counts(nil))
	wantHas(t, scrape(down), "remit_database_up 0")
}

func BenchmarkWebhook(b *testing.B) {
	h := publicOf(newInbox(), nil)
	body := `{"ids":["1"],"pad":"` + strings.Repeat("x", 1600) + `"}`
	b.ReportAllocs()
	for b.Loop() {
		if w := serve(h, signed(body)); w.Code > 202 {
			b.Fatal(w.Code)
		}
	}
}
