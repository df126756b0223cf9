package main

import (
	"slices"

	"remit/finance"
	"remit/models"
)

// held is what the judge, which sees no more than a store hands it, would have put on hold.
type held struct {
	Model     string  `json:"model"` // shipped, or learned from the ledger before the day
	Holds     float64 `json:"holds"` // share of payments
	AP        float64 `json:"ap"`    // by the confidence of the hold, else by the model's finding
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
}

// shelf gives what is handed to a judge: the newest payments of the vendor, and those of others with the same amount.
type shelf struct {
	vendors map[string][]models.Payable
	amounts map[models.Money][]models.Payable
}

const handed = 250

func (s shelf) add(p models.Payable) {
	s.vendors[p.VendorID] = append(s.vendors[p.VendorID], p)
	s.amounts[p.Amount] = append(s.amounts[p.Amount], p)
}

func (s shelf) history(p models.Payable) []models.Payable {
	var out []models.Payable
	for _, h := range slices.Backward(s.vendors[p.VendorID]) {
		if out = append(out, h); len(out) == handed {
			break
		}
	}
	for i, h := range slices.Backward(s.amounts[p.Amount]) {
		if h.VendorID != p.VendorID && len(s.amounts[p.Amount])-i < handed/5 && p.IssuedOn.Sub(h.IssuedOn) <= 365 {
			out = append(out, h)
		}
	}
	return out
}

// judged lets a judge decide each payment from a place on.
func judged(j *finance.Judge, l ledger, from int, limits []models.Money) held {
	s := shelf{map[string][]models.Payable{}, map[models.Money][]models.Payable{}}
	var scores []float64
	var holds, right, odd float64
	for i, p := range l.payments {
		if i >= from {
			open := p
			open.Status = models.PayableOpen
			f := models.Facts{Now: p.IssuedOn.Time(), Payable: &open, History: s.history(p)}
			hold, score := decided(j.Decide(f, models.CashRules{Limits: limits, Today: p.IssuedOn}))
			scores = append(scores, score)
			if l.labels[i] != "" {
				odd++
			}
			if hold {
				holds++
				if l.labels[i] != "" {
					right++
				}
			}
		}
		s.add(p)
	}
	ap, _, _ := ranked(scores, l.labels[from:], "")
	return held{Holds: holds / float64(max(len(scores), 1)), AP: ap, Precision: right / max(holds, 1), Recall: right / max(odd, 1)}
}

func decided(j models.Judgement) (hold bool, score float64) {
	if p, ok := j.For(models.ActionHold); ok {
		return true, 1 + p.Confidence
	}
	return false, j.Facts.Signal("anomaly")
}

// judges measures a judge with the model that ships, and one with a model of the ledger's own.
func judges(l ledger, from int, limits []models.Money) ([]held, error) {
	shipped := judged(finance.New(), l, from, limits)
	shipped.Model = "shipped"
	m, err := finance.Learn(l.payments[:from], finance.Teaching{Limits: limits, Seed: 1, Alone: true})
	if err != nil {
		return nil, err
	}
	j, err := finance.NewLearned(m)
	if err != nil {
		return nil, err
	}
	own := judged(j, l, from, limits)
	own.Model = "learned"
	return []held{shipped, own}, nil
}
