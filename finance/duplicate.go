package finance

import (
	"fmt"

	"remit/models"
)

// duplicateDays is how far apart two bills of one amount may be for the amount itself, or a number merely like the
// other, to speak for one bill sent twice.
const duplicateDays = 60

// reuseDays is how long a vendor's own number can be expected to be unique; many start again each year.
const reuseDays = 400

// likeness is how strongly a bill of the same vendor and amount speaks for a duplicate, by its number.
//
//	same number                     1.00  (.70 more than reuseDays apart)
//	prefix, zeros or dots differ     .95
//	swapped or misread characters    .90
//	one character edited             .75
//	next in the vendor's count       .35  what a vendor who bills weekly does
//	another number, or none          .35
//
// A number that is only like the other counts within duplicateDays. The whole is discounted where the amount recurs by
// nature; see recurrence.
var likeness = map[kinship]float64{same: 1, dressed: .95, misread: .90, edited: .75, siblings: .35, unrelated: .35}

// duplicate finds the earlier bill that this one looks most like.
func duplicate(s subject) (finding, bool) {
	var best *bill
	strength := 0.0
	for i := range s.own {
		if like := s.likeTo(&s.own[i]); like > strength {
			best, strength = &s.own[i], like
		}
	}
	for i := range s.others {
		if like := s.alias(&s.others[i]); like > strength {
			best, strength = &s.others[i], like
		}
	}
	if best == nil {
		return finding{}, false
	}
	code, text := s.sayDuplicate(*best.Payable, best.kin)
	return finding{name: signalDuplicate, code: code, text: text, strength: strength, other: best.ID, earlier: best.Payable}, true
}

// likeTo gives how much h, of the same vendor, looks like the same bill.
func (s subject) likeTo(h *bill) float64 {
	days, known := apart(s.p, *h)
	k := h.kin
	if h.Amount != s.p.Amount {
		return s.reissued(h, days, known)
	}
	if k != same && (!known || days > duplicateDays) {
		return 0
	}
	strength := likeness[k]
	if k == same && known && days > reuseDays {
		strength = .7
	}
	return strength * s.recurrence(k, days)
}

// reissued is a number seen before with another amount: a corrected bill, or one paid in parts.
func (s subject) reissued(h *bill, days int, known bool) float64 {
	if h.kin != same || !known || days > duplicateDays || len(plainNumber(h.Invoice)) < minNumber || h.Amount.Minor <= 0 {
		return 0
	}
	return .4
}

// alias gives how much h, of another vendor, looks like the same bill entered under another vendor's name. Where the other is
// known to be the same vendor, it is as one of its own.
func (s subject) alias(h *bill) float64 {
	if s.alsoKnown(h.Payable) {
		return s.likeTo(h)
	}
	days, known := apart(s.p, *h)
	k := h.kin
	if h.Amount != s.p.Amount || k < misread || !known || days > reuseDays || len(plainNumber(h.Invoice)) < minNumber {
		return 0
	}
	switch {
	case plainName(s.p.VendorName) != "" && plainName(s.p.VendorName) == plainName(h.VendorName):
		return likeness[k]
	case k == misread:
		return 0 // two vendors' numbers are alike by chance too often
	}
	return .6 * likeness[k]
}

// recurrence discounts a likeness where the amount comes again by nature: a rent, a subscription, a fixed fee. A number
// that is the same speaks louder than the rhythm unless that number, too, comes again and again ("RENT").
func (s subject) recurrence(k kinship, days int) float64 {
	again := s.again - 1 // without the one it is compared with
	if k >= dressed {
		return pick(s.named >= 3, .3, 1)
	}
	discount := 1.0
	switch {
	case again >= 2:
		discount = .15
	case again == 1:
		discount = .5
	case rhythmic(days):
		discount = .5
	}
	if k >= edited {
		return (1 + 2*discount) / 3
	}
	return discount * pick(roundAmount(s.p.Amount), .7, 1)
}

// rhythmic reports a distance at which bills come by the calendar: a week, two, a month.
func rhythmic(days int) bool {
	return days == 7 || days == 14 || (days >= 27 && days <= 32)
}

// roundAmount reports whole hundreds of major units, which people agree on and so come again by chance.
func roundAmount(m models.Money) bool { return m.Minor%(100*unit(m.Currency)) == 0 }

func (s subject) sayDuplicate(h models.Payable, k kinship) (code, text string) {
	bill := fmt.Sprintf("%s of %s (%s)", invoiceName(h), s.say(dayOf(h)), h.Amount.Display())
	if !s.sameVendor(&h) {
		bill += " from " + label(h.VendorName)
	}
	number := invoiceName(*s.p.Payable)
	switch {
	case h.Amount != s.p.Amount:
		code, text = "duplicate.reissued", fmt.Sprintf("Same invoice number as %s, with another amount", bill)
	case k == same:
		code, text = "duplicate.exact", "Same amount and invoice number as "+bill
	case k == dressed:
		code = "duplicate.dressed"
		text = fmt.Sprintf("Same amount as %s, and invoice number %s differs only in prefix, zeros or punctuation", bill, number)
	case k == misread:
		code = "duplicate.misread"
		text = fmt.Sprintf("Same amount as %s, and invoice number %s differs only as if misread or mistyped", bill, number)
	case k == edited:
		code = "duplicate.edited"
		text = fmt.Sprintf("Same amount as %s, and invoice number %s differs in one character", bill, number)
	default:
		code, text = codeSameAmount, "Same amount as "+bill
	}
	return code, text + s.standing(h) + "."
}

// standing says what became of an earlier bill.
func (s subject) standing(h models.Payable) string {
	switch {
	case h.Status == models.PayablePast && h.PaidOn.Valid():
		return ", already paid on " + s.say(h.PaidOn)
	case h.Status == models.PayablePast:
		return ", already paid"
	case h.Status == models.PayableHeld:
		return ", which is held"
	}
	return ", still to be paid"
}
