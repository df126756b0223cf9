// Remit measures what a remit promises: that acting thresholds hold, that levels are earned and lost as stated, that the
// error of what nobody was asked about is estimated, that random labels earn nothing, and how fast the past is re-gated.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"text/tabwriter"
)

// report is what is printed.
type report struct {
	Sets []setResult `json:"sets"`
	promotion
	demotion
	estimation
	RandomActions int `json:"random_label_actions"`
	replayed
}

func main() {
	data := flag.String("data", "", "folder of the public data (or REMIT_BENCH_DATA)")
	splits := flag.Int("splits", 1000, "splits of each pool")
	runs := flag.Int("runs", 2000, "runs of each simulation")
	seeds := flag.Int("seeds", 3, "seeds of the models, each with its share of the splits")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	r, err := measure(dataDir(*data), *splits, *runs, *seeds)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "the data is not there (%v): give -data, or see bench/README.md\n", err)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(r)
		return
	}
	r.table()
}

func measure(dir string, splits, runs, seeds int) (r report, err error) {
	texts, err := readTexts(dir)
	if err != nil {
		return r, err
	}
	say("promotion")
	r.promotion = simulatePromotion(runs, chance(20))
	say("demotion")
	r.demotion = simulateDemotion(runs, chance(30))
	say("estimation")
	r.estimation = simulateEstimation(runs, chance(40))
	say("replay")
	if r.replayed, err = replay(100_000); err != nil {
		return r, err
	}
	for seed := range seeds {
		say("seed %d of %d: fitting", seed+1, seeds)
		pools, random, err := texts.pools(uint64(seed))
		if err != nil {
			return r, err
		}
		for _, p := range pools {
			for _, maxError := range []float64{.05, .02} {
				r.add(p.measure(maxError, (splits+seed)/seeds, chance(uint64(100+seed))))
			}
		}
		r.RandomActions += random.actions((splits+seed)/seeds, chance(uint64(200+seed)))
	}
	for i := range r.Sets {
		r.Sets[i].mean()
	}
	return r, nil
}

// chance gives a stream of its own for each thing that is measured, the same in every run.
func chance(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(1, stream)) }

// add adds a seed's result to that of its set.
func (r *report) add(s setResult) {
	for i := range r.Sets {
		if o := &r.Sets[i]; o.Set == s.Set && o.MaxError == s.MaxError {
			o.seeds = append(o.seeds, s)
			return
		}
	}
	r.Sets = append(r.Sets, setResult{Set: s.Set, MaxError: s.MaxError, N: s.N, seeds: []setResult{s}})
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// dataDir gives the folder of the public data sets.
func dataDir(given string) string {
	switch env := os.Getenv("REMIT_BENCH_DATA"); {
	case given != "":
		return given
	case env != "":
		return env
	}
	return "../shared/data"
}

func (r report) table() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tmax error %\tviolations %\tcoverage %\toracle %\tgap\taccuracy %\t")
	for _, s := range r.Sets {
		fmt.Fprintf(w, "%s\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\n", s.Set, 100*s.MaxError, 100*s.Violations, 100*s.Coverage, 100*s.Oracle,
			100*(s.Oracle-s.Coverage), 100*s.Accuracy)
	}
	fmt.Fprintln(w)
	for _, line := range []struct {
		what  string
		value any
	}{
		{"false promotions", r.FalsePromotions},
		{"verdicts to promotion, 2 % under 5 %, median", r.Median25},
		{"verdicts to promotion, 1 % under 2 %, median", r.Median12},
		{"false demotions in 10,000 verdicts at 4 %", r.FalseDemotions},
		{"false demotions in 10,000 verdicts at 5 %", r.FalseAtLine},
		{"verdicts to demotion after 2 % -> 20 %, median", r.DemotionMedian},
		{"bias of the estimated error, 10,000 actions", r.Bias},
		{"spread of the estimated error, 10,000 actions", r.SD},
		{"false demotions, by verdicts or overrides, in 10,000 at 4 %", r.FalseEither},
		{"actions to demotion after overrides go 2 % -> 20 %, median", r.OverrideMedian},
		{"actions to demotion where all are overridden", r.OverrideAll},
		{"actions to the alarm on overrides, median", r.AlarmMedian},
		{"the same once what is usual is first known", r.AlarmEarly},
		{"false alarms on overrides in 10,000 actions", r.FalseAlarms},
		{"actions on random labels", r.RandomActions},
		{"decisions ruled on again a second, in memory, one core", r.Memory},
		{"the same with their records read from JSON, two workers", r.JSON},
		{"the same from a database on disk", r.Stored},
		{"decisions back-tested a second from a database on disk", r.Again},
	} {
		fmt.Fprintf(w, "%s\t%.5v\t\n", line.what, line.value)
	}
	_ = w.Flush()
}
