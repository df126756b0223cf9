package decision

import (
	"os"
	"strings"
	"testing"
	"time"

	"remit/models"
)

const stockPolicy = `
domains:
  stock:
    approvers: "@ops"
    max_age: 1d
    sources: [wms]
    reorder: {level: act, max_error: 10%}
    retire: {level: ask}
    guardrails:
      - when: number("quantity") > 500 or text("supplier") == "Acme"
        note: ask the buyer
      - when: money_of("unit_cost") > money("50 EUR") or flag("fragile") or fact("origin") == "CN"
    escalate:
      - when: amount() > money("9000 EUR")
        to: "@finance-leads"
caps: {money_per_day: 10000 EUR}
grants:
  - {action: stock.reorder, level: act, by: olga, until: 2026-12-20, reason: pilot}
`

func reorder(edit func(*models.Submission)) (models.Proposal, models.Facts) {
	s := models.Submission{
		ID: "proposal:wms:1", Source: "wms", ExternalID: "1", Item: "item:stock:wms:SKU-1", Action: "stock.reorder", Title: "Mugs", Value: "240", Before: "0",
		Facts:  models.Told{"quantity": 240.0, "supplier": "Potter", "unit_cost": "3.20 EUR", "fragile": false, "origin": "DE"},
		Amount: models.Money{Minor: 76_800, Currency: "EUR"}, Stated: .99, Reversible: true, Model: "rop/1", UpdatedAt: noon.Add(-time.Hour),
	}
	if edit != nil {
		edit(&s)
	}
	pr := passOn(s, spoken(.99, 200, 0))
	return pr, models.Facts{Now: noon, Event: models.ProposalCreated, Submission: &s}
}

func TestTheGateOnProposalsOfOtherSystems(t *testing.T) {
	p := loadPolicy(t, stockPolicy)
	for name, c := range map[string]struct {
		edit func(*models.Submission)
		with func(*Situation)
		want models.Outcome
		why  string
	}{
		"within its remit it acts":     {want: models.OutcomeAct, why: "granted"},
		"above the guardrail":          {edit: func(s *models.Submission) { s.Facts["quantity"] = 501.0 }, want: models.OutcomeAsk, why: "ask the buyer"},
		"a fact that was not told":     {edit: func(s *models.Submission) { delete(s.Facts, "origin") }, want: models.OutcomeAsk, why: `"origin" was not told`},
		"no facts at all":              {edit: func(s *models.Submission) { s.Facts = nil }, want: models.OutcomeAsk, why: `"quantity" was not told`},
		"a fact of another type":       {edit: func(s *models.Submission) { s.Facts["fragile"] = "no" }, want: models.OutcomeAsk, why: `"fragile" is not true or false`},
		"money that is none":           {edit: func(s *models.Submission) { s.Facts["unit_cost"] = "cheap" }, want: models.OutcomeAsk, why: "is not an amount"},
		"money without a rate":         {edit: func(s *models.Submission) { s.Facts["unit_cost"] = "3.20 CHF" }, want: models.OutcomeAsk, why: "cannot be known"},
		"more money than may be spent": {edit: func(s *models.Submission) { s.Amount.Minor = 800_000 }, with: func(s *Situation) { s.Spent = map[string]int64{"money/2026-12-01": 300_000} }, want: models.OutcomeAsk, why: "cap of 10,000.00 EUR a day"},
		"an escalation by its amount":  {edit: func(s *models.Submission) { s.Amount.Minor = 950_000 }, want: models.OutcomeAsk, why: "Escalated to @finance-leads"},
		"an amount that was not told":  {edit: func(s *models.Submission) { s.Amount = models.Money{} }, want: models.OutcomeAsk, why: "the amount was not told"},
		"facts of the day before":      {edit: func(s *models.Submission) { s.UpdatedAt = noon.Add(-25 * time.Hour) }, want: models.OutcomeAsk, why: "older than a day"},
		"what cannot be taken back":    {edit: func(s *models.Submission) { s.Reversible = false }, want: models.OutcomeAsk, why: "cannot be taken back"},
		"nobody who would hear of it":  {with: func(s *Situation) { s.Writable = false }, want: models.OutcomeAsk, why: "cannot be written to"},
		"another source":               {edit: func(s *models.Submission) { s.Source = "crm" }, want: models.OutcomeObserve, why: "takes no proposals for stock from crm"},
		"an action that is not named":  {edit: func(s *models.Submission) { s.Action = "stock.burn" }, want: models.OutcomeObserve, why: "does not name stock.burn"},
		"a domain that is not named":   {edit: func(s *models.Submission) { s.Action = "leads.score" }, want: models.OutcomeObserve, why: "does not name leads.score"},
		"an action at ask":             {edit: func(s *models.Submission) { s.Action = "stock.retire" }, want: models.OutcomeAsk, why: "sets stock.retire to ask"},
		"a paused domain": {with: func(s *Situation) {
			s.Paused = map[models.Domain]models.Switch{"stock": {Domain: "stock", Paused: true, By: "Olga", Why: "x"}}
		}, want: models.OutcomeAsk, why: "paused by Olga"},
	} {
		t.Run(name, func(t *testing.T) {
			pr, f := reorder(c.edit)
			s := Situation{Now: noon, Writable: true}
			if c.with != nil {
				c.with(&s)
			}
			r, _ := p.Gate(pr, f, s)
			if why := strings.Join(r.Why, " "); r.Outcome != c.want || !strings.Contains(why, c.why) {
				t.Errorf("got %s because %s; want %s because %q", r.Outcome, why, c.want, c.why)
			}
		})
	}
}

