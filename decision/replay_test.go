package decision

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

// recordedOf gives the decision that the policy makes of a proposal, as the record keeps it.
func recordedOf(p *Policy, n int, pr models.Proposal, f models.Facts, s Situation) Recorded {
	pr.Item = fmt.Sprint(pr.Item, n)
	d := models.Propose(models.Event{ID: fmt.Sprint("ev_", n), Source: "s", Subject: pr.Item}, pr, s.Now)
	d.Ruling, _ = p.Gate(pr, f, s)
	d.Policy, d.FactsID = p.Version, fmt.Sprint("fct_", n)
	if d.Ruling.Acts() {
		d.State, d.Autonomous, d.Final = models.Applied, true, d.Value
	} else if d.Ruling.Outcome == models.OutcomeAsk {
		d.State = models.Asked
	}
	return Recorded{Decision: d, Facts: &f}
}

// archive is a PastPolicies of some policies.
type archive []*Policy

func (s archive) ByVersion(_ context.Context, version string) (*Policy, error) {
	i := slices.IndexFunc(s, func(p *Policy) bool { return p.Version == version })
	if i < 0 {
		return nil, models.Errorf(models.NotFound, "no policy %q", version)
	}
	return s[i], nil
}

// anyPast draws what a gate may be asked about.
func anyPast(rt *rapid.T, p *Policy) Recorded {
	at := noon.Add(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "minutes")) * time.Minute)
	s := Situation{Now: at, Writable: rapid.Bool().Draw(rt, "writable"), Spent: map[string]int64{}, Paused: map[models.Domain]models.Switch{}}
	if rapid.Bool().Draw(rt, "paused") {
		for _, d := range []models.Domain{models.Triage, models.Finance} {
			s.Paused[d] = models.Switch{Domain: d, Paused: true, By: "olga", Why: "a drill", At: at.In(p.Zone)}
		}
	}
	for _, b := range p.Budgets(at, "ticket:h:10", "payable:erp:10") {
		s.Spent[b] = rapid.SampledFrom([]int64{0, 1, 19, 20, 100_000_000}).Draw(rt, "spent")
	}
	if rapid.Bool().Draw(rt, "alerted") {
		s.Alerted = true
	}
	if rapid.Bool().Draw(rt, "dismissed") {
		s.Dismissed = "Priya has let this very case go on Tue 1 Dec: it does not alert again."
	}
	if rapid.Bool().Draw(rt, "earned") {
		s.Earned = models.Earned{Level: models.LevelAct, Cut: rapid.Float64Range(0, 1).Draw(rt, "cut"), Why: "Earned by 300 verdicts."}
	}
	edit := func(f *models.Facts) { f.Now = at }
	if rapid.Bool().Draw(rt, "ticket") {
		f := ticketFactsOf(edit)
		f.Tone.Anger = rapid.Float64Range(0, 1).Draw(rt, "anger")
		return recordedOf(p, 0, with(toP2, func(pr *models.Proposal) { pr.Confidence = rapid.Float64Range(0, 1).Draw(rt, "sure") }), f, s)
	}
	f := paymentFactsOf(edit)
	f.Payable.Amount.Minor = rapid.Int64Range(0, 10_000_000).Draw(rt, "amount")
	f.Cash.Breach = rapid.Float64Range(0, 1).Draw(rt, "breach")
	pr := later
	if rapid.Bool().Draw(rt, "hold") {
		pr.Action, pr.Value, pr.Before = models.ActionHold, models.ValueHold, models.ValueRelease
		pr.Confidence = rapid.Float64Range(0, 1).Draw(rt, "sure")
		for _, b := range p.alertBudgets(pr.Action, at) {
			s.Spent[b] = rapid.Int64Range(0, 30_000).Draw(rt, "alerts")
		}
	}
	return recordedOf(p, 0, pr, f, s)
}

// throughJSON gives the record as it comes back from a database: through JSON.
func throughJSON(rt *rapid.T, r Recorded) Recorded {
	raw, err := json.Marshal(r)
	if err != nil {
		rt.Fatal(err)
	}
	var back Recorded
	if err := json.Unmarshal(raw, &back); err != nil {
		rt.Fatal(err)
	}
	return back
}

func TestWhatIsKeptOfADecisionIsEnoughToRuleTheSameAgain(t *testing.T) {
	p := changed(t, "  hold: {level: act, max_error: 20%}", "  hold: {level: act, max_error: 20%}\n  alerts: {fdr: 20%}")
	rapid.Check(t, func(rt *rapid.T) {
		r := throughJSON(rt, anyPast(rt, p))
		if again := Replay(r, p); len(again.Missing) > 0 || !again.Same() {
			rt.Fatalf("was %+v\nnow %+v, lacking %v", r.Decision.Ruling, again.Ruling, again.Missing)
		}
	})
}

func TestAPlantedChangeOfTheRecordOrThePolicyIsFound(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	r := recordedOf(p, 1, toP2, ticketFactsOf(nil), Situation{Now: noon, Writable: true})
	for name, plant := range map[string]func(*Recorded){
		"a confidence":    func(r *Recorded) { r.Decision.Confidence = .2 },
		"what was spent":  func(r *Recorded) { r.Decision.Ruling.Basis.Spent = map[string]int64{p.Budgets(noon)[0]: 1 << 40} },
		"a fact":          func(r *Recorded) { r.Facts.Signals = []models.Signal{{Name: "legal", Strength: 1}} },
		"who may be told": func(r *Recorded) { r.Decision.Ruling.Basis.Writable = false },
		"the sum":         func(r *Recorded) { r.Decision.Ruling.Basis.Sum = "rul_x" },
	} {
		t.Run(name, func(t *testing.T) {
			planted := r
			facts := *r.Facts
			planted.Facts = &facts
			plant(&planted)
			rep := Replayer{Policies: archive{p}}
			if err := rep.Add(t.Context(), []Recorded{r, planted}); err != nil {
				t.Fatal(err)
			}
			got := rep.Report()
			if got.Same != 1 || got.Differ != 1 || got.Identical() || len(got.Differences) != 1 {
				t.Errorf("got %+v, want one the same and one not", got)
			}
		})
	}
}

