package decision

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/models"
)

// changed gives the small policy with a part of its text replaced.
func changed(t *testing.T, old, by string) *Policy {
	t.Helper()
	text := strings.Replace(smallPolicy, old, by, 1)
	if text == smallPolicy {
		t.Fatalf("the small policy has no %q", old)
	}
	return loadPolicy(t, text)
}

// month is a past of n tickets on days of their own, sure from 0.80 to 0.99, and as many payments of 1,000 USD more each.
func month(p *Policy, n int) (past []Recorded) {
	for i := range n {
		at := noon.AddDate(0, 0, i%10).Add(time.Duration(i) * time.Second)
		s := Situation{Now: at, Writable: true}
		sure := func(pr *models.Proposal) { pr.Confidence = .80 + float64(i%20)/100 }
		past = append(past, recordedOf(p, i, with(toP2, sure), ticketFactsOf(func(f *models.Facts) { f.Now = at }), s))
		past = append(past, recordedOf(p, i, with(later, sure), paymentFactsOf(func(f *models.Facts) {
			f.Now, f.Payable.Amount.Minor = at, int64(i%10+1)*100_000
		}), s))
	}
	return past
}

func TestABacktestOfThePolicyInForceChangesNothing(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	got := Backtest(month(p, 60), nil, p, p)
	if got.Compared != 120 || got.Changed.N != 0 || len(got.Shifts) > 0 || got.Before.Acted.N != got.After.Acted.N {
		t.Errorf("got %+v", got)
	}
	if got.Days != 10 || len(got.After.Money) != 1 || !got.After.Money[0].Known {
		t.Errorf("got %d days and %+v", got.Days, got.After.Money)
	}
}

func TestABacktestCountsErrorsAvoidedAndMadeByWhatPeopleSaid(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	past := month(p, 60)
	var verdicts []Verdict
	for _, r := range past {
		if r.Decision.Action == models.ActionPriority && r.Decision.Confidence < .975 {
			verdicts = append(verdicts, Verdict{DecisionID: r.Decision.ID, Wrong: r.Decision.Confidence < .925, Earns: true})
		}
	}
	for name, c := range map[string]struct {
		to                            string
		avoided, made, spared, asking Share
	}{
		"a stricter limit avoids the errors that were acted on": {
			to: "max_error: 4%", avoided: ShareOf(9, 9), made: ShareOf(0, 30), spared: ShareOf(0, 0), asking: ShareOf(9, 15),
		},
		"a looser limit makes those that people had stopped": {
			to: "max_error: 15%", avoided: ShareOf(0, 9), made: ShareOf(15, 30), spared: ShareOf(0, 0), asking: ShareOf(0, 15),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Backtest(past, verdicts, p, changed(t, "priority: {level: act, max_error: 10%", "priority: {level: act, "+c.to))
			if got.Avoided != c.avoided || got.Made != c.made || got.Spared != c.spared || got.Asking != c.asking {
				t.Errorf("avoided %v, made %v, spared %v, asking %v", got.Avoided, got.Made, got.Spared, got.Asking)
			}
			if got.Changed.N == 0 || got.Changed.N != got.Shifts[0].N || got.Changed.Low >= got.Changed.Part || got.Changed.High <= got.Changed.Part {
				t.Errorf("changed %+v, shifts %+v", got.Changed, got.Shifts)
			}
		})
	}
}

func TestWhatProvesNothingIsNoKnownAnswer(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	past := month(p, 3)
	got := Backtest(past, []Verdict{
		{DecisionID: past[0].Decision.ID, Why: "It was approved together with others by one click."},
		{DecisionID: past[2].Decision.ID, Audit: true, Unanswered: true, Earns: true},
		{DecisionID: past[4].Decision.ID, Wrong: true, Earns: true},
		{DecisionID: past[4].Decision.ID, Earns: true},
	}, p, p)
	if got.Judged != 1 || got.Made.Of != 1 {
		t.Errorf("got %d judged, errors not acted on %+v: want the one that somebody found wrong", got.Judged, got.Made)
	}
}

