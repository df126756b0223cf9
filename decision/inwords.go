package decision

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Words is what a policy says of one domain, in sentences.
type Words struct {
	Domain  models.Domain `json:"domain"`
	Actions []ActionWords `json:"actions"`
	Rules   []string      `json:"rules"` // guardrails, escalations, cash: what makes it ask, whatever the level
}

// ActionWords says in a sentence how far an action is delegated.
type ActionWords struct {
	Action models.Action `json:"action"`
	Level  models.Level  `json:"level"` // the ceiling
	Says   string        `json:"says"`
}

// InWords gives what the policy says of each domain, and of everything together.
func (p *Policy) InWords() (domains []Words, everywhere []string) {
	names := slices.SortedFunc(maps.Keys(p.Domains), func(a, b models.Domain) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
	})
	for _, name := range names {
		d := p.Domains[name]
		w := Words{Domain: name}
		for _, a := range slices.Sorted(maps.Keys(d.Actions)) {
			w.Actions = append(w.Actions, ActionWords{Action: a, Level: d.Actions[a].Level, Says: p.actionInWords(a, d.Actions[a])})
		}
		for _, r := range d.Guardrails {
			w.Rules = append(w.Rules, fmt.Sprintf("It asks %swhenever %s%s.", whom(r.Approval), plainText(r.When.Source), rest(r)))
		}
		for _, r := range d.Escalate {
			w.Rules = append(w.Rules, fmt.Sprintf("It escalates to %swhenever %s%s.", whom(r.Approval), plainText(r.When.Source), rest(r)))
		}
		if c := d.Cash; name == models.Finance && c.Floor.Currency != "" {
			w.Rules = append(w.Rules, fmt.Sprintf("Cash may fall below %s with a probability of at most %s within %d days; a balance older than %s stops all timing.",
				c.Floor.Display(), share(c.Breach), c.Horizon, lasting(c.MaxAge, false)))
		}
		if d.Unredacted {
			w.Rules = append(w.Rules, "Cards and messages show personal data that stands in tickets, such as card numbers and addresses.")
		}
		w.Rules = append(w.Rules, fmt.Sprintf("A question that nobody answers ends after %s; nothing is done then.", lasting(d.Expires, d.ExpiresWorking)))
		domains = append(domains, w)
	}
	return domains, p.capsInWords()
}

// place puts tickets before payments, and both before what other systems propose.
func place(d models.Domain) int {
	switch d {
	case models.Triage:
		return 0
	case models.Finance:
		return 1
	}
	return 2
}

// actionInWords says who does what about an action.
func (p *Policy) actionInWords(a models.Action, d Delegation) string {
	people := strings.TrimSuffix(whom(p.Approval(a)), " ")
	switch d.Level {
	case models.LevelObserve:
		return "It only watches, and records what it would have done."
	case models.LevelAsk:
		return fmt.Sprintf("It asks %s each time.", people)
	case models.LevelActAfterWindow:
		return fmt.Sprintf("Once that is earned or granted, and at least %s sure, it acts unless somebody stops it within %s; else it asks %s.", share(1-d.MaxError), lasting(d.Window, false), people)
	case models.LevelAct:
		return fmt.Sprintf("Once that is earned or granted, and at least %s sure, it acts by itself; else it asks %s.", share(1-d.MaxError), people)
	}
	return "It is not delegated."
}

// whom names the people of an approval, with a space after them.
func whom(a models.Approval) string {
	var s string
	if len(a.From) > 0 {
		s = strings.Join(a.From, " or ") + " "
	}
	if a.Needed() > 1 {
		s += fmt.Sprintf("(%d must agree) ", a.Needed())
	}
	if a.NotRequester {
		s += "(not whoever asked for it) "
	}
	return s
}

// rest says what follows a rule's condition.
func rest(r Rule) string {
	var s string
	for _, step := range r.Chain {
		s += fmt.Sprintf(", then %s after %s", step.To, lasting(step.After, step.Working))
	}
	if r.OutOfHours != "" {
		s += fmt.Sprintf(", and %s at once outside working hours", r.OutOfHours)
	}
	if r.Note != "" {
		s += ": " + r.Note
	}
	return s
}

// lasting says a duration to people: "4 hours", "15 minutes of working time".
func lasting(d time.Duration, working bool) string {
	n, unit := d.Hours(), "hour"
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		n, unit = n/24, "day"
	case d%time.Hour != 0:
		n, unit = d.Minutes(), "minute"
	}
	s := fmt.Sprintf("%.4g %s", n, unit)
	if n != 1 {
		s += "s"
	}
	if working {
		s += " of working time"
	}
	return s
}

func (p *Policy) capsInWords() []string {
	var out []string
	if n := p.Caps.ActionsPerHour; n > 0 {
		out = append(out, fmt.Sprintf("By itself it acts at most %d times an hour.", n))
	}
	if m := p.Caps.MoneyPerDay; m.Minor > 0 {
		out = append(out, fmt.Sprintf("By itself it moves at most %s a day.", m.Display()))
	}
	for _, g := range p.Grants {
		out = append(out, g.String()+".")
	}
	return out
}
