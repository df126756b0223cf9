package decision

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"remit/models"
)

// Amount is the money of a currency that remit would have moved, or stopped, without a person.
type Amount struct {
	Total models.Money `json:"total"`
	Daily models.Money `json:"daily"` // a day, on average
	Low   models.Money `json:"low"`   // of the daily average, at 95 %; equal to Daily where there are too few days to tell
	High  models.Money `json:"high"`
	Known bool         `json:"interval"` // whether Low and High are an interval
}

// Side is what one policy makes of the recorded past.
type Side struct {
	Acted    Share    `json:"acted"` // by itself, at once or after a window
	Asked    Share    `json:"asked"`
	Observed Share    `json:"observed"`
	Errors   Share    `json:"errors"` // what people found wrong, of what it would act on by itself and they have judged
	Money    []Amount `json:"money"`
	Unjudged int      `json:"unjudged"` // what it would act on by itself and nobody has judged
}

// BacktestReport says what a policy would have made of the recorded past, beside another. Both are given the same: what
// the judges proposed, the facts, the switches, what evidence said then, and caps that count what that policy itself would
// have spent.
type BacktestReport struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	Old   string    `json:"old"` // versions
	New   string    `json:"new"`

	Read     int       `json:"read"`     // decisions on the record
	Compared int       `json:"compared"` // of these, ruled on by both
	Own      int       `json:"own"`      // on remit's own authority: no policy's gate rules on those
	Lacking  int       `json:"lacking"`  // not ruled on, for the record lacks something
	Fields   []Tallied `json:"lacking_fields"`
	Days     int       `json:"days"` // that the record spans

	Changed Share   `json:"changed"` // ruled otherwise
	Shifts  []Shift `json:"shifts"`
	Before  Side    `json:"before"`
	After   Side    `json:"after"`

	Judged  int   `json:"judged"`  // people said whether it was right
	Avoided Share `json:"avoided"` // of the known errors that the old one acts on: the new one does not
	Made    Share `json:"made"`    // of the known errors that the old one does not act on: the new one does
	Spared  Share `json:"spared"`  // of what people approved as it was: they would no longer be asked
	Asking  Share `json:"asking"`  // of what was right and done by itself: people would be asked

	Unseen      []models.Action `json:"unseen"` // that the new one names and the record has nothing of
	Differences []Difference    `json:"differences"`
}

// Backtester holds two policies against the recorded past, a page at a time and in the order in which it happened.
type Backtester struct {
	report   BacktestReport
	old, new *bench
	judged   map[string]Verdict
	seen     map[models.Action]bool
	days     map[models.Day]bool
	known    struct{ oldErrs, oldRest, avoided, made, rightAsked, rightActed, spared, asking int }
}

// NewBacktester begins a back-test. Of several verdicts on one decision one that found it wrong counts. Where there is
// none, the answer on the record is taken for one.
func NewBacktester(old, candidate *Policy, verdicts []Verdict) *Backtester {
	b := &Backtester{old: newBench(old), new: newBench(candidate), judged: map[string]Verdict{}, seen: map[models.Action]bool{}, days: map[models.Day]bool{}}
	for _, v := range verdicts {
		if was, ok := b.judged[v.DecisionID]; !ok || !was.Wrong {
			b.judged[v.DecisionID] = v
		}
	}
	return b
}

// Backtest holds a new policy against the old one on the recorded past, oldest first.
func Backtest(past []Recorded, verdicts []Verdict, old, candidate *Policy) BacktestReport {
	b := NewBacktester(old, candidate, verdicts)
	b.Add(past)
	return b.Report()
}

// Add rules on the next page of the past under both policies.
func (b *Backtester) Add(page []Recorded) {
	for _, r := range page {
		b.report.Read++
		lacks := r.Lacks()
		switch {
		case !r.Gated():
			b.report.Own++
		case len(lacks) > 0:
			b.report.Lacking++
			for _, f := range lacks {
				b.report.Fields = counted(b.report.Fields, f)
			}
		default:
			b.compare(r)
		}
	}
}

