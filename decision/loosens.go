package decision

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Loosens says, in plain sentences, in what the new policy lets more happen than the old one: a level raised, a guardrail
// gone, other people on a list. It is pure and errs on one side: whatever it cannot prove to be tighter or the same counts
// as loosening. There is no sentence only where nothing was loosened.
func Loosens(old, new *Policy) []string {
	l := &loosening{}
	l.frame(old, new)
	for _, d := range slices.Sorted(maps.Keys(new.Domains)) {
		was, ok := old.Domains[d]
		if !ok {
			was = &Domain{}
		}
		c := comparison{loosening: l, name: d, old: was, new: new.Domains[d], known: ok, oldPolicy: old, newPolicy: new}
		c.domain()
	}
	if was, ok := old.Domains[models.Finance]; ok && new.Domains[models.Finance] == nil && stops(was) {
		l.say("finance: payments that look wrong are not held any more.")
	}
	l.caps(old.Caps, new.Caps)
	for _, g := range new.Grants {
		if !slices.Contains(old.Grants, g) {
			l.say("A grant is new or changed: %s.", g)
		}
	}
	return l.found
}

// stops reports whether anybody hears of payments that look wrong.
func stops(d *Domain) bool {
	l := d.Actions[models.ActionHold].Level
	return l == models.LevelAsk || l.Autonomous()
}

type loosening struct{ found []string }

func (l *loosening) say(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(l.found, s) {
		l.found = append(l.found, s)
	}
}

// frame compares what everything else is measured by.
func (l *loosening) frame(old, new *Policy) {
	if old.Zone.String() != new.Zone.String() {
		l.say("The time zone changes from %s to %s, and with it the hours, the days and the caps.", old.Zone, new.Zone)
	}
	if !old.Calendar.Same(new.Calendar) {
		l.say("The calendar of working hours and holidays changes.")
	}
	if old.Rates.Base != new.Rates.Base && len(new.Rates.Units) > 0 {
		l.say("Rates are told in %s instead of %s.", none(string(new.Rates.Base)), none(string(old.Rates.Base)))
	}
	for _, c := range slices.Sorted(maps.Keys(new.Rates.Units)) {
		switch was, ok := old.Rates.Units[c]; {
		case !ok:
			l.say("%s has a rate now, so amounts in it no longer ask for want of one.", c)
		case was != new.Rates.Units[c]:
			l.say("The rate of %s changes from %s to %s, and with it what amounts are compared with.", c, was, new.Rates.Units[c])
		}
	}
}

func none(s string) string { return or(s, "none") }

// caps compare the bounds of what is done by itself.
func (l *loosening) caps(old, new Caps) {
	switch was, is := old.ActionsPerHour, new.ActionsPerHour; {
	case was > 0 && is == 0:
		l.say("The cap of %d actions an hour is removed.", was)
	case was > 0 && is > was:
		l.say("The cap of actions an hour rises from %d to %d.", was, is)
	}
	switch was, is := old.MoneyPerDay, new.MoneyPerDay; {
	case was.Minor > 0 && is.Minor == 0:
		l.say("The cap of %s a day is removed.", was.Display())
	case was.Minor > 0 && more(is, was):
		l.say("The cap of money a day rises from %s to %s.", was.Display(), amount(is))
	}
}

// more reports whether a is more than b, or cannot be compared with it.
func more(a, b models.Money) bool {
	c, err := a.Cmp(b)
	return err != nil || c > 0
}

// comparison is of one domain.
type comparison struct {
	*loosening
	name                 models.Domain
	old, new             *Domain
	known                bool // the old policy names the domain
	oldPolicy, newPolicy *Policy
}

