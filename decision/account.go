package decision

import (
	"maps"
	"slices"
	"time"

	"remit/models"
)

// escalatedFor is how long an escalation of ours counts as an earlier one of the ticket's account.
const escalatedFor = 90 * 24 * time.Hour

// account gives what is known of the ticket's account: as it was told, with what its open invoices come to past due, and with our own
// escalations of its other tickets; nil where nothing is known. What is owed is read for all accounts of the batch at once.
func (b *batch) account(t models.Ticket) (*models.Account, error) {
	a := b.accounts.get(t.AccountID)
	if a == nil {
		return nil, nil
	}
	if _, read := b.overdue[a.ID]; !read {
		if err := b.loadOverdue(); err != nil {
			return nil, err
		}
	}
	known := a.Owing(b.overdue[a.ID]).EscalatedSince(b.now.Add(-escalatedFor), t.ID)
	return &known, nil
}

// loadOverdue reads what the accounts of the batch that were not read yet owe past due.
func (b *batch) loadOverdue() error {
	var unread []models.Account
	for _, id := range slices.Sorted(maps.Keys(b.accounts.facts)) {
		if _, read := b.overdue[id]; !read {
			unread = append(unread, b.accounts.facts[id])
		}
	}
	owed, err := b.reader.Overdue(b.ctx, unread, b.policy.Today(b.now))
	if err != nil {
		return err
	}
	for _, a := range unread {
		b.overdue[a.ID] = owed[a.ID]
	}
	return nil
}

// escalated notes with the account of a ticket that somebody was brought in.
func (b *batch) escalated(r models.Ruling, t *models.Ticket) {
	if t == nil || !r.Escalated || r.Outcome != models.OutcomeAsk {
		return
	}
	if a := b.accounts.get(t.AccountID); a != nil {
		b.accounts.put(a.ID, a.Escalate(t.ID, b.now))
	}
}
