package store_test

import (
	"testing"

	"remit/decision"
	"remit/models"
)

var _ = claim("what two batches heard of one queue counts both", func(t *testing.T, s *opened) {
	h := models.Heard{Norm: "queue:helpdesk/billing", Emotion: 0.9, Complexity: 0.2, At: day}
	mustCommit(t, s, decision.Changes{Heard: []models.Heard{h, h}, At: day})
	mustCommit(t, s, decision.Changes{Heard: []models.Heard{h, {Norm: "customer:helpdesk/7", Emotion: 0.1, At: day}}, At: day})
	got, err := s.Norms(t.Context(), []string{h.Norm, "customer:helpdesk/7", "queue:none"})
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if n := got[h.Norm]; n.Emotion.N < 2.9 || n.Emotion.Median() < 0.85 || n.Complexity.Median() > 0.3 || !n.At.Equal(day) {
		t.Errorf("got %+v", n)
	}
})
