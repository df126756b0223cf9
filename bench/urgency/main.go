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
	"strings"

	"remit/models"
	"remit/triage"
)

func main() {
	data := flag.String("data", cmp.Or(os.Getenv("REMIT_BENCH_DATA"), "../shared/data"), "where the public sets are")
	train := flag.String("train", "", "a CSV with the header text,label to train on instead")
	test := flag.String("test", "", "a CSV with the header text,label to test on instead")
	dev := flag.Bool("dev", false, "measure on the last fifth of the training part, as settings are chosen")
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
	judge := triage.New()
	var out []result
	for _, s := range all {
		if dev {
			cut := len(s.train) * 4 / 5
			s.train, s.test = s.train[:cut], s.train[cut:]
		}
		out = append(out, score(s, "rules", byRules(judge, s.test), 1-maxError))
		var rs []result
		for seed := range uint64(3) {
			r, err := trained(judge, s, seed+1)
			if err != nil {
				return err
			}
			rs = append(rs, r)
		}
		out = append(out, mean(rs))
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"sets": out})
	}
	fmt.Printf("%-12s %-8s %6s %9s %9s %9s %12s %14s %15s\n", "set", "mode", "n", "accuracy", "majority", "macro-F1", "AUROC(high)", "auto coverage", "auto precision")
	for _, r := range out {
		fmt.Printf("%-12s %-8s %6d %9.3f %9.3f %9.3f %12.3f %14.3f %15.3f\n", r.Set, r.Mode, r.N, r.Accuracy, r.Majority, r.MacroF1, r.AUROC, r.AutoCoverage, r.AutoPrecision)
	}
	return nil
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

// byRules gives the judge's answers: its priority as a level, at its confidence.
func byRules(judge *triage.Judge, test []example) [][]float64 {
	out := make([][]float64, len(test))
	for i, e := range test {
		out[i] = []float64{0.1, 0.8, 0.1}
		j := judge.Decide(models.Facts{
			Now: e.at, Event: models.TicketCreated, Ticket: &models.Ticket{ID: "t", Source: "h", ExternalID: "t", Text: e.text, Status: models.TicketOpen},
		}, models.TriageRules{})
		p, ok := j.For(models.ActionPriority)
		if !ok {
			continue
		}
		level := map[string]int{"P1": 0, "P2": 0, "P3": 1, "P4": 2}[p.Value]
		rest := (1 - p.Confidence) / 2
		out[i] = []float64{rest, rest, rest}
		out[i][level] = p.Confidence
	}
	return out
}

// maxError is what acting alone may cost.
const maxError = 0.05

// trained trains on the earlier four fifths of the training part, chooses on the rest the lines for leaving the usual level
// and for acting alone, and then trains on all of it.
func trained(judge *triage.Judge, s set, seed uint64) (result, error) {
	cut := len(s.train) * 4 / 5
	early, err := answers(judge, s.train[:cut], s.train[cut:], seed)
	if err != nil {
		return result{}, err
	}
	usual := usualOf(s.train)
	leave := leaving(s.train[cut:], early, usual)
	line := threshold(s.train[cut:], settle(early, usual, leave))
	late, err := answers(judge, s.train, s.test, seed)
	if err != nil {
		return result{}, err
	}
	r := score(s, "trained", settle(late, usual, leave), line)
	r.AUROC = auroc(s.test, late)
	return r, nil
}

// answers trains two models, one on the whole text and one on its first line, and gives the mean of their answers, as
// if every level were as frequent. Rare levels weigh as much as frequent ones in the training, so that the few urgent
// tickets are heard.
func answers(judge *triage.Judge, train, test []example, seed uint64) ([][]float64, error) {
	whole := func(text string) string { return text }
	subject := func(text string) string { first, _, _ := strings.Cut(text, "\n"); return first }
	out := make([][]float64, len(test))
	for _, part := range []func(string) string{whole, subject} {
		in := make([]triage.ToneExample, len(train))
		for i, e := range train {
			in[i] = triage.ToneExample{Text: part(e.text), Shares: make([]float32, len(levels))}
			in[i].Shares[e.level] = 1
		}
		m, err := judge.TrainTone(in, triage.ToneTraining{Classes: len(levels), Bits: 18, Balance: 1, Epochs: 6, Rate: 0.05, Decay: 1e-3, Seed: seed})
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		for i, e := range test {
			if out[i] == nil {
				out[i] = make([]float64, len(levels))
			}
			for k, p := range m.Score(part(e.text)) {
				out[i][k] += p / 2
			}
		}
	}
	return out, nil
}

// usualOf gives the share of each level.
func usualOf(es []example) []float64 {
	out := make([]float64, len(levels))
	for _, e := range es {
		out[e.level] += 1 / float64(len(es))
	}
	return out
}

// settle brings the usual shares of the levels back in, and stays with the most usual one unless another is at least as
// probable as leave.
func settle(answers [][]float64, usual []float64, leave float64) [][]float64 {
	most := argmax(usual)
	out := make([][]float64, len(answers))
	for i, a := range answers {
		p, total := make([]float64, len(a)), 0.0
		for k := range a {
			p[k] = a[k] * usual[k]
			total += p[k]
		}
		for k := range p {
			p[k] /= total
		}
		if top := argmax(p); top != most && p[top] < leave {
			p[top], p[most] = p[most], p[top]
		}
		out[i] = p
	}
	return out
}

// leaving gives the probability from which leaving the most usual level did good on the examples; 1.01 where it never did.
func leaving(of []example, answers [][]float64, usual []float64) float64 {
	best, most := 1.01, -1
	for line := 1.01; line > 0.4; line -= 0.05 {
		right := 0
		for i, a := range settle(answers, usual, line) {
			if argmax(a) == of[i].level {
				right++
			}
		}
		if right > most {
			best, most = line, right
		}
	}
	return best
}

// threshold gives the confidence from which acting alone on the examples would have stayed below the error that is allowed,
// the doubt about so few examples included; infinity where there is none.
func threshold(of []example, answers [][]float64) float64 {
	type claim struct {
		p   float64
		hit bool
	}
	claims := make([]claim, len(of))
	for i, a := range answers {
		k := argmax(a)
		claims[i] = claim{a[k], k == of[i].level}
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
