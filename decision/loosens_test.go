package decision

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

// edits of smallPolicy by what they are; "" where they loosen nothing.
var policyEdits = map[string]struct{ old, new, says string }{
	"a level raised":                       {"route: {level: ask}", "route: {level: act}", "triage.route: the level rises from ask to act."},
	"a level lowered":                      {"priority: {level: act,", "priority: {level: ask,", ""},
	"act to a window":                      {"priority: {level: act,", "priority: {level: act-after-window,", ""},
	"an action begun at ask":               {"route: {level: ask}", "route: {level: ask}\n  reply: {level: ask}", "triage.reply: the level rises from none to ask."},
	"an action begun by watching":          {"route: {level: ask}", "route: {level: ask}\n  reply: {level: observe}", ""},
	"an action taken out":                  {"  route: {level: ask}\n", "", ""},
	"holding taken out":                    {"  hold: {level: act, max_error: 20%}\n", "", "payments that look wrong are not held any more"},
	"holding only watched":                 {"hold: {level: act,", "hold: {level: observe,", "payments that look wrong are not held any more"},
	"a larger error":                       {"max_error: 10%", "max_error: 11%", "triage.priority: max_error rises from 10 % to 11 %."},
	"a smaller error":                      {"max_error: 10%", "max_error: 9%", ""},
	"a shorter window":                     {"window: 4h", "window: 1h", "the window to stop it shrinks from 4 hours to 1 hour"},
	"a longer window":                      {"window: 4h", "window: 8h", ""},
	"a guardrail taken out":                {"    - when: vendor.bank_changed_within(\"90d\")\n      approvers: {from: \"@finance-leads\", count: 2}\n      note: call the vendor back on a known number\n", "", `the guardrail "vendor.bank_changed_within(\"90d\")" is removed`},
	"a guardrail of another condition":     {`money("25000 USD")`, `money("20000 USD")`, "is removed, changed or moved"},
	"a guardrail's spaces":                 {`payable.amount > money("25000 USD")`, `payable.amount  >  money("25000 USD")`, ""},
	"fewer who must approve":               {"count: 2, not: requester", "count: 1, not: requester", "1 must approve instead of 2"},
	"the requester may approve":            {"count: 2, not: requester", "count: 2", "whoever asked for the payment may approve it"},
	"a note dropped":                       {"      note: call the vendor back on a known number\n", "", `the note "call the vendor back on a known number" changes`},
	"others approve":                       {`finance:` + "\n" + `  approvers: "@finance-leads"`, `finance:` + "\n" + `  approvers: ["@finance-leads", "@olga"]`, "@olga may approve as well"},
	"fewer people on the list":             {`finance:` + "\n" + `  approvers: "@finance-leads"`, `finance:` + "\n" + `  approvers: ["@priya", "@frank", "@nina"]`, "@finance-leads is not asked any more"},
	"an action has its own approvers":      {"route: {level: ask}", `route: {level: ask, approvers: "@ops"}`, "@ops may approve as well"},
	"an action names the same approvers":   {"route: {level: ask}", `route: {level: ask, approvers: "@support-leads"}`, ""},
	"an escalation taken out":              {"    - when: ticket.mentions(\"lawyer\", \"gdpr\")\n      to: \"@ops\"\n", "", "the escalation"},
	"an escalation to others":              {`to: "@ops"`, `to: "@olga"`, "@olga may approve as well"},
	"a chain changed":                      {`"15m @olga"`, `"1h @olga"`, "who is asked next, or when, changes"},
	"a chain of working hours":             {`      chain: ["15m`, `      hours: business` + "\n" + `      chain: ["15m`, "who is asked next, or when, changes"},
	"a stand-in":                           {`      chain: ["15m`, `      out_of_hours: "@ops"` + "\n" + `      chain: ["15m`, "outside working hours @ops is asked instead of none"},
	"a new guardrail":                      {"  guardrails:\n", "  guardrails:\n    - when: payable.po == \"\"\n", ""},
	"a new guardrail of the same people":   {"  guardrails:\n", "  guardrails:\n    - when: payable.po == \"\"\n      approvers: {from: \"@finance-leads\", count: 3}\n", ""},
	"a new guardrail of other people":      {"  guardrails:\n", "  guardrails:\n    - when: payable.po == \"\"\n      approvers: {from: \"@olga\"}\n", "has @olga answer what others are asked now"},
	"a new escalation":                     {"  escalate:\n", "  escalate:\n    - when: tone.anger > 0.1\n      to: \"@ops\"\n", "has @ops answer what others are asked now"},
	"a new chain":                          {"  guardrails:\n", "  guardrails:\n    - when: payable.po == \"\"\n      chain: [\"1h @olga\"]\n", "has a chain of its own"},
	"a lower floor":                        {"floor: 150000 USD", "floor: 149999 USD", "the cash floor falls from 150,000.00 USD to 149,999.00 USD"},
	"a higher floor":                       {"floor: 150000 USD", "floor: 150001 USD", ""},
	"a floor in another currency":          {"floor: 150000 USD", "floor: 900000 EUR", "the cash floor falls"},
	"a higher breach":                      {"breach: 5%", "breach: 6%", "with a probability of 6 % instead of 5 %"},
	"no breach at all":                     {"breach: 5%", "breach: 0%", ""},
	"a shorter horizon":                    {"horizon: 60d", "horizon: 30d", "30 days ahead instead of 60"},
	"an older balance":                     {"max_age: 1d", "max_age: 2d", "a balance is trusted for 2 days instead of 24 hours"},
	"another cost of money":                {"max_age: 1d", "max_age: 1d, cost_of_money: 6%", "the cost of money changes from 5 % to 6 %"},
	"a class may be moved":                 {"max_age: 1d", "max_age: 1d, fixed: [tax]", "payments of the class payroll may be moved"},
	"bank details sooner old":              {"  cash:", "  bank_fresh: 30d\n  cash:", "count as changed for 30 days instead of 90 days"},
	"bank details later old":               {"  cash:", "  bank_fresh: 180d\n  cash:", ""},
	"account facts longer fresh":           {"  priority:", "  account_age: 100d\n  priority:", "account facts count as known for 100 days instead of 90 days"},
	"personal data shown":                  {"triage:\n", "triage:\n  redact: false\n", "triage: cards and messages show card numbers"},
	"personal data hidden, in words":       {"triage:\n", "triage:\n  redact: true\n", ""},
	"a cap raised":                         {"actions_per_hour: 200", "actions_per_hour: 201", "rises from 200 to 201"},
	"a cap lowered":                        {"actions_per_hour: 200", "actions_per_hour: 199", ""},
	"a cap removed":                        {"actions_per_hour: 200, ", "", "The cap of 200 actions an hour is removed."},
	"a cap of money raised":                {"money_per_day: 250000 USD", "money_per_day: 250000.01 USD", "The cap of money a day rises"},
	"a cap of money in another currency":   {"money_per_day: 250000 USD", "money_per_day: 1 EUR", "The cap of money a day rises"},
	"the caps removed":                     {"caps: {actions_per_hour: 200, money_per_day: 250000 USD}\n", "", "The cap of 250,000.00 USD a day is removed."},
	"a new grant":                          {"grants:\n", "grants:\n  - {action: route, level: act, by: olga, until: 2026-12-20, reason: x}\n", "A grant is new or changed: act is granted for route by olga"},
	"a grant for longer":                   {"level: act, by: olga, until: 2026-12-20, reason: pilot}\n  - {action: schedule", "level: act, by: olga, until: 2026-12-21, reason: pilot}\n  - {action: schedule", "A grant is new or changed"},
	"a grant taken out":                    {"  - {action: hold, level: act, by: olga, until: 2026-12-20, reason: pilot}\n", "", ""},
	"a zone":                               {"Europe/Berlin", "Europe/Paris", "The time zone changes"},
	"hours":                                {"13:30-18:00", "13:30-17:00", "The calendar of working hours and holidays changes."},
	"a new rate":                           {"triage:\n", "rates: {base: USD, units: {EUR: \"1.1\"}}\ntriage:\n", "EUR has a rate now"},
	"a segment":                            {"triage:\n", "triage:\n  segment: account.tier\n", "segments are named by \"account.tier\" instead of nothing"},
	"a question ends sooner":               {"triage:\n", "triage:\n  expires: 8h\n", "a question ends after 8 hours instead of 24 hours"},
	"a question ends later":                {"triage:\n", "triage:\n  expires: 3d\n", ""},
	"a question of working hours":          {"triage:\n", "triage:\n  expires: 24h business\n", ""},
	"another rule of errors":               {"priority: {level: act,", "priority: {level: act, error: steps > 2,", "what counts as an error changes"},
	"another goal":                         {"priority: {level: act,", "priority: {level: act, goal: late_fees,", "the goal changes from first_decision_p90 to late_fees"},
	"more audits":                          {"priority: {level: act,", "priority: {level: act, audits: 40,", ""},
	"queues where a person sees each":      {"  priority:", "  queues: [{name: a, words: [b]}]\n  priority:", ""},
	"macros where a person sees each":      {"  priority:", "  macros: [{title: a, words: [b], text: c}]\n  priority:", ""},
	"a remark":                             {"triage:\n", "# thank you\ntriage:\n", ""},
	"a domain taken out":                   {smallPolicy[strings.Index(smallPolicy, "triage:"):strings.Index(smallPolicy, "finance:")], "", ""},
	"a domain with its holding, taken out": {smallPolicy[strings.Index(smallPolicy, "finance:"):strings.Index(smallPolicy, "caps:")], "", "payments that look wrong are not held any more"},
}

