package decision

import (
	"context"
	"errors"
	"time"

	"remit/models"
)

// What is looked at for how much there is of late, and for how a layer's goal does.
const lately = 30 * 24 * time.Hour

// leastForGoal cases are needed before a goal's figure says anything.
const leastForGoal = 20

// scoresAtOnce is how many scores drift is fed with at once.
const scoresAtOnce = 5000

// Appraise looks at every slice once: chooses its cut anew where enough is known, watches what comes in for drift, sets how
// much is to be looked at, and proposes the promotions that the evidence bears. It is called every so often, by any number of nodes:
// what two do at once meets the compare-and-set, and is left for the next time.
func (e *Engine) Appraise(ctx context.Context) error {
	slices, err := e.Ledger.Slices(ctx, e.Now().Add(-lately))
	if err != nil {
		return err
	}
	var failed error
	for _, of := range slices {
		if err := e.appraise(ctx, of); err != nil && models.KindOf(err) != models.Conflict {
			failed = errors.Join(failed, err)
		}
	}
	return errors.Join(failed, e.watchOverrides(ctx))
}

func (e *Engine) appraise(ctx context.Context, of Slice) error {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	del, ok := b.policy.Delegation(of.Action)
	if !ok {
		return nil
	}
	k, err := b.standing(of)
	if err != nil {
		return err
	}
	if err := b.holdTo(k, del.MaxError); err != nil {
		return err
	}
	for _, step := range []func(*kept) error{b.baseline, b.recut, b.watchDrift, b.lookMore, b.promoteIfEarned} {
		if err := step(k); err != nil {
			return err
		}
	}
	return e.Ledger.Commit(ctx, b.changes())
}

// holdTo holds a slice to the policy's line of today. What was earned at a laxer one is given up where the evidence does not
// show this one; where it does, it is watched at this one from now on, for evidence only adds up and would be blind to what
// comes. A laxer policy changes nothing of what was earned at a stricter line.
func (b *batch) holdTo(k *kept, line float64) error {
	if k.Held.Autonomous() && line < k.Line && !k.Evidence.Shows(line) {
		if err := b.giveUp(k, line); err != nil {
			return err
		}
	}
	if !k.Held.Autonomous() && k.Line != line {
		k.Line, k.ChosenOn = line, 0
		k.touched()
	}
	if at := min(k.Line, line); k.Detector.Line != watched(at) {
		k.Detector = NewDetector(at)
		k.touched()
	}
	return nil
}

// baseline keeps what the layer's goal was before remit acted, once there is enough to tell.
func (b *batch) baseline(k *kept) error {
	if k.Baseline.Known || !k.Acting.IsZero() {
		return nil
	}
	goal := b.policy.GoalOf(k.Slice.Action)
	figure, n, err := b.Ledger.Figure(b.ctx, goal, k.Slice.Action, k.Slice.Segment, b.now.Add(-lately), b.now)
	if err != nil || n < leastForGoal {
		return err
	}
	k.Baseline = Goal{Name: goal, Before: figure, Known: true}
	k.touched()
	return nil
}

// recut chooses the cut anew, unless a level is held at the one there is.
func (b *batch) recut(k *kept) error {
	if k.Held.Autonomous() || !k.due() {
		return nil
	}
	verdicts, err := b.Ledger.VerdictsOf(b.ctx, k.Slice, k.Since)
	if err != nil {
		return err
	}
	k.Choose(verdicts, b.Salt)
	k.touched()
	return nil
}

// watchDrift feeds what came in since to the watch on the slice's scores, where it acts.
func (b *batch) watchDrift(k *kept) error {
	if k.Acting.IsZero() {
		return nil
	}
	scores, last, err := b.Ledger.Scores(b.ctx, k.Slice, k.Scored, scoresAtOnce)
	if err != nil || len(scores) == 0 {
		return err
	}
	switch {
	case k.Drift.Known():
		for _, s := range scores {
			k.Drift.Saw(s)
		}
	default:
		d, ok := NewWatch(scores)
		if !ok {
			return nil // too few yet to know what is usual
		}
		k.Drift = d
	}
	k.Scored = last
	k.touched()
	return b.weighAgainst(k)
}

// lookMore sets how many audits a month it takes to have the bound soon.
func (b *batch) lookMore(k *kept) error {
	r, err := b.record(k.Slice)
	if err != nil {
		return err
	}
	needed := 0.0
	for _, rung := range r.Ladder() {
		needed = max(needed, rung.Audits)
	}
	if needed != k.Needed {
		k.Needed = needed
		k.touched()
	}
	return nil
}

// promoteIfEarned asks the managers where the evidence bears more than is held. Who declined is not asked again until
// there is half as much evidence more.
func (b *batch) promoteIfEarned(k *kept) error {
	r, err := b.record(k.Slice)
	if err != nil {
		return err
	}
	p, ok := r.Promotion()
	if !ok || 2*k.Evidence.Looked() < 3*k.Asked {
		return nil
	}
	if err := b.loadNewest([]string{k.Slice.Item()}); err != nil {
		return err
	}
	if d, ok := b.newest[k.Slice.Item()][models.ActionLevel]; ok && d.State.Open() && d.Model == k.Slice.Model {
		return nil
	}
	return b.proposePromotion(k, p)
}

