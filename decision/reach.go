package decision

import (
	"fmt"
	"slices"
	"time"

	"remit/models"
)

// check notes every ask of the policy that would reach nobody, every chain that goes round in a circle, and every grant
// that may not be.
func (l *loader) check(p *Policy, who Directory, now time.Time) {
	reach := func(path string, a models.Approval) {
		if s := unreachable(who, a); s != "" {
			l.wrong(path, "%s", s)
		}
	}
	for name, d := range p.Domains {
		at := pathOf(name)
		reach(at+".approvers", d.Approvers)
		for a, del := range d.Actions {
			if len(del.Approvers.From) > 0 {
				reach(fmt.Sprintf("%s.%s.approvers", at, keyOf(a)), del.Approvers)
			}
		}
		for i, r := range d.Guardrails {
			where := fmt.Sprintf("%s.guardrails.%d", at, i)
			asked := d.Approvers.Stricter(r.Approval)
			reach(where+".approvers", asked)
			l.checkChain(where, r, asked, who)
		}
		for i, r := range d.Escalate {
			where := fmt.Sprintf("%s.escalate.%d", at, i)
			reach(where+".to", r.Approval)
			l.checkChain(where, r, r.Approval, who)
		}
	}
	for i, q := range p.TriageRules().Queues {
		for j, a := range q.People {
			if a.Rota != "" && !slices.ContainsFunc(who.Reaches(a.Rota), func(o models.Person) bool { return o.ID == a.Name }) {
				l.wrong(fmt.Sprintf("triage.queues.%d.people.%d.rota", i, j), "%s is not a person whom %s names", a.Name, a.Rota)
			}
		}
	}
	for i, g := range p.Grants {
		if s := p.badGrant(g, who, now); s != "" {
			l.wrong(fmt.Sprintf("grants.%d", i), "%s", s)
		}
	}
}

// checkChain follows a rule's chain: each step must reach somebody who was not asked before.
func (l *loader) checkChain(where string, r Rule, asked models.Approval, who Directory) {
	names, reached := slices.Clone(asked.From), map[string]bool{}
	for _, n := range names {
		for _, id := range able(who, n) {
			reached[id] = true
		}
	}
	for i, step := range r.Chain {
		path := fmt.Sprintf("%s.chain.%d", where, i)
		ids := able(who, step.To)
		switch {
		case len(ids) == 0:
			l.wrong(path, "chain: %s", unreachable(who, models.Approval{From: []string{step.To}}))
		case slices.Contains(names, step.To):
			l.wrong(path, "chain: %s is asked already, so the chain goes round in a circle: name somebody else, or leave the step out", step.To)
		case !slices.ContainsFunc(ids, func(id string) bool { return !reached[id] }):
			l.wrong(path, "chain: everybody of %s is asked already, so this step reaches nobody new", step.To)
		}
		names = append(names, step.To)
		for _, id := range ids {
			reached[id] = true
		}
	}
	if r.OutOfHours != "" && len(able(who, r.OutOfHours)) == 0 {
		l.wrong(where+".out_of_hours", "out_of_hours: %s", unreachable(who, models.Approval{From: []string{r.OutOfHours}}))
	}
}

// able gives the ids of those of a name who may approve.
func able(who Directory, name string) []string {
	var ids []string
	for _, p := range who.Reaches(name) {
		if p.Has(models.RoleApprover) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}
