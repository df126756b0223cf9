package models

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is where a decision stands.
type State string

// The states of a decision.
const (
	Proposed   State = "proposed"
	Observed   State = "observed"   // recorded; nothing happens
	Asked      State = "asked"      // waits for a person
	Waiting    State = "waiting"    // acts at ActAt unless stopped
	Applying   State = "applying"   // its effect is queued or under way
	Applied    State = "applied"    // its effect is out, or none was needed
	Reverting  State = "reverting"  // the undoing is queued or under way
	Reverted   State = "reverted"   // undone
	Expired    State = "expired"    // nobody answered in time; nothing was done
	Failed     State = "failed"     // the effect did not get out
	Superseded State = "superseded" // something newer, or a person, settled the matter
)

// steps are the legal moves; anything else is a Conflict.
var steps = map[State][]State{
	Proposed:  {Observed, Asked, Waiting, Applying},
	Asked:     {Applying, Expired, Superseded},
	Waiting:   {Applying, Asked, Superseded},
	Applying:  {Applied, Failed},
	Applied:   {Reverting},
	Reverting: {Reverted, Failed},
	Failed:    {Asked, Superseded},
	Expired:   {Asked, Superseded},
}

// OpenStates are the states in which a decision can still be answered or superseded. At most one decision of an item and
// action is in one of them.
func OpenStates() []State { return []State{Asked, Waiting, Expired, Failed} }

// Open reports one of OpenStates.
func (s State) Open() bool { return slices.Contains(OpenStates(), s) }

// Leads reports whether the step from s to o is legal.
func (s State) Leads(o State) bool { return slices.Contains(steps[s], o) }

