package decision

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

var oddBill = models.Proposal{Action: models.ActionHold, Item: "payable:erp:1", Value: models.ValueHold, Before: models.ValueRelease, Confidence: .9, Case: "case-1"}

func alertsOf(t *testing.T, alerts string) *Policy {
	t.Helper()
	return loadPolicy(t, strings.Replace(smallPolicy, "  hold: {level: act,", "  alerts: "+alerts+"\n  hold: {level: act,", 1))
}

func TestAlertsBeyondTheBudgetAreRecordedAndNotShown(t *testing.T) {
	p := alertsOf(t, "{per_day: 3}")
	budget := p.alertBudgets(models.ActionHold, noon)[0]
	for spent, want := range map[int64]models.Outcome{0: models.OutcomeAct, 2: models.OutcomeAct, 3: models.OutcomeObserve, 9: models.OutcomeObserve} {
		r, spends := p.Gate(oddBill, paymentFactsOf(nil), Situation{Now: noon, Writable: true, Spent: map[string]int64{budget: spent}})
		if r.Outcome != want {
			t.Errorf("after %d alerts: got %s, want %s (%v)", spent, r.Outcome, want, r.Why)
		}
		if drew := drawn(spends, budget); drew != (want != models.OutcomeObserve) {
			t.Errorf("after %d alerts: drew on the budget %v", spent, drew)
		}
		if r.Basis.Spent[budget] != spent {
			t.Errorf("the ruling does not keep that %d were spent", spent)
		}
	}
}

func drawn(spends []Spend, budget string) bool {
	for _, s := range spends {
		if s.Budget == budget && s.N > 0 {
			return true
		}
	}
	return false
}

func TestAnAskAboutAnAnomalyDrawsOnTheBudgetToo(t *testing.T) {
	p := alertsOf(t, "{per_day: 3}")
	unsure := with(oddBill, func(pr *models.Proposal) { pr.Confidence = .6 })
	r, spends := p.Gate(unsure, paymentFactsOf(nil), Situation{Now: noon, Writable: true})
	if r.Outcome != models.OutcomeAsk || len(spends) != 1 || !drawn(spends, p.alertBudgets(models.ActionHold, noon)[0]) {
		t.Errorf("got %s drawing on %v, want an ask that draws on the alerts alone", r.Outcome, spends)
	}
}

func TestGuardrailCasesAreAlwaysShownAndNeverCount(t *testing.T) {
	for name, alerts := range map[string]string{"a count": "{per_day: 1}", "a rate": "{fdr: 1%}"} {
		p := alertsOf(t, alerts)
		full := map[string]int64{}
		for _, b := range p.alertBudgets(models.ActionHold, noon) {
			full[b] = 1000
		}
		changed := paymentFactsOf(func(f *models.Facts) { f.Signals = []models.Signal{{Name: "bank_changed", Strength: 1}} })
		r, spends := p.Gate(oddBill, changed, Situation{Now: noon, Writable: true, Spent: full})
		if r.Outcome != models.OutcomeAsk || len(spends) != 0 {
			t.Errorf("%s: got %s drawing on %v, want an ask that draws on nothing", name, r.Outcome, spends)
		}
	}
}

func TestAlertsKeepTheirExpectedFalseShareWithinTheRate(t *testing.T) {
	p := alertsOf(t, "{fdr: 10%}")
	rapid.Check(t, func(t *rapid.T) {
		spent, doubt, n := map[string]int64{}, 0.0, 0
		for range rapid.IntRange(1, 60).Draw(t, "cases") {
			pr := with(oddBill, func(pr *models.Proposal) { pr.Confidence = rapid.Float64Range(.5, .97).Draw(t, "confidence") })
			r, spends := p.Gate(pr, paymentFactsOf(nil), Situation{Now: noon, Writable: true, Spent: spent})
			if r.Outcome == models.OutcomeObserve {
				continue
			}
			for _, s := range spends {
				spent[s.Budget] += s.N
			}
			doubt, n = doubt+1-pr.Confidence, n+1
			if doubt/float64(n) > .1+1e-3 {
				t.Fatalf("of %d alerts %.3f are expected to be false", n, doubt)
			}
		}
	})
	sure := with(oddBill, func(pr *models.Proposal) { pr.Confidence = .95 })
	if r, _ := p.Gate(sure, paymentFactsOf(nil), Situation{Now: noon, Writable: true}); r.Outcome == models.OutcomeObserve {
		t.Error("a sure case was not raised")
	}
}

func TestWhatAPersonHasDismissedDoesNotAlertAgain(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	r, spends := p.Gate(oddBill, paymentFactsOf(nil), Situation{Now: noon, Writable: true, Dismissed: "Priya has let this very case go."})
	if r.Outcome != models.OutcomeObserve || len(spends) != 0 || r.Why[len(r.Why)-1] != "Priya has let this very case go." {
		t.Errorf("got %s, %v", r.Outcome, r.Why)
	}
	if r.Basis.Dismissed == "" {
		t.Error("the ruling does not keep that it was dismissed, so it cannot be made again")
	}
}

func TestWithoutABoundEveryAlertIsRaised(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	if b := p.alertBudgets(models.ActionHold, noon); b != nil {
		t.Errorf("draws on %v", b)
	}
	if r, _ := p.Gate(oddBill, paymentFactsOf(nil), Situation{Now: noon, Writable: true, Spent: map[string]int64{"alerts/2026-12-03": math.MaxInt32}}); r.Outcome != models.OutcomeAct {
		t.Errorf("got %s", r.Outcome)
	}
}

func TestAnAlertThatIsUnderWayIsNotCountedAgain(t *testing.T) {
	p := alertsOf(t, "{fdr: 5%}")
	if r, _ := p.Gate(oddBill, paymentFactsOf(nil), Situation{Now: noon, Writable: true, Alerted: true}); r.Outcome == models.OutcomeObserve {
		t.Errorf("a hold that was raised already went quiet: %v", r.Why)
	}
}

func TestOneBoundOnAlertsIsChosen(t *testing.T) {
	_, err := LoadPolicy([]byte(strings.Replace(smallPolicy, "  hold:", "  alerts: {per_day: 3, fdr: 10%}\n  hold:", 1)), company, noon)
	if err == nil || !strings.Contains(err.Error(), "either per_day") {
		t.Errorf("got %v", err)
	}
}
