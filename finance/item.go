package finance

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"

	"remit/models"
)

// none marks a day that an item does not have.
const none = -1

// item is a payable in a book, with days counted from today.
type item struct {
	p      *models.Payable
	set    int // the day its money leaves as things stand
	at     int // the day chosen for it
	keep   int // the day it is set to, if that may be kept: a bank day not past due; else none
	early  int // the last bank day that earns the discount, if that is before late; else none
	late   int // the last bank day on or before the due day, or where there is none any more the next; none for an item that is not to be moved
	due    int // math.MaxInt where no due day is known
	until  int // the last day that earns the discount, none without one
	saved  int64
	costs  int64  // yearly cost of money, basis points
	class  string // the vendor's, where known
	fixed  bool   // never moved: by its vendor's class, or because a person has chosen its day
	agreed bool   // fixed because a person has chosen its day: to be held, it may be, where nothing else suffices
	later  int    // the last bank day on which the policy lets it be paid late for the floor; none where it does not
	bound  bool   // always paid on the day that earns the discount
}

// enter takes in the payables that leave, in the order of their ids, so that a plan does not depend on the order in
// which it was told of them.
func (b *book) enter(p models.Pool, r models.CashRules) {
	for i := range p.Payables {
		if leaves(p.Payables[i]) {
			b.items = append(b.items, b.newItem(&p.Payables[i], p, r))
		}
	}
	slices.SortStableFunc(b.items, func(x, y item) int { return cmp.Compare(x.p.ID, y.p.ID) })
}

func (b *book) newItem(p *models.Payable, pool models.Pool, r models.CashRules) item {
	it := item{p: p, keep: none, early: none, late: none, later: none, due: math.MaxInt, until: none, costs: b.costBPS, class: pool.Vendors[p.VendorID].Class}
	if usableDiscount(p.Terms) {
		it.until = b.cal.offset(p.Terms.DiscountUntil)
		it.saved = p.Amount.Share(p.Terms.DiscountBPS).Minor
	}
	rule := ruleFor(p, r)
	if p.DueOn.Valid() {
		it.due = b.cal.offset(p.DueOn)
	}
	if rule.Lead > 0 { // what must be there by a day leaves before
		it.due, it.until = b.cal.sent(it.due, rule.Lead), b.cal.sent(it.until, rule.Lead)
	}
	on := 0
	switch {
	case p.PayOn.Valid():
		on = b.cal.offset(p.PayOn)
	case p.DueOn.Valid():
		on = it.due
	}
	it.set = b.cal.nextBusiness(max(on, b.cal.first))
	it.at = it.set
	it.agreed = pool.Chosen[p.ID] && !ofClass(p, pool, r.Fixed)
	it.fixed = fixed(p, pool, r)
	if p.DueOn.Valid() && !it.fixed {
		b.window(&it, on)
		b.liberties(&it, rule, pool, r)
	}
	return it
}

// window finds the days worth considering. Between today and the end of the discount only the last bank day matters, and
// likewise between then and the due day: to pay sooner costs as much or more and leaves less cash on every day. What cannot
// be paid by its due day any more is paid on the next bank day.
func (b *book) window(it *item, set int) {
	late, ok := b.cal.lastBusiness(it.due)
	if !ok {
		if next := b.cal.nextBusiness(b.cal.first); b.cal.isBusiness(next) && !b.cal.underway(it.p) {
			it.late = next
		}
		return
	}
	it.late = late
	if early, ok := b.cal.lastBusiness(it.until); ok && early < late {
		it.early = early
	}
	if set >= b.cal.first && set <= it.due && b.cal.isBusiness(set) && it.p.PayOn.Valid() {
		it.keep = set
	}
}

// confirmedWithin is how many bank days after its pay day a payment may be confirmed: until then it counts as made.
const confirmedWithin = 2

// underway reports a payment that was known by the day it is set to, which is today, with banks closed for it, or has passed
// so lately that a bank may not have told of it yet. To set another day for it might have it paid twice.
func (c calendar) underway(p *models.Payable) bool {
	on := c.offset(p.PayOn)
	if !p.PayOn.Valid() || on >= c.first || p.CreatedAt.IsZero() || models.DayOf(p.CreatedAt) > p.PayOn {
		return false
	}
	banked := 0
	for d := max(on, -closedAtMost) + 1; d <= 0; d++ {
		if c.isBusiness(d) {
			banked++
		}
	}
	return banked < confirmedWithin
}

// overdue reports an item that cannot be paid by its due day any more.
func (it *item) overdue() bool { return it.late != none && it.late > it.due }

// fixed reports a payable that is not to be moved: a person has chosen its day, or its vendor is of a class that the
// policy never moves.
func fixed(p *models.Payable, pool models.Pool, r models.CashRules) bool {
	if pool.Chosen[p.ID] {
		return true
	}
	return ofClass(p, pool, r.Fixed)
}

// ofClass reports a payable whose vendor is of one of the classes. Where the vendor's class is not known, the classes are
// looked for as words of its name and id.
func ofClass(p *models.Payable, pool models.Pool, classes []string) bool {
	if class := pool.Vendors[p.VendorID].Class; class != "" {
		return slices.ContainsFunc(classes, func(f string) bool { return strings.EqualFold(f, class) })
	}
	words := strings.FieldsFunc(strings.ToLower(p.VendorName+" "+p.VendorID), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c < 0x80
	})
	return slices.ContainsFunc(classes, func(class string) bool { return slices.Contains(words, strings.ToLower(class)) })
}

// usableDiscount reports terms that make sense: more than nothing off, not more than all of it, until a day.
func usableDiscount(t models.Terms) bool {
	return t.DiscountBPS > 0 && t.DiscountBPS <= 10_000 && t.DiscountUntil.Valid()
}

// discount gives what paying on a day saves.
func (it *item) discount(on int) int64 {
	if on <= it.until {
		return it.saved
	}
	return 0
}

// out gives what leaves when paid on a day.
func (it *item) out(on int) int64 { return it.p.Amount.Minor - it.discount(on) }

// cost gives what paying on a day costs beside the amount: the fee if late, less the discount, less what the money is
// worth until then.
func (it *item) cost(on int) int64 {
	cost := -it.discount(on) - it.interest(on)
	if on > it.due {
		cost += max(it.p.LateFee.Minor, 0)
	}
	return cost
}

// interest gives what the amount is worth for so many days at the yearly cost of money, rounded down.
func (it *item) interest(days int) int64 {
	if days <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(it.p.Amount.Minor), uint64(it.costs)*uint64(days))
	worth, _ := bits.Div64(hi, lo, 365*10_000) // in range: amounts are below largestSum, days below 300 years, costs below 100 %
	return int64(worth)
}

// prefers gives the day that costs least, cash aside.
func (it *item) prefers() int {
	if it.bound {
		return it.early
	}
	if it.early != none && it.cost(it.early) < it.cost(it.late) {
		return it.early
	}
	return it.late
}

// worthMoving gives the saving below which a date is left alone: a tenth of a per cent of the amount, and at least five
// major units.
func (it *item) worthMoving() int64 {
	return max(it.p.Amount.Share(10).Minor, 5*unit(it.p.Amount.Currency))
}

// moves reports an item whose chosen day is not the one it is set to.
func (b *book) moves(it item) bool {
	return it.late != none && b.cal.day(it.at) != it.p.PayOn
}