// Decision is one proposal about one action of one item, and everything that became of it.
type Decision struct {
	ID        string    `json:"id" gorm:"primaryKey"`
	EventID   string    `json:"event_id" gorm:"uniqueIndex:decision_once,priority:1"`
	Item      string    `json:"item" gorm:"uniqueIndex:decision_once,priority:2;index"`
	Action    Action    `json:"action" gorm:"uniqueIndex:decision_once,priority:3"`
	Domain    Domain    `json:"domain"`
	Subject   string    `json:"subject"` // what its event was ordered by
	Source    string    `json:"source"`  // where its effect goes
	State     State     `json:"state" gorm:"index"`
	Version   int       `json:"version"` // advances with every change and never goes back
	CreatedAt time.Time `json:"created_at" gorm:"autoCreateTime:false"`
	UpdatedAt time.Time `json:"updated_at" gorm:"autoUpdateTime:false"`

	Value      string   `json:"value"`              // what was proposed
	Before     string   `json:"before"`             // what it would replace
	Assignee   string   `json:"assignee,omitempty"` // to whom of the group a ticket goes, where Value is what is settled on
	Final      string   `json:"final"`              // what was settled on: Value, or what a person chose instead; empty until then
	Confidence float64  `json:"confidence"`
	Stated     float64  `json:"stated,omitempty"` // how sure another system said it was; Confidence is calibrated from it
	Reasons    []Reason `json:"reasons" gorm:"serializer:json"`
	Options    []string `json:"options" gorm:"serializer:json"`
	Segment    string   `json:"segment"`
	Title      string   `json:"title"`                // the item in a few words, for lists
	Requester  string   `json:"requester"`            // who asked for the payment, who may be barred from approving it
	Proposal   string   `json:"proposal,omitempty"`   // by which another system knows what it proposed
	Reversible bool     `json:"reversible,omitempty"` // another system takes it back when told to

	Ruling     Ruling    `json:"ruling" gorm:"serializer:json"`
	Answers    []Answer  `json:"answers" gorm:"serializer:json"`
	Autonomous bool      `json:"autonomous"`           // acted, or acts, without an answer
	AuditRate  float64   `json:"audit_rate,omitempty"` // how probable it was, before it acted by itself, that it would be audited
	AuditState Audit     `json:"audit_state,omitempty"`
	Audited    Answer    `json:"audited,omitzero" gorm:"serializer:json"` // what a person said without being told what remit had done
	Judged     bool      `json:"judged,omitempty"`                        // a person's verdict on it is kept, see Judge
	ActAt      time.Time `json:"act_at,omitzero"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	Owner      Actor     `json:"owner,omitzero" gorm:"serializer:json"` // who has said that they see to it
	QuietUntil time.Time `json:"quiet_until,omitzero"`                  // until when nobody is reminded
	Note       string    `json:"note"`                                  // why it is where it is, when a person did not say

	CaseID  string `json:"case_id,omitempty"` // see Proposal.Case
	FactsID string `json:"facts_id"`          // the Snapshot it was made from
	Model   string `json:"model"`             // what judged
	Policy  string `json:"policy"`            // version of the policy that ruled
	Build   string `json:"build"`             // version of remit
}

// DecisionID is the id of the decision on an action of an item that an event caused.
func DecisionID(eventID, item string, a Action) string {
	return NewID("dec", eventID, item, string(a))
}

// Propose gives the decision of a proposal, in its first state.
func Propose(ev Event, p Proposal, at time.Time) Decision {
	return Decision{
		ID: DecisionID(ev.ID, p.Item, p.Action), EventID: ev.ID, Item: p.Item, Action: p.Action,
		Domain: p.Action.Domain(), Subject: ev.Subject, Source: ev.Source,
		State: Proposed, Version: 1, CreatedAt: at, UpdatedAt: at,
		Value: p.Value, Before: p.Before, Assignee: p.Assignee, Confidence: p.Confidence, Stated: p.Stated, Reasons: p.Reasons, Options: p.Options,
		Segment: p.Segment, Model: p.Model, Reversible: p.Reversible, CaseID: p.Case,
	}
}

// To moves the decision to s, or reports a Conflict that says where it stands if that step is not legal. Time never goes
// back: a step at an earlier time than the last is noted at the last.
func (d *Decision) To(s State, at time.Time) error {
	if !d.State.Leads(s) {
		return Errorf(Conflict, "%s", d.Standing(at.Location()))
	}
	d.State = s
	d.touch(at)
	return nil
}

func (d *Decision) touch(at time.Time) {
	d.Version++
	if at.After(d.UpdatedAt) {
		d.UpdatedAt = at
	}
}

// Answer is what a person said to a decision.
type Answer struct {
	By     Actor      `json:"by"`
	Kind   AnswerKind `json:"kind"`
	Value  string     `json:"value,omitempty"`  // for AnswerOverride: what to do instead
	Reason string     `json:"reason,omitempty"` // a reason code
	// Assignee is, of an override of a route, to whom of the group the ticket goes; empty where the person did not say.
	Assignee string    `json:"assignee,omitempty"`
	Note     string    `json:"note,omitempty"`
	At       time.Time `json:"at"`
	Via      string    `json:"via"`               // "slack", "console", "api", "upstream"
	Version  int       `json:"version"`           // the version that the person saw
	ShownAt  time.Time `json:"shown_at,omitzero"` // when it was put before them, where that is known
	Bulk     bool      `json:"bulk,omitempty"`    // given to several decisions by one click
	For      []string  `json:"for,omitempty"`     // the names, of those asked, that the person answers for; see Approval.Each
}

// AnswerKind is what sort of answer it is.
type AnswerKind string

// The kinds of answer.
const (
	AnswerApprove  AnswerKind = "approve"
	AnswerOverride AnswerKind = "override"
	AnswerReject   AnswerKind = "reject"   // of a reply: no draft is added
	AnswerUpstream AnswerKind = "upstream" // settled in the helpdesk or payment system itself
)

// forWhom says to whom the ticket goes: " for ana"; "" where the person did not say.
func (a Answer) forWhom() string {
	if a.Assignee == "" {
		return ""
	}
	return " for " + a.Assignee
}

// Check reports an answer that says nothing usable about the action, as Invalid.
func (a Answer) Check(action Action) error {
	if a.Assignee != "" && (a.Kind != AnswerOverride || action != ActionRoute || len(a.Assignee) > 200) {
		return FieldErrorf("assignee", "to whom a ticket goes is said with its queue, in at most 200 bytes")
	}
	switch a.Kind {
	case AnswerApprove:
		return nil
	case AnswerOverride:
		return action.Check(a.Value)
	case AnswerReject:
		if action != ActionReply {
			return FieldErrorf("kind", "only a draft is rejected: override says what to do instead")
		}
		if a.Value != "" {
			return FieldErrorf("value", "a draft that is rejected has no other in its place: override says what it should be")
		}
		return nil
	}
	return FieldErrorf("kind", "%q is neither approve, override nor reject", a.Kind)
}

// Verb says the answer as a past deed: "approved", "overridden to P1".
func (a Answer) Verb() string {
	switch a.Kind {
	case AnswerOverride:
		return "overridden to " + a.Value + a.forWhom()
	case AnswerReject:
		return "rejected"
	case AnswerUpstream:
		return "settled upstream as " + a.Value
	}
	return "approved"
}

// Choice gives what the answer would settle the decision on.
func (d Decision) Choice(a Answer) string {
	if a.Kind == AnswerApprove {
		return d.Value
	}
	return a.Value
}

// Agree adds a person's answer and reports whether enough people have now chosen the same. To stop a payment one is
// always enough: what takes several is letting it go. The same person choosing the same twice, and a decision that is
// not asked for, are Conflicts. It advances the version but does not move the state.
func (d *Decision) Agree(a Answer) (enough bool, err error) {
	if d.State != Asked && d.State != Waiting {
		return false, Errorf(Conflict, "%s", d.Standing(a.At.Location()))
	}
	choice := d.Choice(a)
	agreed := d.Agreed(choice)
	for _, o := range agreed {
		if o.By.ID == a.By.ID {
			return false, Errorf(Conflict, "You said so at %s already; another person is still needed.", o.At.Format("15:04"))
		}
	}
	d.Answers = append(slices.Clone(d.Answers), a)
	d.touch(a.At)
	return len(d.LackingFor(choice)) == 0, nil
}

// Agreed gives the answers so far that chose the value.
func (d Decision) Agreed(value string) []Answer {
	return slices.DeleteFunc(slices.Clone(d.Answers), func(a Answer) bool { return d.Choice(a) != value })
}

// LackingFor gives whose agreement is still missing for the value to be done; nothing where it can be.
func (d Decision) LackingFor(value string) []Quorum {
	agreed := d.Agreed(value)
	if d.Action == ActionHold && value == ValueHold {
		if len(agreed) > 0 {
			return nil
		}
		return []Quorum{{From: d.Ruling.Approval.From, Count: 1}}
	}
	return d.Ruling.Approval.Lacks(agreed)
}

// MissingFor gives how many people must still choose the value for it to be done.
func (d Decision) MissingFor(value string) int {
	n := 0
	for _, q := range d.LackingFor(value) {
		n += q.Count
	}
	return n
}

// StillNeeded says whose agreement is missing for the value to be done: "1 more needed", or whose where that matters.
func (d Decision) StillNeeded(value string) string {
	lacks := d.LackingFor(value)
	if len(d.Ruling.Approval.Each) == 0 || len(lacks) == 0 {
		return fmt.Sprintf("%d more needed", d.MissingFor(value))
	}
	var of []string
	for _, q := range lacks {
		of = append(of, q.Display())
	}
	return "still needed: " + strings.Join(of, " and ")
}

// NeededFor gives how many people must choose the value, at least, for it to be done.
func (d Decision) NeededFor(value string) int {
	if d.Action == ActionHold && value == ValueHold {
		return 1
	}
	return d.Ruling.Approval.Needed()
}

// Refresh puts what would be proposed on today's facts in place of what was asked; earlier approvals were of something
// else and fall away. It is legal for an asked decision only.
func (d *Decision) Refresh(p Proposal, r Ruling, factsID string, at time.Time) error {
	if d.State != Asked {
		return Errorf(Conflict, "%s", d.Standing(at.Location()))
	}
	d.Value, d.Before, d.Confidence, d.Reasons, d.Options = p.Value, p.Before, p.Confidence, p.Reasons, p.Options
	d.Ruling, d.FactsID, d.Answers, d.Model, d.CaseID = r, factsID, nil, p.Model, p.Case
	d.Stated, d.Reversible, d.Assignee = p.Stated, p.Reversible, p.Assignee
	d.touch(at)
	return nil
}

// Owes says what a person who would settle the decision on the value must put into a note or reason of their own, "" where
// they need say nothing: why a payment that looks wrong may go, and whom they called back before they paid on a changed
// account.
func (d Decision) Owes(value string) string {
	pays := d.Action == ActionSchedule || d.Action == ActionHold && value == ValueRelease
	switch {
	case pays && d.Ruling.BankChanged():
		return "Say in a note whom you called back, and on which number: the bank details were changed."
	case d.Action == ActionHold && value == ValueRelease:
		return "Say why the payment may go: it is kept, and the same case does not ask again."
	}
	return ""
}

// Pays reports whether the answer gives what Owes asks for: a changed account takes words of one's own, a release a reason
// or words.
func (d Decision) Pays(a Answer) bool {
	choice := d.Choice(a)
	switch {
	case d.Owes(choice) == "" || strings.TrimSpace(a.Note) != "":
		return true
	case d.Ruling.BankChanged():
		return false
	}
	return a.Reason != ""
}

// Settled gives the answer that settled the decision, if a person did: the first of two approvals settles nothing.
func (d Decision) Settled() (Answer, bool) {
	if len(d.Answers) == 0 || d.State == Asked || d.State == Waiting {
		return Answer{}, false
	}
	last := d.Answers[len(d.Answers)-1]
	choice := d.Choice(last)
	return last, last.Kind == AnswerUpstream || len(d.LackingFor(choice)) == 0
}

// GoesTo gives to whom of the group a route gives the ticket: whom the person named who settled it, or else whom remit proposed,
// where its queue is what it stays with. "" where that is nobody.
func (d Decision) GoesTo() string {
	if a, ok := d.Settled(); ok && a.Assignee != "" {
		return a.Assignee
	}
	if d.Final != "" && d.Final != d.Value {
		return ""
	}
	return d.Assignee
}

// Changes reports whether applying the decision would change anything.
func (d Decision) Changes() bool { return d.Action != ActionCash && d.Final != d.Before }

// Undoable reports whether the decision could still be taken back now.
func (d Decision) Undoable(now time.Time) bool {
	if d.State != Applied || !d.Retractable() {
		return false
	}
	return d.Action != ActionSchedule || DayOf(now) < min(Day(d.Final), Day(d.Before))
}

// Standing says in a sentence where the decision stands, for whoever came too late. Times are told in the zone.
func (d Decision) Standing(zone *time.Location) string {
	if a, ok := d.Settled(); ok {
		return fmt.Sprintf("Already %s by %s at %s.", a.Verb(), a.By.Display(), a.At.In(zone).Format("15:04"))
	}
	switch d.State {
	case Superseded:
		return "This was superseded: " + d.Note
	case Observed:
		return "This was only observed; there is nothing to answer."
	case Applying, Applied:
		return fmt.Sprintf("remit has acted on this by itself at %s; it can be undone.", d.UpdatedAt.In(zone).Format("15:04"))
	case Reverting, Reverted:
		return "This has been undone."
	}
	return fmt.Sprintf("This is %s.", d.State)
}
