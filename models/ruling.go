package models

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Level is a level of autonomy.
type Level string

// The levels, least autonomous first. The empty Level is Off: not proposed at all.
const (
	LevelOff            Level = ""
	LevelObserve        Level = "observe"
	LevelAsk            Level = "ask"
	LevelActAfterWindow Level = "act-after-window"
	LevelAct            Level = "act"
)

var levels = []Level{LevelOff, LevelObserve, LevelAsk, LevelActAfterWindow, LevelAct}

// Valid reports one of the named levels.
func (l Level) Valid() bool { return l != LevelOff && slices.Contains(levels, l) }

// Min gives the less autonomous of the two; an unknown level counts as Off.
func (l Level) Min(o Level) Level {
	return levels[min(max(slices.Index(levels, l), 0), max(slices.Index(levels, o), 0))]
}

// Autonomous reports whether the level acts without being answered.
func (l Level) Autonomous() bool { return l == LevelAct || l == LevelActAfterWindow }

// Outcome is what the gate says of a proposal.
type Outcome string

// The outcomes.
const (
	OutcomeObserve Outcome = "observe"
	OutcomeAsk     Outcome = "ask"
	OutcomeWait    Outcome = "wait"
	OutcomeAct     Outcome = "act"
)

// Approval is who must agree.
type Approval struct {
	From         []string `json:"from"` // groups or people, with a leading @; any one of them counts
	Count        int      `json:"count"`
	NotRequester bool     `json:"not_requester,omitempty"`
	Note         string   `json:"note,omitempty"` // what to do before agreeing
	// Each is there where rules that hold together name different people: so many of each must agree. From is then all of them,
	// and Count how many people there must be at least.
	Each []Quorum `json:"each,omitempty"`
}

// Quorum is how many of some people must agree.
type Quorum struct {
	From  []string `json:"from"`
	Count int      `json:"count"`
}

// Display says "2 of @finance-leads".
func (q Quorum) Display() string { return fmt.Sprintf("%d of %s", q.Count, strings.Join(q.From, ", ")) }

// Stricter gives an approval that satisfies both: the larger count, every exclusion, and of the lists of people the one
// of the side with the larger count (o where equal and o has one).
func (a Approval) Stricter(o Approval) Approval {
	out := a
	if len(o.From) > 0 && (o.Count >= a.Count || len(a.From) == 0) {
		out.From = o.From
	}
	out.Count = max(a.Count, o.Count)
	out.NotRequester = a.NotRequester || o.NotRequester
	switch {
	case a.Note == "":
		out.Note = o.Note
	case o.Note != "" && o.Note != a.Note:
		out.Note = a.Note + "; " + o.Note
	}
	return out
}

// And gives an approval that is met only where both are: of the same people the larger number must agree, of different people
// so many of each.
func (a Approval) And(o Approval) Approval {
	if len(a.From) == 0 || len(o.From) == 0 {
		return a.Stricter(o)
	}
	each := a.Quorums()
	for _, q := range o.Quorums() {
		i := slices.IndexFunc(each, func(has Quorum) bool { return slices.Equal(has.From, q.From) })
		if i < 0 {
			each = append(each, q)
			continue
		}
		each[i].Count = max(each[i].Count, q.Count)
	}
	out := a.Stricter(o)
	out.Each, out.From, out.Count = each, nil, max(a.Needed(), o.Needed())
	for _, q := range each {
		for _, name := range q.From {
			if !slices.Contains(out.From, name) {
				out.From = append(out.From, name)
			}
		}
	}
	if len(each) == 1 {
		out.Each, out.Count = nil, each[0].Count
	}
	return out
}

// Quorums gives how many of whom must agree, all of which must be met. They are the caller's own.
func (a Approval) Quorums() []Quorum {
	if len(a.Each) > 0 {
		return slices.Clone(a.Each)
	}
	return []Quorum{{From: a.From, Count: a.Needed()}}
}

// Too gives the approval with one more name that may answer in anybody's place.
func (a Approval) Too(name string) Approval {
	a.From = append(slices.Clone(a.From), name)
	a.Each = slices.Clone(a.Each)
	for i := range a.Each {
		a.Each[i].From = append(slices.Clone(a.Each[i].From), name)
	}
	return a
}

// Lacks gives what is still missing when these have agreed; nothing where it is met.
func (a Approval) Lacks(agreed []Answer) []Quorum {
	if len(a.Each) == 0 {
		if n := a.Needed() - len(agreed); n > 0 {
			return []Quorum{{From: a.From, Count: n}}
		}
		return nil
	}
	var out []Quorum
	for _, q := range a.Each {
		n := q.Count
		for _, by := range agreed {
			if slices.ContainsFunc(by.For, func(name string) bool { return slices.Contains(q.From, name) }) {
				n--
			}
		}
		if n > 0 {
			out = append(out, Quorum{From: q.From, Count: n})
		}
	}
	if n := a.Needed() - len(agreed); n > 0 && len(out) == 0 {
		out = append(out, Quorum{From: a.From, Count: n})
	}
	return out
}

// As gives the names that a person answers for, where it matters which.
func (a Approval) As(p Person) []string {
	if len(a.Each) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.From), func(name string) bool { return !p.In(name) })
}

