package finance

import (
	"testing"
	"time"

	"remit/models"
)

func TestABillSentAgainUnderAnotherNameOfTheVendorIsADuplicate(t *testing.T) {
	at := models.Day("2026-12-03").Time()
	earlier := owing("old", "Acme", "RE-2026-4711", 482_000)
	earlier.VendorID, earlier.VendorName, earlier.IssuedOn, earlier.CreatedAt = "vendor:old:9", "ATG", "2026-11-20", at.Add(-300*time.Hour)
	p := owing("new", "Acme", "RE-2026-9711", 482_000) // one digit edited: of a stranger that says nothing
	p.IssuedOn, p.CreatedAt = "2026-12-01", at
	f := models.Facts{Now: at, Payable: &p, History: []models.Payable{earlier}}
	rules := models.CashRules{Today: "2026-12-03"}
	if j := New().Decide(f, rules); j.Facts.Signal(signalDuplicate) != 0 {
		t.Fatalf("of a stranger it is found: %+v", j.Facts.Signals)
	}
	f.SameVendors = []string{"vendor:old:9"}
	j := New().Decide(f, rules)
	if j.Facts.Signal(signalDuplicate) < .5 || j.Facts.Earlier == nil || j.Facts.Earlier.ID != earlier.ID {
		t.Errorf("of the same vendor under another name: %+v", j.Facts.Signals)
	}
}
