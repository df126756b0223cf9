package app_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/bot"
	"remit/cmd/remit/app"
	"remit/config"
	"remit/decision"
	"remit/models"
	"remit/store/pgtest"
)

// adopt puts the policy in force with some of its words changed, while remit runs.
func (w *world) adopt(oldnew ...string) {
	w.Helper()
	text := strings.NewReplacer(oldnew...).Replace(string(policyText))
	if err := w.app.Policies.Adopt(w.Context(), []byte(text)); err != nil {
		w.Fatal(err)
	}
	if w.app.Policy().Version == models.NewID("pol", string(policyText)) {
		w.Fatal("the policy is as it was")
	}
}

func TestAQuestionAtClosingTimeGoesToTheStandInAndOnWhenTheOfficeOpens(t *testing.T) {
	w := newWorld(t)
	w.adopt(
		`      chain: ["15m @olga"]`, "      chain: [\"15m @olga\"]\n      hours: business\n      out_of_hours: \"@nina\"",
		"triage:\n", "calendar: {country: DE, hours: \"Mon-Fri 09:00-12:30 13:30-18:00\"}\ntriage:\n",
	)
	w.clock.add(6*time.Hour + 50*time.Minute) // 17:50 in Berlin
	w.ticket("7", angry)
	w.settled()
	for _, step := range []struct {
		due   string // in Berlin
		asked string
	}{{"2026-12-01 18:00", "@nina"}, {"2026-12-02 09:05", "@olga"}, {"2026-12-02 17:05", ""}} {
		d := w.newest(item("7"), models.ActionPriority)
		if got := d.ExpiresAt.In(w.app.Policy().Zone).Format("2006-01-02 15:04"); got != step.due || d.State != models.Asked {
			t.Fatalf("%s until %s, want asked until %s; chain %v", d.State, got, step.due, d.Ruling.Chain)
		}
		w.clock.add(d.ExpiresAt.Sub(w.clock.Now()))
		w.expire(d)
		if next := w.newest(item("7"), models.ActionPriority); step.asked != "" && !slices.Contains(next.Ruling.Approval.From, step.asked) {
			t.Fatalf("at %s %v are asked, want %s among them", step.due, next.Ruling.Approval.From, step.asked)
		}
	}
	if end := w.newest(item("7"), models.ActionPriority); end.State != models.Expired {
		t.Errorf("in the end it is %s", end.State)
	}
	w.settled()
	if heard := w.desk.Writes(); len(heard) != 0 {
		t.Errorf("silence wrote %q", heard)
	}
}

func TestWhatWaitsWhenThePolicyTightensIsAskedAndNotDone(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("quiet", "1000.00", map[string]any{"discount_bps": 300, "discount_until": "2026-12-08"})
	w.settled()
	d := w.newest(payment("quiet"), models.ActionSchedule)
	if d.State != models.Waiting {
		t.Fatalf("got %s", d.State)
	}
	w.adopt("schedule: {level: act-after-window, window: 4h, max_error: 90%}", "schedule: {level: ask}")
	w.clock.add(5 * time.Hour)
	if err := w.app.Engine.ActAt(t.Context(), models.NewEffect(d, models.EffectAct, d.ActAt, d.UpdatedAt).ID); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if d := w.newest(payment("quiet"), models.ActionSchedule); d.State != models.Asked {
		t.Errorf("under the tighter policy it is %s", d.State)
	}
	if heard := w.erp.all(); len(heard) != 0 {
		t.Errorf("the ERP heard %q", heard)
	}
}

