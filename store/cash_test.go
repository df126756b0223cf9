package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/decision"
	"remit/models"
)

const acmePool = "cash:acme:de:USD"

var _ = claim("of an account the last balance of each day is kept", func(t *testing.T, s *opened) {
	told := func(minor int64, at time.Time) models.Balance {
		return models.Balance{ID: "balance:erp:giro", Source: "erp", Entity: "acme:de", Amount: usd(minor), AsOf: at}
	}
	mustCommit(t, s, decision.Changes{Told: []models.Balance{told(1, day.AddDate(0, 0, -1)), told(3, day)}, At: day})
	mustCommit(t, s, decision.Changes{Told: []models.Balance{told(2, day.Add(-time.Hour))}, At: day})
	mustCommit(t, s, decision.Changes{Told: []models.Balance{told(4, day.Add(time.Hour))}, At: day})
	past, _, err := s.CashPast(t.Context(), acmePool, "2026-11-01")
	if err != nil {
		t.Fatal(err)
	}
	got := map[models.Day]int64{}
	for _, b := range past.Balances {
		got[b.Day] = b.Amount.Minor
	}
	if d := cmp.Diff(map[models.Day]int64{"2026-12-02": 1, "2026-12-03": 4}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
})

var _ = claim("a pool's past is what was paid and came, net of the discounts taken", func(t *testing.T, s *opened) {
	paid, early, open, elsewhere := payable("late", "v", 10_000, day), payable("early", "v", 10_000, day), payable("open", "v", 1, day), payable("other", "v", 1, day)
	paid.Status, paid.PaidOn = models.PayablePast, "2026-12-11" // a day after its discount
	early.Status, early.PaidOn = models.PayablePast, "2026-12-10"
	elsewhere.Status, elsewhere.PaidOn, elsewhere.Entity = models.PayablePast, "2026-12-10", "other"
	came := models.Receivable{ID: "receivable:s:1", Entity: "acme:de", Amount: usd(700), PaidOn: "2026-12-09"}
	back := models.Receivable{ID: "receivable:s:2", Entity: "acme:de", Amount: usd(900), PaidOn: "2026-12-09", Cancelled: true}
	mustCommit(t, s, decision.Changes{Payables: []models.Payable{paid, early, open, elsewhere}, Receivables: []models.Receivable{came, back}, At: day})
	past, whole, err := s.CashPast(t.Context(), acmePool, "2026-11-01")
	if err != nil || len(whole) != 2 {
		t.Fatalf("got %d paid, %v", len(whole), err)
	}
	byDay := map[models.Day]int64{}
	for _, p := range past.Paid {
		byDay[p.Day] = p.Minor
	}
	if d := cmp.Diff(map[models.Day]int64{"2026-12-10": 9_800, "2026-12-11": 10_000}, byDay); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	pool, err := s.Pool(t.Context(), acmePool)
	if err != nil {
		t.Fatal(err)
	}
	turnover := map[models.Day]int64{}
	for _, v := range pool.Turnover {
		turnover[v.PaidOn] = v.Minor
		if v.KnownOn >= v.PaidOn || (v.VendorID == "v") != (v.Minor < 0) {
			t.Errorf("turnover %+v: want what vendors were paid below nothing, known before its day", v)
		}
	}
	if d := cmp.Diff(map[models.Day]int64{"2026-12-09": 700, "2026-12-10": -9_800, "2026-12-11": -10_000}, turnover); d != "" {
		t.Errorf("turnover (-want +got)\n%s", d)
	}
	if len(past.Received) != 1 || past.Received[0] != (models.PaidOn{Day: "2026-12-09", Minor: 700}) {
		t.Errorf("received %v", past.Received)
	}
	_, _, err = s.CashPast(t.Context(), "acme", "2026-11-01")
	wantKind(t, err, models.Invalid)
})

var _ = claim("a pool is planned from what is planned and its residual flow up to yesterday", func(t *testing.T, s *opened) {
	item := func(id, origin string) models.PlannedItem {
		return models.PlannedItem{ID: id, Pool: acmePool, What: id, Amount: usd(-5), On: "2026-12-20", Every: models.Monthly, Origin: origin, At: day}
	}
	mustCommit(t, s, decision.Changes{Planned: []models.PlannedItem{item("rent", models.OriginPerson), item("gone", models.OriginPerson)}, At: day})
	mustCommit(t, s, decision.Changes{Unplanned: []string{"gone"}, At: day})
	if err := s.PutCashPast(t.Context(), acmePool, "2026-11-28", []int64{1, -2, 3}, []models.PlannedItem{item("old", models.OriginFound)}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutCashPast(t.Context(), acmePool, "2026-11-28", []int64{7, -2, 3}, []models.PlannedItem{item("found", models.OriginFound)}); err != nil {
		t.Fatal(err)
	}
	pool, err := s.Pool(t.Context(), acmePool)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]models.PlannedItem{item("found", models.OriginFound), item("rent", models.OriginPerson)}, pool.Planned); d != "" {
		t.Errorf("planned (-want +got)\n%s", d)
	}
	if !slices.Equal(pool.Residual, []int64{7, -2, 3, 0, 0}) { // to 2 December
		t.Errorf("residual %v", pool.Residual)
	}
})

var _ = claim("the pools are those of which a balance is known", func(t *testing.T, s *opened) {
	mustCommit(t, s, decision.Changes{Balances: []models.Balance{
		{ID: "a", Entity: "acme:de", Amount: usd(1), AsOf: day},
		{ID: "b", Entity: "acme:de", Amount: usd(1), AsOf: day},
		{ID: "c", Entity: "acme:de", Amount: models.Money{Minor: 1, Currency: "EUR"}, AsOf: day},
	}, At: day})
	got, err := s.Pools(t.Context())
	if err != nil || !slices.Equal(got, []string{"cash:acme:de:EUR", acmePool}) {
		t.Errorf("got %v, %v", got, err)
	}
})

var _ = claim("what was paid within the last month is read where anything is planned", func(t *testing.T, s *opened) {
	early, old, open := payable("early", "v", 10_000, day), payable("old", "v", 10_000, day), payable("open", "v", 1, day)
	early.Status, early.PaidOn = models.PayablePast, "2026-11-25"
	old.Status, old.PaidOn = models.PayablePast, "2026-10-25"
	mustCommit(t, s, decision.Changes{
		Payables:    []models.Payable{early, old, open},
		Receivables: []models.Receivable{{ID: "r1", Entity: "acme:de", Amount: usd(1), PaidOn: "2026-12-01"}, {ID: "r2", Entity: "acme:de", Amount: usd(1), PaidOn: "2026-12-01", Cancelled: true}},
	})
	if pool, err := s.Pool(t.Context(), acmePool); err != nil || len(pool.Lately.Payables)+len(pool.Lately.Receivables) != 0 {
		t.Errorf("with nothing planned: %+v, %v", pool.Lately, err)
	}
	mustCommit(t, s, decision.Changes{Planned: []models.PlannedItem{{ID: "pln_1", Pool: acmePool, What: "rent", Amount: usd(-10_000), On: "2026-12-28"}}})
	pool, err := s.Pool(t.Context(), acmePool)
	if err != nil || len(pool.Lately.Payables) != 1 || len(pool.Lately.Receivables) != 1 || pool.Lately.Payables[0].ID != early.ID || pool.Lately.Receivables[0].ID != "r1" {
		t.Errorf("got %+v, %v", pool.Lately, err)
	}
})
