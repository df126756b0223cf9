package main

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRanked(t *testing.T) {
	cases := map[string]struct {
		scores                []float64
		labels                []string
		kind                  string
		ap, precision, recall float64
	}{
		"all found first":             {[]float64{3, 2, 1}, []string{"dup", "x10", ""}, "", 1, 1, .5},
		"found second":                {[]float64{3, 2, 1}, []string{"", "dup", ""}, "", .5, 0, 0},
		"found first and third":       {[]float64{3, 2, 1}, []string{"dup", "", "dup"}, "", (1 + 2.0/3) / 2, 1, .5},
		"other kinds are left out":    {[]float64{3, 2, 1}, []string{"x10", "dup", ""}, "dup", 1, 1, 1},
		"nothing to find":             {[]float64{3, 2, 1}, []string{"x10", "", ""}, "dup", 0, 0, 0},
		"ties go by the ledger order": {[]float64{1, 1}, []string{"", "dup"}, "", .5, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			ap, precision, recall := ranked(c.scores, c.labels, c.kind)
			if math.Abs(ap-c.ap) > 1e-9 || precision != c.precision || recall != c.recall {
				t.Errorf("got %v, %v, %v, want %v, %v, %v", ap, precision, recall, c.ap, c.precision, c.recall)
			}
		})
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.csv")
	text := "vendor,date,invoice,amount,label\nB,2016-01-02,7,2914.2799999999997,dup\nA,2016-01-01,6,10,\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	if l.payments[1].Amount.Minor != 291_428 || l.labels[1] != "dup" || len(l.before("2016-01-02")) != 1 {
		t.Errorf("got %+v, want the payments by their days and to the penny", l)
	}
	if _, err := read(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: got %v", err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(text, "amount", "sum", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(path); err == nil || !strings.Contains(err.Error(), "amount") {
		t.Errorf("no amounts: got %v", err)
	}
}
