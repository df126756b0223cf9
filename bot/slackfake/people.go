package slackfake

import "slices"

// User is somebody of the workspace, or of another one.
type User struct {
	ID       string
	Name     string
	Team     string // empty: of this workspace
	Guest    bool
	Bot      bool
	Deleted  bool
	Stranger bool
}

// AddUser makes somebody known.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Team == "" {
		u.Team = s.TeamID
	}
	s.users[u.ID] = u
}

// SetGroup says who is in a user group.
func (s *Server) SetGroup(id string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = slices.Clone(users)
}

func (s *Server) authTest(args) result {
	return ok(map[string]any{
		"url": s.base + "/", "team": "Fake", "team_id": s.TeamID, "user": "remit", "user_id": s.BotUserID, "bot_id": s.BotID,
	})
}

func (s *Server) userInfo(a args) result {
	u, known := s.users[a.get("user")]
	if !known {
		return fail("user_not_found")
	}
	return ok(map[string]any{"user": u.wire()})
}

func (u User) wire() map[string]any {
	return map[string]any{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "real_name": u.Name, "deleted": u.Deleted,
		"is_bot": u.Bot, "is_restricted": u.Guest, "is_stranger": u.Stranger,
	}
}

func (s *Server) groupUsers(a args) result {
	users, known := s.groups[a.get("usergroup")]
	if !known {
		return fail("no_such_subteam")
	}
	return ok(map[string]any{"users": users})
}

func (s *Server) conversationInfo(a args) result {
	c := s.channels[a.get("channel")]
	if c == nil {
		return fail("channel_not_found")
	}
	return ok(map[string]any{"channel": map[string]any{
		"id": c.id, "name": c.name, "is_archived": c.archived, "is_member": !c.left, "is_private": c.private,
	}})
}

func (s *Server) openConversation(a args) result {
	if _, known := s.users[a.get("users")]; !known {
		return fail("user_not_found")
	}
	id := "D" + a.get("users")
	if s.channels[id] == nil {
		s.channels[id] = &channel{id: id, private: true}
	}
	return ok(map[string]any{"channel": map[string]any{"id": id}})
}
