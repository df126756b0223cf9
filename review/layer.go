package review

import (
	"cmp"
	"slices"
	"time"

	"remit/models"
)

// Layer is one action, in all or in a segment, in the period and before it.
type Layer struct {
	Domain      models.Domain `json:"domain"`
	Action      models.Action `json:"action"`
	Segment     string        `json:"segment"` // empty for all
	Whole       bool          `json:"whole"`   // of all segments together
	Level       models.Level  `json:"level"`   // in force for the newest decision
	Why         string        `json:"why"`
	Now         Figures       `json:"now"`
	Before      Figures       `json:"before"` // of the period before, as long
	Calibration []Bin         `json:"calibration"`
	Off         float64       `json:"calibration_error"` // by how much confidence and agreement differ, on average
	Weeks       []Week        `json:"weeks"`
}

// Name says the layer in words.
func (l Layer) Name() string {
	if l.Whole || l.Segment == "" {
		return string(l.Action)
	}
	return string(l.Action) + " in " + l.Segment
}

// Figures are what is counted of a layer in a period.
type Figures struct {
	Decided   int     `json:"decided"`
	Asked     int     `json:"asked"`
	Acted     int     `json:"acted"` // by itself, changing something
	Observed  int     `json:"observed"`
	Unchanged int     `json:"unchanged"` // it was so already, and nobody was asked
	Expired   int     `json:"expired"`   // nobody answered in time
	Failed    int     `json:"failed"`
	Touches   float64 `json:"touches_per_100"` // how often people had to do something, for a hundred decisions
	FirstN    int     `json:"first_n"`
	FirstP50  float64 `json:"first_p50_minutes"` // from the event to the first decision, by remit or a person
	FirstP90  float64 `json:"first_p90_minutes"`
	Verdicts  int     `json:"verdicts"`
	Right     int     `json:"right"`
	Overrides int     `json:"overrides"` // of what was done by itself, unasked
	Otherwise int     `json:"otherwise"` // answers that chose something else
	Outcome   Outcome `json:"outcome"`
}

// Agreement is the share of verdicts that were for what was proposed; ok is false where there were none.
func (f Figures) Agreement() (share float64, ok bool) {
	return ratio(f.Right, f.Verdicts)
}

// OverrideRate is the share of what was done by itself that people took back or changed unasked.
func (f Figures) OverrideRate() (share float64, ok bool) { return ratio(f.Overrides, f.Acted) }

func ratio(k, n int) (float64, bool) {
	if n == 0 {
		return 0, false
	}
	return float64(k) / float64(n), true
}

// Outcome is what became of the items in the end.
type Outcome struct {
	Items     int          `json:"items"`
	Reopened  int          `json:"reopened"` // tickets
	Paid      int          `json:"paid"`
	Late      int          `json:"late"` // payments after their due day
	LateFees  models.Money `json:"late_fees,omitzero"`
	Offered   int          `json:"discounts_offered"`
	Taken     int          `json:"discounts_taken"`
	Discounts models.Money `json:"discounts,omitzero"`        // that were taken
	Missed    models.Money `json:"discounts_missed,omitzero"` // that were not
}

// Week is a layer in one week.
type Week struct {
	From models.Day `json:"from"` // a Monday
	Figures
}

// key identifies a layer.
type key struct {
	action  models.Action
	segment string
	whole   bool
}

