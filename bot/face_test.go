package bot_test

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/decision"
	"remit/models"
)

const mia = "U0MIA"

// office stands for what people can do and ask beside answering; it remembers what was done.
type office struct {
	*desk
	now     func() time.Time
	mu      sync.Mutex
	done    []string
	fail    error         // of the next deed
	hold    chan struct{} // Backtest waits for it
	trial   bot.Trial
	pending bool
}

func (o *office) did(what string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.fail; err != nil {
		o.fail = nil
		return err
	}
	o.done = append(o.done, what)
	return nil
}

func (o *office) deeds() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.done)
}

func (o *office) Audit(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error) {
	if err := o.did("audit " + id + " " + a.Value + " by " + by.ID); err != nil {
		return models.Decision{}, err
	}
	var err error
	o.change(id, func(d *models.Decision) { err = d.AnswerAudit(a) })
	d, _ := o.Decision(ctx, id)
	return d, err
}

func (o *office) Undo(ctx context.Context, id string, by models.Person, why string) (models.Decision, error) {
	if err := o.did("undo " + id + " by " + by.ID + ": " + why); err != nil {
		return models.Decision{}, err
	}
	o.change(id, func(d *models.Decision) { d.State, d.Note = models.Reverted, why })
	return o.Decision(ctx, id)
}

func (o *office) Take(ctx context.Context, id string, by models.Person) (models.Decision, error) {
	o.change(id, func(d *models.Decision) { d.Owner = by.Actor() })
	d, _ := o.Decision(ctx, id)
	return d, o.did("take " + id + " by " + by.ID)
}

func (o *office) Snooze(ctx context.Context, id string, by models.Person, until time.Time) (models.Decision, error) {
	o.change(id, func(d *models.Decision) { d.QuietUntil = until })
	d, _ := o.Decision(ctx, id)
	return d, o.did("snooze " + id + " by " + by.ID)
}

func (o *office) HandOver(ctx context.Context, id string, by, to models.Person) (models.Decision, error) {
	o.change(id, func(d *models.Decision) { d.Owner = to.Actor() })
	d, _ := o.Decision(ctx, id)
	return d, o.did("hand over " + id + " by " + by.ID + " to " + to.ID)
}

func (o *office) Price(_ context.Context, item string, day models.Day) (models.Money, models.Cash, error) {
	if err := o.did("price " + item + " " + string(day)); err != nil {
		return models.Money{}, models.Cash{}, err
	}
	c := models.Cash{Floor: eur(150_000_00), Low: eur(161_000_00), LowOn: "2026-12-18", Breach: 0.02}
	if day == "2026-12-04" {
		c.Low, c.Breach = eur(141_000_00), 0.4
	}
	return eur(96_40), c, nil
}

func (o *office) Pause(ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error) {
	return o.turn(d, by, why, true)
}

func (o *office) Resume(ctx context.Context, d models.Domain, by models.Person, why string) (decision.Report, error) {
	return o.turn(d, by, why, false)
}

func (o *office) turn(d models.Domain, by models.Person, why string, paused bool) (decision.Report, error) {
	verb := map[bool]string{true: "pause ", false: "resume "}[paused]
	if err := o.did(verb + string(d) + " by " + by.ID + ": " + why); err != nil {
		return decision.Report{}, err
	}
	move := scheduleWaiting()
	move.Title = "RE-8841"
	return decision.Report{
		Switches: []models.Switch{{Domain: d, Paused: paused, By: by.Actor().Display(), Why: why, At: o.now()}}, Recalled: []models.Decision{move},
	}, nil
}

func (o *office) Switches(context.Context) (map[models.Domain]models.Switch, error) {
	return map[models.Domain]models.Switch{models.Finance: {Domain: models.Finance, Paused: true, By: "Mia", Why: "odd invoices", At: made}}, nil
}

func (o *office) Replay(_ context.Context, id string, by models.Actor, _ time.Time) error {
	return o.did("replay " + id + " by " + by.ID)
}

func (o *office) Remark(_ context.Context, id string, by models.Person, text string) error {
	return o.did("remark " + id + " by " + by.ID + ": " + text)
}

func (o *office) Log(_ context.Context, q models.LogQuery) ([]models.Decision, error) {
	o.desk.mu.Lock()
	defer o.desk.mu.Unlock()
	var ds []models.Decision
	for _, c := range o.cases {
		for _, d := range c.Decisions {
			d.Title = c.Title
			if (q.State == "" || d.State == q.State) && strings.Contains(d.Title+" "+d.Item+" "+d.Value, q.Text) {
				ds = append(ds, d)
			}
		}
	}
	slices.SortFunc(ds, func(a, b models.Decision) int { return cmp.Compare(a.ID, b.ID) })
	return ds[:min(len(ds), q.Clamp().Limit)], nil
}

