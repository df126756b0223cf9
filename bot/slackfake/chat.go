package slackfake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

type channel struct {
	id, name string
	private  bool
	archived bool
	left     bool // the app is not a member
	posted   time.Time
	messages []*Message
}

// Message is what people see in a channel.
type Message struct {
	Channel  string
	TS       string
	ThreadTS string
	Text     string
	Blocks   json.RawMessage
	Metadata json.RawMessage
	Edits    int
	deleted  bool
	bot      string
}

// Ephemeral is a message that one person alone sees.
type Ephemeral struct {
	Channel string
	User    string // empty when it came by a response URL whose clicker is not known
	Text    string
	Blocks  json.RawMessage
}

// AddChannel makes a channel that the app is a member of.
func (s *Server) AddChannel(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, name: name}
}

// Archive makes the channel refuse posts.
func (s *Server) Archive(id string) { s.change(id, func(c *channel) { c.archived = true }) }

// Kick takes the app out of the channel.
func (s *Server) Kick(id string) { s.change(id, func(c *channel) { c.left = true }) }

func (s *Server) change(id string, f func(*channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[id]; c != nil {
		f(c)
	}
}

// Visible gives the messages of a channel that are there to see, oldest first; of all channels for "".
func (s *Server) Visible(id string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, c := range s.channels {
		if id != "" && c.id != id {
			continue
		}
		for _, m := range c.messages {
			if !m.deleted {
				out = append(out, *m)
			}
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return cmp.Compare(a.TS, b.TS) })
	return out
}

// Count gives how many messages there are to see in a channel.
func (s *Server) Count(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	if c := s.channels[id]; c != nil {
		for _, m := range c.messages {
			if !m.deleted {
				n++
			}
		}
	}
	return n
}

// Message gives a message as it is now.
func (s *Server) Message(channelID, ts string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.find(channelID, ts); m != nil {
		return *m, true
	}
	return Message{}, false
}

// Ephemerals gives every message for one person's eyes so far, oldest first.
func (s *Server) Ephemerals() []Ephemeral {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ephemerals)
}

// Remove deletes a message as a workspace admin would.
func (s *Server) Remove(channelID, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.find(channelID, ts); m != nil {
		m.deleted = true
	}
}

func (s *Server) find(channelID, ts string) *Message {
	c := s.channels[channelID]
	if c == nil {
		return nil
	}
	for _, m := range c.messages {
		if m.TS == ts && !m.deleted {
			return m
		}
	}
	return nil
}

// writable gives the channel to write to, or Slack's word for why not.
func (s *Server) writable(id string) (*channel, string) {
	c := s.channels[id]
	switch {
	case c == nil:
		return nil, "channel_not_found"
	case c.archived:
		return nil, "is_archived"
	case c.left:
		return nil, "not_in_channel"
	}
	return c, ""
}

// content checks what a message says; it gives the blocks and Slack's complaint.
func content(a args) (json.RawMessage, *result) {
	blocks := json.RawMessage(a.get("blocks"))
	if a.get("text") == "" {
		r := fail("no_text", "a message needs a text, for notifications and screen readers")
		return nil, &r
	}
	if problems := CheckMessage(blocks, a.get("text")); len(problems) > 0 {
		r := fail("invalid_blocks", problems...)
		return nil, &r
	}
	if meta := a.get("metadata"); meta != "" {
		if problem := checkMetadata(meta); problem != "" {
			r := fail("invalid_metadata_format", problem)
			return nil, &r
		}
	}
	return blocks, nil
}

