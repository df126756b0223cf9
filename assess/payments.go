package assess

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"remit/finance"
	"remit/models"
)

// bill is a row of an export of payments.
type bill struct {
	models.Payable
	line     int
	when     models.Day // what it is ordered by
	class    string
	approver string
	asked    time.Time
	approved time.Time
}

// payments assesses an export of payments.
func (r *Report) payments(f File, o Options) error {
	t, err := readTable(f, paymentFile)
	if err != nil {
		return err
	}
	bs, err := t.readBills(o.Currency)
	if err != nil {
		return err
	}
	slices.SortStableFunc(bs, func(a, b bill) int { return cmp.Compare(a.when, b.when) })
	weeks := t.spans(bs[0].when.Time(), bs[len(bs)-1].when.Time())
	t.Rows = len(bs)
	r.Sources = append(r.Sources, t.Source)
	if !t.has(fCurrency) {
		r.Notes = append(r.Notes, fmt.Sprintf("%s names no currency: amounts were read as %s.", f.Name, o.Currency))
	}
	r.holds(t, bs, weeks)
	r.schedules(t, bs, weeks, o)
	r.approvals(bs, weeks)
	r.runs(bs)
	r.currency, r.large = largest(bs)
	return nil
}

// readBills gives the rows that have a vendor, an amount and a day. The error is Invalid where there are none.
func (t *table) readBills(usual models.Currency) ([]bill, error) {
	n := t.numeralsOf(fAmount)
	clocks := map[field]clock{}
	for _, f := range []field{fDate, fIssued, fDue, fPaid, fRequested, fApproved} {
		clocks[f] = t.clockOf(f)
	}
	var bs []bill
	for i, row := range t.rows {
		b, why := t.bill(row, n, clocks, usual)
		if why != "" {
			t.skip(row.line, "%s", why)
			continue
		}
		b.ID = models.PayableItem("export", fmt.Sprint(i))
		bs = append(bs, b)
	}
	if len(bs) == 0 {
		return nil, models.Errorf(models.Invalid, "%s has no row with a vendor, an amount and a day that can be read%s", t.File, t.skippedWords())
	}
	return bs, nil
}

// bill reads a row, or says why it is left out.
func (t *table) bill(row row, n numerals, clocks map[field]clock, usual models.Currency) (b bill, why string) {
	day := func(f field) models.Day {
		at, ok := clocks[f].read(t.get(row, f))
		if !ok {
			return ""
		}
		return models.DayOf(at)
	}
	currency := usual
	if c := t.get(row, fCurrency); c != "" {
		var err error
		if currency, err = models.ParseCurrency(c); err != nil {
			return b, "a currency that ISO 4217 does not list"
		}
	}
	amount, err := n.read(t.get(row, fAmount), currency)
	b = bill{line: row.line, class: strings.ToLower(t.get(row, fClass)), approver: t.get(row, fApprover)}
	b.Payable = models.Payable{
		VendorName: t.get(row, fVendor), Invoice: t.get(row, fInvoice), PO: t.get(row, fPO), Amount: amount,
		IssuedOn: day(fIssued), DueOn: day(fDue), PaidOn: day(fPaid), Status: models.PayablePast,
	}
	if s := t.get(row, fBank); s != "" {
		b.Bank = models.NewID("bank", s)
	}
	booked := day(fDate)
	b.when = cmp.Or(b.PaidOn, booked, b.IssuedOn, b.DueOn)
	if b.PaidOn == "" && b.DueOn == "" {
		b.PaidOn = b.when // a ledger of what was paid
	}
	if b.IssuedOn == "" {
		b.IssuedOn = booked
	}
	b.Terms = termsOf(t.get(row, fTerms), b.IssuedOn)
	b.CreatedAt = b.when.Time()
	b.asked, _ = clocks[fRequested].read(t.get(row, fRequested))
	b.approved, _ = clocks[fApproved].read(t.get(row, fApproved))
	switch {
	case err != nil:
		return b, "an amount that cannot be read"
	case b.VendorName == "":
		return b, "no vendor"
	case b.when == "":
		return b, "no day that can be read"
	}
	return b, ""
}

// How many payments are judged, the newest, and beside how many earlier ones of their vendor.
const (
	mostJudged = 10_000
	ofVendor   = 200
)

