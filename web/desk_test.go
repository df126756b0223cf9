package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"remit/decision"
	"remit/models"
)

// noon is when these tests happen.
var noon = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)

// desk is everything behind the console, in memory: what a store and an engine would do, as far as pages can tell.
type desk struct {
	mu        sync.Mutex
	decisions []models.Decision
	snapshots map[string]models.Facts
	entries   []models.Entry
	letters   []models.DeadLetter
	switches  map[models.Domain]models.Switch
	links     map[string]string // login token: person
	sessions  map[string][]byte
	people    map[string]models.Person
	blocks    func(models.Case) (json.RawMessage, error)
	asked     []models.LogQuery
	replayed  []string
	records   []decision.Record
	grants    []models.Grant
	revoked   []string
	proposed  map[string]map[string]any
}

func newDesk() *desk {
	return &desk{
		snapshots: map[string]models.Facts{}, proposed: map[string]map[string]any{}, switches: map[models.Domain]models.Switch{}, sessions: map[string][]byte{},
		links: map[string]string{"link-priya": "priya", "link-omar": "omar", "link-vera": "vera", "link-gone": "gone"},
		people: map[string]models.Person{
			"priya": {ID: "priya", Name: "Priya Raman", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads", "support-leads"}},
			"omar":  {ID: "omar", Name: "Omar Diaz", Roles: []models.Role{models.RoleManager}, Groups: []string{"finance-leads", "support-leads"}},
			"vera":  {ID: "vera", Name: "Vera Lind"},
		},
		blocks: fakeCard,
	}
}

// put adds a matter to the desk.
func (d *desk) put(facts models.Facts, ds ...models.Decision) {
	for _, dec := range ds {
		d.snapshots[dec.FactsID] = facts
		d.decisions = append(d.decisions, dec)
		d.entries = append(d.entries, models.Entry{
			DecisionID: dec.ID, Version: 1, Item: dec.Item, Kind: models.EntryDecided, State: models.Asked, By: models.Remit, At: dec.CreatedAt,
			Text: "Proposed " + dec.Value + ", and asked.",
		})
	}
}

func (d *desk) at(id string) (int, error) {
	i := slices.IndexFunc(d.decisions, func(o models.Decision) bool { return o.ID == id })
	if i < 0 {
		return 0, models.Errorf(models.NotFound, "There is no decision %s.", id)
	}
	return i, nil
}

func (d *desk) Case(_ context.Context, item string) (models.Case, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := models.Case{Item: item}
	for _, dec := range d.decisions {
		if dec.Item == item {
			c.Domain, c.Title, c.Facts = dec.Domain, dec.Title, d.snapshots[dec.FactsID]
			c.Decisions = append(c.Decisions, dec)
		}
	}
	if c.Decisions == nil {
		return c, models.Errorf(models.NotFound, "Nothing is known of %s.", item)
	}
	for _, e := range d.entries {
		if e.Item == item {
			c.Entries = append(c.Entries, e)
		}
	}
	return c, nil
}

func (d *desk) OpenItems(_ context.Context, domain models.Domain, limit int) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var items []string
	for _, dec := range d.decisions {
		if (dec.State.Open() || dec.Auditable()) && (domain == "" || dec.Domain == domain) && !slices.Contains(items, dec.Item) {
			items = append(items, dec.Item)
		}
	}
	return items[:min(limit, len(items))], nil
}

func (d *desk) Log(_ context.Context, q models.LogQuery) ([]models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, q)
	var out []models.Decision
	for _, dec := range slices.Backward(d.decisions) {
		if (q.Domain == "" || dec.Domain == q.Domain) && (q.State == "" || dec.State == q.State) && strings.Contains(dec.Title+dec.Item+dec.Value, q.Text) &&
			(q.Before.IsZero() || dec.CreatedAt.Before(q.Before)) && len(out) < q.Limit {
			out = append(out, dec)
		}
	}
	return out, nil
}

func (d *desk) Decision(_ context.Context, id string) (models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, err := d.at(id)
	if err != nil {
		return models.Decision{}, err
	}
	return d.decisions[i], nil
}

func (d *desk) Snapshot(_ context.Context, id string) (models.Snapshot, error) {
	facts, ok := d.snapshots[id]
	if !ok {
		return models.Snapshot{}, models.Errorf(models.NotFound, "These facts are gone.")
	}
	return models.Snapshot{ID: id, Facts: facts, At: noon}, nil
}

