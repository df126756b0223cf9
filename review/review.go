// Package review says, of a period, what each layer of remit's work did: whether it spared people work, whether its decisions
// got better, what failed and why, and what to promote, demote or write down as a rule. It is pure: what was recorded
// comes in, a Review comes out, and the same record gives the same review.
package review

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"remit/decision"
	"remit/models"
)

// Input is what is reviewed.
type Input struct {
	From, To time.Time // the period: from From, before To
	Now      time.Time
	Policy   *decision.Policy // in force: its time zone, and what rules may speak of

	// Decisions are those made in the period and before it, as far back as is to be compared with, in any order.
	Decisions []models.Decision
	// Verdicts are what people thought of them. Of a decision without one, its answers are taken.
	Verdicts []decision.Verdict
	// Facts are what decisions were made from, by Decision.FactsID; those that are not there are left out of rules.
	Facts map[string]models.Facts
	// Tickets and Payables are the items as they are now, by their id.
	Tickets  map[string]models.Ticket
	Payables map[string]models.Payable
	// Records are the slices' standings, as Engine.Autonomy gives them.
	Records []decision.Record
	// Missed says how many decisions of the period there are beyond those given.
	Missed int
}

// Review is what is said of a period. Rates are shares, 0..1, times minutes.
type Review struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Made     time.Time `json:"made"`
	Zone     string    `json:"zone"`
	Layers   []Layer   `json:"layers"`
	Reasons  []Reason  `json:"reasons"`  // why people overrode, most frequent first
	Clusters []Cluster `json:"clusters"` // where errors gather, each with the rule that would ask there
	Advice   []Advice  `json:"advice"`   // what to promote or demote
	Notes    []string  `json:"notes"`
}

// Of reviews a period.
func Of(in Input) Review {
	if in.Now.IsZero() {
		in.Now = in.To
	}
	p := newPast(in)
	r := Review{From: in.From, To: in.To, Made: in.Now, Zone: p.zone.String()}
	r.Layers = p.layers()
	r.Reasons = p.reasons()
	r.Clusters = p.clusters()
	r.Advice = p.advice(r.Layers)
	if in.Missed > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("There were more decisions than are read at once: the oldest %d are not among these figures.", in.Missed))
	}
	return r
}

// past is the record, put together for asking.
type past struct {
	Input
	zone   *time.Location
	before time.Time // from when on decisions are those before the period
	cases  []judged
}

// judged is a decision with what people thought of it.
type judged struct {
	models.Decision
	verdict decision.Verdict
	known   bool // there is a verdict
	facts   *models.Facts
}

func newPast(in Input) *past {
	p := &past{Input: in, zone: time.UTC, before: in.From.Add(-in.To.Sub(in.From))}
	if in.Policy != nil {
		p.zone = in.Policy.Zone
	}
	said := make(map[string]decision.Verdict, len(in.Verdicts))
	for _, v := range in.Verdicts {
		said[v.DecisionID] = v
	}
	for _, d := range in.Decisions {
		if d.Domain == models.Self || !d.CreatedAt.Before(in.To) {
			continue
		}
		j := judged{Decision: d}
		if j.verdict, j.known = said[d.ID]; !j.known {
			j.verdict, j.known = p.derived(d)
		}
		if f, ok := in.Facts[d.FactsID]; ok {
			j.facts = &f
		}
		p.cases = append(p.cases, j)
	}
	slices.SortFunc(p.cases, func(a, b judged) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return p
}

// derived gives the verdict that a decision's own answers are, where none was kept: it was made before verdicts were.
func (p *past) derived(d models.Decision) (decision.Verdict, bool) {
	if d.State == models.Reverting || d.State == models.Reverted {
		return decision.Undone(d, models.Actor{Kind: models.ByPerson}, d.UpdatedAt), true
	}
	if a, ok := d.Settled(); ok {
		return decision.VerdictOf(d, a, decision.Look{Bulk: a.Bulk, ShownAt: a.ShownAt})
	}
	return decision.Verdict{}, false
}

// within gives the cases made from one time until before another.
func (p *past) within(from, to time.Time) []judged {
	i, _ := slices.BinarySearchFunc(p.cases, from, func(j judged, t time.Time) int { return j.CreatedAt.Compare(t) })
	k, _ := slices.BinarySearchFunc(p.cases, to, func(j judged, t time.Time) int { return j.CreatedAt.Compare(t) })
	return p.cases[i:k]
}

// Reason is why people overrode.
type Reason struct {
	Action   models.Action `json:"action"`
	Code     string        `json:"code"` // as the person chose it; empty where none was given
	N        int           `json:"n"`
	Examples []Example     `json:"examples"`
}

// Example is a decision to look at.
type Example struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Value string `json:"value"`
	Final string `json:"final"` // what a person chose instead
	Note  string `json:"note,omitempty"`
}

// Bare gives the review without what people and customers wrote in its examples, for keeping: texts that are erased where they
// stand must not live on here. Filled puts them back.
func (r Review) Bare() Review {
	return r.mapExamples(func(e Example) Example { return Example{ID: e.ID} })
}

// Filled gives the review with its examples as the decisions are now; one that cannot be found stays bare.
func (r Review) Filled(find func(id string) (models.Decision, bool)) Review {
	return r.mapExamples(func(e Example) Example {
		if d, ok := find(e.ID); ok {
			return exampleOf(judged{Decision: d})
		}
		return e
	})
}

func (r Review) mapExamples(f func(Example) Example) Review {
	each := func(es []Example) []Example {
		out := make([]Example, len(es))
		for i, e := range es {
			out[i] = f(e)
		}
		return out
	}
	r.Reasons, r.Clusters = slices.Clone(r.Reasons), slices.Clone(r.Clusters)
	for i := range r.Reasons {
		r.Reasons[i].Examples = each(r.Reasons[i].Examples)
	}
	for i := range r.Clusters {
		r.Clusters[i].Examples = each(r.Clusters[i].Examples)
	}
	return r
}

// shown is how many examples are given.
const shown = 3

func exampleOf(j judged) Example {
	e := Example{ID: j.ID, Title: cmp.Or(j.Title, j.Item), Value: j.Value, Final: j.Final}
	if a, ok := j.Settled(); ok {
		e.Final, e.Note = j.Choice(a), a.Note
	}
	return e
}

// reasons counts why people overrode in the period.
func (p *past) reasons() []Reason {
	type key struct {
		a    models.Action
		code string
	}
	found := map[key]*Reason{}
	for _, j := range slices.Backward(p.within(p.From, p.To)) { // the newest are the examples
		a, ok := j.Settled()
		if !ok || a.Kind == models.AnswerApprove || !a.By.IsPerson() || j.Choice(a) == j.Value {
			continue
		}
		k := key{j.Action, a.Reason}
		if found[k] == nil {
			found[k] = &Reason{Action: j.Action, Code: a.Reason}
		}
		r := found[k]
		r.N++
		if len(r.Examples) < shown {
			r.Examples = append(r.Examples, exampleOf(j))
		}
	}
	var out []Reason
	for _, r := range found {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Code, b.Code))
	})
	return out
}
