package finance

import (
	"slices"

	"remit/models"
)

// Price says what it costs to pay a payable on another day than the one planned for it, and what cash that leaves.
//
// The cost is against the plan's own day: discount lost, late fee and cost of money; negative where the day is cheaper
// but the floor stood against it. In cash, the path and Low are with everything else paid as planned, so that they
// compare with the plan's; Before is the lowest cash with everything else left on the day it is set to now, which is
// what holds if no other proposal is followed. Where cash is unknown, Unknown says why and the cost is against the day
// that is set. A day past due can be priced: people may choose it.
//
// The error is NotFound for an item that is not in the pool, Conflict for one that is held or not to be paid any more,
// and Invalid for a day that is none, has passed, or is not a bank day.
func (*Judge) Price(p models.Pool, r models.CashRules, item string, day models.Day) (cost models.Money, cash models.Cash, err error) {
	if err := priceable(p, item); err != nil {
		return models.Money{}, models.Cash{}, err
	}
	b := newBook(p, r, day)
	on, err := b.payable(day)
	if err != nil {
		return models.Money{}, models.Cash{}, err
	}
	b.choose()
	it := &b.items[slices.IndexFunc(b.items, isItem(item))]
	cost = models.Money{Minor: it.cost(on) - it.cost(it.at), Currency: it.p.Amount.Currency}
	it.at, it.set = on, on
	return cost, b.project(), nil
}

func isItem(id string) func(item) bool {
	return func(it item) bool { return it.p.ID == id }
}

func priceable(p models.Pool, id string) error {
	i := slices.IndexFunc(p.Payables, func(v models.Payable) bool { return v.ID == id })
	switch {
	case i < 0:
		return models.Errorf(models.NotFound, "This payment is not among those still to be paid.")
	case p.Payables[i].Status == models.PayableHeld:
		return models.Errorf(models.Conflict, "%s of %s is held: release it first.", invoiceName(p.Payables[i]), vendorName(p.Payables[i]))
	case p.Payables[i].Amount.Minor > largestSum || p.Payables[i].LateFee.Minor > largestSum:
		return models.FieldErrorf("amount", "%s is too large to reckon with", p.Payables[i].Amount.Display())
	case !p.Payables[i].LateFee.IsZero() && p.Payables[i].LateFee.Currency != p.Payables[i].Amount.Currency:
		return models.FieldErrorf("late_fee", "the late fee is in another currency than the amount, and there is no rate")
	case !leaves(p.Payables[i]):
		return models.Errorf(models.Conflict, "%s of %s is not to be paid: it is paid, cancelled or a credit note.", invoiceName(p.Payables[i]), vendorName(p.Payables[i]))
	}
	return nil
}

// payable gives the offset of a day on which something can be paid.
func (b *book) payable(day models.Day) (int, error) {
	if !day.Valid() {
		return 0, models.FieldErrorf("day", "%q is not a day such as %q", string(day), "2026-12-03")
	}
	on := b.cal.offset(day)
	switch {
	case on < 0:
		return 0, models.FieldErrorf("day", "%s has passed", day.Display())
	case on < b.cal.first:
		return 0, models.FieldErrorf("day", "banks take no more payments for %s; the next bank day is %s", day.Display(), b.cal.day(b.cal.first).Display())
	case on > longestHorizon:
		return 0, models.FieldErrorf("day", "%s is more than %d days ahead", day.Display(), longestHorizon)
	case !b.cal.isBusiness(on):
		return 0, models.FieldErrorf("day", "banks do not pay on %s; the next bank day is %s", day.Display(), b.cal.day(b.cal.nextBusiness(on)).Display())
	}
	return on, nil
}
