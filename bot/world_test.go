package bot_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

const (
	triageChannel  = "C0TRIAGE"
	financeChannel = "C0FINANCE"
	fallback       = "C0FALLBACK"
	priya          = "U0PRIYA"
	tom            = "U0TOM"
	nobody         = "U0NOBODY"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// desk stands for the rest of the program: cases, card places and answers, in memory.
type desk struct {
	mu      sync.Mutex
	cases   map[string]models.Case
	refs    map[string]models.CardRef
	pending []models.Effect
	refused []string
	answers []models.Answer
	fail    error                      // of the next Resolve
	saving  func(models.CardRef) error // asked before a place is saved
	gate    chan struct{}              // Resolve waits for it
	came    chan struct{}              // told of each Resolve that waits
}

func (d *desk) Case(_ context.Context, item string) (models.Case, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.cases[item]
	if !ok {
		return c, models.Errorf(models.NotFound, "there is nothing known of %s", item)
	}
	c.Decisions = slices.Clone(c.Decisions)
	return c, nil
}

func (d *desk) Decision(_ context.Context, id string) (models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at := d.find(id); at != nil {
		return *at, nil
	}
	return models.Decision{}, models.Errorf(models.NotFound, "there is no decision %s", id)
}

func (d *desk) find(id string) *models.Decision {
	for _, c := range d.cases {
		for i := range c.Decisions {
			if c.Decisions[i].ID == id {
				return &c.Decisions[i]
			}
		}
	}
	return nil
}

func (d *desk) put(c models.Case) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cases[c.Item] = c
}

// change changes a decision as something elsewhere would.
func (d *desk) change(id string, f func(*models.Decision)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.find(id)
	f(at)
	at.Version++
}

func (d *desk) Resolve(_ context.Context, id string, by models.Person, a models.Answer) (models.Decision, error) {
	if d.gate != nil {
		d.came <- struct{}{}
		<-d.gate
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.fail; err != nil {
		d.fail = nil
		return models.Decision{}, err
	}
	at := d.find(id)
	switch {
	case at == nil:
		return models.Decision{}, models.Errorf(models.NotFound, "there is no decision %s", id)
	case !at.State.Open():
		return *at, models.Errorf(models.Conflict, "%s", at.Standing(time.UTC))
	case !at.Ruling.Approval.Names(by):
		d.refused = append(d.refused, id)
		return *at, models.Errorf(models.Denied, "You are not among those who answer this: ask %s.", at.Ruling.Approval.From[0])
	case at.Version != a.Version:
		return *at, models.Errorf(models.Conflict, "This has changed since you saw it. Look again before you answer.")
	}
	enough, err := at.Agree(a)
	if err != nil {
		return *at, err
	}
	d.answers = append(d.answers, a)
	if enough {
		at.Final = at.Choice(a)
		_ = at.To(models.Applying, a.At)
		_ = at.To(models.Applied, a.At)
	}
	return *at, nil
}

func (d *desk) Refused(_ context.Context, id string, by models.Actor, text string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused = append(d.refused, id+" "+by.ID+" "+text)
	return nil
}

func (d *desk) CardRef(_ context.Context, item string) (models.CardRef, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ref, ok := d.refs[item]
	if !ok {
		return ref, models.Errorf(models.NotFound, "no card of %s", item)
	}
	return ref, nil
}

func (d *desk) SaveCardRef(_ context.Context, ref models.CardRef, from int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.saving != nil {
		if err := d.saving(ref); err != nil {
			return err
		}
	}
	if d.refs[ref.Item].Revision != from {
		return models.Errorf(models.Conflict, "the card of %s was moved", ref.Item)
	}
	d.refs[ref.Item] = ref
	return nil
}

// ask has the items' cards brought up to date, as the engine does when it asks.
func (d *desk) ask(now time.Time, urgent bool, items ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, item := range items {
		d.pending = append(d.pending, models.Effect{ID: fmt.Sprintf("eff_%d", len(d.pending)), Item: item, Urgent: urgent, MadeAt: now, State: models.EffectQueued})
	}
}

func (d *desk) PendingCards(_ context.Context, limit int) ([]models.PendingCard, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := map[string]int{}
	var all []models.PendingCard
	for _, e := range d.pending {
		if e.State != models.EffectQueued {
			continue
		}
		i, known := at[e.Item]
		if !known {
			i, at[e.Item] = len(all), len(all)
			ref := d.refs[e.Item]
			all = append(all, models.PendingCard{Item: e.Item, MadeAt: e.MadeAt, Posted: ref.Posted(), Paged: ref.PagedOK})
		}
		all[i].Effects = append(all[i].Effects, e.ID)
		all[i].Urgent = all[i].Urgent || e.Urgent
	}
	slices.SortStableFunc(all, func(a, b models.PendingCard) int {
		return cmp.Or(yesFirst(a.Posted, b.Posted), yesFirst(a.Urgent, b.Urgent), a.MadeAt.Compare(b.MadeAt))
	})
	return all[:min(len(all), limit)], nil
}

func yesFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (d *desk) CardsDone(_ context.Context, effects []string) error {
	return d.settle(effects, models.EffectSent)
}

func (d *desk) CardsDead(_ context.Context, effects []string, _ string) error {
	return d.settle(effects, models.EffectDead)
}

func (d *desk) settle(effects []string, s models.EffectState) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.pending {
		if slices.Contains(effects, d.pending[i].ID) {
			d.pending[i].State = s
		}
	}
	return nil
}

