package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"remit/models"
)

//go:embed policy.yaml
var policyFile string

//go:embed data/tickets.csv
var ticketsCSV []byte

//go:embed data/payments.csv
var paymentsCSV []byte

//go:embed data/written.csv
var writtenCSV []byte

// policyText is the sample policy with its grants running from today.
func policyText(now time.Time) []byte {
	until := models.DayOf(now).Add(28)
	return []byte(strings.ReplaceAll(policyFile, "UNTIL", string(until)))
}

// groups are the helpdesk's groups by name, with their ids there.
var groups = map[string]string{"cards": "101", "payments": "102", "accounts": "103", "software": "104", "orders": "105", "frontline": "100"}

// call is one webhook to send.
type call struct {
	source string
	id     string
	body   []byte
}

// day is all that happens to the sample company, in order, and the organisations that its helpdesk knows.
type day struct {
	now     time.Time
	calls   []call
	details map[string]map[string]any // the tickets as the helpdesk itself has them, by id
}

func newDay(now time.Time) *day {
	d := &day{now: now.UTC().Truncate(time.Second), details: map[string]map[string]any{}}
	d.ledger()
	d.cash()
	d.invoices()
	d.tickets()
	d.proposals()
	return d
}

func records(b []byte) [][]string {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		panic("the demo's embedded data is broken: " + err.Error())
	}
	return rows[1:]
}

// erp adds an event of the sample company's ERP.
func (d *day) erp(id, kind string, at time.Time, data map[string]any) {
	body, _ := json.Marshal(map[string]any{"type": kind, "timestamp": at.Format(time.RFC3339), "data": data})
	d.calls = append(d.calls, call{source: "erp", id: "msg_" + id, body: body})
}

const entity = "oxbridge-services"

// past is how many of each vendor's payments are history; the rest are today's invoices.
const past = 15

// each walks the extract of the ledger, moved in time so that it ends today.
func (d *day) each(f func(n int, vendor string, date models.Day, invoice, amount string)) {
	rows := records(paymentsCSV)
	newest := ""
	for _, r := range rows {
		newest = max(newest, r[1])
	}
	shift := models.DayOf(d.now).Sub(models.Day(newest))
	count := map[string]int{}
	for _, r := range rows {
		f(count[r[0]], r[0], models.Day(r[1]).Add(shift), r[2], r[3])
		count[r[0]]++
	}
}

func vendorID(vendor string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(vendor, func(r rune) bool { return r < 'A' || r > 'Z' }), "-"))
}

// account is a made-up account number, the same for the same vendor.
func account(vendor string) string {
	return fmt.Sprintf("GB00DEMO%014d", len(vendor)*7919+int(vendor[0])*104729)
}

func invoiceData(vendor, invoice, amount string) map[string]any {
	return map[string]any{
		"id": vendorID(vendor) + "-" + invoice, "entity": entity, "vendor": map[string]any{"id": vendorID(vendor), "name": vendor},
		"invoice": invoice, "amount": amount, "currency": "GBP", "bank_account": account(vendor),
	}
}

// ledger is what was paid before today: history that later invoices are judged against.
func (d *day) ledger() {
	d.each(func(n int, vendor string, date models.Day, invoice, amount string) {
		if n >= past {
			return
		}
		data := invoiceData(vendor, invoice, amount)
		data["issued_on"], data["due_on"], data["paid_on"] = date.Add(-20), date, date
		d.erp("paid-"+data["id"].(string), "payable.paid", date.Time().Add(10*time.Hour), data)
	})
}

// cash is what is in the bank and what customers owe.
func (d *day) cash() {
	today := models.DayOf(d.now)
	d.erp("balance", "balance.reported", d.now, map[string]any{
		"account": "operating", "entity": entity, "amount": "392400.00", "currency": "GBP",
	})
	for i, r := range []struct {
		customer, amount string
		in               int
	}{{"Isis Housing", "24800.00", 4}, {"Cherwell Council", "61250.00", 11}, {"Radcliffe Clinic", "18900.00", 17}, {"Botley Retail Park", "42000.00", 26}} {
		d.erp(fmt.Sprintf("receivable-%d", i), "receivable.created", d.now, map[string]any{
			"id": fmt.Sprintf("R-%d", 3100+i), "entity": entity, "amount": r.amount, "currency": "GBP", "invoice": fmt.Sprintf("R-%d", 3100+i),
			"customer": r.customer, "issued_on": today.Add(r.in - 30), "due_on": today.Add(r.in),
		})
	}
}

