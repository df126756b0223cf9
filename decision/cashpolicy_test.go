package decision

import (
	"strings"
	"testing"
	"time"

	"remit/models"
)

func cashPolicy(text string) string {
	return strings.Replace(smallPolicy, "  cash: {floor: 150000 USD, breach: 5%, horizon: 60d, max_age: 1d}\n", text, 1)
}

func TestThePolicySaysWhatHoldsForCash(t *testing.T) {
	p := loadPolicy(t, cashPolicy(`
  cash:
    floor: 150000 USD
    cut_off: "15:00"
    late_ok: [office]
    floors:
      - {entity: acme-de, floor: 50000 EUR}
      - {account: "balance:erp:giro", floor: 20000 EUR}
  vendors:
    - {name: Acme, aliases: [ACME Trading], never_late: true, always_discount: true, lead: 2}
`))
	r := p.CashRules(time.Date(2026, 12, 3, 13, 59, 0, 0, time.UTC)) // 14:59 in Berlin
	if r.Closed || r.LateBy != 14 || len(r.LateOK) != 1 || len(r.Floors) != 2 || r.Floors[1].Account != "balance:erp:giro" {
		t.Errorf("got %+v", r)
	}
	if v := r.Vendors; len(v) != 1 || !v[0].NeverLate || !v[0].Discount || v[0].Lead != 2 || v[0].Aliases[0] != "ACME Trading" {
		t.Errorf("got %+v", v)
	}
	if !p.CashRules(time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC)).Closed {
		t.Error("at 15:00 in Berlin banks still take payments")
	}
}

func TestCashRulesThatCannotBeAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"payroll late":                {"  cash: {floor: 1 USD, fixed: [rent], late_ok: [Payroll]}\n", "Payroll is never paid late"},
		"a class both fixed and late": {"  cash: {floor: 1 USD, fixed: [rent], late_ok: [rent]}\n", "rent is never moved"},
		"too late":                    {"  cash: {floor: 1 USD, late_ok: [office], late_by: 90d}\n", "90 days is more than 60"},
		"a time that is none":         {"  cash: {floor: 1 USD, cut_off: noon}\n", `"noon" is not a time of day`},
		"a floor of nobody":           {"  cash: {floor: 1 USD, floors: [{floor: 1 USD}]}\n", "say an entity or an account"},
		"a vendor without a name":     {"  cash: {floor: 1 USD}\n  vendors: [{lead: 1}]\n", "a vendor needs a name"},
		"a lead of weeks":             {"  cash: {floor: 1 USD}\n  vendors: [{name: A, lead: 30}]\n", "0 to 10 bank days"},
	} {
		_, err := LoadPolicy([]byte(cashPolicy(c.text)), company, noon)
		if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
