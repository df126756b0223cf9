package slackfake

import (
	"encoding/json"
	"slices"
	"time"
)

// triggerLife is how long a click may open a modal, and replyLife and replyUses how long and often a response URL works.
const (
	triggerLife = 3 * time.Second
	replyLife   = 30 * time.Minute
	replyUses   = 5
)

// View is a modal that somebody has open.
type View struct {
	ID   string
	User string
	Body json.RawMessage // as the app sent it
	Hash string
	open bool
}

type replyURL struct {
	made    time.Time
	uses    int
	channel string
	user    string
	ts      string
}

// OpenViews gives the modals that are open, oldest first.
func (s *Server) OpenViews() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.views {
		if v.open {
			out = append(out, *v)
		}
	}
	slices.SortFunc(out, func(a, b View) int { return compareText(a.ID, b.ID) })
	return out
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// trigger gives a trigger id for a click of the user.
func (s *Server) trigger(user string) string {
	id := s.nextID("trigger.") + "." + user
	s.triggers[id] = s.Now()
	return id
}

func (s *Server) openView(a args) result {
	id := a.get("trigger_id")
	made, known := s.triggers[id]
	if !known {
		return fail("invalid_trigger_id")
	}
	if made.IsZero() {
		return fail("exchanged_trigger_id")
	}
	if s.Now().Sub(made) > triggerLife {
		return fail("expired_trigger_id")
	}
	body := json.RawMessage(a.get("view"))
	if problems := CheckView(body); len(problems) > 0 {
		return fail("invalid_arguments", problems...)
	}
	s.triggers[id] = time.Time{}
	v := &View{ID: s.nextID("V"), User: id[len("trigger.000000."):], Body: body, open: true, Hash: s.nextID("h")}
	s.views[v.ID] = v
	return ok(map[string]any{"view": v.wire(s.TeamID)})
}

func (s *Server) updateView(a args) result {
	v := s.views[a.get("view_id")]
	if v == nil || !v.open {
		return fail("not_found")
	}
	if h := a.get("hash"); h != "" && h != v.Hash {
		return fail("hash_conflict")
	}
	body := json.RawMessage(a.get("view"))
	if problems := CheckView(body); len(problems) > 0 {
		return fail("invalid_arguments", problems...)
	}
	v.Body, v.Hash = body, s.nextID("h")
	return ok(map[string]any{"view": v.wire(s.TeamID)})
}

func (v *View) wire(team string) map[string]any {
	out := map[string]any{}
	_ = json.Unmarshal(v.Body, &out)
	out["id"], out["hash"], out["team_id"] = v.ID, v.Hash, team
	return out
}

func (s *Server) respond(id string, body []byte) result {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.replies[id]
	switch {
	case u == nil:
		return result{err: "invalid_url", status: 404}
	case s.Now().Sub(u.made) > replyLife:
		return result{err: "expired_url", status: 404}
	case u.uses >= replyUses:
		return result{err: "used_url", status: 404}
	}
	a := args{values: map[string]string{}}
	if err := a.fromJSON(body); err != nil {
		return result{err: "invalid_payload", status: 400}
	}
	blocks, bad := content(a)
	if bad != nil {
		return *bad
	}
	u.uses++
	if a.truthy("replace_original") {
		if m := s.find(u.channel, u.ts); m != nil {
			m.Text, m.Blocks = a.get("text"), blocks
			m.Edits++
		}
		return ok(nil)
	}
	s.ephemerals = append(s.ephemerals, Ephemeral{Channel: u.channel, User: u.user, Text: a.get("text"), Blocks: blocks})
	return ok(nil)
}
