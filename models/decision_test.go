package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

var noon = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)

var states = []models.State{
	models.Proposed, models.Observed, models.Asked, models.Waiting, models.Applying, models.Applied, models.Reverting,
	models.Reverted, models.Expired, models.Failed, models.Superseded,
}

// legal is the picture of a decision's states, written once more.
var legal = strings.Fields(`
	proposed>observed proposed>asked proposed>waiting proposed>applying
	asked>applying asked>expired asked>superseded
	waiting>applying waiting>asked waiting>superseded
	applying>applied applying>failed
	applied>reverting reverting>reverted reverting>failed
	failed>asked failed>superseded
	expired>asked expired>superseded`)

func TestEveryStepIsLegalOrAConflict(t *testing.T) {
	for _, from := range states {
		for _, to := range states {
			d := models.Decision{State: from, Version: 4, UpdatedAt: noon}
			err := d.To(to, noon.Add(time.Minute))
			if slices.Contains(legal, string(from)+">"+string(to)) {
				if err != nil || d.State != to || d.Version != 5 || !d.UpdatedAt.Equal(noon.Add(time.Minute)) {
					t.Errorf("%s to %s: got %s, version %d (%v), want the step", from, to, d.State, d.Version, err)
				}
				continue
			}
			if models.KindOf(err) != models.Conflict || d.State != from || d.Version != 4 || !d.UpdatedAt.Equal(noon) {
				t.Errorf("%s to %s: got %s, version %d (%v), want a Conflict and nothing changed", from, to, d.State, d.Version, err)
			}
		}
	}
}

func TestOpenStatesCanStillBeAnsweredOrSuperseded(t *testing.T) {
	for _, s := range states {
		if got, want := s.Open(), s.Leads(models.Superseded); got != want {
			t.Errorf("%s is open: got %v, want %v", s, got, want)
		}
	}
}

func TestVersionsAndTimeNeverGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := models.Propose(models.Event{ID: "ev_1"}, proposal, noon)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			was := d
			at := noon.Add(time.Duration(rapid.IntRange(-100, 100).Draw(t, "minute")) * time.Minute)
			err := stepOf(t, &d, at)
			if err == nil && d.Version != was.Version+1 || err != nil && (d.Version != was.Version || d.State != was.State || len(d.Answers) != len(was.Answers)) {
				t.Fatalf("from %+v to %+v (%v): want the version to advance by one, or nothing changed", was, d, err)
			}
			if d.UpdatedAt.Before(was.UpdatedAt) {
				t.Fatalf("time went from %s to %s", was.UpdatedAt, d.UpdatedAt)
			}
		}
	})
}

func stepOf(t *rapid.T, d *models.Decision, at time.Time) error {
	switch rapid.IntRange(0, 2).Draw(t, "deed") {
	case 0:
		_, err := d.Agree(models.Answer{By: models.Actor{ID: rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "by")}, Kind: models.AnswerApprove, At: at})
		return err
	case 1:
		return d.Refresh(proposal, models.Ruling{}, "fct_2", at)
	}
	return d.To(rapid.SampledFrom(states).Draw(t, "to"), at)
}

var proposal = models.Proposal{
	Action: models.ActionHold, Item: "payable:erp:1", Value: models.ValueRelease, Before: models.ValueHold, Confidence: 0.9,
	Segment: "utility", Model: "first", Reasons: []models.Reason{{Code: "new.vendor"}}, Options: []string{models.ValueHold},
}

func TestProposeKeepsWhatWasProposed(t *testing.T) {
	ev := models.Event{ID: "ev_1", Subject: "cash:acme:USD", Source: "erp"}
	d := models.Propose(ev, proposal, noon)
	if d.ID != models.DecisionID("ev_1", "payable:erp:1", models.ActionHold) || d.State != models.Proposed || d.Version != 1 {
		t.Errorf("got %s, %s, version %d, want its own id, proposed, version 1", d.ID, d.State, d.Version)
	}
	if d.Domain != models.Finance || d.Subject != ev.Subject || d.Source != "erp" || d.Value != models.ValueRelease || d.Model != "first" || d.Final != "" {
		t.Errorf("got %+v, want what was proposed and nothing settled", d)
	}
	if other := models.Propose(ev, models.Proposal{Action: models.ActionSchedule, Item: "payable:erp:1"}, noon); other.ID == d.ID {
		t.Error("two actions of one item have one id")
	}
}

func asked(needed int) models.Decision {
	return models.Decision{
		ID: "dec_1", Action: models.ActionHold, State: models.Asked, Version: 2, UpdatedAt: noon, Value: models.ValueRelease,
		Ruling: models.Ruling{Approval: models.Approval{Count: needed}},
	}
}

