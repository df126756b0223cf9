package decision

import (
	"fmt"
	"math"

	"remit/models"
)

// Record is all that is known of a slice when its level is asked for.
type Record struct {
	Slice     Slice
	Ceiling   models.Level // the policy's
	MaxError  float64
	Held      models.Level // the level that a person approved on evidence; LevelAsk while none was
	Granted   models.Level // by a named person ahead of evidence; LevelOff where it was not
	Evidence  Evidence     // on what would be acted on, at the threshold in use
	Cut       Cut          // that threshold
	Detector  Detector
	Drift     Drift
	Recent    []Verdict // of the audits, newest last
	Parent    Estimate  // what the parent slice suggests; the zero value where nothing is known
	PerMonth  float64   // verdicts on it a month, at the volume of late
	ActsMonth float64   // decisions at or above the threshold a month: no more could be looked at
	Improved  Goal      // what the layer is for
}

// Goal is what a layer is to improve, a lower figure being better, and what it was before and is since.
type Goal struct {
	Name   string  `json:"name"` // "first decision p90 (minutes)"
	Before float64 `json:"before"`
	Since  float64 `json:"since"`
	Known  bool    `json:"known"`
}

// Better reports whether the goal was improved. What is not known is no better; whoever approves a promotion sees that.
func (g Goal) Better() bool { return g.Known && g.Since < g.Before }

// Rung is one level of the ladder as a slice stands to it.
type Rung struct {
	Level   models.Level `json:"level"`
	Earned  bool         `json:"earned"`
	InForce bool         `json:"in_force"`
	Missing int          `json:"missing"` // verdicts; 0 where none are, or where no number would do
	Days    float64      `json:"days"`    // how long that takes at today's volume; +Inf where it cannot be had
	Audits  float64      `json:"audits"`  // a month, that would bring it within ninety days; 0 where the usual ones do
	Why     string       `json:"why"`     // in one sentence
}

// soon is how long evidence may take before more is looked at, in days.
const soon = 90

const daysAMonth = 30.0

// against says what speaks against any level that acts, "" where nothing does.
func (r Record) against() string {
	switch {
	case r.Detector.Fired:
		return r.Detector.Why()
	case r.Drift.Fired():
		return r.Drift.Why()
	case Blind(r.Recent):
		return fmt.Sprintf("More than half of the last %d audits were not answered: nobody looks any more.", blindAfter)
	}
	return ""
}

// Earned gives the level that the evidence bears now: what was held, unless something speaks against it. It never rises
// by itself: see Propose.
func (r Record) Earned() (models.Level, string) {
	if why := r.against(); why != "" {
		return models.LevelAsk, why
	}
	if !r.Held.Autonomous() {
		return models.LevelAsk, fmt.Sprintf("No level above asking was earned for %s.", r.Slice.named())
	}
	return r.Held, fmt.Sprintf("Earned by %d verdicts: errors were shown to be within %s.", r.Evidence.Looked(), share(r.MaxError))
}

// InForce gives the level in force: the lower of the ceiling and of what was earned or granted. A grant ends by evidence
// against it, not by lack of it.
func (r Record) InForce() (models.Level, string) {
	if !r.Ceiling.Autonomous() {
		return r.Ceiling, fmt.Sprintf("The policy sets %s to %s.", r.Slice.Action, r.Ceiling)
	}
	earned, why := r.Earned()
	if r.Granted.Autonomous() && earned.Min(r.Granted) == earned && earned != r.Granted && r.against() == "" {
		return r.Ceiling.Min(r.Granted), fmt.Sprintf("Granted ahead of evidence, not earned: %s", lower(why))
	}
	return r.Ceiling.Min(earned), why
}

// Ladder gives the rungs up to the ceiling, lowest first: each with what is missing and how long that takes.
func (r Record) Ladder() []Rung {
	inForce, _ := r.InForce()
	var out []Rung
	for _, l := range []models.Level{models.LevelObserve, models.LevelAsk, models.LevelActAfterWindow, models.LevelAct} {
		if l.Min(r.Ceiling) != l {
			break
		}
		rung := Rung{Level: l, Earned: true, Why: "It takes no evidence to watch or to ask."}
		if l.Autonomous() {
			rung = r.climb(l)
		}
		rung.InForce = l == inForce
		out = append(out, rung)
	}
	return out
}

