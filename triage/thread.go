package triage

import (
	"time"

	"remit/models"
)

// skew is how much later than its event a provider may date the message that the event is about.
const skew = time.Second

// about gives the message that the event is about: the newest that is not later than the event, else the newest.
func about(f models.Facts) (models.Comment, bool) {
	thread := f.Ticket.Thread
	for i := len(thread) - 1; i >= 0; i-- {
		if f.EventAt.IsZero() || !thread[i].At.After(f.EventAt.Add(skew)) {
			return thread[i], true
		}
	}
	if len(thread) == 0 {
		return models.Comment{}, false
	}
	return thread[len(thread)-1], true
}

// byStaff reports whether the event is a message of somebody else's than the customer. A message that came later does
// not change what the event meant.
func byStaff(f models.Facts) bool {
	if f.Event != models.TicketCommented {
		return false
	}
	c, ok := about(f)
	return ok && c.Author.Kind != models.ByCustomer
}

// unanswered counts the customer's messages since somebody last answered in public.
func unanswered(t models.Ticket) int {
	n := 0
	for i := len(t.Thread) - 1; i >= 0; i-- {
		c := t.Thread[i]
		switch {
		case !c.Public:
		case c.Author.Kind == models.ByCustomer:
			n++
		case c.Author.Kind == models.ByPerson:
			return n
		}
	}
	return n
}

// writer gives the name of the customer who wrote last.
func writer(t models.Ticket) string {
	for i := len(t.Thread) - 1; i >= 0; i-- {
		if c := t.Thread[i]; c.Author.Kind == models.ByCustomer && c.Author.Name != "" {
			return c.Author.Name
		}
	}
	return ""
}
