package bot

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"remit/models"
)

const (
	// groupFresh is how long who is in a Slack user group is believed before it is asked again, and groupStale for how long
	// it still counts when Slack cannot be asked. After that nobody is in the group by Slack's word.
	groupFresh = 5 * time.Minute
	groupStale = 15 * time.Minute
	// groupRetry is how long a Slack that could not be asked is left alone.
	groupRetry = 30 * time.Second
)

// groups keeps who is in which Slack user group. Its zero value knows nobody.
type groups struct {
	mu   sync.Mutex
	seen map[string]members // by the group's Slack id
}

type members struct {
	users []string
	at    time.Time // when Slack said so
	tried time.Time // when it was last asked
}

// GroupsNow gives the names of the groups that a person is in beside those of the configuration: by Slack's word, and by the
// rotas that they are on.
func (b *Bot) GroupsNow(ctx context.Context, p models.Person) []string {
	return b.groupsOf(ctx, p, p.Slack)
}

// groupsOf gives the names of remit's groups that the user is in by Slack's word, and of the rotas that they are on now.
func (b *Bot) groupsOf(ctx context.Context, p models.Person, user string) []string {
	var in []string
	for name, id := range b.Groups {
		if id != "" && user != "" && b.On() && slices.Contains(b.groupMembers(ctx, id), user) {
			in = append(in, name)
		}
	}
	if b.Duty != nil {
		in = append(in, b.Duty.OnDuty(ctx, p, b.Now())...)
	}
	return in
}

// Members gives the ids of those of our people who are in a Slack user group: nobody where Slack has not said so for too long.
func (b *Bot) Members(ctx context.Context, group string) []string {
	who, err := b.identity(ctx)
	if err != nil {
		return nil
	}
	var ids []string
	for _, user := range b.groupMembers(ctx, group) {
		if p, known := b.People.BySlack(who.TeamID, user); known {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// groupMembers gives who is in a Slack user group: nobody where Slack has not said so for too long.
func (b *Bot) groupMembers(ctx context.Context, id string) []string {
	now := b.Now()
	b.groups.mu.Lock()
	m := b.groups.seen[id]
	b.groups.mu.Unlock()
	if now.Sub(m.at) < groupFresh {
		return m.users
	}
	if now.Sub(m.tried) >= groupRetry {
		m = b.readGroup(ctx, id, m, now)
	}
	if now.Sub(m.at) >= groupStale {
		return nil
	}
	return m.users
}

func (b *Bot) readGroup(ctx context.Context, id string, m members, now time.Time) members {
	m.tried = now
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	users, err := b.api.GetUserGroupMembersContext(ctx, id)
	if err != nil {
		b.Logger.Warn("who is in a user group cannot be read; those known by it alone cannot answer for long",
			slog.String("group", id), slog.String("kind", string(models.KindOf(slackError("usergroups.users.list", err)))))
	} else {
		m.users, m.at = users, now
	}
	b.groups.mu.Lock()
	defer b.groups.mu.Unlock()
	if b.groups.seen == nil {
		b.groups.seen = map[string]members{}
	}
	b.groups.seen[id] = m
	return m
}

// warm reads the user groups ahead of the click that needs them.
func (b *Bot) warm(ctx context.Context) {
	for _, id := range b.Groups {
		if id != "" && ctx.Err() == nil {
			b.groupMembers(ctx, id)
		}
	}
}

// forgetGroup has a user group read again: Slack has said that it changed.
func (b *Bot) forgetGroup(id string) {
	b.groups.mu.Lock()
	defer b.groups.mu.Unlock()
	delete(b.groups.seen, id)
}
