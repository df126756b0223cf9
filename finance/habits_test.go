package finance_test

import (
	"fmt"
	"testing"

	"remit/models"
)

// numbered gives bills an order each.
func numbered(ps []models.Payable) []models.Payable {
	for i := range ps {
		ps[i].PO = fmt.Sprint("PO-", 4000+i)
	}
	return ps
}

func on(p models.Payable, po string) models.Payable {
	p.PO = po
	return p
}

// manyOn has all bills be on one order.
func manyOn(ps []models.Payable, po string) []models.Payable {
	for i := range ps {
		ps[i].PO = po
	}
	return ps
}

func withTerms(ps []models.Payable, terms models.Terms) []models.Payable {
	for i := range ps {
		ps[i].Terms = terms
	}
	return ps
}

func withFees(ps []models.Payable) []models.Payable {
	for i := range ps {
		ps[i].LateFee = usd(50)
	}
	return ps
}

func imported(ps []models.Payable) []models.Payable {
	for i := range ps {
		ps[i].Source = "import"
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
	onOrder := func(po string) models.Payable { return on(ordinary, po) }
	theirs := func(po, vendor string) models.Payable { return on(by(bill("T-"+vendor, 412.50, 60), vendor), po) }
	withFee := ordinary
	withFee.LateFee = usd(50)
	two, one := models.Terms{DiscountBPS: 200, DiscountUntil: today.Add(9)}, models.Terms{DiscountBPS: 100, DiscountUntil: today.Add(9)}
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
		"no purchase order, where there always was one": {ordinary, manyOn(usual(9), "po-1"), "no_order", true},
		"no purchase order, as ever":                    {ordinary, usual(9), "no_order", false},
		"an order that another vendor billed on":        {onOrder("PO-7001"), append(numbered(usual(9)), theirs("PO-7001", "bolt")), "order", true},
		"an order that three others billed on": {
			onOrder("PO-7001"), append(numbered(usual(9)), theirs("PO-7001", "bolt"), theirs("PO-7001", "cord"), theirs("PO-7001", "dean")), "order", false,
		},
		"an order of its own that another vendor billed on": {onOrder("PO-4003"), append(manyOn(usual(9), "PO-4003"), theirs("PO-4003", "bolt")), "order", false},
		"a new order of the usual form":                     {onOrder("PO-12001"), numbered(usual(9)), "order", false},
		"an order of a form that none has":                  {onOrder("X/88.12"), numbered(usual(9)), "order", true},
		"an order billed before, where none was twice":      {onOrder("PO-4003"), numbered(usual(9)), "order", true},
		"an order billed before, where all are again":       {onOrder("PO-4003"), append(numbered(usual(9)), numbered(aged(usual(9), 5))...), "order", true},
		"a part of an order, where parts are usual":         {onOrder("PO-4100"), append(append(numbered(usual(9)), numbered(aged(usual(9), 5))...), on(bill("A-1", 500.11, 40), "PO-4100")), "order", false},
		"the discount is gone":                              {ordinary, withTerms(usual(9), two), "terms", true},
		"the discount is half of what it was":               {withTerms([]models.Payable{ordinary}, one)[0], withTerms(usual(9), two), "terms", true},
		"the discount as ever":                              {withTerms([]models.Payable{ordinary}, two)[0], withTerms(usual(9), two), "terms", false},
		"a discount that one bill had":                      {ordinary, append(withTerms(usual(1), two), usual(9)[1:]...), "terms", false},
		"a late fee that is new":                            {withFee, usual(9), "terms", true},
		"a late fee, of a vendor who was imported":          {withFee, imported(usual(9)), "terms", false},
		"a late fee as once before":                         {withFee, append(usual(9)[1:], withFees(usual(1))...), "terms", false},
		"due in a week instead of in thirty days":           {dueAfter(ordinary, 7), usual(9), "terms", true},
		"due in twenty-five days":                           {dueAfter(ordinary, 25), usual(9), "terms", false},
		"due before it was issued is an assumption":         {dueAfter(ordinary, -3), usual(9), "terms", false},
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
