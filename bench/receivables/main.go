// Receivables measures how well the day is foreseen on which a customer pays. Each invoice of the test is judged from
// those that were settled before it was issued.
package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"remit/bench/data"
	"remit/finance"
)

func main() {
	folder := flag.String("data", "", "folder of the public data (or REMIT_BENCH_DATA)")
	file := flag.String("file", "", "customer,invoice,issued,due,amount,settled; finance/receivables.csv of the data where empty")
	from := flag.Float64("from", .7, "share of the time after which the test begins")
	until := flag.Float64("until", 1, "and ends: to try ideas without the test")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	if *file == "" {
		*file = filepath.Join(data.Dir(*folder), "finance", "receivables.csv")
	}
	all, err := read(*file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "no receivables:", err, "- give -file, or see bench/README.md")
		os.Exit(2)
	}
	r := measure(all, *from, *until)
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(r)
		return
	}
	fmt.Printf("invoices %d\npinball %.3f days\n80 %% band holds %.3f\nlate: AUC %.3f, Brier %.3f\n", r.N, r.Pinball, r.Cov80, r.AUC, r.Brier)
}

// invoice is a line of the file, days counted from 1970.
type invoice struct {
	customer             string
	issued, due, settled int
}

func read(name string) ([]invoice, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var all []invoice
	for i, r := range rows[min(1, len(rows)):] {
		in := invoice{customer: r[0]}
		for _, c := range []struct {
			to   *int
			text string
		}{{&in.issued, r[2]}, {&in.due, r[3]}, {&in.settled, r[5]}} {
			t, err := time.Parse(time.DateOnly, c.text)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", i+2, err)
			}
			*c.to = int(t.Unix() / 86_400)
		}
		all = append(all, in)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no lines", name)
	}
	slices.SortStableFunc(all, func(a, b invoice) int { return cmp.Compare(a.issued, b.issued) })
	return all, nil
}

type result struct {
	Pinball float64 `json:"pinball_days"`
	Cov80   float64 `json:"cov80"`
	AUC     float64 `json:"late_auc"`
	Brier   float64 `json:"late_brier"`
	N       int     `json:"n"`
}

func measure(all []invoice, from, until float64) result {
	settled := make([]finance.Settlement, len(all))
	for i, in := range all {
		settled[i] = finance.Settlement{Customer: in.customer, Due: in.due, Came: in.settled}
	}
	first, last := all[0].issued, all[len(all)-1].issued
	at := func(share float64) int { return first + int(math.Round(share*float64(last-first))) }
	var r result
	var late, onTime []float64
	var delays *finance.Delays
	asOf := 0
	for _, in := range all {
		if in.issued <= at(from) || in.issued > at(until) {
			continue
		}
		if in.issued != asOf {
			delays, asOf = finance.NewDelays(settled, in.issued), in.issued
		}
		d, took := delays.Of(in.customer), float64(in.settled-in.due)
		for q := 1; q <= 9; q++ {
			share := float64(q) / 10
			off := took - d.Quantile(share)
			r.Pinball += math.Max(share*off, (share-1)*off) / 9
		}
		if took >= d.Quantile(.1) && took <= d.Quantile(.9) {
			r.Cov80++
		}
		p := 1 - d.Within(0)
		if took > 0 {
			r.Brier += (1 - p) * (1 - p)
			late = append(late, p)
		} else {
			r.Brier += p * p
			onTime = append(onTime, p)
		}
		r.N++
	}
	n := float64(max(r.N, 1))
	r.Pinball, r.Cov80, r.Brier, r.AUC = r.Pinball/n, r.Cov80/n, r.Brier/n, auc(late, onTime)
	return r
}

// auc gives how often one that was late was given more risk than one that was not.
func auc(late, onTime []float64) float64 {
	wins := 0.0
	for _, a := range late {
		for _, b := range onTime {
			switch {
			case a > b:
				wins++
			case a == b:
				wins += .5
			}
		}
	}
	return wins / math.Max(1, float64(len(late)*len(onTime)))
}
