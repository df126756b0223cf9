package models

import (
	"fmt"
	"time"
)

// Domain is one of the jobs delegated to remit, or one that another system proposes decisions for.
type Domain string

// The domains judged here.
const (
	Triage  Domain = "triage"
	Finance Domain = "finance"
	Self    Domain = "remit" // remit's own authority: what managers decide on it
)

// Action is what can be decided about an item.
type Action string

// The actions judged here. Other domains name their own as "domain.action".
const (
	ActionPriority Action = "priority"    // value: P1..P4
	ActionRoute    Action = "route"       // value: the group
	ActionTag      Action = "tag"         // value: all tags, see JoinTags
	ActionReply    Action = "reply"       // value: the draft's text, written as an internal note
	ActionSchedule Action = "schedule"    // value: the pay day
	ActionHold     Action = "hold"        // value: ValueHold or ValueRelease
	ActionCash     Action = "cash"        // of a cash pool: value ValueAttend or ValueAccept; it changes nothing, it tells
	ActionLevel    Action = "remit.level" // value: the level of autonomy of a slice of the work; ask: leave it
)

// The two values of ActionHold.
const (
	ValueHold    = "hold"
	ValueRelease = "release"
)

// The two values of ActionCash: that somebody sees to it, and that it may stay as it is.
const (
	ValueAttend = "attend"
	ValueAccept = "accept"
)

// Domain gives the domain that the action belongs to.
func (a Action) Domain() Domain {
	switch a {
	case ActionPriority, ActionRoute, ActionTag, ActionReply:
		return Triage
	case ActionSchedule, ActionHold, ActionCash:
		return Finance
	}
	for i, r := range a {
		if r == '.' {
			return Domain(a[:i])
		}
	}
	return ""
}

// Reversible reports whether the action can be taken back once it is out. Only reversible actions may be granted.
func (a Action) Reversible() bool {
	switch a {
	case ActionPriority, ActionRoute, ActionTag, ActionReply, ActionSchedule, ActionHold:
		return true
	}
	return false
}

// Check reports, as Invalid, a value that the action cannot have.
func (a Action) Check(value string) error {
	switch a {
	case ActionPriority:
		if !Priority(value).Valid() {
			return FieldErrorf("value", "%q is not a priority: choose P1, P2, P3 or P4", value)
		}
	case ActionRoute:
		if value == "" || len(value) > 200 {
			return FieldErrorf("value", "a group is needed")
		}
	case ActionReply:
		if value == "" || len(value) > 20_000 {
			return FieldErrorf("value", "a reply is needed, of at most 20,000 bytes")
		}
	case ActionSchedule:
		if !Day(value).Valid() {
			return FieldErrorf("value", "%q is not a day such as 2026-12-03", value)
		}
	case ActionLevel:
		if l := Level(value); l != LevelAsk && !l.Autonomous() {
			return FieldErrorf("value", "%q is not a level: choose ask, act-after-window or act", value)
		}
	case ActionHold:
		if value != ValueHold && value != ValueRelease {
			return FieldErrorf("value", "%q is neither %q nor %q", value, ValueHold, ValueRelease)
		}
	case ActionCash:
		if value != ValueAttend && value != ValueAccept {
			return FieldErrorf("value", "%q is neither %q nor %q", value, ValueAttend, ValueAccept)
		}
	default:
		if a.Domain().Other() && (value == "" || len(value) > 2000) {
			return FieldErrorf("value", "a value is needed, of at most 2,000 bytes")
		}
	}
	return nil
}

// ReasonShort is the code of the first reason of a hold that is proposed because cash falls short of its floor, and not
// because the payment looks wrong.
const ReasonShort = "cash.short"

// ReasonUntil is the code of the reason of such a hold that says from when on the payment can be paid within the floor: its
// On, which is empty where that is no day of the horizon. ReasonEnds is the code of the first reason of what is asked once
// that day has come.
const (
	ReasonUntil = "cash.until"
	ReasonEnds  = "cash.ends"
)

