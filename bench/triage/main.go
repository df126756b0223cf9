// Command triage measures how fast a ticket of some hundred words is judged: everything from the text to the proposals,
// with the queues and macros of a policy, on one goroutine. It needs no data.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"syscall"
	"time"

	"remit/models"
	"remit/triage"
)

// report is what is printed with -json.
type report struct {
	PerSecond float64 `json:"per_s_core"` // by the processor time used, the garbage collector's included
	P50       float64 `json:"p50"`        // ms of wall time
	P99       float64 `json:"p99"`        // ms of wall time, the median of the rounds
	P99Best   float64 `json:"p99_best"`   // ms, of the round that was disturbed least
	CPUMicros float64 `json:"cpu_us"`
	Allocs    float64 `json:"allocs"`
	Bytes     float64 `json:"bytes"`
	Words     float64 `json:"words"` // of a ticket, on average
	Tickets   int     `json:"tickets"`
}

func main() {
	rounds := flag.Int("rounds", 9, "rounds of measuring")
	each := flag.Int("n", 4000, "tickets a round")
	asJSON := flag.Bool("json", false, "print one JSON object")
	_ = flag.String("data", "", "accepted as every other program does; this one reads none")
	flag.Parse()
	out := measure(*rounds, *each)
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(out)
		return
	}
	fmt.Printf("tickets of %.0f words   per s and core   p50 ms   p99 ms   p99 best   CPU us   allocs   bytes\n", out.Words)
	fmt.Printf("%22d   %14.0f   %6.3f   %6.3f   %8.3f   %6.1f   %6.1f   %5.0f\n", out.Tickets, out.PerSecond, out.P50, out.P99, out.P99Best,
		out.CPUMicros, out.Allocs, out.Bytes)
}

func measure(rounds, each int) report {
	judge, tickets, rules := triage.New(), facts(), policy()
	run := func(n int, took []float64) []float64 {
		for i := range n {
			start := time.Now()
			judge.Decide(tickets[i%len(tickets)], rules)
			took = append(took, float64(time.Since(start).Nanoseconds())/1e6)
		}
		return took
	}
	run(each, nil)
	all := make([]float64, 0, rounds*each)
	var tails []float64
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu := processorTime()
	for range rounds {
		from := len(all)
		all = run(each, all)
		tails = append(tails, quantile(all[from:], .99))
	}
	cpu = processorTime() - cpu
	runtime.ReadMemStats(&after)
	n := float64(rounds * each)
	words := 0
	for _, t := range texts {
		words += wordsIn(t)
	}
	return report{
		PerSecond: n / cpu.Seconds(), P50: quantile(all, .5), P99: quantile(tails, .5), P99Best: slices.Min(tails),
		CPUMicros: float64(cpu.Microseconds()) / n, Allocs: float64(after.Mallocs-before.Mallocs) / n,
		Bytes: float64(after.TotalAlloc-before.TotalAlloc) / n, Words: float64(words) / float64(len(texts)), Tickets: int(n),
	}
}

// processorTime is what the process has used so far, all of its threads together.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func quantile(x []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	return sorted[int(q*float64(len(sorted)-1))]
}

func facts() []models.Facts {
	now := time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
	out := make([]models.Facts, len(texts))
	for i, t := range texts {
		out[i] = models.Facts{
			Now: now, Event: models.TicketCreated, EventAt: now,
			Ticket: &models.Ticket{
				ID: fmt.Sprint("ticket:h:", i), Source: "h", ExternalID: fmt.Sprint(i), Subject: subjects[i], Text: t, Status: models.TicketOpen,
				Priority: models.P3, Group: "frontline",
			},
			Account: &models.Account{ID: "account:h:1", Name: "Acme", Tier: "enterprise", RenewalOn: "2026-12-14", UpdatedAt: now},
		}
	}
	return out
}
