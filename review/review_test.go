package review_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"remit/decision"
	"remit/models"
	"remit/review"
)

func layer(t *testing.T, r review.Review, a models.Action, segment string) review.Layer {
	t.Helper()
	for _, l := range r.Layers {
		if l.Action == a && l.Segment == segment {
			return l
		}
	}
	t.Fatalf("there is no layer %s %q among %v", a, segment, r.Layers)
	return review.Layer{}
}

func TestWhereErrorsGatherARuleIsProposed(t *testing.T) {
	d := newDesk(t)
	d.fill(1500, func(k *models.Ticket, a *models.Account) bool {
		planted := strings.Contains(k.Subject, "webhook") && a.Tier == "enterprise"
		return planted && d.rng.IntN(10) < 9 || d.rng.IntN(100) < 2
	})
	r := review.Of(d.in)
	if len(r.Clusters) != 1 {
		t.Fatalf("got %d clusters, want the one that was planted: %+v", len(r.Clusters), r.Clusters)
	}
	c := r.Clusters[0]
	want := `proposal.action == "priority" and ticket.mentions("webhook") and account.tier == "enterprise"`
	if c.When != want {
		t.Errorf("got the rule %s, want %s", c.When, want)
	}
	if c.Plain != `Ask about priority where the ticket mentions "webhook" and the account's tier is "enterprise".` {
		t.Errorf("in plain words: %s", c.Plain)
	}
	if _, err := decision.Compile(c.When, models.Rates{}); err != nil {
		t.Errorf("the rule does not compile: %v", err)
	}
	b := c.Test
	if b.Caught < 30 || b.Bothered > b.Caught/4 || b.Low <= b.Base || b.Low > b.Share || b.High < b.Share {
		t.Errorf("the back-test is %+v, want most planted errors caught and few right ones asked", b)
	}
	with, err := decision.AddGuardrail([]byte(policyText), c.Domain, c.When, "from the review")
	if err != nil {
		t.Fatal(err)
	}
	d.in.Policy = load(t, string(with))
	if again := review.Of(d.in).Clusters; len(again) != 0 {
		t.Errorf("a rule that the policy has is proposed again: %+v", again)
	}
	if len(c.Examples) != 3 || !strings.Contains(c.Examples[0].Title, "webhook") || c.Examples[0].Final != "P1" {
		t.Errorf("the examples are %+v", c.Examples)
	}
}

func TestErrorsThatComeAnywhereMakeNoRule(t *testing.T) {
	rules := 0
	for seed := range 10 {
		d := newDesk(t)
		for range seed {
			d.rng.Uint64()
		}
		d.fill(600, func(*models.Ticket, *models.Account) bool { return d.rng.IntN(10) == 0 })
		rules += len(review.Of(d.in).Clusters)
	}
	if rules > 2 {
		t.Errorf("%d rules were made of noise in 10 records, want hardly any", rules)
	}
}

func TestWhatARuleWouldHaveAskedOfWhatWasDoneByItself(t *testing.T) {
	d := newDesk(t)
	d.fill(1200, func(k *models.Ticket, _ *models.Account) bool { return strings.Contains(k.Subject, "webhook") })
	acted, mentioned := 0, 0
	for i := 1100; i < 1150; i++ {
		x := &d.in.Decisions[i]
		x.Autonomous, x.Answers, x.Final = true, nil, x.Value
		acted++
		if strings.Contains(x.Title, "webhook") {
			mentioned++
		}
	}
	r := review.Of(d.in)
	if len(r.Clusters) == 0 || r.Clusters[0].Test.Acted != acted || r.Clusters[0].Test.Asked != mentioned || mentioned == 0 {
		t.Errorf("got %+v, want %d of %d asked", r.Clusters, mentioned, acted)
	}
}

