package decision

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Policy is what people have delegated, and what not. It is immutable once loaded: a changed file makes a new one.
type Policy struct {
	Version  string // from the text, so the same text is the same version
	Zone     *time.Location
	Calendar Calendar
	Rates    models.Rates
	Domains  map[models.Domain]*Domain
	Caps     Caps
	Grants   []Grant
}

// Domain is the policy of one domain. A domain that the policy does not name is absent everywhere.
type Domain struct {
	Approvers models.Approval
	Expires   time.Duration // when an ask that nobody answers ends
	// ExpiresWorking has Expires pass in working hours only.
	ExpiresWorking bool
	Segment        SegmentRule // names the slice that a case belongs to
	Actions        map[models.Action]Delegation
	Guardrails     []Rule
	Escalate       []Rule
	Triage         models.TriageRules
	// Unredacted has cards and messages show personal data that stands in tickets, see Policy.Redacts.
	Unredacted bool
	Cash       models.CashRules
	// MaxAge is how old the facts of another system may be; Sources are those of it that may propose, all where none is named.
	MaxAge  time.Duration
	Sources []string
	Alerts  Alerts
	PayRun  time.Duration // after midnight, when the day's payments are shown together; zero: not at all
	CutOff  time.Duration // after midnight, from when on banks take no more payments for the day; zero: never
}

// Delegation is how far an action is delegated.
type Delegation struct {
	Level     models.Level // a ceiling
	MaxError  float64      // acting needs a confidence of at least one less this
	Window    time.Duration
	Approvers models.Approval // overrides the domain's where it names anybody
	Error     ErrorRule       // what counts as an error; the zero rule: FaultOf the action
	Goal      string          // one of Goals: what the action is to improve
	Audits    int             // at least so many a month and segment; 0: the usual least
}

// Rule makes remit ask where its condition holds, and where it cannot be evaluated.
type Rule struct {
	When     Condition
	Approval models.Approval
	Chain    []models.Rung
	Note     string
	// OutOfHours are asked at once as well outside working hours: a name with its @, or nobody.
	OutOfHours string
}

// Caps bound what remit does by itself, whatever its level. A zero cap is no cap.
type Caps struct {
	ActionsPerHour int64
	MoneyPerDay    models.Money
}

// Grant is a level that a named person has granted ahead of evidence.
type Grant = models.Grant

// Directory knows the people that a policy speaks of.
type Directory interface {
	// Reaches gives the people whom a name, with or without a leading @, stands for.
	Reaches(name string) []models.Person
}

// Managers knows who may change what is delegated.
type Managers interface {
	// Managers gives the people with the manager role.
	Managers() []models.Person
}

// maxGrant is how long a grant may last.
const maxGrant = 30

// Delegation gives how far the action is delegated; ok is false where it is not named at all.
func (p *Policy) Delegation(a models.Action) (Delegation, bool) {
	if a == models.ActionCash { // is asked about wherever pay days are chosen
		del, ok := p.Delegation(models.ActionSchedule)
		return Delegation{Level: del.Level.Min(models.LevelAsk)}, ok
	}
	d, ok := p.Domains[a.Domain()]
	if !ok {
		return Delegation{}, false
	}
	del, ok := d.Actions[a]
	return del, ok && del.Level != models.LevelOff
}

// Redacts reports whether what is told of tickets outside the console holds no personal data. It is so unless the policy
// says otherwise.
func (p *Policy) Redacts() bool {
	d, ok := p.Domains[models.Triage]
	return !ok || !d.Unredacted
}

// Delegated gives the actions that the policy names, in order.
func (p *Policy) Delegated() []models.Action {
	var out []models.Action
	for _, d := range p.Domains {
		for a, del := range d.Actions {
			if del.Level != models.LevelOff {
				out = append(out, a)
			}
		}
	}
	slices.Sort(out)
	return out
}

// names reports whether the action has a level of its own.
func (p *Policy) names(a models.Action) bool {
	_, ok := p.Delegation(a)
	return ok
}

// Today gives the day it is at a time where the company is.
func (p *Policy) Today(now time.Time) models.Day { return models.DayOf(now.In(p.Zone)) }

// InForce is the level of autonomy that an action has in a segment.
type InForce struct {
	Level models.Level
	Cut   float64 // acts from this confidence
	Why   string  // in one sentence
}

