package models_test

import (
	"testing"

	"remit/models"
)

func TestWhatAPersonMustSayBeforeAPaymentMayGo(t *testing.T) {
	changed := models.Ruling{Guardrails: []string{"bank_changed"}}
	byPolicy := models.Ruling{Guardrails: []string{`vendor.bank_changed_within("90d")`}}
	override := func(v string) models.Answer { return models.Answer{Kind: models.AnswerOverride, Value: v} }
	saying := func(a models.Answer, reason, note string) models.Answer {
		a.Reason, a.Note = reason, note
		return a
	}
	approve := models.Answer{Kind: models.AnswerApprove}
	for name, c := range map[string]struct {
		action models.Action
		ruling models.Ruling
		answer models.Answer
		want   bool
	}{
		"a release without a word":                         {models.ActionHold, models.Ruling{}, override(models.ValueRelease), false},
		"a release with a reason":                          {models.ActionHold, models.Ruling{}, saying(override(models.ValueRelease), "facts_wrong", ""), true},
		"a release in one's own words":                     {models.ActionHold, models.Ruling{}, saying(override(models.ValueRelease), "", "two deliveries"), true},
		"a hold without a word":                            {models.ActionHold, changed, approve, true},
		"a release on a changed account without a note":    {models.ActionHold, changed, saying(override(models.ValueRelease), "facts_wrong", " "), false},
		"a release on a changed account with a note":       {models.ActionHold, changed, saying(override(models.ValueRelease), "", "called +49 30 1234"), true},
		"a pay day on a changed account without a note":    {models.ActionSchedule, byPolicy, approve, false},
		"another pay day on a changed account with a note": {models.ActionSchedule, byPolicy, saying(override("2026-12-09"), "", "called back"), true},
		"a pay day on the usual account":                   {models.ActionSchedule, models.Ruling{}, approve, true},
		"a ticket":                                         {models.ActionRoute, changed, approve, true},
	} {
		d := models.Decision{Action: c.action, Ruling: c.ruling, Value: models.ValueHold}
		if c.action == models.ActionSchedule {
			d.Value = "2026-12-07"
		}
		if got := d.Pays(c.answer); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
