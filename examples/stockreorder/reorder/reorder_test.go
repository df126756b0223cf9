package reorder

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatWouldRunOutBeforeADeliveryIsReordered(t *testing.T) {
	ps, err := Propose(Sample, "2026-12-03", "EUR", .3)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range ps {
		got = append(got, p.Item+" "+p.Value+" "+p.Amount)
		if p.ID != p.Item+"/2026-12-03" || p.Facts["unit_cost"] == "" || !strings.Contains(p.Reasons[0].Text, "a delivery takes") {
			t.Errorf("got %+v", p)
		}
	}
	want := []string{"SKU-881 144 460.80", "SKU-333 31 6634.00", "SKU-777 140 1610.00"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAStockThatCannotBeReadSaysWhy(t *testing.T) {
	for text, want := range map[string]string{
		"":                "other columns",
		"sku,name\na,b\n": "other columns",
		"sku,name\na\n":   "cannot be read",
		firstLine(Sample) + "\na,b,many,0,1,1,1,1,1,c\n": "on_hand of a is no number",
	} {
		if _, err := Propose([]byte(text), "2026-12-03", "EUR", .3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