func answer(who string, kind models.AnswerKind, value string) models.Answer {
	return models.Answer{By: models.Actor{Kind: models.ByPerson, ID: who, Name: who}, Kind: kind, Value: value, At: noon.Add(2 * time.Minute)}
}

func TestAgree(t *testing.T) {
	d := asked(2)
	if enough, err := d.Agree(answer("ann", models.AnswerApprove, "")); enough || err != nil || d.State != models.Asked || d.Version != 3 {
		t.Errorf("the first of two: got %v (%v), %s, version %d, want not enough, asked, 3", enough, err, d.State, d.Version)
	}
	enough, err := d.Agree(answer("ann", models.AnswerApprove, ""))
	if enough || models.KindOf(err) != models.Conflict || d.Version != 3 || !strings.Contains(models.SentenceOf(err), "12:02") {
		t.Errorf("the same person again: got %v (%v), version %d, want a Conflict that says when, 3", enough, err, d.Version)
	}
	if enough, err := d.Agree(answer("bob", models.AnswerApprove, "")); !enough || err != nil || d.Version != 4 || len(d.Answers) != 2 {
		t.Errorf("the second: got %v (%v), version %d, want enough, 4", enough, err, d.Version)
	}
}

func TestAgreeCountsWhoChoseTheSame(t *testing.T) {
	d := asked(2)
	d.Action, d.Value = models.ActionSchedule, "2026-12-10"
	for i, step := range []struct {
		a    models.Answer
		want bool
	}{
		{answer("ann", models.AnswerApprove, ""), false},
		{answer("bob", models.AnswerOverride, "2026-12-12"), false},
		{answer("ann", models.AnswerOverride, "2026-12-12"), true},
	} {
		if got, err := d.Agree(step.a); got != step.want || err != nil {
			t.Errorf("answer %d: got %v (%v), want %v", i+1, got, err, step.want)
		}
	}
}

func TestOneIsEnoughToStopAPayment(t *testing.T) {
	d := asked(2)
	if enough, err := d.Agree(answer("ann", models.AnswerOverride, models.ValueHold)); !enough || err != nil {
		t.Errorf("got %v (%v), want one person to be enough", enough, err)
	}
}

func TestOnlyWhatIsAskedCanBeAgreedTo(t *testing.T) {
	for _, s := range states {
		d := asked(1)
		d.State = s
		_, err := d.Agree(answer("ann", models.AnswerApprove, ""))
		if ok := s == models.Asked || s == models.Waiting; ok != (err == nil) || (!ok && models.KindOf(err) != models.Conflict) {
			t.Errorf("%s: got %v, want a Conflict: %v", s, err, !ok)
		}
	}
}

func TestAgreeLeavesOtherCopiesAlone(t *testing.T) {
	d := asked(3)
	d.Answers = make([]models.Answer, 0, 8)
	was := d
	_, _ = d.Agree(answer("ann", models.AnswerApprove, ""))
	other := was
	_, _ = other.Agree(answer("bob", models.AnswerApprove, ""))
	if len(was.Answers) != 0 || d.Answers[0].By.ID != "ann" || other.Answers[0].By.ID != "bob" {
		t.Errorf("got %v, %v and %v, want each its own answers", was.Answers, d.Answers, other.Answers)
	}
}

func TestRefresh(t *testing.T) {
	d := asked(2)
	_, _ = d.Agree(answer("ann", models.AnswerApprove, ""))
	if err := d.Refresh(proposal, models.Ruling{Outcome: models.OutcomeAsk}, "fct_2", noon); err != nil {
		t.Fatal(err)
	}
	if d.State != models.Asked || d.Version != 4 || len(d.Answers) != 0 || d.FactsID != "fct_2" || d.Confidence != 0.9 || d.Before != models.ValueHold {
		t.Errorf("got %+v, want the new proposal, asked, version 4, earlier approvals fallen away", d)
	}
	for _, s := range states {
		d := asked(1)
		d.State = s
		if err := d.Refresh(proposal, models.Ruling{}, "", noon); (s == models.Asked) != (err == nil) || (err != nil && (models.KindOf(err) != models.Conflict || d.Version != 2)) {
			t.Errorf("%s: got %v, want a Conflict for all but asked", s, err)
		}
	}
}

