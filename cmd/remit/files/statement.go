package files

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// entry is what moved on a day; what goes out is below nothing. Most of it is not told by every bank.
type entry struct {
	on       models.Day
	minor    int64
	id       string   // the bank's, by which the entry is one on its account
	party    string   // who was paid, or who paid
	bank     string   // that one's account
	refs     []string // end-to-end ids and structured references
	text     string   // what was written for the other side
	reversal bool     // takes back an earlier one
	parts    []entry  // of a batch, where the bank tells them and they add up to it
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

// balancesOf gives what was booked, and the balance of each account at the end of each day that its statements speak of: the
// closing one, and those before it, which follow from what moved.
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

// rows gives what was booked and, after it, what was held on each day: so nothing of a statement is ever known by its
// balance and not yet by its entries.
func (s statement) rows(o Options) []Row { return append(s.booked(o), s.balances(o)...) }

func (s statement) balances(o Options) []Row {
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
	account := s.name(o)
	amount, _, _ := strings.Cut(m.String(), " ")
	at := endOf(on, o.Now)
	return rowOf(s.line, strings.Join([]string{o.Entity, account, string(on), m.String()}, "\x1f"), models.BalanceReported, at, map[string]any{
		"account": account, "entity": o.Entity, "amount": amount, "currency": string(m.Currency), "as_of": at.UTC().Format(time.RFC3339),
	})
}

// name gives what the account is called.
func (s statement) name(o Options) string {
	if o.Account != "" {
		return o.Account
	}
	return ending(s.account)
}

// booked gives the entries, those of a batch singly where they are told. An entry that comes again in another statement has
// the same key: the bank's id makes it or, where there is none, all that is said of it and how many before are the same.
func (s statement) booked(o Options) []Row {
	var out []Row
	same := map[string]int{}
	for _, e := range s.entries {
		parts := e.parts
		if len(parts) == 0 {
			parts = []entry{e}
		}
		for _, p := range parts {
			if p.minor == 0 {
				continue
			}
			if p.on = e.on; !p.on.Valid() || p.on > s.on {
				p.on = s.on
			}
			key := strings.Join([]string{o.Entity, s.name(o), string(s.closing.Currency), p.id}, "\x1f")
			if p.id == "" {
				key = strings.Join(append([]string{key, string(p.on), strconv.FormatInt(p.minor, 10), p.party, p.text}, p.refs...), "\x1f")
			}
			if same[key]++; same[key] > 1 {
				key += "\x1e" + strconv.Itoa(same[key])
			}
			out = append(out, s.transaction(p, key, o))
		}
	}
	return out
}

// What the standard connector takes of a reference, of names and of texts, in characters.
const (
	refLength   = 255
	partyLength = 1000
	textLength  = 20_000
	mostRefs    = 50
)

func (s statement) transaction(e entry, key string, o Options) Row {
	amount, _, _ := strings.Cut(models.Money{Minor: e.minor, Currency: s.closing.Currency}.String(), " ")
	data := map[string]any{
		"id": models.NewID("txn", key), "account": s.name(o), "entity": o.Entity, "amount": amount, "currency": string(s.closing.Currency), "booked_on": e.on,
	}
	var refs []string
	for _, r := range e.refs {
		if r = tidy(r); r != "" && !slices.Contains(refs, r) && len(refs) < mostRefs {
			refs = append(refs, short(r, refLength))
		}
	}
	if len(refs) > 0 {
		data["references"] = refs
	}
	if e.reversal {
		data["reversal"] = true
	}
	for field, v := range map[string]string{"party": short(tidy(e.party), partyLength), "text": short(tidy(e.text), textLength), "bank_account": tidy(e.bank)} {
		if v != "" && (field != "bank_account" || len(v) <= 64) {
			data[field] = v
		}
	}
	return rowOf(s.line, key, models.TransactionBooked, endOf(e.on, o.Now), data)
}

func short(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

// noReference reports what banks write where nothing was given.
func noReference(s string) bool {
	s = strings.ToUpper(strings.TrimSpace(s))
	return s == "" || s == "NOTPROVIDED" || s == "NONREF" || s == "NOT PROVIDED"
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
