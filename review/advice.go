package review

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"remit/decision"
	"remit/models"
)

// Kind is what sort of advice it is.
type Kind string

// The kinds of advice, the most pressing first.
const (
	Demote  Kind = "demote"
	Promote Kind = "promote"
	Look    Kind = "look"
	Wait    Kind = "wait"
)

var kinds = []Kind{Demote, Promote, Look, Wait}

// Advice is what to do next about a slice of the work.
type Advice struct {
	Kind    Kind          `json:"kind"`
	Action  models.Action `json:"action"`
	Segment string        `json:"segment"`
	Text    string        `json:"text"`
}

// advice says what to promote or demote, and what each rung still takes.
func (p *past) advice(layers []Layer) []Advice {
	var out []Advice
	for _, r := range p.Records {
		if a, ok := p.standing(r); ok {
			out = append(out, a)
		}
	}
	for _, l := range layers {
		if a, ok := p.failing(l); ok {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Advice) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Segment, b.Segment))
	})
	return out
}

// standing says what the evidence of a slice bears.
func (p *past) standing(r decision.Record) (Advice, bool) {
	a := Advice{Action: r.Slice.Action, Segment: r.Slice.Segment}
	promotion, bears := r.Promotion()
	switch {
	case r.Against != "" && !r.AgainstAt.Before(p.From) && r.AgainstAt.Before(p.To):
		a.Kind, a.Text = Demote, fmt.Sprintf("Autonomy was taken back on %s: %s", r.AgainstAt.In(p.zone).Format("2 Jan"), r.Against)
	case r.Speaks() != "":
		a.Kind, a.Text = Demote, r.Speaks()
	case bears:
		a.Kind = Promote
		a.Text = fmt.Sprintf("Evidence bears %s instead of %s: %d verdicts show errors below %s, and at most %s may be.", promotion.To, promotion.From, promotion.Verdicts, percent(promotion.Bound), percent(promotion.MaxError))
		if !promotion.GoalKnown {
			a.Text += fmt.Sprintf(" Whether %s improved is not known yet.", promotion.Goal)
		}
	case r.Ceiling.Autonomous():
		rungs := r.Ladder()
		next := rungs[len(rungs)-1]
		withheld := next.Why == r.Goal.Withholds()
		if !withheld && (r.Force.Level.Autonomous() || math.IsInf(next.Days, 1) && next.Missing == 0) {
			return a, false // it acts, or it cannot be had as things are, and the autonomy page says so
		}
		a.Kind, a.Text = Wait, next.Why
	default:
		return a, false
	}
	return a, true
}

// failing says where people override more than the policy allows, or asks are left unanswered.
func (p *past) failing(l Layer) (Advice, bool) {
	a := Advice{Kind: Demote, Action: l.Action, Segment: l.Segment}
	if p.Policy == nil || l.Whole && l.Segment == "" && p.segmented(l.Action) {
		return a, false // its segments speak for themselves
	}
	del, _ := p.Policy.Delegation(l.Action)
	low, _ := interval(l.Now.Overrides, l.Now.Acted)
	switch {
	case l.Now.Acted > 0 && low > del.MaxError:
		a.Text = fmt.Sprintf("People took back %d of %d decisions that remit took by itself (at least %s, surely); the policy allows %s.", l.Now.Overrides, l.Now.Acted, percent(low), percent(del.MaxError))
	case l.Now.Asked >= 20 && l.Now.Expired*5 > l.Now.Asked:
		a.Kind, a.Text = Look, fmt.Sprintf("%d of %d asks expired unanswered: are the right people asked, and when they work?", l.Now.Expired, l.Now.Asked)
	default:
		return a, false
	}
	return a, true
}

// segmented reports whether the period's decisions of an action are of several segments.
func (p *past) segmented(a models.Action) bool {
	first, any := "", false
	for _, j := range p.within(p.From, p.To) {
		if j.Action != a {
			continue
		}
		if any && j.Segment != first {
			return true
		}
		first, any = j.Segment, true
	}
	return false
}
