package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"remit/decision"
	"remit/models"
)

// recentKept bounds how many tickets of the last hour a ticket is compared with, the newest.
const recentKept = 500

// Both are read by hand: a ticket that is decided, and a click that judges one again, each read some hundred rows.
const (
	seenColumns = `SELECT t.id, t.source, t.external_id, t.subject, COALESCE(t.marks, ''), t.created_at, COALESCE(i.incident, '')
		FROM tickets t LEFT JOIN incident_tickets i ON i.ticket = t.id `
	selectRecent = seenColumns + `WHERE t.created_at >= ? ORDER BY t.created_at DESC, t.id DESC LIMIT ?`
	selectSeen   = seenColumns + `WHERE t.id IN (SELECT value FROM json_each(?)) AND t.created_at >= ?` // of SQLite
)

// Recent gives the newest tickets created since, with the incidents that they are of.
func (r reader) Recent(ctx context.Context, since time.Time) ([]models.Seen, error) {
	return r.seen(ctx, selectRecent, plainTime(since), recentKept)
}

func (r reader) seen(ctx context.Context, text string, args ...any) ([]models.Seen, error) {
	rows, err := r.db.WithContext(ctx).Raw(text, args...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []models.Seen
	for rows.Next() {
		var s models.Seen
		var marks []byte
		if err := rows.Scan(&s.ID, &s.Source, &s.ExternalID, &s.Subject, &marks, &s.CreatedAt, &s.Incident); err != nil {
			return nil, classify(err)
		}
		if len(marks) > 0 {
			if err := json.Unmarshal(marks, &s.Marks); err != nil {
				return nil, fmt.Errorf("read the marks of %s: %w", s.ID, err)
			}
		}
		out = append(out, s)
	}
	return out, classify(rows.Err())
}

// membersKept bounds how many tickets of an incident are dealt with at once.
const membersKept = 1000

// selectMembers is read by hand too: in an outage every batch reads up to a thousand.
const selectMembers = `SELECT ticket, "at" FROM incident_tickets WHERE incident = ? ORDER BY "at", ticket LIMIT ?`

// Members gives the tickets of an incident, the oldest first.
func (r reader) Members(ctx context.Context, incident string) ([]models.Membership, error) {
	rows, err := r.db.WithContext(ctx).Raw(selectMembers, incident, membersKept).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var ms []models.Membership
	for rows.Next() {
		m := models.Membership{Incident: incident}
		if err := rows.Scan(&m.Ticket, &m.At); err != nil {
			return nil, classify(err)
		}
		ms = append(ms, m)
	}
	return ms, classify(rows.Err())
}

const insertMember = `INSERT INTO incident_tickets (ticket, incident, "at") VALUES (?, ?, ?)
	ON CONFLICT (ticket) DO UPDATE SET incident = excluded.incident`

// putMembers notes which incident tickets are of: the last word counts.
func (t *txn) putMembers(ctx context.Context, c decision.Changes) error {
	for _, m := range c.Joined {
		if _, err := t.exec(ctx, insertMember, m.Ticket, m.Incident, plainTime(m.At)); err != nil {
			return fmt.Errorf("note an incident: %w", err)
		}
	}
	return nil
}
