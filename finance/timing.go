package finance

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"remit/models"
)

// searchAtMost is how many payables with a choice of day are tried in every combination; more are settled by repair,
// which holds the floor in all but contrived cases, and then refined.
const searchAtMost = 12

// planEffort is the share of the full search that a plan is refined with: plans are made again on every event.
const planEffort = .02

// Plan gives a pool's cash and the payables whose pay day should move.
//
// Cash is simulated on joint paths of what comes in (see book), under a seed of the pool and the day: the same pool gives
// the same plan. The floor is held if no more than the agreed share of the paths falls below it on any day.
//
// Each payable is paid on the last bank day that earns its discount where that is worth more than the money's cost until
// the due day, else on the last bank day on or before the due day: never past due, but where the policy opts the vendor's
// class in and the floor needs it. Discounts that would take the lower
// path below the floor are given up, the least valuable ones that suffice. Where no choice of days holds the floor, the
// one that is least short over all days is planned and Cash.Short says by how much; see Shortfall and WayOut. A date that can stay is
// left alone unless moving it saves a tenth of a per cent or the floor needs it. Where cash is unknown no day is proposed,
// and the pool itself is asked about.
func (*Judge) Plan(p models.Pool, r models.CashRules) models.Plan {
	b := newBook(p, r, "")
	b.choose()
	plan := models.Plan{Cash: b.project(), On: make(map[string]models.Day, len(b.items))}
	for _, it := range b.items {
		plan.On[it.p.ID] = b.cal.day(it.at)
	}
	held := b.wayOut(plan.Cash)
	plan.Ask = b.ask(plan.Cash, p, held)
	if plan.Cash.Unknown == "" {
		plan.Proposals = b.proposals(plan.Cash, held)
		var ends []models.Proposal
		ends, plan.Kept = b.ends(p, r)
		plan.Holds = append(b.holds(plan.Cash, held), ends...)
		plan.Cost = models.Money{Minor: b.cost(), Currency: plan.Cash.Floor.Currency}
		plan.Bound = models.Money{Minor: b.bound, Currency: plan.Cash.Floor.Currency}
	}
	return plan
}

// cost gives what the chosen days cost beside the amounts.
func (b *book) cost() int64 {
	sum := int64(0)
	for i := range b.items {
		sum += b.items[i].cost(b.items[i].at)
	}
	return sum
}

// refine looks for cheaper days that leave no day shorter of the floor than the present ones do, and gives what no such
// choice can cost less than.
func (b *book) refine(free []int) (bound int64) {
	t := Timing{Limit: make([]int64, len(b.path)), Choices: make([][]PayDay, len(free)), Effort: planEffort}
	for d, m := range b.path {
		t.Limit[d] = max(0, m-b.cash.Floor.Minor)
	}
	fixed, start := b.cost(), make([]int, len(free))
	for k, i := range free {
		it := &b.items[i]
		fixed -= it.cost(it.at)
		for d := it.at; d < len(t.Limit); d++ {
			t.Limit[d] += it.out(it.at)
		}
		for n, on := range []int{it.late, it.early} {
			t.Choices[k] = append(t.Choices[k], PayDay{Day: on, Out: it.out(on), Cost: float64(it.cost(on))})
			if on == it.at {
				start[k] = n
			}
		}
	}
	solved := t.Solve(start)
	for k, pick := range solved.Pick {
		b.move(free[k], t.Choices[k][pick].Day)
	}
	return fixed + int64(math.Ceil(solved.Bound-.5))
}

// choose sets every item's day. Where cash is unknown all stay as they are. The floor is first held against the loosest
// lower path, and against stricter ones until the whole path falls below it with no more than the agreed probability.
func (b *book) choose() {
	if b.cash.Unknown != "" {
		return
	}
	bands := b.in.bands(b.breach)
	for i := 0; i < len(bands); i++ {
		b.low = bands[i]
		b.chooseAgainst()
		if _, _, breach := b.promised(chosen); breach <= b.breach {
			return
		}
		if b.short() > 0 { // then a stricter path cannot be held either, and the strictest says how much is lacking
			i = max(i, len(bands)-2)
		}
	}
}

// chooseAgainst sets every item's day so that the lower path holds the floor at the least cost.
func (b *book) chooseAgainst() {
	var free []int // items with a choice between two days
	for i := range b.items {
		it := &b.items[i]
		if it.late != none {
			it.at = it.prefers()
		}
		if it.early != none && !it.bound {
			free = append(free, i)
		}
	}
	b.path = b.paid(b.low, chosen)
	bound := b.cost()
	switch {
	case b.short() == 0:
	case len(free) <= searchAtMost:
		b.search(free)
		bound = b.cost()
	default:
		b.repair(free)
		bound = b.refine(free)
	}
	if b.short() > 0 {
		b.putOff()
	}
	b.settle()
	b.bound = min(bound, b.cost())
}

// short gives how far all days together are below the floor: nothing exactly where it is held, and where it cannot be,
// more the longer and the deeper it is broken.
func (b *book) short() int64 {
	short := int64(0)
	for _, m := range b.path {
		short += max(0, b.cash.Floor.Minor-m)
	}
	return short
}