func edited(t testing.TB, name string) string {
	t.Helper()
	e := policyEdits[name]
	out := strings.Replace(smallPolicy, e.old, e.new, 1)
	if out == smallPolicy {
		t.Fatalf("%s: the policy has no %q", name, e.old)
	}
	return out
}

func TestEveryLooseningIsSaidInAPlainSentence(t *testing.T) {
	old := loadPolicy(t, smallPolicy)
	for name, e := range policyEdits {
		t.Run(name, func(t *testing.T) {
			got := Loosens(old, loadPolicy(t, edited(t, name)))
			if e.says == "" && len(got) > 0 {
				t.Errorf("it loosens nothing, and yet is said to: %q", got)
			}
			if all := strings.Join(got, "\n"); !strings.Contains(all, e.says) {
				t.Errorf("got %q, want %q", all, e.says)
			}
			for _, s := range got {
				if !strings.HasSuffix(s, ".") {
					t.Errorf("%q is no sentence", s)
				}
			}
		})
	}
	if got := Loosens(old, old); len(got) > 0 {
		t.Errorf("nothing changed, and yet: %q", got)
	}
}

func TestLooseningsOfWhatASmallPolicyLacks(t *testing.T) {
	stock := func(also string) string {
		return "domains:\n  stock:\n    approvers: \"@ops\"\n    reorder: {level: ask}\n    " + also + "\ncaps:"
	}
	rates := func(base, eur string) string {
		return "rates: {base: " + base + ", units: {EUR: \"" + eur + "\"}}\ntriage:\n"
	}
	for name, c := range map[string]struct{ at, old, new, says string }{
		"a rate":                          {"triage:\n", rates("USD", "1.1"), rates("USD", "1.2"), "The rate of EUR changes from 1.1 to 1.2"},
		"the base of rates":               {"triage:\n", rates("USD", "1.1"), rates("GBP", "1.1"), "Rates are told in GBP instead of USD."},
		"a rate taken out":                {"triage:\n", rates("USD", "1.1"), "triage:\n", ""},
		"queues nobody looks at":          {"  route: {level: ask}", "  route: {level: act}", "  route: {level: act}\n  queues: [{name: a, words: [b]}]", "the queues change"},
		"macros nobody looks at":          {"  route: {level: ask}", "  reply: {level: act}", "  reply: {level: act}\n  macros: [{title: a, words: [b], text: c}]", "the macros change"},
		"fewer audits":                    {"route: {level: ask}", "route: {level: ask, audits: 40}", "route: {level: ask, audits: 30}", "fewer audits a month: 30 instead of 40"},
		"the end of working hours":        {"triage:\n", "triage:\n  expires: 8h business\n", "triage:\n  expires: 9h\n", "a question ends after 9 hours instead of 8 hours of working time"},
		"a stand-in taken out":            {"      chain:", "      out_of_hours: \"@ops\"\n      chain:", "      chain:", "outside working hours none is asked instead of @ops"},
		"a new guardrail with a stand-in": {"  guardrails:\n", "  guardrails:\n", "  guardrails:\n    - when: payable.po == \"\"\n      out_of_hours: \"@ops\"\n", "has @ops answer what others are asked now"},
		"guardrails in another order": {
			"  guardrails:\n", "  guardrails:\n    - when: payable.po == \"\"\n    - when: cash.breach > 0.5\n",
			"  guardrails:\n    - when: cash.breach > 0.5\n    - when: payable.po == \"\"\n", "is removed, changed or moved",
		},
		"a source that may propose":   {"caps:", stock("sources: [erp]"), stock("sources: [erp, crm]"), "stock: crm may propose as well."},
		"every source may propose":    {"caps:", stock("sources: [erp]"), stock("max_age: 1d"), "stock: every source may propose, not only erp."},
		"one source only may propose": {"caps:", stock("max_age: 1d"), stock("sources: [erp]"), ""},
		"facts of others, older":      {"caps:", stock("max_age: 1d"), stock("max_age: 2d"), "stock: facts count as known for 2 days instead of 24 hours."},
		"a floor of an account":       {"max_age: 1d", "max_age: 1d", "max_age: 1d, floors: [{account: a, floor: 5 USD}]", ""},
		"a floor of an entity":        {"max_age: 1d", "max_age: 1d", "max_age: 1d, floors: [{entity: e, floor: 5 USD}]", "e has a floor of its own, 5.00 USD"},
		"a floor of an account, less": {"max_age: 1d", "max_age: 1d, floors: [{account: a, floor: 5 USD}]", "max_age: 1d, floors: [{account: a, floor: 4 USD}]", "the floor of a, 5.00 USD, falls or is removed"},
		"a class that may be late":    {"max_age: 1d", "max_age: 1d", "max_age: 1d, late_ok: [materials]", "the class materials may be late"},
		"later than before":           {"max_age: 1d", "max_age: 1d, late_ok: [a], late_by: 5d", "max_age: 1d, late_ok: [a], late_by: 6d", "6 days late instead of 5"},
		"nobody late any more":        {"max_age: 1d", "max_age: 1d, late_ok: [a], late_by: 5d", "max_age: 1d", ""},
		"a rule of one vendor":        {"  cash:", "  cash:", "  vendors: [{name: x, never_late: true}]\n  cash:", "the rules of single vendors change"},
		"an earlier cut-off":          {"max_age: 1d", "max_age: 1d, cut_off: \"15:00\"", "max_age: 1d, cut_off: \"14:00\"", ""},
		"a later cut-off":             {"max_age: 1d", "max_age: 1d, cut_off: \"15:00\"", "max_age: 1d, cut_off: \"16:00\"", "payments leave later in the day"},
		"no cut-off":                  {"max_age: 1d", "max_age: 1d, cut_off: \"15:00\"", "max_age: 1d", "payments leave later in the day"},
		"a bound of alerts":           {"  cash:", "  cash:", "  alerts: {per_day: 10}\n  cash:", "fewer payments that look wrong may be shown"},
		"a lower bound of alerts":     {"  cash:", "  alerts: {per_day: 10}\n  cash:", "  alerts: {per_day: 9}\n  cash:", "fewer payments that look wrong may be shown"},
		"no bound of alerts":          {"  cash:", "  alerts: {per_day: 10}\n  cash:", "  cash:", ""},
		"another bound of alerts":     {"  cash:", "  alerts: {per_day: 10}\n  cash:", "  alerts: {fdr: 10%}\n  cash:", "fewer payments that look wrong may be shown"},
		"an action of others":         {"caps:", stock("max_age: 1d"), stock("return: {level: act}"), "stock.return: the level rises from none to act."},
		"a domain of others":          {"caps:", "caps:", stock("max_age: 1d"), "stock.reorder: the level rises from none to ask."},
	} {
		t.Run(name, func(t *testing.T) {
			load := func(with string) *Policy { return loadPolicy(t, strings.Replace(smallPolicy, c.at, with, 1)) }
			got := strings.Join(Loosens(load(c.old), load(c.new)), "\n")
			if !strings.Contains(got, c.says) || c.says == "" && got != "" {
				t.Errorf("got %q, want %q", got, c.says)
			}
		})
	}
}

