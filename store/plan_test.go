package store_test

import (
	"database/sql"
	"strings"
	"testing"

	"remit/decision"
	"remit/models"
	"remit/store"
)

func TestNoQueryOfTheDailyRunWalksAWholeTable(t *testing.T) {
	s := openSQLite(t)
	texts, err := store.Queries(t.Context(), s.Store, func() {
		ctx, ids := t.Context(), []string{"a", "b"}
		_, _ = s.Tickets(ctx, ids)
		_, _ = s.Pool(ctx, "cash:acme:USD")
		_, _ = s.Overdue(ctx, []models.Account{{ID: "account:erp:1", Name: "Acme"}}, "2026-12-03")
		_, _ = s.History(ctx, models.Payable{ID: "p", VendorID: "v", Bank: "b", PO: "po", Amount: usd(1)})
		_, _ = s.Copies(ctx, models.Payable{ID: "p", Amount: usd(1)})
		_, _ = s.Recent(ctx, day)
		_, _ = s.Norms(ctx, ids)
		_, _ = s.Members(ctx, "incident:s:1")
		_ = s.EachTicket(ctx, 10, func(models.Ticket) {})
		_, _ = s.Settled(ctx, models.ActionRoute, day)
		_, _, _ = s.Judged(ctx, models.ActionReply, day)
		_, _ = s.Open(ctx, ids)
		_, _ = s.Newest(ctx, ids)
		_, _ = s.Echoed(ctx, ids, day)
		_, _ = s.Spent(ctx, ids)
		_, _ = s.Dismissed(ctx, ids)
		_, _ = s.Decision(ctx, "d")
		_, _ = s.Snapshot(ctx, "f")
		_, _ = s.Effect(ctx, "e")
		_, _ = s.Leaving(ctx, models.Triage, models.EffectQueued, day)
		_, _ = s.InState(ctx, models.Triage, models.Waiting)
		_, _ = s.Case(ctx, "x")
		_, _ = s.OpenItems(ctx, "", 10)
		_, _ = s.Log(ctx, models.LogQuery{Before: day})
		_, _ = s.Delivery(ctx, "ev")
		_, _ = s.TokenPerson(ctx, "tok", day)
		_, _, _ = s.FindCtx(ctx, "tok")
		_, _ = s.CardRef(ctx, "x")
		_, _ = s.Own(ctx, 10)
		_, _ = s.Acted(ctx, decision.UndoQuery{Since: day})
		_ = s.Past(ctx, day, day, func([]decision.Recorded) error { return nil })
		_, _ = s.PendingCards(ctx, 10)
		_, _ = s.PostedSince(ctx, "C1", day)
		_, _ = s.HeldIn(ctx, "x")
		_, _ = s.Link(ctx, "U1")
		_, _ = s.LiveLearned(ctx, "payments")
		_, _ = s.LiveLearnedID(ctx, "payments")
	})
	if err != nil || len(texts) < 25 {
		t.Fatalf("got %d queries, %v", len(texts), err)
	}
	db := raw(t, s)
	for _, text := range append(texts, store.PendingQuery) {
		for detail := range strings.Lines(explain(t, db, text)) {
			if strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "INDEX") {
				t.Errorf("%s\n\t%s", text, detail)
			}
		}
	}
}

// Sorting what is found is well where little is; walking the whole log in its order for it is not.
func TestTheLogOfARareStateWalksNoOther(t *testing.T) {
	s := openSQLite(t)
	for _, state := range []models.State{models.Asked, models.Waiting, models.Expired, models.Failed, models.Applying, models.Reverting, models.Reverted, models.Superseded} {
		for _, q := range []models.LogQuery{{State: state}, {State: state, Before: day}, {State: state, Domain: models.Triage, Text: "invoice"}} {
			texts, err := store.Queries(t.Context(), s.Store, func() { _, _ = s.Log(t.Context(), q) })
			if err != nil || len(texts) == 0 {
				t.Fatalf("got %d queries, %v", len(texts), err)
			}
			for _, text := range texts {
				if plan := explain(t, raw(t, s), text); !strings.Contains(plan, "decisions_active (state=?") && !strings.Contains(plan, "decisions_undone (state=?") {
					t.Errorf("%s\n\t%s", text, plan)
				}
			}
		}
	}
}

func TestWhatAsksIsFoundAmongWhatIsOpenAlone(t *testing.T) {
	s := openSQLite(t)
	texts, err := store.Queries(t.Context(), s.Store, func() {
		_, _, _ = s.Asks(t.Context(), 10, func(models.Decision) bool { return true }, models.Asked, models.Waiting)
	})
	if err != nil || len(texts) != 1 {
		t.Fatalf("got %d queries, %v", len(texts), err)
	}
	if plan := explain(t, raw(t, s), texts[0]); !strings.Contains(plan, "USING INDEX decisions_open") {
		t.Errorf("%s\n\t%s", texts[0], plan)
	}
}

// The inbox is made of what is open, in its order, and of nothing else.
func TestTheInboxReadsWhatIsOpenAlone(t *testing.T) {
	s := openSQLite(t)
	for _, domain := range []models.Domain{"", models.Triage} {
		texts, err := store.Queries(t.Context(), s.Store, func() { _, _ = s.OpenItems(t.Context(), domain, 50) })
		if err != nil || len(texts) != 2 {
			t.Fatalf("got %d queries, %v", len(texts), err)
		}
		for i, want := range []string{"USING COVERING INDEX decisions_open", "USING INDEX decisions_audits (audit_state=?"} {
			if plan := explain(t, raw(t, s), texts[i]); !strings.Contains(plan, want) {
				t.Errorf("%s\n\t%s", texts[i], plan)
			}
		}
	}
}

func explain(t *testing.T, db *sql.DB, text string) (plan string) {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN " + text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, none int
		var detail string
		if err := rows.Scan(&id, &parent, &none, &detail); err != nil {
			t.Fatal(err)
		}
		plan += detail + "\n"
	}
	return plan
}
