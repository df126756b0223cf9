package decision

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"remit/models"
)

// PastPolicies gives the policies that have ruled.
type PastPolicies interface {
	// ByVersion gives the policy of that version, or NotFound where it is not at hand.
	ByVersion(ctx context.Context, version string) (*Policy, error)
}

// differencesKept bounds how many differences a report shows; it counts them all.
const differencesKept = 50

// Shift counts the decisions that were ruled one way and are ruled another.
type Shift struct {
	Action models.Action  `json:"action"`
	Was    models.Outcome `json:"was"`
	Now    models.Outcome `json:"now"`
	N      int            `json:"n"`
}

// Tallied is how often something was found.
type Tallied struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// ReplayReport says what came of ruling again on a stretch of the past.
type ReplayReport struct {
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	Policy string    `json:"policy,omitempty"` // the version that ruled on all; empty: on each the one that first did

	Read   int `json:"read"`   // decisions on the record
	Ruled  int `json:"ruled"`  // of these, ruled on again
	Same   int `json:"same"`   // to the last word
	Reword int `json:"reword"` // under another policy: the same is done, or asked of the same people, for other reasons
	Differ int `json:"differ"` // otherwise
	Own    int `json:"own"`    // on remit's own authority: managers rule on those, no gate

	Lacking   int       `json:"lacking"` // not ruled on, for the record lacks something
	Fields    []Tallied `json:"lacking_fields"`
	Elsewhere int       `json:"elsewhere"` // not ruled on, for the policy that ruled is not at hand
	Versions  []Tallied `json:"elsewhere_versions"`

	Shifts      []Shift      `json:"shifts"` // by action, among those that differ
	Differences []Difference `json:"differences"`
}

// Identical reports whether everything on the record was ruled on again, and the same.
func (r ReplayReport) Identical() bool { return r.Differ == 0 && r.Lacking == 0 && r.Elsewhere == 0 }

// Replayer rules again on a stretch of the past, a page at a time.
type Replayer struct {
	Policies PastPolicies // each decision is ruled on by the version that first did
	Under    *Policy      // where set, all are ruled on under this one instead
	Workers  int          // at once; 1 where zero

	report ReplayReport
	known  map[string]*Policy // by version; nil for one that is not at hand
}

// Add rules again on a page of the record. Its error is that of PastPolicies, but for NotFound.
func (r *Replayer) Add(ctx context.Context, page []Recorded) error {
	todo := make([]ruledBy, 0, len(page))
	for _, rec := range page {
		r.report.Read++
		p, err := r.policyOf(ctx, rec)
		switch {
		case err != nil:
			return err
		case !rec.Gated():
			r.report.Own++
		case p == nil && len(rec.Lacks()) == 0:
			r.report.Elsewhere++
			r.report.Versions = counted(r.report.Versions, rec.Decision.Policy)
		default:
			todo = append(todo, ruledBy{rec, p})
		}
	}
	for _, done := range r.replay(todo) {
		r.count(done)
	}
	return nil
}

// ruledBy is a record and the policy to rule on it; none where it lacks too much to be ruled on at all.
type ruledBy struct {
	Recorded
	policy *Policy
}

func (r *Replayer) policyOf(ctx context.Context, rec Recorded) (*Policy, error) {
	if r.Under != nil {
		return r.Under, nil
	}
	version := rec.Decision.Policy
	if p, ok := r.known[version]; ok {
		return p, nil
	}
	p, err := r.Policies.ByVersion(ctx, version)
	if err != nil && models.KindOf(err) != models.NotFound {
		return nil, err
	}
	if err != nil {
		p = nil
	}
	if r.known == nil {
		r.known = map[string]*Policy{}
	}
	r.known[version] = p
	return p, nil
}

// replay rules on the records by as many workers as it may, each on a share of its own, and gives them in their order.
func (r *Replayer) replay(todo []ruledBy) []Replayed {
	out := make([]Replayed, len(todo))
	workers := max(r.Workers, 1)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(todo); i += workers {
				out[i] = Replay(todo[i].Recorded, todo[i].policy)
			}
		})
	}
	wg.Wait()
	return out
}

func (r *Replayer) count(d Replayed) {
	rep := &r.report
	if len(d.Missing) > 0 {
		rep.Lacking++
		for _, f := range d.Missing {
			rep.Fields = counted(rep.Fields, f)
		}
		return
	}
	rep.Ruled++
	if d.Same() {
		rep.Same++
		return
	}
	if r.Under != nil && d.Reworded() {
		rep.Reword++
		return
	}
	rep.Differ++
	diff := d.Difference()
	rep.Shifts = shifted(rep.Shifts, diff, 1)
	if len(rep.Differences) < differencesKept {
		rep.Differences = append(rep.Differences, diff)
	}
}

// Report gives what came of it so far.
func (r *Replayer) Report() ReplayReport {
	out := r.report
	if r.Under != nil {
		out.Policy = r.Under.Version
	}
	return out
}

// counted adds one to the tally of a name, which are few.
func counted(ts []Tallied, name string) []Tallied {
	i, found := slices.BinarySearchFunc(ts, name, func(t Tallied, n string) int { return strings.Compare(t.Name, n) })
	if !found {
		ts = slices.Insert(ts, i, Tallied{Name: name})
	}
	ts[i].N++
	return ts
}

// shifted adds n to the count of the difference's kind.
func shifted(ss []Shift, d Difference, n int) []Shift {
	i := slices.IndexFunc(ss, func(s Shift) bool { return s.Action == d.Action && s.Was == d.Was && s.Now == d.Now })
	if i < 0 {
		ss, i = append(ss, Shift{Action: d.Action, Was: d.Was, Now: d.Now}), len(ss)
	}
	ss[i].N += n
	return ss
}