func TestNoPartOfAPolicyIsForgottenWhenItIsCompared(t *testing.T) {
	// Every field of a policy is either compared by Loosens or named here with the reason why it need not be.
	aside := map[string]string{
		"Policy.Version": "the text's own name", "Domain.Actions": "compared one by one", "Policy.Domains": "compared one by one",
		"Rule.Note": "the approval's note is the same", "CashRules.Limits": "follow from the guardrails", "CashRules.Today": "the day",
		"CashRules.Business": "the calendar", "CashRules.Rates": "the policy's own", "CashRules.Closed": "the time of day",
		"Domain.PayRun": "when payments are shown together", "TriageRules.After": "the calendar", "TriageRules.Zone": "the policy's own",
		"Approval.Each": "made by the gate of the rules that hold, never written in a policy",
	}
	compared := map[string][]string{
		"Policy":      {"Zone", "Calendar", "Rates", "Caps", "Grants"},
		"Domain":      {"Approvers", "Expires", "ExpiresWorking", "Segment", "Guardrails", "Escalate", "Triage", "Unredacted", "Cash", "MaxAge", "Sources", "Alerts", "CutOff"},
		"Delegation":  {"Level", "MaxError", "Window", "Approvers", "Error", "Goal", "Audits"},
		"Rule":        {"When", "Approval", "Chain", "OutOfHours"},
		"Caps":        {"ActionsPerHour", "MoneyPerDay"},
		"Grant":       {"ID", "Action", "Segment", "Level", "By", "Until", "Reason", "At", "EndedAt", "Ended"},
		"TriageRules": {"Queues", "Macros", "AccountAge", "Intent", "SLA"},
		"CashRules":   {"Floor", "Breach", "Horizon", "MaxAge", "Fixed", "CostBPS", "BankFresh", "Floors", "LateOK", "LateBy", "Vendors"},
		"Approval":    {"From", "Count", "NotRequester", "Note"},
		"Rung":        {"After", "To", "Working"},
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[Policy](), reflect.TypeFor[Domain](), reflect.TypeFor[Delegation](), reflect.TypeFor[Rule](), reflect.TypeFor[Caps](),
		reflect.TypeFor[Grant](), reflect.TypeFor[models.TriageRules](), reflect.TypeFor[models.CashRules](), reflect.TypeFor[models.Approval](), reflect.TypeFor[models.Rung](),
	} {
		for f := range typ.Fields() {
			if name := typ.Name() + "." + f.Name; aside[name] == "" && !slices.Contains(compared[typ.Name()], f.Name) {
				t.Errorf("%s is new: have Loosens compare it, and say so here", name)
			}
		}
	}
}

