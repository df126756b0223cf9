package decision

import (
	"fmt"
	"math"

	"remit/models"
)

// Record is all that is known of a slice when its level is asked for.
type Record struct {
	Standing
	Ceiling   models.Level `json:"ceiling"` // the policy's
	MaxError  float64      `json:"max_error"`
	Force     InForce      `json:"in_force"`
	Parent    Estimate     `json:"parent"`     // what the other segments suggest; the zero value where nothing is known
	PerMonth  float64      `json:"per_month"`  // verdicts on it a month, at the volume of late
	ActsMonth float64      `json:"acts_month"` // decisions at or above the cut a month: no more could be looked at
	Volume    Volume       `json:"volume"`     // of late
	Goal      Goal         `json:"goal"`       // what the layer is for
}

// Goal is what a layer is to improve, a lower figure being better, and what it was before and is since.
type Goal struct {
	Name   string  `json:"name"` // "first decision p90 (minutes)"
	Before float64 `json:"before"`
	Since  float64 `json:"since"`
	Known  bool    `json:"known"`
	Acted  bool    `json:"acted"` // since is of a time in which it acted by itself, so an improvement would show
}

// Words says the goal's figure for people.
func (g Goal) Words() string { return or(goalWords[g.Name], g.Name) }

// chance is by how much of itself a figure may be worse without anything being the matter.
const chance = 0.1

// Withholds says why the goal withholds a promotion, "" where it does not. Only what is known does; whoever approves a
// promotion sees where it is not. While a slice only asks, every case is still touched by somebody, so asking need improve
// nothing: it is enough that the figure got no worse than chance explains. Once it has acted long enough for it to show, it
// has to have improved, unless there was nothing left to improve.
func (g Goal) Withholds() string {
	switch {
	case !g.Known:
		return ""
	case g.Since > g.Before*(1+chance):
		return fmt.Sprintf("No promotion while its goal gets worse. %s: %.3g before, %.3g since.", g.Words(), g.Before, g.Since)
	case g.Acted && g.Since > 0 && g.Since >= g.Before:
		return fmt.Sprintf("No promotion while its goal has not improved by its acting. %s: %.3g before, %.3g since.", g.Words(), g.Before, g.Since)
	}
	return ""
}

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

// Estimate gives what the error of what the slice did by itself probably is, drawn towards the other segments where its own
// audits are few; ok is false while none was answered. It is for people to read, and bounds nothing.
func (r Record) Estimate() (e Estimate, ok bool) {
	tally := r.Tally
	tally.Actions = max(r.Volume.Acted, tally.Overridden)
	e, ok = tally.Estimate()
	if ok && r.Parent != (Estimate{}) {
		e = e.Shrunk(r.Parent)
	}
	return e, ok
}

// Ladder gives the rungs up to the ceiling, lowest first: each with what is missing and how long that takes.
func (r Record) Ladder() []Rung {
	var out []Rung
	for _, l := range []models.Level{models.LevelObserve, models.LevelAsk, models.LevelActAfterWindow, models.LevelAct} {
		if l.Min(r.Ceiling) != l {
			break
		}
		rung := Rung{Level: l, Earned: true, Why: "It takes no evidence to watch or to ask."}
		if l.Autonomous() {
			rung = r.climb(l)
		}
		rung.InForce = l == r.Force.Level
		out = append(out, rung)
	}
	return out
}

// climb says what a level that acts still takes.
func (r Record) climb(l models.Level) Rung {
	out := Rung{Level: l}
	expected := r.expected()
	missing, ok := r.Evidence.Missing(r.MaxError, expected)
	against := r.Speaks()
	withheld := ""
	if r.Held.Min(l) != l {
		withheld = r.Goal.Withholds()
	}
	switch {
	case against != "":
		out.Days, out.Why = math.Inf(1), against
	case r.Cut.Never():
		out.Days = math.Inf(1)
		out.Why = fmt.Sprintf("No confidence is high enough: at every threshold errors may come more often than %s.", share(r.MaxError))
	case ok && missing == 0 && withheld != "":
		out.Days, out.Why = math.Inf(1), withheld
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

// Promotion gives the promotion that the evidence bears, if there is one. There is none where the layer did not do what it is
// for, however right it was; the rung then says so.
func (r Record) Promotion() (p models.Promotion, ok bool) {
	to := r.Ceiling
	if !to.Autonomous() || r.Held.Min(to) == to || !r.climb(to).Earned {
		return p, false
	}
	n := r.Evidence.Looked()
	return models.Promotion{
		Action: r.Slice.Action, Segment: r.Slice.Segment, Model: r.Slice.Model, From: r.Held, To: to, Verdicts: n,
		Agreement: float64(r.Evidence.Right) / float64(n), Bound: r.Evidence.Bound(), MaxError: r.MaxError, Cut: r.Cut.At,
		ActsMonth: r.ActsMonth, Errors: r.Evidence.Wrong, Goal: r.Goal.Words(), Before: r.Goal.Before, Since: r.Goal.Since, GoalKnown: r.Goal.Known,
	}, true
}
