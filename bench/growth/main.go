// Command growth fills a database with decisions, and measures at three sizes how long the inbox page, a search and the decision
// of one more ticket take: none of them may grow with what lies in the past.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"text/tabwriter"

	"remit/bench/service"
	"remit/store/pgtest"
)

// result is the contract of bench/README.md.
type result struct {
	DB    string `json:"db"`
	Sizes []size `json:"sizes"`
}

// size is what was measured of a database of one size. Times are in ms.
type size struct {
	Decisions int     `json:"decisions"`
	Open      int     `json:"open"`     // of them
	MB        float64 `json:"mb"`       // of the SQLite file
	IndexMB   float64 `json:"index_mb"` // of them, what searches go by
	FillPerS  float64 `json:"fill_per_s"`
	IndexS    float64 `json:"index_s"` // until the index had caught up, when everything was carried out
	InboxP50  float64 `json:"inbox_p50"`
	InboxP99  float64 `json:"inbox_p99"`
	SearchP50 float64 `json:"search_p50"`
	SearchP99 float64 `json:"search_p99"`
	StateP50  float64 `json:"state_p50"` // the log by a state that few decisions have
	StateP99  float64 `json:"state_p99"`
	DecideP50 float64 `json:"decide_p50"`
	DecideP99 float64 `json:"decide_p99"`
}

type flags struct {
	decisions int
	tries     int
	db        string
	json      bool
}

func main() {
	var f flags
	flag.IntVar(&f.decisions, "decisions", 1_000_000, "decisions in the end")
	flag.IntVar(&f.tries, "tries", 200, "of each thing at each size")
	flag.StringVar(&f.db, "db", "sqlite", "sqlite or postgres")
	flag.BoolVar(&f.json, "json", false, "print one JSON object")
	_ = flag.String("data", "", "accepted as every other program does; this one reads none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	r, err := measure(ctx, f)
	stop()
	if err == nil {
		err = r.write(os.Stdout, f.json)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(service.ExitCode(err))
	}
}

// measure fills up to each size in turn.
func measure(ctx context.Context, f flags) (r result, err error) {
	if f.decisions < 10 || f.tries < 1 {
		return r, errors.New("-decisions is at least 10, -tries at least 1")
	}
	r.DB = f.db
	dir, err := os.MkdirTemp("", "remit-growth-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	url, stop, err := database(f.db, dir)
	if err != nil {
		return r, err
	}
	defer stop()
	w := newWorld(dir, url, f)
	defer w.close()
	for _, n := range []int{f.decisions / 10, f.decisions / 3, f.decisions} {
		one, err := w.at(ctx, n)
		if err != nil {
			return r, fmt.Errorf("at %d decisions: %w", n, err)
		}
		r.Sizes = append(r.Sizes, one)
	}
	return r, nil
}

// database gives the address of an empty database of the kind, and what ends it.
func database(kind, dir string) (url string, stop func(), err error) {
	switch kind {
	case "sqlite":
		return "sqlite://" + filepath.Join(dir, file), func() {}, nil
	case "postgres":
		url, stop, err := pgtest.Durable()
		if errors.Is(err, pgtest.ErrNone) {
			err = service.Missing(err.Error())
		}
		return url, stop, err
	}
	return "", nil, fmt.Errorf("-db %s: use sqlite or postgres", kind)
}

func (r result) write(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "decisions\topen\tMB\tindex MB\tfilled/s\tindexed s\tinbox p50 ms\tp99\tsearch p50 ms\tp99\tby state p50 ms\tp99\tdecide p50 ms\tp99\t")
	for _, s := range r.Sizes {
		fmt.Fprintf(w, "%d\t%d\t%.0f\t%.1f\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\n",
			s.Decisions, s.Open, s.MB, s.IndexMB, s.FillPerS, s.IndexS, s.InboxP50, s.InboxP99, s.SearchP50, s.SearchP99, s.StateP50, s.StateP99, s.DecideP50, s.DecideP99)
	}
	return w.Flush()
}

func note(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