func (d *desk) Resolve(_ context.Context, id string, by models.Person, a models.Answer) (models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, err := d.at(id)
	if err != nil {
		return models.Decision{}, err
	}
	dec := d.decisions[i]
	if err := a.Check(dec.Action); err != nil {
		return dec, err
	}
	if !dec.State.Open() || a.Version != dec.Version {
		return dec, models.Errorf(models.Conflict, "%s", dec.Standing(time.UTC))
	}
	if !by.Has(models.RoleApprover) {
		err := models.Errorf(models.Denied, "You are not among those who answer this: ask %s.", strings.Join(dec.Ruling.Approval.From, ", "))
		d.entries = append(d.entries, models.EntryOf(dec, models.EntryRefused, by.Actor(), noon, models.SentenceOf(err)))
		return dec, err
	}
	enough, err := dec.Agree(a)
	if err == nil && enough {
		dec.Final = dec.Choice(a)
		err = dec.To(models.Applying, noon)
	}
	if err != nil {
		return dec, err
	}
	d.decisions[i] = dec
	d.entries = append(d.entries, models.EntryOf(dec, models.EntryAnswered, by.Actor(), noon, by.Actor().Name+" "+a.Verb()+" it."))
	return dec, nil
}

func (d *desk) Undo(_ context.Context, id string, by models.Person, why string) (models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, err := d.at(id)
	if err != nil {
		return models.Decision{}, err
	}
	dec := d.decisions[i]
	if err := dec.To(models.Reverting, noon); err != nil {
		return dec, err
	}
	d.decisions[i] = dec
	d.entries = append(d.entries, models.EntryOf(dec, models.EntryUndone, by.Actor(), noon, by.Actor().Name+" took it back: "+why))
	return dec, nil
}

func (d *desk) Pause(_ context.Context, domain models.Domain, by models.Person, why string) (decision.Report, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := models.Switch{Domain: domain, Paused: true, By: by.Actor().Display(), Why: why, At: noon}
	d.switches[domain] = s
	report := decision.Report{Switches: []models.Switch{s}}
	for _, dec := range d.decisions {
		if dec.State == models.Waiting {
			report.Recalled = append(report.Recalled, dec)
		}
		if dec.State == models.Applied && dec.Domain == domain {
			report.Left = append(report.Left, models.NewEffect(dec, models.EffectApply, time.Time{}, noon))
		}
	}
	return report, nil
}

func (d *desk) Resume(_ context.Context, domain models.Domain, by models.Person, why string) (decision.Report, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := models.Switch{Domain: domain, By: by.Actor().Display(), Why: why, At: noon}
	d.switches[domain] = s
	return decision.Report{Switches: []models.Switch{s}}, nil
}

func (d *desk) Switches(context.Context) (map[models.Domain]models.Switch, error) {
	return d.switches, nil
}

func (d *desk) DeadLetters(_ context.Context, limit int) ([]models.DeadLetter, error) {
	return d.letters[:min(limit, len(d.letters))], nil
}

func (d *desk) Replay(_ context.Context, id string, _ models.Actor, _ time.Time) error {
	if !slices.ContainsFunc(d.letters, func(l models.DeadLetter) bool { return l.ID == id }) {
		return models.Errorf(models.NotFound, "There is no dead letter %s.", id)
	}
	d.replayed = append(d.replayed, id)
	return nil
}

func (d *desk) RedeemLogin(_ context.Context, token string, _ time.Time) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id, ok := d.links[token]
	if !ok {
		return "", models.Errorf(models.Unauthenticated, "This link has been used or has expired.")
	}
	delete(d.links, token)
	return id, nil
}

func (d *desk) TokenPerson(_ context.Context, token string, _ time.Time) (string, error) {
	id, ok := strings.CutPrefix(token, "token-")
	if !ok {
		return "", models.Errorf(models.Unauthenticated, "This token is not known or has expired.")
	}
	return id, nil
}

func (d *desk) ByID(id string) (models.Person, bool) {
	p, ok := d.people[id]
	return p, ok
}

func (d *desk) Blocks(_ context.Context, c models.Case) (json.RawMessage, error) { return d.blocks(c) }

func (d *desk) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.sessions[token]
	return b, ok, nil
}

func (d *desk) CommitCtx(_ context.Context, token string, b []byte, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sessions[token] = b
	return nil
}

func (d *desk) DeleteCtx(_ context.Context, token string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, token)
	return nil
}

func (d *desk) options() ConsoleOptions {
	reg := prometheus.NewRegistry()
	return ConsoleOptions{
		Cases: d, Log: d, Resolver: d, Undoer: d, BulkUndoer: d, Auditor: d, Autonomy: d, Switcher: d, Switches: d, DeadLetters: d, Logins: d, Sessions: d, People: d, Cards: d,
		Proposer: d, Domains: func() []models.Domain { return nil },
		URL: "http://console.test", Now: func() time.Time { return noon }, Metrics: NewMetrics(reg, nil), Gatherer: reg,
	}
}

