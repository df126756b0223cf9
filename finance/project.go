package finance

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// What the projection takes for granted. It is deterministic: no chance is drawn, and its lower band is a haircut.
//
// The middle path starts from the balance now. Each open payable that is not held leaves on its pay day (the next bank
// day, where banks are closed on it), less the discount that day earns; one whose day has passed leaves today. Each
// receivable comes on its expected day; one that is late already is expected to be late as long again, from tomorrow,
// at most latestAgain days. One without any day is not counted.
//
// The lower path, which the floor is held against, counts of receivables only haircutBPS, lowDelay days later, and
// nothing of those that are late already. Payables are the same on both. Credit notes are counted on neither.
const (
	defaultHorizon = 60
	longestHorizon = 730
	defaultMaxAge  = 24 * time.Hour
	latestAgain    = 30
	lowDelay       = 14
	haircutBPS     = 9000
	// aheadAtMost is how far a bank's clock may be ahead of ours before its balance is not believed.
	aheadAtMost = time.Hour
	// largestSum bounds all amounts of a pool together, so that no sum of theirs over all days leaves 64 bits.
	largestSum = math.MaxInt64 / 4096
)

// book is a pool laid out by day: what comes in whatever we do, and the payables whose day can be chosen.
type book struct {
	cal     calendar
	cash    models.Cash // what is known at the start; Unknown says why the rest is empty
	mid     []int64     // middle path with nothing paid
	low     []int64     // lower path with nothing paid
	path    []int64     // lower path with every item paid at its chosen day
	items   []item
	costBPS int64
}

// newBook lays out the pool over the horizon, or up to the given day if that is later. Where cash is unknown the items
// are there, each at the day it is set to, and the paths are not.
func newBook(p models.Pool, r models.CashRules, until models.Day) *book {
	b := &book{costBPS: min(max(r.CostBPS, 0), 10_000)}
	today := r.Today
	if !today.Valid() {
		today = models.DayOf(p.Now)
	}
	horizon := r.Horizon
	if horizon == 0 {
		horizon = defaultHorizon
	}
	horizon = min(max(horizon, 0), longestHorizon)
	if until.Valid() {
		horizon = min(max(horizon, until.Sub(today)), longestHorizon)
	}
	b.cal = newCalendar(today, horizon, r)
	b.cash = models.Cash{Pool: p.ID, Floor: r.Floor, Horizon: horizon}
	b.cash.Balance, b.cash.AsOf, _ = p.Balance()
	b.cash.Unknown = unknown(p, r)
	b.enter(p, r)
	if b.cash.Unknown == "" {
		b.mid, b.low = b.receipts(p)
	}
	return b
}

// unknown says why nothing can be said of the pool's cash, or nothing if it can.
func unknown(p models.Pool, r models.CashRules) string {
	sum, asOf, ok := p.Balance()
	maxAge := r.MaxAge
	if maxAge <= 0 {
		maxAge = defaultMaxAge
	}
	switch {
	case r.Floor.Currency == "":
		return "no floor is configured"
	case r.Horizon < 0:
		return "the horizon is less than nothing"
	case len(p.Balances) == 0:
		return "no balance is known"
	case !ok:
		return "the balances cannot be added up: they are in different currencies or too large"
	case p.Now.Sub(asOf) > maxAge:
		return "the balance is " + age(p.Now.Sub(asOf)) + " old"
	case asOf.Sub(p.Now) > aheadAtMost:
		return "the balance is dated ahead of now"
	}
	return unfit(p, r.Floor, sum)
}

