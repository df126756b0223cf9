package finance

import (
	"slices"
	"strings"

	"remit/models"
)

// guarded are the findings that alone make remit ask whatever was said before, from guardedFrom on.
var guarded = []string{signalBankChanged, signalBankShared, signalFirstPayment}

const guardedFrom = .5

// caseOf names what the findings are about: the strongest of them, with the invoice that it points at, and those about
// accounts and first payments. Two copies of one bill are one case, whichever is looked at; another amount, another account
// or a stronger finding is another. What little else was found comes and goes, and does not make another question of it.
func (s subject) caseOf(found []finding) string {
	main := slices.MaxFunc(found, func(a, b finding) int { return compareChance(a, b) })
	about := []string{s.p.ID, s.p.Amount.String()}
	if main.other != "" && main.name == signalDuplicate {
		about = []string{min(s.p.ID, main.other), max(s.p.ID, main.other)}
	}
	var accounts []string
	for _, d := range found {
		if slices.Contains(guarded, d.name) && d.strength >= guardedFrom {
			accounts = append(accounts, d.name)
		}
	}
	if len(accounts) > 0 {
		about = append(about, s.account())
	}
	return models.NewID("case", append(about, main.name, strings.Join(accounts, ","))...)
}

func compareChance(a, b finding) int {
	switch {
	case a.chance() < b.chance():
		return -1
	case a.chance() > b.chance():
		return 1
	}
	return strings.Compare(b.name, a.name)
}

// account gives the account that the payment would go to.
func (s subject) account() string {
	if s.p.Bank == "" && s.vendor != nil {
		return s.vendor.Bank()
	}
	return s.p.Bank
}
