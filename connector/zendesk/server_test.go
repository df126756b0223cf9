package zendesk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/connector"
	"remit/connector/zendesk"
	"remit/models"
)

// fake is a Zendesk that enforces its sign-in, its pace and its guard against lost updates.
type fake struct {
	t  *testing.T
	mu sync.Mutex

	now      time.Time
	tickets  map[string]map[string]any
	comments map[string][]map[string]any
	orgs     map[string]map[string]any
	order    []string // tickets as the export gives them
	exports  []time.Time
	puts     int
	racing   int
	loseNext bool // carry out the next update, and break off before answering
}

func newFake(t *testing.T) *fake {
	return &fake{
		t: t, now: time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC),
		tickets: map[string]map[string]any{}, comments: map[string][]map[string]any{}, orgs: map[string]map[string]any{},
	}
}

func (f *fake) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fake) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// ticket makes a ticket of the customer 5 as of now.
func (f *fake) ticket(id int, fields map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, at := strconv.Itoa(id), f.now.Format(time.RFC3339)
	ticket := map[string]any{
		"id": id, "subject": "Refund " + key, "description": "Where is my refund?", "status": "open", "priority": "low",
		"requester_id": 5, "submitter_id": 5, "tags": []string{"billing"}, "created_at": at, "updated_at": at,
		"generated_timestamp": f.now.Unix(), "group_id": 11, "organization_id": nil,
	}
	for k, v := range fields {
		ticket[k] = v
	}
	f.tickets[key] = ticket
	f.comments[key] = []map[string]any{{"id": id * 100, "author_id": 5, "body": ticket["description"], "public": true, "created_at": at}}
	f.order = append(f.order, key)
}

func (f *fake) touch(id string, fields map[string]any) {
	for k, v := range fields {
		f.tickets[id][k] = v
	}
	f.tickets[id]["updated_at"] = f.now.Format(time.RFC3339)
	f.tickets[id]["generated_timestamp"] = f.now.Unix()
	f.order = append(f.order, id)
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if user, token, ok := r.BasicAuth(); !ok || user != "bot@acme.com/token" || token != "t0ken" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	path := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/v2/"), ".json")
	parts := strings.Split(path, "/")
	switch {
	case path == "incremental/tickets/cursor":
		f.export(w, r)
	case parts[0] == "organizations" && f.orgs[parts[1]] != nil:
		f.answer(w, map[string]any{"organization": f.orgs[parts[1]]})
	case parts[0] != "tickets" || f.tickets[parts[1]] == nil:
		w.WriteHeader(http.StatusNotFound)
	case len(parts) == 3 && parts[2] == "comments":
		f.answer(w, map[string]any{"comments": f.comments[parts[1]], "users": []map[string]any{{"id": 5, "name": "Emily", "role": "end-user"}, {"id": 900, "name": "Priya", "role": "agent"}}})
	case r.Method == http.MethodPut:
		f.put(w, r, parts[1])
	default:
		f.answer(w, map[string]any{"ticket": f.tickets[parts[1]]})
	}
}

func (f *fake) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Error(err)
	}
}

func (f *fake) put(w http.ResponseWriter, r *http.Request, id string) {
	var in struct{ Ticket map[string]any }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if f.racing > 0 { // somebody else's update gets in first
		f.racing--
		f.now = f.now.Add(time.Second)
		f.touch(id, nil)
	}
	if in.Ticket["safe_update"] == true && in.Ticket["updated_stamp"] != f.tickets[id]["updated_at"] {
		w.WriteHeader(http.StatusConflict)
		return
	}
	f.now = f.now.Add(time.Second)
	if c, ok := in.Ticket["comment"].(map[string]any); ok {
		f.comments[id] = append(f.comments[id], map[string]any{
			"id": 9000 + len(f.comments[id]), "author_id": 777, "body": c["body"], "public": c["public"], "created_at": f.now.Format(time.RFC3339),
		})
	}
	for _, k := range []string{"comment", "safe_update", "updated_stamp"} {
		delete(in.Ticket, k)
	}
	f.touch(id, in.Ticket)
	f.puts++
	if f.loseNext {
		f.loseNext = false
		panic(http.ErrAbortHandler)
	}
	f.answer(w, map[string]any{"ticket": f.tickets[id]})
}

// export gives two tickets a page and allows ten pages a minute.
func (f *fake) export(w http.ResponseWriter, r *http.Request) {
	recent := 0
	for _, at := range f.exports {
		if f.now.Sub(at) < time.Minute {
			recent++
		}
	}
	if recent >= 10 {
		w.Header().Set("Retry-After", "42")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	f.exports = append(f.exports, f.now)
	q := r.URL.Query()
	from := 0
	if c := q.Get("cursor"); c != "" {
		if _, err := fmt.Sscanf(c, "c%d", &from); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
	} else if q.Get("start_time") == "" {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	to := min(from+2, len(f.order))
	tickets, orgs := []any{}, []any{}
	for _, id := range f.order[from:to] {
		tickets = append(tickets, f.tickets[id])
		if o, ok := f.tickets[id]["organization_id"].(int); ok {
			orgs = append(orgs, f.orgs[strconv.Itoa(o)])
		}
	}
	f.answer(w, map[string]any{
		"tickets": tickets, "organizations": orgs, "users": []any{},
		"after_cursor": fmt.Sprintf("c%d", to), "end_of_stream": to == len(f.order),
	})
}

func connect(t *testing.T, f *fake, edit func(*zendesk.Options)) connector.Connector {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	opt := options()
	opt.BaseURL, opt.User, opt.Token, opt.HTTP, opt.Now = srv.URL, "bot@acme.com", models.Secret("t0ken"), srv.Client(), f.clock
	if edit != nil {
		edit(&opt)
	}
	return newConnector(t, opt)
}
