package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"remit/models"
)

// ledger is payments in the order of the file, which is that of their days, and what is wrong with each.
type ledger struct {
	payments []models.Payable
	labels   []string // "" for right
}

// currency of the public ledgers. What a named ledger is in does not matter as long as it is one.
const currency = models.Currency("GBP")

// amount reads an amount. The public ledgers are sums of floating-point numbers, so what lies beyond the pence is noise.
func amount(s string) (models.Money, error) {
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.Abs(x) > 1e15 || math.IsNaN(x) {
		return models.Money{}, fmt.Errorf("%q is not an amount", s)
	}
	return models.Money{Minor: int64(math.Round(x * 100)), Currency: currency}, nil
}

func read(path string) (ledger, error) {
	file, err := os.Open(path)
	if err != nil {
		return ledger{}, err
	}
	defer file.Close()
	rows := csv.NewReader(file)
	head, err := rows.Read()
	if err != nil {
		return ledger{}, fmt.Errorf("%s: %w", path, err)
	}
	at := map[string]int{}
	for _, name := range []string{"vendor", "date", "invoice", "amount", "label"} {
		at[name] = slices.Index(head, name)
		if at[name] < 0 && name != "label" {
			return ledger{}, fmt.Errorf("%s: no column %q", path, name)
		}
	}
	var l ledger
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return l.ordered(), nil
		}
		if err != nil {
			return l, fmt.Errorf("%s: %w", path, err)
		}
		if err := l.take(row, at); err != nil {
			return l, fmt.Errorf("%s, row %d: %w", path, len(l.payments)+2, err)
		}
	}
}

func (l *ledger) take(row []string, at map[string]int) error {
	m, err := amount(row[at["amount"]])
	if err != nil {
		return err
	}
	p := models.Payable{
		ID: fmt.Sprint("payable:ledger:", len(l.payments)), VendorID: row[at["vendor"]], VendorName: row[at["vendor"]],
		Invoice: row[at["invoice"]], IssuedOn: models.Day(row[at["date"]]), Amount: m, Status: models.PayablePast,
	}
	if !p.IssuedOn.Valid() {
		return fmt.Errorf("%q is not a day", p.IssuedOn)
	}
	label := ""
	if at["label"] >= 0 {
		label = row[at["label"]]
	}
	l.payments, l.labels = append(l.payments, p), append(l.labels, label)
	return nil
}

// ordered gives the ledger by days; a file that is in order already stays as it is.
func (l ledger) ordered() ledger {
	order := make([]int, len(l.payments))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(string(l.payments[a].IssuedOn), string(l.payments[b].IssuedOn))
	})
	out := ledger{make([]models.Payable, len(order)), make([]string, len(order))}
	for to, from := range order {
		out.payments[to], out.labels[to] = l.payments[from], l.labels[from]
	}
	return out
}

// before gives the payments before a day.
func (l ledger) before(day models.Day) []models.Payable {
	n, _ := slices.BinarySearchFunc(l.payments, day, func(p models.Payable, d models.Day) int {
		return strings.Compare(string(p.IssuedOn), string(d))
	})
	return l.payments[:n]
}
