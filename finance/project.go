package finance

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// The projection starts from the balance now. Each open payable that is not held leaves on its pay day (the next bank day,
// where banks are closed on it), less the discount that day earns; one whose day has passed leaves today. What comes in
// is drawn (paths.go): each receivable on a day of its customer's usual delays, and the residual flow, where its past is
// known. The middle path is the median of each day; the lower one is a band that is kept with the agreed probability,
// and Breach counts the paths that fall below the floor on any day. Credit notes are not counted.
const (
	defaultHorizon = 60
	longestHorizon = 730
	defaultMaxAge  = 24 * time.Hour
	defaultBreach  = .05
	// aheadAtMost is how far a bank's clock may be ahead of ours before its balance is not believed.
	aheadAtMost = time.Hour
	// largestSum bounds all amounts of a pool together, so that no sum of theirs over all days leaves 64 bits.
	largestSum = math.MaxInt64 / 4096
)

// book is a pool laid out by day: what comes in whatever we do, and the payables whose day can be chosen.
type book struct {
	cal     calendar
	cash    models.Cash // what is known at the start; Unknown says why the rest is empty
	remedy  string      // what makes it known
	in      *incoming
	breach  float64 // agreed
	mid     []int64 // middle path with nothing paid
	low     []int64 // lower path with nothing paid
	path    []int64 // lower path with every item paid at its chosen day
	items   []item
	costBPS int64
	bound   int64 // what no choice of days that holds the floor can cost less than
}

// newBook lays out the pool over the horizon, or up to the given day if that is later. Where cash is unknown the items
// are there, each at the day it is set to, and the paths are not.
func newBook(p models.Pool, r models.CashRules, until models.Day) *book {
	b := &book{costBPS: min(max(r.CostBPS, 0), 10_000)}
	r.Floor, _ = r.FloorFor(p)
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
	b.cash.Unknown, b.remedy = unknown(p, r)
	b.enter(p, r)
	b.breach = r.Breach
	if !(b.breach > 0 && b.breach < 1) {
		b.breach = defaultBreach
	}
	if b.cash.Unknown == "" {
		b.in = b.simulate(p)
		b.cash.Covered, b.cash.Tried = b.in.tried.Cover80, b.in.tried.Windows
		b.mid = b.in.quantile(len(b.in.paths) / 2)
	}
	return b
}

// unknown says why nothing can be said of the pool's cash, or nothing if it can, and what to do about it.
func unknown(p models.Pool, r models.CashRules) (why, remedy string) {
	sum, asOf, ok := p.Balance()
	maxAge := r.MaxAge
	if maxAge <= 0 {
		maxAge = defaultMaxAge
	}
	const again = "Report the balance again, or import a statement"
	switch {
	case r.Floor.Currency == "":
		return "no floor is configured", "Name a floor in the policy."
	case r.Horizon < 0:
		return "the horizon is less than nothing", "Give another horizon in the policy."
	case len(p.Balances) == 0:
		return "no balance is known", "Report the balance of each account, or import a statement."
	case !ok:
		return "the balances cannot be added up: they are in different currencies or too large", again + ", each account in its own currency."
	case p.Now.Sub(asOf) > maxAge:
		return "the balance is " + age(p.Now.Sub(asOf)) + " old", fmt.Sprintf("%s of %s: what is older than %s does not count.", again, stale(p, maxAge), age(maxAge))
	case asOf.Sub(p.Now) > aheadAtMost:
		return "the balance is dated ahead of now", again + ", with the time at which it was read."
	}
	return unfit(p, r.Floor, sum)
}

