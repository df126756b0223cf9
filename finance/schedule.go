package finance

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"remit/models"
)

// codeWayOut marks the reason that names the payments to hold where no choice of days holds the floor.
const codeWayOut = "cash.way_out"

// optionsAtMost is how many other days a proposal offers.
const optionsAtMost = 4

// How likely a responsible person agrees with a move, set by hand: by its reason, less where cash is tight or short.
//
//	the day it is set to has passed, is no bank day, or is past due   .95
//	it is past due, whatever its day                                  .95
//	takes a discount                                                  .92
//	gives up a discount, or waits, for the floor                      .80
//	pays later for the cost of money alone                            .75
//	pays past due for the floor, where the policy allows it           .60
//	lowest cash within a tenth of the floor                           -.10
//	the floor is not held even so                                     -.20
const (
	sureOfDay      = .95
	sureOfDiscount = .92
	sureOfFloor    = .80
	sureOfCost     = .75
	sureOfDelay    = .60
	lessWhenTight  = .10
	lessWhenShort  = .20
)

// proposals gives one proposal for each item that moves, by day and then by id.
func (b *book) proposals(cash models.Cash, held []item) []models.Proposal {
	var out []models.Proposal
	for i, it := range b.items {
		if b.moves(it) {
			out = append(out, b.proposal(i, cash, held))
		}
	}
	slices.SortStableFunc(out, func(x, y models.Proposal) int {
		return cmp.Or(cmp.Compare(x.Value, y.Value), cmp.Compare(x.Item, y.Item))
	})
	return out
}

func (b *book) proposal(i int, cash models.Cash, held []item) models.Proposal {
	it := b.items[i]
	why, sure := b.why(i)
	why.Text = fmt.Sprintf("Pay %s %s on %s%s: %s.", vendorName(*it.p), it.p.Amount.Display(),
		b.cal.day(it.at).Display(), insteadOf(it.p.PayOn), why.Text)
	reasons := []models.Reason{why, {Code: "cash.low", Weight: 1 - why.Weight, Text: fmt.Sprintf("Lowest cash %s on %s%s, floor %s.",
		cash.Low.Display(), cash.LowOn.Display(), b.atBreach(), cash.Floor.Display())}}
	switch headroom := cash.Low.Minor - cash.Floor.Minor; {
	case headroom < 0:
		sure -= lessWhenShort
		reasons = append(reasons, models.Reason{Code: codeWayOut, Text: sayWayOut(held)})
	case headroom < cash.Floor.Share(1000).Minor:
		sure -= lessWhenTight
	}
	return models.Proposal{
		Action: models.ActionSchedule, Item: it.p.ID, Value: string(b.cal.day(it.at)), Before: string(it.p.PayOn),
		Confidence: sure, Reasons: append(reasons, assumptions(*it.p)...), Options: b.options(it),
		Segment: segment(it.class, it.p.Amount), Model: ModelName,
	}
}

// atBreach says with what probability the lowest cash is undercut, where that is not sure.
func (b *book) atBreach() string {
	if len(b.in.paths) == 1 {
		return ""
	}
	return " at " + percent(int64(math.Round(b.breach*10_000)))
}

func insteadOf(d models.Day) string {
	if !d.Valid() {
		return ""
	}
	return " instead of " + d.Display()
}

// why says in half a sentence what moving the item is good for, and how sure that makes us.
func (b *book) why(i int) (models.Reason, float64) {
	it := b.items[i]
	money := func(minor int64) string { return models.Money{Minor: minor, Currency: it.p.Amount.Currency}.Display() }
	off := fmt.Sprintf("%s (%s)", percent(it.p.Terms.DiscountBPS), money(it.saved))
	reason := func(code string, weight float64, text string) models.Reason {
		return models.Reason{Code: "timing." + code, Weight: weight, Text: text}
	}
	switch {
	case it.overdue() && it.at == it.late:
		return reason("overdue", .9, b.sayOverdue(it, money)), sureOfDay
	case it.at > it.due:
		return reason("deferred", .5, fmt.Sprintf("%d days past due, which the policy allows here where the floor needs it%s",
			it.at-it.due, lateCost(it, money))), sureOfDelay
	case it.discount(it.at) > it.discount(it.set):
		return reason("discount", .8, "takes "+off), sureOfDiscount
	case it.keep == none:
		code, text := b.unkept(it, money)
		return reason(code, .9, text), sureOfDay
	case it.discount(it.at) < it.discount(it.keep) && it.cost(it.at) > it.cost(it.keep):
		return reason("floor", .5, "gives up "+off+", since to pay early would take cash below the floor"), sureOfFloor
	case b.floorNeeds(i):
		return reason("floor", .5, "keeps more cash while it is lowest"), sureOfFloor
	}
	return reason("cost", .8, fmt.Sprintf("keeps the money %d days longer, which is worth %s", it.at-it.keep, money(it.gain()))), sureOfCost
}

func (b *book) sayOverdue(it item, money func(int64) string) string {
	text := "it was due on " + it.p.DueOn.Display()
	if it.due >= 0 {
		text = "it is due on " + it.p.DueOn.Display() + ", and banks take nothing any more that would be there by then"
	}
	return text + lateCost(it, money)
}

