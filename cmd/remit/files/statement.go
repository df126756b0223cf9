package files

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// statement is what a bank says of one account: what it held at the end of a day, and what moved on the days before.
type statement struct {
	line    int
	account string // the number
	closing models.Money
	on      models.Day
	opening *models.Money // before the first entry, where it is told
	entries []entry
	fault   string // why it cannot be used
}

// entry is what moved on a day; what goes out is below nothing.
type entry struct {
	on    models.Day
	minor int64
}

type parser func(text []byte, o Options) ([]statement, error)

// statementFormat gives the parser for a bank's statement, nil for what is none.
func statementFormat(text []byte) parser {
	head := text[:min(len(text), 4096)]
	switch {
	case bytes.Contains(head, []byte("camt.053")) || bytes.Contains(head, []byte("BkToCstmrStmt")):
		return camt
	case bytes.Contains(bytes.ToUpper(head), []byte("<OFX>")) || bytes.HasPrefix(head, []byte("OFXHEADER")):
		return ofx
	case bytes.Contains(head, []byte(":60F:")) || bytes.Contains(head, []byte(":60M:")):
		return mt940
	}
	return nil
}

// balancesOf gives the balance of each account at the end of each day that its statements speak of: the closing one, and
// those before it, which follow from what moved.
func balancesOf(parse parser, text []byte, o Options) (Result, error) {
	if o.Entity == "" {
		return Result{}, models.Errorf(models.Invalid, "a statement does not say whose account it is: --entity does")
	}
	all, err := parse(text, o)
	if err != nil {
		return Result{}, err
	}
	if len(all) == 0 {
		return Result{}, models.Errorf(models.Invalid, "the file has no statement with a closing balance")
	}
	var out Result
	for _, s := range all {
		if why := s.wrong(o); why != "" {
			out.Skipped = append(out.Skipped, Skip{s.line, why})
			continue
		}
		out.Rows = append(out.Rows, s.rows(o)...)
	}
	return out, nil
}

// wrong says why a statement cannot be used, "" where it can.
func (s statement) wrong(o Options) string {
	switch {
	case s.fault != "":
		return s.fault
	case !s.on.Valid():
		return "the closing balance has no day"
	case s.on > models.DayOf(o.Now):
		return fmt.Sprintf("the closing balance is of %s, which has not come yet", s.on)
	case s.opening == nil:
		return ""
	}
	sum := s.opening.Minor
	for _, e := range s.entries {
		sum += e.minor
	}
	if sum != s.closing.Minor || s.opening.Currency != s.closing.Currency {
		return fmt.Sprintf("its entries do not add up to its closing balance: they come to %s, and it says %s",
			models.Money{Minor: sum, Currency: s.closing.Currency}.Display(), s.closing.Display())
	}
	return ""
}

func (s statement) rows(o Options) []Row {
	moved := map[models.Day]int64{}
	for _, e := range s.entries {
		if e.on.Valid() && e.on <= s.on {
			moved[e.on] += e.minor
		}
	}
	balance, day := s.closing, s.on
	out := []Row{s.row(balance, day, o)}
	days := slices.SortedFunc(maps.Keys(moved), func(a, b models.Day) int { return cmp.Compare(b, a) })
	for _, d := range days { // what was held before d is the end of the day before it
		balance.Minor -= moved[d]
		if day = d.Add(-1); day < s.on {
			out = append(out, s.row(balance, day, o))
		}
	}
	slices.Reverse(out)
	return out
}

func (s statement) row(m models.Money, on models.Day, o Options) Row {
	account := o.Account
	if account == "" {
		account = ending(s.account)
	}
	amount, _, _ := strings.Cut(m.String(), " ")
	at := endOf(on, o.Now)
	return rowOf(s.line, strings.Join([]string{o.Entity, account, string(on), m.String()}, "\x1f"), models.BalanceReported, at, map[string]any{
		"account": account, "entity": o.Entity, "amount": amount, "currency": string(m.Currency), "as_of": at.UTC().Format(time.RFC3339),
	})
}

// ending names an account by the end of its number: the number itself is kept nowhere.
func ending(number string) string {
	number = strings.ReplaceAll(number, " ", "")
	if len(number) > 4 {
		number = number[len(number)-4:]
	}
	if number == "" {
		return "account"
	}
	return "account-" + number
}
