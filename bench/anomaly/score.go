package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"remit/finance"
	"remit/models"
)

// figures are means over the seeds.
type figures struct {
	Ledger    string             `json:"ledger"`
	Rows      int                `json:"rows"` // scored
	AP        float64            `json:"ap"`
	APKind    map[string]float64 `json:"ap_kind"` // of each kind, with the other kinds left out
	Precision float64            `json:"precision_at_1pct"`
	Recall    float64            `json:"recall_at_1pct"`
	UsPerRow  float64            `json:"us_per_row"` // to score and to take in
	LearnS    float64            `json:"learn_s"`
	Seeds     int                `json:"seeds"`
	APBySeed  []float64          `json:"ap_by_seed"`
	Judge     []held             `json:"judge,omitempty"`
}

func score(l ledger, from models.Day, f flags) (figures, error) {
	fig := figures{APKind: map[string]float64{}, Seeds: f.seeds}
	history := l.before(from)
	n := float64(f.seeds)
	for seed := range f.seeds {
		start := time.Now()
		m, err := finance.Learn(history, finance.Teaching{Limits: f.limits, Seed: uint64(seed) + 1})
		if err != nil {
			return fig, err
		}
		fig.LearnS += time.Since(start).Seconds() / n
		fmt.Fprintf(os.Stderr, "learned from %d payments in %s\n", len(history), time.Since(start).Round(time.Second))
		scores, us := stream(m, l, len(history), f.limits)
		labels := l.labels[len(history):]
		fig.Rows, fig.UsPerRow = len(scores), fig.UsPerRow+us/n
		ap, precision, recall := ranked(scores, labels, "")
		fig.AP, fig.Precision, fig.Recall = fig.AP+ap/n, fig.Precision+precision/n, fig.Recall+recall/n
		fig.APBySeed = append(fig.APBySeed, ap)
		for _, kind := range []string{"dup", "x10", "split"} {
			ap, _, _ := ranked(scores, labels, kind)
			fig.APKind[kind] += ap / n
		}
	}
	if !f.judge {
		return fig, nil
	}
	var err error
	fig.Judge, err = judges(l, len(history), f.limits)
	return fig, err
}

// stream scores the payments from a place on, each beside those before it.
func stream(m *finance.Model, l ledger, from int, limits []models.Money) (scores []float64, us float64) {
	past := finance.NewPast(limits)
	start := time.Now()
	for i, p := range l.payments {
		if i >= from {
			scores = append(scores, m.Score(past, p))
		}
		past.Add(p)
	}
	return scores, float64(time.Since(start).Microseconds()) / float64(max(len(scores), 1))
}

// ranked gives the average precision of the scores, and precision and recall among the highest hundredth, for one kind of
// label against rows without a label, or for all kinds.
func ranked(scores []float64, labels []string, kind string) (ap, precision, recall float64) {
	var order []int
	total := 0
	for i, l := range labels {
		if l == "" || kind == "" || l == kind {
			order = append(order, i)
			if l != "" {
				total++
			}
		}
	}
	if total == 0 {
		return 0, 0, 0
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	alerts := max(len(order)/100, 1)
	found := 0
	for k, i := range order {
		if labels[i] != "" {
			found++
			ap += float64(found) / float64(k+1)
		}
		if k+1 == alerts {
			precision, recall = float64(found)/float64(alerts), float64(found)/float64(total)
		}
	}
	return ap / float64(total), precision, recall
}

// speed is how long one payment takes, in ms, beside a long history; of each payment the best of three times.
type speed struct {
	History int     `json:"history"`
	P50     float64 `json:"p50"`
	P99     float64 `json:"p99"`
}

// timed repeats a ledger, a copy after the other in time, until there are as many payments as wanted, and scores those of
// the next copy.
func timed(l ledger, from models.Day, f flags) (*speed, error) {
	m, err := finance.Learn(l.before(from), finance.Teaching{Limits: f.limits, Seed: 1, Rounds: 4})
	if err != nil {
		return nil, err
	}
	past := finance.NewPast(f.limits)
	days := l.payments[len(l.payments)-1].IssuedOn.Sub(l.payments[0].IssuedOn) + 1
	const timedRows = 10_000
	var ms []float64
	for i := range f.speed + timedRows {
		p := l.payments[i%len(l.payments)]
		copyOf := i / len(l.payments)
		p.IssuedOn, p.Invoice = p.IssuedOn.Add(days*copyOf), fmt.Sprint(copyOf, p.Invoice)
		if i >= f.speed {
			ms = append(ms, best(func() { m.Score(past, p) }))
		}
		past.Add(p)
	}
	slices.Sort(ms)
	return &speed{History: f.speed, P50: ms[len(ms)/2], P99: ms[len(ms)*99/100]}, nil
}

// best gives the least of three times in ms, so that the turns of other programs do not count. Scoring leaves the past as
// it is, so the three do the same.
func best(do func()) float64 {
	least := time.Hour
	for range 3 {
		start := time.Now()
		do()
		least = min(least, time.Since(start))
	}
	return float64(least.Nanoseconds()) / 1e6
}

// ship teaches the model that finance embeds from the two ledgers nothing was put into, of each only what lies before
// the days that are measured.
func ship(f flags) error {
	oxford, err := read(filepath.Join(f.data, "finance", "oxford_ledger.csv"))
	if err != nil {
		return err
	}
	gla, err := read(filepath.Join(f.data, "finance", "gla_ledger.csv"))
	if err != nil {
		return err
	}
	m, err := finance.Learn(oxford.before("2016-01-01"), finance.Teaching{
		Limits: f.limits, Seed: 1, Rounds: 30, Alone: true, Small: true, Varied: true, Name: "finance-shipped/1",
		Also: [][]models.Payable{gla.before("2011-01-01")},
	})
	if err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(f.ship, append(b, '\n'), 0o644)
}
