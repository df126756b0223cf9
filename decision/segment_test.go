package decision

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"remit/models"
)

func sliced(t *testing.T, expression string) *Policy {
	t.Helper()
	return loadPolicy(t, strings.Replace(smallPolicy, "triage:\n", "triage:\n  segment: "+expression+"\n", 1))
}

func TestASegmentIsNamedByThePolicysExpression(t *testing.T) {
	slice := `'account.tier + "/" + ticket.channel'`
	for name, c := range map[string]struct {
		expression string
		facts      models.Facts
		want       string
	}{
		"what the facts say":             {slice, ticketFactsOf(func(f *models.Facts) { f.Ticket.Channel = "email" }), "business/email"},
		"a fact that was not told":       {slice, ticketFactsOf(func(f *models.Facts) { f.Account.Tier = "" }), SegmentOther},
		"a fact that is not there":       {slice, ticketFactsOf(func(f *models.Facts) { f.Account = nil }), SegmentOther},
		"a fact that is too old":         {slice, ticketFactsOf(func(f *models.Facts) { f.Account.UpdatedAt = noon.AddDate(-1, 0, 0) }), SegmentOther},
		"an empty name":                  {`ticket.group`, ticketFactsOf(nil), SegmentOther},
		"nothing but spaces":             {`'"  \t "'`, ticketFactsOf(nil), SegmentOther},
		"spaces around it":               {`'"  vip "'`, ticketFactsOf(nil), "vip"},
		"an error while evaluating":      {`'ticket.tags[3]'`, ticketFactsOf(nil), SegmentOther},
		"the judge's own":                {`proposal.segment`, ticketFactsOf(nil), "de"},
		"a choice":                       {`'account.vip ? "vip" : "usual"'`, ticketFactsOf(nil), "usual"},
		"a customer's text is cut short": {`ticket.subject`, ticketFactsOf(func(f *models.Facts) { f.Ticket.Subject = strings.Repeat("é", 90) }), strings.Repeat("é", 60)},
		"and cannot begin another line":  {`ticket.subject`, ticketFactsOf(func(f *models.Facts) { f.Ticket.Subject = "a\r\nb\x00\x1b[31m" }), "ab[31m"},
	} {
		t.Run(name, func(t *testing.T) {
			pr := with(toP2, func(p *models.Proposal) { p.Segment = "de" })
			if got := sliced(t, c.expression).SegmentOf(models.Triage, c.facts, pr); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	p := loadPolicy(t, smallPolicy)
	for _, d := range []models.Domain{models.Triage, "stock"} {
		if got := p.SegmentOf(d, ticketFactsOf(nil), toP2); got != "" {
			t.Errorf("%s is not sliced, and yet is %q", d, got)
		}
	}
}

func TestNoTextMakesASegmentThatBreaksALine(t *testing.T) {
	p := sliced(t, "ticket.subject")
	rapid.Check(t, func(t *rapid.T) {
		f := ticketFactsOf(func(f *models.Facts) { f.Ticket.Subject = rapid.String().Draw(t, "subject") })
		got := p.SegmentOf(models.Triage, f, toP2)
		if got == "" || len([]rune(got)) > 60 || got != strings.TrimSpace(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("got %q", got)
		}
	})
}

func TestWhatCountsAsAnErrorIsThePolicysToSay(t *testing.T) {
	rule := func(t *testing.T, expression string) ErrorRule {
		t.Helper()
		text := strings.Replace(smallPolicy, "route: {level: ask}", "route: {level: ask, error: '"+expression+"'}", 1)
		r, ok := loadPolicy(t, text).ErrorOf(models.ActionRoute)
		if !ok {
			t.Fatal("the policy has no error rule")
		}
		return r
	}
	for name, c := range map[string]struct {
		expression string
		chosen     Chosen
		want       bool
	}{
		"two steps off":          {"steps >= 2", Compare("P1", "P3", ""), true},
		"one step off":           {"steps >= 2", Compare("P2", "P1", ""), false},
		"no priorities":          {"steps >= 1", Compare("billing", "P1", ""), false},
		"another queue":          {"chosen != proposed", Compare("billing", "sales", ""), true},
		"but not for this one":   {`chosen != proposed and reason != "vacation"`, Compare("billing", "sales", "vacation"), false},
		"a fee that was avoided": {"fee or discount", Chosen{Fee: true}, true},
		"a discount kept":        {"fee or discount", Chosen{Discount: true}, true},
		"a fifth rewritten":      {"rewritten > 0.2", Compare("we will look into it", "we will never look into it again soon", ""), true},
		"a comma is no rewrite":  {"rewritten > 0", Compare("Hello Ann we look into it", "hello ann, we look into it!", ""), false},
		"all of it":              {"rewritten == 1", Compare("yes", "no", ""), true},
		"what cannot be told":    {"int(chosen) > 3", Compare("billing", "sales", ""), true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rule(t, c.expression).Holds(c.chosen)
			if got != c.want || (err != nil) != strings.Contains(c.expression, "int(") {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
		})
	}
	if _, ok := loadPolicy(t, smallPolicy).ErrorOf(models.ActionRoute); ok {
		t.Error("a policy that says nothing has an error rule")
	}
}

func TestHowAnActionIsJudgedHasDefaults(t *testing.T) {
	p := loadPolicy(t, strings.Replace(smallPolicy, "hold: {level: act,", "hold: {level: act, goal: late_fees, audits: 60,", 1))
	for a, want := range map[models.Action]struct {
		goal   string
		audits int
	}{
		models.ActionPriority: {GoalFirstDecision, 20}, models.ActionSchedule: {GoalLateFees, 20}, models.ActionHold: {GoalLateFees, 60},
		"stock.reorder": {GoalTouches, 20},
	} {
		if goal, audits := p.GoalOf(a), p.AuditsOf(a); goal != want.goal || audits != want.audits {
			t.Errorf("%s: got %s and %d, want %+v", a, goal, audits, want)
		}
	}
}

func TestHowAnActionIsJudgedIsCheckedAtLoad(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(smallPolicy, old, new, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"a segment of an unknown fact":    {edit("triage:\n", "triage:\n  segment: account.plan\n"), "line 5: segment: account has no field plan (1:9)"},
		"a segment that is a number":      {edit("triage:\n", "triage:\n  segment: ticket.turns\n"), "line 5: segment: "},
		"a segment that is no text":       {edit("triage:\n", "triage:\n  segment: {a: b}\n"), "line 5: one value is wanted"},
		"an error that is no yes or no":   {edit("route: {level: ask", "route: {level: ask, error: steps"), "line 7: error:"},
		"an error of an unknown variable": {edit("route: {level: ask", "route: {level: ask, error: stepz > 1"), "line 7: error:"},
		"an unknown goal":                 {edit("route: {level: ask", "route: {level: ask, goal: happiness"), `line 7: goal: "happiness" is not a goal`},
		"fewer audits than the least":     {edit("route: {level: ask", "route: {level: ask, audits: 5"), "line 7: audits:"},
		"audits that are no number":       {edit("route: {level: ask", "route: {level: ask, audits: many"), "line 7: audits:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadPolicy([]byte(c.text), company, noon)
			if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an Invalid error with %q", err, c.want)
			}
		})
	}
}