func TestARecordThatLacksSomethingIsCountedAndNotRuledOn(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	whole := recordedOf(p, 1, toP2, ticketFactsOf(nil), Situation{Now: noon, Writable: true})
	of := func(edit func(*Recorded)) Recorded {
		r := whole
		edit(&r)
		return r
	}
	page := []Recorded{
		whole,
		of(func(r *Recorded) { r.Decision.Ruling.Basis = models.Basis{} }),
		of(func(r *Recorded) { r.Facts = nil }),
		of(func(r *Recorded) { r.Facts = &models.Facts{Now: noon} }),
		of(func(r *Recorded) { r.Decision.Policy = "pol_gone" }),
		of(func(r *Recorded) { r.Decision.Domain, r.Decision.Action = models.Self, models.ActionLevel }),
	}
	rep := Replayer{Policies: archive{p}, Workers: 2}
	if err := rep.Add(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	got := rep.Report()
	if got.Read != 6 || got.Ruled != 1 || got.Same != 1 || got.Lacking != 3 || got.Elsewhere != 1 || got.Own != 1 || got.Identical() {
		t.Errorf("got %+v", got)
	}
	want := []Tallied{{"facts", 1}, {"facts.ticket", 1}, {"ruling.basis.at", 1}, {"ruling.basis.outcome", 1}, {"ruling.basis.sum", 1}}
	if !slices.Equal(got.Fields, want) || !slices.Equal(got.Versions, []Tallied{{"pol_gone", 1}}) {
		t.Errorf("got %v and %v, want %v", got.Fields, got.Versions, want)
	}
}

func TestAnotherPolicySaysWhereItDiffersAndWhy(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	stricter := loadPolicy(t, strings.Replace(smallPolicy, "priority: {level: act,", "priority: {level: ask,", 1))
	if p.Version == stricter.Version {
		t.Fatal("the small policy has no level to make stricter")
	}
	r := recordedOf(p, 1, toP2, ticketFactsOf(nil), Situation{Now: noon, Writable: true})
	unchanged := recordedOf(p, 2, with(toP2, func(pr *models.Proposal) { pr.Value, pr.Confidence = pr.Before, .2 }), ticketFactsOf(nil), Situation{Now: noon, Writable: true})
	rep := Replayer{Under: changed(t, "priority: {level: act, max_error: 10%", "priority: {level: act, max_error: 5%")}
	if err := rep.Add(t.Context(), []Recorded{r, unchanged}); err != nil || rep.Report().Reword != 1 || rep.Report().Same != 1 || rep.Report().Differ != 0 {
		t.Errorf("got %+v %v: want what there is nothing to change about to be the same, in other words", rep.Report(), err)
	}
	rep = Replayer{Under: stricter}
	if err := rep.Add(t.Context(), []Recorded{r}); err != nil {
		t.Fatal(err)
	}
	got := rep.Report()
	want := Shift{Action: models.ActionPriority, Was: models.OutcomeAct, Now: models.OutcomeAsk, N: 1}
	if !slices.Equal(got.Shifts, []Shift{want}) || got.Policy != stricter.Version {
		t.Fatalf("got %+v", got)
	}
	if what := got.Differences[0].What(); !strings.Contains(what, "The policy sets priority to ask") {
		t.Errorf("it says %q", what)
	}
}

func TestAKillSwitchThatCameLaterIsNoDifference(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	r := recordedOf(p, 1, toP2, ticketFactsOf(nil), Situation{Now: noon, Writable: true})
	sw := models.Switch{Domain: models.Triage, Paused: true, By: "olga", Why: "a drill", At: noon}
	r.Decision.Ruling.Outcome, r.Decision.Note = models.OutcomeAsk, sw.Display()
	r.Decision.Ruling.Why = append(slices.Clone(r.Decision.Ruling.Why), sw.Display())
	again := Replay(r, p)
	if d := again.Difference(); !again.Same() || len(d.Gone) > 0 {
		t.Errorf("same %v, and it misses %v", again.Same(), d.Gone)
	}
}

func TestTheFloorOfAnotherPolicyIsHeldAgainstTheRecordedPath(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	floor := func(to string) *Policy {
		text := strings.Replace(smallPolicy, "floor: 150000 USD", "floor: "+to, 1)
		if text == smallPolicy {
			t.Fatal("the small policy has no floor to move")
		}
		return loadPolicy(t, text)
	}
	r := recordedOf(p, 1, later, paymentFactsOf(nil), Situation{Now: noon, Writable: true}) // the path's low is 200,000 USD
	if got := Replay(r, floor("190000 USD")).Ruling; !got.Acts() {
		t.Errorf("below the path's low: %v", got.Why)
	}
	if got := Replay(r, floor("210000 USD")).Ruling; !slices.Contains(got.Guardrails, "cash.floor") {
		t.Errorf("above the path's low: %+v", got)
	}
}
