package finance

import (
	"cmp"
	"math"
	"slices"

	"remit/models"
)

// How near to a planned item's day an invoice must be to take its place: in days, and as a share of the amount. What comes
// every week or two is nearer still, so that an invoice is near to one of its days alone.
const (
	replacesDays     = 10
	replacesWeekly   = 3
	replacesBiweekly = 6
	replacesShare    = .35
)

// turnsBack is how far back an item's days are looked at: an invoice that is late was for one of those.
const turnsBack = 45

// turn is a day on which a planned item comes.
type turn struct {
	item *models.PlannedItem
	on   models.Day
	done bool // something else is counted in its place
}

// stand is what may be counted in place of a turn: an invoice, or what a person has entered in place of what was found.
type stand struct {
	id    string
	party string // the vendor or the customer
	names []string
	minor int64      // what comes in; below nothing what goes out
	due   models.Day // when it was to be paid
	paid  models.Day // when it was, or is set to be
	past  bool       // it has been paid
	note  bool       // a credit note, or over nothing: it stands for no cash
}

// expect puts planned items where they are sure to come: money that goes out on the bank day at or after its day, today
// at the earliest, what comes in tomorrow at the earliest, since today's is in the balance. An invoice takes the place of
// the turn that it is the bill for, paid or not, and what was entered takes that of what was found: one of one.
func (b *book) expect(p models.Pool, sure []int64) {
	if len(p.Planned) == 0 {
		return
	}
	last := b.cal.days[len(b.cal.days)-1]
	entered, found := turnsOf(p.Planned, b.cash.Floor.Currency, b.cal.today.Add(-turnsBack), last.Add(replacesDays))
	replace(found, standsOf(entered))
	all := slices.Concat(entered, found)
	replace(all, invoices(p))
	for _, t := range all {
		if t.done || t.on < b.cal.today || t.on > last {
			continue
		}
		on := b.cal.nextBusiness(b.cal.offset(t.on))
		if !t.item.Amount.Negative() {
			on = max(on, 1)
		}
		put(sure, on, t.item.Amount.Minor)
	}
}

// turnsOf gives the days of the planned items of a currency, apart those that people have entered and those found in history.
func turnsOf(items []models.PlannedItem, c models.Currency, from, to models.Day) (entered, found []turn) {
	for i := range items {
		item := &items[i]
		if item.Amount.Currency != c {
			continue
		}
		for _, d := range item.Days(from, to) {
			if t := (turn{item: item, on: d}); item.Origin == models.OriginFound {
				found = append(found, t)
			} else {
				entered = append(entered, t)
			}
		}
	}
	return entered, found
}

// standsOf gives turns as what may stand for others.
func standsOf(turns []turn) []stand {
	var out []stand
	for _, t := range turns {
		out = append(out, stand{
			id: t.item.ID + string(t.on), party: t.item.VendorID, names: []string{models.NameKey(t.item.What)},
			minor: t.item.Amount.Minor, due: t.on, paid: t.on,
		})
	}
	return out
}

// invoices gives a pool's invoices, those still to be paid and those that were lately. One that was paid in part stands for
// its whole amount.
func invoices(p models.Pool) []stand {
	var out []stand
	for _, v := range p.Payables {
		if v.Open() {
			v.Amount.Minor += v.Booked.Minor
			out = append(out, billStand(v, p.Vendors[v.VendorID], v.PayOn))
		}
	}
	for _, v := range p.Lately.Payables {
		out = append(out, billStand(v, p.Vendors[v.VendorID], v.PaidOn))
	}
	for _, v := range p.Receivables {
		if v.Open() {
			v.Amount.Minor += v.Booked.Minor
			out = append(out, receiptStand(v, v.Expected()))
		}
	}
	for _, v := range p.Lately.Receivables {
		out = append(out, receiptStand(v, v.PaidOn))
	}
	return slices.DeleteFunc(out, func(s stand) bool { return s.note })
}

func billStand(p models.Payable, v models.Vendor, paid models.Day) stand {
	return stand{
		id: p.ID, party: p.VendorID, names: append(v.NameKeys(), models.NameKey(p.VendorName)), minor: -p.Amount.Minor,
		due: p.DueOn, paid: paid, past: !p.Open(), note: p.Amount.Minor <= 0,
	}
}

func receiptStand(r models.Receivable, paid models.Day) stand {
	return stand{
		id: r.ID, party: r.CustomerID, names: []string{models.NameKey(r.CustomerID)}, minor: r.Amount.Minor,
		due: r.DueOn, paid: paid, past: !r.Open(), note: r.Amount.Minor <= 0,
	}
}

// match is a turn and what may stand for it.
type match struct {
	turn, stand int
	days, first int     // how far apart they are, and by the day that counts first
	differs     float64 // by how much, in minor units
}

// replace notes the turns in whose place something else is counted: the nearest pairs first, each turn and each stand once.
func replace(turns []turn, stands []stand) {
	var all []match
	for t := range turns {
		for s := range stands {
			if m, ok := turns[t].matches(&stands[s]); ok && !turns[t].done {
				m.turn, m.stand = t, s
				all = append(all, m)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.days, b.days), cmp.Compare(a.first, b.first), cmp.Compare(a.differs, b.differs),
			cmp.Compare(turns[a.turn].on, turns[b.turn].on), cmp.Compare(stands[a.stand].id, stands[b.stand].id))
	})
	taken := make([]bool, len(stands))
	for _, m := range all {
		if !turns[m.turn].done && !taken[m.stand] {
			turns[m.turn].done, taken[m.stand] = true, true
		}
	}
}

// matches reports how near to a turn something is that may stand for it: of its party, its way and about its amount. What is
// to come from a customer by another name is taken for it too where the amount is the very same: rather too little is
// counted on than too much.
func (t *turn) matches(s *stand) (match, bool) {
	amount := t.item.Amount.Minor
	m := match{differs: math.Abs(float64(s.minor) - float64(amount))}
	if (amount < 0) != (s.minor < 0) || m.differs > replacesShare*math.Abs(float64(amount)) {
		return m, false
	}
	first, second := s.due, s.paid
	if t.item.Origin == models.OriginFound { // its rhythm is that of the days on which was paid
		if first, second = s.paid, s.due; s.past {
			second = s.paid
		}
	}
	m.first = apartFrom(first, t.on)
	m.days = min(m.first, apartFrom(second, t.on))
	return m, m.days <= reach(t.item.Every) && (of(t.item, s) || amount > 0 && s.minor == amount)
}

// of reports whether a stand is of the party that a turn's item names.
func of(item *models.PlannedItem, s *stand) bool {
	if item.VendorID != "" && item.VendorID == s.party {
		return true
	}
	name := models.NameKey(item.What)
	return name != "" && slices.Contains(s.names, name)
}

func reach(r models.Rhythm) int {
	switch r {
	case models.Weekly:
		return replacesWeekly
	case models.Biweekly:
		return replacesBiweekly
	}
	return replacesDays
}

// apartFrom gives the days between two days; very many where the first is none.
func apartFrom(d, on models.Day) int {
	if !d.Valid() {
		return math.MaxInt
	}
	return max(d.Sub(on), on.Sub(d))
}