func lateCost(it item, money func(int64) string) string {
	if it.p.LateFee.Minor <= 0 {
		return ""
	}
	return "; late costs " + money(it.p.LateFee.Minor)
}

// unkept says why the day that the item is set to cannot stand.
func (b *book) unkept(it item, money func(int64) string) (code, text string) {
	switch on := b.cal.offset(it.p.PayOn); {
	case !it.p.PayOn.Valid():
		return "unset", "no pay day was set, and it is due on " + it.p.DueOn.Display()
	case on < 0:
		return "passed", "the day that was set has passed, and it is due on " + it.p.DueOn.Display()
	case on > it.due && it.p.LateFee.Minor > 0:
		return "late", "it is due on " + it.p.DueOn.Display() + ", and late costs " + money(it.p.LateFee.Minor)
	case on > it.due:
		return "late", "it is due on " + it.p.DueOn.Display()
	}
	return "bank_day", "banks do not pay on " + it.p.PayOn.Display() + ", and the next bank day may be late"
}

// floorNeeds reports whether to leave the item where it is set would leave the pool shorter of its floor.
func (b *book) floorNeeds(i int) bool {
	short, at := b.short(), b.items[i].at
	b.move(i, b.items[i].keep)
	needs := b.short() > short
	b.move(i, at)
	return needs
}

// options gives other days that a person may well want: the last bank day before it is due, the one that earns the
// discount, and the next bank days; of what is overdue, those of a week.
func (b *book) options(it item) []string {
	days := []int{it.late}
	if it.early != none {
		days = append(days, it.early)
	}
	last := it.late
	if it.overdue() {
		last += 7
	}
	for n := b.cal.nextBusiness(b.cal.first); len(days) < 2*optionsAtMost && n <= last; n = b.cal.nextBusiness(n + 1) {
		days = append(days, n)
	}
	var out []string
	for _, n := range days {
		day := string(b.cal.day(n))
		if n != it.at && len(out) < optionsAtMost && !slices.Contains(out, day) {
			out = append(out, day)
		}
	}
	return out
}

// WayOut gives the payables that, held, would let the rest of a plan hold the floor at the least cost: fees, discounts lost
// and a hundredth of the amount for the vendor's patience. It is empty where the plan holds the floor already, and
// where holding everything that may be held would not help.
func (*Judge) WayOut(p models.Pool, r models.CashRules) []models.Payable {
	b := newBook(p, r, "")
	b.choose()
	var out []models.Payable
	for _, it := range b.wayOut(b.project()) {
		out = append(out, *it.p)
	}
	return out
}

// wayOut finds what to hold; payments whose day a person has agreed to only where nothing else suffices.
func (b *book) wayOut(cash models.Cash) []item {
	if cash.Short().IsZero() {
		return nil
	}
	if held := b.wayOutOf(cash, false); len(held) > 0 {
		return held
	}
	return b.wayOutOf(cash, true)
}

func (b *book) wayOutOf(cash models.Cash, agreed bool) []item {
	path := slices.Clone(b.path)
	var held []item
	taken := make([]bool, len(b.items))
	for i, it := range b.items {
		taken[i] = it.fixed && !(agreed && it.agreed)
	}
	for t := range path {
		for path[t] < cash.Floor.Minor {
			i, found := b.holdable(taken, t, cash.Floor.Minor-path[t])
			if !found {
				return nil
			}
			taken[i] = true
			held = append(held, b.items[i])
			lift(path, b.items[i].at, b.items[i].out(b.items[i].at))
		}
	}
	return needed(held, path, cash.Floor.Minor)
}

func lift(path []int64, from int, by int64) {
	for t := from; t < len(path); t++ {
		path[t] += by
	}
}

// holdable finds the payment, leaving by day t, that is the cheapest way to what is lacking then.
func (b *book) holdable(taken []bool, t int, lacks int64) (best int, found bool) {
	for i := range b.items {
		it, other := &b.items[i], &b.items[best]
		if it.at > t || taken[i] {
			continue
		}
		if !found || cheaper(it.holding(), it.out(it.at), other.holding(), other.out(other.at), lacks) {
			best, found = i, true
		}
	}
	return best, found
}

// holding gives what it costs not to pay the item in time.
func (it *item) holding() int64 {
	return it.discount(it.at) + max(0, it.p.LateFee.Minor) + it.p.Amount.Share(100).Minor
}

// needed drops, dearest first, what later picks have made needless.
func needed(held []item, path []int64, floor int64) []item {
	slices.SortStableFunc(held, func(x, y item) int { return cmp.Compare(y.holding(), x.holding()) })
	return slices.DeleteFunc(held, func(it item) bool {
		lift(path, it.at, -it.out(it.at))
		if slices.Min(path) >= floor {
			return true
		}
		lift(path, it.at, it.out(it.at))
		return false
	})
}

// namedAtMost is how many payments a sentence names.
const namedAtMost = 3

func sayWayOut(held []item) string {
	if len(held) == 0 {
		return "No choice of days holds the floor, and holding payments would not help: money must come in."
	}
	var names []string
	for _, it := range held[:min(len(held), namedAtMost)] {
		names = append(names, vendorName(*it.p)+" "+it.p.Amount.Display())
	}
	text := "Cheapest way out: hold " + strings.Join(names, ", ")
	if more := len(held) - namedAtMost; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + "."
}
