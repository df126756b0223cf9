package review_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/review"
)

// now is a Monday morning; the week before it is reviewed.
var now = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

const policyText = `
timezone: Europe/Berlin
triage:
  approvers: "@support-leads"
  priority: {level: act, max_error: 10%}
  route: {level: ask}
finance:
  approvers: "@finance-leads"
  schedule: {level: ask}
  cash: {floor: 1 USD}
`

// everybody is a Directory in which any name reaches three people.
type everybody struct{}

func (everybody) Reaches(name string) []models.Person {
	var out []models.Person
	if name == "olga" {
		return []models.Person{{ID: name, Roles: []models.Role{models.RoleManager}}}
	}
	for i := range 3 {
		out = append(out, models.Person{ID: fmt.Sprint(i), Roles: []models.Role{models.RoleApprover, models.RoleManager}})
	}
	return out
}

func policy(t testing.TB) *decision.Policy { return load(t, policyText) }

func load(t testing.TB, text string) *decision.Policy {
	t.Helper()
	p, err := decision.LoadPolicy([]byte(text), everybody{}, now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var ann = models.Actor{Kind: models.ByPerson, ID: "ann", Name: "Ann"}

// desk is a record of n tickets, one every quarter of an hour until now.
type desk struct {
	in  review.Input
	rng *rand.Rand
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	return &desk{rng: rand.New(rand.NewPCG(5, 5)), in: review.Input{
		From: now.AddDate(0, 0, -7).Add(-10 * time.Hour), To: now.Add(-10 * time.Hour), Now: now, Policy: policy(t),
		Facts: map[string]models.Facts{}, Tickets: map[string]models.Ticket{}, Payables: map[string]models.Payable{},
	}}
}

var talk = []string{"cannot sign in to the portal", "invoice looks too high", "export takes very long", "how do we add a user", "login page is blank"}

// fill adds n tickets; wrong says of each whether people overrode, and how it was.
func (d *desk) fill(n int, wrong func(t *models.Ticket, a *models.Account) bool) *desk {
	for i := range n {
		item := fmt.Sprintf("ticket:helpdesk:%d", i)
		at := d.in.To.Add(-time.Duration(n-i) * 15 * time.Minute)
		subject := talk[d.rng.IntN(len(talk))]
		if d.rng.IntN(4) == 0 {
			subject += ": webhook"
		}
		ticket := models.Ticket{ID: item, Subject: subject, Channel: []string{"email", "web"}[d.rng.IntN(2)], CreatedAt: at}
		account := models.Account{Tier: []string{"enterprise", "business", "free"}[d.rng.IntN(3)], UpdatedAt: at}
		dec := models.Propose(models.Event{ID: fmt.Sprintf("ev_%d", i)}, models.Proposal{
			Action: models.ActionPriority, Item: item, Value: "P3", Before: "P4", Confidence: .5 + d.rng.Float64()/2, Model: "m/1",
		}, at)
		dec.Title, dec.FactsID = subject, fmt.Sprintf("fct_%d", i)
		dec.Ruling = models.Ruling{Outcome: models.OutcomeAsk, Level: models.LevelAsk, Why: []string{"The policy asks."}}
		answer := models.Answer{By: ann, Kind: models.AnswerApprove, At: at.Add(time.Duration(10+d.rng.IntN(20)) * time.Minute), Version: 2}
		if wrong(&ticket, &account) {
			answer.Kind, answer.Value, answer.Reason = models.AnswerOverride, "P1", "missed_urgency"
		}
		dec.State, dec.Final, dec.Answers = models.Applied, dec.Choice(answer), []models.Answer{answer}
		d.in.Decisions = append(d.in.Decisions, dec)
		d.in.Facts[dec.FactsID] = models.Facts{Now: at, Ticket: &ticket, Account: &account, Tone: &models.Tone{}}
		d.in.Tickets[item] = ticket
	}
	return d
}