// Reason is one thing that spoke for a proposal, in plain words, with its weight.
type Reason struct {
	Code   string  `json:"code"`   // stable, for counting: "tone.anger", "duplicate.exact"
	Text   string  `json:"text"`   // a sentence a colleague would accept
	Weight float64 `json:"weight"` // share of the whole case that this makes, 0..1; negative speaks against
	On     Day     `json:"on,omitempty"`
}

// Tone is what a ticket's words sound like, each 0..1.
type Tone struct {
	Anger       float64 `json:"anger" expr:"anger"`
	Frustration float64 `json:"frustration" expr:"frustration"`
	Anxiety     float64 `json:"anxiety" expr:"anxiety"`
	Politeness  float64 `json:"politeness" expr:"politeness"`
	Positive    float64 `json:"positive" expr:"positive"`
}

// Strongest names the strongest of the unhappy tones and its strength.
func (t Tone) Strongest() (name string, strength float64) {
	name, strength = "anger", t.Anger
	if t.Frustration > strength {
		name, strength = "frustration", t.Frustration
	}
	if t.Anxiety > strength {
		name, strength = "anxiety", t.Anxiety
	}
	return name, strength
}

// Signal is a finding that a guardrail may be asked about by name ("security", "duplicate", "bank_changed"), 0..1.
type Signal struct {
	Name     string  `json:"name"`
	Strength float64 `json:"strength"`
	Other    string  `json:"other,omitempty"` // the item it points at, such as the earlier invoice of a duplicate
}

// Cash is what the projection says of a pool.
type Cash struct {
	Pool     string    `json:"pool"`
	Floor    Money     `json:"floor,omitzero"`
	Balance  Money     `json:"balance,omitzero"`
	AsOf     time.Time `json:"as_of"`
	Horizon  int       `json:"horizon"`      // days
	Low      Money     `json:"low,omitzero"` // what the lowest day of the path falls below with the agreed probability
	LowOn    Day       `json:"low_on"`
	ShortOn  Day       `json:"short_on,omitempty"` // the first day by which it is below the floor with more than the agreed probability
	Breach   float64   `json:"breach"`             // probability that any day of the path is below the floor, under the plan
	Agreed   float64   `json:"agreed,omitempty"`   // the probability of that which the policy allows
	Unknown  string    `json:"unknown"`            // why nothing can be said ("no balance known", "balance is 3 days old"); empty when it can
	Days     []CashDay `json:"days,omitempty"`     // the path, for the picture
	Before   Money     `json:"before,omitzero"`    // the lowest balance had every payable been paid on the day it is set to now
	BeforeOn Day       `json:"before_on"`
	Covered  float64   `json:"covered,omitempty"` // share of past days within the 80 % band forecast for them, each widened as the others had needed
	Tried    int       `json:"tried,omitempty"`   // past windows that Covered was measured on
}

// CashDay is the projected balance at the end of a day, in minor units of the pool's currency.
type CashDay struct {
	Day    Day    `json:"day"`
	Mid    int64  `json:"mid"`
	Low    int64  `json:"low"`              // the path's lower band; equal to Mid where nothing is uncertain
	Before int64  `json:"before,omitempty"` // Mid, had every payable been paid on the day it is set to now
	Bands  *Bands `json:"bands,omitempty"`  // nil where nothing is uncertain
}

// Bands are the ends of the bands that a day's balance is in with 95, 80 and 50 per cent, lowest first: the lower ends,
// widest band first, then the upper ends, narrowest first.
type Bands [6]int64

// Within gives the lower and the upper end of the band of so many per cent: 50, 80, or 95 for anything else.
func (b Bands) Within(percent int) (low, high int64) {
	i := 0
	switch percent {
	case 80:
		i = 1
	case 50:
		i = 2
	}
	return b[i], b[len(b)-1-i]
}

// Short gives how much the lowest day lacks of the floor; zero money when it does not.
func (c Cash) Short() Money {
	short := Money{Minor: c.Floor.Minor - c.Low.Minor, Currency: c.Floor.Currency}
	if short.Minor < 0 || c.Unknown != "" {
		short.Minor = 0
	}
	return short
}

