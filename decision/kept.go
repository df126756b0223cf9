package decision

import (
	"cmp"
	"maps"
	"slices"

	"remit/models"
)

// kept is a slice's standing as a batch has it.
type kept struct {
	Standing
	from    int // the version that the database has; 0: none
	changed bool
}

// standing gives what is kept of the slice, read once a batch, together with where its grants may have ended; a new standing
// where nothing is.
func (b *batch) standing(of Slice) (*kept, error) {
	if k, ok := b.standings[of]; ok {
		return k, nil
	}
	found, err := b.reader.StandingsOf(b.ctx, append(of.places(), of))
	if err != nil {
		return nil, err
	}
	for s, st := range found {
		if _, ok := b.standings[s]; !ok {
			b.standings[s] = &kept{Standing: st, from: st.Version}
		}
	}
	if k, ok := b.standings[of]; ok {
		return k, nil
	}
	line := defaultMaxError
	if del, named := b.policy.Delegation(of.Action); named {
		line = del.MaxError
	}
	k := &kept{Standing: NewStanding(of, line, Estimate{}, b.now)}
	b.standings[of] = k
	return k, nil
}

// touched notes that the standing has changed.
func (k *kept) touched() {
	if !k.changed {
		k.changed = true
		k.Version++
	}
}

func (b *batch) changedStandings() []StandingMove {
	var out []StandingMove
	for _, of := range slices.SortedFunc(maps.Keys(b.standings), compareSlices) {
		if k := b.standings[of]; k.changed {
			out = append(out, StandingMove{Standing: k.Standing, From: k.from})
		}
	}
	return out
}

func compareSlices(a, b Slice) int {
	return cmp.Or(cmp.Compare(a.Action, b.Action), cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Model, b.Model))
}

// earned gives what evidence and grants say of a proposal's slice.
func (b *batch) earned(pr models.Proposal) (models.Earned, error) {
	del, ok := b.policy.Delegation(pr.Action)
	if !ok || !del.Level.Autonomous() {
		return models.Earned{}, nil
	}
	k, err := b.standing(Slice{Action: pr.Action, Segment: pr.Segment, Model: pr.Model})
	if err != nil {
		return models.Earned{}, err
	}
	return b.earnedBy(k, del.MaxError), nil
}

// earnedBy gives what a slice has earned under a limit, with the highest level that is granted there.
func (b *batch) earnedBy(k *kept, maxError float64) models.Earned {
	e := k.Earned(maxError)
	e.Ended = b.ended(k)
	for _, g := range b.granted {
		if b.holds(g, k) && !slices.Contains(e.Ended, g.String()) && e.Granted.Min(g.Level) == e.Granted && e.Granted != g.Level {
			e.Granted, e.Grant = g.Level, g.String()
		}
	}
	if e.Level.Autonomous() || e.Against != "" {
		return e
	}
	for _, g := range b.grants() {
		if b.holds(g, k) && slices.Contains(e.Ended, g.String()) {
			e.Against = g.String() + ". It was taken back since, whichever model judges."
		}
	}
	return e
}

// places are where the end of a slice's grants is kept: for its segment, and for the whole action, whatever the model.
func (s Slice) places() []Slice {
	return []Slice{{Action: s.Action, Segment: s.Segment}, {Action: s.Action}}
}

// endsAt gives the place at which the grants of a slice end with its level. A grant is no model's: whatever model comes
// next does not bring it back. One for the whole action ends in the segment that spoke against it and goes on in the others.
// In another domain whoever proposes also says what tells the segment: there it ends everywhere, or another name would bring
// it back.
func (s Slice) endsAt() Slice {
	if s.Action.Domain().Other() {
		return Slice{Action: s.Action}
	}
	return Slice{Action: s.Action, Segment: s.Segment}
}

// ended gives the grants, in words, that have ended where the slice is.
func (b *batch) ended(k *kept) []string {
	all := Standing{Ended: k.Ended}
	for _, p := range k.Slice.places() {
		if at, ok := b.standings[p]; ok {
			all.End(at.Ended)
		}
	}
	return all.Ended
}

// grants gives those of the policy file and those given here.
func (b *batch) grants() []models.Grant { return append(slices.Clone(b.policy.Grants), b.granted...) }

// holds reports whether a grant covers the slice today, if nothing has ended it.
func (b *batch) holds(g models.Grant, k *kept) bool {
	return g.Holds(k.Slice.Action, k.Slice.Segment, b.policy.Today(b.now))
}

// grantsOf gives the grants in force for the slice, in words: those that nothing has ended.
func (b *batch) grantsOf(k *kept) []string {
	var out []string
	ended := b.ended(k)
	for _, g := range b.grants() {
		if b.holds(g, k) && !slices.Contains(ended, g.String()) {
			out = append(out, g.String())
		}
	}
	return out
}
