package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

const item = "ticket:helpdesk:1"

func committed(t *testing.T, s *opened, d models.Decision) models.Decision {
	t.Helper()
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{d}, At: day})
	return d
}

func step(t *testing.T, d models.Decision, to models.State) decision.Move {
	t.Helper()
	from := d.Version
	if err := d.To(to, day.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return decision.Move{Decision: d, From: from}
}

var _ = claim("a decision comes back whole", func(t *testing.T, s *opened) {
	d := decided(item, models.ActionPriority, "ev_1", models.Asked)
	d.Options, d.Autonomous, d.ExpiresAt, d.Requester = []string{"P2", "P4"}, true, day.Add(time.Hour), "priya"
	d.Ruling = models.Ruling{Outcome: models.OutcomeAsk, Level: models.LevelAsk, Why: []string{"It asks."}, Expires: time.Hour, Approval: models.Approval{From: []string{"@leads"}, Count: 2}}
	d.Answers = []models.Answer{{By: models.Actor{Kind: models.ByPerson, ID: "priya"}, Kind: models.AnswerApprove, At: day, Via: "slack", Version: 1}}
	committed(t, s, d)
	got, err := s.Decision(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	_, err = s.Decision(t.Context(), "dec_none")
	wantKind(t, err, models.NotFound)
})

var _ = claim("the second move from one version loses, and nothing of its changes happens", func(t *testing.T, s *opened) {
	d := committed(t, s, decided(item, models.ActionPriority, "ev_1", models.Asked))
	mustCommit(t, s, decision.Changes{Moves: []decision.Move{step(t, d, models.Applying)}})
	late := decision.Changes{
		Moves: []decision.Move{step(t, d, models.Superseded)}, Switches: []models.Switch{{Domain: models.Triage, Paused: true}},
		Entries: []models.Entry{models.EntryOf(d, models.EntryMoved, models.Remit, day, "Late.")},
	}
	wantKind(t, s.Commit(t.Context(), late), models.Conflict)
	got, err := s.Decision(t.Context(), d.ID)
	if err != nil || got.State != models.Applying || got.Version != 2 {
		t.Errorf("got %s version %d, %v; want applying version 2", got.State, got.Version, err)
	}
	if sw, err := s.Switches(t.Context()); len(sw) != 0 || err != nil {
		t.Errorf("got switches %v, %v", sw, err)
	}
})

var _ = claim("of two clicks at once one wins", func(t *testing.T, s *opened) {
	d := committed(t, s, decided(item, models.ActionPriority, "ev_1", models.Asked))
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		m := step(t, d, models.Applying)
		wg.Go(func() { errs[i] = s.Commit(context.Background(), decision.Changes{Moves: []decision.Move{m}}) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if models.KindOf(err) != models.Conflict {
			t.Errorf("got %v, want a conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d won, want 1", won)
	}
})

var _ = claim("an event decides an action once", func(t *testing.T, s *opened) {
	d := committed(t, s, decided(item, models.ActionPriority, "ev_1", models.Observed))
	wantKind(t, s.Commit(t.Context(), decision.Changes{Decisions: []models.Decision{d}}), models.Conflict)
})

var _ = claim("of an item and action one decision is open; a newer one takes its place in one commit", func(t *testing.T, s *opened) {
	d := committed(t, s, decided(item, models.ActionPriority, "ev_1", models.Asked))
	newer := decided(item, models.ActionPriority, "ev_2", models.Asked)
	wantKind(t, s.Commit(t.Context(), decision.Changes{Decisions: []models.Decision{newer}}), models.Conflict)
	other := decided(item, models.ActionRoute, "ev_2", models.Asked)
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{newer, other}, Moves: []decision.Move{step(t, d, models.Superseded)}})
	open, err := s.Open(t.Context(), []string{item, "none"})
	if err != nil || len(open) != 2 || open[0].ID != newer.ID || open[1].ID != other.ID {
		t.Errorf("got %v, %v", open, err)
	}
	newest, err := s.Newest(t.Context(), []string{item})
	if err != nil || len(newest) != 2 || newest[0].ID != newer.ID {
		t.Errorf("got %v, %v", newest, err)
	}
})

var _ = claim("an older decision reopens in the commit that closes the newer", func(t *testing.T, s *opened) {
	older := decided(item, models.ActionPriority, "ev_1", models.Applying)
	newer := decided(item, models.ActionPriority, "ev_2", models.Asked)
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{older, newer}})
	mustCommit(t, s, decision.Changes{Moves: []decision.Move{step(t, older, models.Failed), step(t, newer, models.Superseded)}})
})