func TestAnAnswerOnTheRecordIsAVerdictWhereNoneWasKept(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	r := month(p, 1)[0]
	r.Decision.State = models.Applied
	r.Decision.Answers = []models.Answer{{By: models.Actor{Kind: models.ByPerson, ID: "sam"}, Kind: models.AnswerOverride, Value: "P4", At: noon}}
	got := Backtest([]Recorded{r}, nil, p, changed(t, "max_error: 10%", "max_error: 50%"))
	if got.Made != ShareOf(1, 1) {
		t.Errorf("made %+v, want the error that Sam put right", got.Made)
	}
}

func TestACapCountsWhatTheNewPolicyWouldHaveSpent(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	var past []Recorded
	for i := range 10 {
		past = append(past, recordedOf(p, i, toP2, ticketFactsOf(nil), Situation{Now: noon, Writable: true, Spent: map[string]int64{p.Budgets(noon)[0]: 2 + int64(i)}}))
	}
	got := Backtest(past, nil, p, changed(t, "actions_per_hour: 200", "actions_per_hour: 5"))
	if got.Before.Acted.N != 10 || got.After.Acted.N != 3 || got.After.Asked.N != 7 {
		t.Errorf("acted %d and %d: want 10, and the 3 that the cap of 5 leaves after 2 before the record begins", got.Before.Acted.N, got.After.Acted.N)
	}
}

func TestMoneyThatWouldMoveWithoutAPersonIsSummed(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	past := month(p, 20)
	var want int64
	for _, r := range past {
		if r.Decision.Action == models.ActionSchedule && r.Decision.Confidence >= .9 {
			want += r.Facts.Payable.Amount.Minor
		}
	}
	got := Backtest(past, nil, p, changed(t, "schedule: {level: act-after-window, window: 4h, max_error: 20%", "schedule: {level: act-after-window, window: 4h, max_error: 10%"))
	before, after := got.Before.Money[0], got.After.Money[0]
	if after.Total.Minor != want || before.Total.Minor <= want {
		t.Errorf("got %v before and %v after, want %d after", before.Total, after.Total, want)
	}
	if !(after.Low.Minor <= after.Daily.Minor && after.Daily.Minor <= after.High.Minor && after.Low.Minor < after.High.Minor) {
		t.Errorf("a day %v..%v..%v", after.Low, after.Daily, after.High)
	}
}

func TestWhatTheRecordHasNothingOfIsSaid(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	got := Backtest(month(p, 2), nil, p, p)
	if want := []models.Action{models.ActionHold, models.ActionRoute}; !slices.Equal(got.Unseen, want) {
		t.Errorf("got %v, want %v", got.Unseen, want)
	}
}

func TestAnIntervalOfAShare(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64 // as published for the score interval
	}{{0, 10, 0, .2775}, {5, 10, .2366, .7634}, {10, 10, .7225, 1}, {0, 0, 0, 1}} {
		if s := ShareOf(c.k, c.n); math.Abs(s.Low-c.low) > 5e-4 || math.Abs(s.High-c.high) > 5e-4 {
			t.Errorf("%d of %d: got %.4f..%.4f, want %.4f..%.4f", c.k, c.n, s.Low, s.High, c.low, c.high)
		}
	}
}

func TestAnIntervalOfADailyMeanHoldsAsOftenAsItSays(t *testing.T) {
	chance, held := rand.New(rand.NewPCG(1, 2)), 0
	const runs = 200
	for range runs {
		days := make([]float64, 60)
		for i := range days {
			days[i] = 100 + 30*chance.NormFloat64()
		}
		if _, low, high, ok := dailyMean(days); ok && low <= 100 && 100 <= high {
			held++
		}
	}
	if share := float64(held) / runs; share < .90 {
		t.Errorf("the true mean was within the interval in %.0f %% of %d runs", 100*share, runs)
	}
	if _, _, _, ok := dailyMean([]float64{1, 2, 3}); ok {
		t.Error("three days gave an interval")
	}
}

// staunch judges every ticket alike.
type staunch struct {
	value string
	sure  float64
	asked int
}

func (s *staunch) Decide(f models.Facts, _ models.TriageRules) models.Judgement {
	s.asked++
	if s.value == "" {
		return models.Judgement{Facts: f}
	}
	return models.Judgement{Facts: f, Proposals: []models.Proposal{{Action: models.ActionPriority, Value: s.value, Confidence: s.sure, Model: "newer/2"}}}
}