// record gives all that is known of a slice.
func (b *batch) record(of Slice) (Record, error) {
	k, err := b.standing(of)
	if err != nil {
		return Record{}, err
	}
	del, _ := b.policy.Delegation(of.Action)
	r := Record{Standing: k.Standing, Ceiling: del.Level, MaxError: del.MaxError}
	r.Force = b.policy.Standing(of.Action, of.Segment, b.earnedBy(k, del.MaxError), b.now)
	if r.Parent, err = b.parent(of); err != nil {
		return r, err
	}
	v, err := b.Ledger.Volume(b.ctx, of, k.Cut.At, b.now.Add(-lately))
	if err != nil {
		return r, err
	}
	r.PerMonth, r.ActsMonth, r.Volume = float64(v.Judged), float64(v.Sure), v
	r.Goal = Goal{Name: b.policy.GoalOf(of.Action)}
	if !k.Baseline.Known || k.Baseline.Name != r.Goal.Name {
		return r, nil
	}
	figure, n, err := b.Ledger.Figure(b.ctx, r.Goal.Name, of.Action, of.Segment, b.now.Add(-lately), b.now)
	r.Goal = Goal{
		Name: r.Goal.Name, Before: k.Baseline.Before, Since: figure, Known: n >= leastForGoal && b.now.Sub(k.Since) > lately,
		Acted: !k.Acting.IsZero() && b.now.Sub(k.Acting) > lately && v.Acted >= leastForGoal,
	}
	return r, err
}

// Autonomy gives what is known of every slice that the policy delegates and that there were decisions in lately, and of
// every delegated action that had none.
func (e *Engine) Autonomy(ctx context.Context) ([]Record, error) {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return nil, err
	}
	slices, err := e.Ledger.Slices(ctx, b.now.Add(-lately))
	if err != nil {
		return nil, err
	}
	seen := map[models.Action]bool{}
	var out []Record
	add := func(of Slice) error {
		r, err := b.record(of)
		out = append(out, r)
		seen[of.Action] = true
		return err
	}
	for _, of := range slices {
		if _, ok := b.policy.Delegation(of.Action); !ok {
			continue
		}
		if err := add(of); err != nil {
			return nil, err
		}
	}
	for _, a := range b.policy.Delegated() {
		if !seen[a] {
			if err := add(Slice{Action: a}); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// everything is the slice under which the watch on overrides of all actions is kept.
var everything = Slice{Action: "*"}

// alarmRef begins what the notice of an alarm on overrides is known by; when, and what was usual, follow.
const alarmRef = "alarm/overrides/"

func alarmText(usual string) string {
	return "People override what remit does by itself more often than they used to (" + usual + " of it). More of it is audited from now on."
}

// watchOverrides watches, over all actions, whether people override more than they used to. Decisions are looked at a day
// after they were made, when people had the time to. It tells, and has more looked at; it proves nothing, so it bounds nothing.
func (e *Engine) watchOverrides(ctx context.Context) error {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	k, err := b.standing(everything)
	if err != nil {
		return err
	}
	outcomes, last, err := e.Ledger.Overridden(ctx, k.Scored, b.now.Add(-unpromptedFor), scoresAtOnce)
	if err != nil || len(outcomes) == 0 {
		return err
	}
	for _, overridden := range outcomes {
		k.SawOverride(overridden)
	}
	k.Scored = last
	k.touched()
	if !k.Detector.Fired {
		return e.Ledger.Commit(ctx, b.changes())
	}
	if err := b.alarm(k); err != nil {
		return err
	}
	return e.Ledger.Commit(ctx, b.changes())
}

// alarm tells that people override more than they used to, has more looked at everywhere, and learns anew what is usual.
func (b *batch) alarm(k *kept) error {
	usual := share(float64(k.Tally.Overridden) / float64(max(k.Tally.Actions, 1)))
	b.out.Entries = append(b.out.Entries, models.Entry{
		Item: everything.Item(), Kind: models.EntryLevel, By: models.Remit, At: b.now, Text: alarmText(usual),
	})
	b.out.Effects = append(b.out.Effects, models.NoticeEffect(alarmRef+b.now.UTC().Format(time.RFC3339)+"/"+usual, models.Self, b.now))
	k.Tally, k.Detector = Tally{}, Detector{Line: k.Detector.Line, Gain: 1, Limit: 1 << 30}
	all, err := b.Ledger.Standings(b.ctx)
	if err != nil {
		return err
	}
	for _, st := range all {
		if st.Slice == everything || st.Acting.IsZero() {
			continue
		}
		s, err := b.standing(st.Slice)
		if err != nil {
			return err
		}
		s.Clean = 0
		s.touched()
	}
	return nil
}
