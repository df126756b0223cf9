package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

func submission(id string) models.Submission {
	return models.Submission{
		ID: models.SubmissionID("wms", id), Source: "wms", ExternalID: id, Item: models.SubmissionItem("stock", "wms", "SKU-1"),
		Action: "stock.reorder", Title: "Ünit <b>", Value: "240", Before: "0", Options: []string{"120"},
		Facts: models.Told{"on_hand": 12.5, "supplier": "Acme", "fragile": true, "cost": "1200.00 USD"}, Amount: usd(120_000), Stated: .9,
		Reasons: []models.Reason{{Code: "below", Text: "Below the reorder point", Weight: 1}}, Reversible: true, Requester: "ben",
		Segment: "a", Model: "reorder/1", URL: "https://wms.example.com/1", UpdatedAt: day,
	}
}

var _ = claim("the verdicts on a stated confidence are read by action and model, newest first", func(t *testing.T, s *opened) {
	var c decision.Changes
	add := func(n int, edit func(*models.Decision, *decision.Verdict)) {
		d := decided(fmt.Sprintf("item:stock:wms:%d", n), "stock.reorder", fmt.Sprintf("ev_%d", n), models.Applied)
		d.Stated, d.Model = float64(n)/10, "reorder/1"
		v := decision.Verdict{DecisionID: d.ID, Wrong: n%2 == 0, Earns: true, Rate: 1, At: day}
		edit(&d, &v)
		v.Slice = decision.SliceOf(d)
		c.Decisions, c.Verdicts = append(c.Decisions, d), append(c.Verdicts, v)
	}
	add(1, func(*models.Decision, *decision.Verdict) {})
	add(2, func(d *models.Decision, _ *decision.Verdict) { d.Segment = "kitchen" })
	add(3, func(*models.Decision, *decision.Verdict) {})
	add(4, func(_ *models.Decision, v *decision.Verdict) { v.Earns = false })
	add(5, func(_ *models.Decision, v *decision.Verdict) { v.Unanswered = true })
	add(6, func(d *models.Decision, _ *decision.Verdict) { d.Model = "reorder/2" })
	add(7, func(d *models.Decision, _ *decision.Verdict) { d.Stated = 0 })
	add(8, func(d *models.Decision, _ *decision.Verdict) { d.Action = "stock.retire" })
	c.At = day.Add(time.Second)
	mustCommit(t, s, c)
	for limit, want := range map[int][]decision.Stated{
		10: {{Confidence: .3}, {Confidence: .2, Wrong: true}, {Confidence: .1}},
		2:  {{Confidence: .3}, {Confidence: .2, Wrong: true}},
	} {
		got, err := s.Stated(t.Context(), "stock.reorder", "reorder/1", limit)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("of at most %d got %v %v, want %v", limit, got, err, want)
		}
	}
})
