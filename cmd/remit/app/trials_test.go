package app_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/decision"
	"remit/models"
)

// asking is the tests' policy with priorities asked about.
var asking = strings.Replace(string(policyText), "priority: {level: act,", "priority: {level: ask,", 1)

func TestAPolicyIsTriedOutWithoutEffectAndCompared(t *testing.T) {
	w := newWorld(t)
	ctx, olga := t.Context(), w.person("olga")
	w.ticket("before", down)
	w.settled()
	w.clock.add(time.Minute)
	if _, err := w.app.AddChallenger(ctx, "asking", []byte(asking), olga); err != nil {
		t.Fatal(err)
	}
	w.ticket("1", down)
	w.ticket("2", angry)
	w.settled()
	if d := w.newest(item("1"), models.ActionPriority); d.State != models.Applied || !d.Autonomous {
		t.Errorf("a policy on trial made it %s", d.State)
	}
	trials, err := w.app.Trials(ctx)
	if err != nil || len(trials) != 1 || trials[0].Report == nil {
		t.Fatalf("got %+v %v", trials, err)
	}
	d := trials[0]
	if d.Duel.Seen != 2 || d.Report.Before.Acted.N != 1 || d.Report.After.Acted.N != 0 || d.Duel.Same != 1 {
		t.Errorf("got %+v and %+v: want only what was decided since it began", d.Duel, d.Report)
	}
	if _, err := w.app.Engine.Undo(ctx, w.newest(item("1"), models.ActionPriority).ID, olga, "it was wrong"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if trials, err = w.app.Trials(ctx); err != nil || trials[0].Duel.OnlyChallenger != 1 {
		t.Errorf("got %+v %v: want the challenger to have had right what was undone", trials[0].Duel, err)
	}
	review, err := w.app.Review(ctx, w.clock.Now().Add(-time.Hour), w.clock.Now().Add(time.Hour))
	if notes := strings.Join(review.Notes, "\n"); err != nil || !strings.Contains(notes, `On trial, policy "asking": `) {
		t.Errorf("the review says %q, %v", notes, err)
	}
	if err := w.app.EndChallenger(ctx, "asking", olga); err != nil {
		t.Fatal(err)
	}
	if trials, err = w.app.Trials(ctx); err != nil || !trials[0].Ended() || trials[0].Became != "dropped" {
		t.Errorf("got %+v %v", trials, err)
	}
}

func TestATrialIsRefusedWhereItMustBe(t *testing.T) {
	w := newWorld(t)
	add := func(name, text, by string) error {
		_, err := w.app.AddChallenger(t.Context(), name, []byte(text), w.person(by))
		return err
	}
	if err := add("first", asking, "olga"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err  error
		want models.Kind
	}{
		"a broken policy":          {add("x", "triage: {priority: {level: rule}}", "olga"), models.Invalid},
		"the policy in force":      {add("x", string(policyText), "olga"), models.Invalid},
		"no name":                  {add(" ", asking, "olga"), models.Invalid},
		"a name twice":             {add("first", asking, "olga"), models.Conflict},
		"somebody who may not":     {add("x", asking, "priya"), models.Denied},
		"the end of none":          {w.app.EndChallenger(t.Context(), "none", w.person("olga")), models.NotFound},
		"an end by who may not":    {w.app.EndChallenger(t.Context(), "first", w.person("priya")), models.Denied},
		"the end of what is ended": {endTwice(w), models.Conflict},
	} {
		if models.KindOf(c.err) != c.want {
			t.Errorf("%s: got %v, want %s", name, c.err, c.want)
		}
	}
}

func endTwice(w *world) error {
	if err := w.app.EndChallenger(w.Context(), "first", w.person("olga")); err != nil {
		return err
	}
	return w.app.EndChallenger(w.Context(), "first", w.person("olga"))
}

// rival judges every ticket a P4.
type rival struct{}

func (rival) Decide(f models.Facts, _ models.TriageRules) models.Judgement {
	return models.Judgement{Facts: f, Proposals: []models.Proposal{{Action: models.ActionPriority, Value: "P4", Confidence: .6}}}
}

func TestARivalJudgeIsTriedOutOnTheSameTickets(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		w.rivals = []decision.Rival{{Name: "rival/1", Tickets: rival{}}}
	})
	w.ticket("1", down)
	w.ticket("2", angry)
	w.settled()
	var duels []app.RivalDuel
	w.eventually("the rival has judged both", func() bool {
		var err error
		if duels, err = w.app.RivalDuels(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(duels) == 1 && duels[0].Duel.Seen == 2
	})
	d := w.newest(item("2"), models.ActionPriority)
	if _, err := w.app.Engine.Resolve(t.Context(), d.ID, w.person("sam"), models.Answer{Kind: models.AnswerOverride, Value: "P4", Version: d.Version, Via: "console"}); err != nil {
		t.Fatal(err)
	}
	if duels, err := w.app.RivalDuels(context.WithoutCancel(t.Context())); err != nil || duels[0].Duel.OnlyChallenger != 1 || duels[0].Duel.Judged != 1 {
		t.Errorf("got %+v %v: want the rival right where Sam chose what it would have proposed", duels, err)
	}
	w.settled()
	if heard := w.desk.Writes(); len(heard) != 2 || heard[0].Fields["priority"] != "urgent" {
		t.Errorf("the helpdesk heard %v: want the outage as the live judge saw it, and what Sam chose", heard)
	}
}

func TestAPromotedPolicyIsTheNextVersionAndWhatLoosensWaits(t *testing.T) {
	w := newWorld(t)
	ctx, olga := t.Context(), w.person("olga")
	w.ticket("1", down)
	w.settled()
	old := w.app.Engine.Policy().Version
	if _, err := w.app.AddChallenger(ctx, "stricter", []byte(asking), olga); err != nil {
		t.Fatal(err)
	}
	says, err := w.app.PromoteChallenger(ctx, "stricter", olga, "")
	if err != nil || !strings.Contains(says, "is in force") || w.app.Engine.Policy().Version == old {
		t.Fatalf("%q, %v: want what tightens in force at once", says, err)
	}
	w.ticket("2", down)
	w.settled()
	if d := w.newest(item("2"), models.ActionPriority); d.State != models.Asked {
		t.Errorf("under the promoted policy it is %s", d.State)
	}
	r, err := w.app.Replay(ctx, app.ReplayOptions{})
	if err != nil || r.Ruled != 2 || !r.Identical() {
		t.Errorf("got %+v %v: want each ruled on by the version that did so", r.ReplayReport, err)
	}
	if _, err := w.app.AddChallenger(ctx, "looser", policyText, olga); err != nil {
		t.Fatal(err)
	}
	says, err = w.app.PromoteChallenger(ctx, "looser", olga, "back again")
	if err != nil || !strings.Contains(says, "waits for a second manager") || w.app.Engine.Policy().Version == old {
		t.Errorf("%q, %v: want what loosens to wait", says, err)
	}
}
