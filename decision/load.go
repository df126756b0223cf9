package decision

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// The policy file as it is written.
type policyFile struct {
	Timezone string                `yaml:"timezone"`
	Calendar calendarFile          `yaml:"calendar"`
	Hours    hours                 `yaml:"hours"`
	Rates    ratesFile             `yaml:"rates"`
	Triage   *triageFile           `yaml:"triage"`
	Finance  *financeFile          `yaml:"finance"`
	Domains  map[string]*otherFile `yaml:"domains"`
	Caps     capsFile              `yaml:"caps"`
	Grants   []grantFile           `yaml:"grants"`
}

type calendarFile struct {
	Country string `yaml:"country"`
	Hours   string `yaml:"hours"`
}

type capsFile struct {
	ActionsPerHour int64 `yaml:"actions_per_hour"`
	MoneyPerDay    money `yaml:"money_per_day"`
}

type ratesFile struct {
	Base  string            `yaml:"base"`
	Units map[string]string `yaml:"units"`
}

type domainFile struct {
	Approvers  approvers  `yaml:"approvers"`
	Expires    timed      `yaml:"expires"`
	Segment    lined      `yaml:"segment"`
	Guardrails []ruleFile `yaml:"guardrails"`
	Escalate   []ruleFile `yaml:"escalate"`
}

type triageFile struct {
	domainFile `yaml:",inline"`
	AccountAge duration                     `yaml:"account_age"`
	Redact     *bool                        `yaml:"redact"`
	Intent     string                       `yaml:"intent"`
	SLA        map[models.Priority]duration `yaml:"sla"`
	Priority   *actionFile                  `yaml:"priority"`
	Route      *actionFile                  `yaml:"route"`
	Tag        *actionFile                  `yaml:"tag"`
	Reply      *actionFile                  `yaml:"reply"`
	Queues     []models.Queue               `yaml:"queues"`
	Macros     []models.Macro               `yaml:"macros"`
}

type financeFile struct {
	domainFile `yaml:",inline"`
	Schedule   *actionFile  `yaml:"schedule"`
	Hold       *actionFile  `yaml:"hold"`
	BankFresh  duration     `yaml:"bank_fresh"`
	Alerts     alertsFile   `yaml:"alerts"`
	PayRun     string       `yaml:"pay_run"`
	Cash       cashFile     `yaml:"cash"`
	Vendors    []vendorFile `yaml:"vendors"`
}

type cashFile struct {
	Floor       money       `yaml:"floor"`
	Breach      *percent    `yaml:"breach"`
	Horizon     duration    `yaml:"horizon"`
	MaxAge      duration    `yaml:"max_age"`
	CostOfMoney *percent    `yaml:"cost_of_money"`
	Fixed       []string    `yaml:"fixed"`
	CutOff      string      `yaml:"cut_off"`
	LateOK      []string    `yaml:"late_ok"`
	LateBy      duration    `yaml:"late_by"`
	Floors      []floorFile `yaml:"floors"`
}

type floorFile struct {
	Entity  string `yaml:"entity"`
	Account string `yaml:"account"`
	Floor   money  `yaml:"floor"`
}

type vendorFile struct {
	Name      string   `yaml:"name"`
	Aliases   []string `yaml:"aliases"`
	NeverLate bool     `yaml:"never_late"`
	Discount  bool     `yaml:"always_discount"`
	Lead      int      `yaml:"lead"`
}

type actionFile struct {
	Level     level     `yaml:"level"`
	MaxError  *percent  `yaml:"max_error"`
	Window    duration  `yaml:"window"`
	Approvers approvers `yaml:"approvers"`
	Error     lined     `yaml:"error"`
	Goal      lined     `yaml:"goal"`
	Audits    lined     `yaml:"audits"`
}

type ruleFile struct {
	When       lined     `yaml:"when"`
	Approvers  approvers `yaml:"approvers"`
	To         nameList  `yaml:"to"`
	Chain      []rung    `yaml:"chain"`
	Hours      hours     `yaml:"hours"`
	OutOfHours nameList  `yaml:"out_of_hours"`
	Note       string    `yaml:"note"`
}

type grantFile struct {
	Action  string `yaml:"action"`
	Segment string `yaml:"segment"`
	Level   level  `yaml:"level"`
	By      string `yaml:"by"`
	Until   string `yaml:"until"`
	Reason  string `yaml:"reason"`
}

