package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
)

var _ = claim("what people said where two judges had an opinion is read by action and judge, newest first", func(t *testing.T, s *opened) {
	var c decision.Changes
	add := func(n int, own, other, value, final string, edit func(*models.Second, *decision.Verdict)) {
		d := decided(models.TicketItem("helpdesk", fmt.Sprint(n)), models.ActionPriority, fmt.Sprintf("ev_%d", n), models.Applied)
		d.Value, d.Final = value, final
		v := decision.Verdict{DecisionID: d.ID, Wrong: value != final, Earns: true, Rate: 1, At: day}
		o := models.Second{DecisionID: d.ID, Model: "http/m", Action: models.ActionPriority, Own: own, Other: other, Confidence: float64(n) / 10, At: day}
		edit(&o, &v)
		v.Slice = decision.SliceOf(d)
		c.Decisions, c.Verdicts, c.Opinions = append(c.Decisions, d), append(c.Verdicts, v), append(c.Opinions, o)
	}
	as := func(*models.Second, *decision.Verdict) {}
	add(1, "P3", "P3", "P3", "P3", as) // both were right
	add(2, "P3", "P2", "P2", "P2", as) // the other was, in place
	add(3, "P3", "P2", "P2", "P3", as) // ours was, and a person said so
	add(4, "P3", "P2", "P3", "P1", as) // neither was
	add(5, "", "P2", "P2", "P2", as)   // ours said nothing
	add(6, "P3", "", "P3", "P3", as)   // the other said nothing
	add(7, "P3", "P3", "P3", "P3", func(o *models.Second, _ *decision.Verdict) { o.Model = "http/n" })
	add(8, "P3", "P3", "P3", "P3", func(_ *models.Second, v *decision.Verdict) { v.Earns = false })
	c.At = day.Add(time.Second)
	mustCommit(t, s, c)
	want := []decision.Besides{
		{Stated: .5, Alone: true, OtherRight: true},
		{Stated: .4},
		{Stated: .3, OwnRight: true},
		{Stated: .2, OtherRight: true},
		{Stated: .1, Same: true, OwnRight: true, OtherRight: true},
	}
	got, err := s.Besides(t.Context(), models.ActionPriority, "http/m", 10)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
	if got, err := s.Besides(t.Context(), models.ActionPriority, "http/m", 1); err != nil || !slices.Equal(got, want[:1]) {
		t.Errorf("of at most one got %+v %v", got, err)
	}
	if got, err := s.Opinions(t.Context(), c.Decisions[0].ID); err != nil || len(got) != 1 || got[0].Other != "P3" {
		t.Errorf("got %+v %v", got, err)
	}
})
