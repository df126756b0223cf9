package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/decision"
	"remit/finance"
	"remit/models"
	"remit/store"
	"remit/triage"
)

// lab is the engine on a real database, with events made by hand and writes that are only noted.
type lab struct {
	*rapid.T
	engine *decision.Engine
	store  *store.Store
	clock  *clock
	writes []models.Write
	paused map[models.Domain]bool
	capped bool           // one policy with a cap rules throughout
	seen   map[string]int // decision id to the highest version seen
	seq    int
	dir    string
	torn   map[string]bool // keys of writes that a crash came right after
	// alone, where set, looks at what remit did by itself.
	alone func(models.Decision)
}

// Translate gives the event that the test put under the delivery's key.
func (l *lab) Translate(d models.Delivery) ([]models.Event, error) {
	id, text, _ := strings.Cut(string(d.Body), "|")
	ev := models.Event{ID: d.ID, Source: d.Source, Kind: models.TicketCommented, Subject: d.Subject, Item: d.Subject, At: d.ReceivedAt, Actor: models.Actor{Kind: models.ByCustomer, ID: "c"}}
	ev.Ticket = &models.Ticket{ID: d.Subject, Source: d.Source, ExternalID: id, Subject: "Ticket", Status: models.TicketOpen, Priority: models.P3}
	ev.Comment = &models.Comment{ID: d.Key, Author: ev.Actor, Text: text, Public: true, At: d.ReceivedAt}
	switch text {
	case "solved":
		ev.Kind, ev.Comment, ev.Ticket.Status = models.TicketUpdated, nil, models.TicketSolved
	case "upstream":
		ev.Kind, ev.Comment, ev.Ticket.Priority = models.TicketUpdated, nil, models.P4
		ev.Actor = models.Actor{Kind: models.ByPerson, ID: "desk/1"}
		ev.Changes = []models.Change{{Field: "priority", To: "P4"}}
	}
	return []models.Event{ev}, nil
}

// Apply notes the write, or fails as providers do.
func (l *lab) Apply(_ context.Context, w models.Write) error {
	l.writes = append(l.writes, w)
	return nil
}

// Echoes implements decision.Writer.
func (l *lab) Echoes(w models.Write) []string { return []string{w.Change().Fingerprint(w.Item)} }

// Translator, Writer and Fetcher implement decision.Sources.
func (l *lab) Translator(string) (decision.Translator, bool) { return l, true }

// Writer implements decision.Sources.
func (l *lab) Writer(string) (decision.Writer, bool) { return l, true }

// Fetcher implements decision.Sources.
func (l *lab) Fetcher(string) (decision.Fetcher, bool) { return nil, false }

type directory []models.Person

// Reaches implements decision.Directory.
func (d directory) Reaches(name string) []models.Person {
	var out []models.Person
	for _, p := range d {
		if p.In(name) {
			out = append(out, p)
		}
	}
	return out
}

var staff = directory{
	{ID: "sam", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
	{ID: "ben", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
	{ID: "priya", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "frank", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "nina", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "ira", Groups: []string{"support-leads"}},
	{ID: "olga", Roles: []models.Role{models.RoleManager}},
}

// labCap is how often an hour the lab lets remit act, and labPolicy says so.
const labCap = 3

var labPolicy = append(fmt.Appendf(nil, "caps: {actions_per_hour: %d}\n", labCap), policyText...)

func newLab(rt *rapid.T, dir string) *lab {
	l := &lab{T: rt, clock: &clock{now: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)}, paused: map[models.Domain]bool{}, seen: map[string]int{}, dir: dir, torn: map[string]bool{}}
	policy, err := decision.LoadPolicy(labPolicy, staff, l.clock.Now())
	if err != nil {
		rt.Fatal(err)
	}
	l.open()
	l.engine = &decision.Engine{
		Ledger: l.store, Sources: l, Tickets: triage.New(), Payments: finance.New(), Policy: func() *decision.Policy { return policy },
		Now: l.clock.Now, Batch: 8, Rest: func(bool) time.Duration { return 0 }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return l
}

func TestNoSequenceOfEventsClicksAndSwitchesActsOutsideTheRemit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLab(rt, t.TempDir())
		l.capped = true
		defer func() { _ = l.store.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"":        func(*rapid.T) { l.invariants() },
			"event":   l.event,
			"drain":   func(*rapid.T) { l.drain() },
			"answer":  l.answer,
			"effects": l.effects,
			"switch":  l.flip,
			"undo":    l.undo,
			"undoAll": l.undoAll,
			"crash":   l.crash,
			"time": func(rt *rapid.T) {
				l.clock.add(time.Duration(rapid.IntRange(1, 600).Draw(rt, "minutes")) * time.Minute)
			},
		})
		l.replays()
		report, err := l.store.Verify(context.Background())
		if err != nil || !report.OK() {
			rt.Fatalf("the ledger: %+v %v", report, err)
		}
	})
}

