package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

func entry(text string) models.Entry {
	return models.Entry{Kind: models.EntryTrial, By: models.Remit, At: day, Text: text}
}

var _ = claim("a trial has a name of its own, and ends once", func(t *testing.T, s *opened) {
	c := models.Challenger{Name: "looser", Text: "triage: {}", Sum: "pol_1", By: models.Actor{Kind: models.ByPerson, ID: "olga"}, At: day}
	if err := s.AddChallenger(t.Context(), c, entry("began")); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.AddChallenger(t.Context(), c, entry("began again")), models.Conflict)
	got, err := s.Challenger(t.Context(), "looser")
	if diff := cmp.Diff(c, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	c.EndedBy, c.EndedAt, c.Became = c.By, day.Add(time.Hour), "dropped"
	if err := s.EndChallenger(t.Context(), c, entry("ended")); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.EndChallenger(t.Context(), c, entry("ended again")), models.Conflict)
	newer := models.Challenger{Name: "newer", Text: "x", Sum: "pol_2", At: day.Add(-time.Hour)}
	if err := s.AddChallenger(t.Context(), newer, entry("began")); err != nil {
		t.Fatal(err)
	}
	all, err := s.Challengers(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "newer" || !all[1].Ended() || all[1].EndedBy.ID != "olga" {
		t.Errorf("got %+v %v: want the one under way first", all, err)
	}
	_, err = s.Challenger(t.Context(), "none")
	wantKind(t, err, models.NotFound)
	if own, err := s.Own(t.Context(), 10); err != nil || len(own) != 3 {
		t.Errorf("the ledger has %d lines on it, want what was done and not what was refused (%v)", len(own), err)
	}
})

var _ = claim("what another judge would have proposed is kept once a decision", func(t *testing.T, s *opened) {
	var shadows []models.Shadow
	for i := range 70 {
		shadows = append(shadows, models.Shadow{DecisionID: fmt.Sprint("dec_", i), Candidate: "newer/2", Value: "P2", Confidence: .8, At: day.Add(time.Duration(i) * time.Minute)})
	}
	for range 2 { // a batch that was tried again
		if err := s.KeepShadows(t.Context(), shadows); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.KeepShadows(t.Context(), []models.Shadow{{DecisionID: "dec_0", Candidate: "other/1", At: day}}); err != nil {
		t.Fatal(err)
	}
	got, err := s.ShadowsOf(t.Context(), "newer/2", day.Add(10*time.Minute))
	if err != nil || len(got) != 60 || got["dec_69"] != shadows[69] {
		t.Errorf("got %d, %+v, %v", len(got), got["dec_69"], err)
	}
	names, err := s.ShadowCandidates(t.Context(), day)
	if diff := cmp.Diff([]string{"newer/2", "other/1"}, names); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
})
