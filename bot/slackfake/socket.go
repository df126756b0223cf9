package slackfake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// maxLinks is how many connections an app may have open.
	maxLinks = 10
	// maxAck is what Slack takes as an acknowledgement; a larger one is dropped without a word.
	maxAck = 20 << 10
	// ackLife is how long Slack waits for an acknowledgement, in true time.
	ackLife = 3 * time.Second
)

// link is one connection of the app's.
type link struct {
	conn    *websocket.Conn
	writing sync.Mutex
	leaving bool // takes no new envelopes
	waiting map[string]bool
}

func (l *link) send(v any) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	return l.conn.WriteJSON(v)
}

// openConnections gives the app an address to connect to, once.
func (s *Server) openConnection(a args) result {
	switch {
	case s.socketOff:
		return fail("access_denied")
	case a.token != s.AppToken:
		return fail("invalid_auth")
	}
	ticket := s.nextID("link")
	s.tickets[ticket] = true
	return ok(map[string]any{"url": "ws" + strings.TrimPrefix(s.base, "http") + "/link/" + ticket})
}

// connect takes the app's connection and hears it until it ends.
func (s *Server) connect(w http.ResponseWriter, r *http.Request, ticket string) {
	s.mu.Lock()
	good := s.tickets[ticket] && len(s.links) < maxLinks && !s.socketOff
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "no such connection", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &link{conn: conn, waiting: map[string]bool{}}
	s.mu.Lock()
	s.links = append(s.links, l)
	n := len(s.links)
	s.mu.Unlock()
	_ = l.send(map[string]any{"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": "A0FAKE"}})
	s.announce()
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			break
		}
		s.acked(l, raw)
	}
	_ = conn.Close()
	s.mu.Lock()
	s.links = slices.DeleteFunc(s.links, func(o *link) bool { return o == l })
	s.mu.Unlock()
	s.announce()
}

// announce wakes whoever waits for the connections to change.
func (s *Server) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.linked)
	s.linked = make(chan struct{})
}

// Linked waits until the app has n connections that take envelopes.
func (s *Server) Linked(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		have, changed := 0, s.linked
		for _, l := range s.links {
			if !l.leaving {
				have++
			}
		}
		s.mu.Unlock()
		if have == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d connections, not %d: %w", have, n, ctx.Err())
		}
	}
}

// acked takes what the app says: the acknowledgement of an envelope.
func (s *Server) acked(l *link, raw []byte) {
	var said struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(raw, &said) != nil || len(raw) >= maxAck {
		s.mu.Lock()
		s.dropped++
		s.mu.Unlock()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.waiting[said.ID] {
		return // twice, or by another connection than the envelope's
	}
	delete(l.waiting, said.ID)
	if to := s.acks[said.ID]; to != nil {
		to <- answerOf(http.StatusOK, said.Payload)
		delete(s.acks, said.ID)
	}
	if l.leaving && len(l.waiting) == 0 {
		_ = l.conn.Close()
	}
}

// Dropped gives how many acknowledgements were too large to be taken.
func (s *Server) Dropped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Disconnect tells the app that its connections end, for Slack's reason: "warning", "refresh_requested" or "link_disabled".
// Each is closed once what it carries is acknowledged; after link_disabled no other can be opened.
func (s *Server) Disconnect(reason string) {
	s.mu.Lock()
	links := slices.Clone(s.links)
	s.socketOff = s.socketOff || reason == "link_disabled"
	for _, l := range links {
		l.leaving = true
	}
	s.mu.Unlock()
	for _, l := range links {
		_ = l.send(map[string]any{"type": "disconnect", "reason": reason})
		s.mu.Lock()
		idle := len(l.waiting) == 0
		s.mu.Unlock()
		if idle {
			_ = l.conn.Close()
		}
	}
}

// CutLinks breaks every connection without a word.
func (s *Server) CutLinks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.links {
		_ = l.conn.NetConn().Close()
	}
}

// Envelope sends a payload over one of the app's connections and waits for it to be acknowledged, for three seconds. One
// whose connection ends before is sent again over another. With Twice set each goes over every connection.
func (s *Server) Envelope(ctx context.Context, kind string, payload any) (Answer, error) {
	s.mu.Lock()
	id := s.nextID("env")
	got := make(chan Answer, 1)
	s.acks[id] = got
	s.mu.Unlock()
	env := map[string]any{
		"type": kind, "envelope_id": id, "payload": payload, "accepts_response_payload": kind != "events_api",
	}
	ctx, cancel := context.WithTimeout(ctx, ackLife)
	defer cancel()
	for {
		sent, changed := s.carry(id, env)
		if a, done, err := s.await(ctx, id, got, changed, sent); done {
			return a, err
		}
	}
}

// carry hands the envelope to a connection in turn, or to all of them.
func (s *Server) carry(id string, env any) (sent bool, changed chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var to []*link
	for _, l := range s.links {
		if !l.leaving {
			to = append(to, l)
		}
	}
	if len(to) == 0 {
		return false, s.linked
	}
	s.turn++
	if !s.Twice {
		to = to[s.turn%len(to):][:1]
	}
	for _, l := range to {
		l.waiting[id] = true
		sent = l.send(env) == nil || sent
		if s.Twice {
			_ = l.send(env)
		}
	}
	return sent, s.linked
}

// await waits for the acknowledgement. It is not done when the envelope has to go over another connection.
func (s *Server) await(ctx context.Context, id string, got <-chan Answer, changed <-chan struct{}, sent bool) (Answer, bool, error) {
	for {
		select {
		case a := <-got:
			return a, true, nil
		case <-ctx.Done():
			return Answer{}, true, errors.New("the app did not acknowledge in time")
		case <-changed:
			s.mu.Lock()
			carried := slices.ContainsFunc(s.links, func(l *link) bool { return l.waiting[id] })
			changed = s.linked
			s.mu.Unlock()
			if !sent || !carried {
				return Answer{}, false, nil
			}
		}
	}
}
