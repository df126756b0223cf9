package decision

import (
	"fmt"
	"math"
	"strings"
	"time"

	"remit/models"
)

// Slice is what evidence is kept for: an action in a segment, as one model judges it. A new version of a model is another slice and
// starts without evidence.
type Slice struct {
	Action  models.Action `json:"action"`
	Segment string        `json:"segment"` // "" for all segments together: the parent of each
	Model   string        `json:"model"`
}

// SliceOf gives the slice that a decision is evidence for.
func SliceOf(d models.Decision) Slice {
	return Slice{Action: d.Action, Segment: d.Segment, Model: d.Model}
}

// Parent gives the slice over all segments, which a sparse one borrows from; ok is false for that one itself.
func (s Slice) Parent() (parent Slice, ok bool) {
	parent = s
	parent.Segment = ""
	return parent, s.Segment != ""
}

// Verdict is what people thought of one decision.
type Verdict struct {
	DecisionID string    `json:"decision_id"`
	Slice      Slice     `json:"slice"`
	Confidence float64   `json:"confidence"`
	Wrong      bool      `json:"wrong"`
	Audit      bool      `json:"audit"`      // asked with remit's own answer hidden, after it had acted
	Unanswered bool      `json:"unanswered"` // an audit that nobody answered
	Unasked    bool      `json:"unasked"`    // somebody undid or changed what remit had done by itself, without being asked
	Rate       float64   `json:"rate"`       // how probable it was, before the decision, that somebody would be asked; 1 for an ask
	Stopped    bool      `json:"stopped"`    // a guardrail or escalation had it asked: it would not have been done by itself at any level
	Earns      bool      `json:"earns"`      // counts as evidence
	Why        string    `json:"why"`        // why it does not, in a sentence
	By         string    `json:"by"`         // whose it is
	At         time.Time `json:"at"`
}

// Scored gives the verdict as Threshold takes it.
func (v Verdict) Scored() Scored {
	return Scored{Confidence: v.Confidence, Wrong: v.Wrong || v.Unanswered}
}

// Look is how somebody came to look at a decision.
type Look struct {
	Audit    bool
	ShownAt  time.Time // when it was put before them
	Previous time.Time // when the same person answered the one before; zero: there was none
	Words    int       // how many words there were to read
	Bulk     bool      // answered together with others by one click
	Fault    Fault     // what counts as an error; nil: FaultOf the action
	Fee      bool      // the person's choice avoided a fee
	Discount bool      // the person's choice kept a discount that would have been lost
	// Rewritten measures how much of a text was changed, 0 to 1; nil: as Compare does.
	Rewritten func(proposed, chosen string) float64
}

// VerdictOf gives the verdict that an answer is on a decision; ok is false where it is none: not by a person, or on
// something that remit had neither asked nor done.
func VerdictOf(d models.Decision, a models.Answer, l Look) (v Verdict, ok bool) {
	if !a.By.IsPerson() || d.State == models.Proposed {
		return v, false
	}
	fault := l.Fault
	if fault == nil {
		fault = FaultOf(d.Action)
	}
	chose := Compare(d.Value, d.Choice(a), a.Reason)
	chose.Fee, chose.Discount = l.Fee, l.Discount
	if l.Rewritten != nil && d.Action == models.ActionReply {
		chose.Rewritten = l.Rewritten(d.Value, d.Choice(a))
	}
	v = Verdict{
		DecisionID: d.ID, Slice: SliceOf(d), Confidence: d.Confidence, Wrong: fault(chose), Rate: 1, Earns: true,
		Stopped: len(d.Ruling.Guardrails) > 0 || d.Ruling.Escalated, By: a.By.ID, At: a.At,
	}
	switch {
	case l.Audit:
		v.Audit, v.Rate = true, clampRate(d.AuditRate)
	case d.Autonomous:
		v.Unasked, v.Rate = true, clampRate(d.AuditRate)
		v.Earns = v.Wrong
		if !v.Wrong {
			v.Why = "Nobody was asked, and leaving a thing alone proves nothing."
		}
		return v, true
	}
	if !v.Wrong {
		v.Why = l.tooFast(a)
		v.Earns = v.Why == ""
	}
	return v, true
}

// Undone gives the verdict that taking a decision back is, by a person whom nobody had asked.
func Undone(d models.Decision, by models.Actor, at time.Time) Verdict {
	return Verdict{
		DecisionID: d.ID, Slice: SliceOf(d), Confidence: d.Confidence, Wrong: true, Unasked: d.Autonomous,
		Rate: clampRate(d.AuditRate), Earns: d.Autonomous, By: by.ID, At: at,
	}
}

// NobodyLooked gives the verdict of an audit that ended without an answer: it counts against.
func NobodyLooked(d models.Decision, at time.Time) Verdict {
	return Verdict{
		DecisionID: d.ID, Slice: SliceOf(d), Confidence: d.Confidence, Audit: true, Unanswered: true,
		Rate: clampRate(d.AuditRate), Earns: true, At: at,
	}
}

// Reading is slow enough that nobody reads with understanding faster: a glance, and eight words a second.
const (
	glance         = 2 * time.Second
	wordsPerSecond = 8
)

