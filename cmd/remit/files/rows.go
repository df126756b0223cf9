package files

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

// take makes an event of a line, or notes why there is none. Where the table gives no id, lines that say the same of a matter
// are two matters, as two like payments are; where it does, lines that are the same in every cell are one.
func (out *Result) take(kind Kind, rec record, o Options, seen map[string]int) {
	key := nth(rec.whole, seen)
	if key != rec.whole && rec.fields["id"] != "" {
		out.Skipped = append(out.Skipped, Skip{rec.line, "is the same as an earlier line"})
		return
	}
	r := &reader{record: rec, o: o}
	id := rec.fields["id"]
	if id == "" {
		id = models.NewID("row", string(kind), nth(rec.matter(kind), seen))
	}
	var event models.EventKind
	var at time.Time
	var data map[string]any
	switch kind {
	case Payments, Payables:
		event, at, data = r.payable(id, kind)
	case Receivables:
		event, at, data = r.receivable(id)
	case Vendors:
		event, at, data = r.vendor()
	case Balances:
		event, at, data = r.balance()
	}
	if r.err != nil {
		out.Skipped = append(out.Skipped, Skip{rec.line, r.err.Error()})
		return
	}
	for k, v := range data {
		if v == "" || v == models.Day("") {
			delete(data, k)
		}
	}
	if r.unread != "" && !slices.Contains(out.Unused, r.unread) && len(out.Unused) < mostUnused {
		out.Unused = append(out.Unused, r.unread)
	}
	out.Rows = append(out.Rows, rowOf(rec.line, key, event, at, data))
}

// mostUnused bounds what is listed as not read.
const mostUnused = 50

// nth gives a key that is another one each time it is seen.
func nth(key string, seen map[string]int) string {
	if seen[key]++; seen[key] > 1 {
		return key + "\x1e" + strconv.Itoa(seen[key])
	}
	return key
}

// matters are the fields that say which invoice a line is about. What becomes of an invoice is not among them: the books'
// next export, in which it is paid, is about the same one.
var matters = map[Kind][]string{
	Payables:    {"entity", "vendor_id", "vendor", "invoice", "po", "amount", "currency", "issued_on", "due_on"},
	Receivables: {"entity", "customer_id", "invoice", "amount", "currency", "issued_on", "due_on"},
}

// matter gives what a line is about, for a table without ids: of a payment that is all that the line says.
func (rec record) matter(kind Kind) string {
	fields, ok := matters[kind]
	if !ok {
		return "line\x1f" + rec.whole
	}
	said := make([]string, len(fields))
	for i, f := range fields {
		said[i] = rec.fields[f]
	}
	return "matter\x1f" + strings.Join(said, "\x1f")
}

// pool gives whose money it is, and in what.
func (r *reader) pool() (entity, currency string) {
	entity, currency = r.or("entity", r.o.Entity), strings.ToUpper(r.or("currency", r.o.Currency))
	if entity == "" {
		r.fail("entity", "is needed, or --entity")
	}
	if _, err := models.ParseCurrency(currency); err != nil {
		r.fail("currency", "%s", models.SentenceOf(err))
	}
	return entity, currency
}

func (r *reader) payable(id string, kind Kind) (event models.EventKind, at time.Time, data map[string]any) {
	entity, currency := r.pool()
	name := r.or("vendor", "")
	if name == "" {
		r.fail("vendor", "is needed")
	}
	issued, due, paid := r.day("issued_on"), r.day("due_on"), r.day("paid_on")
	if kind == Payments && paid == "" {
		paid = issued
	}
	bps, until := r.discount(), r.day("discount_until")
	if t, ok := r.terms(); !ok {
		r.unread = `terms written "` + clip(r.fields["terms"]) + `"`
	} else if issued != "" {
		if bps == 0 && until == "" {
			bps, until = t.bps, t.until(issued)
		}
		due = cmp.Or(due, t.due(issued))
	}
	fee := r.amount("late_fee", currency)
	if strings.HasPrefix(fee, "-") {
		r.fail("late_fee", "%q is below nothing", clip(r.fields["late_fee"]))
	}
	data = map[string]any{
		"id": id, "entity": entity, "currency": currency, "vendor": map[string]any{"id": r.or("vendor_id", strings.ToLower(name)), "name": name},
		"invoice": r.fields["invoice"], "po": r.fields["po"], "amount": r.needed("amount", currency), "issued_on": issued, "due_on": due,
		"pay_on": r.day("pay_on"), "late_fee": fee, "bank_account": r.fields["bank_account"], "requester": r.fields["requester"],
		"approver": r.fields["approver"], "discount_until": until,
	}
	if bps > 0 {
		data["discount_bps"] = bps
	}
	switch status := strings.ToLower(r.fields["status"]); {
	case status == "cancelled" || status == "void" || status == "voided":
		return models.PayableCancelled, happened(issued, r.o.Now), data
	case paid != "" || status == "paid":
		if paid == "" {
			paid = due
		}
		if paid > models.DayOf(r.o.Now) {
			r.fail("paid_on", "%s has not come yet", paid)
		}
		data["paid_on"] = paid
		return models.PayablePaid, happened(paid, r.o.Now), data
	case kind == Payments:
		r.fail("paid_on", "a payment needs a day")
	case due == "":
		r.fail("due_on", "is needed")
	}
	return models.PayableCreated, happened(issued, r.o.Now), data
}

