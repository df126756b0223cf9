package models

import (
	"strings"
	"time"
)

// Rhythm is how often something comes again.
type Rhythm string

// The rhythms. The empty Rhythm is once.
const (
	Once      Rhythm = ""
	Weekly    Rhythm = "weekly"
	Biweekly  Rhythm = "biweekly"
	Monthly   Rhythm = "monthly" // on the same day of the month, or its last where it has fewer days
	Quarterly Rhythm = "quarterly"
	Yearly    Rhythm = "yearly"
)

// Rhythms gives those that can be named.
func Rhythms() []Rhythm { return []Rhythm{Weekly, Biweekly, Monthly, Quarterly, Yearly} }

// Where a planned item is from.
const (
	OriginPerson = "person" // entered
	OriginFound  = "found"  // found in history, and replaced whenever that is looked at again
)

// PlannedItem is cash that is expected beside any invoice: what comes in is above nothing, what goes out below.
type PlannedItem struct {
	ID       string    `json:"id" gorm:"primaryKey"`
	Pool     string    `json:"pool"` // see PoolSubject
	What     string    `json:"what"` // "rent", "payroll", in people's words
	VendorID string    `json:"vendor_id,omitempty"`
	Amount   Money     `json:"amount" gorm:"embedded;embeddedPrefix:amount_"`
	On       Day       `json:"on"` // the first day
	Every    Rhythm    `json:"every,omitempty"`
	Until    Day       `json:"until,omitempty"` // the last day on which it may come; empty: no end
	Origin   string    `json:"origin"`
	By       string    `json:"by,omitempty"` // who entered it
	At       time.Time `json:"at"`
}

// Check reports, as Invalid, what cannot be planned with.
func (p PlannedItem) Check() error {
	_, currency, ok := ParsePool(p.Pool)
	switch {
	case !ok:
		return FieldErrorf("pool", "%q names no cash pool such as cash:acme:USD", p.Pool)
	case strings.TrimSpace(p.What) == "" || len(p.What) > 200:
		return FieldErrorf("what", "say what it is, in at most 200 bytes")
	case p.Amount.IsZero():
		return FieldErrorf("amount", "an amount of nothing changes nothing")
	case p.Amount.Currency != currency:
		return FieldErrorf("amount", "%s is not in the pool's %s", p.Amount.Display(), currency)
	case !p.On.Valid():
		return FieldErrorf("on", "%q is not a day such as 2026-12-03", string(p.On))
	case p.Until != "" && (!p.Until.Valid() || p.Until < p.On):
		return FieldErrorf("until", "%q is not a day on or after %s", string(p.Until), p.On)
	case p.Every.next("2026-01-01", 1) == "":
		return FieldErrorf("every", "%q is not weekly, biweekly, monthly, quarterly or yearly", string(p.Every))
	}
	return nil
}

// Days gives the days from one to another, both included, on which the item comes; each at most once.
func (p PlannedItem) Days(from, to Day) []Day {
	var days []Day
	for n := 0; ; n++ {
		d := p.Every.next(p.On, n)
		if d == "" || d > to || (p.Until != "" && d > p.Until) || n > 0 && p.Every == Once {
			return days
		}
		if d >= from {
			days = append(days, d)
		}
	}
}

// next gives the day n times later than the first; "" for a rhythm that is none.
func (r Rhythm) next(first Day, n int) Day {
	months := map[Rhythm]int{Monthly: 1, Quarterly: 3, Yearly: 12}[r]
	switch {
	case r == Once:
		return first
	case r == Weekly:
		return first.Add(7 * n)
	case r == Biweekly:
		return first.Add(14 * n)
	case months == 0:
		return ""
	}
	t := first.Time()
	to := time.Date(t.Year(), t.Month()+time.Month(months*n), 1, 0, 0, 0, 0, time.UTC)
	last := to.AddDate(0, 1, -1).Day()
	return DayOf(to.AddDate(0, 0, min(t.Day(), last)-1))
}

// ParsePool gives the entity and the currency of a pool's id; ok is false for what is none.
func ParsePool(id string) (entity string, c Currency, ok bool) {
	rest, found := strings.CutPrefix(id, "cash:")
	cut := strings.LastIndexByte(rest, ':')
	if !found || cut < 0 {
		return "", "", false
	}
	c = Currency(rest[cut+1:])
	return rest[:cut], c, c.Valid()
}

// PoolName says a pool as people do: "acme, EUR".
func PoolName(id string) string {
	entity, currency, ok := ParsePool(id)
	switch {
	case !ok:
		return id
	case entity == "":
		return string(currency)
	}
	return entity + ", " + string(currency)
}

// PastBalance is the last balance of an account that was told on a day.
type PastBalance struct {
	ID     string    `json:"id" gorm:"primaryKey"` // that of the Balance
	Day    Day       `json:"day" gorm:"primaryKey"`
	Entity string    `json:"entity"`
	Amount Money     `json:"amount" gorm:"embedded;embeddedPrefix:amount_"`
	AsOf   time.Time `json:"as_of"`
}

// PaidOn is the sum of what left or came on a day.
type PaidOn struct {
	Day   Day
	Minor int64
}

// CashPast is what is known of a pool's past.
type CashPast struct {
	Balances []PastBalance
	Paid     []PaidOn      // what left for payables, by day
	Received []PaidOn      // what came of receivables, by day
	Planned  []PlannedItem // what people have entered, whose past days explain some of the rest
}

// Turnover is an invoice that was paid, as far as it tells how long ahead of its day a company knows its cash.
type Turnover struct {
	KnownOn    Day // see Payable.KnownOn
	PaidOn     Day
	Minor      int64 // above nothing what came in, below what went out
	VendorID   string
	VendorName string // empty for what came in
}
