// Package zendeskfake is a Zendesk to run against: tickets that remember what is written to them, their comments, and
// organisations. It is strict where Zendesk is: a safe update of a ticket that has changed since is refused.
package zendeskfake

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is one Zendesk account. The exported fields are set before it is used.
type Server struct {
	Now           func() time.Time
	Organizations map[string]map[string]any // by id, as the API tells them
	Groups        map[string]string         // id to name
	Token         string                    // the only API token that is taken; empty for any

	mu      sync.Mutex
	tickets map[string]map[string]any
	notes   map[string][]map[string]any
	changed []string // ids of the tickets in the order of their changes, for the export
	writes  []Write
	status  int
	seq     int
	mux     *http.ServeMux
	routes  sync.Once
}

// Write is one update that was carried out.
type Write struct {
	Ticket string
	Key    string // the request's idempotency key
	Fields map[string]any
	Note   string
}

// Add puts a ticket there. One that nobody added is there all the same, of normal priority: events may have told of it.
func (s *Server) Add(id string, ticket map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticket(id)
	maps.Copy(s.tickets[id], ticket)
	s.changed = append(s.changed, id)
}

// Writes gives the updates that were carried out, oldest first.
func (s *Server) Writes() []Write {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.writes)
}

// FailWith has every request answered with the status from now on; 0 ends it.
func (s *Server) FailWith(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// ServeHTTP answers the parts of the API that remit uses.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.routes.Do(func() {
		s.mux = http.NewServeMux()
		s.mux.HandleFunc("GET /api/v2/tickets/{id}", s.getTicket)
		s.mux.HandleFunc("PUT /api/v2/tickets/{id}", s.putTicket)
		s.mux.HandleFunc("GET /api/v2/tickets/{id}/comments.json", s.getComments)
		s.mux.HandleFunc("GET /api/v2/organizations/{id}", s.getOrganization)
		s.mux.HandleFunc("GET /api/v2/users/me.json", s.getMe)
		s.mux.HandleFunc("GET /api/v2/groups.json", s.getGroups)
		s.mux.HandleFunc("GET /api/v2/incremental/tickets/cursor.json", s.export)
	})
	s.mu.Lock()
	status := s.status
	s.mu.Unlock()
	if _, token, signed := r.BasicAuth(); !signed || s.Token != "" && token != s.Token {
		status = http.StatusUnauthorized
	}
	if status != 0 {
		_, _ = io.Copy(io.Discard, r.Body)
		http.Error(w, `{"error":"refused"}`, status)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func id(r *http.Request) string { return strings.TrimSuffix(r.PathValue("id"), ".json") }

// ticket gives the ticket, made where it is not there. The lock is held.
func (s *Server) ticket(id string) map[string]any {
	if s.tickets == nil {
		s.tickets, s.notes = map[string]map[string]any{}, map[string][]map[string]any{}
	}
	t, ok := s.tickets[id]
	if !ok {
		t = map[string]any{"id": id, "priority": "normal", "status": "open", "tags": []any{}, "updated_at": s.stamp()}
		s.tickets[id] = t
	}
	return t
}

func (s *Server) stamp() string { return s.Now().UTC().Format(time.RFC3339) }

func (s *Server) getTicket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer(w, map[string]any{"ticket": s.ticket(id(r))})
}

func (s *Server) putTicket(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Ticket map[string]any `json:"ticket"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, `{"error":"Unprocessable"}`, http.StatusUnprocessableEntity)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.ticket(id(r))
	if in.Ticket["safe_update"] == true && in.Ticket["updated_stamp"] != t["updated_at"] {
		http.Error(w, `{"error":"UpdateConflict"}`, http.StatusConflict)
		return
	}
	one := Write{Ticket: id(r), Key: r.Header.Get("Idempotency-Key"), Fields: map[string]any{}}
	for _, field := range []string{"priority", "group_id", "assignee_id", "tags", "status", "custom_fields"} {
		if v, ok := in.Ticket[field]; ok {
			t[field], one.Fields[field] = v, v
		}
	}
	if c, ok := in.Ticket["comment"].(map[string]any); ok {
		s.seq++
		one.Note = fmt.Sprint(c["body"])
		s.notes[one.Ticket] = append(s.notes[one.Ticket], map[string]any{
			"id": s.seq, "author_id": 900, "body": c["body"], "plain_body": c["body"], "public": c["public"], "created_at": s.stamp(),
		})
	}
	t["updated_at"] = s.stamp()
	s.changed = append(s.changed, one.Ticket)
	s.writes = append(s.writes, one)
	answer(w, map[string]any{"ticket": t})
}

func (s *Server) getComments(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	notes := slices.Clone(s.notes[id(r)])
	if r.URL.Query().Get("sort_order") == "desc" {
		slices.Reverse(notes)
	}
	if notes == nil {
		notes = []map[string]any{}
	}
	answer(w, map[string]any{"comments": notes, "users": []any{}})
}

func (s *Server) getOrganization(w http.ResponseWriter, r *http.Request) {
	o, ok := s.Organizations[id(r)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer(w, map[string]any{"organization": o})
}

func (s *Server) getMe(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"user": map[string]any{"id": 900, "name": "remit bot", "role": "agent"}})
}

// getGroups gives the groups by id, two a page, so that whoever reads one page alone is found out.
func (s *Server) getGroups(w http.ResponseWriter, r *http.Request) {
	ids := slices.Sorted(maps.Keys(s.Groups))
	from, _ := strconv.Atoi(r.URL.Query().Get("page[after]"))
	to := min(from+2, len(ids))
	page := []any{}
	for _, id := range ids[min(from, len(ids)):to] {
		page = append(page, map[string]any{"id": id, "name": s.Groups[id], "deleted": false})
	}
	answer(w, map[string]any{"groups": page, "meta": map[string]any{"has_more": to < len(ids), "after_cursor": strconv.Itoa(to)}})
}

// export gives the tickets that changed since the cursor, which counts changes.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := strconv.Atoi(r.URL.Query().Get("cursor")) // none on the first call
	tickets, organizations := []any{}, []any{}
	for _, id := range s.changed[min(from, len(s.changed)):] {
		t := maps.Clone(s.tickets[id])
		t["generated_timestamp"] = s.Now().Unix()
		tickets = append(tickets, t)
		if o, ok := s.Organizations[fmt.Sprint(t["organization_id"])]; ok {
			organizations = append(organizations, o)
		}
	}
	answer(w, map[string]any{
		"tickets": tickets, "organizations": organizations, "users": []any{}, "after_cursor": strconv.Itoa(len(s.changed)), "end_of_stream": true,
	})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
