package finance

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// sharedOrder is how many other vendors bill on a number that is no order but a project or a cost centre.
const sharedOrder = 3

// otherForm is how strongly an order's number of another form speaks, beside an order that is another vendor's.
const otherForm = .4

// oddOrder finds a bill on a purchase order that is not like the vendor's: one that another vendor bills on, one that has
// been billed already beyond what the vendor's orders carry, or one of a form that none of theirs has.
func oddOrder(s subject) (finding, bool) {
	if len(plainNumber(s.p.PO)) < minNumber {
		return finding{}, false
	}
	for _, detect := range []func(subject) (finding, bool){ordersOther, orderExceeded, orderForm} {
		if d, ok := detect(s); ok {
			d.name = signalOrder
			return d, true
		}
	}
	return finding{}, false
}

// ordersOther finds an order on which somebody else has billed and the vendor has not.
func ordersOther(s subject) (finding, bool) {
	if slices.ContainsFunc(s.own, func(h bill) bool { return h.PO == s.p.PO }) {
		return finding{}, false
	}
	var last *bill
	vendors := map[string]bool{}
	for i := range s.others {
		h := &s.others[i]
		if h.PO != s.p.PO || s.alsoKnown(h.Payable) || plainName(h.VendorName) == plainName(s.p.VendorName) {
			continue
		}
		if vendors[h.VendorID] = true; last == nil {
			last = h
		}
	}
	if last == nil || len(vendors) >= sharedOrder {
		return finding{}, false
	}
	return finding{
		code: "order.other_vendor", strength: 1 / float64(len(vendors)), other: last.ID,
		text: fmt.Sprintf("Purchase order %s is one that %s billed on (%s of %s, %s).", label(s.p.PO), vendorName(*last.Payable),
			invoiceName(*last.Payable), s.say(dayOf(*last.Payable)), last.Amount.Display()),
	}, true
}

// carried is what a purchase order was billed with.
type carried struct {
	bills int
	sum   models.Money
}

// orderExceeded finds an order that this bill has been billed more often than any of the vendor's others, and with more than
// is usual of them.
func orderExceeded(s subject) (finding, bool) {
	orders := s.orders()
	this := orders[s.p.PO]
	delete(orders, s.p.PO)
	if this.bills < 2 || len(orders) < habitBills {
		return finding{}, false
	}
	most, sums := 0, make([]float64, 0, len(orders))
	for _, c := range orders {
		most, sums = max(most, c.bills), append(sums, float64(c.sum.Minor))
	}
	slices.Sort(sums)
	if this.bills <= most || float64(this.sum.Minor) <= middle(sums) {
		return finding{}, false
	}
	return finding{
		code: "order.exceeded", strength: 1,
		text: fmt.Sprintf("With this, purchase order %s carries %d invoices of %s in all; of the other %d orders of %s none carried more than %d.",
			label(s.p.PO), this.bills, this.sum.Display(), len(orders), vendorName(*s.p.Payable), most),
	}, true
}

// orders gives what the vendor's orders carry, this bill included. A bill whose sum with the others is beyond reckoning, or in
// another currency, is left out.
func (s subject) orders() map[string]carried {
	orders := map[string]carried{}
	for _, h := range append([]bill{s.p}, s.own...) {
		if h.PO == "" || h.Amount.Currency != s.p.Amount.Currency || h.Amount.Minor <= 0 {
			continue
		}
		c := orders[h.PO]
		if sum, err := c.sum.Add(h.Amount); err == nil {
			orders[h.PO] = carried{c.bills + 1, sum}
		}
	}
	return orders
}

// orderForm finds an order whose number is formed unlike those of all the vendor's newest bills.
func orderForm(s subject) (finding, bool) {
	own := s.newest()
	form := formOf(s.p.PO)
	if own == nil {
		return finding{}, false
	}
	usual := formOf(own[0].PO)
	if usual == "" || usual == form || slices.ContainsFunc(own, func(h bill) bool { return formOf(h.PO) != usual }) {
		return finding{}, false
	}
	return finding{
		code: "order.form", strength: otherForm,
		text: fmt.Sprintf("Purchase order %s is formed unlike those of the last %d invoices of %s, such as %s.",
			label(s.p.PO), len(own), vendorName(*s.p.Payable), label(own[0].PO)),
	}, true
}

// formOf gives how a number is formed: its letters as they are, its runs of digits as one 9.
func formOf(number string) string {
	var form strings.Builder
	before := rune(0)
	for _, r := range strings.ToUpper(strings.TrimSpace(number)) {
		if unicode.IsDigit(r) {
			r = '9'
		}
		if r != '9' || before != '9' {
			form.WriteRune(r)
		}
		before = r
	}
	return form.String()
}
