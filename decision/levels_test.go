package decision

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

func recordOf(edit func(*Record)) Record {
	st := NewStanding(Slice{Action: models.ActionPriority, Segment: "billing", Model: "rules-1"}, .05, Estimate{}, noon)
	st.Cut = Cut{At: .9, N: 300, Acted: 200}
	r := Record{Standing: st, Ceiling: models.LevelAct, MaxError: .05, Force: InForce{Level: models.LevelAsk}, PerMonth: 300, ActsMonth: 2000}
	if edit != nil {
		edit(&r)
	}
	return r
}

func sounded() Detector {
	d := NewDetector(.05)
	for !d.Fired {
		d.Add(foundWrong)
	}
	return d
}

func TestTheLevelInForce(t *testing.T) {
	p := loadPolicy(t, smallPolicy) // priority: up to act, granted by olga
	granted := p.Grants[0].String()
	held := models.Earned{Level: models.LevelAct, Cut: .8, Why: "Earned by 300 verdicts."}
	p.Grants = nil
	for name, c := range map[string]struct {
		action models.Action
		earned models.Earned
		given  []Grant
		want   InForce
	}{
		"nothing earned, nothing granted":          {models.ActionPriority, models.Earned{}, nil, InForce{models.LevelAsk, .9, "no evidence has earned it"}},
		"what a person approved on evidence holds": {models.ActionPriority, held, nil, InForce{models.LevelAct, .8, "Earned by 300"}},
		"the ceiling holds it down":                {models.ActionRoute, held, nil, InForce{models.LevelAsk, 0, "sets route to ask"}},
		"a window where the policy gives a window": {models.ActionSchedule, held, nil, InForce{models.LevelActAfterWindow, .8, "Earned by 300"}},
		"what speaks against it takes it":          {models.ActionPriority, models.Earned{Against: "Errors came more often."}, nil, InForce{models.LevelAsk, .9, "Errors came"}},
		"a grant needs no evidence":                {models.ActionPriority, models.Earned{}, []Grant{grantOf(models.LevelAct)}, InForce{models.LevelAct, .9, "is granted for priority"}},
		"nor does one given in the console":        {models.ActionPriority, models.Earned{Granted: models.LevelAct, Grant: "granted by olga"}, nil, InForce{models.LevelAct, .9, "granted by olga"}},
		"but ends by evidence against it": {
			models.ActionPriority,
			models.Earned{Against: "Errors came more often.", Ended: []string{grantOf(models.LevelAct).String()}},
			[]Grant{grantOf(models.LevelAct)},
			InForce{models.LevelAsk, .9, "Errors came"},
		},
		"a new grant stands beside an ended one": {
			models.ActionPriority,
			models.Earned{Against: "Errors came more often.", Ended: []string{granted + " else"}},
			[]Grant{grantOf(models.LevelAct)},
			InForce{models.LevelAct, .9, "is granted"},
		},
		"a grant below what is held changes nothing": {models.ActionPriority, held, []Grant{grantOf(models.LevelActAfterWindow)}, InForce{models.LevelAct, .8, "Earned by 300"}},
		"a grant for another segment is none":        {models.ActionPriority, models.Earned{}, []Grant{inSegment("vip")}, InForce{models.LevelAsk, .9, "no evidence"}},
		"a grant for this segment is one":            {models.ActionPriority, models.Earned{}, []Grant{inSegment("billing")}, InForce{models.LevelAct, .9, "priority in billing"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := *p
			p.Grants = c.given
			got := p.Standing(c.action, "billing", c.earned, noon)
			if got.Level != c.want.Level || got.Level.Autonomous() && got.Cut != c.want.Cut || !strings.Contains(got.Why, c.want.Why) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func grantOf(l models.Level) Grant {
	return Grant{Action: models.ActionPriority, Level: l, By: "olga", Until: "2026-12-20", Reason: "pilot"}
}

func inSegment(segment string) Grant {
	g := grantOf(models.LevelAct)
	g.Segment = segment
	return g
}

func TestTheLadderSaysWhatIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		edit   func(*Record)
		earned bool
		why    string
	}{
		"some days at today's volume": {nil, false, "days at today's volume"},
		"enough":                      {func(r *Record) { r.Evidence = gathered(repeated(foundRight, 300)...) }, true, "300 verdicts show errors below"},
		"more audits would do":        {func(r *Record) { r.PerMonth = 10 }, false, "a month looked at it takes 90 days"},
		"too few decisions":           {func(r *Record) { r.PerMonth, r.ActsMonth = 2, 2 }, false, "cannot be had soon"},
		"nothing comes in":            {func(r *Record) { r.PerMonth, r.ActsMonth = 0, 0 }, false, "cannot be had soon"},
		"too many errors":             {func(r *Record) { r.Evidence = gathered(repeated(foundWrong, 50)...) }, false, "cannot be had as things are"},
		"no threshold":                {func(r *Record) { r.Cut = Cut{At: neverAt} }, false, "No confidence is high enough"},
		"the detector has sounded":    {func(r *Record) { r.Detector = sounded() }, false, "more often than 5 %"},
		"the goal got worse": {func(r *Record) {
			r.Evidence = gathered(repeated(foundRight, 300)...)
			r.Goal = Goal{Name: GoalTouches, Before: 10, Since: 12, Known: true}
		}, false, "Touches per 100: 10 before, 12 since"},
		"acting improved nothing": {func(r *Record) {
			r.Evidence = gathered(repeated(foundRight, 300)...)
			r.Goal = Goal{Name: GoalTouches, Before: 10, Since: 10, Known: true, Acted: true}
		}, false, "has not improved by its acting"},
		"what is held already is not withheld": {func(r *Record) {
			r.Evidence = gathered(repeated(foundRight, 300)...)
			r.Held, r.Goal = models.LevelAct, Goal{Name: GoalTouches, Before: 10, Since: 12, Known: true}
		}, true, "300 verdicts show errors below"},
	} {
		t.Run(name, func(t *testing.T) {
			ladder := recordOf(c.edit).Ladder()
			top := ladder[len(ladder)-1]
			if top.Level != models.LevelAct || top.Earned != c.earned || !strings.Contains(top.Why, c.why) {
				t.Errorf("got %+v, want earned %v because %q", top, c.earned, c.why)
			}
			if top.Earned && (top.Missing != 0 || top.Days != 0) || !top.Earned && top.Days == 0 {
				t.Errorf("got %d missing in %v days", top.Missing, top.Days)
			}
		})
	}
	if got := recordOf(func(r *Record) { r.Ceiling, r.Force.Level = models.LevelAsk, models.LevelAsk }).Ladder(); len(got) != 2 || !got[1].InForce {
		t.Errorf("a ceiling of ask: got %+v, want the two rungs below it, the second in force", got)
	}
}

func TestPromotionIsProposedOnEvidenceAlone(t *testing.T) {
	enough := func(r *Record) { r.Evidence = gathered(repeated(foundRight, 300)...) }
	for name, c := range map[string]struct {
		edit func(*Record)
		want bool
	}{
		"enough evidence":                       {nil, true},
		"too little":                            {func(r *Record) { r.Evidence = Evidence{} }, false},
		"it is held already":                    {func(r *Record) { r.Held = models.LevelAct }, false},
		"the policy wants no more":              {func(r *Record) { r.Ceiling = models.LevelAsk }, false},
		"the detector has sounded":              {func(r *Record) { r.Detector = sounded() }, false},
		"the layer's goal got worse":            {func(r *Record) { r.Goal = Goal{Before: 10, Since: 12, Known: true} }, false},
		"the layer's goal got better":           {func(r *Record) { r.Goal = Goal{Before: 10, Since: 4, Known: true} }, true},
		"asking improved nothing, nor could it": {func(r *Record) { r.Goal = Goal{Before: 100, Since: 100, Known: true} }, true},
		"nor is a chance worsening one":         {func(r *Record) { r.Goal = Goal{Before: 10, Since: 10.5, Known: true} }, true},
		"it acted and improved nothing":         {func(r *Record) { r.Goal = Goal{Before: 100, Since: 100, Known: true, Acted: true} }, false},
		"it acted and improved":                 {func(r *Record) { r.Goal = Goal{Before: 100, Since: 12, Known: true, Acted: true} }, true},
		"there was nothing left to improve":     {func(r *Record) { r.Goal = Goal{Name: GoalLateFees, Known: true, Acted: true} }, true},
		"the first late fee after none":         {func(r *Record) { r.Goal = Goal{Name: GoalLateFees, Since: 1, Known: true} }, false},
		"a grant does not stand in its way":     {func(r *Record) { r.Force.Level = models.LevelAct }, true},
	} {
		r := recordOf(enough)
		if c.edit != nil {
			c.edit(&r)
		}
		p, ok := r.Promotion()
		if ok != c.want {
			t.Errorf("%s: got %+v, %v, want %v", name, p, ok, c.want)
		}
		if ok && (p.To != models.LevelAct || p.From != models.LevelAsk || p.Bound >= .05 || p.Agreement != 1 || p.Verdicts != 300) {
			t.Errorf("%s: got %+v", name, p)
		}
	}
}

func TestNoLevelIsAboveItsCeilingOrWithoutApproval(t *testing.T) {
	level := rapid.SampledFrom([]models.Level{models.LevelOff, models.LevelObserve, models.LevelAsk, models.LevelActAfterWindow, models.LevelAct})
	base := loadPolicy(t, smallPolicy)
	rapid.Check(t, func(t *rapid.T) {
		p := *base
		ceiling, earned, given := level.Draw(t, "ceiling"), level.Draw(t, "earned"), level.Draw(t, "given")
		p.Domains = map[models.Domain]*Domain{models.Triage: {Actions: map[models.Action]Delegation{models.ActionPriority: {Level: ceiling, MaxError: .05}}}}
		p.Grants = []Grant{grantOf(given)}
		st := NewStanding(Slice{Action: models.ActionPriority, Segment: "billing"}, .05, Estimate{}, noon)
		st.Hold(earned, "Approved.")
		for _, v := range rapid.SliceOfN(rapid.Custom(anyVerdict), 0, 60).Draw(t, "verdicts") {
			st.Take(v, false)
			if why := st.Speaks(); why != "" {
				st.TakeBack(why, []string{p.Grants[0].String()}, Estimate{}, noon)
			}
		}
		got := p.Standing(models.ActionPriority, "billing", st.Earned(.05), noon)
		if got.Level.Min(ceiling) != got.Level || got.Why == "" {
			t.Fatalf("got %+v above the ceiling of %q", got, ceiling)
		}
		if got.Level.Autonomous() && !earned.Autonomous() && !given.Autonomous() {
			t.Fatalf("got %+v, which nobody approved or granted", got)
		}
		if got.Level.Autonomous() && st.Against != "" {
			t.Fatalf("got %+v after it was taken back: %s", got, st.Against)
		}
		r := Record{Standing: st, Ceiling: ceiling, MaxError: .05, Force: got, PerMonth: 30, ActsMonth: 100}
		if m, ok := r.Promotion(); ok && (!r.Evidence.Shows(r.MaxError) || m.To != r.Ceiling) {
			t.Fatalf("got %+v without evidence for it", m)
		}
		for _, rung := range r.Ladder() {
			if math.IsNaN(rung.Days) || rung.Why == "" {
				t.Fatalf("got %+v", rung)
			}
		}
	})
}

func TestTheShownEstimateOfASparseSegmentLeansOnTheOthersAndTheBoundDoesNot(t *testing.T) {
	audited := func(n int) Record {
		return recordOf(func(r *Record) {
			for i := range n {
				v := ofBilling(i, .97, false)
				v.Audit, v.Rate = true, .5
				r.Take(v, false)
			}
			r.Volume.Acted = 2 * n
		})
	}
	for n, most := range map[int]float64{5: .09, 2000: .002} {
		alone, leaning := audited(n), audited(n)
		leaning.Parent = Estimate{Error: .1, SD: .01, Audit: 400}
		a, okA := alone.Estimate()
		l, okL := leaning.Estimate()
		if !okA || !okL || a.Error != 0 || l.Error <= 0 || l.Error > most {
			t.Errorf("of %d audits: %v alone, %v beside others that err in a tenth", n, a.Error, l.Error)
		}
		if alone.Evidence.Bound() != leaning.Evidence.Bound() {
			t.Errorf("of %d audits: the bound leans too", n)
		}
	}
	if _, ok := recordOf(nil).Estimate(); ok {
		t.Error("an estimate without audits")
	}
}