// SayShort says by how much and when the lowest day lacks of the floor, and when the path is first below it; "" where the
// floor is held.
func (c Cash) SayShort() string {
	if c.Short().IsZero() {
		return ""
	}
	first := ""
	if c.ShortOn.Valid() && c.ShortOn != c.LowOn {
		first = ", and is first below it on " + c.ShortOn.Display()
	}
	return fmt.Sprintf("Cash falls %s short of the floor of %s on %s%s, even with every payment as late as its terms allow.",
		c.Short().Display(), c.Floor.Display(), c.LowOn.Display(), first)
}

// Facts are all that a decision is made from. What is not known is nil, and whoever needs it fails closed. A judge adds
// what it derives (Tone, Signals, Cash); the whole is kept with the decision.
type Facts struct {
	Now     time.Time `json:"now"` // the time of the decision: a judge knows no other clock
	Event   EventKind `json:"event"`
	EventAt time.Time `json:"event_at"`

	Ticket     *Ticket   `json:"ticket,omitempty"`
	Account    *Account  `json:"account,omitempty"`
	Similar    int       `json:"similar,omitempty"`    // tickets of the last hour about the same, this one aside
	Incident   *Incident `json:"incident,omitempty"`   // that the ticket is of
	Usual      *Usual    `json:"usual,omitempty"`      // what it is compared with
	Loads      []Load    `json:"loads,omitempty"`      // of the queues and their people, where the policy has routes depend on them
	Due        time.Time `json:"due,omitzero"`         // when an answer is due, by the priority that is proposed
	Complexity float64   `json:"complexity,omitempty"` // how far the ticket is beyond a simple one, 0..1
	Tone       *Tone     `json:"tone,omitempty"`
	Intent     *Intent   `json:"intent,omitempty"` // what it is about, by a model of the company's own history
	Advice     *Advice   `json:"advice,omitempty"` // of another judge, where one was asked before

	Payable *Payable  `json:"payable,omitempty"`
	Vendor  *Vendor   `json:"vendor,omitempty"`
	History []Payable `json:"-"` // earlier payables of this vendor and lookalikes of other vendors, newest first; too long to keep
	Cash    *Cash     `json:"cash,omitempty"`
	// SameVendors are other ids under which the vendor is known, by its name or an alias.
	SameVendors []string `json:"same_vendors,omitempty"`

	Promotion  *Promotion  `json:"promotion,omitempty"`  // what a decision about remit's own level is made from
	Submission *Submission `json:"submission,omitempty"` // what another system proposes, with the facts that it told

	Signals []Signal `json:"signals,omitempty"`
	Earlier *Payable `json:"earlier,omitempty"` // the invoice that this one looks like
}

// Signal gives the strength of a named finding, 0 when it was not made.
func (f Facts) Signal(name string) float64 {
	for _, s := range f.Signals {
		if s.Name == name {
			return s.Strength
		}
	}
	return 0
}

// Value gives what the item has now for the action, in the form a Proposal states it.
func (f Facts) Value(a Action) string {
	switch {
	case f.Ticket != nil && a.Domain() == Triage:
		return f.Ticket.Field(a)
	case f.Payable != nil && a.Domain() == Finance:
		return f.Payable.Field(a)
	case f.Submission != nil:
		return f.Submission.Before
	}
	return ""
}

// Proposal is what a judge would do about one action of one item.
type Proposal struct {
	Action     Action   `json:"action"`
	Item       string   `json:"item"`
	Value      string   `json:"value"`
	Before     string   `json:"before"`             // the value it would replace
	Assignee   string   `json:"assignee,omitempty"` // of a route: to whom of the group the ticket goes
	Confidence float64  `json:"confidence"`         // 0..1: that a responsible person would agree
	Stated     float64  `json:"stated,omitempty"`   // how sure another system said it was, which Confidence is calibrated from
	Reasons    []Reason `json:"reasons"`            // strongest first
	Options    []string `json:"options,omitempty"`  // other values a person may well want instead
	Segment    string   `json:"segment"`
	Model      string   `json:"model"`                // name and version of what judged
	Reversible bool     `json:"reversible,omitempty"` // of another system: it can be taken back
	// Case names what the proposal is about, however the item changes otherwise: two with the same case are one question,
	// and a person who has dismissed it is not asked again. Empty where every proposal is a question of its own.
	Case string `json:"case,omitempty"`
}

