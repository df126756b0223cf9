package finance

import (
	"cmp"
	"math/big"
	"slices"

	"remit/models"
)

// Residual gives what came in less what went out on each day up to the last, oldest first, that no payable, receivable or
// planned item explains, and the first of the days. Between two balances of an account the difference is spread evenly, to
// the last minor unit: where balances are told daily, it is that of the day. It is empty where no account was told of twice.
func Residual(past models.CashPast, last models.Day) (flow []int64, first models.Day) {
	balances := slices.Clone(past.Balances)
	slices.SortFunc(balances, func(a, b models.PastBalance) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Day, b.Day)) })
	first = firstFlow(balances)
	if first == "" || first > last {
		return nil, ""
	}
	flow = make([]int64, last.Sub(first)+1)
	add := func(d models.Day, minor int64) {
		if i := d.Sub(first); i >= 0 && i < len(flow) {
			flow[i] += minor
		}
	}
	for i := 1; i < len(balances); i++ {
		spreadOut(balances[i-1], balances[i], add)
	}
	for _, p := range past.Paid {
		add(p.Day, p.Minor)
	}
	for _, r := range past.Received {
		add(r.Day, -r.Minor)
	}
	for _, item := range past.Planned {
		for _, d := range item.Days(first, last) {
			add(d, -item.Amount.Minor)
		}
	}
	return flow, first
}

// firstFlow gives the first day that a difference between two balances of one account speaks of.
func firstFlow(sorted []models.PastBalance) models.Day {
	first := models.Day("")
	for i := 1; i < len(sorted); i++ {
		if a, b := sorted[i-1], sorted[i]; a.ID == b.ID && a.Day.Valid() && b.Day.Valid() && a.Day < b.Day {
			if d := a.Day.Add(1); first == "" || d < first {
				first = d
			}
		}
	}
	return first
}

// spreadOut adds the difference between two balances of an account to the days after the one up to the other.
func spreadOut(a, b models.PastBalance, add func(models.Day, int64)) {
	if a.ID != b.ID || a.Amount.Currency != b.Amount.Currency || a.Day >= b.Day {
		return
	}
	diff := new(big.Int).Sub(big.NewInt(b.Amount.Minor), big.NewInt(a.Amount.Minor))
	if !diff.IsInt64() {
		return
	}
	parts, err := models.Money{Minor: diff.Int64(), Currency: a.Amount.Currency}.Split(b.Day.Sub(a.Day))
	if err != nil {
		return
	}
	for i, p := range parts {
		add(a.Day.Add(i+1), p.Minor)
	}
}
