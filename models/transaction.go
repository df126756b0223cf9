package models

import (
	"cmp"
	"time"
)

// bookingDays is how long a bank may take to book what was sent in time for a discount, over a long weekend too.
const bookingDays = 5

// Booked is what banks' statements say of an invoice, beside what the books say. Whether the invoice is paid follows from
// the two, in whatever order they came.
type Booked struct {
	Minor int64 `json:"minor,omitempty"` // paid so far, in minor units of the invoice's currency
	On    Day   `json:"on,omitempty"`    // the last such payment
	Back  Day   `json:"back,omitempty"`  // when a bank last took a payment of it back
	Told  Day   `json:"told,omitempty"`  // when the books say that it was paid
}

// paidOn gives the day on which an invoice was paid, "" where it was not. What a bank took back outweighs books that called it
// paid before.
func (b Booked) paidOn(amount Money, terms Terms) Day {
	switch {
	case b.covers(amount, terms):
		return b.On
	case b.Told > b.Back:
		return b.Told
	}
	return ""
}

// covers reports that banks have booked all of an invoice, less the discount of its terms at most.
func (b Booked) covers(amount Money, terms Terms) bool {
	return b.Minor > 0 && b.Minor >= amount.Minor-terms.Discount(amount, b.On.Add(-bookingDays)).Minor
}

// unbooked gives what the books call paid of an invoice that no bank has booked.
func (b Booked) unbooked(amount Money, terms Terms, paidOn Day) int64 {
	if paidOn == "" || b.covers(amount, terms) {
		return 0
	}
	return b.rest(amount, terms).Minor - terms.Discount(amount, paidOn).Minor
}

// with gives b after a payment, without after one was taken back.
func (b Booked) with(minor int64, on Day) Booked {
	b.Minor, b.On = b.Minor+minor, max(b.On, on)
	return b
}

func (b Booked) without(minor int64, back Day) Booked {
	b.Minor, b.Back = b.Minor-minor, max(b.Back, back)
	if b.Minor <= 0 {
		b.Minor, b.On = 0, ""
	}
	return b
}

// toldBefore gives b for an invoice of which it is known only that it was paid: the books have said so.
func (b Booked) toldBefore(paidOn Day) Booked {
	if b == (Booked{}) {
		b.Told = paidOn
	}
	return b
}

// rest gives what banks have not booked yet of an amount: nothing, once they have booked it less its discount.
func (b Booked) rest(amount Money, terms Terms) Money {
	switch {
	case b.covers(amount, terms):
		amount.Minor = 0
	case b.Minor > 0:
		amount.Minor = max(amount.Minor-b.Minor, 0)
	}
	return amount
}

// Rest gives what is still to be paid: the amount less what banks have booked of it.
func (p Payable) Rest() Money { return p.Booked.rest(p.Amount, p.Terms) }

// Unbooked gives what left for the payable by the books' word alone, in minor units.
func (p Payable) Unbooked() int64 { return p.Booked.unbooked(p.Amount, p.Terms, p.PaidOn) }

// Saved gives the early-payment discount that a payment booked on a day may have taken: banks take days to book.
func (p Payable) Saved(booked Day) Money { return p.Terms.Discount(p.Amount, booked.Add(-bookingDays)) }

// Book gives the payable after a bank has booked a payment of it.
func (p Payable) Book(minor int64, on Day) Payable {
	p.Booked = p.Booked.toldBefore(p.PaidOn).with(minor, on)
	return p.reckoned()
}

// Unbook gives the payable after a bank has taken a payment of it back: it may be owed again.
func (p Payable) Unbook(minor int64, back Day) Payable {
	p.Booked = p.Booked.without(minor, back)
	return p.reckoned()
}

// reckoned has the status follow from what was booked and told. A cancelled invoice stays so.
func (p Payable) reckoned() Payable {
	on := p.Booked.paidOn(p.Amount, p.Terms)
	switch {
	case p.Status == PayableVoid:
	case on != "":
		p.Status, p.PaidOn = PayablePast, on
	case p.Status == PayablePast && p.Booked != (Booked{}):
		p.Status, p.PaidOn = PayableOpen, ""
	}
	return p
}

// Rest gives what is still to come: the amount less what banks have booked of it.
func (r Receivable) Rest() Money { return r.Booked.rest(r.Amount, Terms{}) }

// Unbooked gives what came for the receivable by the books' word alone, in minor units.
func (r Receivable) Unbooked() int64 { return r.Booked.unbooked(r.Amount, Terms{}, r.PaidOn) }

// Book gives the receivable after a bank has booked money for it.
func (r Receivable) Book(minor int64, on Day) Receivable {
	r.Booked = r.Booked.toldBefore(r.PaidOn).with(minor, on)
	return r.reckoned()
}

// Unbook gives the receivable after a bank has taken such money back.
func (r Receivable) Unbook(minor int64, back Day) Receivable {
	r.Booked = r.Booked.without(minor, back)
	return r.reckoned()
}

