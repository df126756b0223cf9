package decision

import (
	"os"
	"strings"
	"testing"

	"remit/models"
)

const newRule = `proposal.confidence < 0.5 and ticket.mentions("don't panic")`

func TestARuleIsAddedAndNothingElseChanges(t *testing.T) {
	example, err := os.ReadFile("../policy.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	who := append(people{{ID: "lee", Roles: []models.Role{models.RoleApprover}, Groups: []string{"legal"}}}, company...)
	base := "triage:   # ours\n  approvers: \"@support-leads\"\n  # how far\n  priority: {level: ask}\n"
	cases := map[string]struct {
		text   string
		domain models.Domain
		exact  bool // every line of the old text is still there as it was
		n      int  // guardrails afterwards
	}{
		"an empty list on its line":        {string(example), models.Triage, false, 1},
		"a list with rules":                {string(example), models.Finance, true, 3},
		"no list yet":                      {base, models.Triage, true, 1},
		"no list, and no line end":         {strings.TrimSuffix(base, "\n"), models.Triage, true, 1},
		"an empty key":                     {base + "  guardrails:\n", models.Triage, false, 1},
		"a list that is not indented more": {base + "  guardrails:\n  # the first\n  - when: ticket.reopens > 2   # too often\n", models.Triage, true, 2},
		"a list on one line":               {base + "  guardrails: [{when: ticket.reopens > 2}]   # too often\n", models.Triage, false, 2},
		"a domain on one line":             {"# ours\ntriage: {approvers: \"@support-leads\", priority: {level: ask}}\n", models.Triage, false, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := AddGuardrail([]byte(c.text), c.domain, newRule, "found by\nthe review")
			if err != nil {
				t.Fatal(err)
			}
			p, err := LoadPolicy(got, who, noon)
			if err != nil {
				t.Fatalf("it does not load: %v\n%s", err, got)
			}
			if _, err := AddGuardrail(got, c.domain, newRule, ""); models.KindOf(err) != models.Conflict {
				t.Errorf("the same rule was added twice: %v", err)
			}
			rules := p.Domains[c.domain].Guardrails
			if len(rules) != c.n || rules[0].When.Source != newRule {
				t.Errorf("the rules are %+v, want %d with the new one first", rules, c.n)
			}
			if strings.Count(string(got), "#") != strings.Count(c.text, "#")+1 || !strings.Contains(string(got), "# found by the review") {
				t.Errorf("comments were lost, or the rule has none:\n%s", got)
			}
			for line := range strings.Lines(c.text) {
				if c.exact && !strings.Contains(string(got), strings.TrimSuffix(line, "\n")) {
					t.Errorf("the line %q has changed:\n%s", line, got)
				}
			}
		})
	}
}

func TestWhereARuleCannotBeAddedNothingIsWritten(t *testing.T) {
	for name, text := range map[string]string{
		"not YAML":             "triage: [",
		"nothing":              "",
		"a domain that is not": "finance: {approvers: \"@finance-leads\"}\n",
		"an empty domain":      "triage:\n",
		"a list":               "- triage\n",
	} {
		if got, err := AddGuardrail([]byte(text), models.Triage, newRule, ""); models.KindOf(err) != models.Invalid || got != nil {
			t.Errorf("%s: got %q and %v, want Invalid", name, got, err)
		}
	}
}