// Alerts is what remit's detectors would have stopped in the past.
type Alerts struct {
	Judged     int            `json:"judged"`
	Held       int            `json:"held"`
	Kinds      map[string]int `json:"kinds"` // by the strongest reason
	Duplicates int            `json:"duplicates"`
	Amount     models.Money   `json:"duplicates_amount,omitzero"` // of those in the commonest currency
	Examples   []string       `json:"examples,omitempty"`
}

// alert is one payment that would have been stopped.
type alert struct {
	bill
	kind string
	text string
}

// holds judges the newest payments as they came, each beside what was known by then.
func (r *Report) holds(t *table, bs []bill, weeks float64) {
	from := max(len(bs)/4, len(bs)-mostJudged) // the first quarter is what the rest is compared with
	if from > len(bs)/4 {
		r.Notes = append(r.Notes, fmt.Sprintf("The newest %d payments were judged, beside all that came before them.", len(bs)-from))
	}
	alerts := judged(bs, from)
	p := Process{
		Domain: models.Finance, Action: models.ActionHold, Decisions: len(bs), PerWeek: rate(len(bs), weeks), Complete: identified(bs), Inputs: 1,
	}
	all := p.heldUp(alerts, bs[from:], t)
	r.Processes = append(r.Processes, all)
	for _, band := range amountBands {
		in := func(b bill) bool { return bandOf(b.Amount) == band }
		own := slices.DeleteFunc(slices.Clone(bs[from:]), func(b bill) bool { return !in(b) })
		if len(own) < 10*minSegment || len(own) == len(bs)-from {
			continue
		}
		q := p
		q.Segment, q.Complete = band, identified(own)
		q.Decisions, q.PerWeek = len(own), p.PerWeek*float64(len(own))/float64(len(bs)-from)
		q = q.heldUp(slices.DeleteFunc(slices.Clone(alerts), func(a alert) bool { return !in(a.bill) }), own, t)
		if q.Ready != all.Ready { // else it says the same again
			r.Processes = append(r.Processes, q)
		}
	}
}

// identified is the share of payments with an invoice number: what tells a duplicate from a rent.
func identified(bs []bill) float64 {
	n := 0
	for _, b := range bs {
		if b.Invoice != "" {
			n++
		}
	}
	return float64(n) / float64(len(bs))
}

// judged gives the alerts among the payments from a place on.
func judged(bs []bill, from int) []alert {
	judge := finance.New()
	own := map[string][]models.Payable{} // newest last
	var out []alert
	for i, b := range bs {
		key := strings.ToLower(b.VendorName)
		if i >= from {
			if a, ok := judgedOne(judge, b, own[key]); ok {
				out = append(out, a)
			}
		}
		own[key] = append(own[key], b.Payable)
	}
	return out
}

func judgedOne(judge *finance.Judge, b bill, past []models.Payable) (alert, bool) {
	p := b.Payable
	p.Status, p.PaidOn = models.PayableOpen, ""
	if p.IssuedOn == "" {
		p.IssuedOn = b.when
	}
	history := slices.Clone(past[max(0, len(past)-ofVendor):])
	slices.Reverse(history)
	j := judge.Decide(models.Facts{Now: b.when.Time(), Event: models.PayableCreated, Payable: &p, History: history},
		models.CashRules{Today: b.when})
	pr, ok := j.For(models.ActionHold)
	if !ok || len(pr.Reasons) == 0 {
		return alert{}, false
	}
	kind, _, _ := strings.Cut(pr.Reasons[0].Code, ".")
	return alert{b, kind, pr.Reasons[0].Text}, true
}

// Lines of the grades for holds.
const (
	usualAlerts = 0.02 // more than this share of payments stopped tires people
	manyAlerts  = 0.10
)