// tooFast says why an approval earns nothing, "" where it earns.
func (l Look) tooFast(a models.Answer) string {
	need := glance + time.Duration(l.Words)*time.Second/wordsPerSecond
	switch {
	case l.Bulk:
		return "It was approved together with others by one click."
	case !l.ShownAt.IsZero() && a.At.Sub(l.ShownAt) < need:
		return fmt.Sprintf("It was approved %s after it was shown; reading it takes %s.", a.At.Sub(l.ShownAt).Round(time.Second), need.Round(time.Second))
	case !l.Previous.IsZero() && a.At.Sub(l.Previous) < need:
		return fmt.Sprintf("It was approved %s after the one before; reading it takes %s.", a.At.Sub(l.Previous).Round(time.Second), need.Round(time.Second))
	}
	return ""
}

// Fault reports whether it was an error to propose what was proposed where a person chose something else.
type Fault func(Chosen) bool

// rewrite is the share of a reply's words that makes it another reply: one word in ten, or a "not" in a short sentence.
const rewrite = 0.1

// FaultOf gives what counts as an error of an action where the policy does not say otherwise: a priority that missed a
// P1 or P2 or is two steps off, a reply that was rewritten, a pay day that cost a fee or a discount which the person's choice
// avoided, a hold that was released without a reason found, and of all else a choice other than the one proposed.
func FaultOf(a models.Action) Fault {
	switch a {
	case models.ActionPriority:
		return priorityFault
	case models.ActionReply:
		return func(c Chosen) bool { return c.Rewritten > rewrite }
	case models.ActionTag:
		return func(c Chosen) bool { return !strings.EqualFold(c.Proposed, c.Chosen) }
	case models.ActionSchedule:
		return func(c Chosen) bool { return c.Fee || c.Discount }
	case models.ActionHold:
		return func(c Chosen) bool { return c.Proposed != c.Chosen && c.Reason != models.ReasonFound }
	}
	return func(c Chosen) bool { return c.Proposed != c.Chosen }
}

func priorityFault(c Chosen) bool {
	p, okP := urgency(c.Proposed)
	o, okO := urgency(c.Chosen)
	if !okP || !okO {
		return c.Proposed != c.Chosen
	}
	return o <= 2 && p > 2 || c.Steps >= 2
}

// urgency gives 1 for P1 to 4 for P4.
func urgency(p string) (int, bool) {
	if !models.Priority(p).Valid() {
		return 0, false
	}
	return int(p[len(p)-1] - '0'), true
}

// Tally counts what became of a slice's autonomous decisions, to estimate their error.
type Tally struct {
	Actions    int     `json:"actions"`
	Overridden int     `json:"overridden"` // by people, unasked
	Right      float64 `json:"right"`      // audited and found right, each weighing 1/rate
	Wrong      float64 `json:"wrong"`      // audited and found wrong
	Unanswered float64 `json:"unanswered"` // audits that nobody answered
	Squares    float64 `json:"squares"`    // of the weights of the answered ones
}

// Act notes an autonomous decision.
func (t *Tally) Act() { t.Actions++ }

// Add adds a verdict on one of them.
func (t *Tally) Add(v Verdict) {
	weight := 1 / clampRate(v.Rate)
	switch {
	case v.Unasked && v.Wrong:
		t.Overridden++
	case v.Unasked:
	case v.Unanswered:
		t.Unanswered += weight
	case v.Wrong:
		t.Wrong += weight
		t.Squares += weight * weight
	default:
		t.Right += weight
		t.Squares += weight * weight
	}
}

// Turn counts as wrong a verdict that was counted as right.
func (t *Tally) Turn(v Verdict) {
	weight := 1 / clampRate(v.Rate)
	t.Right -= weight
	t.Wrong += weight
}

// Estimate is what a slice's error probably is. It is for people to read; nothing is earned by it.
type Estimate struct {
	Error float64 `json:"error"`
	SD    float64 `json:"sd"`
	Worst float64 `json:"worst"`  // had every unanswered audit been an error
	Audit float64 `json:"audits"` // how many audits of equal weight it rests on
}

// Estimate gives the share overridden by people and, of the rest, the audited error by inverse sampling probability. ok
// is false while no audit was answered. Unanswered audits are taken to be like the answered ones; Worst does not.
func (t Tally) Estimate() (e Estimate, ok bool) {
	answered := t.Right + t.Wrong
	if t.Actions == 0 || answered <= 0 {
		return Estimate{Error: 1, SD: 1, Worst: 1}, false
	}
	o := float64(t.Overridden) / float64(t.Actions)
	missed := t.Wrong / answered
	e.Audit = answered * answered / t.Squares
	e.Error = o + (1-o)*missed
	e.Worst = o + (1-o)*(t.Wrong+t.Unanswered)/(answered+t.Unanswered)
	// One imagined error and one imagined success keep the spread of a clean record from being none.
	likely := (missed*e.Audit + 1) / (e.Audit + 2)
	fromOverrides := (1 - missed) * (1 - missed) * o * (1 - o) / float64(t.Actions)
	fromAudits := (1 - o) * (1 - o) * likely * (1 - likely) / e.Audit
	e.SD = math.Sqrt(fromOverrides + fromAudits)
	return e, true
}

// borrowed is how many audits a parent's estimate is worth to a sparse segment.
const borrowed = 20

// Shrunk draws a sparse segment's estimate towards its parent's. It shapes what is shown and where to bet, never a bound.
func (e Estimate) Shrunk(parent Estimate) Estimate {
	w := e.Audit / (e.Audit + borrowed)
	out := e
	out.Error = w*e.Error + (1-w)*parent.Error
	out.SD = math.Sqrt(w*w*e.SD*e.SD + (1-w)*(1-w)*parent.SD*parent.SD)
	return out
}