// Needed gives how many people must agree, at least one.
func (a Approval) Needed() int { return max(a.Count, 1) }

// Names reports whether the person is among those who may answer.
func (a Approval) Names(p Person) bool { return slices.ContainsFunc(a.From, p.In) }

// Ruling is what the gate said and why.
type Ruling struct {
	Outcome    Outcome       `json:"outcome"`
	Level      Level         `json:"level"`                // in force when it was ruled
	Why        []string      `json:"why"`                  // plain sentences: what let it act, or what made it ask
	Guardrails []string      `json:"guardrails,omitempty"` // the conditions that fired
	Approval   Approval      `json:"approval,omitzero"`
	Window     time.Duration `json:"window,omitempty"`  // for OutcomeWait: how long it can be stopped
	Expires    time.Duration `json:"expires,omitempty"` // for OutcomeAsk: when silence ends it
	Working    bool          `json:"working,omitempty"` // Expires passes in working hours only
	Escalated  bool          `json:"escalated,omitempty"`
	Chain      []Rung        `json:"chain,omitempty"`  // who is asked next, in order, when nobody answers
	Capped     []string      `json:"capped,omitempty"` // the budgets of everything that were used up
	Basis      Basis         `json:"basis,omitzero"`
}

// Basis is what a ruling rested on beside the proposal, its facts and the policy: with these it can be made again, and Sum
// tells whether it came out the same.
type Basis struct {
	At       time.Time        `json:"at"`
	Writable bool             `json:"writable"`
	Paused   Switch           `json:"paused,omitzero"`
	Spent    map[string]int64 `json:"spent,omitempty"` // of the budgets that acting would have drawn on
	Earned   Earned           `json:"earned,omitzero"`
	Cut      float64          `json:"cut,omitempty"` // the level in force acts from this confidence
	// Dismissed says who has dismissed this very case before, when and why; empty where nobody has.
	Dismissed string  `json:"dismissed,omitempty"`
	Alerted   bool    `json:"alerted,omitempty"` // it had drawn on the budget of alerts already
	Outcome   Outcome `json:"outcome"`           // as it was first ruled; a ruling's own may be moved by the kill switch later
	Sum       string  `json:"sum"`               // of all that was first ruled, see Ruling.Digest
}

// Earned is what evidence says of the action in its segment when it is ruled on.
type Earned struct {
	Level   Level    `json:"level,omitempty"`   // that evidence bears and a person approved; empty where there is none
	Cut     float64  `json:"cut,omitempty"`     // acts from this confidence
	Why     string   `json:"why,omitempty"`     // in a sentence
	Against string   `json:"against,omitempty"` // why it was taken back to asking; empty where nothing speaks against it
	Ended   []string `json:"ended,omitempty"`   // the grants, in words, that evidence has ended
	Granted Level    `json:"granted,omitempty"` // by a manager in the console, ahead of evidence
	Grant   string   `json:"grant,omitempty"`   // that grant in words: by whom, why, until when
}

// Digest is a short sum over all that was ruled, for telling whether ruling again came out the same.
func (r Ruling) Digest() string {
	parts := []string{string(r.Outcome), string(r.Level), r.Approval.Note, fmt.Sprint(r.Approval.Count, r.Approval.NotRequester, r.Window, r.Expires, r.Escalated)}
	for _, q := range r.Approval.Each {
		parts = append(parts, q.Display())
	}
	for _, list := range [][]string{r.Why, r.Guardrails, r.Approval.From} {
		parts = append(append(parts, list...), "")
	}
	for _, rung := range r.Chain {
		parts = append(parts, rung.String())
	}
	if r.Working {
		parts = append(parts, "working")
	}
	return NewID("rul", parts...)
}

// Rung is one step of an escalation chain: after so long without an answer, To may answer too.
type Rung struct {
	After   time.Duration `json:"after"`
	To      string        `json:"to"`
	Working bool          `json:"working,omitempty"` // After passes in working hours only
}

// String says "15m0s @duty-manager", or "15m0s working @duty-manager".
func (r Rung) String() string {
	if r.Working {
		return r.After.String() + " working " + r.To
	}
	return r.After.String() + " " + r.To
}

// BankChanged reports a ruling that a guardrail about changed bank details had a part in, the one that always holds or one
// of the policy's.
func (r Ruling) BankChanged() bool {
	return slices.ContainsFunc(r.Guardrails, func(g string) bool { return g == "bank_changed" || strings.Contains(g, "bank_changed_within") })
}

// Next gives the ruling one rung further: the people of the next rung are asked too, until its own time. ok is false at
// the end of the chain.
func (r Ruling) Next() (next Ruling, ok bool) {
	if len(r.Chain) == 0 {
		return r, false
	}
	rung := r.Chain[0]
	next = r
	next.Chain = slices.Clone(r.Chain[1:])
	next.Approval = r.Approval.Too(rung.To)
	return next, true
}

// Cut is the confidence from which the level in force acts.
func (r Ruling) Cut() float64 { return r.Basis.Cut }

// Acts reports whether the ruling lets remit act without an answer, now or after a window.
func (r Ruling) Acts() bool { return r.Outcome == OutcomeAct || r.Outcome == OutcomeWait }