// waiting counts the effects in a state.
func (d *desk) waiting(s models.EffectState) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, e := range d.pending {
		if e.State == s {
			n++
		}
	}
	return n
}

func (d *desk) PostedSince(_ context.Context, channel string, since time.Time) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, ref := range d.refs {
		if ref.Channel == channel && ref.PostedAt.After(since) && !strings.HasPrefix(ref.Item, "digest:") {
			n++
		}
	}
	return n, nil
}

func (d *desk) HeldIn(_ context.Context, digest string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var items []string
	for _, ref := range d.refs {
		if ref.Held == digest {
			items = append(items, ref.Item)
		}
	}
	slices.Sort(items)
	return items, nil
}

// The deeds besides an answer, as the engine does them.

func (d *desk) Take(_ context.Context, id string, by models.Person) (models.Decision, error) {
	return d.kept(id, func(x *models.Decision) error { return x.Take(by.Actor(), made) })
}

func (d *desk) HandOver(_ context.Context, id string, _, to models.Person) (models.Decision, error) {
	return d.kept(id, func(x *models.Decision) error { return x.Take(to.Actor(), made) })
}

func (d *desk) Snooze(_ context.Context, id string, _ models.Person, until time.Time) (models.Decision, error) {
	return d.kept(id, func(x *models.Decision) error { return x.Snooze(until, made) })
}

func (d *desk) Undo(_ context.Context, id string, _ models.Person, _ string) (models.Decision, error) {
	return d.kept(id, func(x *models.Decision) error { return x.To(models.Reverting, made) })
}

func (d *desk) kept(id string, deed func(*models.Decision) error) (models.Decision, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.find(id)
	err := deed(at)
	return *at, err
}

func (d *desk) settled() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.answers)
}

type people map[string]models.Person

func (p people) BySlack(_, user string) (models.Person, bool) {
	who, ok := p[user]
	return who, ok
}

func (p people) Named(name string) (models.Person, bool) {
	for _, who := range p {
		if name != "" && (who.ID == name || who.Email == name) {
			return who, true
		}
	}
	return models.Person{}, false
}

func (p people) Reaches(name string) []models.Person {
	var all []models.Person
	for _, id := range slices.Sorted(maps.Keys(p)) {
		if who := p[id]; who.In(name) {
			all = append(all, who)
		}
	}
	return all
}

// world is a fake Slack, the bot in it, and a desk behind the bot.
type world struct {
	t      *testing.T
	clock  *clock
	slack  *slackfake.Server
	desk   *desk
	bot    *bot.Bot
	people people
	url    string
}

func newWorld(t *testing.T, change ...func(*bot.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Date(2026, 12, 2, 13, 0, 0, 0, time.UTC)}}
	w.slack = slackfake.New("xoxb-fake", "shh", w.clock.Now)
	w.slack.AddChannel(triageChannel, "triage")
	w.slack.AddChannel(financeChannel, "finance")
	w.slack.AddChannel(fallback, "remit")
	for _, id := range []string{priya, tom, nobody} {
		w.slack.AddUser(slackfake.User{ID: id, Name: id})
	}
	api, err := w.slack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.slack.Close)
	w.desk = &desk{cases: map[string]models.Case{}, refs: map[string]models.CardRef{}, came: make(chan struct{}, 100)}
	w.start(api, change...)
	return w
}