// move pays an item on another day and keeps the path true.
func (b *book) move(i, to int) {
	it := &b.items[i]
	for t := min(it.at, len(b.path)); t < len(b.path); t++ {
		b.path[t] += it.out(it.at)
	}
	for t := min(to, len(b.path)); t < len(b.path); t++ {
		b.path[t] -= it.out(to)
	}
	it.at = to
}

// other gives the day that a free item is not paid on.
func (it *item) other() int {
	if it.at == it.early {
		return it.late
	}
	return it.early
}

// search tries every combination, one change at a time (Gray code), for the least short and then the least costly.
func (b *book) search(free []int) {
	bestShort, cost, bestCost := b.short(), int64(0), int64(0)
	best := b.days(free)
	for n := uint(1); n < 1<<len(free); n++ {
		i := free[bits.TrailingZeros(n)]
		was := b.items[i].at
		b.move(i, b.items[i].other())
		cost += b.items[i].cost(b.items[i].at) - b.items[i].cost(was)
		if short := b.short(); short < bestShort || (short == bestShort && cost < bestCost) {
			bestShort, bestCost, best = short, cost, b.days(free)
		}
	}
	for k, i := range free {
		b.move(i, best[k])
	}
}

func (b *book) days(of []int) []int {
	days := make([]int, len(of))
	for k, i := range of {
		days[k] = b.items[i].at
	}
	return days
}

// repair starts from the cheapest days and, from the first day below the floor on, makes the change that costs least for
// the cash it brings on that day. Then it takes back what turned out not to be needed, dearest first. If paying
// everything as late as may be is less short, that is where it starts from instead.
func (b *book) repair(free []int) {
	for t := range b.path {
		for b.path[t] < b.cash.Floor.Minor {
			i, found := b.relief(free, t)
			if !found {
				break
			}
			b.move(i, b.items[i].late)
		}
	}
	repaired, short := b.days(free), b.short()
	for _, i := range free {
		b.move(i, b.items[i].late)
	}
	if short <= b.short() {
		for k, i := range free {
			b.move(i, repaired[k])
		}
	}
	b.resume(free)
}

// relief finds the early payment to put off: one that alone lifts day t to the floor at the least cost, else the one
// that costs least for what it brings.
func (b *book) relief(free []int, t int) (best int, found bool) {
	lacks := b.cash.Floor.Minor - b.path[t]
	for _, i := range free {
		it := &b.items[i]
		if it.at != it.early || it.early > t || it.late <= t {
			continue
		}
		if !found || cheaper(it.postponed(), it.out(it.early), b.items[best].postponed(), b.items[best].out(b.items[best].early), lacks) {
			best, found = i, true
		}
	}
	return best, found
}

// postponed gives what it costs to pay late rather than early.
func (it *item) postponed() int64 { return max(0, it.cost(it.late)-it.cost(it.early)) }

// cheaper reports whether to bring cash a at a cost is a better way to what is lacking than to bring cash b: by cost
// where both suffice, else the one that suffices, else by cost for the cash.
func cheaper(costA, a, costB, b, lacks int64) bool {
	switch {
	case a >= lacks && b >= lacks:
		return costA < costB
	case a >= lacks || b >= lacks:
		return a >= lacks
	}
	hiA, loA := bits.Mul64(uint64(costA), uint64(b))
	hiB, loB := bits.Mul64(uint64(costB), uint64(a))
	return hiA < hiB || (hiA == hiB && loA < loB)
}

// resume takes discounts again that the floor does not need given up, the most valuable first.
func (b *book) resume(free []int) {
	given := slices.DeleteFunc(slices.Clone(free), func(i int) bool { return b.items[i].at == b.items[i].early })
	slices.SortStableFunc(given, func(x, y int) int { return cmp.Compare(b.items[y].postponed(), b.items[x].postponed()) })
	for _, i := range given {
		if short := b.short(); b.items[i].prefers() == b.items[i].early || short > 0 {
			b.move(i, b.items[i].early)
			if b.short() > short || (b.short() == short && b.items[i].prefers() != b.items[i].early) {
				b.move(i, b.items[i].late)
			}
		}
	}
}

// settle leaves alone the dates that are not worth moving, those with the least to gain first, so far as the floor lets it.
func (b *book) settle() {
	var settled []int
	for i, it := range b.items {
		if it.keep != none && it.keep != it.at && !it.bound && it.gain() < it.worthMoving() {
			settled = append(settled, i)
		}
	}
	slices.SortStableFunc(settled, func(x, y int) int { return cmp.Compare(b.items[x].gain(), b.items[y].gain()) })
	for _, i := range settled {
		short, at := b.short(), b.items[i].at
		b.move(i, b.items[i].keep)
		if b.short() > short {
			b.move(i, at)
		}
	}
}

// gain gives what the chosen day saves over the one that could be kept.
func (it *item) gain() int64 { return it.cost(it.keep) - it.cost(it.at) }
