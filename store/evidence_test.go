package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

var priorities = decision.Slice{Action: models.ActionPriority, Segment: "vip", Model: "rules-1"}

func verdictOn(id string, at time.Time) decision.Verdict {
	return decision.Verdict{DecisionID: id, Slice: priorities, Confidence: .97, Rate: .5, Audit: true, Earns: true, By: "sam", Why: "because", At: at}
}

var _ = claim("a verdict counts once, and is read back as it was", func(t *testing.T, s *opened) {
	v := verdictOn("dec_1", day)
	if err := s.Commit(t.Context(), decision.Changes{At: day, Verdicts: []decision.Verdict{v}}); err != nil {
		t.Fatal(err)
	}
	err := s.Commit(t.Context(), decision.Changes{At: day, Verdicts: []decision.Verdict{v}})
	if models.KindOf(err) != models.Conflict {
		t.Errorf("a second verdict on the decision: got %v, want a Conflict", err)
	}
	later := verdictOn("dec_2", day.Add(time.Hour))
	if err := s.Commit(t.Context(), decision.Changes{At: day, Verdicts: []decision.Verdict{later}}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Verdicts(t.Context(), day)
	if diff := cmp.Diff([]decision.Verdict{v, later}, utc(got)); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := s.VerdictsOf(t.Context(), priorities, day.Add(time.Minute)); err != nil || len(got) != 1 {
		t.Errorf("got %+v, %v, want the later one", got, err)
	}
	turned := later
	turned.Wrong, turned.By = true, "dana"
	if err := s.Commit(t.Context(), decision.Changes{At: day, Turned: []decision.Verdict{turned}}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.VerdictOn(t.Context(), "dec_2"); err != nil || !got.Wrong || got.By != "dana" || !got.At.Equal(later.At) {
		t.Errorf("a turned verdict is read back as %+v, %v", got, err)
	}
	turned.DecisionID = "dec_3"
	if err := s.Commit(t.Context(), decision.Changes{At: day, Turned: []decision.Verdict{turned}}); models.KindOf(err) != models.Conflict {
		t.Errorf("a verdict turned that there never was: got %v, want a Conflict", err)
	}
	if _, err := s.VerdictOn(t.Context(), "dec_3"); models.KindOf(err) != models.NotFound {
		t.Errorf("a verdict that there never was: got %v", err)
	}
	turned.DecisionID, turned.By = "dec_2", "sam"
	if err := s.Commit(t.Context(), decision.Changes{At: day, Turned: []decision.Verdict{turned}}); err != nil {
		t.Fatal(err)
	}
	if at, err := s.LastVerdict(t.Context(), "sam"); err != nil || !at.Equal(day.Add(time.Hour)) {
		t.Errorf("the last of sam's: got %v, %v", at, err)
	}
	if at, err := s.LastVerdict(t.Context(), "nina"); err != nil || !at.IsZero() {
		t.Errorf("of nina's there is none: got %v, %v", at, err)
	}
})

func utc(vs []decision.Verdict) []decision.Verdict {
	for i := range vs {
		vs[i].At = vs[i].At.UTC()
	}
	return vs
}

var _ = claim("of two who change a standing at once the second starts over", func(t *testing.T, s *opened) {
	st := decision.NewStanding(priorities, .05, decision.Estimate{}, day)
	put := func(st decision.Standing, from int) error {
		st.Version = from + 1
		return s.Commit(t.Context(), decision.Changes{At: day, Standings: []decision.StandingMove{{Standing: st, From: from}}})
	}
	if err := put(st, 0); err != nil {
		t.Fatal(err)
	}
	if err := put(st, 0); models.KindOf(err) != models.Conflict {
		t.Errorf("two begin the same: got %v, want a Conflict", err)
	}
	st.Take(verdictOn("dec_1", day), false)
	if err := put(st, 1); err != nil {
		t.Fatal(err)
	}
	if err := put(st, 1); models.KindOf(err) != models.Conflict {
		t.Errorf("two go on from the same: got %v, want a Conflict", err)
	}
	found, err := s.StandingsOf(t.Context(), []decision.Slice{priorities, {Action: "route"}})
	st.Version = 2
	if diff := cmp.Diff(map[decision.Slice]decision.Standing{priorities: st}, found); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if all, err := s.Standings(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("got %+v, %v, want one", all, err)
	}
})

var _ = claim("a grant is kept until it is over", func(t *testing.T, s *opened) {
	g := models.Grant{ID: "gr_1", Action: models.ActionPriority, Level: models.LevelAct, By: "olga", Until: "2026-12-20", Reason: "pilot", At: day}
	if err := s.Commit(t.Context(), decision.Changes{At: day, Grants: []models.Grant{g}}); err != nil {
		t.Fatal(err)
	}
	for on, want := range map[models.Day]int{"2026-12-20": 1, "2026-12-21": 0} {
		if got, err := s.Grants(t.Context(), on); err != nil || len(got) != want {
			t.Errorf("on %s: got %+v, %v, want %d", on, got, err, want)
		}
	}
})

// sliced is a decision of the slice.
func sliced(n int, edit func(*models.Decision)) models.Decision {
	d := decided(fmt.Sprintf("ticket:helpdesk:%d", n), priorities.Action, fmt.Sprintf("event_%d", n), models.Applied)
	d.Action, d.Segment, d.Model, d.Confidence = priorities.Action, priorities.Segment, priorities.Model, float64(n)/10
	d.ID = models.DecisionID(d.EventID, d.Item, d.Action)
	d.CreatedAt = day.Add(time.Duration(n) * time.Hour)
	if edit != nil {
		edit(&d)
	}
	return d
}

var _ = claim("a slice's volume, scores and goals are told from its decisions", func(t *testing.T, s *opened) {
	var ds []models.Decision
	for n := 1; n <= 9; n++ {
		ds = append(ds, sliced(n, func(d *models.Decision) {
			d.Autonomous = n > 5
			d.State, d.Judged = models.Applied, n%3 == 0
			d.UpdatedAt = d.CreatedAt.Add(time.Duration(n) * time.Minute)
		}))
	}
	ds[6].AuditRate, ds[7].AuditRate, ds[8].AuditRate = .1, .1, .1
	override := verdictOn(ds[8].ID, day.Add(10*time.Hour))
	override.Audit, override.Unasked, override.Wrong = false, true, true
	if err := s.Commit(t.Context(), decision.Changes{At: day, Decisions: ds, Verdicts: []decision.Verdict{override}}); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if v, err := s.Volume(ctx, priorities, .5, day.Add(2*time.Hour)); err != nil || v != (decision.Volume{Decisions: 8, Sure: 5, Acted: 4, Judged: 3}) {
		t.Errorf("got %+v, %v", v, err)
	}
	scores, last, err := s.Scores(ctx, priorities, 0, 4)
	if err != nil || len(scores) != 4 || scores[3] != (decision.Scores{Confidence: .4, Length: float64(len(ds[3].Title)), Said: scores[0].Said}) || scores[0].Said < 2 {
		t.Errorf("got %v, %v", scores, err)
	}
	if rest, _, err := s.Scores(ctx, priorities, last, 100); err != nil || len(rest) != 5 || rest[0].Confidence != .5 {
		t.Errorf("the rest: got %v, %v", rest, err)
	}
	if of, err := s.Slices(ctx, day); err != nil || !cmp.Equal(of, []decision.Slice{priorities}) {
		t.Errorf("got %+v, %v", of, err)
	}
	outcomes, _, err := s.Overridden(ctx, 0, day.Add(100*time.Hour), 100)
	if err != nil || !cmp.Equal(outcomes, []bool{false, false, false, true}) {
		t.Errorf("overridden: got %v, %v", outcomes, err)
	}
	for limit, want := range map[int][]decision.Act{100: {{ID: ds[7].ID}, {ID: ds[8].ID, Overridden: true}}, 1: {{ID: ds[8].ID, Overridden: true}}} {
		if acts, err := s.Acts(ctx, priorities, ds[7].CreatedAt, limit); err != nil || !cmp.Equal(acts, want) {
			t.Errorf("what it did of late, at most %d: got %v, %v, want %v", limit, acts, err, want)
		}
	}
	if f, n, err := s.Figure(ctx, decision.GoalFirstDecision, priorities.Action, "vip", day, day.Add(100*time.Hour)); err != nil || n != 9 || f != 5 {
		t.Errorf("nine in ten are decided within %v minutes of %d, %v; want 5 of 9", f, n, err)
	}
	if f, n, err := s.Figure(ctx, decision.GoalTouches, priorities.Action, "vip", day, day.Add(100*time.Hour)); err != nil || n != 9 || f < 66 || f > 67 {
		t.Errorf("touched are %v of a hundred of %d, %v; want two thirds of 9", f, n, err)
	}
	if _, n, err := s.Figure(ctx, decision.GoalTouches, priorities.Action, "other", day, day.Add(100*time.Hour)); err != nil || n != 0 {
		t.Errorf("another segment has %d, %v", n, err)
	}
})

var _ = claim("late fees and missed discounts are told from what was paid", func(t *testing.T, s *opened) {
	usd := func(n int64) models.Money { return models.Money{Minor: n, Currency: "USD"} }
	paid := func(id string, on models.Day) models.Payable {
		return models.Payable{
			ID: "payable:erp:" + id, Source: "erp", ExternalID: id, Amount: usd(1000), DueOn: "2026-12-05", PaidOn: on, Status: models.PayablePast,
			LateFee: usd(10), Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-04"}, CreatedAt: day, UpdatedAt: day,
		}
	}
	c := decision.Changes{At: day, Payables: []models.Payable{paid("a", "2026-12-04"), paid("b", "2026-12-05"), paid("c", "2026-12-06"), paid("d", "2026-12-04")}}
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for goal, want := range map[string]float64{decision.GoalLateFees: 25, decision.GoalDiscounts: 50} {
		if f, n, err := s.Figure(t.Context(), goal, models.ActionSchedule, "", day, day.AddDate(0, 1, 0)); err != nil || n != 4 || f != want {
			t.Errorf("%s: got %v of %d, %v; want %v", goal, f, n, err, want)
		}
	}
})

var _ = claim("what a verdict causes is kept with it or not at all", func(t *testing.T, s *opened) {
	st := decision.NewStanding(priorities, .05, decision.Estimate{}, day)
	st.Version = 5
	c := decision.Changes{
		At: day, Verdicts: []decision.Verdict{verdictOn("dec_9", day)}, Standings: []decision.StandingMove{{Standing: st, From: 4}},
	}
	if err := s.Commit(t.Context(), c); models.KindOf(err) != models.Conflict {
		t.Fatalf("got %v, want a Conflict", err)
	}
	if got, err := s.Verdicts(t.Context(), day); err != nil || len(got) != 0 {
		t.Errorf("the verdict stayed: %+v, %v", got, err)
	}
})
