package models

import (
	"fmt"
	"time"
)

// Snapshot is the facts that decisions were made from, as they were then.
type Snapshot struct {
	ID    string `gorm:"primaryKey"`
	Item  string `gorm:"index"`
	Facts Facts  `gorm:"serializer:json"`
	At    time.Time
}

// SnapshotID is the id of the facts about an item that an event, or a re-check of it, gave.
func SnapshotID(eventID, item string, round int) string {
	return NewID("fct", eventID, item, fmt.Sprint(round))
}

// EntryKind says what a line of the ledger records.
type EntryKind string

// The kinds of ledger line.
const (
	EntryDecided    EntryKind = "decided"    // proposed and ruled on
	EntryAnswered   EntryKind = "answered"   // a person's answer
	EntryRefused    EntryKind = "refused"    // an answer that was not accepted
	EntryRefreshed  EntryKind = "refreshed"  // the facts changed before it was approved
	EntryMoved      EntryKind = "moved"      // any other change of state
	EntrySettled    EntryKind = "settled"    // a person settled it upstream
	EntryUndone     EntryKind = "undone"     // an undo was asked for
	EntryPaused     EntryKind = "paused"     // the kill switch
	EntryResumed    EntryKind = "resumed"    // the kill switch released
	EntryDeadLetter EntryKind = "deadletter" // an event that could not be decided, or its replay
	EntryAudited    EntryKind = "audited"    // an audit was asked, answered, or ended without an answer
	EntryCap        EntryKind = "cap"        // a cap was reached
	EntryTrial      EntryKind = "trial"      // a policy is tried out beside the one in force, or its trial ended
	EntryRemarked   EntryKind = "remarked"   // what a person said about it, without answering
	EntryKept       EntryKind = "kept"       // somebody said that they have it, put it off or handed it over; people were reminded
	EntryPlanned    EntryKind = "planned"    // cash beside any invoice was entered, or taken back
	EntryBooked     EntryKind = "booked"     // a bank's entry was matched with the invoice, or taken back, or a person said what it was for
	EntryLevel      EntryKind = "level"      // a level of autonomy was taken back, or an alarm about it was raised
	EntryPolicy     EntryKind = "policy"     // a version of the policy was brought, approved or withdrawn
	EntryModel      EntryKind = "model"      // a learned model was promoted or retired
)

// Entry is one line of the ledger: what happened to a decision, or to remit itself.
type Entry struct {
	DecisionID string    `json:"decision_id,omitempty"`
	Version    int       `json:"version,omitempty"` // the decision's, after this
	Item       string    `json:"item,omitempty"`
	Kind       EntryKind `json:"kind"`
	State      State     `json:"state,omitempty"`
	By         Actor     `json:"by"`
	At         time.Time `json:"at"`
	Text       string    `json:"text"` // a sentence for a person
}

// EntryOf gives a ledger line about the decision as it now stands.
func EntryOf(d Decision, kind EntryKind, by Actor, at time.Time, text string) Entry {
	return Entry{DecisionID: d.ID, Version: d.Version, Item: d.Item, Kind: kind, State: d.State, By: by, At: at, Text: text}
}

// Moment says when and by whom, for a timeline.
func (e Entry) Moment() string { return e.At.Format("2 Jan 15:04:05") + " " + e.By.Display() }

// EffectKind says what leaves the building, or what is to happen later.
type EffectKind string

// The kinds of effect.
const (
	EffectApply  EffectKind = "apply"  // write Final to the provider
	EffectRevert EffectKind = "revert" // write Before to the provider
	EffectCard   EffectKind = "card"   // bring the item's card up to date
	EffectExpire EffectKind = "expire" // at RunAt: an ask ends unanswered
	EffectAct    EffectKind = "act"    // at RunAt: a veto window ends
	EffectFetch  EffectKind = "fetch"  // ask the provider for what a thin event lacks
	EffectRemind EffectKind = "remind" // at RunAt: whoever is asked is reminded
	EffectTurn   EffectKind = "turn"   // whoever is next in the chain is told that it is asked of them now
	EffectAudit  EffectKind = "audit"  // at RunAt: an audit ends unanswered
	EffectNotice EffectKind = "notice" // tell people that a cap is reached
	EffectAdvise EffectKind = "advise" // ask the judge that is in place of remit's own about a ticket
	EffectTell   EffectKind = "tell"   // tell another system what became of its proposal, where nothing is to be done
)

// EffectState is where an effect stands.
type EffectState string

