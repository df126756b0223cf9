package decision

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Standing is all that is kept of a slice between its verdicts: what evidence there is, what was earned by it and what was
// taken back. It is changed by compare-and-set on its version, in the transaction that keeps the verdict.
type Standing struct {
	Slice   Slice        `json:"slice"`
	Version int          `json:"version"`
	Line    float64      `json:"line"` // the error that it is held to: the policy's max_error when it began
	Held    models.Level `json:"held"` // what a person approved on evidence; LevelAsk where nobody did, or it was taken back
	HeldWhy string       `json:"held_why"`

	Against   string    `json:"against"` // why autonomy was taken back; empty where it never was, or was earned again
	AgainstAt time.Time `json:"against_at,omitzero"`
	Ended     []string  `json:"ended"` // the grants, in words, that evidence or a person has ended; see endsAt

	Since    time.Time `json:"since"` // evidence is of verdicts from then on
	Cut      Cut       `json:"cut"`
	Kept     int       `json:"kept"`      // verdicts since then that are kept for choosing the cut
	ChosenOn int       `json:"chosen_on"` // how many of them there were when it was last chosen
	Evidence Evidence  `json:"evidence"`  // on what would be acted on from the cut

	Detector  Detector  `json:"detector"`           // of errors, by verdicts
	Overrides Detector  `json:"overrides,omitzero"` // of overrides among all that it did by itself, see SeeActs
	Drift     Watch     `json:"drift"`
	Scored    int64     `json:"scored"`            // decisions, by their number in the store, that drift has seen
	Acting    time.Time `json:"acting,omitzero"`   // when it first acted by itself
	Needed    float64   `json:"needed"`            // audits a month that the bound takes; 0: no more than the least
	Asked     int       `json:"asked"`             // verdicts there were when managers were last asked to raise it
	Audits    []bool    `json:"audits"`            // of the last audits, newest last: whether they were answered
	Clean     int       `json:"clean"`             // see Month.Clean
	Tally     Tally     `json:"tally"`             // of what was done by itself
	Verdicts  int       `json:"verdicts"`          // in all
	Agreed    int       `json:"agreed"`            // of them
	Baseline  Goal      `json:"baseline,omitzero"` // what the layer's goal was before it acted
	Updated   time.Time `json:"updated_at,omitzero"`
}

// NewStanding gives the standing of a slice of which nothing is known but what its parent suggests: it asks. Until a cut is
// chosen from verdicts it is where a calibrated confidence would keep the line, which is fixed ahead of any verdict.
func NewStanding(of Slice, line float64, parent Estimate, now time.Time) Standing {
	st := Standing{Slice: of, Line: line, Held: models.LevelAsk, Clean: -1}
	st.begin(parent, now)
	return st
}

// begin starts evidence, cut and detectors afresh.
func (st *Standing) begin(parent Estimate, now time.Time) {
	st.Needed, st.Asked = 0, 0
	tries := st.Evidence.Tries
	st.Since, st.Kept, st.ChosenOn = now, 0, 0
	st.Cut = Cut{At: 1 - st.Line}
	st.Evidence = Evidence{Tries: tries}
	st.Lean(parent)
	st.Detector, st.Overrides, st.Drift, st.Audits = NewDetector(st.Line), Detector{}, Watch{}, nil
}

// Lean has the bets of evidence that has no verdict yet favour what the other segments suggest; see Evidence.
func (st *Standing) Lean(parent Estimate) {
	if parent != (Estimate{}) {
		st.Evidence.Favoured = Lean(parent.Error, st.Line)
	}
}

// ID identifies the slice, for rows and budgets.
func (s Slice) ID() string { return models.NewID("sl", string(s.Action), s.Segment, s.Model) }

// Item is the card of the slice's level: promotions and demotions of it, whatever the model.
func (s Slice) Item() string {
	if s.Segment == "" {
		return "level:" + string(s.Action)
	}
	return "level:" + string(s.Action) + "/" + s.Segment
}

// Take adds a verdict. forCut says that it is kept for choosing the cut, and so bounds nothing.
func (st *Standing) Take(v Verdict, forCut bool) {
	acted := v.Audit || v.Unasked
	st.Verdicts++
	if !v.Wrong && !v.Unanswered {
		st.Agreed++
	}
	st.Updated = v.At
	if acted {
		st.Tally.Add(v)
		st.Detector.Add(v)
		st.watch(v)
	}
	switch {
	case acted || !v.Stopped && !forCut:
		if st.Cut.Acts(v.Confidence) {
			st.Evidence.Add(v)
		}
	case v.Earns && forCut && !v.Stopped:
		st.Kept++
	}
}

// Turn puts a verdict against a decision in the place of the one for it that was taken. Evidence is of sums alone: it becomes what it
// would be had the decision been found wrong at once, which counts once, at every stake. Where evidence has started afresh since,
// there is nothing to take out of it. The detector's point is not given back: the error sounds it no later.
func (st *Standing) Turn(was, now Verdict, forCut bool) {
	st.Agreed--
	acted := was.Audit || was.Unasked
	if acted {
		st.Tally.Turn(was)
		st.Detector.Add(now)
		st.Clean = 0
	}
	if !st.Cut.Acts(was.Confidence) || !acted && (was.Stopped || forCut) {
		return
	}
	if was.Earns && !was.At.Before(st.Since) && st.Evidence.Right > 0 {
		st.Evidence.Right--
	}
	st.Evidence.Add(now)
}

// watch notes whether audits are answered, and how long ago the last error was.
func (st *Standing) watch(v Verdict) {
	if v.Audit {
		st.Audits = append(slices.Clone(st.Audits), !v.Unanswered)
		st.Audits = st.Audits[max(0, len(st.Audits)-blindAfter):]
	}
	switch {
	case v.Wrong:
		st.Clean = 0
	case v.Audit && !v.Unanswered && st.Clean >= 0:
		st.Clean++
	}
}

