// Forecast measures probabilistic forecasts of daily series: how good the quantiles of single days are, and how often a
// path falls below the level that was promised for it.
package main

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"

	"remit/bench/data"
	"remit/finance"
	"remit/models"
)

// paths are simulated for each forecast.
const paths = 2000

func main() {
	folder := flag.String("data", "", "folder of the public data (or REMIT_BENCH_DATA)")
	file := flag.String("series", "", "one column a series, blanks allowed; the NN5 set where empty")
	h := flag.Int("h", 56, "days ahead; the last rows of the file, so many, are the test")
	m := flag.Int("m", 7, "days of a season")
	back := flag.Int("back", 0, "leave out so many rows at the end: to try ideas without the test")
	first := flag.String("first", "", "day of the first row, such as 1996-03-18 of NN5: for what days of the month tell, which is not measured without")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	if *file == "" {
		*file = filepath.Join(data.Dir(*folder), "finance", "nn5_daily.csv")
	}
	s, err := read(*file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "no series:", err, "- give -series, or see bench/README.md")
		os.Exit(2)
	}
	s.rows -= *back
	if s.rows < *h+20**m {
		fmt.Fprintf(os.Stderr, "%s has %d rows, too few for a test of %d\n", *file, s.rows, *h)
		os.Exit(2)
	}
	b := bench{set: s, h: *h, m: *m}
	if day := models.Day(*first); day.Valid() {
		b.marks = finance.NewMarks(day, s.rows, models.CashRules{}.IsBusiness)
	} else if *first != "" {
		fmt.Fprintf(os.Stderr, "%q is not a day such as 1996-03-18\n", *first)
		os.Exit(2)
	}
	out := report{Sets: []point{b.points()}, Floor: b.floor()}
	out.print(*asJSON)
}

// set are daily series side by side; NaN where a cell is blank.
type set struct {
	name   string
	rows   int
	series [][]float64
}

func read(name string) (set, error) {
	s := set{name: strings.TrimSuffix(filepath.Base(name), ".csv")}
	f, err := os.Open(name)
	if err != nil {
		return s, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		return s, fmt.Errorf("%s is no table: %w", name, err)
	}
	s.rows, s.series = len(rows)-1, make([][]float64, len(rows[0]))
	for _, row := range rows[1:] {
		for k, cell := range row {
			v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
			if err != nil {
				v = math.NaN()
			}
			s.series[k] = append(s.series[k], v)
		}
	}
	return s, nil
}

type bench struct {
	set
	h, m  int
	marks finance.Marks // nil where the days' dates are not given
}

// forecast runs a series from an origin on.
func (b bench) forecast(k, origin, h int, widen float64, s *finance.Sibling) finance.Forecast {
	f := finance.Forecaster{Period: b.m, Paths: paths, Seed: uint64(k)<<32 | uint64(origin), Widen: widen, Marks: b.marks, Siblings: s}
	return f.Run(b.series[k][:origin], h)
}

// each runs do for every series, on two cores.
func (b bench) each(do func(k int)) {
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			for k := half; k < len(b.series); k += 2 {
				do(k)
			}
		})
	}
	wg.Wait()
}

type report struct {
	Sets  []point `json:"sets"`
	Floor *floor  `json:"floor,omitempty"`
}

func (r report) print(asJSON bool) {
	if asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(r)
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tseries\tsMAPE\tMASE\tWQL\tcov80\tcov95\tMSIS\tms/series\twiden\t")
	for _, p := range r.Sets {
		fmt.Fprintf(w, "%s\t%d\t%.2f\t%.3f\t%.4f\t%.3f\t%.3f\t%.2f\t%.1f\t%.2f\t\n", p.Set, p.Series, p.SMAPE, p.MASE, p.WQL, p.Cov80, p.Cov95, p.MSIS, p.MS, p.Widen)
	}
	_ = w.Flush()
	if f := r.Floor; f != nil {
		fmt.Printf("\npath minimum below its 5 %% level: %.1f %% of %d windows (pointwise rule %.1f %%); 80 %% width at the end %.3f of the mean\n",
			100*f.Breach, f.Windows, 100*f.Pointwise, f.Width80)
		for i, o := range f.Origins {
			fmt.Printf("  origin %d: %.1f %%, widened %.2f\n", o, 100*f.ByOrigin[i], f.Widened[i])
		}
	}
}