var _ = claim("a budget is never overrun, however many spend at once", func(t *testing.T, s *opened) {
	const limit = 10
	var wg sync.WaitGroup
	errs := make([]error, 2*limit)
	for i := range errs {
		wg.Go(func() {
			errs[i] = s.Commit(context.Background(), decision.Changes{At: day, Spends: []decision.Spend{{Budget: "actions/1", N: 1, Limit: limit}}})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if models.KindOf(err) != models.Conflict {
			t.Errorf("got %v, want a conflict", err)
		}
	}
	spent, err := s.Spent(t.Context(), []string{"actions/1", "none"})
	if err != nil || won != limit || spent["actions/1"] != limit {
		t.Errorf("%d won and %v is spent, %v; want %d", won, spent, err, limit)
	}
	over := []decision.Spend{{Budget: "money/1", N: 6, Limit: 10}, {Budget: "money/1", N: 6, Limit: 10}}
	wantKind(t, s.Commit(t.Context(), decision.Changes{At: day, Spends: over}), models.Conflict)
})

var _ = claim("an effect is there once, and is recalled only while it is queued", func(t *testing.T, s *opened) {
	d := decided(item, models.ActionPriority, "ev_1", models.Applying)
	e := models.NewEffect(d, models.EffectApply, time.Time{}, day)
	card := models.NewEffect(d, models.EffectCard, time.Time{}, day)
	for range 2 {
		mustCommit(t, s, decision.Changes{Effects: []models.Effect{e, card}})
	}
	got, err := s.Effect(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if left, err := s.Leaving(t.Context(), models.Triage, models.EffectQueued, day); err != nil || len(left) != 1 || left[0].ID != e.ID {
		t.Errorf("got %v, %v; want the one that writes to a provider", left, err)
	}
	mustCommit(t, s, decision.Changes{Recalls: []string{e.ID}})
	wantKind(t, s.Commit(t.Context(), decision.Changes{Recalls: []string{e.ID}}), models.Conflict)
	mustCommit(t, s, decision.Changes{Sent: []string{e.ID, card.ID}})
	for id, want := range map[string]models.EffectState{e.ID: models.EffectRecalled, card.ID: models.EffectSent} {
		if got, err := s.Effect(t.Context(), id); err != nil || got.State != want {
			t.Errorf("%s is %s, %v; want %s", got.Kind, got.State, err, want)
		}
	}
	if left, err := s.Leaving(t.Context(), models.Finance, models.EffectRecalled, day); err != nil || len(left) != 0 {
		t.Errorf("another domain's are %v, %v", left, err)
	}
	_, err = s.Effect(t.Context(), "eff_none")
	wantKind(t, err, models.NotFound)
})

var _ = claim("an effect that is leaving can be tried again but not recalled, and ends sent or dead", func(t *testing.T, s *opened) {
	d := decided(item, models.ActionPriority, "ev_1", models.Applying)
	sent, dead := models.NewEffect(d, models.EffectApply, time.Time{}, day), models.NewEffect(d, models.EffectCard, time.Time{}, day)
	recalled := models.NewEffect(d, models.EffectRevert, time.Time{}, day)
	mustCommit(t, s, decision.Changes{Effects: []models.Effect{sent, dead, recalled}})
	for range 2 {
		mustCommit(t, s, decision.Changes{Leaving: []string{sent.ID, dead.ID}})
	}
	wantKind(t, s.Commit(t.Context(), decision.Changes{Recalls: []string{sent.ID}}), models.Conflict)
	mustCommit(t, s, decision.Changes{Recalls: []string{recalled.ID}})
	wantKind(t, s.Commit(t.Context(), decision.Changes{Leaving: []string{recalled.ID}}), models.Conflict)
	mustCommit(t, s, decision.Changes{Sent: []string{sent.ID}, Dead: []string{dead.ID, recalled.ID}})
	wantKind(t, s.Commit(t.Context(), decision.Changes{Leaving: []string{sent.ID}}), models.Conflict)
	for e, want := range map[models.Effect]models.EffectState{sent: models.EffectSent, dead: models.EffectDead, recalled: models.EffectRecalled} {
		if got, err := s.Effect(t.Context(), e.ID); err != nil || got.State != want {
			t.Errorf("%s is %s, %v; want %s", e.Kind, got.State, err, want)
		}
	}
})

var _ = claim("what must run does not commit while its domain is paused", func(t *testing.T, s *opened) {
	run := decision.Changes{Running: []models.Domain{models.Triage}, Echoes: []string{"fp"}, At: day}
	mustCommit(t, s, run)
	mustCommit(t, s, decision.Changes{Switches: []models.Switch{{Domain: models.Triage, Paused: true, By: "Priya", Why: "odd replies", At: day}}})
	err := s.Commit(t.Context(), run)
	wantKind(t, err, models.Conflict)
	if !strings.Contains(models.SentenceOf(err), "paused by Priya") {
		t.Errorf("got %q, want who paused it", err)
	}
	mustCommit(t, s, decision.Changes{Running: []models.Domain{models.Finance}})
	mustCommit(t, s, decision.Changes{Switches: []models.Switch{{Domain: models.Triage, At: day}}})
	mustCommit(t, s, run)
})

var _ = claim("a pause and what must run commit one after the other, whichever is first", func(t *testing.T, s *opened) {
	for i := range 10 {
		e := models.NewEffect(decided(item, models.ActionPriority, fmt.Sprint("ev_", i), models.Applying), models.EffectApply, time.Time{}, day)
		mustCommit(t, s, decision.Changes{Effects: []models.Effect{e}, Switches: []models.Switch{{Domain: models.Triage}}})
		var wg sync.WaitGroup
		var left, recalled error
		wg.Go(func() {
			left = s.Commit(context.Background(), decision.Changes{Leaving: []string{e.ID}, Running: []models.Domain{models.Triage}})
		})
		wg.Go(func() {
			recalled = s.Commit(context.Background(), decision.Changes{Recalls: []string{e.ID}, Switches: []models.Switch{{Domain: models.Triage, Paused: true}}})
		})
		wg.Wait()
		if (left == nil) == (recalled == nil) {
			t.Fatalf("leaving: %v, recalling: %v; want one of them", left, recalled)
		}
	}
})

var _ = claim("an effect that is given up says why", func(t *testing.T, s *opened) {
	e := models.NewEffect(decided(item, models.ActionPriority, "ev_1", models.Applying), models.EffectApply, time.Time{}, day)
	mustCommit(t, s, decision.Changes{Effects: []models.Effect{e}})
	if err := s.GiveUpEffect(t.Context(), e.ID, "The ticket is gone."); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Effect(t.Context(), e.ID); err != nil || got.State != models.EffectDead || got.Error != "The ticket is gone." {
		t.Errorf("got %+v, %v", got, err)
	}
})

var _ = claim("echoes, switches and snapshots are found again", func(t *testing.T, s *opened) {
	snap := models.Snapshot{ID: "fct_1", Item: item, Facts: models.Facts{Now: day, Event: models.TicketCreated, Ticket: &models.Ticket{ID: item, Subject: "Help"}}, At: day}
	sw := models.Switch{Domain: models.Finance, Paused: true, By: "priya", Why: "month end", At: day}
	mustCommit(t, s, decision.Changes{Echoes: []string{"fp_1", "fp_1"}, Switches: []models.Switch{sw}, Snapshots: []models.Snapshot{snap}, At: day})
	echoed, err := s.Echoed(t.Context(), []string{"fp_1", "fp_2"}, day)
	if diff := cmp.Diff(map[string]bool{"fp_1": true}, echoed); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if echoed, err := s.Echoed(t.Context(), []string{"fp_1"}, day.Add(time.Second)); len(echoed) != 0 || err != nil {
		t.Errorf("an older echo was found: %v, %v", echoed, err)
	}
	sws, err := s.Switches(t.Context())
	if diff := cmp.Diff(map[models.Domain]models.Switch{models.Finance: sw}, sws); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	got, err := s.Snapshot(t.Context(), snap.ID)
	if diff := cmp.Diff(snap, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	_, err = s.Snapshot(t.Context(), "fct_none")
	wantKind(t, err, models.NotFound)
})

var _ = claim("a delivery among the changes joins the inbox once", func(t *testing.T, s *opened) {
	d := delivery("fetched", item)
	for range 2 {
		mustCommit(t, s, decision.Changes{Deliveries: []models.Delivery{d}})
	}
	var seen []string
	if n, err := s.Drain(t.Context(), 10, nothing(&seen)); n != 1 || err != nil {
		t.Errorf("drained %d, %v; want 1", n, err)
	}
})

var _ = claim("decisions are found by state and domain, oldest first", func(t *testing.T, s *opened) {
	var ds []models.Decision
	for i := range 3 {
		d := decided(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, fmt.Sprintf("ev_%d", i), models.Waiting)
		d.CreatedAt = day.Add(time.Duration(-i) * time.Minute)
		ds = append(ds, d)
	}
	ds[1].Domain = models.Finance
	mustCommit(t, s, decision.Changes{Decisions: ds})
	for domain, want := range map[models.Domain][]string{"": {ds[2].ID, ds[1].ID, ds[0].ID}, models.Triage: {ds[2].ID, ds[0].ID}, "hr": nil} {
		var got []string
		found, err := s.InState(t.Context(), domain, models.Waiting)
		for _, d := range found {
			got = append(got, d.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("domain %q: %v (-want +got)\n%s", domain, err, diff)
		}
	}
})

var _ = claim("many rows of every kind commit at once", func(t *testing.T, s *opened) {
	var c decision.Changes
	for i := range 150 {
		d := decided(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, fmt.Sprintf("ev_%d", i), models.Applying)
		c.Decisions = append(c.Decisions, d)
		c.Tickets = append(c.Tickets, models.Ticket{ID: d.Item, Source: "s", ExternalID: fmt.Sprint(i), CreatedAt: day})
		c.Effects = append(c.Effects, models.NewEffect(d, models.EffectApply, time.Time{}, day))
		c.Entries = append(c.Entries, models.EntryOf(d, models.EntryDecided, models.Remit, day, "Decided."))
	}
	mustCommit(t, s, c)
	counts, err := s.Counts(t.Context())
	if err != nil || counts["state_applying"] != 150 || counts["effects_queued"] != 150 {
		t.Errorf("got %v, %v", counts, err)
	}
	if r, err := s.Verify(t.Context()); err != nil || !r.OK() || r.Lines != 150 {
		t.Errorf("got %+v, %v", r, err)
	}
})
