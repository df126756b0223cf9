package triage

import (
	"time"

	"remit/models"
)

// Points for time that passes: for an answer that is late by the ticket's own priority, and for each day that a customer has
// waited for one.
const (
	latePoints    = 1.25
	dayPoints     = 0.4
	maxDayPoints  = 1.2
	waitedDays    = 2
	lateFrom      = 0.75 // of the time for an answer
	nearlyLate    = 0.5
	day           = 24 * time.Hour
	wordsPriority = models.P3 // what a ticket without a priority counts as
)

// lateness gives how late an answer is by the priority that the ticket has: nothing until three quarters of the time have
// passed, 1 when all of it has.
func (c *situation) lateness() float64 {
	due, since := c.policy.DueFor(*c.Ticket, c.had()), c.Ticket.WaitingSince()
	if due.IsZero() || c.Ticket.Closed() {
		return 0
	}
	if !c.Now.Before(due) {
		return 1
	}
	left, whole := due.Sub(c.Now), due.Sub(since)
	if passed := 1 - float64(left)/float64(whole); passed >= lateFrom {
		return round2(nearlyLate + (1-nearlyLate)*(passed-lateFrom)/(1-lateFrom))
	}
	return 0
}

// weighClock adds the time that the customer has waited. It shifts the scales: that an answer is late is our doing and makes
// the matter no graver.
func (c *situation) weighClock(w *weighed) {
	if late := c.lateness(); late == 1 {
		w.add("sla.late", "An answer was due "+c.policy.Moment(c.policy.DueFor(*c.Ticket, c.had())), latePoints)
	} else if late > 0 {
		w.add("sla.soon", "An answer is due "+c.policy.Moment(c.policy.DueFor(*c.Ticket, c.had())), latePoints*late)
	}
	since := c.Ticket.WaitingSince()
	if since.IsZero() {
		return
	}
	if days := int(c.Now.Sub(since) / day); days >= waitedDays {
		w.add("thread.age", "Has waited "+plural(days, "day")+" for an answer", min(maxDayPoints, dayPoints*float64(days)))
	}
}

func (c *situation) had() models.Priority {
	if c.Ticket.Priority == "" {
		return wordsPriority
	}
	return c.Ticket.Priority
}

// promise says when an answer is due by the priority that is proposed.
func (c *situation) promise(p models.Priority) []models.Reason {
	due := c.Facts.Due
	if due.IsZero() {
		return nil
	}
	says := "is due "
	if !c.Now.Before(due) {
		says = "was due "
	}
	return []models.Reason{{Code: "sla.target", Text: "As " + string(p) + ", an answer " + says + c.policy.Moment(due)}}
}