func (l *lab) item(rt *rapid.T) string {
	return models.TicketItem("desk", fmt.Sprint(rapid.IntRange(1, 3).Draw(rt, "ticket")))
}

func (l *lab) event(rt *rapid.T) {
	l.seq++
	item := l.item(rt)
	text := rapid.SampledFrom([]string{angry, down, "Where is my invoice?", "no hurry, thanks", "solved", "upstream"}).Draw(rt, "text")
	key := fmt.Sprint(l.seq)
	_, err := l.store.Accept(context.Background(), []models.Delivery{{
		ID: models.DeliveryID("desk", key), Source: "desk", Key: key, Kind: "any", Subject: item, Body: []byte(item + "|" + text), ReceivedAt: l.clock.Now(),
	}})
	l.must(err)
}

func (l *lab) must(err error) {
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) drain() {
	for {
		n, err := l.engine.Drain(context.Background())
		l.must(err)
		if n == 0 {
			return
		}
	}
}

func (l *lab) all() []models.Decision {
	ds, err := l.store.Log(context.Background(), models.LogQuery{Limit: 200})
	l.must(err)
	return ds
}

func (l *lab) some(rt *rapid.T) (models.Decision, bool) {
	ds := l.all()
	if len(ds) == 0 {
		return models.Decision{}, false
	}
	return ds[rapid.IntRange(0, len(ds)-1).Draw(rt, "decision")], true
}

func (l *lab) answer(rt *rapid.T) {
	d, ok := l.some(rt)
	if !ok {
		return
	}
	p := rapid.SampledFrom(staff).Draw(rt, "person")
	a := models.Answer{Kind: models.AnswerApprove, Version: d.Version - rapid.IntRange(0, 1).Draw(rt, "stale"), Via: "test"}
	if rapid.Bool().Draw(rt, "override") {
		a.Kind, a.Value = models.AnswerOverride, string(rapid.SampledFrom(models.Priorities()).Draw(rt, "value"))
	}
	after, err := l.engine.Resolve(context.Background(), d.ID, p, a)
	if err != nil {
		return
	}
	if a.Version != d.Version || !d.State.Open() || !p.Has(models.RoleApprover) || !d.Ruling.Approval.Names(p) {
		l.Fatalf("%s answered %s (version %d of %d, from %v) and it became %s", p.ID, d.State, a.Version, d.Version, d.Ruling.Approval.From, after.State)
	}
}

// effects carries out everything that is due, as the queue would, or gives up on it as if the provider were away.
func (l *lab) effects(rt *rapid.T) {
	ctx := context.Background()
	fail := rapid.IntRange(0, 3).Draw(rt, "provider is away") == 0
	for _, d := range l.all() {
		for v := 1; v <= d.Version; v++ {
			for kind, run := range map[models.EffectKind]func(context.Context, string) error{
				models.EffectApply: l.engine.Apply, models.EffectRevert: l.engine.Apply, models.EffectExpire: l.engine.Expire, models.EffectAct: l.engine.ActAt,
			} {
				id := models.NewID("eff", d.ID, string(kind), fmt.Sprint(v))
				e, err := l.store.Effect(ctx, id)
				if err != nil || e.State != models.EffectQueued && e.State != models.EffectLeaving || e.RunAt.After(l.clock.Now()) {
					continue
				}
				if fail && e.Leaves() {
					l.must(l.engine.GiveUp(ctx, id, models.Errorf(models.Invalid, "no")))
					continue
				}
				l.carryOut(run, e)
			}
		}
	}
}

// carryOut runs one effect, and finds that what left was allowed to.
func (l *lab) carryOut(run func(context.Context, string) error, e models.Effect) {
	before := len(l.writes)
	d, err := l.store.Decision(context.Background(), e.Ref)
	l.must(err)
	l.must(run(context.Background(), e.ID))
	if len(l.writes) == before {
		return
	}
	w := l.writes[before]
	// What a crash interrupted had begun to leave when it was allowed to, and a pause lists it as left.
	begun := e.State == models.EffectLeaving
	if !w.Undo && d.Autonomous && (l.paused[d.Domain] && !begun || !d.Ruling.Acts() || len(d.Ruling.Guardrails) > 0 || d.Ruling.Escalated) {
		l.Fatalf("%s acted by itself on %+v, paused %v", d.ID, d.Ruling, l.paused)
	}
	if !w.Undo && d.Autonomous && !begun && l.alone != nil {
		l.alone(d)
	}
	if !w.Undo && !d.Autonomous && len(d.Agreed(d.Final)) < d.NeededFor(d.Final) {
		l.Fatalf("%s was done with %d of %d answers", d.ID, len(d.Agreed(d.Final)), d.NeededFor(d.Final))
	}
	if w.Undo && (w.Value != d.Before || d.State != models.Reverting) {
		l.Fatalf("the undo of %s, which is %s, wrote %q and not what was before, %q", d.ID, d.State, w.Value, d.Before)
	}
	for _, earlier := range l.writes[:before] {
		if earlier.Key == w.Key && (!l.torn[w.Key] || earlier.Value != w.Value || earlier.Undo != w.Undo) {
			l.Fatalf("%s was written twice", w.Key)
		}
	}
}

