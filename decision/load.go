package decision

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"remit/models"
)

// The policy file as it is written.
type policyFile struct {
	Timezone string `yaml:"timezone"`
	Calendar struct {
		Country string `yaml:"country"`
		Hours   string `yaml:"hours"`
	} `yaml:"calendar"`
	Rates   ratesFile             `yaml:"rates"`
	Triage  *triageFile           `yaml:"triage"`
	Finance *financeFile          `yaml:"finance"`
	Domains map[string]*otherFile `yaml:"domains"`
	Caps    struct {
		ActionsPerHour int64 `yaml:"actions_per_hour"`
		MoneyPerDay    money `yaml:"money_per_day"`
	} `yaml:"caps"`
	Grants []grantFile `yaml:"grants"`
}

type ratesFile struct {
	Base  string            `yaml:"base"`
	Units map[string]string `yaml:"units"`
}

type domainFile struct {
	Approvers  approvers  `yaml:"approvers"`
	Expires    duration   `yaml:"expires"`
	Segment    lined      `yaml:"segment"`
	Guardrails []ruleFile `yaml:"guardrails"`
	Escalate   []ruleFile `yaml:"escalate"`
}

type triageFile struct {
	domainFile `yaml:",inline"`
	AccountAge duration       `yaml:"account_age"`
	Priority   *actionFile    `yaml:"priority"`
	Route      *actionFile    `yaml:"route"`
	Tag        *actionFile    `yaml:"tag"`
	Reply      *actionFile    `yaml:"reply"`
	Queues     []models.Queue `yaml:"queues"`
	Macros     []models.Macro `yaml:"macros"`
}

type financeFile struct {
	domainFile `yaml:",inline"`
	Schedule   *actionFile `yaml:"schedule"`
	Hold       *actionFile `yaml:"hold"`
	BankFresh  duration    `yaml:"bank_fresh"`
	Alerts     alertsFile  `yaml:"alerts"`
	PayRun     string      `yaml:"pay_run"`
	Cash       struct {
		Floor       money    `yaml:"floor"`
		Breach      percent  `yaml:"breach"`
		Horizon     duration `yaml:"horizon"`
		MaxAge      duration `yaml:"max_age"`
		CostOfMoney percent  `yaml:"cost_of_money"`
		Fixed       []string `yaml:"fixed"`
		CutOff      string   `yaml:"cut_off"`
		LateOK      []string `yaml:"late_ok"`
		LateBy      duration `yaml:"late_by"`
		Floors      []struct {
			Entity  string `yaml:"entity"`
			Account string `yaml:"account"`
			Floor   money  `yaml:"floor"`
		} `yaml:"floors"`
	} `yaml:"cash"`
	Vendors []struct {
		Name      string   `yaml:"name"`
		Aliases   []string `yaml:"aliases"`
		NeverLate bool     `yaml:"never_late"`
		Discount  bool     `yaml:"always_discount"`
		Lead      int      `yaml:"lead"`
	} `yaml:"vendors"`
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
	When      yaml.Node `yaml:"when"`
	Approvers approvers `yaml:"approvers"`
	To        nameList  `yaml:"to"`
	Chain     []rung    `yaml:"chain"`
	Note      string    `yaml:"note"`
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
	defaultCostBPS    = 500
)

// LoadPolicy reads a policy file. Everything that is wrong with it is said at once, each with its line or key: unknown
// keys, values out of range, conditions that do not compile, asks that reach nobody, grants that may not be. The error
// is Invalid, and the caller keeps the policy it has.
func LoadPolicy(text []byte, who Directory, now time.Time) (*Policy, error) {
	var f policyFile
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, refuse(yamlProblems(err))
	}
	l := loader{now: now}
	p := l.policy(f)
	p.Version = models.NewID("pol", string(text))
	problems := l.problems
	if len(problems) == 0 {
		problems = p.check(who, now)
	}
	if len(problems) > 0 {
		return nil, refuse(problems)
	}
	return p, nil
}

func refuse(problems []string) error {
	return models.Errorf(models.Invalid, "the policy was refused:\n  %s", strings.Join(problems, "\n  "))
}

func yamlProblems(err error) []string {
	if te, ok := errors.AsType[*yaml.TypeError](err); ok {
		return te.Errors
	}
	return []string{strings.TrimPrefix(err.Error(), "yaml: ")}
}

// loader turns the file into a Policy and collects what is wrong with it.
type loader struct {
	now      time.Time
	rates    models.Rates
	problems []string
}

func (l *loader) wrong(format string, args ...any) {
	l.problems = append(l.problems, fmt.Sprintf(format, args...))
}

func (l *loader) policy(f policyFile) *Policy {
	p := &Policy{Domains: map[models.Domain]*Domain{}, Zone: time.UTC}
	var err error
	if p.Zone, err = time.LoadLocation(f.Timezone); err != nil {
		l.wrong("timezone: %q is not a time zone such as Europe/Berlin", f.Timezone)
		p.Zone = time.UTC
	}
	if p.Calendar, err = NewCalendar(f.Calendar.Country, f.Calendar.Hours); err != nil {
		l.wrong("calendar: %s", err)
	}
	p.Rates = l.readRates(f.Rates)
	l.rates = p.Rates
	if f.Triage != nil {
		p.Domains[models.Triage] = l.triage(*f.Triage)
	}
	if f.Finance != nil {
		p.Domains[models.Finance] = l.finance(*f.Finance)
	}
	l.others(p, f.Domains)
	if f.Caps.ActionsPerHour < 0 {
		l.wrong("caps.actions_per_hour: %d is below zero", f.Caps.ActionsPerHour)
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
		l.wrong("rates.base: %q is not an ISO 4217 currency", f.Base)
	}
	for code, rate := range f.Units {
		cur, err := models.ParseCurrency(code)
		if err != nil {
			l.wrong("rates.units: %s", err)
			continue
		}
		r.Units[cur] = rate
		if _, err := r.Convert(models.Money{Minor: 1, Currency: cur}, r.Base); err != nil {
			l.wrong("rates.units.%s: %q is not a rate such as 1.0832 (what one %s is worth in %s)", cur, rate, cur, f.Base)
		}
	}
	return r
}

