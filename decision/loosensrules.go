package decision

import (
	"maps"
	"slices"
	"strings"

	"remit/models"
)

// rules compare guardrails or escalations. What was there must be there still, in its order and word for word, since a
// later rule's people may take the place of an earlier one's; what is new must not bring in anybody who was not asked.
func (c comparison) rules(kind string, old, new []Rule) {
	next := 0
	for _, r := range old {
		i := slices.IndexFunc(new[next:], func(n Rule) bool { return plainText(n.When.Source) == plainText(r.When.Source) })
		if i < 0 {
			c.say("%s: the %s %q is removed, changed or moved.", c.name, kind, plainText(r.When.Source))
			continue
		}
		for _, n := range new[next : next+i] {
			c.added(kind, n)
		}
		c.rule(kind, r, new[next+i])
		next += i + 1
	}
	for _, n := range new[next:] {
		c.added(kind, n)
	}
}

// plainText leaves the spaces of an expression out of account.
func plainText(s string) string { return strings.Join(strings.Fields(s), " ") }

// rule compares two rules of one condition.
func (c comparison) rule(kind string, old, new Rule) {
	where := string(c.name) + ": the " + kind + " \"" + plainText(old.When.Source) + "\""
	c.approval(where, old.Approval, new.Approval)
	if !slices.Equal(old.Chain, new.Chain) {
		c.say("%s: who is asked next, or when, changes.", where)
	}
	if old.OutOfHours != new.OutOfHours {
		c.say("%s: outside working hours %s is asked instead of %s.", where, none(new.OutOfHours), none(old.OutOfHours))
	}
}

// added looks at a rule that is new. It can only have more asked, unless it has other people answer.
func (c comparison) added(kind string, r Rule) {
	if len(r.Chain) > 0 {
		c.say("%s: the new %s %q has a chain of its own, which may take the place of another.", c.name, kind, plainText(r.When.Source))
		return
	}
	names := slices.Clone(r.Approval.From)
	if r.OutOfHours != "" {
		names = append(names, r.OutOfHours)
	}
	if len(names) == 0 {
		return
	}
	for _, asked := range c.everyList() {
		if len(lacking(names, asked)) > 0 || len(lacking(asked, r.Approval.From)) > 0 {
			c.say("%s: the new %s %q has %s answer what others are asked now.", c.name, kind, plainText(r.When.Source), strings.Join(names, ", "))
			return
		}
	}
}

// everyList gives the lists of people that the old policy asks in the domain.
func (c comparison) everyList() [][]string {
	lists := [][]string{c.old.Approvers.From}
	for _, d := range c.old.Actions {
		if len(d.Approvers.From) > 0 {
			lists = append(lists, d.Approvers.From)
		}
	}
	for _, r := range slices.Concat(c.old.Guardrails, c.old.Escalate) {
		if len(r.Approval.From) > 0 {
			lists = append(lists, r.Approval.From)
		}
	}
	return lists
}

// triage compares what tickets are judged by. Where a person sees each case before anything happens, words may change.
func (c comparison) triage(old, new models.TriageRules) {
	if new.AccountAge > old.AccountAge {
		c.say("%s: account facts count as known for %s instead of %s.", c.name, lasting(new.AccountAge, false), lasting(old.AccountAge, false))
	}
	if old.Intent != new.Intent {
		c.say("%s: intents are read from %q instead of %q, so other things are learned.", c.name, new.Intent, old.Intent)
	}
	if !maps.Equal(old.SLA, new.SLA) {
		c.say("%s: the times within which answers are due are others, and with them what is urgent.", c.name)
	}
	if c.new.Actions[models.ActionRoute].Level.Autonomous() && !slices.EqualFunc(old.Queues, new.Queues, sameQueue) {
		c.say("%s: the queues change, and tickets may be routed without being asked about.", c.name)
	}
	if c.new.Actions[models.ActionReply].Level.Autonomous() && !slices.EqualFunc(old.Macros, new.Macros, sameMacro) {
		c.say("%s: the macros change, and drafts may be written without being asked about.", c.name)
	}
}

func sameQueue(a, b models.Queue) bool {
	return a.Name == b.Name && slices.Equal(a.Words, b.Words) && slices.Equal(a.Intents, b.Intents) && slices.Equal(a.Languages, b.Languages) &&
		a.Capacity == b.Capacity && slices.EqualFunc(a.People, b.People, models.Agent.Same)
}

func sameMacro(a, b models.Macro) bool {
	return a.Title == b.Title && a.Text == b.Text && a.Language == b.Language && slices.Equal(a.Words, b.Words)
}

// cash compares what payments are judged by. Limits follow from the guardrails, the day and the calendar from elsewhere.
func (c comparison) cash(old, new models.CashRules) {
	if old.Floor.Currency != "" && more(old.Floor, new.Floor) {
		c.say("%s: the cash floor falls from %s to %s.", c.name, amount(old.Floor), amount(new.Floor))
	}
	if new.Breach > old.Breach {
		c.say("%s: cash may fall below its floor with a probability of %s instead of %s.", c.name, share(new.Breach), share(old.Breach))
	}
	if new.Horizon < old.Horizon {
		c.say("%s: cash is looked at %d days ahead instead of %d.", c.name, new.Horizon, old.Horizon)
	}
	if new.MaxAge > old.MaxAge {
		c.say("%s: a balance is trusted for %s instead of %s.", c.name, lasting(new.MaxAge, false), lasting(old.MaxAge, false))
	}
	if new.CostBPS != old.CostBPS {
		c.say("%s: the cost of money changes from %s to %s, and with it which days are chosen.", c.name, share(float64(old.CostBPS)/10_000), share(float64(new.CostBPS)/10_000))
	}
	if gone := lacking(old.Fixed, new.Fixed); len(gone) > 0 {
		c.say("%s: payments of the class %s may be moved.", c.name, strings.Join(gone, ", "))
	}
	if new.BankFresh < old.BankFresh {
		c.say("%s: changed bank details count as changed for %s instead of %s.", c.name, lasting(new.BankFresh, false), lasting(old.BankFresh, false))
	}
}

// other compares what proposals of another system are judged by. To name no source is to take from all.
func (c comparison) other(old, new *Domain) {
	if new.MaxAge > old.MaxAge {
		c.say("%s: facts count as known for %s instead of %s.", c.name, lasting(new.MaxAge, false), lasting(old.MaxAge, false))
	}
	if len(old.Sources) == 0 {
		return
	}
	if len(new.Sources) == 0 {
		c.say("%s: every source may propose, not only %s.", c.name, strings.Join(old.Sources, ", "))
	} else if added := lacking(new.Sources, old.Sources); len(added) > 0 {
		c.say("%s: %s may propose as well.", c.name, strings.Join(added, ", "))
	}
}

func amount(m models.Money) string {
	if m.Currency == "" {
		return "none"
	}
	return m.Display()
}