// boldness orders outcomes by how much remit does by itself.
var boldness = map[models.Outcome]int{models.OutcomeObserve: 0, models.OutcomeAsk: 0, models.OutcomeWait: 1, models.OutcomeAct: 2}

func TestWhatIsSaidToLoosenNothingLetsNothingMoreHappen(t *testing.T) {
	names := slices.Sorted(func(yield func(string) bool) {
		for n := range policyEdits {
			if !yield(n) {
				return
			}
		}
	})
	old := loadPolicy(t, smallPolicy)
	rapid.Check(t, func(t *rapid.T) {
		text := smallPolicy
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			e := policyEdits[rapid.SampledFrom(names).Draw(t, "edit")]
			text = strings.Replace(text, e.old, e.new, 1)
		}
		changed, err := LoadPolicy([]byte(text), company, noon)
		if err != nil || len(Loosens(old, changed)) > 0 {
			t.Skip("not a policy that loosens nothing")
		}
		pr, f := drawCase(t)
		s := Situation{Now: noon, Writable: true}
		was, _ := old.Gate(pr, f, s)
		is, _ := changed.Gate(pr, f, s)
		if boldness[is.Outcome] > boldness[was.Outcome] || is.Outcome == models.OutcomeWait && was.Outcome == models.OutcomeWait && is.Window < was.Window {
			t.Errorf("it was %s and is %s\n%v\n%v", was.Outcome, is.Outcome, was.Why, is.Why)
		}
		if was.Outcome != models.OutcomeAsk || is.Outcome != models.OutcomeAsk {
			return
		}
		if is.Approval.Needed() < was.Approval.Needed() || was.Approval.NotRequester && !is.Approval.NotRequester || len(lacking(is.Approval.From, was.Approval.From)) > 0 {
			t.Errorf("it was asked of %+v and is asked of %+v", was.Approval, is.Approval)
		}
	})
}

