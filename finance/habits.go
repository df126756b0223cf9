package finance

import (
	"cmp"
	"fmt"
	"slices"
)

// The habits of a vendor that a new bill may break. Each is weak by itself: habits change for good reasons.
const (
	dormantDays   = 400 // more than a year, so that who bills yearly is never dormant
	velocityDays  = 7
	velocityLeast = 5
	habitBills    = 5  // how many bills make a habit
	habitNewest   = 20 // of how many of the newest bills a habit is read
	shorterDays   = 10 // by how much terms must be shorter to be worth saying
)

// dormant finds a vendor who bills again after a silence much longer than any before it.
func dormant(s subject) (finding, bool) {
	days := s.daysOfOwn()
	if !s.p.dated || len(days) < 3 {
		return finding{}, false
	}
	longest := 0
	for i := 1; i < len(days); i++ {
		longest = max(longest, days[i]-days[i-1])
	}
	silent := s.p.day - days[len(days)-1]
	if silent <= dormantDays || silent < 3*longest {
		return finding{}, false
	}
	return finding{
		name: signalDormant, code: "vendor.dormant", strength: 1,
		text: fmt.Sprintf("%s has billed nothing for %d days; the longest pause before was %d days.", vendorName(*s.p.Payable), silent, longest),
	}, true
}

// velocity finds many more bills within a week than the vendor's pace of half a year leads to expect.
func velocity(s subject) (finding, bool) {
	if !s.p.dated {
		return finding{}, false
	}
	week, before, oldest := 1, 0, s.p.day
	for _, d := range s.daysOfOwn() {
		oldest = min(oldest, d)
		switch ago := s.p.day - d; {
		case ago <= velocityDays:
			week++
		case ago <= velocityDays+paceDays:
			before++
		}
	}
	known := min(s.p.day-oldest-velocityDays, paceDays)
	if week < velocityLeast || known < 30 {
		return finding{}, false
	}
	usual := float64(before) / float64(known) * velocityDays
	strength := (float64(week)/max(usual, .5) - 3) / 7
	return finding{
		name: signalVelocity, code: "vendor.velocity", strength: min(strength, 1),
		text: fmt.Sprintf("%d invoices of %s within %d days, where %.1f are usual.", week, vendorName(*s.p.Payable), velocityDays, usual),
	}, strength > 0
}

// daysOfOwn gives the days of the vendor's bills until the payable's, in order.
func (s subject) daysOfOwn() []int {
	var days []int
	for i := range s.own {
		if h := &s.own[i]; h.dated && h.day <= s.p.day {
			days = append(days, h.day)
		}
	}
	slices.Sort(days)
	return days
}

// newest gives the vendor's newest bills, of which a habit is read; nil where they are too few to make one.
func (s subject) newest() []bill {
	if len(s.own) < habitBills {
		return nil
	}
	return s.own[:min(len(s.own), habitNewest)]
}

// otherCurrency finds a bill in a currency in which the vendor has never billed.
func otherCurrency(s subject) (finding, bool) {
	own := s.newest()
	if own == nil || slices.ContainsFunc(s.own, func(h bill) bool { return h.Amount.Currency == s.p.Amount.Currency }) {
		return finding{}, false
	}
	return finding{
		name: signalCurrency, code: "vendor.currency", strength: 1,
		text: fmt.Sprintf("A bill in %s: all %d earlier invoices of %s are in other currencies.",
			label(string(s.p.Amount.Currency)), len(s.own), vendorName(*s.p.Payable)),
	}, true
}

// noOrder finds a bill without a purchase order from a vendor whose bills have one.
func noOrder(s subject) (finding, bool) {
	own := s.newest()
	if own == nil || s.p.PO != "" || slices.ContainsFunc(own, func(h bill) bool { return h.PO == "" }) {
		return finding{}, false
	}
	return finding{
		name: signalNoOrder, code: "bill.no_order", strength: 1,
		text: fmt.Sprintf("No purchase order, which each of the last %d invoices of %s has.", len(own), vendorName(*s.p.Payable)),
	}, true
}

// shorterTerms finds a bill that is due much sooner after its issue than any of the vendor's before.
func shorterTerms(s subject) (finding, bool) {
	own := s.newest()
	days, ok := termsOf(s.p)
	if own == nil || !ok {
		return finding{}, false
	}
	var terms []float64
	for _, h := range own {
		if d, ok := termsOf(h); ok {
			terms = append(terms, float64(d))
		}
	}
	slices.Sort(terms)
	if len(terms) < habitBills || float64(days) >= terms[0] {
		return finding{}, false
	}
	usual := middle(terms)
	if float64(days) > usual/2 || usual-float64(days) < shorterDays {
		return finding{}, false
	}
	return finding{
		name: signalTerms, code: "bill.terms", strength: 1,
		text: fmt.Sprintf("Due %d days after its issue; %s usually gives %.0f.", days, vendorName(*s.p.Payable), usual),
	}, true
}

// lostDiscount finds a bill that gives no early-payment discount, or less of one than any before, where the vendor always
// gave one.
func lostDiscount(s subject) (finding, bool) {
	own := s.newest()
	if own == nil || slices.ContainsFunc(own, func(h bill) bool { return !usableDiscount(h.Terms) }) {
		return finding{}, false
	}
	least := slices.MinFunc(own, func(a, b bill) int { return cmp.Compare(a.Terms.DiscountBPS, b.Terms.DiscountBPS) }).Terms.DiscountBPS
	gives := "No early-payment discount"
	if usableDiscount(s.p.Terms) {
		gives = fmt.Sprintf("An early-payment discount of only %s", percent(s.p.Terms.DiscountBPS))
	}
	if usableDiscount(s.p.Terms) && s.p.Terms.DiscountBPS >= least {
		return finding{}, false
	}
	return finding{
		name: signalTerms, code: "bill.discount_lost", strength: 1,
		text: fmt.Sprintf("%s; each of the last %d invoices of %s gave %s or more.", gives, len(own), vendorName(*s.p.Payable), percent(least)),
	}, true
}

// newLateFee finds a late fee of a vendor who never asked for one. Only bills from where this one is from are compared, and
// such as say when they are due: what was brought in by a table without a column for fees says nothing of them.
func newLateFee(s subject) (finding, bool) {
	told := 0
	for _, h := range s.newest() {
		if h.LateFee.Minor > 0 {
			return finding{}, false
		}
		if h.Source == s.p.Source && h.DueOn.Valid() {
			told++
		}
	}
	if s.p.LateFee.Minor <= 0 || told < habitBills {
		return finding{}, false
	}
	return finding{
		name: signalTerms, code: "bill.late_fee", strength: 1,
		text: fmt.Sprintf("A late fee of %s, which none of the last %d invoices of %s has.", s.p.LateFee.Display(), told, vendorName(*s.p.Payable)),
	}, true
}

// termsOf gives the days from issue to due.
func termsOf(b bill) (days int, ok bool) {
	if !b.IssuedOn.Valid() || !b.DueOn.Valid() || b.DueOn < b.IssuedOn {
		return 0, false
	}
	return b.DueOn.Sub(b.IssuedOn), true
}
