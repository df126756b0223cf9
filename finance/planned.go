package finance

import (
	"math"

	"remit/models"
)

// How near to a planned item an invoice of its vendor must be to take its place: in days, and as a share of the amount.
const (
	replacesDays  = 10
	replacesShare = .35
)

// expect puts planned items where they are sure to come: money that goes out on the bank day at or after its day, today
// at the earliest, what comes in tomorrow at the earliest, since today's is in the balance. An invoice takes the place of
// the item that it is the bill for.
func (b *book) expect(p models.Pool, sure []int64) {
	last := b.cal.days[len(b.cal.days)-1]
	for _, item := range p.Planned {
		if item.Amount.Currency != b.cash.Floor.Currency {
			continue
		}
		for _, d := range item.Days(b.cal.today, last) {
			if item.Amount.Negative() && billed(item, d, p.Payables) {
				continue
			}
			on := b.cal.nextBusiness(b.cal.offset(d))
			if !item.Amount.Negative() {
				on = max(on, 1)
			}
			put(sure, on, item.Amount.Minor)
		}
	}
}

// billed reports an invoice that a planned item on a day stands for: of its vendor, or of a vendor of its name.
func billed(item models.PlannedItem, on models.Day, payables []models.Payable) bool {
	for i := range payables {
		p := &payables[i]
		if !p.Open() || p.Amount.Currency != item.Amount.Currency {
			continue
		}
		if item.VendorID != "" && p.VendorID != item.VendorID || item.VendorID == "" && plainName(p.VendorName) != plainName(item.What) {
			continue
		}
		days := max(near(p.DueOn, on), near(p.PayOn, on)) // the nearer of the two
		differs := math.Abs(float64(p.Amount.Minor)+float64(item.Amount.Minor)) / math.Abs(float64(item.Amount.Minor))
		if days >= -replacesDays && differs <= replacesShare {
			return true
		}
	}
	return false
}

// near gives how close a day is, 0 at most; far below that for no day.
func near(d, on models.Day) int {
	if !d.Valid() {
		return math.MinInt
	}
	return -max(d.Sub(on), on.Sub(d))
}
