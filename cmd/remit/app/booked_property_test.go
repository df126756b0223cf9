package app_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/cmd/remit/files"
	"remit/connector"
	"remit/connector/standard"
	"remit/decision"
	"remit/models"
)

const (
	tillPool = "cash:acme:EUR"
	opening  = 10_000_000 // what the account held before the first statement
	bankFee  = 7          // what every statement has beside invoices
)

// bill is an invoice of the made-up world, with what its bank does about it.
type bill struct {
	id      int
	amount  int64
	reduced int64      // what is paid of it; less than the amount where a discount is taken
	paidOn  models.Day // "" for never
	parts   bool       // a third of it on the day before
	backOn  models.Day // the bank takes it back
	with    int        // paid in one sum with that bill; -1 for alone

	told, settled bool // by the books
}

func (b *bill) number() string { return fmt.Sprintf("RE-2026-%04d", 4700+7*b.id) }

// ledgerLab is an engine that is told of bills by books and a bank.
type ledgerLab struct {
	*lab
	std      *standard.Standard
	bills    []*bill
	days     int // statements imported
	accepted []models.Delivery
}

// Translator implements decision.Sources.
func (l *ledgerLab) Translator(source string) (decision.Translator, bool) {
	return l.std, source == "import"
}

// Writer implements decision.Sources.
func (l *ledgerLab) Writer(string) (decision.Writer, bool) { return nil, false }

func newLedgerLab(rt *rapid.T, dir string) *ledgerLab {
	l := &ledgerLab{lab: newLab(rt, dir)}
	l.clock.now = time.Date(2026, 12, 12, 10, 0, 0, 0, time.UTC)
	c, err := standard.New(standard.Options{Source: "import", Secrets: []models.Secret{"whsec_dGhpcy1pcy1hLWtleQ=="}, Salt: []byte("salt")})
	l.must(err)
	l.std, _ = c.(*standard.Standard)
	l.engine.Sources = l
	n := rapid.IntRange(2, 5).Draw(rt, "bills")
	for i := range n {
		b := &bill{id: i, amount: int64(rapid.IntRange(50, 900).Draw(rt, "amount")) * 100, with: -1}
		b.reduced = b.amount
		switch rapid.SampledFrom([]string{"never", "whole", "discount", "parts", "returned", "together"}).Draw(rt, "way") {
		case "whole":
			b.paidOn = firstDay.Add(rapid.IntRange(1, 8).Draw(rt, "day"))
		case "discount":
			b.paidOn, b.reduced = firstDay.Add(rapid.IntRange(1, 8).Draw(rt, "day")), b.amount-b.amount/50
		case "parts":
			b.paidOn, b.parts = firstDay.Add(rapid.IntRange(1, 8).Draw(rt, "day")), true
		case "returned":
			b.paidOn = firstDay.Add(rapid.IntRange(1, 4).Draw(rt, "day"))
			b.backOn = b.paidOn.Add(rapid.IntRange(0, 3).Draw(rt, "later"))
		case "together":
			b.paidOn = firstDay.Add(rapid.IntRange(1, 8).Draw(rt, "day"))
			if i > 0 && l.bills[i-1].paidOn != "" && l.bills[i-1].with < 0 && l.bills[i-1].backOn == "" && !l.bills[i-1].parts {
				b.paidOn, b.with = l.bills[i-1].paidOn, i-1
			}
		}
		l.bills = append(l.bills, b)
	}
	return l
}

const firstDay models.Day = "2026-12-01"

// moves gives the entries of a day: minor units, what is written, whether it takes one back.
func (l *ledgerLab) moves(day models.Day) (out []camtLine) {
	out = append(out, camtLine{-bankFee, "account fee " + string(day), false})
	for i, b := range l.bills {
		third := b.reduced / 3
		switch {
		case b.with >= 0:
		case b.parts && day == b.paidOn.Add(-1):
			out = append(out, camtLine{-third, b.number() + " part", false})
		case day == b.paidOn && b.parts:
			out = append(out, camtLine{third - b.reduced, b.number() + " rest", false})
		case day == b.paidOn:
			sum, text := b.reduced, b.number()
			for _, o := range l.bills {
				if o.with == i {
					sum, text = sum+o.reduced, text+" and "+o.number()
				}
			}
			out = append(out, camtLine{-sum, text, false})
		}
		if day == b.backOn {
			out = append(out, camtLine{b.reduced, b.number(), true})
		}
	}
	return out
}

type camtLine struct {
	minor int64
	text  string
	back  bool
}

// balance gives what the account holds at the end of a day.
func (l *ledgerLab) balance(day models.Day) int64 {
	sum := int64(opening)
	for d := firstDay; d <= day; d = d.Add(1) {
		for _, m := range l.moves(d) {
			sum += m.minor
		}
	}
	return sum
}

func euros(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }

