package models

import (
	"slices"
	"time"
)

// BankUse is one account of a vendor, by its salted hash, since when. It is on record where money was paid on it, the books
// gave it as the vendor's or a person vouched for it; else bills have merely claimed it.
type BankUse struct {
	Bank    string    `json:"bank"`
	Since   time.Time `json:"since"`
	Claimed bool      `json:"claimed,omitempty"`
}

func (b BankUse) same(o BankUse) bool {
	return b.Bank == o.Bank && b.Since.Equal(o.Since) && b.Claimed == o.Claimed
}

// OnRecord gives the vendor's accounts that are on record, oldest first; the last is in force.
func (v Vendor) OnRecord() []BankUse {
	return slices.DeleteFunc(slices.Clone(v.Banks), func(b BankUse) bool { return b.Claimed })
}

// Bank gives the account in force, empty when none is on record.
func (v Vendor) Bank() string {
	if known := v.OnRecord(); len(known) > 0 {
		return known[len(known)-1].Bank
	}
	return ""
}

// BankChangedAt gives when the account in force replaced another; the zero time when it never did.
func (v Vendor) BankChangedAt() time.Time {
	if known := v.OnRecord(); len(known) > 1 {
		return known[len(known)-1].Since
	}
	return time.Time{}
}

// Seen gives the vendor with the account put on record as in use at a time; an account already in force adds nothing, and a
// time before the change in force changes nothing.
func (v Vendor) Seen(bank string, at time.Time) Vendor {
	known := v.OnRecord()
	if bank == "" || bank == v.Bank() || (len(known) > 0 && at.Before(known[len(known)-1].Since)) {
		return v
	}
	v.Banks = slices.DeleteFunc(slices.Clone(v.Banks), func(b BankUse) bool { return b.Claimed && b.Bank == bank })
	v.Banks = append(v.Banks, BankUse{Bank: bank, Since: at})
	return v
}

// mostClaims bounds how many accounts that bills have claimed are kept of a vendor, the newest.
const mostClaims = 20

// Claims gives the vendor with the account noted as one that a bill wants to be paid on since a time. What is in force, was
// put on record since then, or was claimed before adds nothing.
func (v Vendor) Claims(bank string, at time.Time) Vendor {
	if bank == "" || bank == v.Bank() || slices.ContainsFunc(v.Banks, func(b BankUse) bool {
		return b.Bank == bank && (b.Claimed || !b.Since.Before(at))
	}) {
		return v
	}
	v.Banks = append(slices.Clone(v.Banks), BankUse{Bank: bank, Since: at, Claimed: true})
	if claims := len(v.Banks) - len(v.OnRecord()); claims > mostClaims {
		oldest := slices.IndexFunc(v.Banks, func(b BankUse) bool { return b.Claimed })
		v.Banks = slices.Delete(v.Banks, oldest, oldest+1)
	}
	return v
}

// ClaimedSince gives since when bills have claimed an account that is not on record; ok is false for one that none has.
func (v Vendor) ClaimedSince(bank string) (since time.Time, ok bool) {
	i := slices.IndexFunc(v.Banks, func(b BankUse) bool { return b.Claimed && b.Bank == bank })
	if i < 0 {
		return time.Time{}, false
	}
	return v.Banks[i].Since, true
}

// Unlike reports an account that is not the one in force or, where none is on record, not the only one that was ever claimed.
func (v Vendor) Unlike(bank string) bool {
	if known := v.Bank(); known != "" {
		return bank != known
	}
	return slices.ContainsFunc(v.Banks, func(b BankUse) bool { return b.Bank != bank })
}
