package models

import "time"

// Audit is where the audit of an autonomous decision stands: whether people are asked what they would have done, with
// remit's own answer hidden until they have chosen. Which decisions are audited is drawn when they are decided.
type Audit string

// The states of an audit; a decision that is not audited has none.
const (
	AuditOpen     Audit = "open"     // asked
	AuditAnswered Audit = "answered" // a person chose
	AuditMissed   Audit = "missed"   // nobody answered in time
	AuditVoid     Audit = "void"     // people changed or undid it unasked before: that is the verdict
)

// Auditable reports whether the decision's audit can be answered now.
func (d Decision) Auditable() bool { return d.AuditState == AuditOpen }

// AnswerAudit notes what a person would have done, or reports a Conflict if nobody is asked, or no longer.
func (d *Decision) AnswerAudit(a Answer) error {
	if d.AuditState != AuditOpen {
		return Errorf(Conflict, "This is not open for an audit any more.")
	}
	d.Audited, d.AuditState = a, AuditAnswered
	d.touch(a.At)
	return nil
}

// MoveAudit moves the audit to another state and advances the version.
func (d *Decision) MoveAudit(to Audit, at time.Time) {
	d.AuditState = to
	d.touch(at)
}

// Judge notes that a person's verdict on the decision is kept: a decision counts once, whatever else is said of it. It
// reports false, and changes nothing, where one was kept before.
func (d *Decision) Judge(at time.Time) bool {
	if d.Judged {
		return false
	}
	d.Judged = true
	d.touch(at)
	return true
}
