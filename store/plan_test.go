package store_test

import (
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
		_, _ = s.History(ctx, models.Payable{ID: "p", VendorID: "v", Bank: "b", Amount: usd(1)})
		_, _ = s.Similar(ctx, ids, day)
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
		rows, err := db.Query("EXPLAIN QUERY PLAN " + text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for rows.Next() {
			var id, parent, none int
			var detail string
			if err := rows.Scan(&id, &parent, &none, &detail); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "INDEX") {
				t.Errorf("%s\n\t%s", text, detail)
			}
		}
		_ = rows.Close()
	}
}