func (b *Backtester) compare(r Recorded) {
	day := b.new.policy.Today(r.Decision.Ruling.Basis.At)
	was, now := b.old.rule(r, day), b.new.rule(r, day)
	b.report.Compared++
	b.seen[r.Decision.Action], b.days[day] = true, true
	wrong, known := b.verdict(r)
	b.old.saw(was, wrong, known)
	b.new.saw(now, wrong, known)
	b.weigh(was.Acts(), now.Acts(), wrong, known)
	if was.Outcome == now.Outcome && sameAsk(was, now) {
		return
	}
	d := Replayed{Recorded: r, Ruling: now}.Difference()
	d.Was, d.Why, d.Gone = was.Outcome, without(now.Why, was.Why), without(was.Why, now.Why)
	b.report.Changed.N++
	b.report.Shifts = shifted(b.report.Shifts, d, 1)
	if len(b.report.Differences) < differencesKept {
		b.report.Differences = append(b.report.Differences, d)
	}
}

// verdict gives what people thought of the decision; known is false where nobody said, or said it in a way that proves
// nothing.
func (b *Backtester) verdict(r Recorded) (wrong, known bool) {
	d := r.Decision
	v, ok := b.judged[d.ID]
	if a, settled := d.Settled(); !ok && settled {
		l := Look{ShownAt: a.ShownAt, Bulk: a.Bulk, Fault: b.old.policy.FaultOf(d.Action)}
		if p := r.Facts.Payable; p != nil && d.Action == models.ActionSchedule {
			l.Fee, l.Discount = savedBy(*p, models.Day(d.Value), models.Day(d.Choice(a)))
		}
		v, ok = VerdictOf(d, a, l)
	}
	known = ok && !v.Unanswered && (v.Wrong || v.Earns)
	return v.Wrong && known, known
}

// weigh counts what a change of who acts means for a decision that people have judged.
func (b *Backtester) weigh(was, now, wrong, known bool) {
	if !known {
		return
	}
	b.report.Judged++
	k := &b.known
	count := func(of, n *int, is bool) {
		*of++
		if is {
			*n++
		}
	}
	switch {
	case wrong && was:
		count(&k.oldErrs, &k.avoided, !now)
	case wrong:
		count(&k.oldRest, &k.made, now)
	case was:
		count(&k.rightActed, &k.asking, !now)
	default:
		count(&k.rightAsked, &k.spared, now)
	}
}

// Report gives what came of it so far.
func (b *Backtester) Report() BacktestReport {
	r, k := b.report, b.known
	r.Old, r.New = b.old.policy.Version, b.new.policy.Version
	r.Changed = ShareOf(r.Changed.N, r.Compared)
	days := b.span()
	r.Days = len(days)
	r.Before, r.After = b.old.side(r.Compared, days), b.new.side(r.Compared, days)
	r.Avoided, r.Made = ShareOf(k.avoided, k.oldErrs), ShareOf(k.made, k.oldRest)
	r.Spared, r.Asking = ShareOf(k.spared, k.rightAsked), ShareOf(k.asking, k.rightActed)
	for _, d := range b.new.policy.Domains {
		for a, del := range d.Actions {
			if del.Level != models.LevelOff && !b.seen[a] {
				r.Unseen = append(r.Unseen, a)
			}
		}
	}
	slices.Sort(r.Unseen)
	slices.SortFunc(r.Shifts, func(x, y Shift) int {
		return cmp.Or(y.N-x.N, cmp.Compare(x.Action, y.Action), cmp.Compare(x.Now, y.Now))
	})
	return r
}

// span gives every day from the first of the record to the last, those on which nothing happened too.
func (b *Backtester) span() (days []models.Day) {
	if len(b.days) == 0 {
		return nil
	}
	all := slices.Sorted(maps.Keys(b.days))
	for d := all[0]; d <= all[len(all)-1]; d = d.Add(1) {
		days = append(days, d)
	}
	return days
}
