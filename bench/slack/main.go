// Command slack measures how soon a click on a card is acknowledged while ten thousand decisions are open and tickets are
// being decided, and whether every card is in Slack exactly once after Slack has failed in its various ways. Slack is the
// workspace of bot/slackfake in this process, over the loopback interface.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
)

// result is the contract of bench/README.md.
type result struct {
	Transport    string  `json:"transport"`
	Open         int     `json:"open"`          // decisions that asked when the clicks began
	DecidedPerS  float64 `json:"decided_per_s"` // while people clicked
	Clicks       int     `json:"clicks"`
	AckP50       float64 `json:"ack_p50"` // ms
	AckP99       float64 `json:"ack_p99"`
	AckMax       float64 `json:"ack_max"`
	Answered     int     `json:"answered"` // clicks that settled their decision
	CardsWanted  int     `json:"cards_wanted"`
	CardsLost    int     `json:"cards_lost"`
	CardsDoubled int     `json:"cards_doubled"`
	PostsPerS    float64 `json:"posts_per_s"` // of the backlog, without Slack's pace
	Faults       int     `json:"faults"`
}

type flags struct {
	open      int
	perSecond int
	clicks    int
	seconds   int
	socket    bool
	json      bool
}

func main() {
	var f flags
	flag.IntVar(&f.open, "open", 10_000, "decisions that are open when the clicks begin")
	flag.IntVar(&f.perSecond, "per-second", 500, "tickets a second meanwhile")
	flag.IntVar(&f.clicks, "clicks", 20, "clicks a second")
	flag.IntVar(&f.seconds, "seconds", 20, "how long")
	flag.BoolVar(&f.socket, "socket", false, "over Socket Mode instead of HTTP")
	flag.BoolVar(&f.json, "json", false, "print one JSON object")
	_ = flag.String("data", "", "accepted as every other program does; this one reads none")
	flag.Parse()
	r, err := measure(context.Background(), f)
	if err != nil {
		fmt.Fprintln(os.Stderr, "slack:", err)
		os.Exit(1)
	}
	if f.json {
		err = json.NewEncoder(os.Stdout).Encode(r)
	} else {
		err = r.print(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slack:", err)
		os.Exit(1)
	}
}

func (r result) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "transport\topen\tdecided/s\tclicks\tack p50 ms\tp99 ms\tmax ms\tanswered\t")
	fmt.Fprintf(w, "%s\t%d\t%.0f\t%d\t%.1f\t%.1f\t%.1f\t%d\t\n", r.Transport, r.Open, r.DecidedPerS, r.Clicks, r.AckP50, r.AckP99, r.AckMax, r.Answered)
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\ncards wanted %d, lost %d, doubled %d, after %d faults; backlog posted at %.0f/s\n",
		r.CardsWanted, r.CardsLost, r.CardsDoubled, r.Faults, r.PostsPerS)
	return err
}

// measure runs the whole: a backlog of asks, then clicks while more is decided, then a look at every card.
func measure(ctx context.Context, f flags) (result, error) {
	w, err := newWorld(ctx, f)
	if err != nil {
		return result{}, err
	}
	r := result{Transport: "HTTP", Faults: w.spoil(f.open)}
	if f.socket {
		r.Transport = "Socket Mode"
	}
	began := time.Now()
	note("asking %d times", f.open)
	err = w.backlog(ctx, f.open)
	if err == nil {
		r.PostsPerS = float64(f.open) / time.Since(began).Seconds()
		note("clicking for %d s", f.seconds)
		err = w.clickWhileDeciding(ctx, f, &r)
	}
	if err == nil {
		note("counting cards")
		err = w.count(ctx, &r)
	}
	if closed := w.close(); err == nil {
		err = closed
	}
	return r, err
}

func note(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