// stale names the accounts whose balance is too old.
func stale(p models.Pool, maxAge time.Duration) string {
	var names []string
	for _, b := range p.Balances {
		if p.Now.Sub(b.AsOf) > maxAge {
			names = append(names, label(b.ID[strings.LastIndexByte(b.ID, ':')+1:]))
		}
	}
	slices.Sort(names)
	if more := len(names) - namedAtMost; more > 0 {
		names = append(names[:namedAtMost], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// unfit finds amounts that cannot be held against the floor: other currencies, and sums beyond reckoning.
func unfit(p models.Pool, floor, balance models.Money) (why, remedy string) {
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
	for _, item := range p.Planned { // each may come every week
		total += math.Abs(float64(item.Amount.Minor)) * (longestHorizon/7 + 1)
	}
	switch {
	case len(odd) > 0:
		slices.Sort(odd)
		return fmt.Sprintf("there is no rate between %s and the floor's %s", strings.Join(odd, ", "), floor.Currency),
			"Name the rate, or a floor in that currency, in the policy."
	case total > largestSum:
		return "the amounts are too large to add up", "Correct the amount that cannot be."
	}
	return "", ""
}

// leaves reports a payable whose money is planned to leave.
func leaves(p models.Payable) bool {
	return p.Open() && p.Status != models.PayableHeld && p.Amount.Minor > 0
}

// age says how long something is ago in the largest unit of which it is two or more: "2 days", "30 hours", "45 minutes".
func age(d time.Duration) string {
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}} {
		if n := int(d / u.of); n > 1 {
			return fmt.Sprintf("%d %s", n, u.name)
		}
	}
	return fmt.Sprintf("%d minutes", int(d/time.Minute))
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
func (b *book) project() models.Cash {
	cash := b.cash
	if cash.Unknown != "" {
		return cash
	}
	mid, low, before := b.paid(b.mid, chosen), b.paid(b.low, chosen), b.paid(b.mid, asSet)
	cash.Days = make([]models.CashDay, len(mid))
	for i, d := range b.cal.days {
		cash.Days[i] = models.CashDay{Day: d, Mid: mid[i], Low: low[i], Before: before[i]}
	}
	b.fan(cash.Days)
	cash.Agreed = b.breach
	cash.Low, cash.LowOn, cash.Breach = b.promised(chosen)
	if !cash.Short().IsZero() {
		cash.ShortOn = min(b.shortOn(), cash.LowOn)
	}
	cash.Before, cash.BeforeOn, _ = b.promised(asSet)
	return cash
}

// fanShares are the shares of paths below the ends of models.Bands.
var fanShares = [len(models.Bands{})]float64{.025, .1, .25, .75, .9, .975}

// fan adds the bands of each day by itself, where anything is uncertain: as wide as those of earlier days should have been.
// The paths are as wide as their lowest points should have been.
func (b *book) fan(days []models.CashDay) {
	if len(b.in.paths) == 1 {
		return
	}
	for t := range days {
		days[t].Bands = &models.Bands{}
	}
	wide := max(1, b.in.tried.Daily) / max(1, b.in.tried.Floor)
	for i, share := range fanShares {
		ends := b.in.quantile(int(share * float64(len(b.in.paths))))
		for t, v := range ends {
			ends[t] = away(v, b.mid[t], wide)
		}
		for t, v := range b.paid(ends, chosen) {
			days[t].Bands[i] = v
		}
	}
}

// promised gives what the lowest day of the path falls below with no more than the agreed probability, the day on which
// the lower band is lowest, and the probability that any day is below the floor.
func (b *book) promised(on func(*item) int) (models.Money, models.Day, float64) {
	left := b.paid(make([]int64, len(b.cal.days)), on)
	for t := range left {
		left[t] = -left[t]
	}
	lows := b.in.lowest(left)
	below, _ := slices.BinarySearch(lows, b.cash.Floor.Minor)
	at := 0
	for t := range left {
		if b.low[t]-left[t] < b.low[at]-left[at] {
			at = t
		}
	}
	low := lows[int(b.breach*float64(len(lows)))]
	return models.Money{Minor: low, Currency: b.cash.Floor.Currency}, b.cal.days[at], float64(below) / float64(len(lows))
}

func chosen(it *item) int { return it.at }

func asSet(it *item) int { return it.set }
