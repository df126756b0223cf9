package bot_test

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
			if (q.State == "" || d.State == q.State) && strings.Contains(d.Title+" "+d.Item+" "+d.Value, q.Text) && (q.Before.IsZero() || d.CreatedAt.Before(q.Before)) {
				ds = append(ds, d)
			}
		}
	}
	slices.SortFunc(ds, func(a, b models.Decision) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	n := min(len(ds), q.Clamp().Limit)
	for n > 0 && n < len(ds) && ds[n].CreatedAt.Equal(ds[n-1].CreatedAt) {
		n++ // a page goes on to the end of its moment
	}
	return ds[:n], nil
}

func (o *office) Newest(_ context.Context, items []string) (ds []models.Decision, err error) {
	o.desk.mu.Lock()
	defer o.desk.mu.Unlock()
	for _, item := range items {
		ds = append(ds, o.cases[item].Decisions...)
	}
	slices.SortFunc(ds, func(a, b models.Decision) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return ds, nil
}

func (o *office) Asks(_ context.Context, limit int, keep func(models.Decision) bool, states ...models.State) (ds []models.Decision, more bool, err error) {
	o.desk.mu.Lock()
	defer o.desk.mu.Unlock()
	var all []models.Decision
	for _, c := range o.cases {
		for _, d := range c.Decisions {
			if d.Title = c.Title; slices.Contains(states, d.State) {
				all = append(all, d)
			}
		}
	}
	slices.SortFunc(all, func(a, b models.Decision) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, d := range all[:min(len(all), limit)] {
		if keep(d) {
			ds = append(ds, d)
		}
	}
	return ds, len(all) > limit, nil
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
func newFace(t *testing.T, change ...func(*bot.Options)) (*world, *office) {
	t.Helper()
	o := &office{trial: bot.Trial{Days: 30, Decided: 400, Acted: 120, WouldAct: 200, Looked: 150, Wrong: 3, Sentences: []string{"VIP accounts: 2 of 11 wrong"}}}
	w := newWorld(t, append(change, func(opt *bot.Options) {
		o.desk, o.now = opt.Resolver.(*desk), opt.Now
		opt.People.(people)[mia] = models.Person{ID: "mia", Name: "Mia", Roles: []models.Role{models.RoleManager}}
		opt.Keeper = o
		opt.Items = func(id string) []string {
			return []string{models.TicketItem("helpdesk", id), models.PayableItem("erp", id)}
		}
		opt.Deeds = bot.Deeds{
			Auditor: o, Pricer: o, Switcher: o, Switches: o, Replayer: o, Remarker: o, Log: o, Levels: o, Reviewer: o, Backtester: o, Saver: o,
		}
	})...)
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

// noticed gives the visible message that says the notice.
func (w *world) noticed(t *testing.T, n bot.Notice) slackfake.Message {
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

func (w *world) report(m slackfake.Message) {
	w.t.Helper()
	if _, err := w.slack.Shortcut(w.t.Context(), priya, m, bot.ShortcutReport); err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
}

func (w *world) openHome(user string) json.RawMessage {
	w.t.Helper()
	if _, err := w.slack.OpenHome(w.t.Context(), user); err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
	return w.slack.Home(user)
}

// pressHome presses what on the user's home is labelled so.
func (w *world) pressHome(user, label string) {
	w.t.Helper()
	if _, err := w.slack.PressHome(w.t.Context(), user, label); err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
}
