package decision

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// lateAtMost is how many days past due a policy may let payments be.
const lateAtMost = 60

// defaultLateBy is how many days past due those may be paid whom the policy opts in, where it does not say.
const defaultLateBy = 14

// cashDetails reads what the policy says of floors, cut-offs, late payment and single vendors.
func (l *loader) cashDetails(d *Domain, f financeFile) {
	c := f.Cash
	d.CutOff, d.PayRun = l.timeOfDay("finance.cash.cut_off", c.CutOff), l.timeOfDay("finance.pay_run", f.PayRun)
	d.Cash.LateOK, d.Cash.LateBy = c.LateOK, or(int(time.Duration(c.LateBy)/(24*time.Hour)), defaultLateBy)
	if d.Cash.LateBy > lateAtMost {
		l.wrong("finance.cash.late_by", "%d days is more than %d", d.Cash.LateBy, lateAtMost)
	}
	for _, class := range c.LateOK {
		if slices.ContainsFunc(d.Cash.Fixed, func(f string) bool { return strings.EqualFold(f, class) }) {
			l.wrong("finance.cash.late_ok", "%s is never moved (fixed), so it cannot be paid late", class)
		}
		if strings.EqualFold(class, "payroll") || strings.EqualFold(class, "tax") {
			l.wrong("finance.cash.late_ok", "%s is never paid late", class)
		}
	}
	for i, floor := range c.Floors {
		if (floor.Entity == "") == (floor.Account == "") || floor.Floor.Currency == "" {
			l.wrong(fmt.Sprintf("finance.cash.floors.%d", i), "say an entity or an account, and its floor")
		}
		d.Cash.Floors = append(d.Cash.Floors, models.FloorOf{Entity: floor.Entity, Account: floor.Account, Floor: models.Money(floor.Floor)})
	}
	for i, v := range f.Vendors {
		if strings.TrimSpace(v.Name) == "" || v.Lead < 0 || v.Lead > 10 {
			l.wrong(fmt.Sprintf("finance.vendors.%d", i), "a vendor needs a name, and a lead of 0 to 10 bank days")
		}
		d.Cash.Vendors = append(d.Cash.Vendors, models.VendorRule{
			Name: v.Name, Aliases: v.Aliases, NeverLate: v.NeverLate, Discount: v.Discount, Lead: v.Lead,
		})
	}
}

// timeOfDay reads "15:00"; nothing gives nothing.
func (l *loader) timeOfDay(where, s string) time.Duration {
	if s == "" {
		return 0
	}
	t, err := time.Parse("15:04", s)
	if err != nil || sinceMidnight(t) == 0 {
		l.wrong(where, "%q is not a time of day such as 15:00", s)
	}
	return sinceMidnight(t)
}

// sinceMidnight gives how long the day has lasted by the clock on the wall.
func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
}