// climb says what a level that acts still takes.
func (r Record) climb(l models.Level) Rung {
	out := Rung{Level: l}
	expected := r.expected()
	missing, ok := r.Evidence.Missing(r.MaxError, expected)
	against := r.against()
	switch {
	case against != "":
		out.Days, out.Why = math.Inf(1), against
	case r.Cut.Never():
		out.Days = math.Inf(1)
		out.Why = fmt.Sprintf("No confidence is high enough: at every threshold errors may come more often than %s.", share(r.MaxError))
	case ok && missing == 0:
		out.Earned = true
		out.Why = fmt.Sprintf("%d verdicts show errors below %s; the limit is %s.", r.Evidence.Looked(), share(r.Evidence.Bound()), share(r.MaxError))
	case !ok:
		out.Days = math.Inf(1)
		out.Why = fmt.Sprintf("It cannot be had as things are: some %s are wrong, and at most %s may be.", share(expected), share(r.MaxError))
	default:
		out.Missing = missing
		r.howLong(&out)
	}
	return out
}

// howLong says how long what is missing takes, and how much more would have to be looked at to have it soon.
func (r Record) howLong(out *Rung) {
	out.Days = math.Inf(1)
	if r.PerMonth > 0 {
		out.Days = float64(out.Missing) / r.PerMonth * daysAMonth
	}
	need := float64(out.Missing) / soon * daysAMonth
	switch {
	case out.Days <= soon:
		out.Why = fmt.Sprintf("Some %d more verdicts are needed: about %.0f days at today's volume.", out.Missing, math.Ceil(out.Days))
	case need <= r.ActsMonth:
		out.Audits = math.Ceil(need)
		out.Why = fmt.Sprintf("Some %d more verdicts are needed; with %.0f a month looked at it takes %d days.", out.Missing, out.Audits, soon)
	default:
		out.Why = fmt.Sprintf("Some %d more verdicts are needed, and with %.0f decisions a month the bound cannot be had soon.", out.Missing, r.ActsMonth)
	}
}

// expected gives the error that further verdicts probably show: what was seen, drawn towards the parent, or towards two
// fifths of the line where there is none.
func (r Record) expected() float64 {
	prior := r.Parent.Error
	if r.Parent == (Estimate{}) {
		prior = (1 - usual) * r.MaxError
	}
	n := float64(r.Evidence.Looked() + r.Evidence.Unanswered)
	wrong := float64(r.Evidence.Wrong + r.Evidence.Unanswered)
	return (wrong + borrowed*prior) / (n + borrowed)
}

// Promotion is the proposal to raise a slice's level, with its evidence. A person approves it, or it does not happen.
type Promotion struct {
	Slice     Slice        `json:"slice"`
	From      models.Level `json:"from"`
	To        models.Level `json:"to"`
	Verdicts  int          `json:"verdicts"`
	Agreement float64      `json:"agreement"`
	Bound     float64      `json:"bound"`
	Threshold float64      `json:"threshold"`
	Coverage  float64      `json:"coverage"` // the share that would be acted on
	Goal      Goal         `json:"goal"`
	Why       string       `json:"why"`
}

// Propose gives the promotion that the evidence bears, if there is one. There is none where the layer did not do what it
// is for, however right it was.
func (r Record) Propose() (p Promotion, ok bool) {
	held, _ := r.Earned()
	to := r.Ceiling
	if !to.Autonomous() || held.Min(to) == to || !r.climb(to).Earned {
		return p, false
	}
	if r.Improved.Known && !r.Improved.Better() {
		return p, false
	}
	n := r.Evidence.Looked()
	return Promotion{
		Slice: r.Slice, From: held, To: to, Verdicts: n, Agreement: float64(r.Evidence.Right) / float64(n),
		Bound: r.Evidence.Bound(), Threshold: r.Cut.At, Coverage: r.Cut.Coverage(), Goal: r.Improved, Why: r.climb(to).Why,
	}, true
}

// named says the slice in words.
func (s Slice) named() string {
	if s.Segment == "" {
		return string(s.Action)
	}
	return fmt.Sprintf("%s in %s", s.Action, s.Segment)
}

// lower begins a sentence that follows a colon.
func lower(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}