func TestStanding(t *testing.T) {
	in := func(s models.State, needed int, answers ...models.Answer) models.Decision {
		d := asked(needed)
		d.State, d.Answers, d.Note = s, answers, "a newer event came."
		return d
	}
	approve := answer("Priya", models.AnswerApprove, "")
	cases := map[string]struct {
		d    models.Decision
		want string
	}{
		"a person was first":                    {in(models.Applying, 1, approve), "Already approved by Priya at 12:02."},
		"a person chose otherwise":              {in(models.Applied, 1, answer("Priya", models.AnswerOverride, models.ValueHold)), "Already overridden to hold by Priya at 12:02."},
		"it was settled upstream":               {in(models.Superseded, 2, answer("Priya", models.AnswerUpstream, models.ValueHold)), "Already settled upstream as hold by Priya at 12:02."},
		"it was superseded":                     {in(models.Superseded, 1), "This was superseded: a newer event came."},
		"one of two approvals settles nothing":  {in(models.Expired, 2, approve), "This is expired."},
		"nor does it when something newer came": {in(models.Superseded, 2, approve), "This was superseded: a newer event came."},
		"nor when the window ended meanwhile":   {in(models.Applying, 2, approve), "remit has acted on this by itself at 12:00; it can be undone."},
		"two of two do":                         {in(models.Applying, 2, answer("Sam", models.AnswerApprove, ""), approve), "Already approved by Priya at 12:02."},
		"remit acted":                           {in(models.Applied, 1), "remit has acted on this by itself at 12:00; it can be undone."},
		"it was only watched":                   {in(models.Observed, 1), "This was only observed; there is nothing to answer."},
		"it was undone":                         {in(models.Reverted, 1), "This has been undone."},
		"it is being asked":                     {in(models.Asked, 2, approve), "This is asked."},
		"somebody without a name was first":     {in(models.Applied, 1, models.Answer{Kind: models.AnswerApprove, At: noon}), "Already approved by somebody at 12:00."},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.d.Standing(time.UTC); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestUndoable(t *testing.T) {
	pay := models.Decision{State: models.Applied, Action: models.ActionSchedule, Final: "2026-12-10", Before: "2026-12-06"}
	cases := map[string]struct {
		change func(*models.Decision)
		now    time.Time
		want   bool
	}{
		"before either day":                    {nil, noon, true},
		"on the earlier of the days":           {nil, noon.AddDate(0, 0, 3), false},
		"after both":                           {nil, noon.AddDate(0, 1, 0), false},
		"without a day to go back to":          {func(d *models.Decision) { d.Before = "" }, noon, false},
		"not while it is being applied":        {func(d *models.Decision) { d.State = models.Applying }, noon, false},
		"a ticket's priority, at any time":     {func(d *models.Decision) { d.Action = models.ActionPriority }, noon.AddDate(1, 0, 0), true},
		"what another domain does, at no time": {func(d *models.Decision) { d.Action = "stock.order" }, noon, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d := pay
			if tc.change != nil {
				tc.change(&d)
			}
			if got := d.Undoable(tc.now); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestAnswersAreChecked(t *testing.T) {
	cases := map[string]struct {
		a      models.Answer
		action models.Action
		ok     bool
	}{
		"an approval says all":           {answer("a", models.AnswerApprove, ""), models.ActionPriority, true},
		"another priority":               {answer("a", models.AnswerOverride, "P1"), models.ActionPriority, true},
		"a priority that is none":        {answer("a", models.AnswerOverride, "P9"), models.ActionPriority, false},
		"no group":                       {answer("a", models.AnswerOverride, ""), models.ActionRoute, false},
		"another day":                    {answer("a", models.AnswerOverride, "2026-12-31"), models.ActionSchedule, true},
		"a day that is none":             {answer("a", models.AnswerOverride, "2026-02-30"), models.ActionSchedule, false},
		"to hold":                        {answer("a", models.AnswerOverride, "hold"), models.ActionHold, true},
		"neither to hold nor to release": {answer("a", models.AnswerOverride, "burn"), models.ActionHold, false},
		"too long a reply":               {answer("a", models.AnswerOverride, strings.Repeat("x", 20_001)), models.ActionReply, false},
		"a queue, and whose it is":       {models.Answer{Kind: models.AnswerOverride, Value: "billing", Assignee: "ana"}, models.ActionRoute, true},
		"a priority for somebody":        {models.Answer{Kind: models.AnswerOverride, Value: "P1", Assignee: "ana"}, models.ActionPriority, false},
		"an approval for somebody":       {models.Answer{Kind: models.AnswerApprove, Assignee: "ana"}, models.ActionRoute, false},
		"no draft":                       {answer("a", models.AnswerReject, ""), models.ActionReply, true},
		"no draft, but a text":           {answer("a", models.AnswerReject, "Hello"), models.ActionReply, false},
		"a draft emptied":                {answer("a", models.AnswerOverride, ""), models.ActionReply, false},
		"no to what is no draft":         {answer("a", models.AnswerReject, ""), models.ActionHold, false},
		"from upstream is not asked for": {answer("a", models.AnswerUpstream, "P1"), models.ActionPriority, false},
		"of no kind":                     {models.Answer{}, models.ActionPriority, false},
	}
	for name, tc := range cases {
		if err := tc.a.Check(tc.action); (err == nil) != tc.ok || (err != nil && models.KindOf(err) != models.Invalid) {
			t.Errorf("%s: got %v, want fine: %v", name, err, tc.ok)
		}
	}
}
