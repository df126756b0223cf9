package models

import (
	"slices"
	"time"
)

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

// Auditable reports whether the decision's audit can be answered now: once it has acted. While it can still be stopped it is
// shown as it is, since stopping it comes first.
func (d Decision) Auditable() bool {
	return d.AuditState == AuditOpen && (d.State == Applying || d.State == Applied)
}

// AnswerAudit notes what a person would have done, or reports a Conflict if nobody is asked, or no longer.
func (d *Decision) AnswerAudit(a Answer) error {
	if !d.Auditable() {
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

// Hidden gives the decision as whoever is to audit it may see it: without what remit chose, how sure it was, and why. One
// that is not being audited is given as it is.
func (d Decision) Hidden() Decision {
	if !d.Auditable() {
		return d
	}
	d.Options = d.Choices() // while it is still known what remit chose: that must be among them
	d.Assignee = ""
	d.Value, d.Final, d.Confidence, d.Reasons, d.Note, d.Answers = "", "", 0, nil, "", nil
	d.Ruling = Ruling{Outcome: OutcomeAsk, Level: d.Ruling.Level, Approval: d.Ruling.Approval}
	return d
}

// Choices gives what an audit offers to choose from, in an order that does not tell what remit chose; nothing where any
// value may be given.
func (d Decision) Choices() []string {
	switch d.Action {
	case ActionPriority:
		var out []string
		for _, p := range Priorities() {
			out = append(out, string(p))
		}
		return out
	case ActionHold:
		return []string{ValueHold, ValueRelease}
	}
	var out []string
	for _, o := range append(slices.Clone(d.Options), d.Value, d.Before) {
		if o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	slices.Sort(out)
	return out
}

// Audits gives the decisions of the case that people are asked to audit.
func (c Case) Audits() []Decision {
	var out []Decision
	for _, d := range c.Decisions {
		if d.Auditable() {
			out = append(out, d)
		}
	}
	return out
}

// Hidden gives the case as whoever is to audit one of its decisions may see it: see Decision.Hidden. What the timeline
// tells of such a decision is left out too.
func (c Case) Hidden() Case {
	audited := map[string]bool{}
	for _, d := range c.Audits() {
		audited[d.ID] = true
	}
	if len(audited) == 0 {
		return c
	}
	c.Decisions = slices.Clone(c.Decisions)
	for i, d := range c.Decisions {
		c.Decisions[i] = d.Hidden()
	}
	c.Facts = c.Facts.Hidden()
	c.Entries = slices.DeleteFunc(slices.Clone(c.Entries), func(e Entry) bool { return audited[e.DecisionID] })
	return c
}
