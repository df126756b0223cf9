package decision

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"remit/models"
)

var (
	sam     = models.Actor{Kind: models.ByPerson, ID: "sam"}
	trigger = models.Actor{Kind: models.ByAutomation, ID: "helpdesk/trigger"}
	unhasty = Look{ShownAt: noon, Words: 40}
)

func askedToP2() models.Decision {
	return models.Decision{
		ID: "dec_1", Action: models.ActionPriority, Segment: "billing", Model: "rules-1", State: models.Applied,
		Value: "P2", Before: "P3", Confidence: .97,
	}
}

func approval(after time.Duration) models.Answer {
	return models.Answer{By: sam, Kind: models.AnswerApprove, At: noon.Add(after)}
}

func overrideTo(value string) models.Answer {
	return models.Answer{By: sam, Kind: models.AnswerOverride, Value: value, At: noon.Add(time.Millisecond)}
}

func TestVerdicts(t *testing.T) {
	alone := func(d *models.Decision) { d.Autonomous, d.AuditRate = true, .1 }
	unknown := func(d *models.Decision) { d.Autonomous = true }
	for name, c := range map[string]struct {
		d    func(*models.Decision)
		a    models.Answer
		look Look
		none bool
		want Verdict
		why  string
	}{
		"an approval after reading earns":          {a: approval(time.Minute), look: unhasty, want: Verdict{Rate: 1, Earns: true}},
		"one faster than reading does not":         {a: approval(3 * time.Second), look: unhasty, want: Verdict{Rate: 1}, why: "reading it takes 7s"},
		"nor does one in a run of quick approvals": {a: approval(time.Minute), look: Look{ShownAt: noon, Previous: noon.Add(59 * time.Second)}, want: Verdict{Rate: 1}, why: "after the one before"},
		"nor does one of many by one click":        {a: approval(time.Hour), look: Look{Bulk: true}, want: Verdict{Rate: 1}, why: "one click"},
		"an override counts however fast":          {a: overrideTo("P4"), look: unhasty, want: Verdict{Rate: 1, Earns: true, Wrong: true}},
		"one step down is no error":                {a: overrideTo("P3"), look: Look{}, want: Verdict{Rate: 1, Earns: true}},
		"what the policy calls an error is one":    {a: overrideTo("P3"), look: Look{Fault: func(c Chosen) bool { return c.Proposed != c.Chosen }}, want: Verdict{Rate: 1, Earns: true, Wrong: true}},
		"a trigger has no judgement":               {a: models.Answer{By: trigger, Kind: models.AnswerUpstream, Value: "P1"}, none: true},
		"a change upstream of what remit did is an override": {
			d: alone, a: models.Answer{By: sam, Kind: models.AnswerUpstream, Value: "P4"},
			want: Verdict{Rate: .1, Earns: true, Wrong: true, Unasked: true},
		},
		"leaving alone what remit did proves nothing": {
			d: alone, a: models.Answer{By: sam, Kind: models.AnswerUpstream, Value: "P2"},
			want: Verdict{Rate: .1, Unasked: true}, why: "proves nothing",
		},
		"an audit that agrees earns": {
			d: alone, a: approval(time.Minute), look: Look{Audit: true, ShownAt: noon},
			want: Verdict{Rate: .1, Earns: true, Audit: true},
		},
		"an audit of no recorded rate weighs one": {
			d: unknown, a: approval(time.Minute), look: Look{Audit: true}, want: Verdict{Rate: 1, Earns: true, Audit: true},
		},
		"what a guardrail stopped is marked": {
			d: func(d *models.Decision) { d.Ruling.Guardrails = []string{"legal"} }, a: approval(time.Minute),
			want: Verdict{Rate: 1, Earns: true, Stopped: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := askedToP2()
			if c.d != nil {
				c.d(&d)
			}
			got, ok := VerdictOf(d, c.a, c.look)
			if ok == c.none || !strings.Contains(got.Why, c.why) || (c.why == "") != (got.Why == "") {
				t.Fatalf("got %+v, %v, want a verdict: %v, because %q", got, ok, !c.none, c.why)
			}
			if c.none {
				return
			}
			c.want.By = "sam"
			c.want.DecisionID, c.want.Slice, c.want.Confidence, c.want.At, c.want.Why = "dec_1", SliceOf(d), .97, c.a.At, got.Why
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestWhatCountsAsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		action           models.Action
		proposed, chosen string
		want             bool
	}{
		"a missed P1":                      {models.ActionPriority, "P3", "P1", true},
		"a missed P2":                      {models.ActionPriority, "P3", "P2", true},
		"a P1 that was a P2":               {models.ActionPriority, "P1", "P2", false},
		"a P2 that was a P1":               {models.ActionPriority, "P2", "P1", false},
		"a P4 that was a P3":               {models.ActionPriority, "P4", "P3", false},
		"a P1 that was a P3":               {models.ActionPriority, "P1", "P3", true},
		"a priority nobody knows":          {models.ActionPriority, "P3", "urgent", true},
		"another group":                    {models.ActionRoute, "billing", "accounts", true},
		"the same group":                   {models.ActionRoute, "billing", "billing", false},
		"a comma more in a reply":          {models.ActionReply, "Hello Ann your refund is due", "Hello Ann, your refund is due.", false},
		"a reply that says something else": {models.ActionReply, "Your refund is due", "Your refund is not due", true},
		"another day that costs the same":  {models.ActionSchedule, "2026-12-01", "2026-12-02", false},
		"a hold that was let go":           {models.ActionHold, models.ValueHold, models.ValueRelease, true},
	} {
		if got := FaultOf(c.action)(Compare(c.proposed, c.chosen, "")); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatAPersonsChoiceSavedOrFoundIsPartOfTheError(t *testing.T) {
	if c := (Chosen{Proposed: "2026-12-05", Chosen: "2026-12-03", Discount: true}); !FaultOf(models.ActionSchedule)(c) {
		t.Error("a discount that the person kept is no error of the day proposed")
	}
	if c := Compare(models.ValueHold, models.ValueRelease, models.ReasonFound); FaultOf(models.ActionHold)(c) {
		t.Error("a hold with a reason found is an error")
	}
}

func TestANewModelStartsItsOwnEvidence(t *testing.T) {
	d := askedToP2()
	var past []Verdict
	for range 200 {
		v, _ := VerdictOf(d, approval(time.Minute), unhasty)
		v.DecisionID = models.NewID("dec", time.Duration(len(past)).String())
		past = append(past, v)
	}
	all := Cut{At: 0}
	if e := Weigh(past, SliceOf(d), all, "salt", 0); !e.Shows(.05) {
		t.Errorf("the model they were on: got %d verdicts with a bound of %v, want that it shows", e.Looked(), e.Bound())
	}
	d.Model = "rules-2"
	if e := Weigh(past, SliceOf(d), all, "salt", 0); e != (Evidence{}) {
		t.Errorf("the next one: got %+v, want none", e)
	}
}

func TestAVerdictChoosesTheThresholdOrBoundsItNeverBoth(t *testing.T) {
	of := Slice{Action: models.ActionRoute}
	chance := rand.New(rand.NewPCG(5, 5))
	var vs []Verdict
	for _, s := range poolOf(6000, 1, chance) {
		id := models.NewID("dec", time.Duration(len(vs)).String())
		vs = append(vs, Verdict{DecisionID: id, Slice: of, Confidence: s.Confidence, Wrong: s.Wrong, Rate: 1, Earns: true})
	}
	cut := ChooseCut(vs, of, .05, "salt")
	e := Weigh(vs, of, Cut{At: 0}, "salt", 0)
	if cut.Never() || cut.N+e.Looked() != len(vs) || cut.N < len(vs)/4 {
		t.Errorf("got %+v and %d others of %d, want each verdict in one of them", cut, e.Looked(), len(vs))
	}
	if got := Weigh(vs, of, cut, "salt", 0); got.Looked() >= e.Looked() || got.Looked() == 0 {
		t.Errorf("got %d verdicts at the cut, want only those it acts on", got.Looked())
	}
	for i := range vs {
		vs[i].Stopped = true
	}
	if got := ChooseCut(vs, of, .05, "salt"); !got.Never() || got.N != 0 {
		t.Errorf("what guardrails stop: got %+v, want nothing to choose from", got)
	}
}

func TestTheEstimateIsNotBiased(t *testing.T) {
	chance := rand.New(rand.NewPCG(4, 4))
	const runs = 300
	sum, stated, squares := 0.0, 0.0, 0.0
	for range runs {
		var tally Tally
		for i := range 4000 {
			tally.Act()
			rate := .05 + .1*float64(i%2) // a rate that changes is weighed
			if v := actedVerdict(.05+.05*float64(i%2), .4, rate, chance); v.Earns {
				v.Unanswered = v.Audit && chance.Float64() < .3
				tally.Add(v)
			}
		}
		e, ok := tally.Estimate()
		if !ok || e.Worst < e.Error {
			t.Fatalf("got %+v, %v", e, ok)
		}
		sum, stated, squares = sum+e.Error, stated+e.SD, squares+(e.Error-.075)*(e.Error-.075)
	}
	if got := sum / runs; math.Abs(got-.075) > .003 {
		t.Errorf("got %v on average, want .075", got)
	}
	if sd := math.Sqrt(squares / runs); stated/runs < .7*sd || stated/runs > 1.4*sd {
		t.Errorf("it says its spread is %v, and it is %v", stated/runs, sd)
	}
}

func TestNothingIsEstimatedOfSilence(t *testing.T) {
	var tally Tally
	for range 1000 {
		tally.Act()
		tally.Add(Verdict{Unasked: true, Rate: .02})
	}
	if e, ok := tally.Estimate(); ok || e.Error != 1 {
		t.Errorf("got %+v, %v, want nothing", e, ok)
	}
}

func TestASparseEstimateLeansOnItsParent(t *testing.T) {
	parent := Estimate{Error: .1, SD: .01, Audit: 1000}
	for _, c := range []struct{ audits, low, high float64 }{{1, .01, .11}, {1000, 0, .01}} {
		got := Estimate{Error: 0, SD: .02, Audit: c.audits}.Shrunk(parent)
		if got.Error < c.low || got.Error > c.high {
			t.Errorf("with %v audits: got %v, want within %v and %v", c.audits, got.Error, c.low, c.high)
		}
	}
}
