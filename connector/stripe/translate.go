package stripe

import (
	"cmp"
	"math"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

const balanceAvailable = "balance.available"

// event is what Stripe sends. The object is an invoice, a payout, a dispute, a charge or a balance.
type event struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Created int64  `json:"created"`
	Data    struct {
		Object object `json:"object"`
	} `json:"data"`
}

// object holds the fields of every kind of object that is translated. Amounts are in Stripe's smallest units.
type object struct {
	ID          string `json:"id"`
	Currency    string `json:"currency"`
	Status      string `json:"status"`
	Created     int64  `json:"created"`
	Description string `json:"description"`

	Number       string       `json:"number"`
	Customer     connector.ID `json:"customer"`
	CustomerName string       `json:"customer_name"`
	Total        int64        `json:"total"`
	Remaining    int64        `json:"amount_remaining"`
	DueDate      int64        `json:"due_date"`
	NextAttempt  int64        `json:"next_payment_attempt"`
	EffectiveAt  int64        `json:"effective_at"`
	Transitions  transitions  `json:"status_transitions"`
	Amount       int64        `json:"amount"`
	Refunded     int64        `json:"amount_refunded"`
	ArrivalDate  int64        `json:"arrival_date"`
	Charge       string       `json:"charge"`
	Invoice      string       `json:"invoice"`
	Available    []held       `json:"available"`
}

type transitions struct {
	PaidAt int64 `json:"paid_at"`
}

// held is what a balance has of one currency.
type held struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// currencies gives each currency of a balance once.
func (o object) currencies() []string {
	seen := map[string]bool{}
	var cs []string
	for _, h := range o.Available {
		c := strings.ToLower(h.Currency)
		if !seen[c] {
			seen[c] = true
			cs = append(cs, c)
		}
	}
	return cs
}

// meanings say what each kind of event does to what is expected. An invoice is owed by a customer; a payout is owed by
// Stripe until it arrives; what a dispute or a full refund takes is not to be counted on any more. A teller that gives false
// found nothing to say.
var meanings = map[string]struct {
	kind models.EventKind
	tell func(*models.Receivable, object) (anything bool)
}{
	"invoice.created":              {models.ReceivableCreated, invoice},
	"invoice.finalized":            {models.ReceivableUpdated, invoice},
	"invoice.updated":              {models.ReceivableUpdated, invoice},
	"invoice.sent":                 {models.ReceivableUpdated, invoice},
	"invoice.overdue":              {models.ReceivableUpdated, invoice},
	"invoice.payment_failed":       {models.ReceivableUpdated, invoice},
	"invoice.paid":                 {models.ReceivablePaid, invoicePaid},
	"invoice.payment_succeeded":    {models.ReceivablePaid, invoicePaid},
	"invoice.voided":               {models.ReceivableUpdated, invoiceLost},
	"invoice.marked_uncollectible": {models.ReceivableUpdated, invoiceLost},
	"invoice.deleted":              {models.ReceivableUpdated, invoiceLost},
	"payout.created":               {models.ReceivableCreated, payout},
	"payout.updated":               {models.ReceivableUpdated, payout},
	"payout.paid":                  {models.ReceivablePaid, payoutPaid},
	"payout.failed":                {models.ReceivableUpdated, payoutLost},
	"payout.canceled":              {models.ReceivableUpdated, payoutLost},
	"charge.refunded":              {models.ReceivableUpdated, refunded},
	"charge.dispute.created":       {models.ReceivableUpdated, disputed},
	"charge.dispute.closed":        {models.ReceivableUpdated, disputed},
}

func known(kind string) bool {
	_, ok := meanings[kind]
	return ok || kind == balanceAvailable
}

// Translate gives the event in remit's words.
func (s *Stripe) Translate(d models.Delivery) ([]models.Event, error) {
	if !known(d.Kind) {
		return nil, nil
	}
	var e event
	if err := connector.Decode(d.Body, &e); err != nil {
		return nil, err
	}
	return s.happened(d, e)
}

func (s *Stripe) happened(d models.Delivery, e event) ([]models.Event, error) {
	at, err := moment("created", e.Created)
	if err != nil {
		return nil, err
	}
	if d.Kind == balanceAvailable {
		return s.balance(d, e.Data.Object, at)
	}
	return s.receivable(d, e.Data.Object, at)
}

func (s *Stripe) balance(d models.Delivery, o object, at time.Time) ([]models.Event, error) {
	code := d.Subject[strings.LastIndex(d.Subject, ":")+1:]
	sum := models.Money{Currency: models.Currency(code)}
	for _, h := range o.Available {
		if !strings.EqualFold(h.Currency, code) {
			continue
		}
		m, err := money("data.object.available", h.Amount, h.Currency)
		if err != nil {
			return nil, err
		}
		if sum, err = sum.Add(m); err != nil {
			return nil, models.FieldErrorf("data.object.available", "%s", models.SentenceOf(err))
		}
	}
	ev := connector.NewEvent(d, models.BalanceReported, models.BalanceItem(s.opt.Source, strings.ToLower(code)), at)
	ev.Actor.Kind = models.ByAutomation
	ev.Balance = &models.Balance{ID: ev.Item, Source: s.opt.Source, Entity: s.opt.Entity, Amount: sum, AsOf: ev.At}
	return []models.Event{ev}, nil
}

