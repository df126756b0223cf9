package finance

import (
	"fmt"

	"remit/models"
)

// The shape of a split: parts of at least splitPart per cent of the limit, none above it, within splitDays of one
// another, together above it.
const (
	splitDays = 7
	splitPart = 40
)

// split finds payables of one vendor that each stay below an approval limit and together exceed it. Limits in another
// currency are left out: without a rate they say nothing.
func split(s subject) (finding, bool) {
	best := finding{}
	for _, limit := range s.rules.Limits {
		if limit.Currency != s.p.Amount.Currency || limit.Minor <= 0 {
			continue
		}
		if d, ok := s.splitBelow(limit); ok && d.strength > best.strength {
			best = d
		}
	}
	return best, best.strength > 0
}

func (s subject) splitBelow(limit models.Money) (finding, bool) {
	if !partOf(s.p, limit) {
		return finding{}, false
	}
	parts, total := s.partsNear(s.p, limit)
	sum := total + float64(s.p.Amount.Minor)
	if len(parts) == 0 || sum <= float64(limit.Minor) {
		return finding{}, false
	}
	n := len(parts) + 1
	near := min(sum/float64(n)/float64(limit.Minor), 1) // how close below the limit the parts are on average
	strength := near * s.habit(limit)
	if s.kin(parts) {
		strength = min(1, strength+.15)
	}
	money := models.Money{Minor: s.p.Amount.Minor, Currency: limit.Currency}
	for _, h := range parts {
		if added, err := money.Add(h.Amount); err == nil {
			money = added
		}
	}
	return finding{
		name: signalSplit, code: "split.below_limit", strength: strength, other: parts[0].ID,
		text: fmt.Sprintf("%d invoices of %s within %d days, each below the limit of %s, come to %s together.",
			n, vendorName(*s.p.Payable), splitDays, limit.Display(), money.Display()),
	}, true
}

func partOf(p bill, limit models.Money) bool {
	return p.Amount.Currency == limit.Currency && p.Amount.Minor <= limit.Minor &&
		float64(p.Amount.Minor)*100 >= float64(limit.Minor)*splitPart
}

// partsNear gives the vendor's other payables that could be parts of the same purchase as p, and their sum as a number
// for comparing.
func (s subject) partsNear(p bill, limit models.Money) (parts []bill, sum float64) {
	for _, h := range s.own {
		days, known := apart(p, h)
		if h.ID != p.ID && known && days <= splitDays && partOf(h, limit) {
			parts = append(parts, h)
			sum += float64(h.Amount.Minor)
		}
	}
	return parts, sum
}

// habit discounts a vendor who bills such amounts in clusters all the time: each bill of an earlier cluster
// takes off three tenths.
func (s subject) habit(limit models.Money) float64 {
	discount := 1.0
	for _, h := range s.own {
		if days, known := apart(s.p, h); !known || days <= 2*splitDays || !partOf(h, limit) {
			continue
		}
		if _, sum := s.partsNear(h, limit); sum > 0 {
			if discount *= .7; discount < .1 {
				break
			}
		}
	}
	return discount
}

// kin reports whether one of the parts has a number next to the payable's, or was asked for by the same person on the
// same day.
func (s subject) kin(parts []bill) bool {
	for _, h := range parts {
		if related(s.p.Invoice, h.Invoice) == siblings {
			return true
		}
		if s.p.Requester != "" && s.p.Requester == h.Requester && s.p.day == h.day {
			return true
		}
	}
	return false
}
