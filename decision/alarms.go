package decision

import (
	"math"
	"slices"
)

// OverrideAlarm gives the detector of a rise of overrides that nobody asked for, over all actions, above what was usual:
// overridden of actions. The usual rate is taken at the upper end of what it may be, so that a short past is no alarm.
// It tells people and raises the rate of audits; what people leave alone proves nothing, so it never counts for a bound.
func OverrideAlarm(overridden, actions int) Detector {
	if actions <= 0 {
		return NewDetector(defaultMaxError)
	}
	n, o := float64(actions), float64(overridden)
	return NewDetector((o + math.Sqrt(o) + 1) / n / alarmAt)
}

// What is usual is first known after overrideUsual autonomous decisions, and known better with each doubling of them, until
// there are overrideKnown.
const (
	overrideUsual = 500
	overrideKnown = 16 * overrideUsual
)

// SawOverride takes one autonomous decision of any slice into the watch on overrides over all actions, and reports whether
// that has sounded. It learns what is usual and watches from then on; while it learns more, it begins to watch anew at each
// doubling, with a line that a longer past draws closer.
func (st *Standing) SawOverride(overridden bool) bool {
	if st.Tally.Actions >= overrideUsual {
		st.Detector.Saw(overridden)
	}
	if st.Tally.Actions >= overrideKnown || st.Detector.Fired {
		return st.Detector.Fired
	}
	st.Tally.Act()
	if overridden {
		st.Tally.Overridden++
	}
	for n := overrideUsual; n <= overrideKnown; n *= 2 {
		if st.Tally.Actions == n {
			st.Detector = OverrideAlarm(st.Tally.Overridden, n)
		}
	}
	return false
}

// Drift watches whether what comes in still looks like what the evidence was gathered on: how often a score, such as the
// confidence or a feature, lies in the lowest or highest tenth of what it used to be.
type Drift struct {
	Low   float64  `json:"low"` // a tenth used to lie below this
	High  float64  `json:"high"`
	Below Detector `json:"below"`
	Above Detector `json:"above"`
}

// What drift is measured by.
const (
	tail      = 0.1
	tailLine  = 0.15 // the share in a tail that is still no drift
	leastPast = 200  // scores, to know the tails by
)

// NewDrift gives a watch on a score by its past values; ok is false where those are too few to know its tails.
func NewDrift(past []float64) (d Drift, ok bool) {
	if len(past) < leastPast {
		return d, false
	}
	s := slices.Sorted(slices.Values(past))
	at := int(tail * float64(len(s)))
	d = Drift{Low: s[at], High: s[len(s)-1-at], Below: NewDetector(tailLine)}
	d.Above = d.Below
	return d, true
}

// Saw takes a score and reports whether it has drifted.
func (d *Drift) Saw(score float64) bool {
	d.Below.Saw(score < d.Low || score != score)
	d.Above.Saw(score > d.High)
	return d.Fired()
}

// Known reports whether what is usual is known.
func (d Drift) Known() bool { return d.Below.Limit > 0 }

// Fired reports whether it has drifted. The zero value never has.
func (d Drift) Fired() bool { return d.Below.Fired || d.Above.Fired }

// Watch watches each of the scores of what comes in. The zero value watches nothing yet.
type Watch struct {
	Confidence Drift `json:"confidence"`
	Length     Drift `json:"length"`
	Said       Drift `json:"said"`
}

// NewWatch gives a watch by past scores; ok is false where those are too few to know what is usual.
func NewWatch(past []Scores) (w Watch, ok bool) {
	of := func(pick func(Scores) float64) (d Drift) {
		all := make([]float64, len(past))
		for i, s := range past {
			all[i] = pick(s)
		}
		d, ok = NewDrift(all)
		return d
	}
	w.Confidence = of(func(s Scores) float64 { return s.Confidence })
	w.Length = of(func(s Scores) float64 { return s.Length })
	w.Said = of(func(s Scores) float64 { return s.Said })
	return w, ok
}

// Known reports whether what is usual is known.
func (w Watch) Known() bool { return w.Confidence.Known() }

// Saw takes the scores of one case.
func (w *Watch) Saw(s Scores) {
	w.Confidence.Saw(s.Confidence)
	w.Length.Saw(s.Length)
	w.Said.Saw(s.Said)
}

// Fired reports whether any of them has drifted.
func (w Watch) Fired() bool { return w.Confidence.Fired() || w.Length.Fired() || w.Said.Fired() }

// Why says how it drifted, for whoever is told of the demotion.
func (w Watch) Why() string {
	for _, d := range []struct {
		Drift
		low, high string
	}{
		{w.Confidence, "remit is far more often unsure than it was", "remit is far more often sure than it was"},
		{w.Length, "what it is about is far more often said in few words", "what it is about is far more often said in many words"},
		{w.Said, "far less speaks for or against than it did", "far more speaks for or against than it did"},
	} {
		switch {
		case d.Below.Fired:
			return "What comes in no longer looks like what the evidence was gathered on: " + d.low + "."
		case d.Above.Fired:
			return "What comes in no longer looks like what the evidence was gathered on: " + d.high + "."
		}
	}
	return "What comes in looks like what the evidence was gathered on."
}

// blindAfter audits in a row of which more than half went unanswered end autonomy.
const blindAfter = 20

// Blind reports that nobody looks any more: of the last twenty audits more than half were not answered. answered is newest
// last.
func Blind(answered []bool) bool {
	if len(answered) < blindAfter {
		return false
	}
	unanswered := 0
	for _, a := range answered[len(answered)-blindAfter:] {
		if !a {
			unanswered++
		}
	}
	return 2*unanswered > blindAfter
}
