// Command faults sends signed tickets to real remit processes while these are killed, frozen and told to end, while the database
// and the providers fail, and while deliveries come twice and out of order. Then it counts: what was accepted and not decided,
// what was done twice, and whether the ledger holds. Everything is on the loopback interface.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"remit/bench/service"
)

// result is the contract of bench/README.md.
type result struct {
	DB            string         `json:"db"`
	Nodes         int            `json:"nodes"`
	Seed          uint64         `json:"seed"`
	Accepted      int            `json:"accepted"` // different events that were answered 2xx
	Decided       int            `json:"decided"`  // of them
	Lost          int            `json:"lost"`     // of them
	Doubled       int            `json:"doubled"`  // decisions, writes and cards, each time one too many
	Faults        int            `json:"faults"`
	FaultsByKind  map[string]int `json:"faults_by_kind"`
	RecoveryMsMax float64        `json:"recovery_ms_max"` // longest from the end of what had halted something to the next decision
	RecoveryMsP50 float64        `json:"recovery_ms_p50"`
	ReadyMsMax    float64        `json:"ready_ms_max"` // longest from the start of a process to its being ready
	LedgerOK      bool           `json:"ledger_ok"`
	LedgerLines   int64          `json:"ledger_lines"`
	Refused       int            `json:"refused"`     // events that were not accepted in the end
	Resent        int            `json:"resent"`      // deliveries beyond the first of their event
	Reordered     int            `json:"reordered"`   // events sent before one that is older
	Writes        int            `json:"writes"`      // decisions written to the helpdesk
	WritesLost    int            `json:"writes_lost"` // decided and applied, and not written
	Cards         int            `json:"cards"`       // questions with a card in Slack
	CardsLost     int            `json:"cards_lost"`  // questions without
	Died          int            `json:"died"`        // processes that ended by themselves
	Seconds       float64        `json:"seconds"`
}

type flags struct {
	n         int
	db        string
	nodes     int
	seed      uint64
	perSecond int
	json      bool
}

func main() {
	var f flags
	flag.IntVar(&f.n, "n", 3000, "events to send")
	flag.StringVar(&f.db, "db", "sqlite", "sqlite or postgres")
	flag.IntVar(&f.nodes, "nodes", 1, "remit processes side by side; more than one needs postgres")
	flag.Uint64Var(&f.seed, "seed", 1, "which faults, when")
	flag.IntVar(&f.perSecond, "per-second", 80, "events a second")
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
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(service.ExitCode(err))
	}
}

func (f flags) check() error {
	switch {
	case f.db != "sqlite" && f.db != "postgres":
		return fmt.Errorf("-db %s: use sqlite or postgres", f.db)
	case f.nodes > 1 && f.db != "postgres":
		return fmt.Errorf("%d nodes need -db postgres: SQLite has one process", f.nodes)
	case f.nodes < 1 || f.n < 1 || f.perSecond < 1:
		return fmt.Errorf("-n, -nodes and -per-second are at least 1")
	}
	return nil
}

// measure runs the whole: load beside faults, then a while in peace, then the counting.
func measure(ctx context.Context, f flags) (r result, err error) {
	if err := f.check(); err != nil {
		return r, err
	}
	began := time.Now()
	w, err := newWorld(ctx, f)
	if err != nil {
		return r, err
	}
	defer func() {
		if closed := w.close(); err == nil {
			err = closed
		}
	}()
	if err := w.startAll(ctx); err != nil {
		return r, err
	}
	s := newSender(w, f)
	m := newMischief(w, f.seed)
	sent := make(chan error, 1)
	go func() { sent <- s.run(ctx) }()
	err = m.until(ctx, s.nearlyDone)
	s.inPeace()
	if sendErr := <-sent; err == nil {
		err = sendErr
	}
	if err != nil {
		return r, err
	}
	rec, err := w.settle(ctx, s)
	if err != nil {
		return r, err
	}
	rec.halts = m.halts
	r = rec.tally()
	r.DB, r.Nodes, r.Seed, r.Seconds = f.db, f.nodes, f.seed, time.Since(began).Seconds()
	r.FaultsByKind, r.Died, r.ReadyMsMax = m.count, m.died, float64(m.readyMax.Microseconds())/1000
	for _, n := range m.count {
		r.Faults += n
	}
	return r, nil
}

func (r result) write(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "db\tnodes\taccepted\tdecided\tlost\tdoubled\tfaults\trecovery ms max\tmedian\tready ms max\tledger\t")
	ledger := "holds"
	if !r.LedgerOK {
		ledger = "BROKEN"
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.0f\t%.0f\t%.0f\t%s\t\n",
		r.DB, r.Nodes, r.Accepted, r.Decided, r.Lost, r.Doubled, r.Faults, r.RecoveryMsMax, r.RecoveryMsP50, r.ReadyMsMax, ledger)
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, kind := range slices.Sorted(maps.Keys(r.FaultsByKind)) {
		fmt.Fprintf(out, "%s %d  ", kind, r.FaultsByKind[kind])
	}
	_, err := fmt.Fprintf(out, "\n%d refused, %d sent again, %d out of order; %d written, %d not; %d cards, %d missing; %d died by themselves; %.0f s\n",
		r.Refused, r.Resent, r.Reordered, r.Writes, r.WritesLost, r.Cards, r.CardsLost, r.Died, r.Seconds)
	return err
}

func note(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
