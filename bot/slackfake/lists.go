package slackfake

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// page cuts a list as Slack does, by a limit and a cursor.
func page(a args, all []any, name string) result {
	limit, _ := strconv.Atoi(a.get("limit"))
	if limit <= 0 || limit > 1000 {
		limit = 100
	}
	from, _ := strconv.Atoi(a.get("cursor"))
	from = min(from, len(all))
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = fmt.Sprint(to)
	}
	return ok(map[string]any{name: all[from:to], "response_metadata": map[string]any{"next_cursor": next}})
}

// listConversations lists the channels that are not archived. It needs the scopes of both kinds.
func (s *Server) listConversations(a args) result {
	if !slices.Contains(s.Scopes, "channels:read") || !slices.Contains(s.Scopes, "groups:read") {
		return fail("missing_scope")
	}
	var there []*channel
	for _, c := range s.channels {
		if !c.archived && c.id[0] != 'D' {
			there = append(there, c)
		}
	}
	slices.SortFunc(there, func(a, b *channel) int { return cmp.Compare(a.id, b.id) })
	var all []any
	for _, c := range there {
		all = append(all, map[string]any{"id": c.id, "name": c.name, "is_channel": true, "is_member": !c.left, "is_private": c.private})
	}
	return page(a, all, "channels")
}

// listUsers lists everybody of the workspace.
func (s *Server) listUsers(a args) result {
	if !slices.Contains(s.Scopes, "users:read") {
		return fail("missing_scope")
	}
	var ids []string
	for id := range s.users {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var all []any
	for _, id := range ids {
		all = append(all, s.users[id].wire())
	}
	return page(a, all, "members")
}

// Invite puts the app into the channel.
func (s *Server) Invite(id string) { s.change(id, func(c *channel) { c.left = false }) }