func (s *Stripe) receivable(d models.Delivery, o object, at time.Time) ([]models.Event, error) {
	if o.ID == "" {
		return nil, models.FieldErrorf("data.object.id", "is needed")
	}
	for field, seconds := range map[string]int64{
		"due_date": o.DueDate, "arrival_date": o.ArrivalDate, "next_payment_attempt": o.NextAttempt,
		"effective_at": o.EffectiveAt, "created": o.Created, "status_transitions.paid_at": o.Transitions.PaidAt,
	} {
		if _, err := moment("data.object."+field, seconds); err != nil {
			return nil, err
		}
	}
	meaning := meanings[d.Kind]
	ev := connector.NewEvent(d, meaning.kind, "", at)
	ev.Actor.Kind = models.ByAutomation
	r := &models.Receivable{ID: o.ID, Source: s.opt.Source, Entity: s.opt.Entity, UpdatedAt: ev.At}
	if o.Customer != "" {
		r.CustomerID, r.CustomerName = s.opt.Source+"/"+string(o.Customer), o.CustomerName
	}
	if !meaning.tell(r, o) {
		return nil, nil
	}
	amount, err := money("data.object.amount", r.Amount.Minor, o.Currency)
	if err != nil {
		return nil, err
	}
	r.Amount = amount
	ev.Item = models.ReceivableItem(s.opt.Source, r.ID)
	r.ID = ev.Item
	if ev.Kind == models.ReceivablePaid && r.PaidOn == "" {
		r.PaidOn = models.DayOf(ev.At)
	}
	ev.Receivable = r
	return []models.Event{ev}, nil
}

// invoice tells an invoice that is still owed. Stripe charges one without a due day by itself, at once or when it will
// try again. A draft is owed by nobody yet.
func invoice(r *models.Receivable, o object) bool {
	r.Invoice, r.Amount.Minor = cmp.Or(o.Number, o.ID), cmp.Or(o.Remaining, o.Total)
	r.IssuedOn = day(cmp.Or(o.EffectiveAt, o.Created))
	r.DueOn, r.ExpectedOn = day(cmp.Or(o.DueDate, o.NextAttempt, o.Created)), day(o.NextAttempt)
	r.Cancelled = o.Status == "void" || o.Status == "uncollectible"
	if o.Status == paid {
		r.PaidOn = day(cmp.Or(o.Transitions.PaidAt, o.Created))
	}
	return o.Status != "draft"
}

const paid = "paid"

func invoicePaid(r *models.Receivable, o object) bool {
	o.Status = paid
	told := invoice(r, o)
	r.Amount.Minor, r.ExpectedOn, r.PaidOn = o.Total, "", day(o.Transitions.PaidAt)
	return told
}

func invoiceLost(r *models.Receivable, o object) bool {
	invoice(r, o)
	r.Cancelled = true
	return true
}

// payout tells money on its way from Stripe to the bank.
func payout(r *models.Receivable, o object) bool {
	r.Invoice, r.Amount.Minor = o.ID, o.Amount
	r.IssuedOn, r.DueOn = day(o.Created), day(cmp.Or(o.ArrivalDate, o.Created))
	r.Cancelled = o.Status == "failed" || o.Status == "canceled"
	if o.Status == paid {
		r.PaidOn = r.DueOn
	}
	return true
}

func payoutPaid(r *models.Receivable, o object) bool {
	o.Status = paid
	return payout(r, o)
}

func payoutLost(r *models.Receivable, o object) bool {
	o.Status = "failed"
	return payout(r, o)
}

// refunded tells a charge of which money went back. One that went back whole is lost; of any other the rest is there.
func refunded(r *models.Receivable, o object) bool {
	r.ID, r.Invoice = cmp.Or(o.Invoice, o.ID), o.Invoice
	if o.Amount > 0 && o.Refunded >= o.Amount {
		r.Amount.Minor, r.Cancelled = o.Amount, true
		return true
	}
	r.Amount.Minor, r.PaidOn = o.Amount-o.Refunded, day(o.Created)
	return o.Refunded > 0 && r.PaidOn != ""
}

// disputed tells a charge that the customer's bank takes back. An inquiry takes nothing yet, and what is won comes back
// with the balance.
func disputed(r *models.Receivable, o object) bool {
	r.ID, r.Amount.Minor, r.Cancelled = cmp.Or(o.Charge, o.ID), o.Amount, true
	return o.Status != "won" && !strings.HasPrefix(o.Status, "warning_")
}

// exponents are those currencies whose smallest unit at Stripe is not the one of ISO 4217, with Stripe's digits.
var exponents = map[models.Currency]int{"ISK": 2, "UGX": 2, "MGA": 0}

// money gives an amount of Stripe's in minor units. What Stripe could not pay out, a part of a unit, is Invalid.
func money(field string, amount int64, currency string) (models.Money, error) {
	c, err := models.ParseCurrency(currency)
	if err != nil {
		return models.Money{}, models.FieldErrorf("data.object.currency", "%s", models.SentenceOf(err))
	}
	digits, differs := exponents[c]
	if !differs {
		return models.Money{Minor: amount, Currency: c}, nil
	}
	for ; digits < c.Digits(); digits++ {
		if amount > math.MaxInt64/10 || amount < math.MinInt64/10 {
			return models.Money{}, models.FieldErrorf(field, "is too large an amount")
		}
		amount *= 10
	}
	for ; digits > c.Digits(); digits-- {
		if amount%10 != 0 {
			return models.Money{}, models.FieldErrorf(field, "is not a whole amount of %s", c)
		}
		amount /= 10
	}
	return models.Money{Minor: amount, Currency: c}, nil
}

// moment reads Unix seconds; 0 is no time. The error is Invalid and names the field.
func moment(field string, seconds int64) (time.Time, error) {
	const year9999 = 253402300799
	switch {
	case seconds == 0:
		return time.Time{}, nil
	case seconds < 0 || seconds > year9999:
		return time.Time{}, models.FieldErrorf(field, "is not a Unix time in seconds")
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func day(seconds int64) models.Day {
	if seconds == 0 {
		return ""
	}
	return models.DayOf(time.Unix(seconds, 0).UTC())
}
