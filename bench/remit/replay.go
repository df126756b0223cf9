package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"remit/decision"
	"remit/models"
	"remit/store"
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

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// replayed is how fast the past is ruled on again, in decisions a second.
type replayed struct {
	Memory float64 `json:"replay_memory_per_s"` // as they lie in memory, on one core
	JSON   float64 `json:"replay_per_s"`        // with the reading of their records from JSON, by two workers
	Stored float64 `json:"replay_stored_per_s"` // from a database on disk, as remit replay does
	Again  float64 `json:"backtest_per_s"`      // the same, under two policies
}

// replayWorkers is how many rule at once.
const replayWorkers = 2

// replay rules again on n recorded decisions. It fails where one of them comes out otherwise.
func replay(n int) (r replayed, err error) {
	role := []models.Role{models.RoleManager}
	people := leads{{ID: "m", Roles: role, Groups: []string{"leads"}}, {ID: "n", Roles: role, Groups: []string{"leads"}}, {ID: "o", Roles: role, Groups: []string{"leads"}}}
	p, err := decision.LoadPolicy([]byte(gatedBy), people, noon)
	if err != nil {
		return r, err
	}
	records, raws := make([]decision.Recorded, n), make([][]byte, n)
	for i := range records {
		records[i] = record(p, i)
		raws[i], _ = json.Marshal(records[i])
	}
	began := time.Now()
	for _, rec := range records {
		if again := decision.Replay(rec, p); !again.Same() {
			return r, fmt.Errorf("%s was ruled %v, and %v again", rec.Decision.ID, rec.Decision.Ruling, again.Ruling)
		}
	}
	r.Memory = perSecond(n, began)
	began = time.Now()
	if err := decodeAndReplay(raws, p); err != nil {
		return r, err
	}
	r.JSON = perSecond(n, began)
	r.Stored, r.Again, err = replayStored(records, p)
	return r, err
}

func perSecond(n int, began time.Time) float64 { return float64(n) / time.Since(began).Seconds() }

// decodeAndReplay reads each record from JSON and rules on it, a share a worker.
func decodeAndReplay(raws [][]byte, p *decision.Policy) error {
	errs := make([]error, replayWorkers)
	var wg sync.WaitGroup
	for w := range replayWorkers {
		wg.Go(func() {
			for i := w; i < len(raws) && errs[w] == nil; i += replayWorkers {
				var rec decision.Recorded
				if errs[w] = json.Unmarshal(raws[i], &rec); errs[w] == nil && !decision.Replay(rec, p).Same() {
					errs[w] = fmt.Errorf("%s is ruled otherwise once it was kept", rec.Decision.ID)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// replayStored keeps the records in a database, and rules on them and back-tests them from there.
func replayStored(records []decision.Recorded, p *decision.Policy) (replays, backtests float64, err error) {
	dir, err := os.MkdirTemp("", "remit-bench-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(dir, "remit.db"), Now: time.Now})
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	for chunk := range slices.Chunk(records, 1000) {
		c := decision.Changes{At: noon}
		for _, r := range chunk {
			c.Decisions = append(c.Decisions, r.Decision)
			c.Snapshots = append(c.Snapshots, models.Snapshot{ID: r.Decision.FactsID, Item: r.Decision.Item, Facts: *r.Facts, At: r.Facts.Now})
		}
		if err := s.Commit(ctx, c); err != nil {
			return 0, 0, err
		}
	}
	began := time.Now()
	again := decision.Replayer{Under: p, Workers: replayWorkers}
	err = s.Past(ctx, time.Time{}, time.Time{}, func(page []decision.Recorded) error { return again.Add(ctx, page) })
	replays = perSecond(len(records), began)
	if got := again.Report(); err == nil && (got.Same != len(records) || !got.Identical()) {
		err = fmt.Errorf("from the database %d of %d come out the same", got.Same, len(records))
	}
	if err != nil {
		return 0, 0, err
	}
	began = time.Now()
	b := decision.NewBacktester(p, p, nil)
	err = s.Past(ctx, time.Time{}, time.Time{}, func(page []decision.Recorded) error { b.Add(page); return nil })
	return replays, perSecond(len(records), began), err
}

// record gives the decision that the policy makes of the i-th case of a mixed past.
func record(p *decision.Policy, i int) decision.Recorded {
	pr, f := caseOf(i)
	d := models.Propose(models.Event{ID: fmt.Sprint("ev_", i), Source: "bench", Subject: pr.Item}, pr, f.Now)
	d.Ruling, _ = p.Gate(pr, f, decision.Situation{Now: f.Now, Writable: true})
	d.Policy, d.FactsID, d.State, d.Title = p.Version, models.SnapshotID(d.EventID, d.Item, 0), models.Observed, "A case of the bench"
	return decision.Recorded{Decision: d, Facts: &f}
}

// caseOf makes the i-th of a mixed past: tickets and payments, calm and angry, small and large, sure and unsure.
func caseOf(i int) (models.Proposal, models.Facts) {
	at := noon.Add(time.Duration(i) * time.Second)
	sure := .80 + float64(i%20)/100
	if i%2 == 0 {
		pr := models.Proposal{Action: models.ActionPriority, Item: fmt.Sprint("ticket:h:", i), Value: "P2", Before: "P3", Confidence: sure}
		return pr, models.Facts{
			Now: at, Ticket: &models.Ticket{ID: pr.Item, Subject: "Refund", Text: "I was charged twice for the same order and would like my money back before the end of the week, please."},
			Account: &models.Account{ID: "account:h:1", Tier: []string{"business", "enterprise"}[i/2%2], UpdatedAt: at.Add(-time.Hour)},
			Tone:    &models.Tone{Anger: float64(i%100) / 100},
		}
	}
	usd := func(n int64) models.Money { return models.Money{Minor: n * 100, Currency: "USD"} }
	pr := models.Proposal{Action: models.ActionSchedule, Item: fmt.Sprint("payable:erp:", i), Value: "2026-12-07", Before: "2026-12-05", Confidence: sure}
	cash := models.Cash{Floor: usd(150_000), Low: usd(200_000)}
	for d := range 60 { // the path, as a plan keeps it
		cash.Days = append(cash.Days, models.CashDay{Day: models.DayOf(at).Add(d), Mid: int64(40_000_000 - d*1000), Low: int64(30_000_000 - d*1000)})
	}
	return pr, models.Facts{
		Now: at, Payable: &models.Payable{ID: pr.Item, Amount: usd(int64(i%40) * 1000), VendorName: "Acme", Requester: "frank", Bank: "a"},
		Vendor: &models.Vendor{ID: "vendor:erp:1", Banks: []models.BankUse{{Bank: "a", Since: at.AddDate(0, 0, -(i % 400))}}},
		Cash:   &cash,
	}
}