func (r Receivable) reckoned() Receivable {
	if on := r.Booked.paidOn(r.Amount, Terms{}); on != "" || r.Booked != (Booked{}) {
		r.PaidOn = on
	}
	return r
}

// TransactionState is what became of a bank's entry.
type TransactionState string

// The states of a transaction.
const (
	TransactionOpen     TransactionState = "open"     // not matched: nobody knows yet what it was for
	TransactionSettled  TransactionState = "settled"  // it paid the invoices in Settles
	TransactionOther    TransactionState = "other"    // a person has said that it is for no invoice
	TransactionReversed TransactionState = "reversed" // the bank took it back
	TransactionTook     TransactionState = "took"     // it took back the one in Undoes
)

// Settled is how much of a transaction went to an invoice.
type Settled struct {
	Item  string `json:"item"`
	Minor int64  `json:"minor"` // above nothing
}

// Transaction is what moved on an account, as its bank has booked it.
type Transaction struct {
	ID        string           `json:"id" gorm:"primaryKey"` // "transaction:erp:8841"
	Source    string           `json:"source"`
	Entity    string           `json:"entity"`
	Account   string           `json:"account"`                                       // as balances name it
	Amount    Money            `json:"amount" gorm:"embedded;embeddedPrefix:amount_"` // what goes out is below nothing
	BookedOn  Day              `json:"booked_on"`
	Party     string           `json:"party"`                       // who was paid or paid, as the bank writes it
	PartyBank string           `json:"party_bank"`                  // salted hash of that one's account
	Refs      []string         `json:"refs" gorm:"serializer:json"` // end-to-end ids and structured references
	Text      string           `json:"text"`                        // what was written for the other side
	Reversal  bool             `json:"reversal"`                    // it takes back an earlier one
	State     TransactionState `json:"state"`
	Settles   []Settled        `json:"settles" gorm:"serializer:json"`
	Undoes    string           `json:"undoes"` // id of the transaction that it takes back
	Named     bool             `json:"named"`  // it is open though it names an invoice that is known
	Why       string           `json:"why"`    // it is open, in a sentence
	By        string           `json:"by"`     // the person who said what it was for
	UpdatedAt time.Time        `json:"updated_at" gorm:"autoUpdateTime:false"`
}

// TransactionItem is the id of a transaction.
func TransactionItem(source, externalID string) string {
	return "transaction:" + source + ":" + externalID
}

// Pool gives the cash pool that it is of.
func (t Transaction) Pool() string { return PoolSubject(t.Entity, t.Amount.Currency) }

// Size gives the amount without its direction.
func (t Transaction) Size() Money {
	if t.Amount.Negative() {
		return t.Amount.Neg()
	}
	return t.Amount
}

// Open reports a transaction that is not matched.
func (t Transaction) Open() bool { return t.State == TransactionOpen || t.State == "" }

// Owed are the invoices that transactions of a pool may be for, and the pool's vendors.
type Owed struct {
	Payables    []Payable
	Receivables []Receivable
	Vendors     map[string]Vendor
}

// Reconciled is what changed by matching transactions with invoices.
type Reconciled struct {
	Transactions []Transaction
	Payables     []Payable
	Receivables  []Receivable
}

// OldestBalance gives the day of the oldest of the pool's balances; ok is false where none is known.
func (p Pool) OldestBalance() (day Day, ok bool) {
	for _, b := range p.Balances {
		d := DayOf(b.AsOf.UTC())
		day = min(cmp.Or(day, d), d)
	}
	return day, len(p.Balances) > 0
}

// moved gives what moved since the pool's balances were told, in minor units, by what banks and books have said since. Of an
// account without a balance nothing is counted.
func (p Pool) moved() int64 {
	asOf := map[string]Day{}
	oldest, _ := p.OldestBalance()
	newest := oldest
	for _, b := range p.Balances {
		asOf[b.ID] = DayOf(b.AsOf.UTC())
		newest = max(newest, asOf[b.ID])
	}
	var sum int64
	for _, t := range p.Since.Transactions {
		if told, ok := asOf[BalanceItem(t.Source, t.Account)]; ok && t.BookedOn > told {
			sum += t.Amount.Minor
		}
	}
	// Books do not say which account: what goes out counts from the oldest balance on, what comes in from the newest, so that
	// where they differ there is rather more cash than is reckoned with than less.
	for _, v := range p.Since.Payables {
		if v.Status == PayablePast && v.PaidOn > oldest {
			sum -= v.Unbooked()
		}
	}
	for _, r := range p.Since.Receivables {
		if !r.Cancelled && r.PaidOn > newest {
			sum += r.Unbooked()
		}
	}
	return sum
}

// Since is what moved cash since the oldest of a pool's balances was told.
type Since struct {
	Transactions []Transaction
	Payables     []Payable    // paid since, by the books
	Receivables  []Receivable // likewise
}