func TestFiguresOfALayer(t *testing.T) {
	d := newDesk(t)
	d.fill(8, func(*models.Ticket, *models.Account) bool { return false })
	ds := d.in.Decisions
	for i := range ds {
		ds[i].CreatedAt = d.in.From.Add(time.Duration(i+1) * time.Hour)
		ds[i].Confidence = .9
		ds[i].Answers[0].At = ds[i].CreatedAt.Add(time.Duration(i+1) * 10 * time.Minute)
	}
	ds[0].Answers[0].Kind, ds[0].Answers[0].Value, ds[0].Final = models.AnswerOverride, "P1", "P1"
	ds[1].Autonomous, ds[1].Answers = true, nil
	ds[2].Autonomous, ds[2].Answers, ds[2].State = true, nil, models.Reverted
	ds[3].State, ds[3].Answers = models.Expired, nil
	ds[4].State, ds[4].Answers = models.Observed, nil
	ds[5].Autonomous, ds[5].Answers, ds[5].ActAt = true, nil, ds[5].CreatedAt.Add(4*time.Hour)
	ds[6].CreatedAt = d.in.From.Add(-time.Hour) // before
	same := ds[1]                               // it was so already
	same.ID, same.EventID, same.Final, same.Item = "dec_same", "ev_same", same.Before, "ticket:helpdesk:99"
	d.in.Decisions = append(ds, same)
	k := d.in.Tickets[ds[7].Item]
	k.Reopens = 1
	d.in.Tickets[ds[7].Item] = k

	l := layer(t, review.Of(d.in), models.ActionPriority, "")
	f := l.Now
	got := fmt.Sprint(f.Decided, f.Asked, f.Acted, f.Observed, f.Unchanged, f.Expired, f.Verdicts, f.Right, f.Overrides, f.Otherwise, f.Outcome.Reopened)
	if want := "8 3 3 1 1 1 3 1 1 1 1"; got != want {
		t.Errorf("decided, asked, acted, observed, unchanged, expired, verdicts, right, overrides, otherwise, reopened are %s, want %s", got, want)
	}
	// Two answers and an undo for eight decisions; first decisions after 0, 0, 10, 80 and 240 minutes.
	if math.Abs(f.Touches-300./8) > 1e-9 || f.FirstN != 5 || f.FirstP50 != 10 || f.FirstP90 != 240 {
		t.Errorf("touches %.2f, first decisions %d, %.0f, %.0f; want 37.5, 5, 10, 240", f.Touches, f.FirstN, f.FirstP50, f.FirstP90)
	}
	if l.Before.Decided != 1 {
		t.Errorf("the period before has %d decisions, want 1", l.Before.Decided)
	}
	// The undo was not asked for: of what is unasked only errors are seen, so it tells nothing of calibration.
	if len(l.Calibration) != 1 || l.Calibration[0].N != 2 || l.Calibration[0].Right != .5 || math.Abs(l.Off-.4) > 1e-9 {
		t.Errorf("calibration is %+v, off by %.2f; want two at .9, half of them right", l.Calibration, l.Off)
	}
}