// heldUp grades stopping payments by what would have been stopped.
func (p Process) heldUp(alerts []alert, judged []bill, t *table) Process {
	a := Alerts{Judged: len(judged), Held: len(alerts), Kinds: map[string]int{}}
	var doubles []alert
	for _, x := range alerts {
		a.Kinds[x.kind]++
		if x.kind == "duplicate" {
			doubles = append(doubles, x)
		}
	}
	a.Duplicates, a.Amount = len(doubles), sumOf(doubles)
	slices.SortStableFunc(doubles, func(x, y alert) int { return cmp.Compare(y.Amount.Minor, x.Amount.Minor) })
	for _, x := range doubles[:min(len(doubles), 3)] {
		a.Examples = append(a.Examples, fmt.Sprintf("line %d, %s, %s: %s", x.line, clip(x.VendorName, 40), x.Amount.Display(), x.text))
	}
	p.Alerts = &a
	share := float64(a.Held) / float64(max(a.Judged, 1))
	p.Why = append(p.Why, fmt.Sprintf("Of %d payments %d would have been stopped (%s): %s.", a.Judged, a.Held, percent(share), kindsOf(a.Kinds)))
	if a.Duplicates > 0 {
		p.Why = append(p.Why, fmt.Sprintf("%d look like a bill that was paid before, %s in all.", a.Duplicates, a.Amount.Display()))
	}
	p.Ready = p.holdGrade(share, t.has(fInvoice))
	return p
}

// holdGrade grades stopping payments by the share that would have been stopped, and says why.
func (p *Process) holdGrade(share float64, numbered bool) Readiness {
	why := func(r Readiness, format string, args ...any) Readiness {
		p.Why = append(p.Why, fmt.Sprintf(format, args...))
		return r
	}
	switch {
	case p.Decisions < fewDecisions:
		return why(Observe, "%d payments are too few to know the vendors by.", p.Decisions)
	case !numbered || p.Complete < complete:
		return why(Observe, "Only %s have an invoice number, without which a duplicate and a rent look alike.", percent(p.Complete))
	case share > manyAlerts:
		return why(NotReady, "That is more than people would look at with care.")
	case share > usualAlerts:
		return why(Observe, "That is a lot to ask about: watch first, and see which of them people would have stopped.")
	}
	return why(Ask, "What people would have said to each is not in the export: ask, and let their answers earn more.")
}

func sumOf(as []alert) models.Money {
	by := map[models.Currency]models.Money{}
	for _, a := range as {
		if sum, err := by[a.Amount.Currency].Add(a.Amount); err == nil {
			by[a.Amount.Currency] = sum
		}
	}
	var most models.Money
	for _, m := range by {
		if m.Minor > most.Minor || m.Minor == most.Minor && m.Currency < most.Currency {
			most = m
		}
	}
	return most
}

// kindWords says the kinds of reason in words.
var kindWords = map[string]string{"amount": "unusual amount", "anomaly": "out of the ordinary", "first_payment": "first payment"}

// kindsOf says how many there are of each kind, most first.
func kindsOf(kinds map[string]int) string {
	if len(kinds) == 0 {
		return "none of any kind"
	}
	var names []string
	for k := range kinds {
		names = append(names, k)
	}
	slices.SortFunc(names, byCount(kinds))
	for i, k := range names {
		names[i] = fmt.Sprintf("%s %d", cmp.Or(kindWords[k], k), kinds[k])
	}
	return strings.Join(names, ", ")
}

// amountBands are bands of amounts in the currency's major units.
var amountBands = []string{"<1k", "1k-10k", "10k-100k", ">100k"}

func bandOf(m models.Money) string {
	major := m.Minor
	for range m.Currency.Digits() {
		major /= 10
	}
	switch {
	case major < 1_000:
		return amountBands[0]
	case major < 10_000:
		return amountBands[1]
	case major < 100_000:
		return amountBands[2]
	}
	return amountBands[3]
}

// largest gives the commonest currency, and the amount in it that one payment in a hundred is above, rounded up to one digit.
func largest(bs []bill) (models.Currency, models.Money) {
	counts := map[string]int{}
	for _, b := range bs {
		counts[string(b.Amount.Currency)]++
	}
	c := models.Currency(mode(counts))
	var amounts []float64
	for _, b := range bs {
		if b.Amount.Currency == c {
			amounts = append(amounts, float64(b.Amount.Minor))
		}
	}
	slices.Sort(amounts)
	line := at(amounts, .99)
	if line <= 0 {
		return c, models.Money{}
	}
	scale := math.Pow10(int(math.Log10(line)))
	return c, models.Money{Minor: int64(math.Ceil(line/scale) * scale), Currency: c}
}
