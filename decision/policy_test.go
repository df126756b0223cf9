package decision

import (
	"strings"
	"testing"
	"time"

	"remit/models"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) // a Tuesday

// people is a Directory of a small company.
type people []models.Person

func (ps people) Reaches(name string) []models.Person {
	var out []models.Person
	for _, p := range ps {
		if p.In(name) {
			out = append(out, p)
		}
	}
	return out
}

var company = people{
	{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
	{ID: "priya", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "frank", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "nina", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "olga", Roles: []models.Role{models.RoleManager}, Groups: []string{"ops"}},
	{ID: "ira", Groups: []string{"interns"}},
}

const smallPolicy = `
timezone: Europe/Berlin
calendar: {country: DE, hours: "Mon-Fri 09:00-12:30 13:30-18:00"}
triage:
  approvers: "@support-leads"
  priority: {level: act, max_error: 10%}
  route: {level: ask}
  escalate:
    - when: tone.anger >= 0.8 and account.tier == "enterprise"
      to: "@support-leads"
      chain: ["15m @olga", "1h @priya"]
    - when: ticket.mentions("lawyer", "gdpr")
      to: "@ops"
finance:
  approvers: "@finance-leads"
  schedule: {level: act-after-window, window: 4h, max_error: 20%}
  hold: {level: act, max_error: 20%}
  guardrails:
    - when: payable.amount > money("25000 USD")
      approvers: {from: "@finance-leads", count: 2, not: requester}
    - when: vendor.bank_changed_within("90d")
      approvers: {from: "@finance-leads", count: 2}
      note: call the vendor back on a known number
  cash: {floor: 150000 USD, breach: 5%, horizon: 60d, max_age: 1d}
caps: {actions_per_hour: 200, money_per_day: 250000 USD}
grants:
  - {action: priority, level: act, by: olga, until: 2026-12-20, reason: pilot}
  - {action: schedule, level: act-after-window, by: olga, until: 2026-12-20, reason: pilot}
  - {action: hold, level: act, by: olga, until: 2026-12-20, reason: pilot}
`

func loadPolicy(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := LoadPolicy([]byte(text), company, noon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestABrokenPolicyIsRefusedWithLineAndReason(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(smallPolicy, old, new, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":                        {edit("route:", "rout:"), `line 7: "rout" is not a key here: use account_age`},
		"an unknown level":                      {edit("level: ask", "level: yolo"), `line 7: "yolo" is not a level`},
		"an error share above one":              {edit("max_error: 10%", "max_error: 110%"), "line 6"},
		"a duration that is none":               {edit("window: 4h", "window: soon"), `"soon" is not a duration`},
		"an amount without a currency":          {edit("floor: 150000 USD", "floor: 150000"), "is not an amount with a currency"},
		"an amount in a currency nobody knows":  {edit("150000 USD", "150000 QQQ"), `"QQQ" is not an ISO 4217 currency`},
		"a field that facts do not have":        {edit("tone.anger", "tone.angry"), "line 9: when:"},
		"an expression that does not parse":     {edit(`ticket.mentions("lawyer", "gdpr")`, "ticket.mentions("), "line 12: when:"},
		"a condition that is not yes or no":     {edit(`ticket.mentions("lawyer", "gdpr")`, "ticket.turns"), "line 12: when:"},
		"a wrong amount inside a condition":     {edit(`money("25000 USD")`, `money("25000")`), "is not an amount with a currency"},
		"a finding that nobody makes":           {edit("tone.anger >= 0.8", `signal("legall") > 0.5`), `line 9: when: nothing is found under the name of "legall": did you mean legal? Else use one of safety`},
		"a share in per cent":                   {edit("tone.anger >= 0.8", "tone.anger >= 80"), "line 9: when: tone.anger is from 0 to 1, and is compared with 80"},
		"the other way round":                   {edit("tone.anger >= 0.8", "50 < tone.anger"), "line 9: when: tone.anger is from 0 to 1, and is compared with 50"},
		"a finding in per cent":                 {edit("tone.anger >= 0.8", `signal("outage") > 50`), "line 9: when: signal is from 0 to 1, and is compared with 50"},
		"a confidence below nothing":            {edit("tone.anger >= 0.8", "proposal.confidence < -0.5"), "line 9: when: proposal.confidence is from 0 to 1, and is compared with -0.5"},
		"an action that nobody decides":         {edit("tone.anger >= 0.8", `proposal.action == "prioritty"`), `line 9: when: nothing is decided under the name of "prioritty": did you mean priority? Else use one of priority`},
		"one of several actions":                {edit("tone.anger >= 0.8", `proposal.action in ["route", "tags"]`), `line 9: when: nothing is decided under the name of "tags": did you mean tag?`},
		"an action of another domain":           {edit(`vendor.bank_changed_within("90d")`, `proposal.action == "reply"`), `line 21: when: nothing is decided under the name of "reply": use one of cash, hold, schedule`},
		"a segment by an action nobody decides": {edit("  route:", "  segment: 'proposal.action == \"rute\" ? \"a\" : \"b\"'\n  route:"), `line 7: segment: nothing is decided under the name of "rute": did you mean route?`},
		"a duration inside a condition":         {edit(`within("90d")`, `within("90 dayz")`), `line 21: when: "90 dayz" is not a duration such as 15m, 4h or 90d`},
		"an ask that reaches nobody":            {edit(`to: "@ops"`, `to: "@interns"`), "reaches 0 people"},
		"a group that nobody is in":             {edit(`approvers: "@support-leads"`, `approvers: "@nobody"`), "reaches 0 people"},
		"no approvers at all":                   {edit(`approvers: "@support-leads"`, ``), "nobody is named"},
		"a chain whose step reaches nobody":     {edit("1h @priya", "1h @ira"), "chain: an ask of @ira reaches 0"},
		"more approvers than there are":         {edit("count: 2, not: requester", "count: 3, not: requester"), "reaches 3 people who may approve, and needs 4"},
		"a grant by somebody who is no manager": {
			edit("by: olga", "by: sam"),
			`"sam" is not a person with the manager role`,
		},
		"a grant longer than thirty days": {edit("until: 2026-12-20", "until: 2027-03-01"), "longer than 30 days"},
		"a grant without a reason":        {edit("reason: pilot", `reason: ""`), "gives no reason"},
		"a name without its at sign":      {edit(`"@support-leads"`, `support-leads`), `(quoted, with its @)`},
		"a zone that is none":             {edit("Europe/Berlin", "Mars/Olympus"), "is not a time zone"},
		"holidays of nowhere":             {edit("country: DE", "country: XX"), "are not known"},
		"pay days without a floor":        {edit("floor: 150000 USD, ", ""), "say what cash must be left"},
		"not YAML":                        {"triage: [", "line 1"},
		"a second document":               {smallPolicy + "---\ntriage: {}\n", "line 30: a second document begins here"},
		"a key twice":                     {edit("  route:", "  priority: {level: ask}\n  route:"), `line 7: "priority" is there already, on line 6`},
		"a list for a text":               {edit("Europe/Berlin", "[Europe/Berlin]"), "line 2: a list stands here, where a text is wanted"},
		"to and approvers together":       {edit(`to: "@ops"`, `to: "@ops"`+"\n      approvers: \"@olga\""), "line 13: to and approvers both say who answers"},
		"a rule that says not when":       {edit("    - when: ticket.mentions(\"lawyer\", \"gdpr\")\n      to", "    - to"), "line 12: a rule without a condition"},
		"a queue without words":           {edit("  route:", "  queues: [{name: x}]\n  route:"), "line 7: a queue needs a name, and words or intents"},
		"a rate that is none":             {edit("triage:", "rates: {base: USD, units: {EUR: much}}\ntriage:"), `line 4: "much" is not a rate`},
		"a cap below zero":                {edit("actions_per_hour: 200", "actions_per_hour: -1"), "line 25: -1 is below zero"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadPolicy([]byte(c.text), company, noon)
			if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an Invalid error with %q", err, c.want)
			}
		})
	}
}

func TestEveryProblemOfAPolicyIsSaidAtOnce(t *testing.T) {
	text := strings.NewReplacer("level: ask", "level: yolo", "window: 4h", "window: soon", "max_error: 10%", "max_error: x").Replace(smallPolicy)
	_, err := LoadPolicy([]byte(text), company, noon)
	for _, want := range []string{"yolo", "soon", `"x"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to name %s", err, want)
		}
	}
}

func TestAGrantIsALevelInANameAndForATime(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	for name, c := range map[string]struct {
		action models.Action
		at     time.Time
		want   models.Level
		why    string
	}{
		"granted":                          {models.ActionPriority, noon, models.LevelAct, "granted for priority by olga until 2026-12-20: pilot"},
		"on the grant's last day":          {models.ActionPriority, noon.AddDate(0, 0, 19), models.LevelAct, "olga"},
		"the day after":                    {models.ActionPriority, noon.AddDate(0, 0, 20), models.LevelAsk, "nobody has granted it"},
		"the ceiling is ask":               {models.ActionRoute, noon, models.LevelAsk, "The policy sets route to ask"},
		"the policy does not name it":      {models.ActionReply, noon, models.LevelOff, "does not name reply"},
		"a domain that the policy omits":   {"stock.reorder", noon, models.LevelOff, "does not name"},
		"a window where a window is given": {models.ActionSchedule, noon, models.LevelActAfterWindow, "olga"},
	} {
		t.Run(name, func(t *testing.T) {
			held := p.Standing(c.action, "", models.Earned{}, c.at)
			got, why := held.Level, held.Why
			if got != c.want || !strings.Contains(why, c.why) {
				t.Errorf("got %q because %q, want %q because %q", got, why, c.want, c.why)
			}
		})
	}
}

func TestTheCalendarKnowsSplitHoursAndHolidays(t *testing.T) {
	c, err := NewCalendar("DE", "Mon-Fri 09:00-12:30 13:30-18:00")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{
		"2026-12-01T09:00": true, "2026-12-01T12:29": true, "2026-12-01T12:30": false, "2026-12-01T13:30": true,
		"2026-12-01T18:00": false, "2026-12-05T10:00": false, "2026-12-25T10:00": false, "2026-12-24T10:00": true,
	} {
		tm, _ := time.Parse("2006-01-02T15:04", at)
		if got := c.Open(tm); got != want {
			t.Errorf("at %s: got %v, want %v", at, got, want)
		}
	}
	for _, bad := range []string{"Mon", "Moo-Fri 09:00-10:00", "Mon-Fri 10:00-09:00", "Mon-Fri nine"} {
		if _, err := NewCalendar("", bad); err == nil {
			t.Errorf("hours %q were accepted", bad)
		}
	}
}

func TestTheSameTextIsTheSameVersion(t *testing.T) {
	if a, b := loadPolicy(t, smallPolicy), loadPolicy(t, smallPolicy); a.Version != b.Version || a.Version == "" {
		t.Errorf("got %q and %q", a.Version, b.Version)
	}
	if a, b := loadPolicy(t, smallPolicy), loadPolicy(t, smallPolicy+"\n# changed"); a.Version == b.Version {
		t.Error("another text has the same version")
	}
}