// unfit finds amounts that cannot be held against the floor: other currencies, and sums beyond reckoning.
func unfit(p models.Pool, floor, balance models.Money) string {
	var odd []string
	total := 0.0
	take := func(m models.Money) {
		total += math.Abs(float64(m.Minor))
		if m.Currency != floor.Currency && m != (models.Money{}) && !slices.Contains(odd, string(m.Currency)) {
			odd = append(odd, string(m.Currency))
		}
	}
	take(floor)
	take(balance)
	for _, b := range p.Balances {
		take(b.Amount)
	}
	for _, v := range p.Payables {
		if leaves(v) {
			take(v.Amount)
			take(v.LateFee)
		}
	}
	for _, v := range p.Receivables {
		if v.Open() {
			take(v.Amount)
		}
	}
	switch {
	case len(odd) > 0:
		slices.Sort(odd)
		return fmt.Sprintf("there is no rate between %s and the floor's %s", strings.Join(odd, ", "), floor.Currency)
	case total > largestSum:
		return "the amounts are too large to add up"
	}
	return ""
}

// leaves reports a payable whose money is planned to leave.
func leaves(p models.Payable) bool {
	return p.Open() && p.Status != models.PayableHeld && p.Amount.Minor > 0
}

func age(d time.Duration) string {
	if days := int(d.Hours() / 24); days > 1 {
		return fmt.Sprintf("%d days", days)
	}
	return fmt.Sprintf("%d hours", int(d.Hours()))
}

// receipts gives both paths with the receivables on them and no payable.
func (b *book) receipts(p models.Pool) (mid, low []int64) {
	n := len(b.cal.days)
	mid, low = make([]int64, n), make([]int64, n)
	mid[0], low[0] = b.cash.Balance.Minor, b.cash.Balance.Minor
	for _, v := range p.Receivables {
		if !v.Open() || !v.Expected().Valid() {
			continue
		}
		on, late := b.expected(v)
		put(mid, on, v.Amount.Minor)
		switch {
		case v.Amount.Minor < 0: // money to give back is counted in full, as soon as it can go
			put(low, on, v.Amount.Minor)
		case !late:
			put(low, on+lowDelay, v.Amount.Share(haircutBPS).Minor)
		}
	}
	accumulate(mid)
	accumulate(low)
	return mid, low
}

// expected gives the day on which a receivable is counted on, and whether it is late already.
func (b *book) expected(v models.Receivable) (on int, late bool) {
	on = b.cal.offset(v.Expected())
	if on >= 0 {
		return max(on, 1), false
	}
	return 1 + min(-on, latestAgain), true
}

func put(flow []int64, on int, minor int64) {
	if on < len(flow) {
		flow[on] += minor
	}
}

func accumulate(flow []int64) {
	for i := 1; i < len(flow); i++ {
		flow[i] += flow[i-1]
	}
}

// paid gives a path less every item, each paid on the day that on gives for it.
func (b *book) paid(path []int64, on func(*item) int) []int64 {
	out := make([]int64, len(path))
	for i := range b.items {
		it := &b.items[i]
		put(out, on(it), -it.out(on(it)))
	}
	accumulate(out)
	for i := range out {
		out[i] += path[i]
	}
	return out
}

// project gives what the chosen days leave, with the items' present days for comparison.
//
// Breach is no probability yet but a verdict: 1 where the middle path falls below the floor, 0.5 where only the lower
// path does, else 0.
func (b *book) project() models.Cash {
	cash := b.cash
	if cash.Unknown != "" {
		return cash
	}
	mid, low := b.paid(b.mid, chosen), b.paid(b.low, chosen)
	cash.Days = make([]models.CashDay, len(mid))
	for i, d := range b.cal.days {
		cash.Days[i] = models.CashDay{Day: d, Mid: mid[i], Low: low[i]}
	}
	cash.Low, cash.LowOn = b.lowest(low)
	cash.Before, cash.BeforeOn = b.lowest(b.paid(b.low, asSet))
	switch {
	case slices.Min(mid) < cash.Floor.Minor:
		cash.Breach = 1
	case cash.Low.Minor < cash.Floor.Minor:
		cash.Breach = .5
	}
	return cash
}

func (b *book) lowest(path []int64) (models.Money, models.Day) {
	at := 0
	for i, m := range path {
		if m < path[at] {
			at = i
		}
	}
	return models.Money{Minor: path[at], Currency: b.cash.Floor.Currency}, b.cal.days[at]
}

func chosen(it *item) int { return it.at }

func asSet(it *item) int { return it.set }
