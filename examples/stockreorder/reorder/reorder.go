// Package reorder proposes what to reorder: whatever would probably run out before a delivery comes.
package reorder

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"

	"remit/examples/proposer"
)

// Sample is a small shop's stock, made up.
//
//go:embed stock.csv
var Sample []byte

// columns is how many a file has, as Sample has them.
const columns = 10

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return string(line)
}

// Propose reads the stock and proposes, for each item whose stock is likelier than risk to run out within its lead time, to
// order up to what lasts as long again. day tells one day's proposals from the next's.
func Propose(stock []byte, day, currency string, risk float64) ([]proposer.Proposal, error) {
	rows, err := csv.NewReader(bytes.NewReader(stock)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("the stock cannot be read: %w", err)
	}
	if len(rows) == 0 || len(rows[0]) != columns {
		return nil, fmt.Errorf("the stock has other columns than %q", firstLine(Sample))
	}
	var all []proposer.Proposal
	for _, r := range rows[1:] {
		var n [7]float64 // on_hand, on_order, daily_sales, daily_spread, lead_days, pack, unit_cost
		for i := range n {
			if n[i], err = strconv.ParseFloat(r[i+2], 64); err != nil {
				return nil, fmt.Errorf("%s of %s is no number", rows[0][i+2], r[0])
			}
		}
		if p, short := propose(r[0], r[1], r[9], day, currency, n, risk); short {
			all = append(all, p)
		}
	}
	return all, nil
}

func propose(sku, name, supplier, day, currency string, n [7]float64, risk float64) (p proposer.Proposal, short bool) {
	onHand, onOrder, daily, spread, lead, pack, cost := n[0], n[1], n[2], n[3], n[4], n[5], n[6]
	runsOut := 0.5 * math.Erfc((onHand+onOrder-daily*lead)/(spread*math.Sqrt(2*lead))) // normal demand over the lead time
	if runsOut < risk {
		return p, false
	}
	packs := math.Ceil((2*daily*lead - onHand - onOrder) / pack)
	quantity := packs * pack
	return proposer.Proposal{
		ID: sku + "/" + day, Domain: "stock", Action: "reorder", Item: sku, Model: "reorder-point/1", Segment: supplier,
		Title: fmt.Sprintf("%s, %.0f left", name, onHand), Value: fmt.Sprint(quantity), Before: "0",
		Options: []string{fmt.Sprint(math.Ceil(packs/2) * pack), fmt.Sprint(2 * quantity)},
		Facts: map[string]any{
			"on_hand": onHand, "on_order": onOrder, "daily_sales": daily, "lead_days": lead, "quantity": quantity,
			"unit_cost": fmt.Sprintf("%.2f "+currency, cost), "supplier": supplier,
		},
		Amount: fmt.Sprintf("%.2f", quantity*cost), Currency: currency, Confidence: min(runsOut, 0.999), Reversible: true,
		Reasons: []proposer.Reason{
			{Code: "runs_out", Text: fmt.Sprintf("%.0f left and %.0f on order last %.1f days; a delivery takes %.0f", onHand, onOrder, (onHand+onOrder)/daily, lead), Weight: 0.8},
			{Code: "pack", Text: fmt.Sprintf("%.0f packs of %.0f last as long again", packs, pack), Weight: 0.2},
		},
	}, true
}
