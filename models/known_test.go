package models_test

import (
	"testing"
	"time"

	"remit/models"
)

func TestAnInvoiceIsKnownFromTheDayItArrived(t *testing.T) {
	at := func(d models.Day) time.Time { return d.Time().Add(9 * time.Hour) }
	for name, c := range map[string]struct {
		p    models.Payable
		want models.Day
	}{
		"arrived days after it was issued": {models.Payable{IssuedOn: "2026-11-02", CreatedAt: at("2026-11-06")}, "2026-11-06"},
		"taken over from other books":      {models.Payable{IssuedOn: "2025-11-02", PaidOn: "2025-12-01", CreatedAt: at("2026-11-06")}, "2025-11-02"},
		"without a day of issue":           {models.Payable{DueOn: "2026-12-01", CreatedAt: at("2026-11-06")}, "2026-11-06"},
		"paid, and without any other day":  {models.Payable{PaidOn: "2025-12-01"}, "2025-11-01"},
		"without any day":                  {models.Payable{}, ""},
	} {
		if got := c.p.KnownOn(); got != c.want {
			t.Errorf("%s: known on %q, want %q", name, got, c.want)
		}
	}
	if got := (models.Receivable{DueOn: "2026-12-01"}).KnownOn(); got != "2026-11-01" {
		t.Errorf("money without a day of issue is known on %q, want a usual term before it is due", got)
	}
}
