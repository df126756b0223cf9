// Command ingest measures how fast webhooks are accepted and decided, beside two servers that do less: one that does
// nothing, and one that only stores the same rows in the same kind of database. Each server is a process of its own; the
// load comes from this one over keep-alive connections on the loopback interface.
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

	"remit/bench/service"
)

// roleEnv makes this program one of the servers it measures against.
const roleEnv = "REMIT_BENCH_INGEST_ROLE"

// point is what one server did at one concurrency.
type point struct {
	C     int     `json:"c"`
	PerS  float64 `json:"per_s"`
	P50   float64 `json:"p50"` // ms
	P99   float64 `json:"p99"` // ms
	CPUUs float64 `json:"cpu_us"`
}

// result is the contract of bench/README.md.
type result struct {
	DB          string  `json:"db"`
	Nodes       int     `json:"nodes"`
	Noop        []point `json:"noop"`
	Raw         []point `json:"raw"`
	Remit       []point `json:"remit"`
	DecidedPerS float64 `json:"decided_per_s"`
	RSSMB       float64 `json:"rss_mb"`
	StartMs     float64 `json:"start_ms"`
	BinaryMB    float64 `json:"binary_mb"`
	Accepted    int     `json:"accepted"`
	Decided     int     `json:"decided"`
	Abstained   int     `json:"abstained"` // of those, tickets about which nothing was proposed
	Effects     int     `json:"effects"`
	Lost        int     `json:"lost"`
	Doubled     int     `json:"doubled"`
}

var concurrencies = []int{1, 16, 64}

type flags struct {
	db      string
	nodes   int
	seconds float64
	json    bool
}

func main() {
	if role := os.Getenv(roleEnv); role != "" {
		fail(serveRole(role))
		return
	}
	var f flags
	flag.StringVar(&f.db, "db", "sqlite", "sqlite or postgres")
	flag.IntVar(&f.nodes, "nodes", 1, "remit processes side by side; more than one needs postgres")
	flag.Float64Var(&f.seconds, "seconds", 5, "seconds of load at each concurrency")
	flag.BoolVar(&f.json, "json", false, "print one JSON object")
	_ = flag.String("data", "", "accepted as every other program does; this one reads none")
	flag.Parse()
	r, err := measure(context.Background(), f)
	fail(err)
	if f.json {
		fail(json.NewEncoder(os.Stdout).Encode(r))
		return
	}
	fail(r.print(os.Stdout))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "ingest:", err)
		os.Exit(service.ExitCode(err))
	}
}

func measure(ctx context.Context, f flags) (result, error) {
	r := result{DB: f.db, Nodes: f.nodes}
	if f.nodes > 1 && f.db != "postgres" {
		return r, fmt.Errorf("%d nodes need -db postgres", f.nodes)
	}
	dir, err := os.MkdirTemp("", "remit-ingest-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	for _, role := range []struct {
		name string
		into *[]point
	}{{"noop", &r.Noop}, {"raw", &r.Raw}} {
		fmt.Fprintf(os.Stderr, "measuring %s\n", role.name)
		if *role.into, err = measureRole(ctx, role.name, dir, f.seconds); err != nil {
			return r, fmt.Errorf("%s: %w", role.name, err)
		}
	}
	fmt.Fprintln(os.Stderr, "measuring remit")
	if err := measureRemit(ctx, dir, f, &r); err != nil {
		return r, fmt.Errorf("remit: %w", err)
	}
	return r, nil
}

func (r result) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "server\tc\taccepted/s\tp50 ms\tp99 ms\tCPU µs/request\tof raw\t")
	for _, s := range []struct {
		name   string
		points []point
	}{{"no-op", r.Noop}, {"raw", r.Raw}, {"remit", r.Remit}} {
		for i, p := range s.points {
			fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.0f\t%.2f\t\n", s.name, p.C, p.PerS, p.P50, p.P99, p.CPUUs, p.PerS/r.Raw[i].PerS)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s, %d node(s): decided end to end %.0f/s; accepted %d, decided %d, effects out %d, lost %d, doubled %d\n"+
		"RSS %.0f MB, start to ready %.0f ms, stripped binary %.1f MB\n",
		r.DB, r.Nodes, r.DecidedPerS, r.Accepted, r.Decided, r.Effects, r.Lost, r.Doubled, r.RSSMB, r.StartMs, r.BinaryMB)
	return err
}

// measureRole measures one of our own small servers.
func measureRole(ctx context.Context, role, dir string, seconds float64) ([]point, error) {
	p, err := startSelf(ctx, role, dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	var points []point
	for _, c := range concurrencies {
		l := load{addrs: []string{p.addr}, path: "/v1/webhooks/helpdesk", c: c, run: role + fmt.Sprint(c)}
		pt, _, err := l.drive(ctx, []*process{p}, time.Duration(seconds*float64(time.Second)))
		if err != nil {
			return nil, err
		}
		points = append(points, pt)
	}
	return points, nil
}
