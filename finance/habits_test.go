package finance_test

import (
	"testing"

	"remit/models"
)

func withOrders(ps []models.Payable) []models.Payable {
	for i := range ps {
		ps[i].PO = "po-1"
	}
	return ps
}

func dueAfter(p models.Payable, days int) models.Payable {
	p.DueOn = p.IssuedOn.Add(days)
	return p
}

func inEuro(p models.Payable) models.Payable {
	p.Amount.Currency = "EUR"
	return p
}

// rush gives n bills of the last days.
func rush(n int) []models.Payable {
	var out []models.Payable
	for i := range n {
		out = append(out, bill("Z-"+string(rune('a'+i)), 950+13*float64(i), 2+i%4))
	}
	return out
}

func TestHabitsThatABillBreaks(t *testing.T) {
	ordinary := bill("A-69900", 985.17, 1)
	cases := map[string]struct {
		p       models.Payable
		history []models.Payable
		signal  string
		found   bool
	}{
		"silent for two years":                          {ordinary, aged(usual(9), 700), "dormant", true},
		"silent for a year, as the year before":         {ordinary, aged(monthly(1, 900), 380), "dormant", false},
		"silent for two months":                         {ordinary, usual(9), "dormant", false},
		"eight bills in a week, where one in ten days":  {ordinary, append(rush(7), usual(20)...), "velocity", true},
		"three bills in a week":                         {ordinary, append(rush(2), usual(20)...), "velocity", false},
		"eight bills of a vendor hardly known":          {ordinary, rush(7), "velocity", false},
		"euro from a vendor who bills dollars":          {inEuro(ordinary), usual(9), "currency", true},
		"dollars as ever":                               {ordinary, usual(9), "currency", false},
		"euro from a vendor of four bills":              {inEuro(ordinary), usual(4), "currency", false},
		"no purchase order, where there always was one": {ordinary, withOrders(usual(9)), "no_order", true},
		"no purchase order, as ever":                    {ordinary, usual(9), "no_order", false},
		"due in a week instead of in thirty days":       {dueAfter(ordinary, 7), usual(9), "terms", true},
		"due in twenty-five days":                       {dueAfter(ordinary, 25), usual(9), "terms", false},
		"due before it was issued is an assumption":     {dueAfter(ordinary, -3), usual(9), "terms", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			j := decide(c.p, vendor(since("giro", 900)), c.history...)
			if got := j.Facts.Signal(c.signal); (got > 0) != c.found {
				t.Errorf("%s has strength %v, want found: %v", c.signal, got, c.found)
			}
			if p, hold := j.For(models.ActionHold); hold {
				t.Errorf("a habit alone holds: %+v", p.Reasons)
			}
		})
	}
}

// aged moves bills into the past.
func aged(ps []models.Payable, days int) []models.Payable {
	for i := range ps {
		ps[i].IssuedOn, ps[i].DueOn = ps[i].IssuedOn.Add(-days), ps[i].DueOn.Add(-days)
	}
	return ps
}

func TestAnAccountChangedAndChangedBackIsSaid(t *testing.T) {
	j := decide(bill("B-1", 1_000.50, 1), vendor(since("giro", 900), since("new", 20), since("giro", 4)), usual(9)...)
	p, hold := j.For(models.ActionHold)
	if !hold || p.Reasons[0].Code != "bank.back_and_forth" {
		t.Errorf("hold %v, reasons %+v, want the change and the change back", hold, p.Reasons)
	}
}