// The states of an effect.
const (
	EffectQueued   EffectState = "queued"
	EffectLeaving  EffectState = "leaving"  // its call was begun; whether it got out is not known until it is sent or dead
	EffectSent     EffectState = "sent"     // handed over, or not needed any more
	EffectRecalled EffectState = "recalled" // stopped before it left
	EffectDead     EffectState = "dead"     // given up after every retry
)

// Effect is one thing to be done outside a transaction, unique by (Ref, Kind, Version).
type Effect struct {
	ID      string      `json:"id" gorm:"primaryKey"`
	Ref     string      `json:"ref" gorm:"uniqueIndex:effect_once,priority:1"` // decision id; delivery id for a fetch and an advise; budget for a notice
	Kind    EffectKind  `json:"kind" gorm:"uniqueIndex:effect_once,priority:2"`
	Version int         `json:"version" gorm:"uniqueIndex:effect_once,priority:3"` // the decision's, when it was caused
	Domain  Domain      `json:"domain"`
	Source  string      `json:"source"`
	Item    string      `json:"item"`
	State   EffectState `json:"state" gorm:"index"`
	RunAt   time.Time   `json:"run_at,omitzero"` // zero: at once
	MadeAt  time.Time   `json:"made_at"`
	Error   string      `json:"error"`            // of the last try
	Urgent  bool        `json:"urgent,omitempty"` // of a card: it goes before others
}

// NewEffect gives an effect of a decision as it now stands. Its id is its idempotency key outside.
func NewEffect(d Decision, kind EffectKind, runAt, now time.Time) Effect {
	return Effect{
		ID:  NewID("eff", d.ID, string(kind), fmt.Sprint(d.Version)),
		Ref: d.ID, Kind: kind, Version: d.Version, Domain: d.Domain, Source: d.Source, Item: d.Item,
		State: EffectQueued, RunAt: runAt, MadeAt: now, Urgent: d.Urgent() && d.State.Open(),
	}
}

// FetchEffect gives the effect that asks for what a thin event lacks.
func FetchEffect(ev Event, now time.Time) Effect {
	return Effect{
		ID: NewID("eff", ev.ID, string(EffectFetch)), Ref: ev.ID, Kind: EffectFetch, Source: ev.Source, Item: ev.Item,
		State: EffectQueued, MadeAt: now,
	}
}

// AdviseEffect gives the effect that asks another judge about the event's ticket: one, however many events its delivery made.
func AdviseEffect(ev Event, now time.Time) Effect {
	return Effect{
		ID: NewID("eff", ev.Delivery, string(EffectAdvise)), Ref: ev.Delivery, Kind: EffectAdvise, Domain: Triage, Source: ev.Source, Item: ev.Item,
		State: EffectQueued, MadeAt: now,
	}
}

// NoticeEffect gives the effect that tells people of a domain that a budget is used up: one, whoever finds it so first.
func NoticeEffect(budget string, d Domain, now time.Time) Effect {
	return Effect{
		ID: NewID("eff", budget, string(EffectNotice)), Ref: budget, Kind: EffectNotice, Version: 1, Domain: d,
		State: EffectQueued, MadeAt: now,
	}
}

// Leaves reports whether the effect writes to the provider, and so can be recalled or has left.
func (e Effect) Leaves() bool { return e.Kind == EffectApply || e.Kind == EffectRevert }

// Write is what a connector is asked to write to its provider.
type Write struct {
	Key    string // idempotency key
	Action Action // what it changes
	Value  string // to what
	Before string // from what
	Undo   bool   // it takes back an earlier write
	// Assignee is, of a route, to whom of the group the ticket goes; with Undo, from whom it is taken again. Empty: whoever
	// has the ticket is not touched.
	Assignee string
	Item     string    // the item, and
	Ticket   *Ticket   // what is known of it: of these two
	Pay      *Payable  // the one that the action is about
	Told     *Tidings  // of a proposal of another system: what became of it
	Note     string    // the reasons in plain words, for an internal note
	By       Actor     // who settled it
	Due      time.Time // for a priority: when an answer is due by it; zero where there is no target
}

// Change gives the write as the change that it will echo as.
func (w Write) Change() Change {
	return Change{Field: string(w.Action), From: w.Before, To: w.Value}
}

