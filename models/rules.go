package models

import (
	"slices"
	"strings"
	"time"
)

// Macro is an answer that support has agreed on. {{name}}, {{ticket}} and {{account}} in Text are filled from facts; a
// macro with a placeholder that cannot be filled is not used.
type Macro struct {
	Title string   `json:"title" yaml:"title"`
	Words []string `json:"words" yaml:"words"` // what a ticket it answers speaks of
	Text  string   `json:"text" yaml:"text"`
}

// Covers counts the macro's words that the lower-case text has.
func (m Macro) Covers(lower string) int { return countWords(m.Words, lower) }

// Queue is a group of agents and the words of the tickets that belong there.
type Queue struct {
	Name  string   `json:"name" yaml:"name"`
	Words []string `json:"words" yaml:"words"`
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
