// Finance measures speed: one payment judged beside its history, and a pool projected again after one event.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"remit/finance"
	"remit/models"
)

// now is the day of the made-up pool; speed does not depend on it.
var now = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

var today = models.DayOf(now)

type result struct {
	ScoreP50    float64 `json:"score_p50"`
	ScoreP99    float64 `json:"score_p99"`
	Rows        int     `json:"rows"` // of the ledger
	Seen        int     `json:"seen"` // rows that a payment is judged against
	ReprojectMS float64 `json:"reproject_ms"`
	ReprojectHi float64 `json:"reproject_max_ms"`
	Paths       int     `json:"paths"`
	Days        int     `json:"days"`
	TightMS     float64 `json:"tight_plan_ms"` // where the floor has to be searched for
}

func main() {
	rows := flag.Int("rows", 1_000_000, "rows of the ledger")
	payables := flag.Int("payables", 200, "payables of the pool")
	receivables := flag.Int("receivables", 200, "receivables of the pool")
	asJSON := flag.Bool("json", false, "print one JSON object")
	_ = flag.String("data", "", "accepted as every other program does; this one reads none")
	flag.Parse()
	r := result{Rows: *rows, Paths: 2000, Days: 60}
	r.score(*rows)
	rules := models.CashRules{Floor: usd(150_000), Breach: .05, Horizon: r.Days, MaxAge: 24 * time.Hour, CostBPS: 500, Today: today}
	r.ReprojectMS, r.ReprojectHi = replan(pool(50_000_000, *payables, *receivables), rules)
	r.TightMS, _ = replan(pool(200_000, *payables, *receivables), rules)
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(r)
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "score of a payment\tp50 %.3f ms\tp99 %.3f ms\tledger %d rows, up to %d alike\n", r.ScoreP50, r.ScoreP99, r.Rows, r.Seen)
	fmt.Fprintf(w, "plan again after an event\tmedian %.1f ms\tmost %.1f ms\t%d days, %d paths\n", r.ReprojectMS, r.ReprojectHi, r.Days, r.Paths)
	fmt.Fprintf(w, "the same, floor in reach\tmedian %.1f ms\n", r.TightMS)
	_ = w.Flush()
}

func usd(major float64) models.Money {
	return models.Money{Minor: int64(major * 100), Currency: "USD"}
}

// vendors share the ledger; a payment is judged beside those rows of it that the store hands out: its vendor's latest and
// lookalikes of others.
const (
	vendors   = 4000
	handedOut = 150
	payments  = 2000
)

func (r *result) score(rows int) {
	rng := rand.New(rand.NewPCG(1, 1))
	fmt.Fprintln(os.Stderr, "making a ledger of", rows)
	ledger := make([]models.Payable, rows)
	byVendor, byAmount := make([][]int, vendors), map[int64][]int{}
	for i := range ledger {
		ledger[i] = payable(i, rng, today.Add(-1-(rows-i)*700/rows))
		v := vendorOf(ledger[i])
		byVendor[v] = append(byVendor[v], i)
		byAmount[ledger[i].Amount.Minor] = append(byAmount[ledger[i].Amount.Minor], i)
	}
	judge := finance.New()
	var took []float64
	history := make([]models.Payable, 0, 2*handedOut) // as a store hands them out: read once, with room for all
	for i := range payments {
		p := payable(rows+i, rng, today)
		f := models.Facts{Now: now, Payable: &p, History: history}
		began := time.Now()
		for _, like := range [][]int{byVendor[vendorOf(p)], byAmount[p.Amount.Minor]} {
			for k := len(like) - 1; k >= 0 && k >= len(like)-handedOut; k-- {
				f.History = append(f.History, ledger[like[k]])
			}
		}
		judge.Decide(f, models.CashRules{Today: today, Limits: []models.Money{usd(25_000)}})
		took = append(took, float64(time.Since(began).Nanoseconds())/1e6)
		r.Seen = max(r.Seen, len(f.History))
	}
	slices.Sort(took)
	r.ScoreP50, r.ScoreP99 = took[len(took)/2], took[len(took)*99/100]
}

func vendorOf(p models.Payable) int {
	n := 0
	_, _ = fmt.Sscanf(p.VendorID, "v%d", &n)
	return n
}

func payable(i int, rng *rand.Rand, issued models.Day) models.Payable {
	v := rng.IntN(vendors)
	return models.Payable{
		ID: fmt.Sprint("p", i), VendorID: fmt.Sprint("v", v), VendorName: fmt.Sprint("Vendor ", v), Invoice: fmt.Sprint("INV-", 10_000+i),
		Amount: usd(float64(500 + rng.IntN(200)*rng.IntN(200))), IssuedOn: issued, DueOn: issued.Add(30), PayOn: issued.Add(30),
		CreatedAt: issued.Time(), Status: models.PayableOpen,
	}
}

// pool is made up: payables, every other one with a discount, receivables of forty customers with a year of settled ones,
// the invoices paid in a year, and a year of residual flow.
func pool(balance float64, payables, receivables int) models.Pool {
	rng := rand.New(rand.NewPCG(2, 2))
	p := models.Pool{ID: "cash:hq:USD", Now: now, Balances: []models.Balance{{Amount: usd(balance), AsOf: now}}}
	for i := range payables {
		v := payable(i, rng, today.Add(rng.IntN(50)-28))
		if i%2 == 0 {
			v.Terms = models.Terms{DiscountBPS: 200, DiscountUntil: v.IssuedOn.Add(40)}
			v.DueOn = v.IssuedOn.Add(60)
		}
		p.Payables = append(p.Payables, v)
	}
	for i := range receivables {
		p.Receivables = append(p.Receivables, models.Receivable{
			ID: fmt.Sprint("r", i), CustomerID: fmt.Sprint("c", i%40), Amount: usd(float64(500 + rng.IntN(20_000))), DueOn: today.Add(rng.IntN(60) - 10),
		})
	}
	for i := range 12 * receivables {
		due := today.Add(-30 - rng.IntN(330))
		r := models.Receivable{
			ID: fmt.Sprint("s", i), CustomerID: fmt.Sprint("c", i%40), Amount: usd(900), DueOn: due, PaidOn: due.Add(rng.IntN(25) - 3),
		}
		p.Settled = append(p.Settled, r)
		p.Turnover = append(p.Turnover, models.Turnover{KnownOn: r.KnownOn(), PaidOn: r.PaidOn, Minor: r.Amount.Minor})
	}
	for i := range 12 * payables {
		v := payable(i, rng, today.Add(-60-rng.IntN(320)))
		p.Turnover = append(p.Turnover, models.Turnover{KnownOn: v.KnownOn(), PaidOn: v.PayOn, Minor: -v.Amount.Minor, VendorID: v.VendorID, VendorName: v.VendorName})
	}
	for range 365 {
		p.Residual = append(p.Residual, int64(rng.NormFloat64()*300_000))
	}
	return p
}

// replan plans the pool again and again, each time after another receivable has come in.
func replan(p models.Pool, r models.CashRules) (median, most float64) {
	judge := finance.New()
	var took []float64
	for i := range 21 {
		if i < len(p.Receivables) {
			p.Receivables[i].PaidOn = today
		}
		began := time.Now()
		judge.Plan(p, r)
		took = append(took, float64(time.Since(began).Microseconds())/1e3)
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)-1]
}