// visitor is a browser at the console.
type visitor struct {
	t      *testing.T
	client *http.Client
	base   string
}

// visit starts the console and gives a browser that is not signed in.
func visit(t *testing.T, o ConsoleOptions) *visitor {
	t.Helper()
	srv := httptest.NewServer(Console(o))
	t.Cleanup(srv.Close)
	return newVisitor(t, srv.URL)
}

func newVisitor(t *testing.T, base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: base, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// as signs the visitor in.
func (v *visitor) as(person string) *visitor {
	v.t.Helper()
	status, _, _ := v.post("/login", url.Values{"token": {"link-" + person}})
	if status != http.StatusSeeOther {
		v.t.Fatalf("sign in as %s: got %d, want 303", person, status)
	}
	return v
}

func (v *visitor) do(req *http.Request) (status int, body string, header http.Header) {
	v.t.Helper()
	resp, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func (v *visitor) request(method, path, body string) *http.Request {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	return req
}

func (v *visitor) get(path string) (int, string, http.Header) {
	v.t.Helper()
	return v.do(v.request(http.MethodGet, path, ""))
}

// post sends a form as a browser would from a page of ours.
func (v *visitor) post(path string, form url.Values) (int, string, http.Header) {
	v.t.Helper()
	req := v.request(http.MethodPost, path, form.Encode())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(req)
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// csrf reads the session's token off a page.
func (v *visitor) csrf() string {
	v.t.Helper()
	_, body, _ := v.get("/log")
	m := csrfField.FindStringSubmatch(body)
	if m == nil {
		v.t.Fatal("no csrf field on the page")
	}
	return m[1]
}

// submit posts a form with the session's token, follows the redirect, and gives the page that says what happened.
func (v *visitor) submit(path string, form url.Values) string {
	v.t.Helper()
	form.Set("csrf", v.csrf())
	status, body, header := v.post(path, form)
	if status != http.StatusSeeOther {
		v.t.Fatalf("POST %s: got %d, want 303: %s", path, status, body)
	}
	_, page, _ := v.get(header.Get("Location"))
	return page
}

func wantHas(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, w := range wants {
		if !strings.Contains(page, w) {
			t.Errorf("the page lacks %q:\n%s", w, page)
		}
	}
}

func wantLacks(t *testing.T, page string, bads ...string) {
	t.Helper()
	for _, b := range bads {
		if strings.Contains(page, b) {
			t.Errorf("the page has %q", b)
		}
	}
}

// fakeCard makes a card as a bot would: markup, fields, buttons with the decision's id and version as their value.
func fakeCard(c models.Case) (json.RawMessage, error) {
	text := func(kind, s string) map[string]any { return map[string]any{"type": kind, "text": s} }
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	blocks := []map[string]any{{"type": "header", "text": text("plain_text", c.Title)}}
	var fields []any
	if t := c.Facts.Ticket; t != nil {
		blocks = append(blocks, map[string]any{"type": "section", "text": text("mrkdwn", "&gt; "+escape(t.Text))})
	}
	if a := c.Facts.Account; a != nil {
		fields = append(fields, text("mrkdwn", "*Account*\n"+escape(a.Name)), text("mrkdwn", "*Plan*\n"+escape(a.Tier)))
	}
	if p := c.Facts.Payable; p != nil {
		fields = append(fields, text("mrkdwn", "*Amount*\n"+p.Amount.Display()), text("mrkdwn", "*Due*\n"+p.DueOn.Display()), text("mrkdwn", "*Vendor*\n"+escape(p.VendorName)))
	}
	if fields != nil {
		blocks = append(blocks, map[string]any{"type": "section", "fields": fields})
	}
	for _, d := range c.Open() {
		var why []string
		for _, r := range d.Reasons {
			why = append(why, "• "+escape(r.Text))
		}
		blocks = append(blocks, map[string]any{"type": "section", "text": text("mrkdwn", "*Why "+strings.ToLower(d.Action.Topic())+"*\n"+strings.Join(why, "\n"))})
		blocks = append(blocks, map[string]any{"type": "actions", "elements": []any{
			map[string]any{"type": "button", "action_id": "approve", "value": fmt.Sprintf("%s@%d", d.ID, d.Version), "text": text("plain_text", approveLabel(d.Action, d.Value))},
			map[string]any{"type": "button", "action_id": "override", "value": fmt.Sprintf("%s@%d", d.ID, d.Version), "text": text("plain_text", overrideLabel(d.Action, d.Value))},
		}})
	}
	blocks = append(blocks, map[string]any{"type": "context", "elements": []any{text("mrkdwn", ":hourglass: asked of <!subteam^S1|@finance-leads>")}})
	return json.Marshal(blocks)
}
