package review

import (
	"fmt"
	"math"
	"strings"
	"time"

	"remit/models"
)

// Line is one figure of a layer, now and before, in words.
type Line struct {
	Name   string
	Now    string
	Before string
	Better int // 1: better than before, -1: worse, 0: neither, or not known
}

// Period says the period in words.
func (r Review) Period() string {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	const day = "Mon 2 Jan 2006 15:04"
	return r.From.In(zone).Format(day) + " to " + r.To.In(zone).Format(day)
}

// Empty reports that nothing was decided in the period.
func (r Review) Empty() bool { return len(r.Layers) == 0 }

// Whole gives the layers over all segments.
func (r Review) Whole() []Layer {
	var out []Layer
	for _, l := range r.Layers {
		if l.Whole {
			out = append(out, l)
		}
	}
	return out
}

// Segments gives the segments of an action, the largest first.
func (r Review) Segments(a models.Action) []Layer {
	var out []Layer
	for _, l := range r.Layers {
		if !l.Whole && l.Action == a {
			out = append(out, l)
		}
	}
	return out
}

// Friction says what the layer cost people.
func (l Layer) Friction() []Line {
	n, b := l.Now, l.Before
	out := []Line{
		{"decisions", fmt.Sprint(n.Decided), fmt.Sprint(b.Decided), 0},
		{"asked, done by itself, observed, nothing to change", n.ways(), b.ways(), 0},
		less("touches per 100", n.Touches, b.Touches, n.Decided > 0, b.Decided > 0, func(x float64) string { return fmt.Sprintf("%.0f", x) }),
		less("first decision, half within", n.FirstP50, b.FirstP50, n.FirstN > 0, b.FirstN > 0, minutes),
		less("first decision, nine in ten within", n.FirstP90, b.FirstP90, n.FirstN > 0, b.FirstN > 0, minutes),
	}
	if n.Expired+b.Expired > 0 {
		out = append(out, less("expired unanswered", float64(n.Expired), float64(b.Expired), true, b.Decided > 0, whole))
	}
	if n.Failed+b.Failed > 0 {
		out = append(out, less("could not be written", float64(n.Failed), float64(b.Failed), true, b.Decided > 0, whole))
	}
	return out
}

func (f Figures) ways() string {
	return fmt.Sprintf("%d, %d, %d, %d", f.Asked, f.Acted, f.Observed, f.Unchanged)
}

// Quality says how good the layer's decisions were.
func (l Layer) Quality() []Line {
	agreed, okA := l.Now.Agreement()
	agreedB, okAB := l.Before.Agreement()
	over, okO := l.Now.OverrideRate()
	overB, okOB := l.Before.OverrideRate()
	agree := less("agreement", -agreed, -agreedB, okA, okAB, func(x float64) string { return percent(-x) }, noise(agreed, agreedB, l.Now.Verdicts, l.Before.Verdicts))
	if okA {
		low, high := interval(l.Now.Right, l.Now.Verdicts)
		agree.Now += fmt.Sprintf(" of %d (%s to %s)", l.Now.Verdicts, percent(low), percent(high))
	}
	out := []Line{agree}
	if okO || okOB {
		out = append(out, less("taken back of what was done by itself", over, overB, okO, okOB, percent, noise(over, overB, l.Now.Acted, l.Before.Acted)))
	}
	if len(l.Calibration) > 0 {
		out = append(out, Line{"confidence is off by, on average", fmt.Sprintf("%.1f points", l.Off*100), "", 0})
	}
	return append(out, l.outcome()...)
}

func (l Layer) outcome() []Line {
	n, b := l.Now.Outcome, l.Before.Outcome
	var out []Line
	if l.Domain == models.Triage {
		share, ok := ratio(n.Reopened, n.Items)
		shareB, okB := ratio(b.Reopened, b.Items)
		out = append(out, less("tickets reopened", share, shareB, ok, okB, percent, noise(share, shareB, n.Items, b.Items)))
	}
	if n.Paid+b.Paid > 0 {
		late, ok := ratio(n.Late, n.Paid)
		lateB, okB := ratio(b.Late, b.Paid)
		out = append(out, less("paid late", late, lateB, ok, okB, percent, noise(late, lateB, n.Paid, b.Paid)))
	}
	for _, m := range []struct {
		name        string
		now, before models.Money
	}{{"late fees", n.LateFees, b.LateFees}, {"discounts taken", n.Discounts, b.Discounts}, {"discounts missed", n.Missed, b.Missed}} {
		if m.now.Minor != 0 || m.before.Minor != 0 {
			out = append(out, Line{m.name, m.now.Display(), m.before.Display(), 0})
		}
	}
	return out
}

// noise is how much two shares of so many cases each differ by chance, 95 times in 100.
func noise(p, q float64, n, m int) float64 {
	if n == 0 || m == 0 {
		return 0
	}
	mean := (math.Abs(p)*float64(n) + math.Abs(q)*float64(m)) / float64(n+m)
	return 1.96 * math.Sqrt(max(mean*(1-mean), 0)*(1/float64(n)+1/float64(m)))
}

// alike is by what share times and counts differ from week to week anyway.
const alike = 0.1

// less gives the line of a figure of which less is better. A difference within what chance makes is none: for shares that
// is given, for times and counts a tenth.
func less(name string, now, before float64, known, knownBefore bool, say func(float64) string, chance ...float64) Line {
	within := alike * math.Abs(before)
	if len(chance) > 0 {
		within = chance[0]
	}
	l := Line{Name: name, Now: "-", Before: "-"}
	if known {
		l.Now = say(now)
	}
	if knownBefore {
		l.Before = say(before)
	}
	if known && knownBefore {
		switch {
		case now < before-within:
			l.Better = 1
		case now > before+within:
			l.Better = -1
		}
	}
	return l
}

func whole(x float64) string { return fmt.Sprintf("%.0f", x) }

func minutes(x float64) string {
	switch {
	case x < 1:
		return "under a minute"
	case x < 90:
		return fmt.Sprintf("%.0f min", x)
	case x < 48*60:
		return fmt.Sprintf("%.1f h", x/60)
	}
	return fmt.Sprintf("%.1f days", x/60/24)
}

// Word says in a word whether a figure is better than before.
func (l Line) Word() string {
	return [...]string{"worse", "", "better"}[l.Better+1]
}

// Title says what the advice is about, in words.
func (a Advice) Title() string {
	what := string(a.Action)
	if a.Segment != "" {
		what += " in " + a.Segment
	}
	return map[Kind]string{Demote: "Demote ", Promote: "Promote ", Look: "Look at ", Wait: "Not yet: "}[a.Kind] + what
}

// Highlights says what stands out, a sentence each, the most pressing first.
func (r Review) Highlights() []string {
	var out []string
	for _, a := range r.Advice {
		out = append(out, a.Title()+". "+a.Text)
	}
	for _, c := range r.Clusters {
		out = append(out, "A rule is proposed: "+c.Plain)
	}
	return out
}

// CodeWords says a reason's code in words.
func (r Reason) CodeWords() string {
	if r.Code == "" {
		return "no reason given"
	}
	return strings.NewReplacer("_", " ", ".", " ").Replace(r.Code)
}