// layers gives each action in all, and each of its segments where there are several.
func (p *past) layers() []Layer {
	seen := map[key][]judged{}
	for _, j := range p.within(p.From, p.To) {
		seen[key{j.Action, "", true}] = append(seen[key{j.Action, "", true}], j)
		seen[key{j.Action, j.Segment, false}] = append(seen[key{j.Action, j.Segment, false}], j)
	}
	before := map[key][]judged{}
	for _, j := range p.within(p.before, p.From) {
		before[key{j.Action, "", true}] = append(before[key{j.Action, "", true}], j)
		before[key{j.Action, j.Segment, false}] = append(before[key{j.Action, j.Segment, false}], j)
	}
	var out []Layer
	for k, cases := range seen {
		if !k.whole && len(cases) == len(seen[key{k.action, "", true}]) {
			continue // the only segment says what the whole says
		}
		out = append(out, p.layer(k, cases, before[k]))
	}
	slices.SortFunc(out, func(a, b Layer) int {
		return cmp.Or(cmp.Compare(b.Domain, a.Domain), cmp.Compare(a.Action, b.Action), -compareBool(a.Whole, b.Whole), cmp.Compare(b.Now.Decided, a.Now.Decided), cmp.Compare(a.Segment, b.Segment))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (p *past) layer(k key, cases, before []judged) Layer {
	newest := cases[len(cases)-1]
	l := Layer{Domain: newest.Domain, Action: k.action, Segment: k.segment, Whole: k.whole, Level: newest.Ruling.Level}
	if p.Policy != nil {
		held := p.Policy.Standing(k.action, newest.Segment, newest.Ruling.Basis.Earned, p.To)
		l.Level, l.Why = held.Level, held.Why
	}
	l.Now, l.Before = p.figures(cases), p.figures(before)
	l.Calibration, l.Off = calibration(cases)
	if k.whole {
		l.Weeks = p.weeks(k.action)
	}
	return l
}

// figures counts.
func (p *past) figures(cases []judged) Figures {
	var f Figures
	touches := 0
	var first []float64
	items := map[string]bool{}
	for _, j := range cases {
		f.Decided++
		f.count(j)
		touches += touched(j)
		if minutes, ok := decidedAfter(j); ok {
			first = append(first, minutes)
		}
		items[j.Item] = true
	}
	f.Touches, _ = ratio(100*touches, f.Decided)
	slices.Sort(first)
	f.FirstN, f.FirstP50, f.FirstP90 = len(first), quantile(first, .5), quantile(first, .9)
	f.Outcome = p.outcome(items)
	return f
}

func (f *Figures) count(j judged) {
	switch {
	case unchanged(j):
		f.Unchanged++
	case j.Autonomous:
		f.Acted++
	case j.State == models.Observed:
		f.Observed++
	default:
		f.Asked++
	}
	switch j.State {
	case models.Expired:
		f.Expired++
	case models.Failed:
		f.Failed++
	}
	if a, ok := j.Settled(); ok && a.By.IsPerson() && j.Choice(a) != j.Value {
		f.Otherwise++
	}
	if !j.known || j.verdict.Unanswered {
		return
	}
	f.Verdicts++
	if !j.verdict.Wrong {
		f.Right++
	}
	if j.Autonomous && !unchanged(j) && j.verdict.Unasked && j.verdict.Wrong {
		f.Overrides++
	}
}

// unchanged reports a decision to leave things as they are.
func unchanged(j judged) bool { return j.Autonomous && !j.Changes() }

// touched counts what people had to do about a decision: answers, audits, undoing.
func touched(j judged) int {
	n := len(j.Answers)
	if j.AuditState == models.AuditAnswered {
		n++
	}
	if j.State == models.Reverting || j.State == models.Reverted {
		n++
	}
	return n
}

// decidedAfter gives the minutes from the event to the first decision: at once, or at the end of the window, where remit acts;
// the first answer where people were asked. ok is false where nobody decided yet, or nothing was to be decided.
func decidedAfter(j judged) (minutes float64, ok bool) {
	switch {
	case unchanged(j):
		return 0, false
	case j.Autonomous && j.ActAt.IsZero():
		return 0, true
	case j.Autonomous:
		return j.ActAt.Sub(j.CreatedAt).Minutes(), true
	case len(j.Answers) > 0:
		return max(j.Answers[0].At.Sub(j.CreatedAt).Minutes(), 0), true
	}
	return 0, false
}

func quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

// outcome says what became of items.
func (p *past) outcome(items map[string]bool) Outcome {
	o := Outcome{Items: len(items)}
	for item := range items {
		if t, ok := p.Tickets[item]; ok && t.Reopens > 0 {
			o.Reopened++
		}
		if b, ok := p.Payables[item]; ok && b.PaidOn != "" {
			o.paid(b)
		}
	}
	return o
}

// paid adds a payment. Money of other currencies than the first is counted, not added.
func (o *Outcome) paid(b models.Payable) {
	o.Paid++
	if b.DueOn != "" && b.PaidOn > b.DueOn {
		o.Late++
		add(&o.LateFees, b.LateFee)
	}
	if b.Terms.DiscountBPS == 0 {
		return
	}
	o.Offered++
	if got := b.Terms.Discount(b.Amount, b.PaidOn); got.Minor > 0 {
		o.Taken++
		add(&o.Discounts, got)
		return
	}
	add(&o.Missed, b.Amount.Share(b.Terms.DiscountBPS))
}

func add(sum *models.Money, m models.Money) {
	if m.Currency == "" {
		return
	}
	if total, err := sum.Add(m); err == nil {
		*sum = total
	}
}

// trend is how many weeks are drawn.
const trend = 8

// weeks gives an action by week, the newest last; weeks before the first decision are left out.
func (p *past) weeks(a models.Action) []Week {
	var out []Week
	start := monday(p.To.Add(-time.Nanosecond), p.zone)
	for range max(trend, int(p.To.Sub(p.From).Hours()/24/7)+1) {
		var own []judged
		for _, j := range p.within(start, start.AddDate(0, 0, 7)) {
			if j.Action == a {
				own = append(own, j)
			}
		}
		out = append(out, Week{models.DayOf(start), p.figures(own)})
		start = start.AddDate(0, 0, -7)
	}
	slices.Reverse(out)
	for len(out) > 0 && out[0].Decided == 0 {
		out = out[1:]
	}
	return out
}

// monday gives the midnight that began the week of a time.
func monday(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, zone)
}

// LastWeek gives the last whole week before a time, from Monday to Monday where the company is, and its name: "2026-W48".
func LastWeek(now time.Time, zone *time.Location) (from, to time.Time, name string) {
	to = monday(now, zone)
	from = to.AddDate(0, 0, -7)
	return from, to, weekName(from)
}