// needed is amount for a field that must be there.
func (r *reader) needed(field, currency string) string {
	if r.fields[field] == "" {
		r.fail(field, "is needed")
	}
	return r.amount(field, currency)
}

// discount reads "2", "2%" or "2.5 %" as basis points.
func (r *reader) discount() int64 {
	s := strings.TrimSpace(strings.TrimSuffix(r.fields["discount"], "%"))
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || !(v >= 0 && v <= 100) {
		r.fail("discount", "%q is not a share of 0 to 100 %%", clip(r.fields["discount"]))
		return 0
	}
	return int64(math.Round(v * 100))
}

func (r *reader) receivable(id string) (event models.EventKind, at time.Time, data map[string]any) {
	entity, currency := r.pool()
	customer := r.or("customer_id", "")
	if customer == "" {
		r.fail("customer_id", "is needed")
	}
	issued, paid := r.day("issued_on"), r.day("paid_on")
	data = map[string]any{
		"id": id, "entity": entity, "currency": currency, "customer_id": customer, "invoice": r.fields["invoice"], "amount": r.needed("amount", currency),
		"issued_on": issued, "due_on": r.day("due_on"), "expected_on": r.day("expected_on"),
	}
	if paid == "" {
		return models.ReceivableCreated, happened(issued, r.o.Now), data
	}
	if paid > models.DayOf(r.o.Now) {
		r.fail("paid_on", "%s has not come yet", paid)
	}
	data["paid_on"] = paid
	return models.ReceivablePaid, happened(paid, r.o.Now), data
}

func (r *reader) vendor() (event models.EventKind, at time.Time, data map[string]any) {
	name := r.or("vendor", "")
	if name == "" {
		r.fail("vendor", "is needed")
	}
	data = map[string]any{
		"id": r.or("vendor_id", r.or("id", strings.ToLower(name))), "name": name, "class": r.fields["class"], "bank_account": r.fields["bank_account"],
		"bank_since": moment(r.day("bank_since")), "first_seen": moment(r.day("first_seen")),
	}
	if aliases := r.aliases(); len(aliases) > 0 {
		data["aliases"] = aliases
	}
	return models.VendorUpdated, r.o.Now, data
}

// aliases reads the other names of a vendor, parted by semicolons or bars.
func (r *reader) aliases() (names []string) {
	for name := range strings.FieldsFuncSeq(r.fields["aliases"], func(c rune) bool { return c == ';' || c == '|' }) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func moment(d models.Day) string {
	if d == "" {
		return ""
	}
	return d.Time().Format(time.RFC3339)
}

func (r *reader) balance() (event models.EventKind, at time.Time, data map[string]any) {
	entity, currency := r.pool()
	account := r.or("account", r.o.Account)
	if account == "" {
		r.fail("account", "is needed, or --account")
	}
	day := r.day("as_of")
	if day == "" {
		r.fail("as_of", "is needed")
	}
	if day > models.DayOf(r.o.Now) {
		r.fail("as_of", "%s has not come yet", day)
	}
	at = endOf(day, r.o.Now)
	return models.BalanceReported, at, map[string]any{
		"account": account, "entity": entity, "currency": currency, "amount": r.needed("amount", currency), "as_of": at.UTC().Format(time.RFC3339),
	}
}

// endOf gives the end of a day, and now at the latest.
func endOf(d models.Day, now time.Time) time.Time {
	end := d.Time().Add(24*time.Hour - time.Second)
	if end.After(now) {
		return now
	}
	return end
}

// String says the line and why.
func (s Skip) String() string { return fmt.Sprintf("line %d: %s", s.Line, s.Why) }
