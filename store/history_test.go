package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

var _ = claim("what people said of payments is read off the holds that they settled", func(t *testing.T, s *opened) {
	by := func(kind models.AnswerKind, value string, bulk bool) models.Answer {
		return models.Answer{By: models.Actor{Kind: models.ByPerson, ID: "priya"}, Kind: kind, Value: value, At: day, Bulk: bulk}
	}
	hold := func(item string, st models.State, final string, answers ...models.Answer) models.Decision {
		d := decided(item, models.ActionHold, "ev-"+item, st)
		d.Value, d.Final, d.Answers = models.ValueHold, final, answers
		return d
	}
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{
		hold("wrong", models.Applied, models.ValueHold, by(models.AnswerApprove, "", false)),
		hold("right", models.Applied, models.ValueRelease, by(models.AnswerOverride, models.ValueRelease, false)),
		hold("undone", models.Reverted, models.ValueHold),
		hold("bulk", models.Applied, models.ValueHold, by(models.AnswerApprove, "", true)),
		hold("byitself", models.Applied, models.ValueHold),
		hold("open", models.Asked, ""),
	}})
	got, err := s.PaymentVerdicts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]bool{"wrong": true, "right": false, "undone": false}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
})

var _ = claim("the newest payables are learned from, without the cancelled", func(t *testing.T, s *opened) {
	void := payable("void", "v", 1, day)
	void.Status = models.PayableVoid
	mustCommit(t, s, decision.Changes{Payables: []models.Payable{void, payable("old", "v", 1, day.Add(-time.Hour)), payable("new", "v", 1, day)}})
	got, err := s.PaymentHistory(t.Context(), 1)
	if err != nil || len(got) != 1 || got[0].ExternalID != "new" {
		t.Errorf("got %v, %v", got, err)
	}
})
