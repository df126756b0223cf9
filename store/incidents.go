package store

import (
	"context"
	"fmt"
	"time"

	"remit/decision"
	"remit/models"
)

// recentKept bounds how many tickets of the last hour a ticket is compared with, the newest.
const recentKept = 500

// Recent gives the newest tickets created since, with the incidents that they are of.
func (r reader) Recent(ctx context.Context, since time.Time) ([]models.Seen, error) {
	var rows []models.Ticket
	err := r.db.WithContext(ctx).Select("id", "source", "external_id", "subject", "marks", "created_at").
		Where("created_at >= ?", plainTime(since)).Order("created_at DESC, id DESC").Limit(recentKept).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, classify(err)
	}
	of := map[string]string{}
	var members []models.Membership
	if err := r.db.WithContext(ctx).Where("ticket IN ?", idsOf(rows)).Find(&members).Error; err != nil {
		return nil, classify(err)
	}
	for _, m := range members {
		of[m.Ticket] = m.Incident
	}
	out := make([]models.Seen, len(rows))
	for i, t := range rows {
		out[i] = models.Seen{
			ID: t.ID, Source: t.Source, ExternalID: t.ExternalID, Subject: t.Subject, Marks: t.Marks, Incident: of[t.ID], CreatedAt: t.CreatedAt,
		}
	}
	return out, nil
}

func idsOf(ts []models.Ticket) []string {
	ids := make([]string, len(ts))
	for i, t := range ts {
		ids[i] = t.ID
	}
	return ids
}

// membersKept bounds how many tickets of an incident are dealt with at once.
const membersKept = 1000

// Members gives the tickets of an incident, the oldest first.
func (r reader) Members(ctx context.Context, incident string) ([]models.Membership, error) {
	var ms []models.Membership
	err := r.db.WithContext(ctx).Where("incident = ?", incident).Order("at, ticket").Limit(membersKept).Find(&ms).Error
	return ms, classify(err)
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
