package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// levels are what is told apart, the most urgent first.
var levels = []string{"high", "medium", "low"}

// priorities are the levels as the judge names them.
var priorities = []models.Priority{models.P2, models.P3, models.P4}

// example is a ticket with its level, as a place in levels.
type example struct {
	subject, text string
	level         int
	at            time.Time
}

func (e example) ticket() models.Ticket {
	return models.Ticket{ID: "t", Source: "h", ExternalID: "t", Subject: e.subject, Text: e.text, Status: models.TicketOpen, CreatedAt: e.at}
}

// set is a set of tickets, the test later than the training.
type set struct {
	name        string
	train, test []example
}

var hadoopLevels = map[string]int{"Blocker": 0, "Critical": 0, "Major": 1, "Minor": 2, "Trivial": 2}

// hadoop are bug reports in the order they were written.
func hadoop(dir string) (set, error) {
	return read("hadoop", filepath.Join(dir, "gitbugs", "hadoop.csv"), []string{"Summary", "Description", "Priority", "Created"}, hadoopLevels)
}

var surajLevels = map[string]int{"Critical": 0, "High": 0, "Medium": 1, "Low": 2}

// suraj520 are tickets whose priorities were drawn at random: whoever acts on them is fooled.
func suraj520(dir string) (set, error) {
	return read("suraj520", filepath.Join(dir, "suraj520", "customer_support_tickets.csv"),
		[]string{"Ticket Subject", "Ticket Description", "Ticket Priority", ""}, surajLevels)
}

// read reads a CSV by its columns of subject, text, priority and time, and takes the last fifth for the test.
func read(name, path string, columns []string, to map[string]int) (set, error) {
	rows, err := records(path)
	if err != nil {
		return set{}, err
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		if at[i] = slices.Index(rows[0], c); at[i] < 0 && c != "" {
			return set{}, fmt.Errorf("%s: there is no column %q", path, c)
		}
	}
	var all []example
	for _, r := range rows[1:] {
		level, ok := to[r[at[2]]]
		if !ok {
			continue
		}
		e := example{subject: r[at[0]], text: r[at[1]], level: level}
		if at[3] >= 0 {
			if e.at, err = time.Parse("02/Jan/06 15:04", r[at[3]]); err != nil {
				return set{}, fmt.Errorf("%s: %w", path, err)
			}
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b example) int { return a.at.Compare(b.at) })
	cut := len(all) * 4 / 5
	return set{name, all[:cut], all[cut:]}, nil
}

func records(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read a public set: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, fmt.Errorf("%s: this is no table: %w", path, cmp.Or(err, fmt.Errorf("it has %d rows", len(rows))))
	}
	return rows, nil
}

// fromFiles reads training and test sets with the header text,label.
func fromFiles(train, test string) (set, error) {
	s := set{name: filepath.Base(test)}
	for path, to := range map[string]*[]example{train: &s.train, test: &s.test} {
		rows, err := records(path)
		if err != nil {
			return s, err
		}
		if strings.Join(rows[0], ",") != "text,label" {
			return s, fmt.Errorf("%s: the header text,label is needed", path)
		}
		for i, r := range rows[1:] {
			level := slices.Index(levels, r[1])
			if level < 0 {
				return s, fmt.Errorf("%s: row %d: the label %q is none of %s", path, i+2, r[1], strings.Join(levels, ", "))
			}
			*to = append(*to, example{text: r[0], level: level})
		}
	}
	return s, nil
}
