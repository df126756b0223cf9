// Command anomaly measures how well wrong payments are found in ledgers into which known ones were put. A model learns
// from the payments before a day, whose labels nobody reads; then each later payment is scored beside those before it.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"remit/models"
)

// result is the contract of bench/README.md.
type result struct {
	Ledgers []figures `json:"ledgers"`
	Speed   *speed    `json:"speed,omitempty"`
}

// flags say what to measure.
type flags struct {
	ledger, data string
	from         models.Day
	limits       []models.Money
	seeds        int
	speed        int
	judge        bool
	ship         string
	json         bool
}

// set is a ledger and the day of the first payment that is scored.
type set struct {
	file string
	from models.Day
}

// measured are the ledgers that are measured where none is named.
var measured = []set{
	{"oxford_injected_1.csv", "2016-01-01"}, {"oxford_injected_2.csv", "2016-01-01"}, {"gla_injected_1.csv", "2011-01-01"},
}

func main() {
	f, err := parse()
	fail(err)
	if f.ship != "" {
		fail(ship(f))
		return
	}
	r, err := measure(f)
	fail(err)
	if f.json {
		fail(json.NewEncoder(os.Stdout).Encode(r))
		return
	}
	fail(r.print(os.Stdout))
}

func parse() (flags, error) {
	var f flags
	data := os.Getenv("REMIT_BENCH_DATA")
	if data == "" {
		data = "../shared/data"
	}
	flag.StringVar(&f.data, "data", data, "folder with the public data")
	flag.StringVar(&f.ledger, "ledger", "", "CSV of vendor,date,invoice,amount,label; without it, the public ledgers")
	from := flag.String("from", "2016-01-01", "the day of the first payment that is scored")
	limits := flag.String("limits", "5000,25000", "approval limits of the ledger's owner, in major units")
	flag.IntVar(&f.seeds, "seeds", 3, "models to average over, each taught with other slips")
	flag.IntVar(&f.speed, "speed", 1_000_000, "also time a payment beside so many; 0 leaves that out")
	flag.BoolVar(&f.judge, "judge", false, "also let a judge decide each payment, with the model that ships and with one of the ledger's own")
	flag.StringVar(&f.ship, "ship", "", "instead, teach the model that ships and write it to this file")
	flag.BoolVar(&f.json, "json", false, "print one JSON object")
	flag.Parse()
	f.from = models.Day(*from)
	if !f.from.Valid() || f.seeds < 1 {
		return f, errors.New("-from must be a day such as 2016-01-01, and -seeds at least 1")
	}
	for l := range strings.SplitSeq(*limits, ",") {
		m, err := amount(l)
		if err != nil {
			return f, fmt.Errorf("-limits: %w", err)
		}
		f.limits = append(f.limits, m)
	}
	return f, nil
}

// fail ends the program: 2 where the data is not there.
func fail(err error) {
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "anomaly:", err)
	if errors.Is(err, fs.ErrNotExist) {
		os.Exit(2)
	}
	os.Exit(1)
}

func measure(f flags) (result, error) {
	var r result
	ledgers := measured
	if f.ledger != "" {
		ledgers = []set{{f.ledger, f.from}}
	}
	for _, l := range ledgers {
		path := l.file
		if f.ledger == "" {
			path = filepath.Join(f.data, "finance", l.file)
		}
		book, err := read(path)
		if err != nil {
			return r, err
		}
		fig, err := score(book, l.from, f)
		if err != nil {
			return r, fmt.Errorf("%s: %w", path, err)
		}
		fig.Ledger = filepath.Base(path)
		r.Ledgers = append(r.Ledgers, fig)
		if f.speed > 0 && r.Speed == nil {
			if r.Speed, err = timed(book, l.from, f); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

func (r result) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "ledger\trows\tAP\tdup\tx10\tsplit\tprecision at 1 %\trecall at 1 %\tus a row\t")
	for _, l := range r.Ledgers {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.0f\t\n", l.Ledger, l.Rows, l.AP,
			l.APKind["dup"], l.APKind["x10"], l.APKind["split"], l.Precision, l.Recall, l.UsPerRow)
	}
	if len(r.Ledgers) > 0 && len(r.Ledgers[0].Judge) > 0 {
		fmt.Fprintln(w, "\t\t\t\t\t\t\t\t\t\njudge of\tmodel\tAP\tholds\tright\tfound\t\t\t\t")
	}
	for _, l := range r.Ledgers {
		for _, h := range l.Judge {
			fmt.Fprintf(w, "%s\t%s\t%.3f\t%.4f\t%.3f\t%.3f\t\t\t\t\n", l.Ledger, h.Model, h.AP, h.Holds, h.Precision, h.Recall)
		}
	}
	if err := w.Flush(); err != nil || r.Speed == nil {
		return err
	}
	_, err := fmt.Fprintf(out, "one payment beside %d: p50 %.3f ms, p99 %.3f ms\n", r.Speed.History, r.Speed.P50, r.Speed.P99)
	return err
}
