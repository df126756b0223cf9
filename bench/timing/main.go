// Timing measures how well pay days are chosen under a limit on what may have left by each day: the regret against the
// best that is known, the time taken, and the plans that pass a limit.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"remit/bench/data"
	"remit/finance"
)

// instance is a problem as its file states it.
type instance struct {
	Name     string    `json:"name"`
	Days     int       `json:"days"`
	Business []bool    `json:"business"`
	Hold     float64   `json:"hold_rate_per_day"`
	MaxLate  int       `json:"max_late_days"`
	Defer    deferral  `json:"defer"`
	Limit    []float64 `json:"limit"`
	Payables []payable `json:"payables"`

	Unconstrained float64  `json:"unconstrained"`
	LPBound       float64  `json:"lp_bound"`
	Best          *float64 `json:"mip_best"`
	Status        *string  `json:"mip_status"`
}

type deferral struct {
	Rate         float64 `json:"rate"`
	Flat         float64 `json:"flat"`
	PlusLateFlat bool    `json:"plus_late_flat"`
}

type payable struct {
	Amount        float64 `json:"amount"`
	Arrive        int     `json:"arrive"`
	Due           int     `json:"due"`
	Discount      float64 `json:"discount"`
	DiscountUntil int     `json:"discount_until"`
	LateFlat      float64 `json:"late_flat"`
	LateRate      float64 `json:"late_rate_per_day"`
}

// result is a line of the table.
type result struct {
	Name       string  `json:"name"`
	Cost       float64 `json:"cost"`
	Regret     float64 `json:"regret"`
	Bound      float64 `json:"bound"`
	Gap        float64 `json:"gap"` // of the plan over its own bound, as a share of what the constraint costs
	MS         float64 `json:"ms"`
	Violations int     `json:"violations"`
}

func main() {
	folder := flag.String("data", "", "folder of the public data (or REMIT_BENCH_DATA)")
	dir := flag.String("dir", "", "folder of instances; finance/timing of the data where empty")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	if *dir == "" {
		*dir = filepath.Join(data.Dir(*folder), "finance", "timing")
	}
	files, _ := filepath.Glob(filepath.Join(*dir, "*.json"))
	if len(files) == 0 {
		fmt.Fprintf(os.Stderr, "no instances (*.json) in %s: give -dir, or see bench/README.md\n", *dir)
		os.Exit(2)
	}
	var results []result
	for _, f := range files {
		fmt.Fprintln(os.Stderr, "solving", filepath.Base(f))
		in, err := read(f)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		results = append(results, in.run())
	}
	report(results, *asJSON)
}

func read(name string) (instance, error) {
	var in instance
	raw, err := os.ReadFile(name)
	if err != nil {
		return in, err
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return in, fmt.Errorf("%s: %w", name, err)
	}
	return in, nil
}

// perUnit is the grain of amounts: a discount of whole per cents of an amount in cents is exact in it.
const perUnit = 10_000

func (in instance) run() result {
	began := time.Now()
	t := finance.Timing{Choices: make([][]finance.PayDay, len(in.Payables))}
	for _, l := range in.Limit {
		t.Limit = append(t.Limit, int64(math.Floor(l*perUnit+1e-6)))
	}
	for i, p := range in.Payables {
		t.Choices[i] = in.ways(p)
	}
	s := t.Solve(nil)
	took := time.Since(began)
	days := make([]int, len(s.Pick))
	for i, k := range s.Pick {
		days[i] = t.Choices[i][k].Day
	}
	cost, violations := in.judge(days)
	ref := in.LPBound
	if in.Best != nil && in.Status != nil && (*in.Status == "Optimal" || *in.Status == "optimal") {
		ref = *in.Best
	}
	scale := ref - in.Unconstrained
	return result{
		Name: in.Name, Cost: cost, Regret: (cost - ref) / scale, Bound: s.Bound, Gap: (cost - s.Bound) / scale,
		MS: float64(took.Microseconds()) / 1e3, Violations: violations,
	}
}

// ways lists the days on which a payable may be paid, and to defer it.
func (in instance) ways(p payable) []finance.PayDay {
	var out []finance.PayDay
	last := min(in.Days-1, p.Due+in.MaxLate)
	for t := p.Arrive; t <= last; t++ {
		if in.Business[t] {
			out = append(out, in.way(p, t))
		}
	}
	if len(out) == 0 {
		out = append(out, in.way(p, min(in.Days-1, p.Due)))
	}
	return append(out, in.way(p, in.Days))
}

func (in instance) way(p payable, t int) finance.PayDay {
	out := int64(0)
	if t < in.Days {
		out = int64(math.Ceil(p.leaves(t)*perUnit - 1e-4))
	}
	return finance.PayDay{Day: t, Out: out, Cost: in.cost(p, t)}
}

func (p payable) leaves(t int) float64 {
	if p.Discount > 0 && t <= p.DiscountUntil {
		return p.Amount * (1 - p.Discount)
	}
	return p.Amount
}

// cost is the instance's own price of a day; the day after the last is to defer.
func (in instance) cost(p payable, t int) float64 {
	if t >= in.Days {
		c := in.Defer.Rate*p.Amount + in.Defer.Flat
		if in.Defer.PlusLateFlat {
			c += p.LateFlat
		}
		return c
	}
	c := -in.Hold * p.Amount * float64(t-p.Arrive)
	if p.Discount > 0 && t <= p.DiscountUntil {
		c -= p.Discount * p.Amount
	}
	if t > p.Due {
		c += p.LateFlat + p.LateRate*p.Amount*float64(t-p.Due)
	}
	return c
}

// judge reckons a plan from the instance alone: what it costs, and on how many days or for how many payments it breaks a
// rule.
func (in instance) judge(days []int) (cost float64, violations int) {
	left := make([]float64, in.Days)
	for i, t := range days {
		p := in.Payables[i]
		cost += in.cost(p, t)
		if t >= in.Days {
			continue
		}
		left[t] += p.leaves(t)
		allowed := t >= p.Arrive && t <= p.Due+in.MaxLate && in.Business[t]
		if !allowed && t != min(in.Days-1, p.Due) {
			violations++
		}
	}
	sum := 0.0
	for t, l := range in.Limit {
		if sum += left[t]; sum > l+1e-6 {
			violations++
		}
	}
	return cost, violations
}

func report(results []result, asJSON bool) {
	if asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"instances": results})
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "instance\tcost\tregret %\tgap %\tms\tviolations\t")
	for _, r := range results {
		fmt.Fprintf(w, "%s\t%.2f\t%.3f\t%.3f\t%.0f\t%d\t\n", r.Name, r.Cost, 100*r.Regret, 100*r.Gap, r.MS, r.Violations)
	}
	_ = w.Flush()
}