func TestMoneyInTheEnd(t *testing.T) {
	d := newDesk(t)
	usd := func(n int64) models.Money { return models.Money{Minor: n, Currency: "USD"} }
	for i, p := range []models.Payable{
		{PaidOn: "2026-11-25", DueOn: "2026-11-24", LateFee: usd(500), Amount: usd(10_000)},
		{PaidOn: "2026-11-25", DueOn: "2026-11-30", Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-11-26"}, Amount: usd(10_000)},
		{PaidOn: "2026-11-28", DueOn: "2026-11-30", Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-11-26"}, Amount: usd(20_000)},
		{DueOn: "2026-12-30", Amount: usd(10_000)},
	} {
		p.ID = fmt.Sprintf("payable:erp:%d", i)
		d.in.Payables[p.ID] = p
		d.in.Decisions = append(d.in.Decisions, models.Propose(models.Event{ID: p.ID}, models.Proposal{Action: models.ActionSchedule, Item: p.ID}, d.in.From.Add(time.Hour)))
	}
	o := layer(t, review.Of(d.in), models.ActionSchedule, "").Now.Outcome
	want := review.Outcome{Items: 4, Paid: 3, Late: 1, LateFees: usd(500), Offered: 2, Taken: 1, Discounts: usd(200), Missed: usd(400)}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestStoredVerdictsComeBeforeAnswers(t *testing.T) {
	d := newDesk(t)
	d.fill(1, func(*models.Ticket, *models.Account) bool { return true })
	d.in.Verdicts = []decision.Verdict{{DecisionID: d.in.Decisions[0].ID, Wrong: false}}
	if f := layer(t, review.Of(d.in), models.ActionPriority, "").Now; f.Right != 1 {
		t.Errorf("got %+v, want the stored verdict to count", f)
	}
}

func TestAdvice(t *testing.T) {
	slice := decision.Slice{Action: models.ActionPriority, Segment: "enterprise", Model: "m/1"}
	record := func(edit func(*decision.Record)) decision.Record {
		r := decision.Record{
			Standing: decision.NewStanding(slice, .10, decision.Estimate{}, now.AddDate(0, -3, 0)), Ceiling: models.LevelAct, MaxError: .10,
			Force: decision.InForce{Level: models.LevelAsk}, PerMonth: 100, ActsMonth: 200, Goal: decision.Goal{Name: decision.GoalTouches},
		}
		edit(&r)
		return r
	}
	right := func(n int) func(*decision.Record) {
		return func(r *decision.Record) {
			for range n {
				r.Evidence.Add(decision.Verdict{Earns: true, Rate: 1, Confidence: .99})
			}
		}
	}
	cases := map[string]struct {
		record decision.Record
		kind   review.Kind
		says   string
	}{
		"evidence that bears more":    {record(right(400)), review.Promote, "bears act instead of ask"},
		"evidence that is on its way": {record(right(20)), review.Wait, "more verdicts are needed"},
		"its goal got worse": {record(func(r *decision.Record) {
			right(400)(r)
			r.Goal = decision.Goal{Name: decision.GoalTouches, Before: 10, Since: 30, Known: true}
		}), review.Wait, "Touches per 100: 10 before, 30 since"},
		"it acts by a grant and improves nothing": {record(func(r *decision.Record) {
			right(400)(r)
			r.Force.Level = models.LevelAct
			r.Goal = decision.Goal{Name: decision.GoalTouches, Before: 10, Since: 10, Known: true, Acted: true}
		}), review.Wait, "has not improved by its acting"},
		"autonomy taken back last week": {record(func(r *decision.Record) { r.Against, r.AgainstAt = "errors rose", now.AddDate(0, 0, -3) }), review.Demote, "taken back on 27 Nov: errors rose"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.in.Records = []decision.Record{c.record}
			got := review.Of(d.in).Advice
			if len(got) != 1 || got[0].Kind != c.kind || !strings.Contains(got[0].Text, c.says) || got[0].Segment != "enterprise" {
				t.Errorf("got %+v, want %s that says %q", got, c.kind, c.says)
			}
		})
	}
	t.Run("people take back what was done", func(t *testing.T) {
		d := newDesk(t)
		d.fill(40, func(*models.Ticket, *models.Account) bool { return false })
		for i := range d.in.Decisions {
			x := &d.in.Decisions[i]
			x.Autonomous, x.Answers = true, nil
			if i%2 == 0 {
				x.State = models.Reverted
			}
		}
		got := review.Of(d.in).Advice
		if len(got) != 1 || got[0].Kind != review.Demote || !strings.Contains(got[0].Text, "took back 20 of 40") {
			t.Errorf("got %+v, want to demote", got)
		}
	})
	t.Run("nobody answers", func(t *testing.T) {
		d := newDesk(t)
		d.fill(40, func(*models.Ticket, *models.Account) bool { return false })
		for i := range d.in.Decisions {
			d.in.Decisions[i].Answers, d.in.Decisions[i].State = nil, models.Expired
		}
		if got := review.Of(d.in).Advice; len(got) != 1 || got[0].Kind != review.Look {
			t.Errorf("got %+v, want to look at who is asked", got)
		}
	})
}

func TestTheLastWeekIsFromMondayToMondayWhereTheCompanyIs(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-11-30T07:00:00Z": "2026-11-22T23:00:00Z 2026-11-29T23:00:00Z 2026-W48",
		"2026-11-29T23:30:00Z": "2026-11-22T23:00:00Z 2026-11-29T23:00:00Z 2026-W48", // Monday in Berlin
		"2026-11-29T22:30:00Z": "2026-11-15T23:00:00Z 2026-11-22T23:00:00Z 2026-W47", // still Sunday
		"2026-03-30T08:00:00Z": "2026-03-22T23:00:00Z 2026-03-29T22:00:00Z 2026-W13", // an hour short
		"2027-01-04T08:00:00Z": "2026-12-27T23:00:00Z 2027-01-03T23:00:00Z 2026-W53",
	} {
		now, _ := time.Parse(time.RFC3339, at)
		from, to, name := review.LastWeek(now, berlin)
		if got := from.UTC().Format(time.RFC3339) + " " + to.UTC().Format(time.RFC3339) + " " + name; got != want {
			t.Errorf("at %s the last week is %s, want %s", at, got, want)
		}
	}
}

func TestAReviewOfAnythingIsTheSameAgainAndKeeps(t *testing.T) {
	states := []models.State{models.Asked, models.Applied, models.Expired, models.Reverted, models.Observed, models.Failed, models.Superseded, models.Waiting}
	p := policy(t)
	rapid.Check(t, func(t *rapid.T) {
		in := review.Input{From: now.AddDate(0, 0, -7), To: now, Policy: p, Facts: map[string]models.Facts{}}
		for i := range rapid.IntRange(0, 60).Draw(t, "n") {
			d := models.Propose(models.Event{ID: fmt.Sprint(i)}, models.Proposal{
				Action: models.ActionPriority, Item: fmt.Sprint("ticket:x:", i%7), Value: "P3", Confidence: rapid.Float64Range(0, 1).Draw(t, "sure"),
				Segment: rapid.SampledFrom([]string{"", "a", `"><b>`}).Draw(t, "segment"),
			}, now.Add(-time.Duration(rapid.IntRange(0, 400).Draw(t, "hours"))*time.Hour))
			d.State, d.Autonomous = rapid.SampledFrom(states).Draw(t, "state"), rapid.Bool().Draw(t, "alone")
			if rapid.Bool().Draw(t, "answered") {
				d.Answers = []models.Answer{{By: ann, Kind: models.AnswerOverride, Value: "P1", At: d.CreatedAt, Note: "<script>"}}
			}
			if rapid.Bool().Draw(t, "facts") {
				d.FactsID = d.ID
				in.Facts[d.ID] = models.Facts{Now: d.CreatedAt, Ticket: &models.Ticket{Subject: rapid.String().Draw(t, "subject")}}
			}
			in.Decisions = append(in.Decisions, d)
		}
		a, b := review.Of(in), review.Of(in)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("twice the same record, two reviews:\n%s", diff)
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back review.Review
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		for _, l := range a.Layers {
			if l.Now.Right > l.Now.Verdicts || l.Now.Overrides > l.Now.Acted || l.Now.Decided != l.Now.Asked+l.Now.Acted+l.Now.Observed+l.Now.Unchanged {
				t.Fatalf("figures that cannot be: %+v", l.Now)
			}
		}
	})
}

func TestTheBackTestIsWhatTheGateWouldSay(t *testing.T) {
	d := newDesk(t)
	d.fill(800, func(k *models.Ticket, a *models.Account) bool {
		return strings.Contains(k.Subject, "webhook") && a.Tier != "free"
	})
	clusters := review.Of(d.in).Clusters
	if len(clusters) == 0 {
		t.Fatal("no rule to try")
	}
	granted := policyText + "grants:\n  - {action: priority, level: act, by: olga, until: 2026-12-20, reason: test}\n"
	amended, err := decision.AddGuardrail([]byte(granted), models.Triage, clusters[0].When, "")
	if err != nil {
		t.Fatal(err)
	}
	was, is := load(t, granted), load(t, string(amended))
	cond, err := decision.Compile(clusters[0].When, models.Rates{})
	if err != nil {
		t.Fatal(err)
	}
	acted, asked := 0, 0
	for _, x := range d.in.Decisions {
		facts := d.in.Facts[x.FactsID]
		pr := models.Proposal{Action: x.Action, Item: x.Item, Value: x.Value, Before: x.Before, Confidence: x.Confidence}
		in := decision.Situation{Now: x.CreatedAt, Writable: true}
		before, _ := was.Gate(pr, facts, in)
		after, _ := is.Gate(pr, facts, in)
		want := before.Outcome
		if is.Probe(facts, pr).Fires(cond) {
			want = models.OutcomeAsk
		}
		if after.Outcome != want {
			t.Fatalf("the gate says %s where the back-test says %s: %v", after.Outcome, want, after.Why)
		}
		if before.Outcome == models.OutcomeAct {
			acted++
			if after.Outcome == models.OutcomeAsk {
				asked++
			}
		}
	}
	if acted == 0 || asked == 0 || asked == acted {
		t.Errorf("%d acted and %d of them would be asked: nothing was tried", acted, asked)
	}
}

func TestWhatIsKeptHasNobodysWordsInIt(t *testing.T) {
	r := busy(t)
	bare := r.Bare()
	text, err := json.Marshal(bare)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"script", "rm -rf", "login page"} {
		if strings.Contains(string(text), words) {
			t.Errorf("%q is kept", words)
		}
	}
	if r.Clusters[0].Examples[0].Title == "" {
		t.Error("the review itself lost its examples")
	}
	full := bare.Filled(func(id string) (models.Decision, bool) {
		return models.Decision{ID: id, Title: "again", Value: "P3"}, id != bare.Clusters[0].Examples[1].ID
	})
	if es := full.Clusters[0].Examples; es[0].Title != "again" || es[1] != (review.Example{ID: es[1].ID}) {
		t.Errorf("filled in as %+v", es)
	}
}
