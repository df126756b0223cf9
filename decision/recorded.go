package decision

import (
	"slices"
	"strings"

	"remit/models"
)

// Recorded is a decision with the facts that it was made from, as the record has them.
type Recorded struct {
	Decision models.Decision
	Facts    *models.Facts // nil where the record has none
}

// Gated reports a decision that the gate ruled on. What managers decide on remit's own authority it does not.
func (r Recorded) Gated() bool { return r.Decision.Domain != models.Self }

// Lacks names what ruling on the decision again takes and the record does not have, as a record of an older version may not:
// none where it can be ruled on again.
func (r Recorded) Lacks() []string {
	basis := r.Decision.Ruling.Basis
	var lacks []string
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"facts", r.Facts == nil},
		{"facts.ticket", r.Facts != nil && r.Decision.Domain == models.Triage && r.Facts.Ticket == nil},
		{"facts.payable", r.Facts != nil && r.Decision.Domain == models.Finance && r.Decision.Action != models.ActionCash && r.Facts.Payable == nil},
		{"facts.cash", r.Facts != nil && r.Decision.Action == models.ActionCash && r.Facts.Cash == nil},
		{"facts.submission", r.Facts != nil && r.Decision.Domain.Other() && r.Facts.Submission == nil},
		{"policy", r.Decision.Policy == ""},
		{"ruling.basis.at", basis.At.IsZero()},
		{"ruling.basis.outcome", basis.Outcome == ""},
		{"ruling.basis.sum", basis.Sum == ""},
	} {
		if f.missing {
			lacks = append(lacks, f.name)
		}
	}
	return lacks
}

// situation gives what the ruling rested on beside the proposal and its facts.
func (r Recorded) situation() Situation {
	d := r.Decision
	return Situation{
		Now: d.Ruling.Basis.At, Paused: map[models.Domain]models.Switch{d.Domain: d.Ruling.Basis.Paused},
		Spent: d.Ruling.Basis.Spent, Writable: d.Ruling.Basis.Writable, Earned: d.Ruling.Basis.Earned,
		Dismissed: d.Ruling.Basis.Dismissed, Alerted: d.Ruling.Basis.Alerted,
	}
}

// Replayed is a recorded decision ruled on again. It lacks something or it has a ruling.
type Replayed struct {
	Recorded
	Missing []string // see Recorded.Lacks; nothing was ruled then
	Ruling  models.Ruling
}

// Replay rules again on a recorded decision, under the policy that ruled or another: what the judge proposed, the facts and
// all else that the gate looked at are those of the record; only cash is held against the other policy's floor. A record
// that lacks any of it is not ruled on.
func Replay(r Recorded, p *Policy) Replayed {
	out := Replayed{Recorded: r, Missing: r.Lacks()}
	if len(out.Missing) > 0 {
		return out
	}
	pr, facts := r.under(p)
	out.Ruling, _ = p.Gate(pr, facts, r.situation())
	return out
}

// under gives the proposal and its facts as the policy would have them: where it is not the one that ruled, the slice of the
// work by its own expression, and cash held against its own floor.
func (r Recorded) under(p *Policy) (models.Proposal, models.Facts) {
	pr, f := asked(r.Decision), *r.Facts
	if r.Decision.Policy == p.Version {
		return pr, f
	}
	if segment := p.SegmentOf(pr.Action.Domain(), f, pr); segment != "" || !pr.Action.Domain().Other() {
		pr.Segment = segment
	}
	return pr, p.onFloor(f)
}

// Same reports whether the ruling is what was first ruled, to the last word.
func (r Replayed) Same() bool { return r.Ruling.Digest() == r.Decision.Ruling.Basis.Sum }

// Reworded reports whether what was first ruled would be done, or asked of the same people, all the same.
func (r Replayed) Reworded() bool {
	was := r.Decision.Ruling
	was.Outcome = r.Was()
	return sameAsk(was, r.Ruling)
}

// Was gives what was first ruled.
func (r Replayed) Was() models.Outcome { return r.Decision.Ruling.Basis.Outcome }

// Difference is one decision that is ruled on otherwise.
type Difference struct {
	ID     string         `json:"id"`
	Item   string         `json:"item"`
	Title  string         `json:"title"`
	Action models.Action  `json:"action"`
	Value  string         `json:"value"`
	Was    models.Outcome `json:"was"`
	Now    models.Outcome `json:"now"`
	Why    []string       `json:"why"`  // the sentences that were not said before
	Gone   []string       `json:"gone"` // the sentences that are not said any more
}

// Difference says in what the ruling differs from the one on the record. What a kill switch has added to that since is
// the decision's note too, and no difference.
func (r Replayed) Difference() Difference {
	d := r.Decision
	was := without(d.Ruling.Why, []string{d.Note})
	return Difference{
		ID: d.ID, Item: d.Item, Title: d.Title, Action: d.Action, Value: d.Value, Was: r.Was(), Now: r.Ruling.Outcome,
		Why: without(r.Ruling.Why, was), Gone: without(was, r.Ruling.Why),
	}
}

// without gives the sentences of a that b has not; never nil, so that its JSON is a list.
func without(a, b []string) []string {
	return slices.DeleteFunc(append([]string{}, a...), func(s string) bool { return slices.Contains(b, s) })
}

// What says in a line what differs.
func (d Difference) What() string {
	switch {
	case d.Was != d.Now:
		return strings.Join(d.Why, " ")
	case len(d.Why) > 0:
		return "for another reason: " + strings.Join(d.Why, " ")
	case len(d.Gone) > 0:
		return "no longer: " + strings.Join(d.Gone, " ")
	}
	return "other people are asked, or for longer"
}