func (l *loader) triage(f triageFile) *Domain {
	d := l.domain("triage", f.domainFile, map[models.Action]*actionFile{
		models.ActionPriority: f.Priority, models.ActionRoute: f.Route, models.ActionTag: f.Tag, models.ActionReply: f.Reply,
	})
	d.Triage = models.TriageRules{
		Queues: f.Queues, Macros: f.Macros, AccountAge: or(time.Duration(f.AccountAge), defaultAccountAge),
	}
	for i, q := range f.Queues {
		if q.Name == "" || len(q.Words) == 0 {
			l.wrong("triage.queues[%d]: a queue needs a name and words", i)
		}
	}
	for i, m := range f.Macros {
		if m.Title == "" || m.Text == "" || len(m.Words) == 0 {
			l.wrong("triage.macros[%d]: a macro needs a title, words and a text", i)
		}
	}
	return d
}

func (l *loader) finance(f financeFile) *Domain {
	d := l.domain("finance", f.domainFile, map[models.Action]*actionFile{
		models.ActionSchedule: f.Schedule, models.ActionHold: f.Hold,
	})
	d.Cash = models.CashRules{
		Floor: models.Money(f.Cash.Floor), Breach: or(float64(f.Cash.Breach), defaultBreach),
		Horizon: or(int(time.Duration(f.Cash.Horizon)/(24*time.Hour)), defaultHorizon),
		MaxAge:  or(time.Duration(f.Cash.MaxAge), defaultMaxAge),
		Fixed:   f.Cash.Fixed, CostBPS: or(int64(float64(f.Cash.CostOfMoney)*10_000), defaultCostBPS),
		BankFresh: or(time.Duration(f.BankFresh), defaultBankFresh),
	}
	d.Alerts = Alerts{PerDay: f.Alerts.PerDay, FDR: float64(f.Alerts.FDR)}
	if f.Alerts.PerDay < 0 || f.Alerts.PerDay > 0 && f.Alerts.FDR > 0 {
		l.wrong("finance.alerts: say either per_day, so many alerts a day, or fdr, the share of them that may be false")
	}
	if d.Cash.Fixed == nil {
		d.Cash.Fixed = []string{"payroll", "tax"}
	}
	if d.Cash.Horizon > 366 {
		l.wrong("finance.cash.horizon: %d days is more than a year", d.Cash.Horizon)
	}
	if _, scheduled := d.Actions[models.ActionSchedule]; scheduled && d.Cash.Floor.Currency == "" {
		l.wrong("finance.cash.floor: pay days are delegated, so say what cash must be left, such as 150000 USD")
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

func (l *loader) domain(name string, f domainFile, actions map[models.Action]*actionFile) *Domain {
	d := &Domain{
		Approvers: models.Approval(f.Approvers), Expires: or(time.Duration(f.Expires), defaultExpires),
		Segment: l.segment(name, f.Segment), Actions: map[models.Action]Delegation{},
	}
	for a, af := range actions {
		if af == nil {
			continue
		}
		if af.Level == "" {
			l.wrong("%s.%s: say its level: observe, ask, act-after-window or act", name, a)
		}
		del := Delegation{
			Level: models.Level(af.Level), MaxError: defaultMaxError, Approvers: models.Approval(af.Approvers),
			Window: or(time.Duration(af.Window), defaultWindow),
		}
		if af.MaxError != nil {
			del.MaxError = float64(*af.MaxError)
		}
		del.Error, del.Goal, del.Audits = l.evidence(a, *af)
		d.Actions[a] = del
	}
	for _, r := range f.Guardrails {
		d.Guardrails = append(d.Guardrails, l.rule(name+".guardrails", r))
	}
	for _, r := range f.Escalate {
		if len(r.To) == 0 && len(r.Approvers.From) == 0 {
			l.wrong("line %d: an escalation says whom it goes to", r.When.Line)
		}
		d.Escalate = append(d.Escalate, l.rule(name+".escalate", r))
	}
	return d
}

func (l *loader) rule(where string, f ruleFile) Rule {
	approval := models.Approval(f.Approvers)
	if len(f.To) > 0 {
		approval = models.Approval{From: f.To, Count: 1}
	}
	approval.Note = f.Note
	r := Rule{Approval: approval, Note: f.Note}
	for _, c := range f.Chain {
		r.Chain = append(r.Chain, models.Rung(c))
	}
	if f.When.Value == "" {
		l.wrong("%s: a rule without a condition: say when", where)
		return r
	}
	cond, err := Compile(f.When.Value, l.rates)
	if err != nil {
		l.wrong("line %d: when: %s", f.When.Line, err)
		return r
	}
	if wrong := cond.foreign(domainOf(where)); wrong != "" {
		l.wrong("line %d: when: %s", f.When.Line, wrong)
		return r
	}
	cond.Line = f.When.Line
	r.When = cond
	return r
}
