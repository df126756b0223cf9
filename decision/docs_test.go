package decision

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"remit/models"
)

func readDoc(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheManualNamesEveryFactAndHelperOfConditions(t *testing.T) {
	manual := readDoc(t, "../docs/policy.md")
	var need func(typ reflect.Type, skip ...string)
	need = func(typ reflect.Type, skip ...string) {
		for f := range typ.Fields() {
			name := f.Tag.Get("expr")
			if !strings.Contains(manual, "`"+name+"`") && !strings.Contains(manual, name+"(") {
				t.Errorf("docs/policy.md does not name %s", name)
			}
			if f.Type.Kind() == reflect.Pointer && !slices.Contains(skip, name) {
				need(f.Type.Elem())
			}
		}
	}
	need(reflect.TypeFor[conditionEnv]())
	need(reflect.TypeFor[Chosen]())
	for _, helper := range []string{"money(", "signal(", "business_hours(", "mentions(", "bank_changed_within(", "renews_within("} {
		if !strings.Contains(manual, helper) {
			t.Errorf("docs/policy.md does not explain %s)", helper)
		}
	}
}

func TestTheExampleShowsEveryKeyThatAPolicyMayHave(t *testing.T) {
	example, manual := readDoc(t, "../policy.example.yaml"), readDoc(t, "../docs/policy.md")
	for _, typ := range filesByType {
		for _, key := range keysOf(typ) {
			if !strings.Contains(example, key+":") {
				t.Errorf("policy.example.yaml does not show %s of %s", key, typ)
			}
			if !strings.Contains(manual, key) {
				t.Errorf("docs/policy.md does not speak of %s of %s", key, typ)
			}
		}
	}
}

func TestEveryPolicyOfTheManualLoads(t *testing.T) {
	who := append(people{}, company...)
	for _, name := range []string{"duty-manager", "head-of-support", "duty-phone", "legal"} {
		who = append(who, models.Person{ID: name, Roles: []models.Role{models.RoleApprover}})
	}
	n := 0
	for i, part := range strings.Split(readDoc(t, "../docs/policy.md"), "```yaml\n") {
		block, _, _ := strings.Cut(part, "```")
		if i == 0 || !strings.Contains(block, "approvers:") || !strings.HasPrefix(block, "timezone:") {
			continue
		}
		n++
		if _, err := LoadPolicy([]byte(block), who, noon); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
	if n < 2 {
		t.Errorf("the manual shows %d whole policies, want at least 2", n)
	}
}

func TestAnUnknownFactOrAnErrorFiresTheGuardrail(t *testing.T) {
	for name, c := range map[string]struct {
		when  string
		facts models.Facts
	}{
		"a payable that is not known":          {`payable.po == "never"`, models.Facts{Now: noon}},
		"a vendor that is not known":           {`vendor.bank_changed_within("90d")`, paymentFactsOf(func(f *models.Facts) { f.Vendor = nil })},
		"a class that was not told":            {`vendor.class == "never"`, paymentFactsOf(nil)},
		"an amount without a rate":             {`payable.amount > money("25000 EUR")`, paymentFactsOf(nil)},
		"cash that is not known":               {`cash.breach > 0.99`, paymentFactsOf(func(f *models.Facts) { f.Cash.Unknown = "no balance" })},
		"a time that is none":                  {`vendor.bank_changed_within(payable.invoice)`, paymentFactsOf(func(f *models.Facts) { f.Payable.Invoice = "soon" })},
		"an amount that is none, made by hand": {`payable.amount > money(payable.invoice)`, paymentFactsOf(func(f *models.Facts) { f.Payable.Invoice = "INV-1" })},
		"a ticket on a payment":                {`ticket.mentions("never")`, paymentFactsOf(nil)},
		"an approver in the books, not told":   {`payable.approver == payable.requester`, paymentFactsOf(nil)},
		"a requester who was not told":         {`payable.requester == "never"`, paymentFactsOf(func(f *models.Facts) { f.Payable.Requester = "" })},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(smallPolicy, "  guardrails:\n", "  guardrails:\n    - when: "+"'"+c.when+"'\n", 1)
			r, spends := loadPolicy(t, text).Gate(later, c.facts, Situation{Now: noon, Writable: true})
			if r.Outcome != models.OutcomeAsk || !slices.Contains(r.Guardrails, c.when) {
				t.Errorf("got %s, guardrails %q, spends %v; want it to ask because of %s", r.Outcome, r.Guardrails, spends, c.when)
			}
		})
	}
}
