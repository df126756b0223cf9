package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/review"
)

// shelf is the reviews of a company, and the keeper of its policy.
type shelf struct {
	text     string
	asked    int
	proposed []string // the texts, each led by who and why
	refuse   error
}

const shelfPolicy = "triage:   # ours\n  approvers: \"@support-leads\"\n  priority: {level: act, max_error: 10%}\n"

// Reaches implements decision.Directory: any name reaches somebody.
func (*shelf) Reaches(string) []models.Person {
	return []models.Person{{ID: "a", Roles: []models.Role{models.RoleApprover}}}
}

// Review reviews tickets of which those that mention the webhook went wrong.
func (s *shelf) Review(_ context.Context, from, to time.Time) (review.Review, error) {
	s.asked++
	p, err := decision.LoadPolicy([]byte(shelfPolicy), s, noon)
	if err != nil {
		return review.Review{}, err
	}
	in := review.Input{From: from, To: to, Now: noon, Policy: p, Facts: map[string]models.Facts{}}
	for i := range 400 {
		at := to.Add(-time.Duration(400-i) * time.Hour)
		ticket := models.Ticket{Subject: "cannot sign in"}
		a := models.Answer{By: models.Actor{Kind: models.ByPerson, ID: "priya", Name: "Priya"}, Kind: models.AnswerApprove, At: at.Add(17 * time.Minute)}
		if i%5 == 0 {
			ticket.Subject = `<b>webhook</b>`
			a.Kind, a.Value, a.Reason, a.Note = models.AnswerOverride, "P1", "missed_urgency", "<i>look</i> at the log"
		}
		d := models.Propose(models.Event{ID: fmt.Sprint("ev", i)}, models.Proposal{Action: models.ActionPriority, Item: fmt.Sprint("ticket:helpdesk:", i), Value: "P3", Confidence: .6 + float64(i%40)/100, Segment: []string{"enterprise", "free"}[i%2]}, at)
		d.Title, d.State, d.Answers, d.FactsID = ticket.Subject, models.Applied, []models.Answer{a}, d.ID
		d.Ruling = models.Ruling{Level: models.LevelAsk, Why: []string{"The policy allows priority up to act, but nobody has granted it and no evidence has earned it: it asks."}}
		in.Facts[d.ID] = models.Facts{Now: at, Ticket: &ticket}
		in.Decisions = append(in.Decisions, d)
	}
	return review.Of(in), nil
}

func (s *shelf) WeekReviewed(ctx context.Context, week string) (review.Review, error) {
	if week != "2026-W48" {
		return review.Review{}, models.Errorf(models.NotFound, "There is no review of %q.", week)
	}
	return s.Review(ctx, noon.AddDate(0, 0, -10), noon.AddDate(0, 0, -3))
}

func (s *shelf) ReviewedWeeks(context.Context) ([]string, error) { return []string{"2026-W48"}, nil }

func (s *shelf) Propose(_ context.Context, text []byte, by models.Person, why string) (string, error) {
	if s.refuse != nil {
		return "", s.refuse
	}
	s.proposed = append(s.proposed, by.ID+"\n"+why+"\n"+string(text))
	return "pol_8", nil
}

// reviewing gives the console's options with a shelf.
func reviewing(s *shelf) ConsoleOptions { return withReviews(scene(), s) }

func withReviews(d *desk, s *shelf) ConsoleOptions {
	s.text = shelfPolicy
	o := d.options()
	o.Reviews, o.PolicySaver, o.PolicyText = s, s, func(context.Context) ([]byte, error) { return []byte(s.text), nil }
	return o
}

func ruleOn(t *testing.T, page string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `action="/review/rules/`)
	id, _, _ := strings.Cut(rest, "?")
	if !ok {
		t.Fatal("the page offers no rule to add")
	}
	return id
}

