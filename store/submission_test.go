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

var _ = claim("what people said of a stated confidence is read by action and model, newest first", func(t *testing.T, s *opened) {
	var c decision.Changes
	add := func(n int, edit func(*models.Decision)) {
		d := decided(fmt.Sprintf("item:stock:wms:%d", n), "stock.reorder", fmt.Sprintf("ev_%d", n), models.Applied)
		d.Stated, d.Model, d.Proposal = .9, "reorder/1", fmt.Sprint(n)
		edit(&d)
		c.Decisions = append(c.Decisions, d)
	}
	add(1, func(*models.Decision) {})
	add(2, func(d *models.Decision) { d.Autonomous, d.State = true, models.Reverted })
	add(3, func(d *models.Decision) { d.Autonomous, d.AuditState = true, models.AuditAnswered })
	add(4, func(d *models.Decision) { d.Autonomous = true })
	add(5, func(d *models.Decision) { d.State = models.Asked })
	add(6, func(d *models.Decision) { d.Model = "reorder/2" })
	add(7, func(d *models.Decision) { d.Stated = 0 })
	add(8, func(d *models.Decision) { d.Action = "stock.retire" })
	c.At = day.Add(time.Second)
	mustCommit(t, s, c)
	for limit, want := range map[int][]string{10: {"3", "2", "1"}, 2: {"3", "2"}} {
		ds, err := s.Judged(t.Context(), "stock.reorder", "reorder/1", limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range ds {
			got = append(got, d.Proposal)
		}
		if !slices.Equal(got, want) {
			t.Errorf("of at most %d got %v, want %v", limit, got, want)
		}
	}
})
