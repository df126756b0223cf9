package decision

import (
	"reflect"
	"slices"
	"strings"

	"remit/models"
)

// payments compares what is said of single floors, of late payment, of vendors and of how often people are bothered.
func (c comparison) payments(old, new *Domain) {
	c.floors(old.Cash.Floors, new.Cash.Floors)
	if added := lacking(new.Cash.LateOK, old.Cash.LateOK); len(added) > 0 {
		c.say("%s: payments of the class %s may be late.", c.name, strings.Join(added, ", "))
	}
	if len(new.Cash.LateOK) > 0 && new.Cash.LateBy > old.Cash.LateBy {
		c.say("%s: payments may be %d days late instead of %d.", c.name, new.Cash.LateBy, old.Cash.LateBy)
	}
	if !slices.EqualFunc(old.Cash.Vendors, new.Cash.Vendors, func(a, b models.VendorRule) bool { return reflect.DeepEqual(a, b) }) {
		c.say("%s: the rules of single vendors change.", c.name)
	}
	if old.CutOff > 0 && (new.CutOff == 0 || new.CutOff > old.CutOff) {
		c.say("%s: payments leave later in the day than before.", c.name)
	}
	if fewerAlerts(old.Alerts, new.Alerts) {
		c.say("%s: fewer payments that look wrong may be shown, and what is not shown is not held.", c.name)
	}
}

// floors compare those of single entities and accounts. An account's own only adds to what must stay; an entity's takes the
// place of the floor of all.
func (c comparison) floors(old, new []models.FloorOf) {
	same := func(a models.FloorOf) func(models.FloorOf) bool {
		return func(b models.FloorOf) bool { return a.Entity == b.Entity && a.Account == b.Account }
	}
	for _, f := range old {
		i := slices.IndexFunc(new, same(f))
		if i < 0 || more(f.Floor, new[i].Floor) {
			c.say("%s: the floor of %s, %s, falls or is removed.", c.name, f.Entity+f.Account, amount(f.Floor))
		}
	}
	for _, f := range new {
		if f.Account == "" && !slices.ContainsFunc(old, same(f)) {
			c.say("%s: %s has a floor of its own, %s, in place of that of all.", c.name, f.Entity, amount(f.Floor))
		}
	}
}

// fewerAlerts reports whether the new bound may show less than the old; zero is no bound.
func fewerAlerts(old, new Alerts) bool {
	lower := func(was, is float64) bool { return is > 0 && (was == 0 || is < was) }
	return lower(float64(old.PerDay), float64(new.PerDay)) || lower(old.FDR, new.FDR)
}
