package models_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

func TestWhatComesAgainComesOnItsDays(t *testing.T) {
	for name, c := range map[string]struct {
		item     models.PlannedItem
		from, to models.Day
		want     string
	}{
		"once":                            {models.PlannedItem{On: "2026-12-10"}, "2026-12-01", "2026-12-31", "2026-12-10"},
		"once, before":                    {models.PlannedItem{On: "2026-11-10"}, "2026-12-01", "2026-12-31", ""},
		"weekly":                          {models.PlannedItem{On: "2026-11-30", Every: models.Weekly}, "2026-12-01", "2026-12-15", "2026-12-07 2026-12-14"},
		"monthly at the end of the month": {models.PlannedItem{On: "2027-01-31", Every: models.Monthly}, "2027-01-01", "2027-04-30", "2027-01-31 2027-02-28 2027-03-31 2027-04-30"},
		"quarterly":                       {models.PlannedItem{On: "2026-11-15", Every: models.Quarterly}, "2026-12-01", "2027-06-01", "2027-02-15 2027-05-15"},
		"until":                           {models.PlannedItem{On: "2026-12-01", Every: models.Biweekly, Until: "2026-12-20"}, "2026-12-01", "2027-02-01", "2026-12-01 2026-12-15"},
		"yearly on a leap day":            {models.PlannedItem{On: "2024-02-29", Every: models.Yearly}, "2025-01-01", "2028-12-31", "2025-02-28 2026-02-28 2027-02-28 2028-02-29"},
	} {
		var got []string
		for _, d := range c.item.Days(c.from, c.to) {
			got = append(got, string(d))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %s, want %s", name, s, c.want)
		}
	}
}

func TestTheDaysOfWhatComesAgainAscend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := models.PlannedItem{On: models.Day("2024-01-01").Add(rapid.IntRange(0, 900).Draw(t, "on")), Every: rapid.SampledFrom(models.Rhythms()).Draw(t, "every")}
		days := item.Days("2026-01-01", "2027-12-31")
		for i := 1; i < len(days); i++ {
			if days[i] <= days[i-1] {
				t.Fatalf("%v", days)
			}
		}
		if len(days) == 0 || days[0] < "2026-01-01" || days[len(days)-1] > "2027-12-31" {
			t.Fatalf("%v", days)
		}
	})
}

func TestWhatCannotBePlannedIsSaid(t *testing.T) {
	good := models.PlannedItem{Pool: "cash:acme:USD", What: "rent", Amount: models.Money{Minor: -1, Currency: "USD"}, On: "2026-12-01"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for field, edit := range map[string]func(*models.PlannedItem){
		"pool":   func(p *models.PlannedItem) { p.Pool = "acme" },
		"what":   func(p *models.PlannedItem) { p.What = " " },
		"amount": func(p *models.PlannedItem) { p.Amount.Minor = 0 },
		"on":     func(p *models.PlannedItem) { p.On = "soon" },
		"until":  func(p *models.PlannedItem) { p.Until = "2026-11-01" },
		"every":  func(p *models.PlannedItem) { p.Every = "often" },
	} {
		p := good
		edit(&p)
		if err := p.Check(); models.KindOf(err) != models.Invalid || !strings.HasPrefix(err.Error(), field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	other := good
	other.Amount.Currency = "EUR"
	if models.KindOf(other.Check()) != models.Invalid {
		t.Error("another currency than the pool's passed")
	}
}

func TestAPoolsIdComesApartAsItWasPutTogether(t *testing.T) {
	for _, entity := range []string{"", "acme", "acme:de"} {
		got, c, ok := models.ParsePool(models.PoolSubject(entity, "EUR"))
		if got != entity || c != "EUR" || !ok {
			t.Errorf("%q: got %q %q %v", entity, got, c, ok)
		}
	}
	for _, bad := range []string{"acme", "cash:acme", "cash:acme:", "cash:acme:QQQ"} {
		if _, _, ok := models.ParsePool(bad); ok {
			t.Errorf("%q passed for a pool", bad)
		}
	}
}
