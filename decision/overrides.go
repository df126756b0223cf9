package decision

import "fmt"

// overrideShare is of how many stretches of alarmStretch autonomous decisions the detector of overrides may sound falsely:
// what Confident leaves beside the detector of errors, so that the two together keep it.
const overrideShare = 1 - Confident - alarmShare

// recentActs is over how many of a slice's last autonomous decisions overrides are watched.
const recentActs = 1000

// NewOverrideDetector gives a detector of overrides among everything that a slice did by itself, where each case is seen to be
// overridden or not. The error is at least the overridden share, so what is above the line there is above it in all; what is
// left alone may still be wrong, so its silence speaks for nothing.
func NewOverrideDetector(line float64) Detector { return newDetector(line, overrideShare) }

// SeeActs takes whether people overrode, so far, each of the last autonomous decisions since the evidence began, in the
// order in which those were made. It is made anew whenever one more is overridden. That some may still be overridden, and
// in whatever order people come to them, sounds it no sooner: with fewer of them overridden it never stands higher than it
// will in the end, and of that its false alarms are reckoned.
func (st *Standing) SeeActs(overridden []bool) {
	if st.Overrides.Line != st.Detector.Line {
		st.Overrides = NewOverrideDetector(st.Detector.Line)
	}
	st.Overrides.Reset()
	for _, o := range overridden {
		st.Overrides.Saw(o)
	}
}

// overruled says why the detector of overrides sounded, for whoever is told of the demotion.
func (st Standing) overruled() string {
	d := st.Overrides
	return fmt.Sprintf("People have lately taken back or changed more than %s of what it did by itself: one adds %d points, one left alone takes one off, and %d sound the alarm. Were it %s, that would happen in at most %s of stretches of %d decisions.",
		share(d.Line), d.Gain, d.Limit, share(alarmAt*d.Line), share(overrideShare), alarmStretch)
}

// weighOverrides looks at what the slice did by itself of late once somebody has overridden one of it, this batch's
// decisions and verdicts with the rest.
func (b *batch) weighOverrides(k *kept) error {
	acts, err := b.reader.Acts(b.ctx, k.Slice, k.Since, recentActs)
	if err != nil {
		return err
	}
	for _, id := range b.made {
		if d := b.moves[id].Decision; d.Autonomous && d.AuditRate > 0 && SliceOf(d) == k.Slice {
			acts = append(acts, Act{ID: id})
		}
	}
	now := map[string]bool{}
	for _, v := range b.out.Verdicts {
		now[v.DecisionID] = v.overrides()
	}
	seen := make([]bool, len(acts))
	for i, a := range acts {
		seen[i] = a.Overridden || now[a.ID]
	}
	k.SeeActs(seen)
	return nil
}

// overrides reports that somebody, unasked, took back or changed what remit had done by itself.
func (v Verdict) overrides() bool { return v.Unasked && v.Wrong }
