package decision

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/models"
)

var billing = Slice{Action: models.ActionPriority, Segment: "billing", Model: "rules-1"}

func fresh() Standing { return NewStanding(billing, .05, Estimate{}, noon) }

// ofBilling gives a verdict on a decision about billing.
func ofBilling(n int, confidence float64, wrong bool) Verdict {
	return Verdict{DecisionID: fmt.Sprint("dec_", n), Slice: billing, Confidence: confidence, Wrong: wrong, Rate: 1, Earns: true, At: noon.Add(time.Duration(n) * time.Minute)}
}

func TestAnAuditThatErrsTakesTheLevelBackAndEvidenceStartsAfresh(t *testing.T) {
	st := fresh()
	for i := range 300 {
		st.Take(ofBilling(i, .97, false), false)
	}
	if !st.Evidence.Shows(.05) {
		t.Fatalf("300 right verdicts show no more than %v", st.Evidence.Bound())
	}
	st.Hold(models.LevelAct, "Olga approved it.")
	if e := st.Earned(.05); e.Level != models.LevelAct || e.Cut != .95 || e.Against != "" {
		t.Fatalf("what was approved is not held: %+v", e)
	}
	n := 0
	for st.Speaks() == "" {
		n++
		v := ofBilling(1000+n, .97, true)
		v.Audit, v.Rate = true, .1
		st.Take(v, false)
		if n > 50 {
			t.Fatal("fifty audits in a row were wrong, and nothing speaks against acting")
		}
	}
	st.TakeBack(st.Speaks(), []string{"a grant"}, Estimate{}, noon.Add(time.Hour))
	e := st.Earned(.05)
	if e.Level.Autonomous() || !strings.Contains(e.Against, "more often than 5 %") || len(e.Ended) != 1 {
		t.Errorf("after it was taken back: %+v", e)
	}
	if st.Evidence.Looked() != 0 || st.Evidence.Tries != 1 || st.Detector.Fired || !st.Since.Equal(noon.Add(time.Hour)) {
		t.Errorf("evidence did not start afresh: %+v", st)
	}
}

func TestWhatWasEarnedAgainstALaxerLineIsNotHeldAgainstAStricterOne(t *testing.T) {
	st := fresh()
	for i := range 150 {
		st.Take(ofBilling(i, .97, false), false)
	}
	st.Hold(models.LevelAct, "Olga approved it.")
	if e := st.Earned(.01); e.Level.Autonomous() || !strings.Contains(e.Against, "now allows 1 %") {
		t.Errorf("a stricter policy: got %+v", e)
	}
	if e := st.Earned(.2); e.Level != models.LevelAct {
		t.Errorf("a laxer policy: got %+v", e)
	}
}