func (o *office) Levels(context.Context) ([]bot.LevelLine, error) {
	return []bot.LevelLine{
		{Action: models.ActionPriority, Level: models.LevelAct, Ceiling: models.LevelAct, Why: "Earned by 214 verdicts: errors were shown to be within 5 %."},
		{Action: models.ActionHold, Level: models.LevelAsk, Ceiling: models.LevelAct, Why: "Nobody has granted it and no evidence has earned it: it asks."},
	}, nil
}

func (o *office) Review(_ context.Context, from, to models.Day) (bot.Review, error) {
	r := weekly()
	r.From, r.To = from, to
	return r, o.did("review")
}

func (o *office) Backtest(_ context.Context, t bot.Tuning) (bot.Trial, error) {
	if o.hold != nil {
		<-o.hold
	}
	return o.trial, o.did("backtest " + string(t.Action))
}

func (o *office) SaveTuning(_ context.Context, by models.Person, t bot.Tuning, why string) (string, bool, error) {
	return "pol_8", o.pending, o.did("save " + string(t.Action) + " " + string(t.Level) + " by " + by.ID + ": " + why)
}

// newFace gives a world in which everything can be done from Slack. Mia is a manager.
func newFace(t *testing.T) (*world, *office) {
	t.Helper()
	o := &office{trial: bot.Trial{Days: 30, Decided: 400, Acted: 120, WouldAct: 200, Looked: 150, Wrong: 3, Sentences: []string{"VIP accounts: 2 of 11 wrong"}}}
	w := newWorld(t, func(opt *bot.Options) {
		o.desk, o.now = opt.Resolver.(*desk), opt.Now
		opt.People.(people)[mia] = models.Person{ID: "mia", Name: "Mia", Roles: []models.Role{models.RoleManager}}
		opt.Keeper = o
		opt.Deeds = bot.Deeds{
			Auditor: o, Pricer: o, Switcher: o, Switches: o, Replayer: o, Remarker: o, Log: o, Levels: o, Reviewer: o, Backtester: o, Saver: o,
		}
	})
	w.slack.AddUser(slackfake.User{ID: mia, Name: mia})
	return w, o
}

// pick chooses an option of a menu beside a text, as a person would.
func (w *world) pick(user string, m slackfake.Message, option string) {
	w.t.Helper()
	var blocks []struct {
		BlockID   string `json:"block_id"`
		Accessory struct {
			Type     string `json:"type"`
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
			Options  []struct {
				Text  struct{ Text string }
				Value string
			}
		}
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		w.t.Fatal(err)
	}
	for _, b := range blocks {
		if b.Accessory.Type == "button" && option == "" {
			w.send(w.slack.ClickPayload(user, m, slackfake.Button{ActionID: b.Accessory.ActionID, BlockID: b.BlockID, Value: b.Accessory.Value}))
			return
		}
		for _, o := range b.Accessory.Options {
			if o.Text.Text == option {
				w.send(w.slack.ClickPayload(user, m, slackfake.Button{Label: option, ActionID: b.Accessory.ActionID, BlockID: b.BlockID, Value: o.Value, Menu: true}))
				return
			}
		}
	}
	w.t.Fatalf("there is no choice %q on the card:\n%s", option, m.Words())
}

func (w *world) send(payload map[string]any) {
	w.t.Helper()
	if _, err := w.slack.SendPayload(w.t.Context(), payload); err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
}

func (w *world) modal() slackfake.View {
	w.t.Helper()
	open := w.slack.OpenViews()
	if len(open) != 1 {
		w.t.Fatalf("got %d open modals, want 1; said %q", len(open), w.told())
	}
	return open[0]
}

func wantDone(t *testing.T, o *office, wants ...string) {
	t.Helper()
	got := o.deeds()
	if len(got) != len(wants) {
		t.Fatalf("done: %q, want %q", got, wants)
	}
	for i := range got {
		if !strings.Contains(got[i], wants[i]) {
			t.Errorf("done: %q, want %q", got[i], wants[i])
		}
	}
}

func TestAnAuditIsAnsweredFromItsMenuAndThenTellsWhatRemitDid(t *testing.T) {
	w, o := newFace(t)
	d := auditOf(priorityAsk())
	m := w.card(ticketCase(d))
	w.pick(priya, m, "P2")
	wantDone(t, o, "audit "+d.ID+" P2 by priya")
	wantSaid(t, w.told(), "you would have chosen P2. remit had chosen P1")
	wantSaid(t, w.only().Words(), "Asked without being told, Priya said P2.")
	if at := w.decision(d.ID).Audited.ShownAt; at.IsZero() {
		t.Error("when the card was shown was not kept, so that a glance could not be told from a look")
	}
}

