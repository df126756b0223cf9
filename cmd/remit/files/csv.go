package files

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"remit/models"
)

// names are the headings that a column may have, in lower case without spaces and underscores, by what it is.
var names = map[string][]string{
	"id":             {"id", "documentid", "externalid", "transactionnumber", "documentnumber"},
	"entity":         {"entity", "company", "branch", "body"},
	"vendor":         {"vendor", "vendorname", "supplier", "suppliername", "payee", "name"},
	"vendor_id":      {"vendorid", "supplierid", "vendornumber"},
	"invoice":        {"invoice", "invoicenumber", "invoiceno", "reference"},
	"po":             {"po", "ponumber", "purchaseorder"},
	"amount":         {"amount", "total", "gross", "value", "balance"},
	"currency":       {"currency", "ccy"},
	"issued_on":      {"issuedon", "invoicedate", "issued", "date", "issuedate"},
	"due_on":         {"dueon", "duedate", "due"},
	"pay_on":         {"payon", "paymentdate", "scheduledon"},
	"paid_on":        {"paidon", "paid", "paiddate", "settledon", "settleddate", "clearedon"},
	"expected_on":    {"expectedon", "expected", "promisedon"},
	"discount":       {"discount", "discountpercent", "discount%"},
	"discount_until": {"discountuntil", "discountdate"},
	"late_fee":       {"latefee"},
	"bank_account":   {"bankaccount", "iban", "accountnumber"},
	"requester":      {"requester", "requestedby"},
	"approver":       {"approver", "approvedby"},
	"terms":          {"terms", "paymentterms", "termsofpayment"},
	"status":         {"status", "state"},
	"customer_id":    {"customerid", "customer", "debtor", "customername"},
	"account":        {"account", "accountname"},
	"as_of":          {"asof", "at", "day", "date"},
	"class":          {"class", "category", "vendorclass"},
	"bank_since":     {"banksince"},
	"first_seen":     {"firstseen", "since"},
	"aliases":        {"aliases", "alias", "othernames", "alsoknownas"},
}

// record is a line of a table, by what its columns are.
type record struct {
	line   int
	fields map[string]string
	whole  string // the line as a key
}

// table reads a table with a heading.
func table(kind Kind, text []byte, o Options) (Result, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = comma(text), -1, true, true
	head, err := r.Read()
	if err != nil {
		return Result{}, models.Errorf(models.Invalid, "the heading cannot be read: %w", err)
	}
	columns := columnsOf(head)
	if err := needs(kind, columns, o); err != nil {
		return Result{}, err
	}
	out := Result{Unused: unused(head, columns)}
	seen := map[string]int{}
	for {
		cells, err := r.Read()
		line, _ := r.FieldPos(0)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			out.Skipped = append(out.Skipped, Skip{line, "is no line of a table: " + err.Error()})
			continue
		}
		if rec, ok := recordOf(line, cells, columns); ok {
			out.take(kind, rec, o, seen)
		}
	}
}

// comma gives what most separates the cells of the heading.
func comma(text []byte) rune {
	head, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t|" {
		if n := bytes.Count(head, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// columnsOf gives what each column is, "" for what is not known. The first of two columns of one meaning counts.
func columnsOf(head []string) [][]string {
	taken := map[string]bool{}
	out := make([][]string, len(head))
	for i, h := range head {
		plain := strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(strings.ToLower(tidy(h)))
		for name, aliases := range names {
			for _, a := range aliases {
				if a == plain && !taken[name] {
					taken[name] = true
					out[i] = append(out[i], name)
				}
			}
		}
	}
	return out
}

// unused gives the headings of columns that are not known.
func unused(head []string, columns [][]string) (names []string) {
	for i, h := range head {
		if h = tidy(h); len(columns[i]) == 0 && h != "" {
			names = append(names, clip(h))
		}
	}
	return names
}

// needs reports, as Invalid, a table that lacks a column that no line can do without.
func needs(kind Kind, columns [][]string, o Options) error {
	has := map[string]bool{"entity": o.Entity != "", "currency": o.Currency != "", "account": o.Account != ""}
	for _, names := range columns {
		for _, n := range names {
			has[n] = true
		}
	}
	want := map[Kind][]string{
		Payments: {"vendor", "amount", "issued_on", "entity", "currency"}, Payables: {"vendor", "amount", "due_on", "entity", "currency"},
		Vendors: {"vendor"}, Receivables: {"customer_id", "amount", "due_on", "entity", "currency"},
		Balances: {"account", "amount", "as_of", "entity", "currency"},
	}[kind]
	if want == nil {
		return models.FieldErrorf("kind", "%q is not payments, payables, vendors, receivables or balances", string(kind))
	}
	var lacks []string
	for _, w := range want {
		if !has[w] && !(w == "issued_on" && has["paid_on"]) && !(w == "due_on" && has["terms"]) {
			lacks = append(lacks, w)
		}
	}
	if len(lacks) > 0 {
		return models.Errorf(models.Invalid, "the table has no column %s; --entity, --currency and --account say what holds for all lines", strings.Join(lacks, ", "))
	}
	return nil
}

func recordOf(line int, cells []string, columns [][]string) (record, bool) {
	rec := record{line: line, fields: map[string]string{}, whole: strings.Join(cells, "\x1f")}
	for i, c := range cells {
		if c = tidy(c); i < len(columns) && c != "" {
			for _, name := range columns[i] {
				rec.fields[name] = c
			}
		}
	}
	return rec, strings.Trim(rec.whole, "\x1f \t") != ""
}

// reader reads the fields of a line and keeps the first fault.
type reader struct {
	record
	o      Options
	err    error
	unread string // what of the line is not understood, and can be done without
}

func (r *reader) fail(field, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %s", field, fmt.Sprintf(format, args...))
	}
}

// day gives a day in the one form; "" where there is none.
func (r *reader) day(field string) models.Day {
	s := r.fields[field]
	if s == "" {
		return ""
	}
	layout := r.o.DayFormat
	if layout == "" {
		layout = time.DateOnly
		if len(s) > 10 && (s[10] == ' ' || s[10] == 'T') {
			s = s[:10]
		}
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		r.fail(field, "%q is not a day written %s", clip(s), time.Date(2026, 12, 3, 0, 0, 0, 0, time.UTC).Format(layout))
		return ""
	}
	return models.DayOf(t)
}

// amount gives an amount as the standard connector takes it; more decimals than the currency has are a fault, since money
// never rounds away.
func (r *reader) amount(field, currency string) string {
	s := r.fields[field]
	if s == "" {
		return ""
	}
	s = strings.NewReplacer(" ", "", "\u00a0", "", "'", "", "\u202f", "").Replace(s)
	if inner, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(inner, ")") {
		s = "-" + strings.TrimSuffix(inner, ")") // as books write what is below nothing
	}
	if r.o.DecimalComma {
		s = strings.NewReplacer(".", ",", ",", ".").Replace(s)
	}
	m, err := models.ParseAmount(strings.TrimPrefix(s, "+"), currency)
	if err != nil {
		r.fail(field, "%s", models.SentenceOf(err))
		return ""
	}
	amount, _, _ := strings.Cut(m.String(), " ")
	return amount
}

func (r *reader) or(field, otherwise string) string {
	if s := r.fields[field]; s != "" {
		return s
	}
	return otherwise
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return s
}