// Where the file is silent.
const (
	defaultExpires    = 24 * time.Hour
	defaultWindow     = 4 * time.Hour
	defaultMaxError   = 0.05
	defaultAccountAge = 90 * 24 * time.Hour
	defaultBankFresh  = 90 * 24 * time.Hour
	defaultMaxAge     = 24 * time.Hour
	defaultHorizon    = 60
	defaultBreach     = 0.05
	defaultCost       = 0.05
)

// longest is how long a policy may have a question wait.
const longest = 366 * 24 * time.Hour

// LoadPolicy reads a policy file. Everything that is wrong with it is said at once, each with its line: unknown keys,
// values out of range, conditions that do not compile, asks that reach nobody, chains that go round in a circle, grants
// that may not be. The error is Invalid and has ProblemsOf, and the caller keeps the policy it has.
func LoadPolicy(text []byte, who Directory, now time.Time) (*Policy, error) {
	l := loader{}
	var f policyFile
	l.decode(text, &f)
	p := l.policy(f)
	p.Version = models.NewID("pol", string(text))
	l.check(p, who, now)
	if err := l.refusal(); err != nil {
		return nil, err
	}
	return p, nil
}

// ReadPolicy reads a policy that was in force once, whoever its names reach today: to be compared with, not to rule.
func ReadPolicy(text []byte) (*Policy, error) {
	l := loader{}
	var f policyFile
	l.decode(text, &f)
	p := l.policy(f)
	p.Version = models.NewID("pol", string(text))
	if err := l.refusal(); err != nil {
		return nil, err
	}
	return p, nil
}

// loader turns the file into a Policy and collects what is wrong with it.
type loader struct {
	root     *yaml.Node
	rates    models.Rates
	working  bool // the policy's own answer to which hours count
	problems []Problem
	misread  map[int]bool // lines of which the decoder has said already what is wrong
}

func (l *loader) policy(f policyFile) *Policy {
	p := &Policy{Domains: map[models.Domain]*Domain{}, Zone: time.UTC}
	var err error
	if p.Zone, err = time.LoadLocation(f.Timezone); err != nil {
		l.wrong("timezone", "%q is not a time zone such as Europe/Berlin", f.Timezone)
		p.Zone = time.UTC
	}
	if p.Calendar, err = NewCalendar(f.Calendar.Country, f.Calendar.Hours); err != nil {
		l.wrong("calendar", "%s", err)
	}
	p.Rates = l.readRates(f.Rates)
	l.rates, l.working = p.Rates, f.Hours.working
	if f.Triage != nil {
		p.Domains[models.Triage] = l.triage(*f.Triage)
	}
	if f.Finance != nil {
		p.Domains[models.Finance] = l.finance(*f.Finance)
	}
	l.others(p, f.Domains)
	if f.Caps.ActionsPerHour < 0 {
		l.wrong("caps.actions_per_hour", "%d is below zero", f.Caps.ActionsPerHour)
	}
	p.Caps = Caps{ActionsPerHour: f.Caps.ActionsPerHour, MoneyPerDay: models.Money(f.Caps.MoneyPerDay)}
	for _, g := range f.Grants {
		p.Grants = append(p.Grants, Grant{
			Action: models.Action(g.Action), Segment: g.Segment, Level: models.Level(g.Level), By: g.By, Until: models.Day(g.Until), Reason: g.Reason,
		})
	}
	return p
}

func (l *loader) readRates(f ratesFile) models.Rates {
	r := models.Rates{Base: models.Currency(f.Base), Units: map[models.Currency]string{}}
	if f.Base != "" && !r.Base.Valid() {
		l.wrong("rates.base", "%q is not an ISO 4217 currency", f.Base)
	}
	for code, rate := range f.Units {
		cur, err := models.ParseCurrency(code)
		if err != nil {
			l.wrong("rates.units."+code, "%s", err)
			continue
		}
		r.Units[cur] = rate
		if _, err := r.Convert(models.Money{Minor: 1, Currency: cur}, r.Base); err != nil {
			l.wrong("rates.units."+code, "%q is not a rate such as 1.0832 (what one %s is worth in %s)", rate, cur, f.Base)
		}
	}
	return r
}