// statement gives the bank's file of a day.
func (l *ledgerLab) statement(day models.Day) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>`)
	for code, minor := range map[string]int64{"OPBD": l.balance(day.Add(-1)), "CLBD": l.balance(day)} {
		fmt.Fprintf(&b, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`, code, euros(minor), day)
	}
	for _, m := range l.moves(day) {
		sign, size := "CRDT", m.minor
		if m.minor < 0 {
			sign, size = "DBIT", -m.minor
		}
		fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><RvslInd>%t</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt>`, euros(size), sign, m.back, day)
		fmt.Fprintf(&b, `<NtryDtls><TxDtls><RltdPties><Cdtr><Pty><Nm>Globex</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`, m.text)
	}
	return b.String() + "</Stmt></BkToCstmrStmt></Document>"
}

func (l *ledgerLab) accept(ds []models.Delivery) {
	_, err := l.store.Accept(context.Background(), ds)
	l.must(err)
	l.accepted = append(l.accepted, ds...)
}

func (l *ledgerLab) nextStatement(*rapid.T) {
	if l.days == 10 {
		return
	}
	l.days++
	read, err := files.Read(files.Balances, strings.NewReader(l.statement(firstDay.Add(l.days-1))), files.Options{Now: l.clock.Now(), Entity: "acme", Account: "giro"})
	l.must(err)
	if len(read.Skipped) > 0 {
		l.Fatalf("skipped %v", read.Skipped)
	}
	var ds []models.Delivery
	for _, r := range read.Rows {
		ds = append(ds, l.split(r.Key, r.Body)...)
	}
	l.accept(ds)
}

func (l *ledgerLab) split(key string, body []byte) []models.Delivery {
	ds, err := l.std.Split(connector.Request{Header: http.Header{"Webhook-Id": {key}}, Body: body, At: l.clock.Now()})
	l.must(err)
	return ds
}

// books tells of a bill: that it is there, or that it was paid.
func (l *ledgerLab) books(rt *rapid.T) {
	b := rapid.SampledFrom(l.bills).Draw(rt, "bill")
	kind, more, at := "payable.created", `"due_on":"2026-12-30"`, firstDay
	if b.paidOn != "" && b.backOn == "" && rapid.Bool().Draw(rt, "paid") || b.backOn != "" && rapid.IntRange(0, 3).Draw(rt, "paid") == 0 {
		kind, more, at = "payable.paid", fmt.Sprintf(`"paid_on":%q`, b.paidOn), b.paidOn
		b.settled = true
	}
	b.told = true
	if b.reduced < b.amount {
		more += `,"discount_bps":200,"discount_until":"2026-12-09"`
	}
	body := fmt.Sprintf(`{"type":%q,"timestamp":"%sT08:00:00Z","data":{"id":"%d","entity":"acme","currency":"EUR","amount":%q,"vendor":{"id":"7","name":"Globex Inc"},"invoice":%q,%s}}`,
		kind, at, b.id, euros(b.amount), b.number(), more)
	l.accept(l.split(fmt.Sprintf("%s-%d", kind, b.id), []byte(body)))
}

// counts finds that every euro is counted once: in the balance, or as still to be paid.
func (l *ledgerLab) counts() {
	l.drain()
	letters, err := l.store.DeadLetters(context.Background(), 10)
	l.must(err)
	if len(letters) > 0 {
		l.Fatalf("could not be decided: %+v", letters)
	}
	if l.days == 0 {
		return // no balance is known
	}
	last := firstDay.Add(l.days - 1)
	want := int64(opening) - int64(l.days)*bankFee
	for i, b := range l.bills {
		want -= l.cost(b, last)
		for _, o := range l.bills {
			if o.with == i && b.told != o.told && b.paidOn <= last {
				return // one sum for two, of which one is not known yet: it is shown as not matched
			}
		}
	}
	out, err := l.engine.Outlook(context.Background(), tillPool, decision.WhatIf{})
	l.must(err)
	got := out.Cash.Balance.Minor
	for _, line := range out.Lines {
		got -= line.Payable.Amount.Minor
	}
	if got != want {
		l.Fatalf("after %d statements the balance less what is to be paid is %d, want %d\nbalance %s, lines %+v\nunmatched %+v\nbills %s", l.days, got, want, out.Cash.Balance, out.Lines, out.Unmatched, l.said())
	}
}

func (l *ledgerLab) said() string {
	var out []string
	for _, b := range l.bills {
		out = append(out, fmt.Sprintf("%+v", *b))
	}
	return strings.Join(out, "\n")
}

// cost gives what a bill takes of the cash by what is known after the statement of a day.
func (l *ledgerLab) cost(b *bill, last models.Day) int64 {
	paid := b.paidOn != "" && b.paidOn <= last
	switch {
	case paid && b.backOn != "" && b.backOn <= last:
		paid = false
	case b.settled:
		paid = true
	}
	switch {
	case paid:
		return b.reduced
	case b.told:
		return b.amount
	case b.parts && b.paidOn.Add(-1) <= last && b.paidOn.Add(-1) >= firstDay:
		return b.reduced / 3
	}
	return 0
}

func TestNoSequenceOfInvoicesStatementsAndBooksCountsMoneyTwiceOrLosesIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLedgerLab(rt, t.TempDir())
		defer func() { _ = l.store.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"":          func(*rapid.T) { l.counts() },
			"books":     l.books,
			"statement": l.nextStatement,
			"again": func(rt *rapid.T) { // whatever was sent is sent again
				if len(l.accepted) > 0 {
					l.accept([]models.Delivery{rapid.SampledFrom(l.accepted).Draw(rt, "delivery")})
				}
			},
		})
		report, err := l.store.Verify(context.Background())
		if err != nil || !report.OK() {
			rt.Fatalf("the ledger: %+v %v", report, err)
		}
	})
}