// Check reports, as Invalid, a proposal that must not reach the gate.
func (p Proposal) Check() error {
	if p.Item == "" || p.Action == "" {
		return FieldErrorf("proposal", "an action and an item are needed")
	}
	if p.Confidence < 0 || p.Confidence > 1 || p.Confidence != p.Confidence {
		return FieldErrorf("confidence", "%v is not within 0..1", p.Confidence)
	}
	return p.Action.Check(p.Value)
}

// Judgement is what a judge made of an item: the facts with its findings added, and a proposal for each action it has an
// opinion on. No proposal for an action means that there is nothing to do, and closes an open ask.
type Judgement struct {
	Facts     Facts
	Proposals []Proposal
}

// For gives the proposal for an action.
func (j Judgement) For(a Action) (Proposal, bool) {
	for _, p := range j.Proposals {
		if p.Action == a {
			return p, true
		}
	}
	return Proposal{}, false
}

// Pool is what a cash pool is planned from: the facts, and nothing about how.
type Pool struct {
	ID          string
	Now         time.Time
	Balances    []Balance
	Payables    []Payable    // open ones, held ones among them
	Receivables []Receivable // open ones
	Vendors     map[string]Vendor
	// Settled are receivables that were paid lately, oldest first: what is learnt of how late customers pay.
	Settled []Receivable
	// Residual is what came in less what went out on each of the last days, oldest first and up to yesterday, beside
	// payables and receivables: in minor units of the pool's currency.
	Residual []int64
	// Turnover are the invoices that were paid lately, either way: what is learnt of those still to come.
	Turnover []Turnover
	// Planned are what is expected beside any invoice.
	Planned []PlannedItem
	// Lately are the invoices that were paid within the last month, where anything is planned: what was planned may have been
	// for one of them.
	Lately Owed
	// Chosen are the payables whose day a person has set: they are planned around and never moved.
	Chosen map[string]bool
	Since  Since
	// Ends are the payables that are held for the floor, with the day until which they were to be; "" where none was in sight.
	Ends map[string]Day
}

// Balance gives the sum of the pool's balances with what moved since they were told, and the time of the oldest of them; ok
// is false where none is known.
func (p Pool) Balance() (sum Money, asOf time.Time, ok bool) {
	for i, b := range p.Balances {
		total, err := sum.Add(b.Amount)
		if err != nil {
			return Money{}, time.Time{}, false
		}
		sum = total
		if i == 0 || b.AsOf.Before(asOf) {
			asOf = b.AsOf
		}
	}
	if moved := p.moved(); moved != 0 && len(p.Balances) > 0 {
		total, err := sum.Add(Money{Minor: moved, Currency: sum.Currency})
		if err != nil {
			return Money{}, time.Time{}, false
		}
		sum = total
	}
	return sum, asOf, len(p.Balances) > 0
}

// Plan is what a pool's payables should be paid on, and the cash that this leaves.
type Plan struct {
	Cash      Cash
	Proposals []Proposal // ActionSchedule, for payables whose day should move; Item names the payable
	// Holds are proposed where no choice of days holds the floor: the payments that, held, are the cheapest way out. Among them
	// is what was held so before, to be let go once the floor bears it, or held on to after the day until which it was to be.
	Holds []Proposal
	Kept  map[string]Cash // what paying each of the latter would leave, by its id
	// Ask is an ActionCash about the pool itself: where nothing can be said of its cash although there is something to time,
	// and where the floor is not held; nil else.
	Ask *Proposal
	// On has the day on which each payable that is counted leaves, whether it is moved or not; by its id.
	On    map[string]Day
	Cost  Money // of the chosen days beside the amounts: fees less discounts and what the money earns; may be below nothing
	Bound Money // no choice of days that is as little short of the floor costs less
}

// Gap gives how much more the plan costs than it is proved that any must; what is left for stability is part of it.
func (p Plan) Gap() Money {
	return Money{Minor: p.Cost.Minor - p.Bound.Minor, Currency: p.Cost.Currency}
}
