// Package files reads the files that books and banks give out (CSV, camt.053, OFX, MT940) as events in the words of the
// standard connector, so that what is imported goes the way of whatever arrives.
package files

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"

	"remit/models"
)

// Kind is what a file tells of.
type Kind string

// The kinds of file.
const (
	Payments    Kind = "payments"    // what was paid: history
	Payables    Kind = "payables"    // what is to be paid, or was
	Vendors     Kind = "vendors"     // who is paid
	Receivables Kind = "receivables" // what is to come, or came
	Balances    Kind = "balances"    // what accounts held: CSV, or a bank's statements
)

// Kinds gives them all.
func Kinds() []Kind { return []Kind{Payments, Payables, Vendors, Receivables, Balances} }

// Options say what a file itself does not.
type Options struct {
	Now          time.Time
	Entity       string // where the file has no column for it
	Currency     string // likewise
	Account      string // the name of the account of a bank's statements; "" takes the end of its number
	DecimalComma bool   // amounts are written 1.234,56
	DayFormat    string // how days are written, as time.Parse takes it; "" for 2026-12-03
}

// Row is one event, in the words of the standard connector, and the key that makes it one: the same row gives the same key
// whenever it is read.
type Row struct {
	Line int
	Key  string
	Body []byte
}

// Skip is a line that no event was made of, and why.
type Skip struct {
	Line int
	Why  string
}

// Result is what a file gave.
type Result struct {
	Rows    []Row
	Skipped []Skip
	Unused  []string // headings of columns that were not read, and terms that were not understood
}

// mostBytes bounds a file: what is larger is cut into years.
const mostBytes = 1 << 30

// Read reads a file of a kind, in whatever of the formats it is in. A line that cannot be read is skipped with a reason; a
// file that cannot be read at all is Invalid.
func Read(kind Kind, r io.Reader, o Options) (Result, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return Result{}, models.Errorf(models.Invalid, "the file cannot be read: %w", err)
	}
	if len(text) > mostBytes {
		return Result{}, models.Errorf(models.Invalid, "the file is larger than a gigabyte: cut it into years")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(text)) == 0 {
		return Result{}, models.Errorf(models.Invalid, "the file is empty")
	}
	if parse := statementFormat(text); parse != nil {
		if kind != Balances {
			return Result{}, models.Errorf(models.Invalid, "a bank's statement tells balances: remit import balances")
		}
		return balancesOf(parse, text, o)
	}
	return table(kind, text, o)
}

// event is the envelope of the standard connector.
type event struct {
	Type      models.EventKind `json:"type"`
	Timestamp string           `json:"timestamp"`
	Data      map[string]any   `json:"data"`
}

// rowOf gives the row of an event. The key is made from what the line says, and not from when it is read.
func rowOf(line int, key string, kind models.EventKind, at time.Time, data map[string]any) Row {
	body, _ := json.Marshal(event{Type: kind, Timestamp: at.UTC().Format(time.RFC3339), Data: data})
	return Row{Line: line, Key: models.NewID("imp", string(kind), key), Body: body}
}

// happened gives when something on a day is said to have happened: then, and now at the latest.
func happened(d models.Day, now time.Time) time.Time {
	if t := d.Time(); d.Valid() && t.Before(now) {
		return t
	}
	return now
}

func tidy(s string) string { return strings.TrimSpace(models.CleanText(s)) }
