package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"remit/decision"
	"remit/models"
)

// gatedBy is a policy with guardrails, escalations and caps, as a company would have it.
const gatedBy = `
timezone: Europe/Berlin
calendar: {country: DE, hours: "Mon-Fri 09:00-12:30 13:30-18:00"}
triage:
  approvers: "@leads"
  priority: {level: act, max_error: 5%}
  route: {level: ask}
  escalate:
    - {when: 'tone.anger >= 0.8 and account.tier == "enterprise"', to: "@leads"}
    - {when: 'ticket.mentions("lawyer", "gdpr")', to: "@leads"}
finance:
  approvers: "@leads"
  schedule: {level: act-after-window, window: 4h, max_error: 5%}
  guardrails:
    - {when: 'payable.amount > money("25000 USD")', approvers: {from: "@leads", count: 2, not: requester}}
    - {when: 'vendor.bank_changed_within("90d")', approvers: {from: "@leads", count: 2}}
  cash: {floor: 150000 USD, breach: 5%, horizon: 60d, max_age: 1d}
caps: {actions_per_hour: 200, money_per_day: 250000 USD}
grants:
  - {action: priority, level: act, by: m, until: 2026-12-20, reason: measured}
  - {action: schedule, level: act-after-window, by: m, until: 2026-12-20, reason: measured}
`

// leads is a directory of people who may all answer.
type leads []models.Person

// Reaches gives the people of a name.
func (l leads) Reaches(name string) (out []models.Person) {
	for _, p := range l {
		if p.In(name) {
			out = append(out, p)
		}
	}
	return out
}

// recorded is what a decision's record keeps for its replay.
type recorded struct {
	Proposal models.Proposal
	Facts    models.Facts
}

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// replay re-gates recorded decisions, and gives how many a second: as they lie in memory, and with the reading of their
// facts from JSON. It fails where the same record is ruled on otherwise the second time.
func replay(n int) (perS, decodedPerS float64, err error) {
	role := []models.Role{models.RoleManager}
	people := leads{{ID: "m", Roles: role, Groups: []string{"leads"}}, {ID: "n", Roles: role, Groups: []string{"leads"}}, {ID: "o", Roles: role, Groups: []string{"leads"}}}
	p, err := decision.LoadPolicy([]byte(gatedBy), people, noon)
	if err != nil {
		return 0, 0, err
	}
	records, raws := make([]recorded, n), make([][]byte, n)
	for i := range records {
		records[i] = record(i)
		raws[i], _ = json.Marshal(records[i])
	}
	rulings := make([]models.Ruling, n)
	began := time.Now()
	for i, r := range records {
		rulings[i] = gate(p, r)
	}
	perS = float64(n) / time.Since(began).Seconds()
	began = time.Now()
	for i, raw := range raws {
		var r recorded
		if err := json.Unmarshal(raw, &r); err != nil {
			return 0, 0, err
		}
		if got := gate(p, r); !reflect.DeepEqual(got, rulings[i]) {
			return 0, 0, fmt.Errorf("record %d was ruled %v, and %v again", i, rulings[i], got)
		}
	}
	return perS, float64(n) / time.Since(began).Seconds(), nil
}

func gate(p *decision.Policy, r recorded) models.Ruling {
	ruling, _ := p.Gate(r.Proposal, r.Facts, decision.Situation{Now: r.Facts.Now, Writable: true})
	return ruling
}

// record makes the i-th of a mixed past: tickets and payments, calm and angry, small and large, sure and unsure.
func record(i int) recorded {
	at := noon.Add(time.Duration(i) * time.Second)
	sure := .80 + float64(i%20)/100
	if i%2 == 0 {
		return recorded{
			Proposal: models.Proposal{Action: models.ActionPriority, Item: fmt.Sprint("ticket:h:", i), Value: "P2", Before: "P3", Confidence: sure},
			Facts: models.Facts{
				Now: at, Ticket: &models.Ticket{ID: fmt.Sprint("ticket:h:", i), Subject: "Refund", Text: "I was charged twice for the same order and would like my money back before the end of the week, please."},
				Account: &models.Account{ID: "account:h:1", Tier: []string{"business", "enterprise"}[i/2%2], UpdatedAt: at.Add(-time.Hour)},
				Tone:    &models.Tone{Anger: float64(i%100) / 100},
			},
		}
	}
	usd := func(n int64) models.Money { return models.Money{Minor: n * 100, Currency: "USD"} }
	return recorded{
		Proposal: models.Proposal{Action: models.ActionSchedule, Item: fmt.Sprint("payable:erp:", i), Value: "2026-12-07", Before: "2026-12-05", Confidence: sure},
		Facts: models.Facts{
			Now: at, Payable: &models.Payable{ID: fmt.Sprint("payable:erp:", i), Amount: usd(int64(i%40) * 1000), VendorName: "Acme", Requester: "frank", Bank: "a"},
			Vendor: &models.Vendor{ID: "vendor:erp:1", Banks: []models.BankUse{{Bank: "a", Since: at.AddDate(0, 0, -(i % 400))}}},
			Cash:   &models.Cash{Floor: usd(150_000), Low: usd(200_000)},
		},
	}
}
