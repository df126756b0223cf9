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

// standing gives what is kept of the slice, read once a batch; a new standing where nothing is.
func (b *batch) standing(of Slice) (*kept, error) {
	if k, ok := b.standings[of]; ok {
		return k, nil
	}
	found, err := b.reader.StandingsOf(b.ctx, []Slice{of})
	if err != nil {
		return nil, err
	}
	st, ok := found[of]
	if !ok {
		line := defaultMaxError
		if del, named := b.policy.Delegation(of.Action); named {
			line = del.MaxError
		}
		st = NewStanding(of, line, Estimate{}, b.now)
	}
	k := &kept{Standing: st, from: st.Version}
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
	return withGrants(k.Earned(del.MaxError), b.granted, pr.Action, pr.Segment, b.policy.Today(b.now)), nil
}

// withGrants adds the highest level that was granted here to what was earned.
func withGrants(e models.Earned, given []models.Grant, a models.Action, segment string, today models.Day) models.Earned {
	for _, g := range given {
		if g.Holds(a, segment, today) && e.Granted.Min(g.Level) == e.Granted && e.Granted != g.Level {
			e.Granted, e.Grant = g.Level, g.String()
		}
	}
	return e
}

// grantsOf gives the grants in force for the slice, of the policy file and given here, that evidence has not ended.
func (b *batch) grantsOf(k *kept) []models.Grant {
	var out []models.Grant
	for _, g := range append(slices.Clone(b.policy.Grants), b.granted...) {
		if g.Holds(k.Slice.Action, k.Slice.Segment, b.policy.Today(b.now)) && !slices.Contains(k.Ended, g.String()) {
			out = append(out, g)
		}
	}
	return out
}
