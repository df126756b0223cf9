package finance

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"remit/models"
)

// rhythms are those that are looked for, by the days between two payments, how far off a payment may be, and how many
// payments make it a rhythm.
var rhythms = []struct {
	every     models.Rhythm
	days, off int
	least     int
}{
	{models.Weekly, 7, 1, 6},
	{models.Biweekly, 14, 2, 5},
	{models.Monthly, 30, 4, 4},
	{models.Quarterly, 91, 8, 4},
	{models.Yearly, 365, 12, 3},
}

const (
	steadyShare  = .8 // of the gaps must keep the rhythm
	steadySpread = .2 // the robust spread of the amounts, as a share of their middle, that a rhythm may have
	newestPaid   = 6  // how many of the newest payments give the next one's amount
)

// Recurring finds what is paid again and again: rent, payroll, tax, subscriptions. Each is given from its next day after
// today on, as money that goes out of the pool. What has missed a turn by half is taken to have ended.
func Recurring(pool string, paid []models.Payable, today models.Day) []models.PlannedItem {
	byVendor := map[string][]models.Payable{}
	for _, p := range paid {
		if p.Status == models.PayablePast && p.PaidOn.Valid() && p.PaidOn <= today && p.Amount.Minor > 0 && p.VendorID != "" && p.Pool() == pool {
			byVendor[p.VendorID] = append(byVendor[p.VendorID], p)
		}
	}
	var out []models.PlannedItem
	for _, id := range slices.Sorted(maps.Keys(byVendor)) {
		if item, ok := rhythmOf(pool, byVendor[id], today); ok {
			out = append(out, item)
		}
	}
	return out
}

func rhythmOf(pool string, paid []models.Payable, today models.Day) (models.PlannedItem, bool) {
	days, sums := byDay(paid)
	for _, r := range rhythms {
		if len(days) < r.least || !steady(days, r.days, r.off) {
			continue
		}
		amount, ok := steadyAmount(sums[max(0, len(sums)-newestPaid):])
		last := days[len(days)-1]
		if !ok || today.Sub(last) > r.days+r.days/2 {
			return models.PlannedItem{}, false
		}
		newest := slices.MaxFunc(paid, func(a, b models.Payable) int { return cmp.Compare(a.PaidOn, b.PaidOn) })
		item := models.PlannedItem{
			Pool: pool, What: vendorName(newest), VendorID: newest.VendorID, On: last, Every: r.every, Origin: models.OriginFound,
			Amount: models.Money{Minor: -amount, Currency: newest.Amount.Currency},
		}
		item.ID = models.NewID("pln", pool, models.OriginFound, newest.VendorID)
		next := item.Days(last.Add(1), last.Add(2*r.days))
		if len(next) == 0 {
			return models.PlannedItem{}, false
		}
		item.On = next[0]
		return item, true
	}
	return models.PlannedItem{}, false
}

// byDay gives the days on which a vendor was paid, ascending, and what on each.
func byDay(paid []models.Payable) (days []models.Day, sums []int64) {
	on := map[models.Day]int64{}
	for _, p := range paid {
		on[p.PaidOn] += p.Amount.Minor
	}
	days = slices.Sorted(maps.Keys(on))
	for _, d := range days {
		sums = append(sums, on[d])
	}
	return days, sums
}

func steady(days []models.Day, every, off int) bool {
	kept := 0
	for i := 1; i < len(days); i++ {
		if gap := days[i].Sub(days[i-1]); gap >= every-off && gap <= every+off {
			kept++
		}
	}
	return float64(kept) >= steadyShare*float64(len(days)-1)
}

// steadyAmount gives the middle of amounts that are much alike.
func steadyAmount(sums []int64) (middle int64, ok bool) {
	sorted := slices.Clone(sums)
	slices.Sort(sorted)
	middle = sorted[(len(sorted)-1)/2]
	apart := make([]float64, len(sorted))
	for i, s := range sorted {
		apart[i] = math.Abs(float64(s - middle))
	}
	slices.Sort(apart)
	return middle, 1.4826*apart[len(apart)/2] <= steadySpread*float64(middle)
}