func TestAStatedConfidenceWithoutVerdictsAsks(t *testing.T) {
	p := loadPolicy(t, stockPolicy)
	pr, f := reorder(func(s *models.Submission) { s.Stated = .999 })
	pr.Confidence = Calibrate(.999, nil)
	r, _ := p.Gate(pr, f, Situation{Now: noon, Writable: true})
	if why := strings.Join(r.Why, " "); r.Outcome != models.OutcomeAsk || !strings.Contains(why, "It is 50 % sure; acting by itself takes 90 %.") {
		t.Errorf("got %s because %s, want it asked for want of verdicts", r.Outcome, why)
	}
}

func TestABrokenDomainIsRefused(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(stockPolicy, old, new, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"a domain that is judged here":       {edit("  stock:", "  triage:"), "is remit's own name"},
		"remit's own":                        {edit("  stock:", "  remit:"), "is remit's own name"},
		"the name for all":                   {edit("  stock:", "  all:"), "is remit's own name"},
		"a name that is none":                {edit("  stock:", "  Stock Room:"), "is not a name"},
		"an action that is no name":          {edit("    reorder:", "    re-order:"), "is not the name of an action"},
		"a misspelt key is no action":        {edit("    max_age: 1d", "    maxage: 1d"), `line 5: "1d" stands here, where a block of keys is wanted`},
		"an action without a level":          {edit("{level: act, max_error: 10%}", "{max_error: 10%}"), "say the level of reorder"},
		"an action that is nothing":          {edit("reorder: {level: act, max_error: 10%}", "reorder:"), "say the level of reorder"},
		"an unknown key of an action":        {edit("{level: ask}", "{level: ask, speed: 3}"), `"speed" is not a key here`},
		"nothing delegated":                  {"domains:\n  stock:\n    approvers: \"@ops\"\n", "say what of stock is delegated"},
		"an empty domain":                    {"domains:\n  stock:\n", "say what of stock is delegated"},
		"a condition on tickets":             {edit(`number("quantity") > 500`, `ticket.turns > 3`), "stock knows no ticket"},
		"an ask that reaches nobody":         {edit(`approvers: "@ops"`, `approvers: "@interns"`), "reaches 0 people"},
		"a grant of what is not named":       {edit("action: stock.reorder", "action: stock.burn"), "stock.burn is not named under domains"},
		"a ticket's condition on told facts": {stockPolicy + "triage:\n  approvers: \"@ops\"\n  route: {level: ask}\n  guardrails:\n    - when: number(\"x\") > 1\n", "number is of what other systems tell"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadPolicy([]byte(c.text), company, noon)
			if models.KindOf(err) != models.Invalid || !strings.Contains(models.SentenceOf(err), c.want) {
				t.Errorf("got %v, want it refused with %q", err, c.want)
			}
		})
	}
}

func TestThePolicyOfTheManualLoads(t *testing.T) {
	text, err := os.ReadFile("../docs/proposals.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	first, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the manual shows no policy")
	}
	who := company
	for _, id := range []string{"ben", "ada", "joe"} {
		who = append(who, models.Person{ID: id, Roles: []models.Role{models.RoleApprover}, Groups: []string{"buyers"}})
	}
	p, err := LoadPolicy([]byte(first), who, noon)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Takes("stock.reorder", "warehouse") || p.Takes("stock.reorder", "crm") || p.Takes("stock.retire", "warehouse") {
		t.Error("the manual's policy takes other proposals than it says")
	}
}
