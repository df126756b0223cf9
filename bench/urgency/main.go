// Command urgency measures how well the urgency of tickets is told, trained on the earlier part of a set and tested on the
// later ("trained"), and by the rules as they ship, which learned from none of it ("rules").
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"remit/models"
	"remit/triage"
	"remit/triage/level"
)

func main() {
	data := flag.String("data", cmp.Or(os.Getenv("REMIT_BENCH_DATA"), "../shared/data"), "where the public sets are")
	train := flag.String("train", "", "a CSV with the header text,label to train on instead")
	test := flag.String("test", "", "a CSV with the header text,label to test on instead")
	dev := flag.Bool("dev", false, "measure on later parts of the training part, each told from what lies before, as settings are chosen")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	if err := run(filepath.Join(*data, "text"), *train, *test, *dev, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(dir, train, test string, dev, asJSON bool) error {
	all, err := sets(dir, train, test)
	if err != nil {
		return err
	}
	var out []result
	for _, s := range all {
		rows, err := measure(s, dev)
		if err != nil {
			return err
		}
		out = append(out, rows...)
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"sets": out})
	}
	fmt.Printf("%-12s %-8s %6s %9s %9s %9s %9s %12s %14s %15s\n", "set", "mode", "n", "accuracy", "standing", "majority", "macro-F1", "AUROC(high)", "auto coverage", "auto precision")
	for _, r := range out {
		fmt.Printf("%-12s %-8s %6d %9.3f %9.3f %9.3f %9.3f %12.3f %14.3f %15.3f\n", r.Set, r.Mode, r.N, r.Accuracy, r.Standing, r.Majority, r.MacroF1, r.AUROC, r.AutoCoverage, r.AutoPrecision)
	}
	return nil
}

// measure gives the rows of a set: of its test part, or as the mean of parts of its training, each told from what lies before.
func measure(s set, dev bool) ([]result, error) {
	parts := []set{s}
	if dev {
		parts = rolled(s)
	}
	var rules, learned []result
	for _, p := range parts {
		rules = append(rules, score(p, "rules", told(triage.New(), nil, p.test), 1-maxError))
		r, err := trained(p)
		if err != nil {
			return nil, err
		}
		learned = append(learned, r)
	}
	return []result{mean(rules), mean(learned)}, nil
}

// rolled gives five later parts of the training, each with what lies before.
func rolled(s set) []set {
	var out []set
	for _, from := range []float64{0.4, 0.5, 0.6, 0.7, 0.85} {
		n := float64(len(s.train))
		a, b := int(from*n), int((from+0.15)*n)
		out = append(out, set{s.name, s.train[:a], s.train[a:b]})
	}
	return out
}

func sets(dir, train, test string) ([]set, error) {
	if train != "" && test != "" {
		s, err := fromFiles(train, test)
		return []set{s}, err
	}
	h, err := hadoop(dir)
	if err != nil {
		return nil, err
	}
	s, err := suraj520(dir)
	return []set{h, s}, err
}

// told gives the judge's answers to tickets of which nobody has set the priority. Tickets are ranked by the model where there
// is one, and else by the priority that was proposed and how surely: what is P3, or not proposed, says nothing of which
// way it errs.
func told(judge *triage.Judge, m *level.Model, test []example) []answer {
	out := make([]answer, len(test))
	for i, e := range test {
		t := e.ticket()
		j := judge.Decide(models.Facts{Now: e.at, Event: models.TicketCreated, Ticket: &t}, models.TriageRules{})
		p, ok := j.For(models.ActionPriority)
		out[i] = ranked(p, ok)
		if m == nil {
			continue
		}
		if !ok {
			out[i].level = slices.Index(priorities, m.Levels[m.Usual])
		}
		o := m.Judge(judge.LevelText(t))
		out[i].high = 0
		for k, share := range o.Shares {
			if m.Levels[k] <= models.P2 {
				out[i].high += share
			}
		}
	}
	return out
}

func ranked(p models.Proposal, ok bool) answer {
	switch {
	case !ok:
		return answer{level: 1, high: 0.25}
	case p.Value == string(models.P1), p.Value == string(models.P2):
		return answer{0, p.Confidence, p.Confidence}
	case p.Value == string(models.P4):
		return answer{2, p.Confidence, 0.25 * (1 - p.Confidence)}
	}
	return answer{1, p.Confidence, 0.25}
}

// maxError is what acting alone may cost.
const maxError = 0.05

// trained trains on the earlier four fifths of the training part, chooses on the rest the line for acting alone, and then
// trains on all of it.
func trained(s set) (result, error) {
	cut := len(s.train) * 4 / 5
	early, err := learned(s.train[:cut], s.train[cut:])
	if err != nil {
		return result{}, err
	}
	late, err := learned(s.train, s.test)
	if err != nil {
		return result{}, err
	}
	return score(s, "trained", late, threshold(s.train[cut:], early)), nil
}

// learned gives the answers of a judge that has learned from earlier tickets.
func learned(train, test []example) ([]answer, error) {
	judge := triage.New()
	past := make([]level.Example, len(train))
	for i, e := range train {
		past[i] = level.Example{Text: judge.LevelText(e.ticket()), Priority: priorities[e.level]}
	}
	m, err := level.Train(past)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return told(triage.New(triage.WithLevels(m)), m, test), nil
}

// threshold gives the confidence from which acting alone on the examples would have stayed below the error that is allowed,
// the doubt about so few examples included; infinity where there is none.
func threshold(of []example, answers []answer) float64 {
	type claim struct {
		p   float64
		hit bool
	}
	claims := make([]claim, len(of))
	for i, a := range answers {
		claims[i] = claim{a.confidence, a.level == of[i].level}
	}
	slices.SortFunc(claims, func(a, b claim) int { return cmp.Compare(b.p, a.p) })
	line, wrong := math.Inf(1), 0.0
	for i, c := range claims {
		if !c.hit {
			wrong++
		}
		if upper(wrong, float64(i+1)) <= maxError && (i+1 == len(claims) || claims[i+1].p < c.p) {
			line = c.p
		}
	}
	return line
}

// upper is Wilson's one-sided bound at 95 % on an error rate.
func upper(wrong, n float64) float64 {
	const z = 1.645
	p := wrong / n
	return (p + z*z/(2*n) + z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))) / (1 + z*z/n)
}
