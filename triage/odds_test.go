package triage_test

import (
	"strings"
	"testing"

	"remit/models"
	"remit/triage"
	"remit/triage/intent"
)

func TestOddsOfAFirstContactAreDrawnToThoseOfAllAndSayNothingOfFew(t *testing.T) {
	o := triage.Odds{All: triage.Solved{Tickets: 200, AtOnce: 100}, By: map[string]triage.Solved{"Billing": {Tickets: 40, AtOnce: 5}, "Rare": {Tickets: 9}}}
	if rate, others, ok := o.Of("Billing"); !ok || rate != 0.2 || others != 95./160 {
		t.Errorf("got %v against %v, %t", rate, others, ok)
	}
	for _, intent := range []string{"Rare", "Unheard of"} {
		if _, _, ok := o.Of(intent); ok {
			t.Errorf("something is said of %s", intent)
		}
	}
	if _, _, ok := (triage.Odds{}).Of("Billing"); ok {
		t.Error("no odds say something")
	}
	alone := triage.Odds{All: triage.Solved{Tickets: 40, AtOnce: 5}, By: map[string]triage.Solved{"Billing": {Tickets: 40, AtOnce: 5}}}
	if _, _, ok := alone.Of("Billing"); ok {
		t.Error("there is nothing to compare it with, and yet it is compared")
	}
}

func TestWhatIsSeldomSolvedAtFirstContactIsMoreComplexAndSaysSo(t *testing.T) {
	m, err := intent.Train(history(), intent.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	judge := func(billing int) models.Judgement {
		o := triage.Odds{All: triage.Solved{Tickets: 100, AtOnce: 50 + billing}, By: map[string]triage.Solved{"Billing": {Tickets: 40, AtOnce: billing}}}
		ticket := models.Ticket{ID: "ticket:1", Text: "There is a problem with the invoice and the refund"}
		return triage.New(triage.WithIntents(m), triage.WithOdds(o)).Decide(models.Facts{Event: models.TicketCreated, Ticket: &ticket}, models.TriageRules{})
	}
	said := func(j models.Judgement) string {
		p, _ := j.For(models.ActionPriority)
		var all []string
		for _, r := range p.Reasons {
			all = append(all, r.Text)
		}
		return strings.Join(all, "\n")
	}
	hard, usual, easy := judge(4), judge(33), judge(40)
	if hard.Facts.Complexity < usual.Facts.Complexity+0.2 || easy.Facts.Complexity != usual.Facts.Complexity {
		t.Errorf("got complexities %v, %v and %v", hard.Facts.Complexity, usual.Facts.Complexity, easy.Facts.Complexity)
	}
	if want := "Tickets about Billing are solved at first contact 19 % of the time, others 83 %"; !strings.Contains(said(hard), want) {
		t.Errorf("got %q", said(hard))
	}
	if strings.Contains(said(easy), "first contact") {
		t.Errorf("what is as usual is said: %q", said(easy))
	}
}