func TestWhatIsTunedInSlackOrByAReviewBecomesAVersion(t *testing.T) {
	w := newWorld(t)
	olga, ctx := w.person("olga"), t.Context()
	s := app.Saver(w.app)
	version, pending, err := s.SaveTuning(ctx, olga, bot.Tuning{Action: models.ActionPriority, Level: models.LevelAct, MaxError: 0.5}, "too many misses")
	if err != nil || pending || version != "2" {
		t.Errorf("tightening: version %s, pending %v, %v", version, pending, err)
	}
	if del, _ := w.app.Policy().Delegation(models.ActionPriority); del.MaxError != 0.5 {
		t.Errorf("max_error is %v", del.MaxError)
	}
	version, pending, err = s.SaveTuning(ctx, olga, bot.Tuning{Action: models.ActionPriority, Level: models.LevelAct, MaxError: 0.6}, "all went well")
	if err != nil || !pending || version != "3" {
		t.Errorf("loosening: version %s, pending %v, %v", version, pending, err)
	}
	text, err := s.Text(ctx)
	if err != nil {
		t.Fatal(err)
	}
	amended, err := decision.AddGuardrail(text, models.Triage, `ticket.mentions("ombudsman")`, "from a review")
	if err != nil {
		t.Fatal(err)
	}
	if version, err = s.Propose(ctx, amended, olga, "overridden each time"); err != nil || version != "4" || len(w.app.Policy().Domains[models.Triage].Guardrails) != 1 {
		t.Errorf("a rule of a review: version %s, %v", version, err)
	}
	if _, _, err := s.SaveTuning(ctx, w.person("sam"), bot.Tuning{Action: models.ActionPriority, Level: models.LevelAsk, MaxError: 0.1}, "x"); models.KindOf(err) != models.Denied {
		t.Errorf("an approver tuned: %v", err)
	}
}

// tuned are words of the policy that are changed while remit runs, some to loosen and some to tighten.
var tuned = []struct{ old, new string }{
	{"priority: {level: act, max_error: 90%}", "priority: {level: ask}"},
	{"priority: {level: act, max_error: 90%}", "priority: {level: act, max_error: 1%}"},
	{"  - {action: priority, level: act, by: olga, until: 2026-12-20, reason: test}\n", ""},
	{"  escalate:\n", "  guardrails:\n    - when: ticket.mentions(\"invoice\", \"pay\", \"down\")\n  escalate:\n"},
	{"expires: 8h", "expires: 6h"},
	{"finance:\n", "broken:\nfinance:\n"},
}

// tuning changes the policy of a lab, in all the ways that people and machines do.
type tuning struct {
	*lab
	policies *decision.Policies
	file     *decision.PolicyFile
	managers []models.Person
}

// restart has the process begin anew on what the database holds and the file says.
func (u *tuning) restart(text []byte) {
	u.policies = &decision.Policies{Ledger: u.store, Who: staff, Now: u.clock.Now, Log: slog.New(slog.DiscardHandler)}
	u.file = &decision.PolicyFile{Name: "policy.yaml"}
	u.must(u.policies.Start(context.Background(), u.file, text, nil))
	u.engine.Policy = u.policies.Policy
}

func (u *tuning) text(rt *rapid.T) []byte {
	e := rapid.SampledFrom(tuned).Draw(rt, "words")
	if rapid.Bool().Draw(rt, "as it was") {
		return policyText
	}
	return []byte(strings.Replace(string(policyText), e.old, e.new, 1))
}

// tune does one thing to the policy and finds that nothing was loosened but by a second person.
func (u *tuning) tune(rt *rapid.T) {
	ctx, before := context.Background(), u.policies.Policy()
	who, text := rapid.SampledFrom(u.managers).Draw(rt, "who"), u.text(rt)
	n := rapid.IntRange(1, 4).Draw(rt, "version")
	second := ""
	switch rapid.SampledFrom([]string{"save", "file", "approve", "rollback", "restart"}).Draw(rt, "deed") {
	case "save":
		_, _ = u.policies.Save(ctx, text, who, "console", "tuned")
	case "file":
		u.policies.Reload(ctx, u.file, text)
	case "approve":
		if st, err := u.policies.Status(ctx); err == nil && st.Proposed.Number > 0 {
			n = st.Proposed.Number
		}
		if v, err := u.policies.Approve(ctx, n, who, "console"); err == nil && !v.SavedBy(who.ID) {
			second = who.ID
		}
	case "rollback":
		_, _ = u.policies.Rollback(ctx, n, who, "cli", "tuned")
	case "restart":
		u.restart(text)
	}
	if loosened := decision.Loosens(before, u.policies.Policy()); len(loosened) > 0 && second == "" {
		u.Fatalf("nobody else approved, and yet: %q", loosened)
	}
}

