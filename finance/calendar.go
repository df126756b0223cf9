package finance

import "remit/models"

// closedAtMost is how many days in a row banks are believed to be closed; beyond that the calendar is not searched.
const closedAtMost = 30

// calendar counts days from today, day 0, and knows on which of them banks pay.
type calendar struct {
	today    models.Day
	first    int // the first bank day on which a payment can still leave
	rules    models.CashRules
	days     []models.Day
	business []bool
}

func newCalendar(today models.Day, horizon int, r models.CashRules) calendar {
	c := calendar{today: today, rules: r, days: make([]models.Day, horizon+1), business: make([]bool, horizon+1)}
	for i := range c.days {
		c.days[i] = today.Add(i)
		c.business[i] = r.IsBusiness(c.days[i])
	}
	if r.Closed {
		c.first = c.nextBusiness(1)
	}
	return c
}

// ahead gives the bank day so many bank days before n.
func (c calendar) ahead(n, days int) int {
	for ; days > 0; days-- {
		before, ok := c.lastBusiness(n - 1)
		if !ok {
			return n
		}
		n = before
	}
	return n
}

func (c calendar) offset(d models.Day) int { return d.Sub(c.today) }

func (c calendar) day(n int) models.Day {
	if n >= 0 && n < len(c.days) {
		return c.days[n]
	}
	return c.today.Add(n)
}

func (c calendar) isBusiness(n int) bool {
	if n >= 0 && n < len(c.business) {
		return c.business[n]
	}
	return c.rules.IsBusiness(c.day(n))
}

// lastBusiness gives the last bank day on or before n on which a payment can still leave.
func (c calendar) lastBusiness(n int) (int, bool) {
	for i := n; i >= c.first && i > n-closedAtMost; i-- {
		if c.isBusiness(i) {
			return i, true
		}
	}
	return 0, false
}

// nextBusiness gives the first bank day on or after n, and n itself where there is none to be found.
func (c calendar) nextBusiness(n int) int {
	for i := n; i < n+closedAtMost; i++ {
		if c.isBusiness(i) {
			return i
		}
	}
	return n
}
