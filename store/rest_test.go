package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
	"remit/store"
)

var priya = models.Actor{Kind: models.ByPerson, ID: "priya", Name: "Priya"}

var _ = claim("a dead letter can be replayed, and counts its tries", func(t *testing.T, s *opened) {
	d := delivery("k1", item)
	mustAccept(t, s, d)
	var seen []string
	if _, err := s.Drain(t.Context(), 10, nothing(&seen)); err != nil {
		t.Fatal(err)
	}
	want := models.BuryDelivery(d, models.FieldErrorf("ticket.id", "it is missing"), day)
	if fresh, err := s.Bury(t.Context(), want); !fresh || err != nil {
		t.Fatalf("got %v, %v; want it to be new", fresh, err)
	}
	got, err := s.DeadLetters(t.Context(), 10)
	if diff := cmp.Diff([]models.DeadLetter{want}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if err := s.Replay(t.Context(), want.ID, priya, day.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if counts, err := s.Counts(t.Context()); err != nil || counts["dead_letters"] != 0 || counts["inbox_pending"] != 1 {
		t.Errorf("got %v, %v", counts, err)
	}
	var again []string
	if _, err := s.Drain(t.Context(), 10, nothing(&again)); err != nil || len(again) != 1 {
		t.Errorf("got %v, %v; want the delivery drained again", again, err)
	}
	want.At = day.Add(2 * time.Minute)
	mustCommit(t, s, decision.Changes{DeadLetters: []models.DeadLetter{want}})
	if got, err = s.DeadLetters(t.Context(), 10); err != nil || len(got) != 1 || got[0].Tries != 2 || !got[0].ReplayedAt.IsZero() {
		t.Errorf("got %+v, %v; want a second try", got, err)
	}
	wantKind(t, s.Replay(t.Context(), "dl_none", priya, day), models.NotFound)
	mustVerify(t, s)
})

var _ = claim("a dead letter that never was in the inbox is replayed into it", func(t *testing.T, s *opened) {
	l := models.BuryDelivery(delivery("k1", item), models.Errorf(models.Invalid, "no"), day)
	if _, err := s.Bury(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if err := s.Replay(t.Context(), l.ID, priya, day); err != nil {
		t.Fatal(err)
	}
	got, err := s.Delivery(t.Context(), models.DeliveryID("helpdesk", "k1"))
	if err != nil || !bytes.Equal(got.Body, l.Body) {
		t.Errorf("got %+v, %v", got, err)
	}
	whole := models.BuryDelivery(models.Delivery{Source: "helpdesk", Key: "raw", Body: []byte("{")}, models.Errorf(models.Invalid, "no"), day)
	if _, err := s.Bury(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.Replay(t.Context(), whole.ID, priya, day), models.Invalid)
})

var _ = claim("a case is the newest facts, the newest decision of each action, open ones first, and the timeline", func(t *testing.T, s *opened) {
	_, err := s.Case(t.Context(), item)
	wantKind(t, err, models.NotFound)
	old := decided(item, models.ActionPriority, "ev_1", models.Applied)
	newer := decided(item, models.ActionPriority, "ev_2", models.Superseded)
	route := decided(item, models.ActionRoute, "ev_1", models.Asked)
	routeNewer := decided(item, models.ActionRoute, "ev_2", models.Observed)
	var es []models.Entry
	for i := range 3 {
		es = append(es, models.EntryOf(old, models.EntryMoved, priya, day, fmt.Sprint("step ", i)))
	}
	es = append(es, models.EntryOf(old, models.EntryMoved, models.Remit, day.Add(-time.Hour), "earlier, from another node"))
	mustCommit(t, s, decision.Changes{
		Decisions: []models.Decision{old, route}, Entries: es, At: day,
		Snapshots: []models.Snapshot{{ID: "fct_2", Item: item, Facts: models.Facts{Similar: 1}}},
	})
	mustCommit(t, s, decision.Changes{
		Decisions: []models.Decision{newer, routeNewer},
		Snapshots: []models.Snapshot{{ID: "fct_1", Item: item, Facts: models.Facts{Similar: 2}}},
	})
	c, err := s.Case(t.Context(), item)
	if err != nil {
		t.Fatal(err)
	}
	want := models.Case{
		Item: item, Domain: models.Triage, Title: old.Title, Facts: models.Facts{Similar: 2},
		Decisions: []models.Decision{route, newer}, Entries: append([]models.Entry{es[3]}, es[:3]...),
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
})

var _ = claim("items with open decisions are given, the longest open first", func(t *testing.T, s *opened) {
	var ds []models.Decision
	for i, st := range []models.State{models.Asked, models.Expired, models.Applied, models.Waiting} {
		d := decided(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, fmt.Sprintf("ev_%d", i), st)
		d.CreatedAt = day.Add(time.Duration(-i) * time.Minute)
		ds = append(ds, d)
	}
	ds[0].Domain = models.Finance
	mustCommit(t, s, decision.Changes{Decisions: ds})
	for d, want := range map[models.Domain][]string{"": {ds[3].Item, ds[1].Item, ds[0].Item}, models.Triage: {ds[3].Item, ds[1].Item}} {
		got, err := s.OpenItems(t.Context(), d, 10)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got)\n%s", d, err, diff)
		}
	}
	if got, err := s.OpenItems(t.Context(), "", 1); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v; want one", got, err)
	}
})

var _ = claim("the log is newest first, and its pages miss nothing even where a moment has many decisions", func(t *testing.T, s *opened) {
	var ds []models.Decision
	for i := range 20 {
		d := decided(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, fmt.Sprintf("ev_%d", i), models.Observed)
		d.CreatedAt = day.Add(time.Duration(i/6) * time.Minute)
		ds = append(ds, d)
	}
	mustCommit(t, s, decision.Changes{Decisions: ds})
	seen := map[string]bool{}
	q := models.LogQuery{Limit: 4}
	for {
		page, err := s.Log(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, d := range page {
			if seen[d.ID] {
				t.Errorf("%s was shown twice", d.Item)
			}
			seen[d.ID] = true
			if !q.Before.IsZero() && !d.CreatedAt.Before(q.Before) {
				t.Errorf("%s is not older than asked for", d.Item)
			}
		}
		q.Before = page[len(page)-1].CreatedAt
	}
	if len(seen) != len(ds) {
		t.Errorf("%d of %d were shown", len(seen), len(ds))
	}
})

var _ = claim("the log is searched by domain, state and text, which is taken as it is", func(t *testing.T, s *opened) {
	a, b := decided("ticket:helpdesk:1", models.ActionPriority, "ev_1", models.Asked), decided("payable:erp:1", models.ActionHold, "ev_2", models.Observed)
	a.Title, b.Title = "100% wrong_invoice", "Late fee"
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{a, b}})
	for q, want := range map[models.LogQuery]int{
		{}: 2, {Domain: models.Finance}: 1, {State: models.Asked}: 1, {Text: "LATE"}: 1, {Text: "100%"}: 1, {Text: "%"}: 1,
		{Text: "g_i"}: 1, {Text: "payable:erp"}: 1, {Text: "nothing like it"}: 0, {Text: `\`}: 0, {Text: "'; DROP"}: 0,
	} {
		got, err := s.Log(t.Context(), q)
		if err != nil || len(got) != want {
			t.Errorf("%+v: got %d, %v; want %d", q, len(got), err, want)
		}
	}
})

var _ = claim("what remit chose is not found while somebody is to say, unseen, what they would have chosen", func(t *testing.T, s *opened) {
	find := func() int {
		got, err := s.Log(t.Context(), models.LogQuery{Text: "p1"})
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	d := decided("ticket:helpdesk:1", models.ActionPriority, "ev_1", models.Waiting)
	d.AuditState = models.AuditOpen
	mustCommit(t, s, decision.Changes{Decisions: []models.Decision{d}})
	if find() != 1 {
		t.Error("what can still be stopped is not found by what it would do")
	}
	move := func(change func(*models.Decision)) {
		from := d.Version
		change(&d)
		mustCommit(t, s, decision.Changes{Moves: []decision.Move{{Decision: d, From: from}}})
	}
	for _, state := range []models.State{models.Applying, models.Applied} {
		move(func(d *models.Decision) {
			if err := d.To(state, day); err != nil {
				t.Fatal(err)
			}
		})
		if find() != 0 {
			t.Errorf("%s: the answer was given away", state)
		}
	}
	move(func(d *models.Decision) {
		if err := d.AnswerAudit(models.Answer{Kind: models.AnswerOverride, Value: "P2", At: day}); err != nil {
			t.Fatal(err)
		}
	})
	if find() != 1 {
		t.Error("it is not found once somebody has chosen")
	}
})

var _ = claim("a sign-in link works once and in time, and only its hash is kept", func(t *testing.T, s *opened) {
	token, err := s.MintLogin(t.Context(), "priya", time.Minute, day)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := raw(t, s).QueryRow(`SELECT count(*) FROM tokens WHERE hash = '` + token + `'`).Scan(&n); err != nil || n != 0 {
		t.Errorf("the token itself is in the database: %d, %v", n, err)
	}
	if _, err := s.TokenPerson(t.Context(), token, day); models.KindOf(err) != models.Unauthenticated {
		t.Errorf("a sign-in link served as an API token: %v", err)
	}
	if who, err := s.RedeemLogin(t.Context(), token, day); who != "priya" || err != nil {
		t.Errorf("got %q, %v", who, err)
	}
	_, err = s.RedeemLogin(t.Context(), token, day)
	wantKind(t, err, models.Unauthenticated)
	late, err := s.MintLogin(t.Context(), "priya", time.Minute, day)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.RedeemLogin(t.Context(), late, day.Add(time.Minute))
	wantKind(t, err, models.Unauthenticated)
})

var _ = claim("an API token works until it expires", func(t *testing.T, s *opened) {
	token, err := s.MintToken(t.Context(), "priya", time.Hour, day)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if who, err := s.TokenPerson(t.Context(), token, day); who != "priya" || err != nil {
			t.Errorf("got %q, %v", who, err)
		}
	}
	_, err = s.TokenPerson(t.Context(), token, day.Add(time.Hour))
	wantKind(t, err, models.Unauthenticated)
	_, err = s.TokenPerson(t.Context(), "made up", day)
	wantKind(t, err, models.Unauthenticated)
})

var _ = claim("a browser session is kept until it ends or expires", func(t *testing.T, s *opened) {
	ctx, sessions := t.Context(), s.Sessions()
	for _, data := range []string{"one", "two"} {
		if err := sessions.CommitCtx(ctx, "tok", []byte(data), day.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := sessions.FindCtx(ctx, "tok"); string(got) != data || !ok || err != nil {
			t.Errorf("got %q, %v, %v; want %q", got, ok, err, data)
		}
	}
	if err := sessions.CommitCtx(ctx, "other", []byte("x"), day.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sessions.DeleteCtx(ctx, "tok"); err != nil {
		t.Fatal(err)
	}
	s.clock.Add(time.Hour)
	for _, token := range []string{"tok", "other", "made up"} {
		if got, ok, err := sessions.FindCtx(ctx, token); ok || got != nil || err != nil {
			t.Errorf("%s: got %q, %v, %v; want nothing", token, got, ok, err)
		}
	}
})

var _ = claim("a card's place is saved by compare-and-set", func(t *testing.T, s *opened) {
	_, err := s.CardRef(t.Context(), item)
	wantKind(t, err, models.NotFound)
	ref := models.CardRef{Item: item, Channel: "C1", Nonce: "n", Revision: 1, TriedAt: day}
	if err := s.SaveCardRef(t.Context(), ref, 0); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.SaveCardRef(t.Context(), ref, 0), models.Conflict)
	ref.TS, ref.Revision = "171.1", 2
	if err := s.SaveCardRef(t.Context(), ref, 1); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.SaveCardRef(t.Context(), ref, 1), models.Conflict)
	got, err := s.CardRef(t.Context(), item)
	if diff := cmp.Diff(ref, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
})

var _ = claim("the salt is random and stays", func(t *testing.T, s *opened) {
	a, err := s.Salt(t.Context())
	if err != nil || len(a) != 32 || bytes.Equal(a, make([]byte, 32)) {
		t.Fatalf("got %x, %v", a, err)
	}
	s.reopen(t)
	if b, err := s.Salt(t.Context()); err != nil || !bytes.Equal(a, b) {
		t.Errorf("got another salt after a restart, %v", err)
	}
})

var _ = claim("pruning drops what is not asked for again, and nothing that waits", func(t *testing.T, s *opened) {
	mustAccept(t, s, delivery("done", item))
	var seen []string
	if _, err := s.Drain(t.Context(), 10, nothing(&seen)); err != nil {
		t.Fatal(err)
	}
	mustAccept(t, s, delivery("waits", item))
	if err := s.Prune(t.Context(), day.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{"done": false, "waits": true} {
		d, err := s.Delivery(t.Context(), models.DeliveryID("helpdesk", key))
		if err != nil || (len(d.Body) > 0) != want {
			t.Errorf("%s: got body %q, %v", key, d.Body, err)
		}
	}
	if fresh, err := s.Accept(t.Context(), []models.Delivery{delivery("done", item)}); fresh != 0 || err != nil {
		t.Errorf("a pruned delivery is taken for a new one: %d, %v", fresh, err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
})

var _ = claim("turns that are over are dropped soon, and other budgets later", func(t *testing.T, s *opened) {
	turn, hourly := store.PaceBudgets+"C1/17", "actions/2026-12-03T14"
	mustCommit(t, s, decision.Changes{At: day, Spends: []decision.Spend{{Budget: turn, N: 1, Limit: 9}, {Budget: hourly, N: 1, Limit: 9}}})
	s.clock.Add(2 * time.Hour)
	if err := s.Prune(t.Context(), day.Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	spent, err := s.Spent(t.Context(), []string{turn, hourly})
	if err != nil || spent[turn] != 0 || spent[hourly] != 1 {
		t.Errorf("got %v, %v: want the cap's alone", spent, err)
	}
})
