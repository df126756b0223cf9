package store_test

import (
	"testing"

	"remit/decision"
	"remit/models"
)

var _ = claim("what a person let go is found by its case, and nothing else is", func(t *testing.T, s *opened) {
	hold := func(item, of string, st models.State, final string, answers ...models.Answer) models.Decision {
		d := decided(item, models.ActionHold, "ev-"+item, st)
		d.Value, d.CaseID, d.Final, d.Answers = models.ValueHold, of, final, answers
		return d
	}
	person := models.Answer{By: models.Actor{Kind: models.ByPerson, ID: "priya"}, Kind: models.AnswerOverride, Value: models.ValueRelease, Reason: "facts_wrong", At: day}
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{
		hold("a", "released", models.Applied, models.ValueRelease, person),
		hold("b", "held", models.Applied, models.ValueHold),
		hold("c", "open", models.Asked, "", person), // the first of two
		hold("d", "undone", models.Reverted, models.ValueHold),
		hold("e", "", models.Applied, models.ValueRelease, person),
	}})
	got, err := s.Dismissed(t.Context(), []string{"released", "held", "open", "undone", ""})
	if err != nil || len(got) != 2 || got["released"].Item != "a" || got["undone"].Item != "d" {
		t.Errorf("got %v, %v", got, err)
	}
})
