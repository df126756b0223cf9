package decision

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

func recordOf(edit func(*Record)) Record {
	r := Record{
		Slice: Slice{Action: models.ActionPriority, Segment: "billing", Model: "rules-1"}, Ceiling: models.LevelAct, MaxError: .05,
		Held: models.LevelAsk, Cut: Cut{At: .9, N: 300, Acted: 200}, Detector: NewDetector(.05), PerMonth: 300, ActsMonth: 2000,
	}
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
	for name, c := range map[string]struct {
		edit func(*Record)
		want models.Level
		why  string
	}{
		"evidence alone raises nothing":              {func(r *Record) { r.Evidence = gathered(repeated(foundRight, 500)...) }, models.LevelAsk, "No level above asking was earned"},
		"what a person approved on evidence holds":   {func(r *Record) { r.Held = models.LevelAct }, models.LevelAct, "Earned by"},
		"the ceiling holds it down":                  {func(r *Record) { r.Held, r.Ceiling = models.LevelAct, models.LevelAsk }, models.LevelAsk, "The policy sets"},
		"a window where the policy gives a window":   {func(r *Record) { r.Held, r.Ceiling = models.LevelAct, models.LevelActAfterWindow }, models.LevelActAfterWindow, "Earned"},
		"the detector takes it at once":              {func(r *Record) { r.Held, r.Detector = models.LevelAct, sounded() }, models.LevelAsk, "more often than 5 %"},
		"so does what comes in looking otherwise":    {func(r *Record) { r.Held, r.Drift.Below = models.LevelAct, sounded() }, models.LevelAsk, "no longer looks like"},
		"so does nobody looking":                     {func(r *Record) { r.Held, r.Recent = models.LevelAct, repeated(nobodyLooked, 30) }, models.LevelAsk, "nobody looks"},
		"a grant needs no evidence":                  {func(r *Record) { r.Granted = models.LevelAct }, models.LevelAct, "Granted ahead of evidence"},
		"but ends by evidence against it":            {func(r *Record) { r.Granted, r.Detector = models.LevelAct, sounded() }, models.LevelAsk, "more often than 5 %"},
		"a grant below what is held changes nothing": {func(r *Record) { r.Held, r.Granted = models.LevelAct, models.LevelActAfterWindow }, models.LevelAct, "Earned by"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, why := recordOf(c.edit).InForce(); got != c.want || !strings.Contains(why, c.why) {
				t.Errorf("got %s because %q, want %s because %q", got, why, c.want, c.why)
			}
		})
	}
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
	if got := recordOf(func(r *Record) { r.Ceiling = models.LevelAsk }).Ladder(); len(got) != 2 || !got[1].InForce {
		t.Errorf("a ceiling of ask: got %+v, want the two rungs below it, the second in force", got)
	}
}

func TestPromotionIsProposedOnEvidenceAlone(t *testing.T) {
	enough := func(r *Record) { r.Evidence = gathered(repeated(foundRight, 300)...) }
	for name, c := range map[string]struct {
		edit func(*Record)
		want bool
	}{
		"enough evidence":                   {nil, true},
		"too little":                        {func(r *Record) { r.Evidence = Evidence{} }, false},
		"it is held already":                {func(r *Record) { r.Held = models.LevelAct }, false},
		"the policy wants no more":          {func(r *Record) { r.Ceiling = models.LevelAsk }, false},
		"the detector has sounded":          {func(r *Record) { r.Detector = sounded() }, false},
		"the layer's goal got worse":        {func(r *Record) { r.Improved = Goal{Before: 10, Since: 12, Known: true} }, false},
		"the layer's goal got better":       {func(r *Record) { r.Improved = Goal{Before: 10, Since: 4, Known: true} }, true},
		"a grant does not stand in its way": {func(r *Record) { r.Granted = models.LevelAct }, true},
	} {
		r := recordOf(enough)
		if c.edit != nil {
			c.edit(&r)
		}
		p, ok := r.Propose()
		if ok != c.want {
			t.Errorf("%s: got %+v, %v, want %v", name, p, ok, c.want)
		}
		if ok && (p.To != models.LevelAct || p.From != models.LevelAsk || p.Bound >= .05 || p.Agreement != 1 || p.Verdicts != 300) {
			t.Errorf("%s: got %+v", name, p)
		}
	}
}

func TestNoRecordActsAboveItsCeilingOrWithoutApproval(t *testing.T) {
	level := rapid.SampledFrom([]models.Level{models.LevelOff, models.LevelObserve, models.LevelAsk, models.LevelActAfterWindow, models.LevelAct})
	rapid.Check(t, func(t *rapid.T) {
		r := recordOf(func(r *Record) {
			r.Ceiling, r.Held, r.Granted = level.Draw(t, "ceiling"), level.Draw(t, "held"), level.Draw(t, "granted")
			r.Evidence = gathered(rapid.SliceOfN(rapid.Custom(anyVerdict), 0, 40).Draw(t, "verdicts")...)
			r.Recent = rapid.SliceOfN(rapid.Custom(anyVerdict), 0, 40).Draw(t, "recent")
			for _, v := range r.Recent {
				r.Detector.Add(v)
			}
		})
		got, why := r.InForce()
		if got.Min(r.Ceiling) != got || why == "" {
			t.Fatalf("got %s (%q) above the ceiling of %s", got, why, r.Ceiling)
		}
		if got.Autonomous() && !r.Held.Autonomous() && !r.Granted.Autonomous() {
			t.Fatalf("got %s, which nobody approved or granted", got)
		}
		if got.Autonomous() && r.Detector.Fired {
			t.Fatalf("got %s after the detector had sounded", got)
		}
		if p, ok := r.Propose(); ok && (!r.Evidence.Shows(r.MaxError) || p.To != r.Ceiling) {
			t.Fatalf("got %+v without evidence for it", p)
		}
		for _, rung := range r.Ladder() {
			if math.IsNaN(rung.Days) || rung.Why == "" {
				t.Fatalf("got %+v", rung)
			}
		}
	})
}
