// Command tone measures how well tone is heard, on public sets: the model as it ships ("shipped", which has seen of these
// only the training part of GoEmotions) and a model trained on the training part of each set ("trained", which never ships).
// With -fit it makes the model that ships.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"remit/triage"
)

func main() {
	data := flag.String("data", cmp.Or(os.Getenv("REMIT_BENCH_DATA"), "../shared/data"), "where the public sets are")
	test := flag.String("test", "", "a CSV with the header text,label to measure the shipped model on instead")
	fit := flag.String("fit", "", "train the model that ships on GoEmotions and write it to this file")
	dev := flag.Bool("dev", false, "measure on validation parts instead of the tests, as settings are chosen")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	if err := run(filepath.Join(*data, "text"), *test, *fit, *dev, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(dir, test, fit string, dev, asJSON bool) error {
	judge := triage.New()
	if fit != "" {
		return make9(judge, dir, fit)
	}
	var out []result
	if test != "" {
		s, err := fromFile(test)
		if err != nil {
			return err
		}
		out = append(out, score(s, "shipped", shipped(judge, s)))
	} else {
		all, err := sets(dir)
		if err != nil {
			return err
		}
		for i := range all {
			if dev {
				all[i] = all[i].validation()
			}
		}
		if out, err = measure(judge, all); err != nil {
			return err
		}
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"sets": out})
	}
	fmt.Printf("%-20s %-8s %6s %9s %9s %7s %9s %16s %8s\n", "set", "mode", "n", "accuracy", "macro-F1", "ECE", "anger AP", "negative recall", "F1 sd")
	for _, r := range out {
		fmt.Printf("%-20s %-8s %6d %9.3f %9.3f %7.3f %9.3f %16.3f %8.4f\n", r.Set, r.Mode, r.N, r.Accuracy, r.MacroF1, r.ECE, r.AngerAP, r.NegativeRecall, r.Spread)
	}
	return nil
}

func measure(judge *triage.Judge, all []set) ([]result, error) {
	var out []result
	for _, s := range all {
		if s.groups != nil {
			out = append(out, score(s, "shipped", shipped(judge, s)))
		}
		r, err := trained(judge, s)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// shipped gives the shipped model's answers in the classes of a set.
func shipped(judge *triage.Judge, s set) [][]float64 {
	out := make([][]float64, len(s.test))
	for i, e := range s.test {
		p := judge.Emotions(e.text)
		answer := make([]float64, len(s.classes))
		total := 0.0
		for c, group := range s.groups {
			for _, g := range group {
				answer[c] += p[g]
			}
			total += answer[c]
		}
		for c := range answer {
			answer[c] /= total
		}
		out[i] = answer
	}
	return out
}

// seeds of the training, for the mean and the spread.
const seeds = 3

func trained(judge *triage.Judge, s set) (result, error) {
	var rs []result
	for seed := range seeds {
		fmt.Fprintf(os.Stderr, "training on %s, seed %d\n", s.name, seed+1)
		m, err := judge.TrainTone(examples(s.train, len(s.classes), nil), settings(s, uint64(seed+1)))
		if err != nil {
			return result{}, err
		}
		answers := make([][]float64, len(s.test))
		for i, e := range s.test {
			answers[i] = m.Score(e.text)
		}
		rs = append(rs, score(s, "trained", answers))
	}
	return mean(rs), nil
}

// settings were chosen on the validation part of TweetEval and on a fifth of the training part of Senti4SD.
func settings(s set, seed uint64) triage.ToneTraining {
	t := triage.ToneTraining{Classes: len(s.classes), Bits: 17, Stacked: true, Balance: 0.5, Epochs: 6, Rate: 0.3, Decay: 1e-4, Seed: seed}
	if len(s.train) > 20_000 {
		t.Decay, t.Epochs, t.Stacked, t.Balance = 1e-6, 4, false, 0
	}
	return t
}

func examples(from []labelled, classes int, groups []int) []triage.ToneExample {
	out := make([]triage.ToneExample, len(from))
	for i, e := range from {
		shares := make([]float32, classes)
		for _, l := range e.labels {
			if groups != nil {
				l = groups[l]
			}
			shares[l] += 1 / float32(len(e.labels))
		}
		out[i] = triage.ToneExample{Text: e.text, Shares: shares}
	}
	return out
}

// make9 trains the model that ships and writes it.
func make9(judge *triage.Judge, dir, path string) error {
	s, err := goEmotions(dir, "original")
	if err != nil {
		return err
	}
	t := triage.ToneTraining{Classes: len(triage.EmotionNames), Bits: fitBits, Keep: fitKeep, Epochs: 4, Rate: 0.3, Decay: 1e-6, Seed: 1}
	m, err := judge.TrainTone(examples(s.train, t.Classes, emotionOf[:]), t)
	if err != nil {
		return err
	}
	return os.WriteFile(path, m.File(), 0o644)
}

// Size of the shipped model: of the hash, and how many of its buckets are kept.
const (
	fitBits = 20
	fitKeep = 100_000
)