// invoices are what came in today: real ones from the ledger, and four of our own making that go wrong in the ways that
// invoices do.
func (d *day) invoices() {
	today := models.DayOf(d.now)
	i := 0
	d.each(func(n int, vendor string, _ models.Day, invoice, amount string) {
		if n < past {
			return
		}
		i++
		data := invoiceData(vendor, invoice, amount)
		data["issued_on"], data["due_on"], data["requester"] = today.Add(-5), weekday(today.Add(9+i%20)), "buyer@example.com"
		if i%6 == 0 {
			data["discount_bps"], data["discount_until"] = 200, weekday(today.Add(7))
		}
		d.erp("in-"+data["id"].(string), "payable.created", d.now, data)
	})
	d.planted(today)
}

// weekday gives the day, or the Monday after a weekend.
func weekday(d models.Day) models.Day {
	for d.Time().Weekday() == time.Saturday || d.Time().Weekday() == time.Sunday {
		d = d.Add(1)
	}
	return d
}

func (d *day) planted(today models.Day) {
	due := weekday(today.Add(14))
	plant := func(id, vendor, invoice, amount string, edit func(map[string]any)) {
		data := invoiceData(vendor, invoice, amount)
		data["id"], data["issued_on"], data["due_on"], data["requester"] = id, today.Add(-3), due, "buyer@example.com"
		if edit != nil {
			edit(data)
		}
		d.erp("in-"+id, "payable.created", d.now, data)
	}
	var last [2]string // the newest paid invoice of a vendor, and its amount
	d.each(func(n int, vendor string, _ models.Day, invoice, amount string) {
		if vendor == "LYRECO UK LTD" && n == past-1 {
			last = [2]string{invoice, amount}
		}
	})
	plant("planted-again", "LYRECO UK LTD", last[0], last[1], nil)
	plant("planted-tenfold", "CASTLE WATER", "CW-99107", "9588.80", nil)
	plant("planted-account", "VODAFONE LIMITED (CORPORATE)", "94401731", "2895.40", func(m map[string]any) { m["bank_account"] = "GB00DEMO99999999999999" })
	plant("planted-large", "ARCADIS LLP", "7710-88", "31250.00", func(m map[string]any) { m["discount_bps"], m["discount_until"] = 200, today.Add(8) })
	plant("planted-first", "QUILL & PARTNERS LLP", "QP-0001", "7400.00", nil)
}

// tickets are the words of real customers from public sets, and some of our own that call for a person.
func (d *day) tickets() {
	id := 35000
	add := func(text, org, priority string) {
		id++
		d.ticket(id, text, org, priority)
	}
	written := records(writtenCSV)
	rows := records(ticketsCSV)
	for i, r := range rows {
		add(r[1], fmt.Sprint(8000+i%len(organisations)), "normal")
		if i%7 == 3 && len(written) > 0 {
			add(written[0][1], written[0][0], "normal")
			written = written[1:]
		}
	}
	for _, w := range written {
		add(w[1], w[0], "normal")
	}
}

func (d *day) ticket(id int, text, org, priority string) {
	at := d.now.Format(time.RFC3339)
	subject := text
	if r := []rune(text); len(r) > 70 {
		subject = string(r[:69]) + "…"
	}
	detail := map[string]any{
		"id": fmt.Sprint(id), "actor_id": fmt.Sprint(70000 + id), "requester_id": fmt.Sprint(70000 + id), "organization_id": org,
		"group_id": groups["frontline"], "subject": subject, "description": text, "priority": priority, "status": "new",
		"created_at": at, "updated_at": at, "is_public": true, "tags": []string{}, "via": map[string]any{"channel": "email"},
	}
	d.details[fmt.Sprint(id)] = detail
	body, _ := json.Marshal(map[string]any{
		"type": "zen:event-type:ticket.created", "account_id": 1, "id": fmt.Sprintf("demo-%d", id), "time": at,
		"zendesk_event_version": "2022-11-06", "subject": fmt.Sprintf("zen:ticket:%d", id),
		"detail": detail, "event": map[string]any{},
	})
	d.calls = append(d.calls, call{source: "helpdesk", id: fmt.Sprint(id), body: body})
}