func (l *loader) triage(f triageFile) *Domain {
	d := l.domain(models.Triage, f.domainFile, map[models.Action]*actionFile{
		models.ActionPriority: f.Priority, models.ActionRoute: f.Route, models.ActionTag: f.Tag, models.ActionReply: f.Reply,
	})
	d.Triage = models.TriageRules{
		Queues: f.Queues, Macros: f.Macros, AccountAge: or(time.Duration(f.AccountAge), defaultAccountAge),
		Intent: models.IntentSource(f.Intent),
	}
	d.Unredacted = f.Redact != nil && !*f.Redact
	for p, within := range f.SLA {
		if !p.Valid() || within == 0 {
			l.wrong("triage.sla", "%q is not a priority with a time: use P1 to P4, as in P1: 1h", p)
			continue
		}
		if d.Triage.SLA == nil {
			d.Triage.SLA = map[models.Priority]time.Duration{}
		}
		d.Triage.SLA[p] = time.Duration(within)
	}
	if f.Intent != "" && !d.Triage.Intent.Valid() {
		l.wrong("triage.intent", "%q is not where intents stand: use group, tag, or field: and the name of a custom field", f.Intent)
	}
	for i, q := range f.Queues {
		if q.Name == "" || len(q.Words)+len(q.Intents) == 0 {
			l.wrong(fmt.Sprintf("triage.queues.%d", i), "a queue needs a name, and words or intents")
		}
		l.desk(fmt.Sprintf("triage.queues.%d", i), q)
	}
	for i, m := range f.Macros {
		if m.Title == "" || m.Text == "" || len(m.Words) == 0 {
			l.wrong(fmt.Sprintf("triage.macros.%d", i), "a macro needs a title, words and a text")
		}
	}
	return d
}

// desk checks who is of a queue, and how much each may have.
func (l *loader) desk(at string, q models.Queue) {
	if q.Capacity < 0 {
		l.wrong(at+".capacity", "%d is below zero", q.Capacity)
	}
	for i, a := range q.People {
		where := fmt.Sprintf("%s.people.%d", at, i)
		switch {
		case a.Name == "":
			l.wrong(where, "say the name of each of the people, as the helpdesk's source has it")
		case slices.ContainsFunc(q.People[:i], func(o models.Agent) bool { return o.Name == a.Name }):
			l.wrong(where, "%s is there twice", a.Name)
		case a.Capacity < 0:
			l.wrong(where+".capacity", "%d is below zero", a.Capacity)
		}
	}
}

func (l *loader) finance(f financeFile) *Domain {
	d := l.domain(models.Finance, f.domainFile, map[models.Action]*actionFile{
		models.ActionSchedule: f.Schedule, models.ActionHold: f.Hold,
	})
	d.Cash = models.CashRules{
		Floor: models.Money(f.Cash.Floor), Breach: shareOr(f.Cash.Breach, defaultBreach),
		Horizon: or(int(time.Duration(f.Cash.Horizon)/(24*time.Hour)), defaultHorizon),
		MaxAge:  or(time.Duration(f.Cash.MaxAge), defaultMaxAge),
		Fixed:   f.Cash.Fixed, CostBPS: int64(math.Round(shareOr(f.Cash.CostOfMoney, defaultCost) * 10_000)),
		BankFresh: or(time.Duration(f.BankFresh), defaultBankFresh),
	}
	d.Alerts = Alerts{PerDay: f.Alerts.PerDay, FDR: float64(f.Alerts.FDR)}
	if f.Alerts.PerDay < 0 || f.Alerts.PerDay > 0 && f.Alerts.FDR > 0 {
		l.wrong("finance.alerts", "say either per_day, so many alerts a day, or fdr, the share of them that may be false")
	}
	if d.Cash.Fixed == nil {
		d.Cash.Fixed = []string{"payroll", "tax"}
	}
	if d.Cash.Horizon > 366 {
		l.wrong("finance.cash.horizon", "%d days is more than a year", d.Cash.Horizon)
	}
	if _, scheduled := d.Actions[models.ActionSchedule]; scheduled && d.Cash.Floor.Currency == "" {
		l.wrong("finance.cash.floor", "pay days are delegated, so say what cash must be left, such as 150000 USD")
	}
	l.cashDetails(d, f)
	for _, r := range d.Guardrails {
		d.Cash.Limits = append(d.Cash.Limits, amountsIn(r.When.Source)...)
	}
	return d
}

// amountsIn finds the amounts that a condition on the payable's amount speaks of: what somebody who splits an invoice
// would stay below.
func amountsIn(source string) []models.Money {
	if !strings.Contains(source, "payable.amount") {
		return nil
	}
	var found []models.Money
	for _, part := range strings.Split(source, "money(")[1:] {
		quoted, _, _ := strings.Cut(strings.TrimLeft(part, " \"'"), ")")
		if m, err := models.ParseMoney(strings.TrimRight(quoted, " \"'")); err == nil {
			found = append(found, m)
		}
	}
	return found
}

