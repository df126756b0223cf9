package models_test

import (
	"strings"
	"testing"

	"remit/models"
)

func cashOf(pool string, c models.Currency, balance int64, days ...int64) models.Cash {
	m := func(v int64) models.Money { return models.Money{Minor: v, Currency: c} }
	out := models.Cash{Pool: pool, Floor: m(1000), Balance: m(balance), Horizon: len(days) - 1, Breach: .6}
	for i, d := range days {
		out.Days = append(out.Days, models.CashDay{Day: models.Day("2026-12-01").Add(i), Mid: d + 100, Low: d, Before: d + 50})
	}
	return out
}

func TestPoolsOfSeveralCurrenciesAreSeenAsOne(t *testing.T) {
	rates := models.Rates{Base: "USD", Units: map[models.Currency]string{"EUR": "1.10"}}
	got := models.Together([]models.Cash{
		cashOf("cash:a:USD", "USD", 10_000, 10_000, 5_000, 9_000), cashOf("cash:b:EUR", "EUR", 2_000, 2_000, 1_000),
	}, rates, "USD")
	if got.Unknown != "" || got.Balance.Minor != 12_200 || got.Floor.Minor != 2_100 || len(got.Days) != 2 || got.Breach != 1 {
		t.Fatalf("got %+v", got)
	}
	if d := got.Days[1]; d.Low != 6_100 || d.Mid != 5_100+1_210 || got.Low.Minor != 6_100 || got.LowOn != "2026-12-02" {
		t.Errorf("the second day is %+v, the lowest %s on %s", d, got.Low, got.LowOn)
	}
}

func TestOfWhatIsNotKnownInPartTheWholeIsNotKnown(t *testing.T) {
	old := cashOf("cash:b:EUR", "EUR", 1, 1)
	old.Unknown = "the balance is 3 days old"
	for want, c := range map[string]models.Cash{"of cash:b:EUR, the balance is 3 days old": old, "there is no rate for": cashOf("cash:b:EUR", "EUR", 1, 1)} {
		got := models.Together([]models.Cash{cashOf("cash:a:USD", "USD", 1, 1), c}, models.Rates{Base: "USD"}, "USD")
		if !strings.Contains(got.Unknown, want) || len(got.Days) != 0 {
			t.Errorf("got %q, want %q", got.Unknown, want)
		}
	}
}