// Speaks says what speaks against acting, "" where nothing does.
func (st Standing) Speaks() string {
	switch {
	case st.Detector.Fired:
		return st.Detector.Why()
	case st.Overrides.Fired:
		return st.overruled()
	case st.Drift.Fired():
		return st.Drift.Why()
	case Blind(st.Audits):
		return fmt.Sprintf("More than half of the last %d audits were not answered: nobody looks any more.", blindAfter)
	}
	return ""
}

// TakeBack ends autonomy: what was held falls to asking, the grants in force end, and evidence starts afresh.
func (st *Standing) TakeBack(why string, grants []string, parent Estimate, now time.Time) {
	st.Held, st.HeldWhy, st.Against, st.AgainstAt = models.LevelAsk, "", why, now
	st.End(grants)
	st.Evidence.Tries++
	st.begin(parent, now)
}

// End notes grants, in words, that are over before their time.
func (st *Standing) End(grants []string) {
	for _, g := range grants {
		if !slices.Contains(st.Ended, g) {
			st.Ended = append(slices.Clone(st.Ended), g)
		}
	}
}

// Hold notes a level that a person approved on the evidence.
func (st *Standing) Hold(l models.Level, why string) {
	st.Held, st.HeldWhy, st.Against = l, why, ""
}

// GiveUp lets go of what was held at a laxer line than the policy's of today. Nothing speaks against it, so the evidence
// stays, and adds up to what the stricter line takes.
func (st *Standing) GiveUp(line float64, now time.Time) {
	st.Held, st.HeldWhy, st.Against, st.AgainstAt = models.LevelAsk, "", st.tightened(line), now
}

func (st Standing) tightened(line float64) string {
	return fmt.Sprintf("It was earned at errors of at most %s; the policy now allows %s, which the evidence does not show yet.", share(st.Line), share(line))
}

// Earned gives what the gate takes of the standing under today's max_error. What was earned against a laxer line is not held
// against a stricter one.
func (st Standing) Earned(maxError float64) models.Earned {
	e := models.Earned{Against: st.Against, Ended: st.Ended}
	if !st.Held.Autonomous() {
		return e
	}
	if maxError < st.Line && !st.Evidence.Shows(maxError) {
		e.Against = st.tightened(maxError)
		return e
	}
	e.Level, e.Cut, e.Why = st.Held, st.Cut.At, st.HeldWhy
	return e
}

// Choose chooses the cut anew from the verdicts since the evidence began, and weighs the others at it. It reports whether
// the cut changed. Each cut that is tried is one more that could hold by luck: see Evidence.Tries.
func (st *Standing) Choose(verdicts []Verdict, salt string) bool {
	verdicts = since(verdicts, st.Since)
	st.ChosenOn = st.Kept
	cut := ChooseCut(verdicts, st.Slice, st.Line, salt)
	if cut.Never() || cut.At == st.Cut.At || cut.Coverage() < st.Cut.covers(verdicts, st.Slice)+worthwhile {
		return false
	}
	tries, favoured := st.Evidence.Tries+1, st.Evidence.Favoured
	st.Cut = cut
	st.Evidence = Weigh(verdicts, st.Slice, cut, salt, favoured)
	st.Evidence.Tries = tries
	return true
}

// worthwhile is by how much more a new cut must act on to be worth one more try.
const worthwhile = 0.02

// due reports whether there is enough that is new for choosing a cut again: half as much more as the last time, so that
// cuts are few.
func (st Standing) due() bool { return st.Kept >= leastForCut && 2*st.Kept >= 3*st.ChosenOn }

// leastForCut verdicts are needed before a cut is chosen from them.
const leastForCut = 30

// covers gives the share of the verdicts that the cut would act on.
func (c Cut) covers(verdicts []Verdict, of Slice) float64 {
	n, acted := 0, 0
	for _, v := range verdicts {
		if v.Slice != of || v.Audit || v.Unasked {
			continue
		}
		n++
		if c.Acts(v.Confidence) {
			acted++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(acted) / float64(n)
}

func since(verdicts []Verdict, t time.Time) []Verdict {
	return slices.DeleteFunc(slices.Clone(verdicts), func(v Verdict) bool { return v.At.Before(t) })
}

// ParentOf gives what the other segments of the slice's action suggest of its error, by the same model; the zero Estimate
// where they suggest nothing. One imagined error and one imagined success keep it from being sure of little.
func ParentOf(of Slice, all []Standing) Estimate {
	asked, wrong := 0, 0
	for _, st := range all {
		if st.Slice.Action == of.Action && st.Slice.Model == of.Model && st.Slice != of {
			asked += st.Evidence.Looked()
			wrong += st.Evidence.Wrong
		}
	}
	if asked == 0 {
		return Estimate{}
	}
	n := float64(asked)
	e := Estimate{Error: (float64(wrong) + 1) / (n + 2), Audit: n}
	e.Worst, e.SD = e.Error, math.Sqrt(e.Error*(1-e.Error)/(n+2))
	return e
}

// Named says the slice in words: "priority in enterprise".
func (s Slice) Named() string {
	if s.Segment == "" {
		return string(s.Action)
	}
	return fmt.Sprintf("%s in %s", s.Action, s.Segment)
}

// SliceOfItem gives the action and segment of a level's card; ok is false for any other item.
func SliceOfItem(item string) (s Slice, ok bool) {
	rest, ok := strings.CutPrefix(item, "level:")
	if !ok {
		return s, false
	}
	a, segment, _ := strings.Cut(rest, "/")
	return Slice{Action: models.Action(a), Segment: segment}, true
}