func TestATurnedVerdictCountsOnceAsIfItHadBeenWrongAtOnce(t *testing.T) {
	audit := func(wrong bool) Verdict {
		v := ofBilling(7, .97, wrong)
		v.Audit, v.Rate = true, .1
		return v
	}
	for name, c := range map[string]struct {
		was, now Verdict
		forCut   bool
	}{
		"an ask":                           {ofBilling(7, .97, false), ofBilling(7, .97, true), false},
		"one below the cut":                {ofBilling(7, .5, false), ofBilling(7, .5, true), false},
		"one that is kept for the cut":     {ofBilling(7, .97, false), ofBilling(7, .97, true), true},
		"an audit of what acted by itself": {audit(false), audit(true), false},
	} {
		turned, atOnce := fresh(), fresh()
		for i := range 5 {
			turned.Take(ofBilling(i, .97, false), false)
			atOnce.Take(ofBilling(i, .97, false), false)
		}
		turned.Take(c.was, c.forCut)
		atOnce.Take(c.now, c.forCut)
		turned.Turn(c.was, c.now, c.forCut)
		if diff := cmp.Diff(atOnce, turned); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	st := fresh()
	st.Take(ofBilling(1, .97, false), false)
	st.TakeBack("it erred", nil, Estimate{}, noon.Add(time.Hour))
	st.Take(ofBilling(70, .97, false), false)
	if st.Turn(ofBilling(1, .97, false), ofBilling(1, .97, true), false); st.Evidence.Right != 1 || st.Evidence.Wrong != 1 {
		t.Errorf("what was said before evidence started afresh is taken out of it: %+v", st.Evidence)
	}
}

func TestEvidenceIsOfWhatWouldBeActedOnAndOfNothingThatChoseTheCut(t *testing.T) {
	st := fresh()
	st.Take(ofBilling(1, .5, false), false) // below the cut
	st.Take(ofBilling(2, .97, false), true) // kept for choosing
	stopped := ofBilling(3, .97, false)
	stopped.Stopped = true
	st.Take(stopped, false) // a guardrail would have stopped it
	quick := ofBilling(4, .97, false)
	quick.Earns = false
	st.Take(quick, false) // approved faster than it can be read
	if st.Evidence.Looked() != 0 || st.Kept != 1 || st.Verdicts != 4 {
		t.Errorf("got %+v", st)
	}
	st.Take(ofBilling(5, .97, false), false)
	if st.Evidence.Looked() != 1 {
		t.Errorf("a verdict on what would be acted on is no evidence: %+v", st.Evidence)
	}
}

func TestACutIsChosenFromVerdictsAndWeighedOnOthers(t *testing.T) {
	chance := rand.New(rand.NewPCG(7, 7))
	st := fresh()
	var vs []Verdict
	for i := range 3000 {
		doubt := math.Pow(chance.Float64(), 3)
		v := ofBilling(i, 1-doubt, chance.Float64() < doubt)
		vs = append(vs, v)
		st.Take(v, ForThreshold(v.DecisionID, "salt"))
	}
	if !st.due() {
		t.Fatalf("%d verdicts are kept, and no cut is due", st.Kept)
	}
	before := st.Evidence.Looked()
	if !st.Choose(vs, "salt") || st.Cut.At >= .95 || st.Cut.Never() {
		t.Fatalf("got %+v, want a cut below the first", st.Cut)
	}
	if st.Evidence.Looked() <= before || st.Evidence.Tries != 1 || st.due() {
		t.Errorf("got %d verdicts at the new cut, try %d", st.Evidence.Looked(), st.Evidence.Tries)
	}
	if again := st; again.Choose(vs, "salt") {
		t.Error("the same verdicts chose another cut")
	}
}

func TestEveryFurtherTryHasASmallerShareOfWhatMayGoWrong(t *testing.T) {
	total := 0.0
	for tries := range 10_000 {
		total += (Evidence{Tries: tries}).mayErr()
	}
	if total > 1-Confident {
		t.Errorf("over all tries %v may go wrong, want at most %v", total, 1-Confident)
	}
	if first, second := (Evidence{}).mayErr(), (Evidence{Tries: 1}).mayErr(); second >= first || second <= 0 {
		t.Errorf("got %v then %v", first, second)
	}
}

func TestAStandingIsTheSameAfterItWasKept(t *testing.T) {
	st := fresh()
	for i := range 40 {
		v := ofBilling(i, .97, i%9 == 0)
		v.Audit, v.Rate = i%2 == 0, .5
		st.Take(v, i%3 == 0)
	}
	st.TakeBack("because", []string{"g"}, Estimate{Error: .02, Audit: 40}, noon)
	body, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	var again Standing
	if err := json.Unmarshal(body, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(st, again); diff != "" {
		t.Error(diff)
	}
}

func TestTheParentOfASegmentIsTheOthersByTheSameModel(t *testing.T) {
	other, alien := fresh(), fresh()
	other.Slice.Segment, alien.Slice.Segment, alien.Slice.Model = "sales", "sales", "rules-2"
	for i := range 100 {
		v := ofBilling(i, .97, i%10 == 0)
		other.Take(v, false)
		v.Wrong = true
		alien.Take(v, false)
	}
	if got := ParentOf(billing, []Standing{fresh(), other, alien}); got.Error < .05 || got.Error > .15 {
		t.Errorf("got %+v, want about a tenth", got)
	}
	if got := ParentOf(billing, []Standing{fresh(), alien}); got != (Estimate{}) {
		t.Errorf("got %+v of another model, want nothing", got)
	}
}

func TestASliceIsKnownByItsCard(t *testing.T) {
	for _, of := range []Slice{{Action: models.ActionPriority}, {Action: models.ActionPriority, Segment: "a/b c"}, {Action: "stock.reorder", Segment: "x"}} {
		if got, ok := SliceOfItem(of.Item()); !ok || got != of {
			t.Errorf("%+v: got %+v, %v", of, got, ok)
		}
	}
	if _, ok := SliceOfItem("ticket:helpdesk:1"); ok {
		t.Error("a ticket was taken for a level")
	}
}

func TestAGrantEndsInItsSegmentOrEverywhereWhateverTheModel(t *testing.T) {
	for of, want := range map[Slice]Slice{
		{Action: models.ActionPriority, Segment: "vip", Model: "rules-1"}: {Action: models.ActionPriority, Segment: "vip"},
		{Action: models.ActionPriority, Model: "rules-1"}:                 {Action: models.ActionPriority},
		{Action: "stock.reorder", Segment: "the proposer's", Model: "v1"}: {Action: "stock.reorder"},
	} {
		if got := of.endsAt(); got != want {
			t.Errorf("%+v: got %+v, want %+v", of, got, want)
		}
		next := of
		next.Model = "another"
		if !slices.Contains(next.places(), of.endsAt()) {
			t.Errorf("another model than of %+v does not look there", of)
		}
	}
}

func TestWhatIsHeldIsWatchedAtAStricterPolicysLine(t *testing.T) {
	st := fresh()
	for i := range 10_000 {
		st.Take(ofBilling(i, .97, false), false)
	}
	st.Hold(models.LevelAct, "Olga approved it.")
	k := &kept{Standing: st}
	for _, c := range []struct{ policy, watched float64 }{{.05, .05}, {.01, .01}, {.2, .05}, {.01, .01}} {
		if err := (&batch{}).holdTo(k, c.policy); err != nil || !k.Held.Autonomous() || k.Detector.Line != c.watched {
			t.Fatalf("at %v: %v, held at %q, watched at %v, want %v", c.policy, err, k.Held, k.Detector.Line, c.watched)
		}
	}
	n := 0
	for ; k.Speaks() == "" && n < 1000; n++ {
		v := ofBilling(10_000+n, .97, n%10 == 0) // one in ten is wrong
		v.Audit = true
		k.Take(v, false)
	}
	if n > 200 {
		t.Errorf("one in ten wrong where one in a hundred may be: it takes %d verdicts to be seen", n)
	}
}