func TestAnAuditByAStrangerIsRefusedAndTellsNothing(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(auditOf(priorityAsk())))
	w.pick(nobody, m, "P2")
	wantDone(t, o)
	if said := w.told(); strings.Contains(said, "P1") || !strings.Contains(said, "remit does not know you") {
		t.Errorf("a stranger was told %q", said)
	}
	if len(w.desk.refused) != 1 {
		t.Errorf("the attempt is not in the timeline: %v", w.desk.refused)
	}
}

func TestAnAuditThatNoMenuCanOfferIsAnsweredInAForm(t *testing.T) {
	w, o := newFace(t)
	d := auditOf(scheduleWaiting())
	m := w.card(payCase(d))
	w.pick(priya, m, "")
	body := slackfake.Words(w.modal().Body)
	if strings.Contains(string(w.modal().Body), d.Value) || strings.Contains(body, models.Day(d.Value).Display()) {
		t.Errorf("the form gives the day away:\n%s", w.modal().Body)
	}
	if a := w.submit(nil); a.Errors["v."+d.ID] == "" {
		t.Errorf("an empty answer: got %v", a.Errors)
	}
	w.submit(map[string]string{"v." + d.ID: "2026-12-10"})
	wantDone(t, o, "audit "+d.ID+" 2026-12-10 by priya")
	wantSaid(t, slackfake.Words(w.modal().Body), "remit had chosen pay Fri 18 Dec")
}

func TestUndoOnTheCardTakesBack(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Approve: P1")
	w.press(priya, w.only(), "Undo: Priority P1")
	wantDone(t, o, "undo "+priorityAsk().ID+" by priya")
	if b := w.only().Buttons(); len(b) != 0 {
		t.Errorf("an undone card has buttons %v", b)
	}
}

func TestUndoThatComesTooLateSaysWhy(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Approve: P1")
	o.fail = models.Errorf(models.Conflict, "It has been changed to %q since, so it is not undone.", "P2")
	w.press(priya, w.only(), "Undo")
	wantSaid(t, w.told(), "It has been changed")
	wantDone(t, o)
}

func TestTheMenuOfACardTakesAndPutsOff(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	w.press(priya, m, "I have it")
	wantSaid(t, w.only().Words(), "Priya has it.")
	w.press(priya, w.only(), "Remind us in an hour")
	wantDone(t, o, "take "+priorityAsk().ID, "take "+routeAsk().ID, "snooze "+priorityAsk().ID, "snooze "+routeAsk().ID)
}

func TestOneOfTwoDeedsIsUndoneFromTheMenu(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	w.press(priya, m, "Approve all")
	w.press(priya, w.only(), "Undo only: Queue")
	wantDone(t, o, "undo "+routeAsk().ID+" by priya")
}

// pickDay has a person choose a day in the open modal, before submitting it.
func (w *world) pickDay(user, block, day string) {
	w.t.Helper()
	v := w.modal()
	view := map[string]any{}
	if err := json.Unmarshal(v.Body, &view); err != nil {
		w.t.Fatal(err)
	}
	view["id"], view["hash"] = v.ID, v.Hash
	view["state"] = map[string]any{"values": map[string]any{
		block:    map[string]any{"in" + strings.TrimPrefix(block, "v"): map[string]any{"type": "datepicker", "selected_date": day}},
		"reason": map[string]any{"in.reason": map[string]any{"type": "static_select", "selected_option": map[string]any{"value": "exception"}}},
		"note":   map[string]any{"in.note": map[string]any{"type": "plain_text_input", "value": "as agreed"}},
	}}
	w.send(map[string]any{
		"type": "block_actions", "team": map[string]any{"id": "T0FAKE"}, "user": map[string]any{"id": user, "team_id": "T0FAKE"},
		"container": map[string]any{"type": "view", "view_id": v.ID}, "view": view,
		"actions": []any{map[string]any{"action_id": "in" + strings.TrimPrefix(block, "v"), "block_id": block, "type": "datepicker", "selected_date": day}},
	})
}

func TestAPayDayShowsItsPriceBeforeItIsChosen(t *testing.T) {
	w, o := newFace(t)
	d := scheduleWaiting()
	w.press(priya, w.card(payCase(d)), "Override: other day")
	w.pickDay(priya, "v."+d.ID, "2026-12-10")
	wantDone(t, o, "price "+payItem+" 2026-12-10")
	said := slackfake.Words(w.modal().Body)
	wantSaid(t, said, "Paying on Thu 10 Dec costs 96.40 EUR more", "lowest 161,000.00 EUR on Fri 18 Dec", "2 % likely")
	if strings.Contains(said, "breaks the floor by") {
		t.Errorf("a day above the floor is said to break it:\n%s", said)
	}
	w.pickDay(priya, "v."+d.ID, "2026-12-04")
	wantSaid(t, slackfake.Words(w.modal().Body), "It breaks the floor by 9,000.00 EUR")
	if w.desk.settled() != 0 {
		t.Error("looking at a price answered the decision")
	}
	w.submit(nil) // what was put in is still there
	got := w.decision(d.ID)
	if got.Final != "2026-12-04" || got.Answers[0].Reason != "exception" || got.Answers[0].Note != "as agreed" {
		t.Errorf("got %q with %+v", got.Final, got.Answers)
	}
}