func TestNoReloadHasRemitActOutsideThePolicyInForce(t *testing.T) {
	managers := []models.Person{{ID: "olga", Roles: []models.Role{models.RoleManager}}, {ID: "mo", Roles: []models.Role{models.RoleManager}}}
	rapid.Check(t, func(rt *rapid.T) {
		l := newLab(rt, t.TempDir())
		defer func() { _ = l.store.Close() }()
		u := &tuning{lab: l, managers: managers}
		u.restart(policyText)
		l.alone = func(d models.Decision) {
			snap, err := l.store.Snapshot(context.Background(), d.FactsID)
			l.must(err)
			pr := models.Proposal{Action: d.Action, Item: d.Item, Value: d.Value, Before: d.Before, Confidence: d.Confidence, Segment: d.Segment}
			r, _ := u.policies.Policy().Gate(pr, snap.Facts, decision.Situation{Now: l.clock.Now(), Writable: true})
			if !r.Acts() {
				l.Fatalf("%s was done by itself under %s, where the policy in force says %s: %q", d.ID, d.Policy, r.Outcome, r.Why)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"":        func(*rapid.T) { l.invariants() },
			"event":   l.event,
			"drain":   func(*rapid.T) { l.drain() },
			"answer":  l.answer,
			"effects": l.effects,
			"policy":  u.tune,
			"crash": func(rt *rapid.T) {
				l.crash(rt)
				u.restart(u.text(rt))
			},
			"time": func(rt *rapid.T) {
				l.clock.add(time.Duration(rapid.IntRange(1, 600).Draw(rt, "minutes")) * time.Minute)
			},
		})
		report, err := l.store.Verify(context.Background())
		if err != nil || !report.OK() {
			rt.Fatalf("the ledger: %+v %v", report, err)
		}
	})
}

func TestEveryNodeRulesByThePolicyOfTheDatabase(t *testing.T) {
	url := pgtest.URL(t)
	cfg := config.Config{DatabaseURL: config.URL(url), People: []models.Person{
		{ID: "olga", Roles: []models.Role{models.RoleManager}, Groups: []string{"finance-leads"}},
		{ID: "frank", Roles: []models.Role{models.RoleManager}, Groups: []string{"support-leads", "finance-leads"}},
		{ID: "nina", Roles: []models.Role{models.RoleManager}, Groups: []string{"finance-leads"}},
	}}
	o := app.Options{Now: func() time.Time { return time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC) }, Logger: slog.New(slog.DiscardHandler)}
	first := o
	first.Policy = policyText
	one, err := app.New(t.Context(), cfg, first)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	cfg.Policy = t.TempDir() + "/policy.yaml" // which is not there
	two, err := app.New(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	if two.Policy().Version != one.Policy().Version || !strings.Contains(two.Policies.Trouble(), "cannot be read") {
		t.Errorf("the second node rules by %s and says %q", two.Policy().Version, two.Policies.Trouble())
	}
	olga, _ := cfg.ByID("olga")
	tighter := strings.Replace(string(policyText), "max_error: 90%", "max_error: 50%", 1)
	if _, err := two.Policies.Save(t.Context(), []byte(tighter), olga, "cli", "too many misses"); err != nil {
		t.Fatal(err)
	}
	if err := one.Policies.Refresh(t.Context()); err != nil || one.Policy().Version != models.NewID("pol", tighter) {
		t.Errorf("the first node rules by %s: %v", one.Policy().Version, err)
	}
}