// drawCase draws a proposal with its facts.
func drawCase(t *rapid.T) (models.Proposal, models.Facts) {
	if rapid.Bool().Draw(t, "ticket") {
		pr := with(toP2, func(p *models.Proposal) {
			p.Confidence = rapid.Float64Range(0.7, 1).Draw(t, "confidence")
			if rapid.Bool().Draw(t, "route") {
				p.Action, p.Value, p.Before = models.ActionRoute, "billing", "general"
			}
		})
		return pr, ticketFactsOf(func(f *models.Facts) {
			f.Tone.Anger = rapid.Float64Range(0, 1).Draw(t, "anger")
			f.Account.Tier = rapid.SampledFrom([]string{"", "enterprise", "free"}).Draw(t, "tier")
			f.Ticket.Text = rapid.SampledFrom([]string{"hello there", "my lawyer writes", "gdpr"}).Draw(t, "text")
			if rapid.Bool().Draw(t, "old account") {
				f.Account.UpdatedAt = noon.Add(-95 * 24 * time.Hour)
			}
		})
	}
	pr := with(later, func(p *models.Proposal) {
		p.Confidence = rapid.Float64Range(0.7, 1).Draw(t, "confidence")
		if rapid.Bool().Draw(t, "hold") {
			p.Action, p.Value, p.Before = models.ActionHold, models.ValueHold, models.ValueRelease
		}
	})
	return pr, paymentFactsOf(func(f *models.Facts) {
		f.Payable.Amount = models.Money{Minor: rapid.Int64Range(1, 40_000_00).Draw(t, "amount"), Currency: rapid.SampledFrom([]models.Currency{"USD", "EUR"}).Draw(t, "currency")}
		f.Payable.PO = rapid.SampledFrom([]string{"", "PO-1"}).Draw(t, "order")
		f.Cash.Breach = rapid.Float64Range(0, .1).Draw(t, "breach")
		if rapid.Bool().Draw(t, "new bank") {
			f.Vendor.Banks = append(f.Vendor.Banks, models.BankUse{Bank: "a2", Since: noon.AddDate(0, 0, -rapid.IntRange(1, 120).Draw(t, "days"))})
		}
	})
}
