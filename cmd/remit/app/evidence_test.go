package app_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/decision"
	"remit/models"
)

// learning is a policy under which priorities may act once that is earned, at a line that a dozen verdicts reach.
const learning = `
timezone: Europe/Berlin
triage:
  approvers: "@support-leads"
  segment: ticket.channel
  priority: {level: LEVEL, max_error: 50%, audits: 5000}
`

func newLearner(t *testing.T, level string) *world {
	t.Helper()
	return newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		w.policy = []byte(strings.ReplaceAll(learning, "LEVEL", level))
	})
}

// resolve answers as a person who took the time to read.
func (w *world) resolve(d models.Decision, person string, kind models.AnswerKind, value string) models.Decision {
	w.Helper()
	w.clock.add(5 * time.Minute)
	d, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person(person), models.Answer{Kind: kind, Value: value, Version: d.Version, Via: "api"})
	if err != nil {
		w.Fatalf("resolve: %v", err)
	}
	return d
}

func (w *world) verdicts() []decision.Verdict {
	w.Helper()
	vs, err := w.app.Store.Verdicts(w.Context(), time.Time{})
	if err != nil {
		w.Fatal(err)
	}
	return vs
}

// standing gives what is kept of the priorities of tickets that came by e-mail.
func (w *world) standing() decision.Standing {
	w.Helper()
	all, err := w.app.Store.Standings(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	for _, st := range all {
		if st.Slice.Action == models.ActionPriority && st.Slice.Segment == "email" {
			return st
		}
	}
	return decision.Standing{}
}

const level = "level:priority/email"

// earn has people approve until a promotion is asked for, and gives it.
func (w *world) earn() models.Decision {
	w.Helper()
	for n := 0; ; n++ {
		id := fmt.Sprintf("9%02d", n)
		w.clock.add(5 * time.Minute)
		w.ticket(id, outage(n))
		w.settled()
		d := w.newest(item(id), models.ActionPriority)
		if d.State != models.Asked || d.Segment != "email" {
			w.Fatalf("ticket %s is %s in %q because %v", id, d.State, d.Segment, d.Ruling.Why)
		}
		w.resolve(d, "sam", models.AnswerApprove, "")
		if err := w.app.Engine.Appraise(w.Context()); err != nil {
			w.Fatal(err)
		}
		ds, err := w.app.Store.Newest(w.Context(), []string{level})
		if err != nil {
			w.Fatal(err)
		}
		if len(ds) == 1 {
			return ds[0]
		}
		if n > 60 {
			w.Fatalf("sixty approvals earned nothing: %+v", w.standing())
		}
	}
}

func TestALevelIsEarnedByVerdictsApprovedByAManagerAndLostByAudits(t *testing.T) {
	w := newLearner(t, "act")
	promotion := w.earn()
	if promotion.State != models.Asked || promotion.Value != "act" || promotion.Before != "ask" {
		t.Fatalf("what the evidence bears is %s %s", promotion.State, promotion.Value)
	}
	w.settled()
	if card := w.card("C0FALLBACK", "priority in email"); !strings.Contains(card.Words(), "95 % confidence") {
		t.Errorf("the promotion's card does not say on what evidence:\n%s", card.Words())
	}
	_, err := w.app.Engine.Resolve(t.Context(), promotion.ID, w.person("sam"), models.Answer{Kind: models.AnswerApprove, Version: promotion.Version})
	if models.KindOf(err) != models.Denied {
		t.Errorf("an approver who is no manager promotes: got %v, want Denied", err)
	}
	w.ticket("10", down)
	w.settled()
	if d := w.newest(item("10"), models.ActionPriority); d.State != models.Asked {
		t.Fatalf("before a manager said yes it is %s", d.State)
	}
	w.resolve(promotion, "olga", models.AnswerApprove, "")
	for n := 0; w.standing().Held.Autonomous(); n++ {
		id := fmt.Sprintf("11%d", n)
		w.clock.add(10 * time.Minute)
		w.ticket(id, outage(n))
		w.settled()
		d := w.newest(item(id), models.ActionPriority)
		if d.State != models.Applied || !d.Autonomous || !strings.Contains(d.Ruling.Why[0], "Olga approved it") {
			t.Fatalf("ticket %s is %s because %v", id, d.State, d.Ruling.Why)
		}
		if d.AuditRate == 0 {
			t.Fatalf("ticket %s has no audit rate", id)
		}
		if d.Auditable() {
			w.clock.add(time.Minute)
			if _, err := w.app.Engine.Audit(t.Context(), d.ID, w.person("sam"), models.Answer{Value: "P4", Via: "api"}); err != nil {
				t.Fatal(err)
			}
		}
		if n > 100 {
			t.Fatal("a hundred tickets, every audit wrong, and it still acts")
		}
	}
	w.ticket("12", down)
	w.settled()
	d := w.newest(item("12"), models.ActionPriority)
	if d.State != models.Asked || !strings.Contains(strings.Join(d.Ruling.Why, " "), "more often than 50 %") {
		t.Errorf("after the audits it is %s because %v", d.State, d.Ruling.Why)
	}
	told := w.newest(level, models.ActionLevel)
	if told.State != models.Applied || told.Value != "ask" || !told.Autonomous {
		t.Errorf("the demotion is told as %s %s", told.State, told.Value)
	}
}

func TestAnAuditIsAnsweredOnceByThoseWhoMay(t *testing.T) {
	w := newWorld(t) // priorities are granted to act
	w.ticket("1", down)
	w.settled()
	d := w.newest(item("1"), models.ActionPriority)
	if !d.Auditable() || d.AuditRate != 1 {
		t.Fatalf("the first of a slice is audited at a rate of %v: %s", d.AuditRate, d.AuditState)
	}
	audit := func(person, value string) error {
		_, err := w.app.Engine.Audit(t.Context(), d.ID, w.person(person), models.Answer{Value: value, Via: "api"})
		return err
	}
	w.clock.add(time.Minute)
	if err := audit("priya", "P1"); models.KindOf(err) != models.Denied {
		t.Errorf("somebody of another team: got %v, want Denied", err)
	}
	if err := audit("sam", "soon"); models.KindOf(err) != models.Invalid {
		t.Errorf("no priority: got %v, want Invalid", err)
	}
	if err := audit("sam", d.Final); err != nil {
		t.Fatal(err)
	}
	if err := audit("sam", d.Final); models.KindOf(err) != models.Conflict {
		t.Errorf("a second time: got %v, want a Conflict", err)
	}
	if vs := w.verdicts(); len(vs) != 1 || !vs[0].Audit || vs[0].Wrong || vs[0].Rate != 1 || vs[0].By != "sam" {
		t.Errorf("got %+v", vs)
	}
}

func TestAnAuditThatNobodyAnswersCountsAgainst(t *testing.T) {
	w := newWorld(t)
	w.ticket("1", down)
	w.settled()
	d := w.newest(item("1"), models.ActionPriority)
	w.clock.add(73 * time.Hour)
	eff := models.NewEffect(models.Decision{ID: d.ID, Version: d.Version - 1}, models.EffectAudit, time.Time{}, time.Time{})
	for v := 1; v <= d.Version; v++ {
		eff = models.NewEffect(models.Decision{ID: d.ID, Version: v}, models.EffectAudit, time.Time{}, time.Time{})
		if _, err := w.app.Store.Effect(t.Context(), eff.ID); err == nil {
			break
		}
	}
	for range 2 { // a job may run again after a crash
		if err := w.app.Engine.AuditEnds(t.Context(), eff.ID); err != nil {
			t.Fatal(err)
		}
	}
	if d = w.newest(item("1"), models.ActionPriority); d.AuditState != models.AuditMissed {
		t.Errorf("the audit is %s", d.AuditState)
	}
	if vs := w.verdicts(); len(vs) != 1 || !vs[0].Unanswered || !vs[0].Earns {
		t.Errorf("got %+v", vs)
	}
}

func TestWhatPeopleDoUnpromptedIsAVerdict(t *testing.T) {
	urgent := func(actor string) (map[string]any, map[string]any) {
		return map[string]any{"actor_id": actor, "priority": "URGENT"}, map[string]any{"current": "URGENT", "previous": "NORMAL"}
	}
	t.Run("while remit observes", func(t *testing.T) {
		w := newLearner(t, "observe")
		for n, actor := range []string{"55", "66"} {
			id := fmt.Sprint(20 + n)
			w.ticket(id, down)
			w.settled()
			d := w.newest(item(id), models.ActionPriority)
			if d.State != models.Observed {
				t.Fatalf("it is %s", d.State)
			}
			w.clock.add(time.Hour)
			detail, event := urgent(actor)
			w.zendesk("priority_changed", id, detail, event)
			w.settled()
		}
		vs := w.verdicts()
		if len(vs) != 2 || vs[0].Rate != 1 || !vs[0].Earns || vs[0].Unasked {
			t.Fatalf("got %+v", vs)
		}
		if st := w.standing(); st.Verdicts != 2 {
			t.Errorf("the slice knows of %d", st.Verdicts)
		}
	})
	t.Run("a day later it is no verdict any more", func(t *testing.T) {
		w := newLearner(t, "observe")
		w.ticket("30", down)
		w.settled()
		w.clock.add(25 * time.Hour)
		detail, event := urgent("55")
		w.zendesk("priority_changed", "30", detail, event)
		w.settled()
		if vs := w.verdicts(); len(vs) != 0 {
			t.Errorf("got %+v", vs)
		}
	})
	t.Run("over what remit did by itself", func(t *testing.T) {
		w := newWorld(t)
		w.ticket("40", down)
		w.settled()
		w.clock.add(20 * time.Minute)
		w.zendesk("priority_changed", "40", map[string]any{"actor_id": "55", "priority": "LOW"}, map[string]any{"current": "LOW", "previous": "URGENT"})
		w.settled()
		vs := w.verdicts()
		if len(vs) != 1 || !vs[0].Unasked || !vs[0].Wrong {
			t.Fatalf("got %+v", vs)
		}
		if d := w.newest(item("40"), models.ActionPriority); d.AuditState != models.AuditVoid || !d.Judged {
			t.Errorf("its audit is %s", d.AuditState)
		}
	})
	t.Run("what they did before it was decided is none, however late it is told", func(t *testing.T) {
		before := func(w *world, id string) {
			at := w.clock.Now().Add(-10 * time.Minute).Format(time.RFC3339)
			w.zendesk("priority_changed", id, map[string]any{"actor_id": "55", "priority": "LOW", "updated_at": at}, map[string]any{"current": "LOW", "previous": "NORMAL"})
			w.settled()
			if vs := w.verdicts(); len(vs) != 0 {
				t.Errorf("got %+v", vs)
			}
		}
		acts, asks := newWorld(t), newLearner(t, "ask")
		for _, w := range []*world{acts, asks} {
			w.ticket("45", down)
			w.settled()
			was := w.newest(item("45"), models.ActionPriority)
			before(w, "45")
			if d := w.newest(item("45"), models.ActionPriority); d.State != was.State || d.Version != was.Version {
				t.Errorf("it was %s, and is %s: %s", was.State, d.State, d.Note)
			}
		}
	})
	t.Run("an undo is one, and counts once", func(t *testing.T) {
		w := newWorld(t)
		w.ticket("50", down)
		w.settled()
		d := w.newest(item("50"), models.ActionPriority)
		if _, err := w.app.Engine.Undo(t.Context(), d.ID, w.person("olga"), "no"); err != nil {
			t.Fatal(err)
		}
		w.settled()
		if vs := w.verdicts(); len(vs) != 1 || !vs[0].Unasked || !vs[0].Wrong {
			t.Errorf("got %+v", vs)
		}
	})
}

func TestApprovalsFasterThanReadingOrByTheDozenEarnNothing(t *testing.T) {
	w := newLearner(t, "act")
	for n := range 3 {
		id := fmt.Sprint(60 + n)
		w.ticket(id, down)
		w.settled()
		d := w.newest(item(id), models.ActionPriority)
		w.clock.add(time.Second)
		if n == 2 {
			w.clock.add(time.Hour)
		}
		a := models.Answer{Kind: models.AnswerApprove, Version: d.Version, Via: "api", Bulk: n == 2}
		if _, err := w.app.Engine.Resolve(t.Context(), d.ID, w.person("sam"), a); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range w.verdicts() {
		if v.Earns || v.Why == "" {
			t.Errorf("got %+v", v)
		}
	}
	if st := w.standing(); st.Verdicts != 3 || st.Evidence.Looked() != 0 || st.Kept != 0 {
		t.Errorf("got %+v", st)
	}
}

func TestAManagerGrantsALevelForATimeAndTakesItBack(t *testing.T) {
	w := newLearner(t, "act")
	q := decision.GrantRequest{Action: models.ActionPriority, Segment: "email", Level: models.LevelAct, Until: "2026-12-20", Reason: "pilot"}
	for name, c := range map[string]struct {
		edit func(*decision.GrantRequest)
		by   string
		want models.Kind
	}{
		"by nobody but a manager":      {nil, "sam", models.Denied},
		"not without a reason":         {func(q *decision.GrantRequest) { q.Reason = " " }, "olga", models.Invalid},
		"not for longer than a month":  {func(q *decision.GrantRequest) { q.Until = "2027-03-01" }, "olga", models.Invalid},
		"not for what is over":         {func(q *decision.GrantRequest) { q.Until = "2026-11-01" }, "olga", models.Invalid},
		"not above the policy's level": {func(q *decision.GrantRequest) { q.Action = models.ActionReply }, "olga", models.Invalid},
		"not what is no autonomy":      {func(q *decision.GrantRequest) { q.Level = models.LevelAsk }, "olga", models.Invalid},
	} {
		q := q
		if c.edit != nil {
			c.edit(&q)
		}
		if _, err := w.app.Engine.Grant(t.Context(), q, w.person(c.by)); models.KindOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if _, err := w.app.Engine.Grant(t.Context(), q, w.person("olga")); err != nil {
		t.Fatal(err)
	}
	w.ticket("70", down)
	w.settled()
	d := w.newest(item("70"), models.ActionPriority)
	if d.State != models.Applied || !strings.Contains(d.Ruling.Why[0], "granted for priority in email by olga until 2026-12-20") {
		t.Fatalf("it is %s because %v", d.State, d.Ruling.Why)
	}
	if err := w.app.Engine.Revoke(t.Context(), decision.SliceOf(d), w.person("olga"), "enough"); err != nil {
		t.Fatal(err)
	}
	w.ticket("71", down)
	w.settled()
	if d := w.newest(item("71"), models.ActionPriority); d.State != models.Asked || !strings.Contains(d.Ruling.Why[0], "Olga took it back: enough") {
		t.Errorf("it is %s because %v", d.State, d.Ruling.Why)
	}
	w.clock.add(time.Minute)
	q.Until = "2026-12-22"
	if _, err := w.app.Engine.Grant(t.Context(), q, w.person("olga")); err != nil {
		t.Fatal(err)
	}
	w.ticket("72", down)
	w.settled()
	if d := w.newest(item("72"), models.ActionPriority); d.State != models.Applied {
		t.Errorf("a new grant: it is %s because %v", d.State, d.Ruling.Why)
	}
}

func TestTheLadderIsToldForEverySlice(t *testing.T) {
	w := newLearner(t, "act")
	w.ticket("80", down)
	w.settled()
	records, err := w.app.Engine.Autonomy(t.Context())
	if err != nil || len(records) != 1 {
		t.Fatalf("got %+v, %v", records, err)
	}
	r := records[0]
	if r.Slice.Segment != "email" || r.Force.Level != models.LevelAsk || r.Force.Why == "" || r.Volume.Decisions != 1 {
		t.Errorf("got %+v", r)
	}
	ladder := r.Ladder()
	if len(ladder) != 4 || !ladder[1].InForce || ladder[3].Earned || ladder[3].Why == "" {
		t.Errorf("got %+v", ladder)
	}
}

func TestAGoalThatAskingCannotImproveWithholdsNoPromotion(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		w.policy = []byte(strings.ReplaceAll(strings.Replace(learning, "audits: 5000", "goal: touches_per_100", 1), "LEVEL", "act"))
	})
	asks := func(n int) models.Decision {
		id := fmt.Sprintf("8%02d", n)
		w.clock.add(5 * time.Minute)
		w.ticket(id, outage(n))
		w.eventually("it is decided", func() bool {
			counts, err := w.app.Store.Counts(w.Context())
			return err == nil && counts["inbox_pending"] == 0
		})
		return w.newest(item(id), models.ActionPriority)
	}
	appraise := func() {
		if err := w.app.Engine.Appraise(w.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 25 { // are enough to know what the goal was before
		d := asks(n)
		together := models.Answer{Kind: models.AnswerApprove, Version: d.Version, Via: "api", Bulk: true} // which earns nothing
		if _, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person("sam"), together); err != nil {
			t.Fatal(err)
		}
	}
	appraise()
	w.clock.add(31 * 24 * time.Hour)
	for n := 25; n < 60; n++ {
		w.resolve(asks(n), "sam", models.AnswerApprove, "")
		appraise()
	}
	ds, err := w.app.Store.Newest(t.Context(), []string{level})
	if err != nil || len(ds) != 1 || ds[0].State != models.Asked || ds[0].Value != "act" {
		t.Errorf("thirty-five approvals after a month of asking: got %+v, %v, want a promotion asked", ds, err)
	}
	rs, err := w.app.Engine.Autonomy(t.Context())
	if err != nil || len(rs) != 1 {
		t.Fatalf("got %+v, %v", rs, err)
	}
	if g := rs[0].Goal; !g.Known || g.Before != 100 || g.Since != 100 || g.Acted {
		t.Errorf("got the goal %+v, want a hundred touches before and since", g)
	}
}

func TestAStricterPolicyGivesUpWhatItsEvidenceDoesNotShowAndTellsIt(t *testing.T) {
	w := newLearner(t, "act")
	w.resolve(w.earn(), "olga", models.AnswerApprove, "")
	looked := w.standing().Evidence.Looked()
	text := strings.NewReplacer("LEVEL", "act", "50%", "1%").Replace(learning)
	if err := w.app.Policies.Adopt(t.Context(), []byte(text)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing more to give up
		if err := w.app.Engine.Appraise(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	st := w.standing()
	if st.Held.Autonomous() || st.Line != .01 || st.Detector.Line != .01 || st.Evidence.Looked() != looked {
		t.Errorf("got %q at a line of %v, watched at %v, on %d verdicts of %d", st.Held, st.Line, st.Detector.Line, st.Evidence.Looked(), looked)
	}
	told := w.newest(level, models.ActionLevel)
	if told.State != models.Applied || told.Value != "ask" || !strings.Contains(told.Ruling.Why[0], "at most 50 %; the policy now allows 1 %") {
		t.Errorf("the managers are told %s %s because %v", told.State, told.Value, told.Ruling.Why)
	}
}

func TestANewSegmentBetsAsTheOthersSuggest(t *testing.T) {
	w := newLearner(t, "act")
	w.earn() // by e-mail
	if by := w.standing().Evidence.Favoured; by != 0 {
		t.Errorf("the first segment favours %v without anything to lean on", by)
	}
	d := w.newest(item("900"), models.ActionPriority)
	sibling := decision.Slice{Action: d.Action, Segment: "chat", Model: d.Model}
	all, err := w.app.Store.Standings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := decision.Lean(decision.ParentOf(sibling, all).Error, .5)
	w.zendesk("created", "95", map[string]any{"subject": "Ticket 95", "description": down, "via": map[string]any{"channel": "chat"}}, nil)
	w.settled()
	w.resolve(w.newest(item("95"), models.ActionPriority), "sam", models.AnswerApprove, "")
	all, err = w.app.Store.Standings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(st decision.Standing) bool { return st.Slice.Segment == "chat" })
	if i < 0 || all[i].Evidence.Favoured != want || want <= 0 {
		t.Errorf("got %+v, want a new segment that favours %v", all, want)
	}
}