func (c comparison) domain() {
	for _, a := range slices.Sorted(maps.Keys(c.new.Actions)) {
		c.action(a, c.old.Actions[a], c.new.Actions[a])
	}
	if c.known && stops(c.old) && !stops(c.new) {
		c.say("%s: payments that look wrong are not held any more.", c.name)
	}
	if c.new.Unredacted && !c.old.Unredacted {
		c.say("%s: cards and messages show card numbers, bank accounts, addresses and passwords that stand in tickets.", c.name)
	}
	if !c.known {
		return // what each action may is all there is to say of a new domain
	}
	c.approval(string(c.name), c.old.Approvers, c.new.Approvers)
	if soonerThan(c.new.Expires, c.new.ExpiresWorking, c.old.Expires, c.old.ExpiresWorking) {
		c.say("%s: a question ends after %s instead of %s.", c.name, lasting(c.new.Expires, c.new.ExpiresWorking), lasting(c.old.Expires, c.old.ExpiresWorking))
	}
	if c.old.Segment.Source != c.new.Segment.Source {
		c.say("%s: its segments are named by %s instead of %s; levels and grants hold by segment.", c.name, quoted(c.new.Segment.Source), quoted(c.old.Segment.Source))
	}
	c.rules("guardrail", c.old.Guardrails, c.new.Guardrails)
	c.rules("escalation", c.old.Escalate, c.new.Escalate)
	c.triage(c.old.Triage, c.new.Triage)
	c.cash(c.old.Cash, c.new.Cash)
	c.payments(c.old, c.new)
	c.other(c.old, c.new)
}

// soonerThan reports whether a ends before b may: working time never passes faster than the clock.
func soonerThan(a time.Duration, aWorking bool, b time.Duration, bWorking bool) bool {
	return a < b || bWorking && !aWorking
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", s)
}

// action compares how far an action is delegated. Observing does nothing to anybody, so it may begin at once.
func (c comparison) action(a models.Action, old, new Delegation) {
	name := fmt.Sprintf("%s.%s", c.name, keyOf(a))
	if new.Level == models.LevelObserve && old.Level == models.LevelOff {
		return
	}
	if old.Level.Min(new.Level) != new.Level {
		c.say("%s: the level rises from %s to %s.", name, none(string(old.Level)), new.Level)
	}
	if old.Level == models.LevelOff {
		return // all else of it is new, and nobody was promised otherwise
	}
	if new.MaxError > old.MaxError {
		c.say("%s: max_error rises from %s to %s.", name, share(old.MaxError), share(new.MaxError))
	}
	if new.Level == models.LevelActAfterWindow && old.Level == new.Level && new.Window < old.Window {
		c.say("%s: the window to stop it shrinks from %s to %s.", name, lasting(old.Window, false), lasting(new.Window, false))
	}
	if old.Error.Source != new.Error.Source {
		c.say("%s: what counts as an error changes from %s to %s.", name, quoted(old.Error.Source), quoted(new.Error.Source))
	}
	if old.Goal != new.Goal {
		c.say("%s: the goal changes from %s to %s.", name, none(old.Goal), none(new.Goal))
	}
	if max(new.Audits, leastAudits) < max(old.Audits, leastAudits) {
		c.say("%s: fewer audits a month: %d instead of %d.", name, max(new.Audits, leastAudits), old.Audits)
	}
	c.approval(name, c.oldPolicy.Approval(a), c.newPolicy.Approval(a))
}

// approval compares who must agree. Fewer people on a list may be as much of a loosening as more: it is who they are
// that matters, and that is not for a program to weigh.
func (c comparison) approval(where string, old, new models.Approval) {
	if added := lacking(new.From, old.From); len(added) > 0 {
		c.say("%s: %s may approve as well.", where, strings.Join(added, ", "))
	}
	if gone := lacking(old.From, new.From); len(gone) > 0 {
		c.say("%s: %s is not asked any more.", where, strings.Join(gone, ", "))
	}
	if new.Needed() < old.Needed() {
		c.say("%s: %d must approve instead of %d.", where, new.Needed(), old.Needed())
	}
	if old.NotRequester && !new.NotRequester {
		c.say("%s: whoever asked for the payment may approve it.", where)
	}
	if old.Note != new.Note && old.Note != "" {
		c.say("%s: the note %q changes to %q.", where, old.Note, new.Note)
	}
}

// lacking gives the names that others lack.
func lacking(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(others, n) })
}
