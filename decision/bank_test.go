package decision

import (
	"testing"

	"remit/models"
)

func TestAnAccountThatNobodyHasProvenCountsAsChanged(t *testing.T) {
	claim := func(bank string) models.BankUse {
		return models.BankUse{Bank: bank, Since: noon.AddDate(-1, 0, 0), Claimed: true}
	}
	for name, c := range map[string]struct {
		banks []models.BankUse
		want  bool
	}{
		"the account on record, another claimed":     {[]models.BankUse{{Bank: "a", Since: noon.AddDate(-1, 0, 0)}, claim("x")}, false},
		"one that was claimed a year ago":            {[]models.BankUse{{Bank: "x", Since: noon.AddDate(-2, 0, 0)}, claim("a")}, true},
		"none on record, and two that were claimed":  {[]models.BankUse{claim("x"), claim("a")}, true},
		"none on record, and this is the only claim": {[]models.BankUse{claim("a")}, false},
	} {
		f := paymentFactsOf(func(f *models.Facts) { f.Vendor.Banks = c.banks })
		if got, err := vendorFacts(*f.Vendor, f).BankChangedWithin("90d"); got != c.want || err != nil {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}
