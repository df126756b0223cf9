// Command intent measures how well intents are told apart, how well the model knows when it does not know, what it would do
// alone, and how it learns from verdicts, on public sets in their standard splits. With -starter it makes the starter that
// ships.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"remit/bench/data"
	"remit/triage/intent"
)

// settings are what the flags say.
type settings struct {
	dir      string
	train    files
	test     files
	outside  string
	maxError float64
	seeds    int
	only     string
}

// files is a flag that may be given more than once.
type files []string

func (f *files) String() string     { return strings.Join(*f, ",") }
func (f *files) Set(s string) error { *f = append(*f, s); return nil }

// output is what -json prints.
type output struct {
	Sets     []result `json:"sets"`
	Learning []lesson `json:"learning"`
	MaxError float64  `json:"max_error"`
	Pooled   float64  `json:"auto_pooled_precision"` // over the sets, outside texts aside
}

func main() {
	var s settings
	flag.StringVar(&s.dir, "data", "", "folder of the public sets (or REMIT_BENCH_DATA; ../shared/data)")
	flag.Var(&s.train, "train", "a CSV with the header text,label to train on instead of the public sets; may be repeated")
	flag.Var(&s.test, "test", "a CSV with the header text,label to measure on; may be repeated")
	flag.StringVar(&s.outside, "oos", "", "the label of texts that are out of scope; never trained on")
	flag.Float64Var(&s.maxError, "max-error", 0.05, "the share of errors that acting alone may have")
	flag.IntVar(&s.seeds, "seeds", 3, "how many seeds where there is chance")
	flag.StringVar(&s.only, "only", "", "measure these alone, separated by commas: banking77, hwu64, clinc150, multidogo, learning")
	starter := flag.String("starter", "", "make the starter that ships and write it to this file")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	s.dir = data.Dir(s.dir)
	out, err := s.run(*starter)
	if err != nil {
		say("%v\ngive -data, or see bench/README.md for where the sets come from", err)
		os.Exit(2)
	}
	switch {
	case *starter != "":
	case *asJSON:
		err = json.NewEncoder(os.Stdout).Encode(out)
	default:
		out.print()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s settings) run(starter string) (output, error) {
	out := output{Sets: []result{}, Learning: []lesson{}, MaxError: s.maxError}
	var err error
	switch {
	case starter != "":
		return out, writeStarter(s.dir, starter)
	case len(s.train) > 0 || len(s.test) > 0:
		out.Sets, err = s.given()
	default:
		err = s.public(&out)
	}
	var acted, errors int
	for _, r := range out.Sets {
		acted, errors = acted+r.AutoN, errors+r.AutoErrors
	}
	out.Pooled = 1 - float64(errors)/float64(max(acted, 1))
	return out, err
}

// given measures the files that the flags name.
func (s settings) given() ([]result, error) {
	if len(s.train) == 0 || len(s.test) == 0 {
		return nil, fmt.Errorf("both -train and -test are needed")
	}
	shipped, err := intent.Shipped()
	if err != nil {
		return nil, err
	}
	var train []data.Labelled
	for _, f := range s.train {
		rows, err := data.CSV(f)
		if err != nil {
			return nil, err
		}
		train = append(train, rows...)
	}
	inside := func(l data.Labelled) bool { return s.outside == "" || l.Label != s.outside }
	var out []result
	for _, f := range s.test {
		rows, err := data.CSV(f)
		if err != nil {
			return nil, err
		}
		set := data.Split{Name: filepath.Base(f), Train: keep(train, inside), Test: keep(rows, inside)}
		set.Outside = keep(rows, func(l data.Labelled) bool { return !inside(l) })
		r, err := s.measure(set, 0, shipped)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func keep(in []data.Labelled, want func(data.Labelled) bool) []data.Labelled {
	var out []data.Labelled
	for _, l := range in {
		if want(l) {
			out = append(out, l)
		}
	}
	return out
}

// public measures the public sets.
func (s settings) public(out *output) error {
	sets, err := publicSets(s.dir)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if !s.wants(set.Name) {
			continue
		}
		starter, err := starterFor(s.dir, set.Name)
		if err != nil {
			return err
		}
		for _, shots := range shotsOf(set.Name) {
			r, err := s.measure(set, shots, starter)
			if err != nil {
				return err
			}
			out.Sets = append(out.Sets, r)
		}
	}
	if s.wants("learning") {
		out.Learning, err = s.learning(sets[0])
	}
	return err
}

func (s settings) wants(name string) bool {
	name, _, _ = strings.Cut(name, "-")
	return s.only == "" || slices.Contains(strings.Split(s.only, ","), name)
}

// shotsOf gives how many examples a label are trained on; 0 is all.
func shotsOf(set string) []int {
	if set == "banking77" {
		return []int{0, 10, 5}
	}
	return []int{0}
}

func (o output) print() {
	fmt.Printf("%-20s %5s %5s %8s %6s %8s %6s %7s %7s %6s %8s %9s %6s | %8s %6s %6s %7s\n", "set", "shots", "n", "accuracy", "spread", "macro F1", "ECE",
		"acc@80", "acc@90", "hit@3", "OOS AUC", "OOS rec90", "MCC", "coverage", "acted", "errors", "p(>max)")
	for _, r := range o.Sets {
		fmt.Printf("%-20s %5d %5d %8.3f %6.3f %8.3f %6.3f %7.3f %7.3f %6.3f %8.3f %9.3f %6.3f | %8.3f %6d %6d %7.3f\n", r.Set, r.Shots, r.N, r.Accuracy, r.Spread,
			r.MacroF1, r.ECE, r.At80, r.At90, r.Hit3, r.Auroc, r.Recall90, r.MCC, r.Coverage, r.AutoN, r.AutoErrors, r.AutoP)
		if r.OutsideN > 0 {
			fmt.Printf("%-20s with %d texts from outside as errors: acted on %d of them, precision %.3f\n", "", r.OutsideN, r.OutsideActed, r.OutsidePrecision)
		}
	}
	if len(o.Sets) > 0 {
		fmt.Printf("acting at max_error %.2f, pooled precision %.3f\n", o.MaxError, o.Pooled)
	}
	for i, l := range o.Learning {
		if i == 0 {
			fmt.Printf("\n%-8s %8s %8s %9s %11s %10s\n", "wrong", "seen", "verdicts", "accuracy", "done alone", "precision")
		}
		fmt.Printf("%-8.2f %8d %8d %9.3f %11.3f %10.3f\n", l.Wrong, l.Seen, l.Labels, l.Accuracy, l.Share, l.Precision)
	}
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(max(len(xs), 1))
}

func spread(xs []float64) float64 {
	return slices.MaxFunc(xs, cmp.Compare) - slices.MinFunc(xs, cmp.Compare)
}