func TestAPriceThatCannotBeHadIsSaidInTheForm(t *testing.T) {
	w, o := newFace(t)
	d := scheduleWaiting()
	w.press(priya, w.card(payCase(d)), "Override: other day")
	o.fail = models.Errorf(models.NotFound, "The invoice is no longer known.")
	w.pickDay(priya, "v."+d.ID, "2026-12-10")
	wantSaid(t, slackfake.Words(w.modal().Body), "The invoice is no longer known.")
}

func TestAPromotionIsApprovedOnItsCard(t *testing.T) {
	w, _ := newFace(t)
	c := promotion()
	c.Decisions[0].Ruling.Approval.From = []string{"@priya"}
	m := w.card(c)
	w.press(priya, m, "Approve: let it act")
	if got := w.decision(c.Decisions[0].ID); got.Final != "act" {
		t.Errorf("got %q, want act", got.Final)
	}
}

func TestOverridingAPromotionKeepsItAsking(t *testing.T) {
	w, _ := newFace(t)
	c := promotion()
	c.Decisions[0].Ruling.Approval.From = []string{"@priya"}
	m := w.card(c)
	w.press(priya, m, "Override: keep asking")
	w.submit(map[string]string{"reason": "judgement"})
	if got := w.decision(c.Decisions[0].ID); got.Final != "ask" {
		t.Errorf("got %q, want ask", got.Final)
	}
}

func TestTheKillSwitchFromSlackAsksWhyAndTellsEverybody(t *testing.T) {
	w, o := newFace(t)
	said := w.typed(priya, "pause finance odd invoices")
	wantSaid(t, said, "Only a manager may pause or resume.")
	wantDone(t, o)
	wantSaid(t, w.typed(mia, "pause finance odd invoices"), "finance was paused by Mia", "1 decision recalled")
	wantDone(t, o, "pause finance by mia: odd invoices")
	m := w.only()
	if m.Channel != financeChannel {
		t.Errorf("the card is in %s, want the domain's channel", m.Channel)
	}
	wantSaid(t, m.Words(), "Mia paused finance", "Recalled, and asked now (1):")
	w.press(mia, m, "Resume finance")
	if a := w.submit(map[string]string{"reason": " "}); a.Errors["reason"] == "" {
		t.Errorf("without a reason: %v", a.Errors)
	}
	w.submit(map[string]string{"reason": "explained"})
	if got := o.deeds(); got[len(got)-1] != "resume finance by mia: explained" {
		t.Errorf("done %q", got)
	}
	wantSaid(t, w.only().Words(), "let finance act within its remit again")
}

func TestAKillSwitchWithoutAReasonOpensAForm(t *testing.T) {
	w, o := newFace(t)
	if said := w.typed(mia, "pause finance"); strings.Contains(said, "text") {
		t.Errorf("said %q", said)
	}
	w.submit(map[string]string{"reason": "bank holiday"})
	wantDone(t, o, "pause finance by mia: bank holiday")
}

func TestADeadLetterIsTriedAgainByAManagerAlone(t *testing.T) {
	w, o := newFace(t)
	if err := w.bot.Announce(t.Context(), notices()["notice_dead_letter"]); err != nil {
		t.Fatal(err)
	}
	w.press(priya, w.only(), "Try again")
	wantSaid(t, w.told(), "Only a manager may")
	wantDone(t, o)
	w.press(mia, w.only(), "Try again")
	wantDone(t, o, "replay dl_1 by mia")
}

