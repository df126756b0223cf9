package finance

import (
	"math/rand/v2"

	"remit/models"
)

// How the invoices of the past stand for those still to come: so many of the newest weeks are drawn from, in stretches of so
// many, and with fewer weeks than that nothing is drawn. What is known longer ahead than so many days counts as if it were not.
const (
	drawnWeeks   = 26
	stretchWeeks = 4
	knownAhead   = 180
)

// unforeseen is what was paid of invoices on days of the past, by how long before each day they were known. What a day so
// far ahead will bring of invoices that nobody knows yet is what earlier days brought of invoices that were then not known
// as long before: with those on the books it makes up the whole flow, however early a company knows its invoices.
type unforeseen struct {
	first int       // the first day kept
	from  int       // the first day that tells of both ways
	ahead int       // days ahead that are told apart
	less  []float64 // by day and days ahead: what came less what went out on the day, of invoices not known so long before
}

// unforeseen lays out the turnover over the days of the residual flow: only there the invoices that are known are known to
// be all of the flow, or the residual has the rest. What a planned item stands for is never unforeseen.
func (b *book) unforeseen(p models.Pool) *unforeseen {
	n := len(p.Residual)
	u := &unforeseen{first: max(0, n-7*drawnWeeks-triedOrigin*triedAhead), from: n, ahead: min(max(len(b.cal.days)-1, triedAhead), knownAhead)}
	u.less = make([]float64, (n-u.first)*(u.ahead+1))
	began, _ := b.cal.today.Number()
	began -= n
	first := [2]int{n, n} // out and in
	planned := plannedVendors(p.Planned)
	for i := range p.Turnover {
		v := &p.Turnover[i]
		paid, ok := v.PaidOn.Number()
		known, told := v.KnownOn.Number()
		day := paid - began
		if !ok || !told || day < u.first || day >= n {
			continue
		}
		way := pick(v.Minor > 0, 1, 0)
		first[way] = min(first[way], day)
		if way == 0 && (planned[v.VendorID] || planned[plainName(v.VendorName)]) {
			continue
		}
		for h := max(0, paid-known) + 1; h <= u.ahead; h++ {
			u.less[(day-u.first)*(u.ahead+1)+h] += float64(v.Minor)
		}
	}
	if u.from = max(first[0], first[1]); u.from == n { // one way only
		u.from = min(first[0], first[1])
	}
	return u
}

// plannedVendors gives those that planned items stand for the invoices of, by id or plain name.
func plannedVendors(items []models.PlannedItem) map[string]bool {
	planned := map[string]bool{}
	for _, item := range items {
		if item.Amount.Negative() {
			planned[pick(item.VendorID != "", item.VendorID, plainName(item.What))] = true
		}
	}
	delete(planned, "")
	return planned
}

// on gives what a day brought of invoices that were not known so many days before.
func (u *unforeseen) on(day, ahead int) float64 {
	return u.less[(day-u.first)*(u.ahead+1)+min(ahead, u.ahead)]
}

// add adds to paths that begin on a day what earlier days brought, in stretches drawn with the weekday kept. Nothing is added
// where too few weeks are known.
func (u *unforeseen) add(paths [][]float64, origin int, rng *rand.Rand) {
	weeks := min((origin-u.from)/7, drawnWeeks)
	if weeks < stretchWeeks {
		return
	}
	first := origin - 7*weeks
	for _, path := range paths {
		from := 0
		for t := range path {
			if t%(7*stretchWeeks) == 0 {
				from = 7 * rng.IntN(weeks)
			}
			path[t] += u.on(first+(from+t%(7*stretchWeeks))%(7*weeks), t)
		}
	}
}
