// Package data reads the public sets that the benches measure on.
package data

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Labelled is a text with what is right for it.
type Labelled struct {
	Text, Label string
}

// Split is a set in its standard parts. Valid is empty where the set has none; Outside are the test's texts that belong
// to no label.
type Split struct {
	Name                        string
	Train, Valid, Test, Outside []Labelled
}

// Dir gives the folder of the public sets: the flag's, or REMIT_BENCH_DATA, or ../shared/data.
func Dir(flag string) string {
	switch env := os.Getenv("REMIT_BENCH_DATA"); {
	case flag != "":
		return flag
	case env != "":
		return env
	}
	return filepath.Join("..", "shared", "data")
}

// Banking77 reads the questions of a bank's customers, 77 intents.
func Banking77(dir string) (s Split, err error) {
	s.Name = "banking77"
	at := filepath.Join(dir, "text", "banking77")
	if s.Train, err = CSV(filepath.Join(at, "train.csv")); err != nil {
		return s, err
	}
	s.Test, err = CSV(filepath.Join(at, "test.csv"))
	return s, err
}

// HWU64 reads what people say to an assistant, 64 intents.
func HWU64(dir string) (s Split, err error) {
	s.Name = "hwu64"
	at := filepath.Join(dir, "text", "hwu64")
	for part, into := range map[string]*[]Labelled{"train": &s.Train, "valid": &s.Valid, "test": &s.Test} {
		if *into, err = pairs(filepath.Join(at, part)); err != nil {
			return s, err
		}
	}
	return s, nil
}

// pairs reads two files of which each line of one belongs to the same line of the other.
func pairs(dir string) ([]Labelled, error) {
	texts, err := lines(filepath.Join(dir, "seq.in"))
	if err != nil {
		return nil, err
	}
	labels, err := lines(filepath.Join(dir, "label"))
	if err != nil {
		return nil, err
	}
	if len(texts) != len(labels) {
		return nil, fmt.Errorf("%s: %d texts and %d labels", dir, len(texts), len(labels))
	}
	out := make([]Labelled, len(texts))
	for i := range texts {
		out[i] = Labelled{texts[i], labels[i]}
	}
	return out, nil
}

func lines(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []string
	s := bufio.NewScanner(f)
	for s.Scan() {
		out = append(out, s.Text())
	}
	return out, s.Err()
}

// Clinc150 reads requests of 150 intents, and requests outside of them. What the set has for training and validating on
// requests outside is left unread.
func Clinc150(dir string) (Split, error) {
	s := Split{Name: "clinc150"}
	raw, err := os.ReadFile(filepath.Join(dir, "text", "clinc150", "data_full.json"))
	if err != nil {
		return s, err
	}
	var parts map[string][][2]string
	if err := json.Unmarshal(raw, &parts); err != nil {
		return s, err
	}
	for part, into := range map[string]*[]Labelled{"train": &s.Train, "val": &s.Valid, "test": &s.Test, "oos_test": &s.Outside} {
		for _, p := range parts[part] {
			*into = append(*into, Labelled{p[0], p[1]})
		}
	}
	return s, nil
}

// MultiDoGO reads what customers say in dialogues of a domain, "finance" or "software".
func MultiDoGO(dir, domain string) (s Split, err error) {
	s.Name = "multidogo-" + domain
	at := filepath.Join(dir, "text", "multidogo", domain)
	for part, into := range map[string]*[]Labelled{"train": &s.Train, "dev": &s.Valid, "test": &s.Test} {
		if *into, err = table(filepath.Join(at, part+".tsv"), '\t', "utterance", "intent"); err != nil {
			return s, err
		}
	}
	return s, nil
}

// CSV reads a file whose header names a column text and a column label (or category).
func CSV(name string) ([]Labelled, error) {
	return table(name, ',', "text", "label", "category")
}

func table(name string, comma rune, text string, labels ...string) ([]Labelled, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	next := commas(f)
	if comma == '\t' {
		next = tabs(f)
	}
	head, err := next()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t, l := column(head, text), column(head, labels...)
	if t < 0 || l < 0 {
		return nil, fmt.Errorf("%s: the header has no %s and %s", name, text, strings.Join(labels, " or "))
	}
	var out []Labelled
	for {
		row, err := next()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		case t < len(row) && l < len(row):
			out = append(out, Labelled{row[t], row[l]})
		}
	}
}

func commas(f io.Reader) func() ([]string, error) {
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	return r.Read
}

// tabs reads rows in which a quotation mark means nothing.
func tabs(f io.Reader) func() ([]string, error) {
	s := bufio.NewScanner(f)
	return func() ([]string, error) {
		if !s.Scan() {
			return nil, cmp.Or(s.Err(), io.EOF)
		}
		return strings.Split(s.Text(), "\t"), nil
	}
}

func column(head []string, names ...string) int {
	for i, h := range head {
		for _, n := range names {
			if strings.EqualFold(strings.TrimPrefix(h, "\ufeff"), n) {
				return i
			}
		}
	}
	return -1
}

// GoEmotions reads comments that people wrote under one another's, without their labels; the training and validation parts.
func GoEmotions(dir string) ([]string, error) {
	var out []string
	for _, part := range []string{"train.tsv", "dev.tsv"} {
		rows, err := lines(filepath.Join(dir, "text", "goemotions", "original", part))
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			text, _, _ := strings.Cut(row, "\t")
			out = append(out, strings.ReplaceAll(text, "[NAME]", ""))
		}
	}
	return out, nil
}
