package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"remit/decision"
)

// pool is proposals whose verdicts are known.
type pool struct {
	name      string
	scored    []decision.Scored
	calibrate int // so many of a split choose the threshold
}

// setResult is a line of the table: means over the splits.
type setResult struct {
	Set        string  `json:"set"`
	MaxError   float64 `json:"max_error"`
	Violations float64 `json:"violations"`
	Coverage   float64 `json:"coverage"`
	Oracle     float64 `json:"oracle_coverage"`
	Accuracy   float64 `json:"accuracy"` // of the whole pool, were all acted on
	N          int     `json:"n"`

	BySeed []float64 `json:"violations_by_seed"`
	seeds  []setResult
}

// mean puts the means over the seeds into the result.
func (r *setResult) mean() {
	n := float64(len(r.seeds))
	for _, s := range r.seeds {
		r.Violations += s.Violations / n
		r.Coverage += s.Coverage / n
		r.Oracle += s.Oracle / n
		r.Accuracy += s.Accuracy / n
		r.BySeed = append(r.BySeed, s.Violations)
	}
}

// texts are the public sets.
type texts struct {
	banking, tickets []text
	clinc            clinc
}

func readTexts(dir string) (t texts, err error) {
	if t.banking, err = readCSV(filepath.Join(dir, "text", "banking77", "train.csv"), "text", "category"); err != nil {
		return t, err
	}
	if t.tickets, err = readCSV(filepath.Join(dir, "text", "suraj520", "customer_support_tickets.csv"), "Ticket Description", "Ticket Priority"); err != nil {
		return t, err
	}
	t.clinc, err = readClinc(filepath.Join(dir, "text", "clinc150", "data_full.json"))
	return t, err
}

// pools gives the pools to choose thresholds from, scored by models of a seed, and the one whose labels are random.
func (t texts) pools(seed uint64) (pools []pool, random pool, err error) {
	banking, err := outOfFold(t.banking, seed)
	if err != nil {
		return nil, random, err
	}
	m, err := train(t.clinc.train, seed)
	if err != nil {
		return nil, random, err
	}
	tickets, err := outOfFold(t.tickets, seed)
	pools = []pool{{"banking77", banking, 5000}, {"clinc150", score(m, t.clinc.rest), 4000}}
	return pools, pool{"suraj520", tickets, len(tickets) / 2}, err
}

// text is a labelled text.
type text struct{ text, label string }

func readCSV(name, textColumn, labelColumn string) ([]text, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: is empty", name)
	}
	t, l := slices.Index(rows[0], textColumn), slices.Index(rows[0], labelColumn)
	if t < 0 || l < 0 {
		return nil, fmt.Errorf("%s: has columns %q, needs %q and %q", name, rows[0], textColumn, labelColumn)
	}
	var out []text
	for _, row := range rows[1:] {
		out = append(out, text{row[t], row[l]})
	}
	return out, nil
}

// clinc is the set's training part, and what is scored: validation, test and what is out of scope.
type clinc struct{ train, rest []text }

func readClinc(name string) (c clinc, err error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return c, err
	}
	var parts map[string][][2]string
	if err := json.Unmarshal(raw, &parts); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	for _, row := range parts["train"] {
		c.train = append(c.train, text{row[0], row[1]})
	}
	for _, part := range []string{"val", "test", "oos_test"} {
		for _, row := range parts[part] {
			c.rest = append(c.rest, text{row[0], row[1]})
		}
	}
	return c, nil
}

// measure splits the pool again and again, chooses a threshold on one part and acts by it on the other.
func (p pool) measure(maxError float64, splits int, chance *rand.Rand) setResult {
	r := setResult{Set: p.name, MaxError: maxError, N: len(p.scored), Accuracy: 1 - errorRate(p.scored)}
	shuffled := slices.Clone(p.scored)
	for range splits {
		chance.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		cut := decision.Threshold(shuffled[:p.calibrate], maxError, 1-decision.Confident)
		rest := shuffled[p.calibrate:]
		acted := actedOn(rest, cut)
		if errorRate(acted) > maxError {
			r.Violations++
		}
		r.Coverage += float64(len(acted)) / float64(len(rest))
		r.Oracle += oracle(rest, maxError)
	}
	n := float64(splits)
	r.Violations, r.Coverage, r.Oracle = r.Violations/n, r.Coverage/n, r.Oracle/n
	return r
}

// actions counts what would be done over the splits where nothing can be known.
func (p pool) actions(splits int, chance *rand.Rand) int {
	shuffled := slices.Clone(p.scored)
	acted := 0
	for range splits {
		chance.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, maxError := range []float64{.02, .05, .1, .2} {
			cut := decision.Threshold(shuffled[:p.calibrate], maxError, 1-decision.Confident)
			acted += len(actedOn(shuffled[p.calibrate:], cut))
		}
	}
	return acted
}

func actedOn(pool []decision.Scored, cut decision.Cut) []decision.Scored {
	var acted []decision.Scored
	for _, s := range pool {
		if cut.Acts(s.Confidence) {
			acted = append(acted, s)
		}
	}
	return acted
}

func errorRate(scored []decision.Scored) float64 {
	wrong := 0
	for _, s := range scored {
		if s.Wrong {
			wrong++
		}
	}
	return float64(wrong) / float64(max(len(scored), 1))
}

// oracle gives the largest coverage that any threshold has on the very items it is judged by.
func oracle(rest []decision.Scored, maxError float64) float64 {
	s := slices.Clone(rest)
	slices.SortFunc(s, func(a, b decision.Scored) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	best, wrong := 0, 0
	for i := range s {
		if s[i].Wrong {
			wrong++
		}
		last := i+1 == len(s) || s[i+1].Confidence != s[i].Confidence
		if last && float64(wrong) <= maxError*float64(i+1) {
			best = i + 1
		}
	}
	return float64(best) / float64(len(s))
}
