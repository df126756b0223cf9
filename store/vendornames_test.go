package store_test

import (
	"slices"
	"testing"

	"remit/decision"
	"remit/models"
)

var _ = claim("a vendor is found under every name and id, however spelled and whenever last seen", func(t *testing.T, s *opened) {
	long := day.AddDate(-3, 0, 0)
	vendors := []models.Vendor{
		{ID: "vendor:erp:1", Name: "Acme Tools GmbH", Aliases: []string{"ATG"}, UpdatedAt: day},
		{ID: "vendor:old:9", Name: "A.T.G. Ltd", UpdatedAt: long},
		{ID: "vendor:crm:x", Name: "ACME-TOOLS", UpdatedAt: day},
		{ID: "vendor:erp:2", Name: "Globex", UpdatedAt: day},
		{ID: "vendor:erp:3", Name: "...", UpdatedAt: day},
	}
	mustCommit(t, s, decision.Changes{Vendors: vendors, At: day})
	old, other, globex := payable("old", "vendor:old:9", 777, long), payable("other", "vendor:old:9", 778, long), payable("globex", "vendor:erp:2", 777, long)
	mustCommit(t, s, decision.Changes{Payables: []models.Payable{old, other, globex}, At: day})
	p := payable("new", "vendor:erp:1", 777, day)
	p.VendorName = "Acme Tools"
	same, err := s.SameVendors(t.Context(), p)
	if want := []string{"vendor:crm:x", "vendor:old:9"}; err != nil || !slices.Equal(same, want) {
		t.Errorf("got %v, %v, want %v", same, err, want)
	}
	history, err := s.History(t.Context(), p)
	if err != nil || len(history) != 1 || history[0].ID != old.ID {
		t.Errorf("its history is %+v, %v, want the one of its amount under another name three years ago", history, err)
	}
	mustCommit(t, s, decision.Changes{Vendors: []models.Vendor{{ID: "vendor:erp:2", Aliases: []string{"acme tools"}, UpdatedAt: day}}, At: day})
	v, err := s.Vendors(t.Context(), []string{"vendor:erp:2"})
	if err != nil || v["vendor:erp:2"].Name != "Globex" || !slices.Equal(v["vendor:erp:2"].Aliases, []string{"acme tools"}) {
		t.Errorf("got %+v, %v", v, err)
	}
	if same, _ = s.SameVendors(t.Context(), p); !slices.Contains(same, "vendor:erp:2") {
		t.Errorf("an alias that was told later is not found: %v", same)
	}
})

var _ = claim("vendors that were known before names were noted are found once migrated, and a name of many says nothing", func(t *testing.T, s *opened) {
	var many []models.Vendor
	for i := range 25 {
		many = append(many, models.Vendor{ID: models.VendorItem("erp", string(rune('a'+i))), Name: "Sundry", UpdatedAt: day})
	}
	many = append(many, models.Vendor{ID: "vendor:erp:acme", Name: "Acme", UpdatedAt: day}, models.Vendor{ID: "vendor:erp:dots", Name: "...", UpdatedAt: day})
	mustCommit(t, s, decision.Changes{Vendors: many, At: day})
	s.ForgetNames(t)
	s.reopen(t)
	acme := payable("1", "vendor:crm:1", 1, day)
	acme.VendorName = "ACME, Inc."
	if same, err := s.SameVendors(t.Context(), acme); err != nil || !slices.Equal(same, []string{"vendor:erp:acme"}) {
		t.Errorf("got %v, %v", same, err)
	}
	acme.VendorName = "sundry"
	if same, err := s.SameVendors(t.Context(), acme); err != nil || len(same) != 0 {
		t.Errorf("of a name of 25: %v, %v", same, err)
	}
})
