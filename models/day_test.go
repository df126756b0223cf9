package models_test

import (
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

func TestADaysNumberIsThatOfItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := models.Day(rapid.OneOf(
			rapid.StringMatching(`[0-9]{4}-[0-9]{2}-[0-9]{2}`), rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`), rapid.String(),
		).Draw(t, "day"))
		n, ok := d.Number()
		if ok != d.Valid() {
			t.Fatalf("%q: got %v, want %v", d, ok, d.Valid())
		}
		if ok && d.Time().Unix() != int64(n)*86_400 {
			t.Fatalf("%q: got %d", d, n)
		}
	})
}