func checkMetadata(raw string) string {
	var m struct {
		EventType    string         `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	if err := json.Unmarshal([]byte(raw), &m); err != nil || m.EventType == "" || m.EventPayload == nil {
		return "metadata needs an event_type and an event_payload"
	}
	if len(raw) > 16_000 {
		return "metadata is too large"
	}
	return ""
}

func (s *Server) postMessage(a args) result {
	c, problem := s.writable(a.get("channel"))
	if problem != "" {
		return fail(problem)
	}
	now := s.Now()
	if wait := c.posted.Add(s.Pace).Sub(now); s.Pace > 0 && !c.posted.IsZero() && wait > 0 {
		return result{err: "ratelimited", status: 429, after: int(math.Ceil(wait.Seconds()))}
	}
	blocks, bad := content(a)
	if bad != nil {
		return *bad
	}
	if id := s.missingFile(blocks); id != "" {
		return fail("invalid_blocks", "there is no file "+id)
	}
	c.posted = now
	m := &Message{
		Channel: c.id, TS: s.nextTS(), ThreadTS: a.get("thread_ts"), Text: a.get("text"), Blocks: blocks, bot: s.BotID,
	}
	if meta := a.get("metadata"); meta != "" {
		m.Metadata = json.RawMessage(meta)
	}
	c.messages = append(c.messages, m)
	return ok(map[string]any{"channel": c.id, "ts": m.TS, "message": m.wire(false)})
}

func (s *Server) updateMessage(a args) result {
	if _, problem := s.writable(a.get("channel")); problem != "" {
		return fail(problem)
	}
	m := s.find(a.get("channel"), a.get("ts"))
	if m == nil {
		return fail("message_not_found")
	}
	blocks, bad := content(a)
	if bad != nil {
		return *bad
	}
	m.Text, m.Blocks = a.get("text"), blocks
	m.Edits++
	if meta := a.get("metadata"); meta != "" {
		m.Metadata = json.RawMessage(meta)
	}
	return ok(map[string]any{"channel": m.Channel, "ts": m.TS, "text": m.Text})
}

func (s *Server) deleteMessage(a args) result {
	m := s.find(a.get("channel"), a.get("ts"))
	if m == nil {
		return fail("message_not_found")
	}
	m.deleted = true
	return ok(map[string]any{"channel": m.Channel, "ts": m.TS})
}

func (s *Server) postEphemeral(a args) result {
	if _, problem := s.writable(a.get("channel")); problem != "" {
		return fail(problem)
	}
	if a.get("user") == "" {
		return fail("user_not_in_channel")
	}
	blocks, bad := content(a)
	if bad != nil {
		return *bad
	}
	s.ephemerals = append(s.ephemerals, Ephemeral{Channel: a.get("channel"), User: a.get("user"), Text: a.get("text"), Blocks: blocks})
	return ok(map[string]any{"message_ts": s.nextTS()})
}

// history lists newest first, in pages of at most 200, as Slack does.
func (s *Server) history(a args) result {
	return s.page(a, func(m *Message) bool {
		return later(m.TS, a.get("oldest")) && (a.get("latest") == "" || !later(m.TS, a.get("latest")))
	})
}

// replyPage gives the messages of a thread, its first among them.
func (s *Server) replyPage(a args) result {
	if a.get("ts") == "" {
		return fail("invalid_arguments")
	}
	return s.page(a, func(m *Message) bool { return m.TS == a.get("ts") || m.ThreadTS == a.get("ts") })
}

// page gives a page of the channel's messages that are wanted, the newest first.
func (s *Server) page(a args, wanted func(*Message) bool) result {
	c := s.channels[a.get("channel")]
	switch {
	case c == nil:
		return fail("channel_not_found")
	case !slices.Contains(s.Scopes, "channels:history"):
		return fail("missing_scope")
	case c.left:
		return fail("not_in_channel")
	}
	limit, _ := strconv.Atoi(a.get("limit"))
	if limit <= 0 || limit > 200 {
		limit = 100
	}
	skip, _ := strconv.Atoi(a.get("cursor"))
	var all []map[string]any
	for _, m := range slices.Backward(c.messages) {
		if !m.deleted && wanted(m) {
			all = append(all, m.wire(a.truthy("include_all_metadata")))
		}
	}
	page := all[min(skip, len(all)):min(skip+limit, len(all))]
	more := skip+limit < len(all)
	fields := map[string]any{"messages": page, "has_more": more}
	if more {
		fields["response_metadata"] = map[string]any{"next_cursor": fmt.Sprint(skip + limit)}
	}
	return ok(fields)
}

func later(ts, oldest string) bool {
	at, _ := strconv.ParseFloat(ts, 64)
	from, err := strconv.ParseFloat(oldest, 64)
	return err != nil || at > from
}

func (m *Message) wire(metadata bool) map[string]any {
	out := map[string]any{"type": "message", "ts": m.TS, "text": m.Text, "bot_id": m.bot}
	if len(m.Blocks) > 0 {
		out["blocks"] = m.Blocks
	}
	if metadata && len(m.Metadata) > 0 {
		out["metadata"] = m.Metadata
	}
	return out
}