// start starts a bot on what is there, as a restarted process would.
func (w *world) start(api string, change ...func(*bot.Options)) {
	w.people = people{
		priya: {ID: "priya", Name: "Priya", Slack: priya, Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads", "finance-leads"}},
		tom:   {ID: "tom", Name: "Tom", Slack: tom, Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	}
	o := bot.Options{
		Token: "xoxb-fake", AppToken: "xapp-fake", SigningSecret: "shh", APIURL: api, ConsoleURL: "https://remit.example.com",
		Channels: map[models.Domain]string{models.Triage: triageChannel, models.Finance: financeChannel}, Fallback: fallback,
		People:   w.people,
		Resolver: w.desk, Keeper: w.desk, Cases: w.desk, Refs: w.desk, Outbox: w.desk, Now: w.clock.Now, PerSecond: 10_000,
	}
	for _, f := range change {
		f(&o)
	}
	w.bot = bot.New(o)
	w.t.Cleanup(w.bot.Close)
	srv := httptest.NewServer(w.bot.Handler())
	w.t.Cleanup(srv.Close)
	w.url = srv.URL
	w.slack.AppURL = srv.URL + "/slack/interactions"
	w.slack.CommandURL = srv.URL + "/slack/commands"
	w.slack.EventURL = srv.URL + "/slack/events"
}

// overBoth tells a story over signed HTTP and over Socket Mode.
func overBoth(t *testing.T, story func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("over HTTP", func(t *testing.T) { story(t, newWorld(t)) })
	t.Run("over Socket Mode", func(t *testing.T) {
		w := newWorld(t)
		w.listen(2)
		story(t, w)
	})
}

// listen has the bot take what Slack sends over n connections of its own. It gives what ends it.
func (w *world) listen(n int) (stop func() error) {
	w.t.Helper()
	w.slack.Socket = true
	w.bot.AppToken, w.slack.AppToken, w.bot.Connections = "xapp-fake", "xapp-fake", n
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.bot.Listen(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	w.t.Cleanup(func() { _ = stop() })
	w.linked(n)
	return stop
}

// linked waits until the bot has n connections.
func (w *world) linked(n int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	if err := w.slack.Linked(ctx, n); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) notify(item string) {
	w.t.Helper()
	if err := w.bot.Notify(context.Background(), item); err != nil {
		w.t.Fatalf("Notify(%s) = %v", item, err)
	}
}

// card posts the case's card and gives it as people see it.
func (w *world) card(c models.Case) slackfake.Message {
	w.t.Helper()
	w.desk.put(c)
	w.notify(c.Item)
	return w.only()
}

// only gives the one message there is.
func (w *world) only() slackfake.Message {
	w.t.Helper()
	all := w.slack.Visible("")
	if len(all) != 1 {
		w.t.Fatalf("got %d visible messages, want 1", len(all))
	}
	return all[0]
}

func (w *world) press(user string, m slackfake.Message, label string) slackfake.Answer {
	w.t.Helper()
	a, err := w.slack.Press(context.Background(), user, m, label)
	if err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
	return a
}

func (w *world) submit(values map[string]string) slackfake.Answer {
	w.t.Helper()
	open := w.slack.OpenViews()
	if len(open) != 1 {
		w.t.Fatalf("got %d open modals, want 1", len(open))
	}
	a, err := w.slack.Submit(context.Background(), open[0].ID, values)
	if err != nil {
		w.t.Fatal(err)
	}
	w.bot.Wait()
	return a
}

// told gives what was said to one person alone, all of it.
func (w *world) told() string {
	s := ""
	for _, e := range w.slack.Ephemerals() {
		s += slackfake.Words(e.Blocks)
	}
	return s
}

func (w *world) decision(id string) models.Decision {
	w.t.Helper()
	d, err := w.desk.Decision(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func post(t *testing.T, url string, h http.Header, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, stringReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = h
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}