func TestTheReviewSaysWhatHappenedAndWhatToDo(t *testing.T) {
	s := &shelf{}
	v := visit(t, reviewing(s)).as("omar")
	_, page, _ := v.get("/review")
	wantHas(t, page, "What to do next", "Ask about priority where the ticket mentions &#34;webhook&#34;.", "80 % of 168", "missed urgency", "enterprise",
		"&lt;b&gt;webhook&lt;/b&gt;", "&lt;i&gt;look&lt;/i&gt;", `aria-current="page">7d`, "2026-W48", "Add this rule to the policy",
		`alt="priority: agreement, by week: agreement from 80 % to`)
	wantLacks(t, page, "<b>webhook", "<i>look")
	pictures := 0
	for part := range strings.SplitSeq(page, `<img class="picture" src="`) {
		address, _, ok := strings.Cut(part, `"`)
		if !ok || !strings.HasPrefix(address, "/review/picture/") {
			continue
		}
		status, svg, head := v.get(strings.ReplaceAll(address, "&amp;", "&"))
		if status != http.StatusOK || head.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg, "<svg") || !strings.Contains(head.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d %s", address, status, head)
		}
		pictures++
	}
	if pictures != 3 || s.asked != 1 {
		t.Errorf("%d pictures by %d reviews, want three of one", pictures, s.asked)
	}
	_, page, _ = v.get("/review?week=2026-W48")
	wantHas(t, page, "<option selected>2026-W48")
	for path, want := range map[string]int{
		"/review?since=5y": http.StatusBadRequest, "/review?week=2026-W02": http.StatusNotFound,
		"/review/picture/agreement?action=hold": http.StatusNotFound, "/review/picture/nothing?action=priority": http.StatusNotFound,
	} {
		if status, _, _ := v.get(path); status != want {
			t.Errorf("%s: got %d, want %d", path, status, want)
		}
	}
}

func TestARuleIsAcceptedByOneClick(t *testing.T) {
	s := &shelf{}
	v := visit(t, reviewing(s)).as("omar")
	_, page, _ := v.get("/review?since=30d")
	id := ruleOn(t, page)
	after := v.submit("/review/rules/"+id+"?since=30d", url.Values{"back": {"/review?since=30d"}})
	wantHas(t, after, "The rule is in version pol_8 of the policy")
	if len(s.proposed) != 1 {
		t.Fatalf("%d policies were proposed, want one", len(s.proposed))
	}
	wantHas(t, s.proposed[0], "omar\nAsk about priority where the ticket mentions \"webhook\".", "known errors",
		"triage:   # ours\n  guardrails:\n    - when: 'proposal.action == \"priority\" and ticket.mentions(\"webhook\")'   # from the review of 3 Dec 2026\n  approvers:")
	if _, err := decision.LoadPolicy([]byte(s.proposed[0][strings.Index(s.proposed[0], "triage:"):]), s, noon); err != nil {
		t.Errorf("what was proposed does not load: %v", err)
	}
}

func TestWhatCannotBeAcceptedSaysWhy(t *testing.T) {
	s := &shelf{}
	o := reviewing(s)
	omar := visit(t, o).as("omar")
	_, page, _ := omar.get("/review")
	id := ruleOn(t, page)
	wantHas(t, omar.submit("/review/rules/rule_other", url.Values{"back": {"/review"}}), "does not propose this rule any more")
	s.text = strings.Replace(shelfPolicy, "  priority", "  guardrails: [{when: 'proposal.action == \"priority\" and ticket.mentions(\"webhook\")'}]\n  priority", 1)
	wantHas(t, omar.submit("/review/rules/"+id, url.Values{"back": {"/review"}}), "has this rule already")
	s.text, s.refuse = shelfPolicy, models.Errorf(models.Conflict, "Somebody changed the policy meanwhile.")
	wantHas(t, omar.submit("/review/rules/"+id, url.Values{"back": {"/review"}}), "changed the policy meanwhile")
	priya := visit(t, o).as("priya")
	_, page, _ = priya.get("/review")
	wantHas(t, page, "A manager can add this rule")
	wantLacks(t, page, "Add this rule to the policy")
	wantHas(t, priya.submit("/review/rules/"+id, url.Values{"back": {"/review"}}), "Rules are added by managers")
	o.PolicySaver = nil
	o.Logins = scene() // whose links were not used yet
	_, page, _ = visit(t, o).as("omar").get("/review")
	wantHas(t, page, "add it to triage.guardrails")
	if status, _, _ := omar.post("/review/rules/"+id, url.Values{}); status != http.StatusForbidden {
		t.Errorf("without the form's token: got %d, want 403", status)
	}
	if len(s.proposed) > 0 {
		t.Errorf("%d policies were proposed by what was refused", len(s.proposed))
	}
}