// Standing gives the level in force for the action in a segment: the lower of its ceiling and what was earned or granted,
// asking where nothing was. A grant ends by evidence against it, not by lack of evidence.
func (p *Policy) Standing(a models.Action, segment string, e models.Earned, now time.Time) InForce {
	del, ok := p.Delegation(a)
	switch {
	case !ok:
		return InForce{Why: fmt.Sprintf("The policy does not name %s.", a)}
	case !del.Level.Autonomous():
		return InForce{Level: del.Level, Why: fmt.Sprintf("The policy sets %s to %s.", a, del.Level)}
	}
	held := InForce{Level: models.LevelAsk, Cut: 1 - del.MaxError}
	switch {
	case e.Against != "":
		held.Why = e.Against
	case e.Level.Autonomous():
		held = InForce{Level: e.Level, Cut: e.Cut, Why: e.Why}
	default:
		held.Why = fmt.Sprintf("The policy allows %s up to %s, but nobody has granted it and no evidence has earned it: it asks.", a, del.Level)
	}
	raise := func(l models.Level, words string) {
		if held.Level.Min(l) == held.Level && held.Level != l && !slices.Contains(e.Ended, words) {
			held = InForce{Level: l, Cut: 1 - del.MaxError, Why: words + "."}
		}
	}
	for _, g := range p.Grants {
		if g.Holds(a, segment, p.Today(now)) {
			raise(g.Level, g.String())
		}
	}
	raise(e.Granted, e.Grant)
	held.Level = del.Level.Min(held.Level)
	return held
}

// Approval gives who is asked about an action where no rule says otherwise.
func (p *Policy) Approval(a models.Action) models.Approval {
	if a == models.ActionCash { // of those who answer for pay days, any one will do
		return models.Approval{From: p.Approval(models.ActionSchedule).From, Count: 1}
	}
	d := p.Domains[a.Domain()]
	if d == nil {
		return models.Approval{}
	}
	if own := d.Actions[a].Approvers; len(own.From) > 0 {
		return own
	}
	return d.Approvers
}

// CashRules gives the rules for payments as of a time.
func (p *Policy) CashRules(now time.Time) models.CashRules {
	d, ok := p.Domains[models.Finance]
	if !ok {
		return models.CashRules{Today: p.Today(now), Business: p.Calendar.Business}
	}
	r := d.Cash
	r.Today, r.Business, r.Rates = p.Today(now), p.Calendar.Business, p.Rates
	r.Closed = d.CutOff > 0 && sinceMidnight(now.In(p.Zone)) >= d.CutOff
	return r
}

// TriageRules gives the rules for tickets.
func (p *Policy) TriageRules() models.TriageRules {
	if d, ok := p.Domains[models.Triage]; ok {
		r := d.Triage
		r.Zone = p.Zone
		r.After = func(since time.Time, within time.Duration) time.Time { return p.Calendar.Add(since.In(p.Zone), within) }
		return r
	}
	return models.TriageRules{}
}

func unreachable(who Directory, a models.Approval) string {
	if len(a.From) == 0 {
		return "nobody is named: name a group or person, such as \"@finance-leads\""
	}
	for _, q := range a.Quorums() {
		if why := beyond(who, q, a.NotRequester); why != "" {
			return why
		}
	}
	return ""
}

// beyond says why a quorum cannot be had.
func beyond(who Directory, q models.Quorum, notRequester bool) string {
	able := map[string]bool{}
	for _, name := range q.From {
		for _, person := range who.Reaches(name) {
			if person.Has(models.RoleApprover) {
				able[person.ID] = true
			}
		}
	}
	need := q.Count
	if notRequester {
		need++ // whoever asked for the payment may be one of them
	}
	if len(able) < need {
		return fmt.Sprintf("an ask of %s reaches %d people who may approve, and needs %d: add people with the approver role to it",
			strings.Join(q.From, ", "), len(able), need)
	}
	return ""
}

func (p *Policy) badGrant(g Grant, who Directory, now time.Time) string {
	by := who.Reaches(g.By)
	switch {
	case g.Action.Domain().Other() && !p.names(g.Action):
		return fmt.Sprintf("%s is not named under domains", g.Action)
	case !g.Action.Reversible() && !g.Action.Domain().Other(): // of another domain, the gate looks at each proposal
		return fmt.Sprintf("%s cannot be undone, so it cannot be granted", g.Action)
	case !g.Level.Autonomous():
		return fmt.Sprintf("%q is not a level to grant: use act-after-window or act", g.Level)
	case len(by) != 1 || !by[0].Has(models.RoleManager):
		return fmt.Sprintf("%q is not a person with the manager role", g.By)
	case strings.TrimSpace(g.Reason) == "":
		return fmt.Sprintf("the grant of %s gives no reason", g.Action)
	case !g.Until.Valid():
		return fmt.Sprintf("%q is not a day such as 2026-12-03", g.Until)
	case g.Until.Sub(p.Today(now)) > maxGrant:
		return fmt.Sprintf("the grant of %s until %s is longer than %d days from today", g.Action, g.Until, maxGrant)
	}
	return ""
}
