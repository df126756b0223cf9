package models

import "time"

// Take notes who has said that they see to the decision: reminders end, its clock runs on. One that nobody can answer any
// more, and one that they have already, are Conflicts.
func (d *Decision) Take(by Actor, at time.Time) error {
	switch {
	case !d.State.Open():
		return Errorf(Conflict, "%s", d.Standing(at.Location()))
	case d.Owner.ID == by.ID:
		return Errorf(Conflict, "%s has it already.", by.Display())
	}
	d.Owner = by
	d.touch(at)
	return nil
}

// Snooze puts reminders off until a time; the clock runs on. A time that is not before the decision ends is Invalid, for it
// would be no reminder.
func (d *Decision) Snooze(until, at time.Time) error {
	switch {
	case d.State != Asked:
		return Errorf(Conflict, "%s", d.Standing(at.Location()))
	case !until.After(at) || !d.ExpiresAt.IsZero() && !until.Before(d.ExpiresAt):
		return FieldErrorf("until", "It is asked until %s: that is too soon to put it off so long.", d.ExpiresAt.Format("2 Jan 15:04"))
	}
	d.Owner, d.QuietUntil = Actor{}, until
	d.touch(at)
	return nil
}

// Pass has the decision be asked of the next of its chain, until its own time: nobody has it any more, for whoever had it let
// its time pass, and what was put off is not put off for others.
func (d *Decision) Pass(next Ruling, until time.Time) {
	d.Ruling, d.ExpiresAt = next, until
	d.Owner, d.QuietUntil = Actor{}, time.Time{}
}

// Remindable reports whether people may be reminded of the decision: it is asked, nobody has said that they have it, and
// nobody has put it off.
func (d Decision) Remindable(now time.Time) bool {
	return d.State == Asked && d.Owner.ID == "" && !now.Before(d.QuietUntil)
}

// Urgent reports a decision that people must hear of at once: it is about a ticket of the highest priority, or a guardrail
// or an escalation of the policy has put it before them.
func (d Decision) Urgent() bool {
	return len(d.Ruling.Guardrails) > 0 || d.Ruling.Escalated || d.Action == ActionPriority && (d.Value == string(P1) || d.Before == string(P1))
}