func TestRejudgingSaysWhereANewerModelDiffers(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	past := month(p, 20)
	for name, c := range map[string]struct {
		judge staunch
		want  Rejudged
	}{
		"the same value, with a confidence of its own": {staunch{value: "P2", sure: .92}, Rejudged{N: 20, Same: 5, Surer: 10, Less: 5}},
		"another value":             {staunch{value: "P1", sure: .92}, Rejudged{N: 20, Other: 20}},
		"nothing is proposed today": {staunch{}, Rejudged{N: 20, Gone: 20}},
	} {
		t.Run(name, func(t *testing.T) {
			r := Rejudger{Tickets: &c.judge, Policy: p}
			if err := r.Add(t.Context(), past); err != nil {
				t.Fatal(err)
			}
			got := r.Report()
			if len(got.Actions) != 1 || got.Lacking != 20 || fmt.Sprint(got.Fields) != "[{the cash pool as it was 20}]" {
				t.Fatalf("got %+v", got)
			}
			a := got.Actions[0]
			a.Action, a.Was, a.Now = "", "", ""
			if a != c.want || len(got.Differences) != min(20-a.Same, differencesKept) {
				t.Errorf("got %+v and %d differences, want %+v", a, len(got.Differences), c.want)
			}
		})
	}
}

func TestDecisionsOnTheSameFactsAreJudgedOnce(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	r := month(p, 1)[0]
	judge := &staunch{value: "P2", sure: .9}
	re := Rejudger{Tickets: judge, Policy: p}
	if err := re.Add(t.Context(), []Recorded{r, r, r}); err != nil || judge.asked != 1 || re.Report().Judged != 3 {
		t.Errorf("judged %d times for %d decisions, %v", judge.asked, re.Report().Judged, err)
	}
}

// historian notes the history that it is given.
type historian struct {
	PaymentJudge
	given []models.Payable
}

func (h *historian) Decide(f models.Facts, _ models.CashRules) models.Judgement {
	h.given = f.History
	return models.Judgement{Facts: f}
}

func TestAPaymentIsJudgedAgainBesideWhatWasKnownThen(t *testing.T) {
	judge := &historian{}
	hold := Recorded{
		Decision: models.Decision{ID: "dec_1", FactsID: "fct_1", Domain: models.Finance, Action: models.ActionHold},
		Facts:    &models.Facts{Now: noon, Payable: &models.Payable{ID: "payable:erp:1"}},
	}
	r := Rejudger{Payments: judge, Policy: loadPolicy(t, smallPolicy), History: func(context.Context, models.Payable) ([]models.Payable, error) {
		return []models.Payable{{ID: "later", Status: models.PayablePast, CreatedAt: noon.Add(time.Hour)}, {ID: "before", CreatedAt: noon.Add(-time.Hour)}}, nil
	}}
	if err := r.Add(t.Context(), []Recorded{hold}); err != nil || len(judge.given) != 1 || judge.given[0].ID != "before" {
		t.Errorf("it was judged beside %v, %v: want what was there by then", judge.given, err)
	}
}

func TestABacktestIsSaidInWordsAndTables(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	past := month(p, 60)
	past = append(past, Recorded{Decision: models.Decision{ID: "dec_old", Domain: models.Triage}})
	r := Backtest(past, []Verdict{{DecisionID: past[0].Decision.ID, Wrong: true, Earns: true}}, p, changed(t, "priority: {level: act, max_error: 10%", "priority: {level: act, max_error: 20%"))
	for _, want := range []string{"Of 120 decisions on 10 days, 30 would be ruled otherwise", "avoids 0 known errors and makes 1", "1 more were not ruled on"} {
		if !strings.Contains(r.Summary(), want) {
			t.Errorf("it does not say %q: %s", want, r.Summary())
		}
	}
	tables := r.Tables()
	if len(tables) != 5 {
		t.Fatalf("got %d tables", len(tables))
	}
	for _, table := range tables {
		for _, row := range table.Rows {
			if len(row) != len(table.Head) {
				t.Errorf("%s: a row has %d cells under a head of %d: %q", table.Caption, len(row), len(table.Head), row)
			}
		}
	}
	if empty := Backtest(nil, nil, p, p); !strings.Contains(empty.Summary(), "nothing on record") {
		t.Errorf("of nothing it says %q", empty.Summary())
	}
}
