package finance_test

import (
	"testing"

	"remit/finance"
	"remit/models"
)

func caseOf(t *testing.T, p models.Payable, history []models.Payable, v *models.Vendor) string {
	t.Helper()
	j := finance.New().Decide(models.Facts{Now: noon, Payable: &p, Vendor: v, History: history}, rules())
	pr, ok := j.For(models.ActionHold)
	if !ok || pr.Case == "" {
		t.Fatalf("no case of a hold in %+v", j.Proposals)
	}
	return pr.Case
}

func TestTwoCopiesOfABillAreOneCaseWhicheverIsLookedAt(t *testing.T) {
	one, two := bill("INV-4711", 4_820.17, 20), bill("INV-4711", 4_820.17, 3)
	two.ID = "payable:erp:again"
	first := caseOf(t, two, append(usual(12), one), nil)
	later := caseOf(t, one, append(usual(12), paid(two, 1)), nil)
	if first != later {
		t.Error("the same two copies are two cases")
	}
	if other := caseOf(t, two, append(usual(12), func() models.Payable { o := one; o.ID = "payable:erp:third"; return o }()), nil); other == first {
		t.Error("another earlier copy is the same case")
	}
}

func TestWhatLittleElseIsFoundMakesNoOtherCaseOfIt(t *testing.T) {
	one, two := bill("INV-4711", 4_820.17, 20), bill("INV-4711", 4_820.17, 3)
	two.ID = "payable:erp:again"
	ordered := usual(12)
	for i := range ordered {
		ordered[i].PO = "PO-1"
	}
	one.PO = "PO-1"
	with := caseOf(t, two, append(ordered, one), nil) // has no purchase order, which the others have
	two.PO = "PO-1"
	if caseOf(t, two, append(ordered, one), nil) != with {
		t.Error("an order number makes another case of a duplicate")
	}
}

func TestAChangedAccountMakesAnotherCase(t *testing.T) {
	one, two := bill("INV-4711", 4_820.17, 20), bill("INV-4711", 4_820.17, 3)
	two.ID = "payable:erp:again"
	before := caseOf(t, two, append(usual(12), one), nil)
	v := &models.Vendor{ID: two.VendorID, Banks: []models.BankUse{{Bank: "old", Since: noon.AddDate(-1, 0, 0)}}}
	two.Bank = "new"
	changed := caseOf(t, two, append(usual(12), one), v)
	if changed == before {
		t.Error("a changed account is no other case")
	}
	if seen := v.Seen("new", noon); caseOf(t, two, append(usual(12), one), &seen) != changed {
		t.Error("the same account is another case once it was noted as the vendor's")
	}
}
