package finance

import (
	"fmt"
	"slices"
	"time"

	"remit/models"
)

// bankFresh is how long changed bank details count as changed where the policy does not say.
const bankFresh = 90 * 24 * time.Hour

// bankChanged finds bank details that are not those the vendor has been paid on.
func bankChanged(s subject) (finding, bool) {
	found := finding{name: signalBankChanged, code: "bank.changed", strength: 1}
	known := ""
	if s.vendor != nil {
		known = s.vendor.Bank()
	}
	if s.p.Bank != "" && known != "" && s.p.Bank != known {
		found.code = "bank.unlike_vendor"
		found.text = "The account to be paid is not the one on record for " + vendorName(*s.p.Payable) + "."
		if since, ok := s.claimedBefore(known); ok {
			found.code = "bank.back_and_forth"
			found.text = fmt.Sprintf("The account to be paid is not the one on record for %s: bills named it on %s, then the one on record, and now it again.",
				vendorName(*s.p.Payable), s.say(models.DayOf(since)))
		}
		return found, true
	}
	if at, fresh := s.bankReplaced(); fresh {
		found.text = fmt.Sprintf("Bank details of %s were changed on %s, %s.",
			vendorName(*s.p.Payable), s.say(models.DayOf(at)), ago(s.now.Sub(at)))
		if since, back := s.changedBack(); back {
			found.code = "bank.back_and_forth"
			found.text = fmt.Sprintf("Bank details of %s were changed on %s and back on %s, %s.",
				vendorName(*s.p.Payable), s.say(models.DayOf(since)), s.say(models.DayOf(at)), ago(s.now.Sub(at)))
		}
		return found, true
	}
	if h := s.lastNamed(); h != nil && s.p.Bank != "" && known == "" && h.Bank != s.p.Bank {
		found.code, found.other = "bank.unlike_last", h.ID
		found.text = fmt.Sprintf("The account to be paid is not the one on %s of %s, the last invoice that named one.",
			invoiceName(*h.Payable), s.say(dayOf(*h.Payable)))
		return found, true
	}
	return finding{}, false
}

// lastNamed gives the vendor's last bill that named an account, one that is not held if there is any.
func (s subject) lastNamed() *bill {
	var last *bill
	for i := range s.own {
		switch h := &s.own[i]; {
		case h.Bank != "" && h.Status != models.PayableHeld:
			return h
		case h.Bank != "" && last == nil:
			last = h
		}
	}
	return last
}

// claimedBefore reports whether the account to be paid was named by bills before, without ever coming on record, and the one
// on record by a bill in between; and since when.
func (s subject) claimedBefore(known string) (since time.Time, ok bool) {
	if since, ok = s.vendor.ClaimedSince(s.p.Bank); !ok || !since.Before(s.p.CreatedAt) {
		return since, false
	}
	return since, slices.ContainsFunc(s.own, func(h bill) bool { return h.Bank == known && h.CreatedAt.After(since) })
}

// bankReplaced gives when the vendor's account in force replaced another, if that was lately. A change dated ahead of
// now is as fresh as can be.
func (s subject) bankReplaced() (at time.Time, fresh bool) {
	if s.vendor == nil {
		return time.Time{}, false
	}
	within := s.rules.BankFresh
	if within <= 0 {
		within = bankFresh
	}
	at = s.vendor.BankChangedAt()
	return at, !at.IsZero() && s.now.Sub(at) <= within
}

// changedBack reports whether the account in force had been given up for another, and when: how a fraud is tidied away
// after the payment that it was for.
func (s subject) changedBack() (since time.Time, back bool) {
	banks := s.vendor.OnRecord()
	n := len(banks)
	if n < 3 || banks[n-1].Bank != banks[n-3].Bank {
		return time.Time{}, false
	}
	return banks[n-2].Since, true
}

func ago(d time.Duration) string {
	switch days := int(d.Hours() / 24); {
	case d < 0:
		return "a time still to come"
	case days == 0:
		return "within the last day"
	case days == 1:
		return "1 day ago"
	default:
		return fmt.Sprintf("%d days ago", days)
	}
}

// bankShared finds another vendor who is paid on the same account. Two records of what is plainly one vendor are weak
// evidence: more often untidy books than a shell.
func bankShared(s subject) (finding, bool) {
	bank := s.p.Bank
	if bank == "" && s.vendor != nil {
		bank = s.vendor.Bank()
	}
	if bank == "" {
		return finding{}, false
	}
	best := finding{}
	for _, h := range s.others {
		if h.Bank != bank {
			continue
		}
		strength := pick(s.alsoKnown(h.Payable) || plainName(h.VendorName) == plainName(s.p.VendorName), .3, 1.0)
		if strength > best.strength {
			best = finding{name: signalBankShared, code: "bank.shared", strength: strength, other: h.ID}
			best.text = fmt.Sprintf("The account to be paid is also that of %s (%s of %s, %s).",
				vendorName(*h.Payable), invoiceName(*h.Payable), s.say(dayOf(*h.Payable)), h.Amount.Display())
		}
	}
	return best, best.strength > 0
}

// firstPayment finds a vendor to whom nothing has been paid before; weaker where invoices of theirs are known, unpaid.
func firstPayment(s subject) (finding, bool) {
	for _, h := range s.own {
		if h.Status == models.PayablePast {
			return finding{}, false
		}
	}
	found := finding{name: signalFirstPayment, code: "vendor.first_payment", strength: 1}
	found.text = "This would be the first payment to " + vendorName(*s.p.Payable) + "."
	if n := len(s.own); n > 0 {
		found.strength = .7
		found.text = fmt.Sprintf("This would be the first payment to %s; %s known, none paid yet.",
			vendorName(*s.p.Payable), pick(n == 1, "1 earlier invoice is", fmt.Sprintf("%d earlier invoices are", n)))
	}
	return found, true
}