func TestAPayRunIsApprovedAtOnceAndCountsAsBulk(t *testing.T) {
	w, _ := newFace(t)
	one, other := scheduleWaiting(), scheduleWaiting()
	other.Item = "payable:erp:9000"
	other.ID = models.DecisionID("ev_1", other.Item, other.Action)
	w.desk.put(payCase(one))
	c := payCase(other)
	c.Item = other.Item
	w.desk.put(c)
	run := look().PayRun(bot.PayRun{Day: "2026-12-03", Total: eur(1), Moves: []models.Decision{one, other}})
	if err := w.bot.Announce(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	w.press(priya, w.only2(t, run), "Approve: 2 new pay days")
	for _, d := range []models.Decision{one, other} {
		if got := w.decision(d.ID); got.State != models.Applied || !got.Answers[0].Bulk {
			t.Errorf("%s is %s with %+v", d.Item, got.State, got.Answers)
		}
	}
}

func TestAPayRunIsOverriddenDayByDay(t *testing.T) {
	w, _ := newFace(t)
	one, other := scheduleWaiting(), scheduleWaiting()
	other.Item = "payable:erp:9000"
	other.ID = models.DecisionID("ev_1", other.Item, other.Action)
	w.desk.put(payCase(one))
	c := payCase(other)
	c.Item = other.Item
	w.desk.put(c)
	run := look().PayRun(bot.PayRun{Day: "2026-12-03", Total: eur(1), Moves: []models.Decision{one, other}})
	if err := w.bot.Announce(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	w.press(priya, w.only2(t, run), "Override: choose the days")
	w.submit(map[string]string{"v." + one.ID: one.Value, "v." + other.ID: "2026-12-10", "reason": "exception"})
	if got := w.decision(one.ID); got.State != models.Waiting {
		t.Errorf("what was left as proposed is %s", got.State)
	}
	if got := w.decision(other.ID); got.Final != "2026-12-10" {
		t.Errorf("got %q", got.Final)
	}
}

// only2 gives the visible message that says the notice.
func (w *world) only2(t *testing.T, n bot.Notice) slackfake.Message {
	t.Helper()
	for _, m := range w.slack.Visible("") {
		if m.Text == n.Text {
			return m
		}
	}
	t.Fatal("the notice is not there")
	return slackfake.Message{}
}

// typed gives what a command answers.
func (w *world) typed(user, text string) string {
	w.t.Helper()
	a, err := w.slack.Command(w.t.Context(), user, triageChannel, "/remit", text)
	if err != nil || a.Status != 200 {
		w.t.Fatalf("/remit %s: %d %v", text, a.Status, err)
	}
	w.bot.Wait()
	return string(a.Body)
}

func TestCommands(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.desk.put(payCase(holdAsk()))
	for text, wants := range map[string][]string{
		"status":                  {"Waiting for you: 0, for your team: 2.", "finance was paused by Mia", "Priority: acts by itself"},
		"inbox":                   {"Asked of your team:", "Nobody can log in since this morning: Priority P3 → P1"},
		"why 35436":               {"It says that nobody can log in"},
		"why #35436":              {"It says that nobody can log in"},
		"why RE-8841":             {"Same vendor and amount as RE-8814"},
		"why " + holdAsk().ID:     {"Same vendor and amount as RE-8814"},
		"why nothing-1":           {"There is no decision, ticket or payment by that id."},
		"search log in":           {"Nobody can log in since this morning: Priority P3 → P1, open dec_"},
		"search no such thing":    {"Nothing is found."},
		"search":                  {"Say what to look for"},
		"review":                  {"443 decided", "Priorities in billing were overridden twice"},
		"pause":                   {"Only a manager"},
		"tune":                    {"Only a manager may tune"},
		"override nothing":        {"There is no decision"},
		"anything else":           {"/remit inbox"},
		"HELP":                    {"/remit inbox"},
		"why " + priorityAsk().ID: {"Asked of @support-leads"},
	} {
		wantSaid(t, w.typed(priya, text), wants...)
	}
	if said := w.typed(nobody, "inbox"); strings.Contains(said, "log in") {
		t.Errorf("a stranger was told %q", said)
	}
}

func TestOverrideByCommandOpensTheForm(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.typed(priya, "override 35436")
	w.submit(map[string]string{"v." + priorityAsk().ID: "P2", "reason": "other"})
	if got := w.decision(priorityAsk().ID).Final; got != "P2" {
		t.Errorf("got %q, want P2", got)
	}
	wantSaid(t, w.typed(priya, "override 35436"), "Already overridden to P2 by Priya")
}

func TestACommandWhoseFormComesTooLateLeadsToTheConsole(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.slack.Fail(slackfake.Fault{Method: "views.open", Undone: true, Error: "expired_trigger_id"})
	wantSaid(t, w.typed(priya, "override 35436"), "https://remit.example.com/decisions/"+priorityAsk().ID)
}

func TestAMentionAnswersWithWhatWasDecided(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.desk.put(payCase(holdAsk()))
	for text, want := range map[string]string{
		"what about #35436?":    "It says that nobody can log in",
		"why is RE-8841 held?":  "Same vendor and amount as RE-8814",
		"what can you do":       "/remit inbox",
		holdAsk().ID + ", why?": "Same vendor and amount",
	} {
		before := len(w.slack.Visible(triageChannel))
		if _, err := w.slack.Mention(t.Context(), priya, triageChannel, text); err != nil {
			t.Fatal(err)
		}
		w.bot.Wait()
		all := w.slack.Visible(triageChannel)
		if len(all) != before+1 || all[before].ThreadTS == "" {
			t.Fatalf("%q: got %d new messages, want one in the thread", text, len(all)-before)
		}
		wantSaid(t, all[before].Words(), want)
	}
}

func TestWhyOnACardTellsItsAuthorAlone(t *testing.T) {
	w, _ := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	if _, err := w.slack.Shortcut(t.Context(), priya, m, bot.ShortcutWhy); err != nil {
		t.Fatal(err)
	}
	w.bot.Wait()
	wantSaid(t, w.told(), "Priority: P3 → P1", "Queue: first line → billing")
	w.only()
}

func TestWhyOnAnAuditTellsNothing(t *testing.T) {
	w, _ := newFace(t)
	m := w.card(ticketCase(auditOf(priorityAsk())))
	if _, err := w.slack.Shortcut(t.Context(), priya, m, bot.ShortcutWhy); err != nil {
		t.Fatal(err)
	}
	w.bot.Wait()
	said := w.told() + w.typed(priya, "why "+priorityAsk().ID) + w.typed(priya, "search log in")
	if strings.Contains(said, "P1") || strings.Contains(said, "nobody can log in since") {
		t.Errorf("the answer was given away: %s", said)
	}
}

func (w *world) report(m slackfake.Message) {
	w.t.Helper()
	if _, err := w.slack.Shortcut(w.t.Context(), priya, m, bot.ShortcutReport); err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
}

func TestAWrongDecisionIsReported(t *testing.T) {
	t.Run("noted where nothing is to be mended", func(t *testing.T) {
		w, o := newFace(t)
		w.report(w.card(ticketCase(priorityAsk())))
		if a := w.submit(nil); a.Errors["reason"] == "" {
			t.Errorf("no reason: %v", a.Errors)
		}
		w.submit(map[string]string{"reason": "facts_wrong", "note": "it is a test account"})
		wantDone(t, o, "remark "+priorityAsk().ID+" by priya: Reported as wrong; The facts are wrong or old; it is a test account.")
	})
	t.Run("overridden where it is open", func(t *testing.T) {
		w, o := newFace(t)
		w.report(w.card(ticketCase(priorityAsk())))
		if a := w.submit(map[string]string{"reason": "judgement", "deed": "mend"}); a.Errors["right"] == "" {
			t.Errorf("without saying what: %v", a.Errors)
		}
		w.submit(map[string]string{"reason": "judgement", "deed": "mend", "right": "P2"})
		if got := w.decision(priorityAsk().ID); got.Final != "P2" || got.Answers[0].Reason != "judgement" {
			t.Errorf("got %q, %+v", got.Final, got.Answers)
		}
		wantDone(t, o)
	})
	t.Run("undone where it was done", func(t *testing.T) {
		w, o := newFace(t)
		m := w.card(ticketCase(priorityAsk()))
		w.press(priya, m, "Approve: P1")
		w.report(w.only())
		w.submit(map[string]string{"reason": "judgement", "deed": "mend"})
		wantDone(t, o, "undo "+priorityAsk().ID+" by priya: Reported as wrong; I judge it differently.")
	})
	t.Run("refused on what is no card", func(t *testing.T) {
		w, _ := newFace(t)
		w.report(slackfake.Message{Channel: triageChannel, TS: "1.2", Text: "hello"})
		wantSaid(t, w.told(), "This message is not a card")
	})
}

func TestTheHomeShowsWhatWaitsAndWhatRemitDid(t *testing.T) {
	w, _ := newFace(t)
	named := routeAsk()
	named.Ruling.Approval.From = []string{"@priya"}
	auto := alone(decisionOn("ticket:helpdesk:1", models.ActionPriority, "P4", "P3", "@support-leads"))
	c := ticketCase(auto)
	c.Item, c.Title = auto.Item, "Where is my invoice"
	w.desk.put(c)
	w.card(ticketCase(priorityAsk(), named))
	home := w.openHome(priya)
	wantSaid(t, slackfake.Words(home), "Asked of you (1)", "Asked of your team (1)", "Answer on its card", "1 by itself", "Where is my invoice", "Priority: acts by itself", "finance was paused by Mia")
	if strings.Contains(string(home), bot.ActionResume) || strings.Contains(string(home), bot.ActionTune) {
		t.Error("an approver is offered a manager's switch")
	}
	wantSaid(t, string(home), "/archives/"+triageChannel+"/p")
	golden(t, "home_approver", steady(home))
	manager := w.openHome(mia)
	wantSaid(t, string(manager), "Resume finance", "Pause triage", "Tune a threshold")
	golden(t, "home_manager", steady(manager))
	stranger := w.openHome(nobody)
	wantSaid(t, slackfake.Words(stranger), "remit does not know you")
	if strings.Contains(string(stranger), "log in") {
		t.Error("a stranger's home tells of tickets")
	}
}

// steady gives a home without the port that the fake happened to listen on.
func steady(home json.RawMessage) json.RawMessage {
	return regexp.MustCompile(`http://127\.0\.0\.1:\d+`).ReplaceAll(home, []byte("https://fake.slack.com"))
}

func (w *world) openHome(user string) json.RawMessage {
	w.t.Helper()
	if _, err := w.slack.OpenHome(w.t.Context(), user); err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
	return w.slack.Home(user)
}

func (w *world) tune(values map[string]string) slackfake.Answer {
	w.t.Helper()
	return w.submit(values)
}

func TestAThresholdIsTriedOnThePastBeforeItIsSaved(t *testing.T) {
	w, o := newFace(t)
	w.typed(mia, "tune")
	good := map[string]string{"action": "priority", "level": "act", "max_error": "3 %", "reason": "quarter end"}
	for name, bad := range map[string][2]string{"no number": {"max_error", "many"}, "nothing": {"max_error", "0"}, "all": {"max_error", "100"}, "NaN": {"max_error", "NaN"}} {
		in := map[string]string{"action": "priority", "level": "act", "reason": "x", bad[0]: bad[1]}
		if a := w.tune(in); a.Errors[bad[0]] == "" {
			t.Errorf("%s: got %v", name, a.Errors)
		}
	}
	wantDone(t, o)
	w.tune(good)
	wantDone(t, o, "backtest priority")
	wantSaid(t, slackfake.Words(w.modal().Body), "acts by itself at most, and only where it is at least 97 % sure", "on 200 of 400", "it is 120", "wrong on 3 (2.0 %)", "VIP accounts")
	golden(t, "modal_trial", json.RawMessage(w.modal().Body))
	w.submit(nil)
	wantDone(t, o, "backtest priority", "save priority act by mia: quarter end")
	wantSaid(t, slackfake.Words(w.modal().Body), "The policy is now version pol_8.")
}

func TestATuningThatLoosensWaitsForAnother(t *testing.T) {
	w, o := newFace(t)
	o.pending = true
	w.typed(mia, "tune")
	w.tune(map[string]string{"action": "priority", "level": "act", "max_error": "20", "reason": "x"})
	w.submit(nil)
	wantSaid(t, slackfake.Words(w.modal().Body), "another manager has to agree")
}

func TestABackTestThatTakesLongIsShownWhenItIsDone(t *testing.T) {
	w, o := newFace(t)
	w.typed(mia, "tune")
	w.bot.Patience(2 * time.Second)
	o.hold = make(chan struct{})
	release := sync.OnceFunc(func() { close(o.hold) })
	defer release()
	a, err := w.slack.Submit(t.Context(), w.slack.OpenViews()[0].ID, map[string]string{"action": "priority", "level": "act", "max_error": "3", "reason": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Action != "update" {
		t.Fatalf("got %q, want to be told that it is under way", a.Action)
	}
	wantSaid(t, slackfake.Words(w.modal().Body), "It is being tried on the recorded past.")
	release()
	w.bot.Wait()
	wantSaid(t, slackfake.Words(w.modal().Body), "on 200 of 400")
}

func TestANoticeIsPostedOnceWithItsPicturesInTheThread(t *testing.T) {
	w, _ := newFace(t)
	n := notices()["notice_review"]
	for range 2 {
		if err := w.bot.Announce(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	m := w.only()
	files := w.slack.Files()
	if len(files) != 1 || files[0].ThreadTS != m.TS || files[0].Alt != "Levels of autonomy by action" || string(files[0].Body) != "png" {
		t.Errorf("got files %+v, want one in the thread of %s", files, m.TS)
	}
	n.Text = "changed"
	if err := w.bot.Announce(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := w.only(); got.TS != m.TS || got.Text != "changed" {
		t.Errorf("the notice is %q at %s, want it changed in its place", got.Text, got.TS)
	}
}

func TestANoticeWhosePostingWasInDoubtIsNotPostedTwice(t *testing.T) {
	w, _ := newFace(t)
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Cut: true})
	n := notices()["notice_cap"]
	if err := w.bot.Announce(t.Context(), n); models.KindOf(err) != models.Unavailable {
		t.Fatalf("Announce over a cut connection = %v, want Unavailable", err)
	}
	if err := w.bot.Announce(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	w.only()
}

func TestANoticeWithoutFilesWriteIsPostedAllTheSame(t *testing.T) {
	w, _ := newFace(t)
	w.slack.Scopes = []string{"chat:write", "channels:history"}
	if err := w.bot.Announce(t.Context(), notices()["notice_review"]); err != nil {
		t.Fatal(err)
	}
	w.only()
	if f := w.slack.Files(); len(f) != 0 {
		t.Errorf("got files %v without the scope", f)
	}
}

func TestTheFanOfAPlanGoesOnceIntoTheThreadOfItsCard(t *testing.T) {
	w, _ := newFace(t)
	drawn := 0
	w.bot.Fan = func(c models.Cash) (bot.Picture, error) {
		drawn++
		return bot.Picture{Alt: "Lowest cash " + c.Low.Display(), PNG: []byte("fan")}, nil
	}
	c := floorCase()
	c.Facts.Cash.Days = []models.CashDay{{Day: "2026-12-03"}, {Day: "2026-12-04"}}
	m := w.card(c)
	w.notify(c.Item)
	files := w.slack.Files()
	if len(files) != 1 || drawn != 1 || files[0].ThreadTS != m.TS || files[0].Alt != "Lowest cash 161,240.00 EUR" {
		t.Fatalf("got %+v, want one picture in the thread of %s", files, m.TS)
	}
	audit := payCase(auditOf(scheduleWaiting()))
	audit.Item, audit.Facts.Cash.Days = "payable:erp:1", c.Facts.Cash.Days
	w.desk.put(audit)
	w.notify(audit.Item)
	if n := len(w.slack.Files()); n != 1 {
		t.Error("the picture of the plan gives the answer of a check away")
	}
}

func TestAPictureThatCannotBeDrawnLeavesTheCardAsItIs(t *testing.T) {
	w, _ := newFace(t)
	w.bot.Fan = func(models.Cash) (bot.Picture, error) { return bot.Picture{}, models.Errorf(models.Invalid, "no days") }
	c := floorCase()
	c.Facts.Cash.Days = []models.CashDay{{Day: "2026-12-03"}}
	w.card(c)
}

func TestAFormThatComesTooLateLeadsToTheConsole(t *testing.T) {
	w, o := newFace(t)
	m := w.card(payCase(auditOf(scheduleWaiting())))
	w.slack.Fail(slackfake.Fault{Method: "views.open", Undone: true, Error: "expired_trigger_id"})
	w.pick(priya, m, "")
	wantSaid(t, w.told(), "Slack did not open the form in time.", "https://remit.example.com/")
	wantDone(t, o)
}

// anyHome draws a home with much of everything in it.
func anyHome(t *rapid.T) bot.Home {
	text := anyText()
	h := bot.Home{CanSwitch: rapid.Bool().Draw(t, "switch"), CanTune: true}
	for i := range rapid.SampledFrom([]int{0, 1, 12}).Draw(t, "asks") {
		d := anyDecision(t, i)
		d.Title = text.Draw(t, "title")
		h.Mine = append(h.Mine, bot.HomeAsk{Decision: d, Link: text.Draw(t, "link")})
	}
	h.Team = h.Mine
	for range rapid.SampledFrom([]int{0, 3, 20}).Draw(t, "levels") {
		h.Levels = append(h.Levels, bot.LevelLine{
			Action: models.Action(text.Draw(t, "action")), Segment: text.Draw(t, "segment"), Level: models.Level(text.Draw(t, "level")), Why: text.Draw(t, "why"),
		})
		h.Switches = append(h.Switches, models.Switch{Domain: models.Domain(text.Draw(t, "domain")), Paused: rapid.Bool().Draw(t, "paused"), By: text.Draw(t, "by"), Why: text.Draw(t, "reason")})
	}
	h.Today.Did = rapid.SliceOfN(text, 0, 5).Draw(t, "did")
	return h
}

func TestEveryHomeIsWithinSlacksLimitsWhateverTheFactsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal(look().HomeView(anyHome(t)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range slackfake.CheckHome(raw) {
			t.Errorf("Slack would refuse the home: %s", p)
		}
		for _, c := range slackfake.Control(raw, "", "https://remit.example.com/") {
			if !strings.HasSuffix(c, "|Answer on its card>") {
				t.Errorf("Slack would act on %q", c)
			}
		}
	})
}

func TestEveryFormIsWithinSlacksLimitsWhateverTheFactsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText()
		c := anyCase(t)
		d := anyDecision(t, 9)
		d.Title = text.Draw(t, "title")
		levels := anyHome(t).Levels
		for name, view := range bot.Forms(look(), c, d, levels, bot.Trial{Sentences: rapid.SliceOfN(text, 0, 9).Draw(t, "sentences")}, text.Draw(t, "why")) {
			raw, err := json.Marshal(view)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range slackfake.CheckView(raw) {
				t.Errorf("Slack would refuse the form %s: %s", name, p)
			}
		}
	})
}