// Changes gives all that the write will echo as, a route's person included.
func (w Write) Changes() []Change {
	all := []Change{w.Change()}
	switch {
	case w.Assignee == "":
		return all
	case w.Undo:
		return append(all, Change{Field: FieldAssignee, From: w.Assignee})
	}
	return append(all, Change{Field: FieldAssignee, To: w.Assignee})
}

// DeadLetter is an event that could not be decided, kept whole so that it can be looked at and tried again.
type DeadLetter struct {
	ID         string    `json:"id" gorm:"primaryKey"`
	Source     string    `json:"source"`
	Key        string    `json:"key"`
	Kind       string    `json:"kind"`
	Subject    string    `json:"subject"`
	Body       []byte    `json:"-"`
	Error      string    `json:"error"`
	Field      string    `json:"field"` // the field at fault, when it is known
	At         time.Time `json:"at"`
	Tries      int       `json:"tries"`
	ReplayedAt time.Time `json:"replayed_at,omitzero"`
}

// BuryDelivery gives the dead letter of a delivery that failed with err.
func BuryDelivery(d Delivery, err error, at time.Time) DeadLetter {
	l := DeadLetter{ID: NewID("dl", d.Source, d.Key), Source: d.Source, Key: d.Key, Kind: d.Kind, Subject: d.Subject, Body: d.Body, At: at, Tries: 1}
	return l.Blame(err)
}

// Blame gives the letter with the error said in the words that a person may read. The cause of an unclassified error is
// kept out: it goes to the log.
func (l DeadLetter) Blame(err error) DeadLetter {
	l.Error = SentenceOf(err)
	l.Field = FieldOf(err)
	return l
}

// Switch is the kill switch of a domain.
type Switch struct {
	Domain Domain    `json:"domain" gorm:"primaryKey"`
	Paused bool      `json:"paused"`
	By     string    `json:"by"`
	Why    string    `json:"why"`
	At     time.Time `json:"at"`
}

// Display says the switch in a sentence.
func (s Switch) Display() string {
	if !s.Paused {
		return string(s.Domain) + " is running."
	}
	return fmt.Sprintf("%s was paused by %s at %s: %s.", s.Domain, s.By, s.At.Format("2 Jan 15:04"), s.Why)
}

// Case is one ticket or payment with everything that is open or was settled about it: what one card and one page show.
type Case struct {
	Item      string     `json:"item"`
	Domain    Domain     `json:"domain"`
	Title     string     `json:"title"`
	Facts     Facts      `json:"facts"`
	Decisions []Decision `json:"decisions"` // newest of each action, open ones first
	Entries   []Entry    `json:"entries"`   // oldest first
}

// Open gives the decisions that can still be answered.
func (c Case) Open() []Decision {
	var open []Decision
	for _, d := range c.Decisions {
		if d.State.Open() {
			open = append(open, d)
		}
	}
	return open
}

// CardRef is where an item's card is, and what was last put on it. It is written before the card is posted, so that a
// post whose outcome is unknown can be looked for by its nonce before it is sent again.
type CardRef struct {
	Item     string    `gorm:"primaryKey"`
	Channel  string    // Slack channel id
	TS       string    // Slack's id of the message; empty until it is known to be posted
	Nonce    string    // in the message's metadata
	Digest   string    // of the blocks last sent
	Revision int       // advances with every save and never goes back
	TriedAt  time.Time // of the last post whose outcome was not known; zero when there is none
	PostedAt time.Time // when it was put there
	Held     string    // the digest that tells of the item instead; empty where it has its own card, or none yet
	Paged    time.Time // when people were told of it by another way, or that was begun; zero when they were not
	PagedOK  bool      // that it got out
	Noted    string    // what was last told in the card's thread: decision ids with their versions
}

// Posted reports whether the card is known to be in Slack.
func (c CardRef) Posted() bool { return c.TS != "" }

// PendingCard is an item whose card is to be brought up to date in Slack.
type PendingCard struct {
	Item    string
	Effects []string  // that ask for it
	Urgent  bool      // people must hear of it at once
	MadeAt  time.Time // since when
	Posted  bool      // it is in Slack, so that it is to be changed there
	Paged   bool      // people were told of it another way
}

// LogQuery asks for decisions, newest first. Empty fields ask for all.
type LogQuery struct {
	Domain Domain
	State  State
	Text   string    // within title, item or value; not within the value of what is being audited
	Before time.Time // older than this, for the next page
	Limit  int
}

// Clamp gives the query with a limit of 1 to 200, 50 where none is asked for.
func (q LogQuery) Clamp() LogQuery {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, 200)
	return q
}