func (l *lab) flip(rt *rapid.T) {
	d := rapid.SampledFrom([]models.Domain{models.Triage, decision.All}).Draw(rt, "domain")
	olga := staff[len(staff)-1]
	on := rapid.Bool().Draw(rt, "pause")
	turn := l.engine.Resume
	if on {
		turn = l.engine.Pause
	}
	_, err := turn(context.Background(), d, olga, "a drill")
	l.must(err)
	l.paused[models.Triage] = on
	if d == decision.All {
		l.paused[models.Finance] = on
	}
}

func (l *lab) undo(rt *rapid.T) {
	d, ok := l.some(rt)
	if !ok {
		return
	}
	p := rapid.SampledFrom(staff).Draw(rt, "person")
	if _, err := l.engine.Undo(context.Background(), d.ID, p, "changed my mind"); err == nil && !p.Has(models.RoleManager) && !d.Ruling.Approval.Names(p) {
		l.Fatalf("%s undid what they may not answer", p.ID)
	}
}

// undoAll takes back in bulk, as somebody who may or may not, what is to be found or what was seen before.
func (l *lab) undoAll(rt *rapid.T) {
	p := rapid.SampledFrom(staff).Draw(rt, "person")
	q := decision.UndoQuery{Since: l.clock.Now().Add(-time.Duration(rapid.IntRange(0, 600).Draw(rt, "minutes")) * time.Minute)}
	before := map[string]models.Decision{}
	for _, d := range l.all() {
		before[d.ID] = d
	}
	plan, err := l.engine.UndoAll(context.Background(), q, p, "", true)
	if models.KindOf(err) == models.Denied && !p.Has(models.RoleApprover) {
		return
	}
	l.must(err)
	for _, d := range l.all() {
		if d.Version != before[d.ID].Version {
			l.Fatalf("looking at what a bulk undo would do moved %s", d.ID)
		}
	}
	q.Seen = plan.Sum
	report, err := l.engine.UndoAll(context.Background(), q, p, "a drill", false)
	l.must(err)
	for _, line := range report.Undone {
		d := before[line.ID]
		if !d.Autonomous || d.State != models.Applied || d.CreatedAt.Before(q.Since) || !p.Has(models.RoleManager) && !d.Ruling.Approval.Names(p) {
			l.Fatalf("%s took back %+v in bulk", p.ID, d)
		}
	}
}

// capsHold finds that remit acted no more often an hour than it may, and told of a cap once an hour.
func (l *lab) capsHold(ds []models.Decision) {
	acts, told := map[time.Time]int{}, map[time.Time]int{}
	for _, d := range ds {
		if o := d.Ruling.Basis.Outcome; d.Version > 1 && (o == models.OutcomeAct || o == models.OutcomeWait) && d.Value != d.Before {
			acts[d.CreatedAt.Truncate(time.Hour)]++
		}
	}
	es, err := l.store.Own(context.Background(), 1000)
	l.must(err)
	for _, e := range es {
		if e.Kind == models.EntryCap {
			told[e.At.Truncate(time.Hour)]++
		}
	}
	for hour, n := range acts {
		if n > labCap {
			l.Fatalf("remit acted %d times in the hour of %s, and may %d times", n, hour, labCap)
		}
	}
	for hour, n := range told {
		if n > 1 {
			l.Fatalf("the cap of the hour of %s was told %d times", hour, n)
		}
	}
}

// invariants hold after every step.
func (l *lab) invariants() {
	if l.capped {
		l.capsHold(l.all())
	}
	open := map[string]int{}
	for _, d := range l.all() {
		if d.Version < l.seen[d.ID] {
			l.Fatalf("%s went back from version %d to %d", d.ID, l.seen[d.ID], d.Version)
		}
		l.seen[d.ID] = d.Version
		if d.State.Open() {
			if open[d.Item+string(d.Action)]++; open[d.Item+string(d.Action)] > 1 {
				l.Fatalf("two decisions on %s of %s are open", d.Action, d.Item)
			}
		}
		if d.State == models.Expired && d.Final != "" {
			l.Fatalf("%s expired and was settled on %q", d.ID, d.Final)
		}
		if l.paused[d.Domain] && d.State == models.Waiting {
			l.Fatalf("%s waits to act while %s is paused", d.ID, d.Domain)
		}
	}
}
