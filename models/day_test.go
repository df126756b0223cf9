package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/models"
)

func TestADaysNumberIsThatOfItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := models.Day(rapid.OneOf(
			rapid.StringMatching(`[0-9]{4}-[0-9]{2}-[0-9]{2}`), rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`), rapid.String(),
		).Draw(t, "day"))
		n, ok := d.Number()
		if _, err := time.Parse(time.DateOnly, string(d)); ok != (err == nil) {
			t.Fatalf("%q: got %v beside %v", d, ok, err)
		}
		if got, want := d.Sub("2026-12-03"), int((d.Time().Unix()-models.Day("2026-12-03").Time().Unix())/86_400); got != want {
			t.Fatalf("%q: %d days apart, want %d", d, got, want)
		}
		if ok && d.Time().Unix() != int64(n)*86_400 {
			t.Fatalf("%q: got %d", d, n)
		}
	})
}
