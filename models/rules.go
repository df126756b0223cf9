package models

import (
	"slices"
	"strings"
	"time"
)

// Macro is an answer that support has agreed on. {{name}}, {{ticket}} and {{account}} in Text are filled from facts; a
// macro with a placeholder that cannot be filled is not used.
type Macro struct {
	Title    string   `json:"title" yaml:"title"`
	Words    []string `json:"words" yaml:"words"` // what a ticket it answers speaks of
	Text     string   `json:"text" yaml:"text"`
	Language string   `json:"language,omitempty" yaml:"language"` // "de": for customers who write so; empty for everybody
}

// Covers counts the macro's words that the lower-case text has.
func (m Macro) Covers(lower string) int { return countWords(m.Words, lower) }

// Queue is a group of agents and the words of the tickets that belong there.
type Queue struct {
	Name      string   `json:"name" yaml:"name"`
	Words     []string `json:"words" yaml:"words"`
	Intents   []string `json:"intents,omitempty" yaml:"intents"`     // tags or field values that it handles, as they were learned
	Languages []string `json:"languages,omitempty" yaml:"languages"` // that it answers in: "de"; empty for all
	Capacity  int      `json:"capacity,omitempty" yaml:"capacity"`   // open tickets at most; 0 for no bound
	People    []Agent  `json:"people,omitempty" yaml:"people"`       // among whom a ticket is given to one; empty: the queue sees to that itself
}

// Speaks reports whether the queue answers in the language.
func (q Queue) Speaks(language string) bool {
	return len(q.Languages) == 0 || slices.Contains(q.Languages, language)
}

// Covers counts the queue's words that the lower-case text has.
func (q Queue) Covers(lower string) int { return countWords(q.Words, lower) }

func countWords(words []string, lower string) int {
	n := 0
	for _, w := range words {
		if w != "" && strings.Contains(lower, strings.ToLower(w)) {
			n++
		}
	}
	return n
}

// TriageRules are what the policy says to the judge of tickets.
type TriageRules struct {
	Queues     []Queue
	Macros     []Macro
	AccountAge time.Duration // older account facts are stale
	Intent     IntentSource  // where the company's own intents stand

	// SLA is the working time within which a ticket of a priority is to be answered.
	SLA map[Priority]time.Duration
	// After gives when so much working time has passed since a time; nil: all time is working time.
	After func(since time.Time, within time.Duration) time.Time
	Zone  *time.Location // in which times are told; nil: UTC
}

// Weighed reports whether it matters for a route how much somebody has to do.
func (r TriageRules) Weighed() bool {
	return slices.ContainsFunc(r.Queues, func(q Queue) bool { return q.Capacity > 0 || len(q.People) > 0 })
}

// DueFor gives when an answer to the ticket is due, had it the priority; the zero time where there is no target for it, or
// nobody waits.
func (r TriageRules) DueFor(t Ticket, p Priority) time.Time {
	within, ok := r.SLA[p]
	since := t.WaitingSince()
	if !ok || since.IsZero() {
		return time.Time{}
	}
	if r.After == nil {
		return since.Add(within)
	}
	return r.After(since, within)
}

// Moment says a time as people of the company do: "Thu 3 Dec 15:04".
func (r TriageRules) Moment(t time.Time) string {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("Mon 2 Jan 15:04")
}

// Queue gives the queue of that name.
func (r TriageRules) Queue(name string) (Queue, bool) {
	i := slices.IndexFunc(r.Queues, func(q Queue) bool { return q.Name == name })
	if i < 0 {
		return Queue{}, false
	}
	return r.Queues[i], true
}

// CashRules are what the policy says to the judge of payments.
type CashRules struct {
	Floor     Money         // cash that must be left
	Breach    float64       // the agreed probability of falling below it
	Horizon   int           // days
	MaxAge    time.Duration // older balances are stale
	Limits    []Money       // amounts above which more approval is needed: what a split would stay below
	Fixed     []string      // vendor classes never moved: payroll, tax
	CostBPS   int64         // yearly cost of money in basis points
	Today     Day           // the day in the company's time zone
	Business  func(Day) bool
	BankFresh time.Duration // how long changed bank details count as changed
	Closed    bool          // banks take no more payments for today
	Floors    []FloorOf     // of single entities and accounts
	Rates     Rates         // for a floor in another currency than the pool's
	LateOK    []string      // vendor classes that may be paid late where the floor needs it
	LateBy    int           // by how many days at most
	Vendors   []VendorRule
}

// FloorOf is the cash that must be left to an entity, or on an account of it.
type FloorOf struct {
	Entity  string
	Account string // the id of a balance; empty for the entity as a whole
	Floor   Money
}

// VendorRule is what the policy says of single vendors.
type VendorRule struct {
	Name      string   // as written anywhere, or the vendor's id
	Aliases   []string // other names of the same vendor
	NeverLate bool     // not even where its class may be
	Discount  bool     // always on the day that earns the discount, whatever else
	Lead      int      // bank days that the money is under way
}

// FloorFor gives the floor of a pool in the pool's own currency: the entity's where it has one, else that of all, and no
// less than what must stay on its accounts together. ok is false, and the floor the one there is, where a rate is missing.
func (r CashRules) FloorFor(p Pool) (floor Money, ok bool) {
	entity, currency, known := ParsePool(p.ID)
	if !known {
		return r.Floor, true
	}
	floor = r.Floor
	accounts := Money{Currency: currency}
	for _, f := range r.Floors {
		switch {
		case f.Account == "" && f.Entity == entity && (f.Floor.Currency == currency || floor.Currency != currency):
			floor = f.Floor
		case f.Account != "" && slices.ContainsFunc(p.Balances, func(b Balance) bool { return b.ID == f.Account }):
			m, err := r.Rates.Convert(f.Floor, currency)
			if err != nil {
				return f.Floor, false
			}
			if accounts, err = accounts.Add(m); err != nil {
				return f.Floor, false
			}
		}
	}
	if floor.Currency == "" {
		return floor, true
	}
	floor, err := r.Rates.Convert(floor, currency)
	if err != nil {
		return r.Floor, false
	}
	return Money{Minor: max(floor.Minor, accounts.Minor), Currency: currency}, true
}

// NeverMoved reports a vendor class that is paid on its due day whatever the cash.
func (r CashRules) NeverMoved(class string) bool { return slices.Contains(r.Fixed, class) }

// IsBusiness reports whether banks pay on the day; without a calendar, Monday to Friday.
func (r CashRules) IsBusiness(d Day) bool {
	if r.Business != nil {
		return r.Business(d)
	}
	wd := d.Time().Weekday()
	return wd != time.Saturday && wd != time.Sunday
}