func or[T comparable](v, otherwise T) T {
	var unset T
	if v == unset {
		return otherwise
	}
	return v
}

func shareOr(p *percent, otherwise float64) float64 {
	if p == nil {
		return otherwise
	}
	return float64(*p)
}

func (l *loader) domain(name models.Domain, f domainFile, actions map[models.Action]*actionFile) *Domain {
	at, known := pathOf(name), actionsOf(name, actions)
	d := &Domain{
		Approvers: models.Approval(f.Approvers), Expires: or(f.Expires.d, defaultExpires), ExpiresWorking: f.Expires.d > 0 && f.Expires.hours.or(l.working),
		Segment: l.segment(at, f.Segment, known), Actions: map[models.Action]Delegation{},
	}
	for a, af := range actions {
		if af == nil {
			continue
		}
		if af.Level == "" {
			l.wrong(fmt.Sprintf("%s.%s.level", at, keyOf(a)), "say the level of %s: observe, ask, act-after-window or act", keyOf(a))
		}
		del := Delegation{
			Level: models.Level(af.Level), MaxError: defaultMaxError, Approvers: models.Approval(af.Approvers),
			Window: or(time.Duration(af.Window), defaultWindow),
		}
		if af.MaxError != nil {
			del.MaxError = float64(*af.MaxError)
		}
		del.Error, del.Goal, del.Audits = l.evidence(at+"."+keyOf(a), a, *af)
		d.Actions[a] = del
	}
	if d.Expires > longest {
		l.wrong(at+".expires", "nobody waits longer than a year")
	}
	for i, r := range f.Guardrails {
		d.Guardrails = append(d.Guardrails, l.rule(fmt.Sprintf("%s.guardrails.%d", at, i), r, known))
	}
	for i, r := range f.Escalate {
		where := fmt.Sprintf("%s.escalate.%d", at, i)
		if len(r.To) == 0 && len(r.Approvers.From) == 0 {
			l.wrong(where+".to", "an escalation says whom it goes to")
		}
		d.Escalate = append(d.Escalate, l.rule(where, r, known))
	}
	return d
}

// actionsOf gives what is decided on in a domain, whether it is delegated or not.
func actionsOf(d models.Domain, named map[models.Action]*actionFile) []string {
	var out []string
	for _, a := range append(slices.Clone(ticketActions), models.ActionSchedule, models.ActionHold, models.ActionCash) {
		if a.Domain() == d {
			out = append(out, string(a))
		}
	}
	for a := range named {
		if d.Other() {
			out = append(out, string(a))
		}
	}
	slices.Sort(out)
	return out
}

// rule reads a guardrail or an escalation, which may speak of the known actions.
func (l *loader) rule(where string, f ruleFile, known []string) Rule {
	approval := models.Approval(f.Approvers)
	if len(f.To) > 0 && len(f.Approvers.From) > 0 {
		l.wrong(where+".to", "to and approvers both say who answers: use approvers, which may say how many as well")
	}
	if len(f.To) > 0 {
		approval.From, approval.Count = f.To, approval.Needed()
	}
	approval.Note = f.Note
	r := Rule{Approval: approval, Note: f.Note}
	for i, c := range f.Chain {
		step := models.Rung(c)
		step.Working = f.Hours.or(l.working)
		if step.After > longest {
			l.wrong(fmt.Sprintf("%s.chain.%d", where, i), "nobody waits longer than a year")
		}
		r.Chain = append(r.Chain, step)
	}
	if len(f.OutOfHours) > 1 {
		l.wrong(where+".out_of_hours", "one group or person is asked outside working hours")
	}
	if len(f.OutOfHours) > 0 {
		r.OutOfHours = f.OutOfHours[0]
	}
	if f.When.text == "" {
		l.wrong(where+".when", "a rule without a condition: say when")
		return r
	}
	cond, err := Compile(f.When.text, l.rates)
	if err != nil {
		l.wrong(where+".when", "when: %s", plainExpr(err))
		return r
	}
	if wrong := cond.foreign(domainOf(where)); wrong != "" {
		l.wrong(where+".when", "when: %s", wrong)
		return r
	}
	if wrong := undecided(cond.actions, known); wrong != "" {
		l.wrong(where+".when", "when: %s", wrong)
		return r
	}
	cond.Line = f.When.line
	r.When = cond
	return r
}
