package finance

import (
	"slices"

	"remit/models"
)

// ruleFor gives what the policy says of a payable's vendor; nothing where it says nothing.
func ruleFor(p *models.Payable, r models.CashRules) models.VendorRule {
	for _, rule := range r.Vendors {
		if rule.Name == p.VendorID || named(rule, p.VendorName) {
			return rule
		}
	}
	return models.VendorRule{}
}

// named reports a vendor's name, by the rule or an alias of it, without what clerks write and leave out.
func named(rule models.VendorRule, name string) bool {
	plain := plainName(name)
	return plain != "" && (plainName(rule.Name) == plain || slices.ContainsFunc(rule.Aliases, func(a string) bool { return plainName(a) == plain }))
}

// liberties notes what the policy lets be done with the item beside its two days: nothing but the discount's day, or late
// where the floor needs it. What is never moved is never late either.
func (b *book) liberties(it *item, rule models.VendorRule, pool models.Pool, r models.CashRules) {
	it.bound = rule.Discount && it.early != none
	if it.bound || rule.NeverLate || r.LateBy <= 0 || it.late == none || !ofClass(it.p, pool, r.LateOK) || ofClass(it.p, pool, r.Fixed) {
		return
	}
	if later, ok := b.cal.lastBusiness(it.due + r.LateBy); ok && later > it.late && later < len(b.cal.days) {
		it.later = later
	}
}

// sent gives the day on which money must leave to be there by n; a day that has passed, or none, stays what it is.
func (c calendar) sent(n, lead int) int {
	last, ok := c.lastBusiness(n)
	if !ok {
		return n
	}
	return c.ahead(last, lead)
}

// putOff pays late, where the policy lets it, what the floor needs: from the first day below it on, what costs least for
// the cash it brings then, and nothing that later picks have made needless.
func (b *book) putOff() {
	var moved []int
	for t := range b.path {
		for b.path[t] < b.cash.Floor.Minor {
			i, found := b.deferrable(t, b.cash.Floor.Minor-b.path[t])
			if !found {
				break
			}
			moved = append(moved, i)
			b.move(i, b.items[i].later)
		}
	}
	for k := len(moved) - 1; k >= 0; k-- {
		i, short := moved[k], b.short()
		b.move(i, b.items[i].late)
		if b.short() > short {
			b.move(i, b.items[i].later)
		}
	}
}

func (b *book) deferrable(t int, lacks int64) (best int, found bool) {
	for i := range b.items {
		it, other := &b.items[i], &b.items[best]
		if it.later == none || it.at > t || it.later <= t {
			continue
		}
		if !found || cheaper(it.holding(), it.out(it.at), other.holding(), other.out(other.at), lacks) {
			best, found = i, true
		}
	}
	return best, found
}
