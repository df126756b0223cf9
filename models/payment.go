package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// PayableStatus is where an invoice to be paid stands.
type PayableStatus string

// The states of a payable.
const (
	PayableOpen PayableStatus = "open"
	PayableHeld PayableStatus = "held" // stopped until a person releases it
	PayablePast PayableStatus = "paid"
	PayableVoid PayableStatus = "cancelled"
)

// Terms are a payable's early-payment discount: DiscountBPS basis points (200 is 2 %) if paid by DiscountUntil.
type Terms struct {
	DiscountBPS   int64 `json:"discount_bps,omitempty"`
	DiscountUntil Day   `json:"discount_until,omitempty"`
}

// Discount gives what is saved on amount when paid on day.
func (t Terms) Discount(amount Money, day Day) Money {
	if t.DiscountBPS == 0 || t.DiscountUntil == "" || day > t.DiscountUntil {
		return Money{Currency: amount.Currency}
	}
	return amount.Share(t.DiscountBPS)
}

// Payable is an invoice that the company owes.
type Payable struct {
	ID         string        `json:"id" gorm:"primaryKey"` // PayableItem of source and external id
	Source     string        `json:"source" gorm:"not null"`
	ExternalID string        `json:"external_id" gorm:"not null"`
	Entity     string        `json:"entity"` // the company or branch that pays
	VendorID   string        `json:"vendor_id" gorm:"index"`
	VendorName string        `json:"vendor_name"`
	Invoice    string        `json:"invoice"` // the number as written
	PO         string        `json:"po"`
	Amount     Money         `json:"amount" gorm:"embedded;embeddedPrefix:amount_"`
	IssuedOn   Day           `json:"issued_on"`
	DueOn      Day           `json:"due_on"`
	Terms      Terms         `json:"terms,omitzero" gorm:"embedded;embeddedPrefix:terms_"`
	LateFee    Money         `json:"late_fee,omitzero" gorm:"embedded;embeddedPrefix:late_fee_"` // owed once if paid after DueOn
	Bank       string        `json:"bank"`                                                       // salted hash of the account to be paid, empty when not told
	Requester  string        `json:"requester"`                                                  // the person who asked for it, by id or e-mail
	Approver   string        `json:"approver,omitempty"`                                         // the person who approved it in the books, likewise
	Status     PayableStatus `json:"status"`
	PayOn      Day           `json:"pay_on"` // the day it is set to be paid; DueOn where nothing else was said
	PaidOn     Day           `json:"paid_on"`
	Booked     Booked        `json:"booked,omitzero" gorm:"embedded;embeddedPrefix:booked_"`
	CreatedAt  time.Time     `json:"created_at" gorm:"autoCreateTime:false"`
	UpdatedAt  time.Time     `json:"updated_at" gorm:"autoUpdateTime:false"`
}

// PayableItem is the id of a payable.
func PayableItem(source, externalID string) string { return "payable:" + source + ":" + externalID }

// PoolSubject is the cash pool that payments of an entity in a currency are paid from; two of one pool are never decided
// side by side.
func PoolSubject(entity string, c Currency) string { return "cash:" + entity + ":" + string(c) }

// Pool gives the payable's cash pool.
func (p Payable) Pool() string { return PoolSubject(p.Entity, p.Amount.Currency) }

// Open reports whether the payable is still to be paid, held or not.
func (p Payable) Open() bool {
	return p.Status == PayableOpen || p.Status == PayableHeld || p.Status == ""
}

// How long before it is due an invoice is taken to be issued where nothing tells, and how long after that it may be on its
// way: what is heard of later was taken over from other books.
const (
	usualTerms = 30
	onItsWay   = 14
)

// KnownOn gives the day from which on it was known that the payable is owed: that on which it arrived, or, where it was taken
// over from other books later, that on which it was issued.
func (p Payable) KnownOn() Day {
	arrived := Day("")
	if !p.CreatedAt.IsZero() {
		arrived = DayOf(p.CreatedAt.UTC())
	}
	issued := issuedOn(p.IssuedOn, p.DueOn, p.PaidOn)
	if arrived.Valid() && issued.Valid() && arrived > issued && arrived.Sub(issued) <= onItsWay {
		return arrived
	}
	return cmp.Or(issued, arrived)
}

func issuedOn(issued, due, paid Day) Day {
	switch {
	case issued.Valid():
		return issued
	case due.Valid():
		return due.Add(-usualTerms)
	case paid.Valid():
		return paid.Add(-usualTerms)
	}
	return ""
}

// Fold gives the payable with the event's word added; an older event only fills what was never said. A payment or
// cancellation is final: no later word about the invoice opens it again, unless a bank takes the payment back.
func (p Payable) Fold(ev Event) Payable {
	n := ev.Payable
	if n == nil {
		return p
	}
	newer := !ev.At.Before(p.UpdatedAt)
	final := p.Status == PayablePast || p.Status == PayableVoid
	p.ID, p.Source, p.ExternalID = n.ID, n.Source, n.ExternalID
	p.Booked = p.Booked.toldBefore(p.PaidOn)
	fold(&p.Entity, n.Entity, newer)
	fold(&p.VendorID, n.VendorID, newer)
	fold(&p.VendorName, n.VendorName, newer)
	fold(&p.Invoice, n.Invoice, newer)
	fold(&p.PO, n.PO, newer)
	fold(&p.Amount, n.Amount, newer)
	fold(&p.IssuedOn, n.IssuedOn, newer)
	fold(&p.DueOn, n.DueOn, newer)
	fold(&p.Terms, n.Terms, newer)
	fold(&p.LateFee, n.LateFee, newer)
	fold(&p.Bank, n.Bank, newer)
	fold(&p.Requester, n.Requester, newer)
	fold(&p.Approver, n.Approver, newer)
	fold(&p.PaidOn, n.PaidOn, newer)
	fold(&p.PayOn, n.PayOn, newer)
	if n.Status == PayablePast {
		fold(&p.Booked.Told, cmp.Or(n.PaidOn, DayOf(ev.At)), newer)
	}
	if !final {
		fold(&p.Status, n.Status, newer || n.Status == PayablePast || n.Status == PayableVoid)
	}
	if p.Status == "" {
		p.Status = PayableOpen
	}
	if p.PayOn == "" {
		p.PayOn = p.DueOn
	}
	if p.CreatedAt.IsZero() {
		p.CreatedAt = ev.At
	}
	if newer {
		p.UpdatedAt = ev.At
	}
	return p.reckoned()
}

// Field gives the payable's value of an action's field in the form a Proposal states it, so that the two compare.
func (p Payable) Field(a Action) string {
	switch {
	case a == ActionSchedule:
		return string(p.PayOn)
	case a == ActionHold && p.Status == PayableHeld:
		return ValueHold
	case a == ActionHold:
		return ValueRelease
	}
	return ""
}

// Receivable is an invoice that the company is owed.
type Receivable struct {
	ID           string    `json:"id" gorm:"primaryKey"` // "receivable:stripe:in_1"
	Source       string    `json:"source"`
	Entity       string    `json:"entity"`
	CustomerID   string    `json:"customer_id"` // "stripe/cus_9": the source, and who owes it there
	CustomerName string    `json:"customer_name,omitempty"`
	Invoice      string    `json:"invoice"`
	Amount       Money     `json:"amount" gorm:"embedded;embeddedPrefix:amount_"`
	IssuedOn     Day       `json:"issued_on"`
	DueOn        Day       `json:"due_on"`
	ExpectedOn   Day       `json:"expected_on"` // promised or estimated; DueOn where empty
	PaidOn       Day       `json:"paid_on"`     // set once the money came
	Cancelled    bool      `json:"cancelled"`   // voided, refunded or lost in a dispute
	Booked       Booked    `json:"booked,omitzero" gorm:"embedded;embeddedPrefix:booked_"`
	UpdatedAt    time.Time `json:"updated_at" gorm:"autoUpdateTime:false"`
}

// ReceivableItem is the id of a receivable.
func ReceivableItem(source, externalID string) string {
	return "receivable:" + source + ":" + externalID
}

// CustomerKey gives the name of who owes it as a key, see NameKey: books without names often have it for the customer's id.
func (r Receivable) CustomerKey() string {
	_, id, _ := strings.Cut(r.CustomerID, "/")
	return NameKey(cmp.Or(r.CustomerName, id))
}

// Pool gives the cash pool that the money comes into.
func (r Receivable) Pool() string { return PoolSubject(r.Entity, r.Amount.Currency) }

// Open reports whether the money is still to come.
func (r Receivable) Open() bool { return r.PaidOn == "" && !r.Cancelled }

// KnownOn gives the day from which on it was known that the money is to come: that of issue.
func (r Receivable) KnownOn() Day { return issuedOn(r.IssuedOn, r.DueOn, r.PaidOn) }

// Expected gives the day on which the money is expected.
func (r Receivable) Expected() Day {
	if r.ExpectedOn != "" {
		return r.ExpectedOn
	}
	return r.DueOn
}

// Fold gives the receivable with the newer word added; what was paid stays paid, unless a bank takes the money back.
func (r Receivable) Fold(n Receivable) Receivable {
	newer := !n.UpdatedAt.Before(r.UpdatedAt)
	r.ID, r.Source = n.ID, n.Source
	r.Booked = r.Booked.toldBefore(r.PaidOn)
	fold(&r.Entity, n.Entity, newer)
	fold(&r.CustomerID, n.CustomerID, newer)
	fold(&r.CustomerName, n.CustomerName, newer)
	fold(&r.Invoice, n.Invoice, newer)
	fold(&r.Amount, n.Amount, newer)
	fold(&r.IssuedOn, n.IssuedOn, newer)
	fold(&r.DueOn, n.DueOn, newer)
	fold(&r.ExpectedOn, n.ExpectedOn, newer)
	fold(&r.PaidOn, n.PaidOn, newer)
	fold(&r.Booked.Told, n.PaidOn, newer)
	fold(&r.Cancelled, n.Cancelled, true)
	if newer {
		r.UpdatedAt = n.UpdatedAt
	}
	return r.reckoned()
}

// Balance is what one bank or provider account held at a moment.
type Balance struct {
	ID     string    `json:"id" gorm:"primaryKey"` // "balance:erp:giro"
	Source string    `json:"source"`
	Entity string    `json:"entity"`
	Amount Money     `json:"amount" gorm:"embedded;embeddedPrefix:amount_"`
	AsOf   time.Time `json:"as_of"`
}

// BalanceItem is the id of a balance.
func BalanceItem(source, account string) string { return "balance:" + source + ":" + account }

// Pool gives the cash pool that the balance is part of.
func (b Balance) Pool() string { return PoolSubject(b.Entity, b.Amount.Currency) }

// Fold gives the later of the two.
func (b Balance) Fold(n Balance) Balance {
	if n.AsOf.Before(b.AsOf) {
		return b
	}
	return n
}

// Vendor is a supplier.
type Vendor struct {
	ID        string    `json:"id" gorm:"primaryKey"` // "vendor:erp:77"
	Source    string    `json:"source"`
	Name      string    `json:"name"`
	Class     string    `json:"class"`                                    // "utility", "payroll", "tax", ... in the customer's words
	Aliases   []string  `json:"aliases,omitempty" gorm:"serializer:json"` // other names that it goes by
	Banks     []BankUse `json:"banks" gorm:"serializer:json"`             // oldest first; see BankUse
	FirstSeen time.Time `json:"first_seen"`
	UpdatedAt time.Time `json:"updated_at" gorm:"autoUpdateTime:false"`
}

// VendorItem is the id of a vendor.
func VendorItem(source, externalID string) string { return "vendor:" + source + ":" + externalID }

// mostAliases bounds how many other names of a vendor are kept.
const mostAliases = 50

// known gives the aliases of both, in order: what it was called once, it is not billed under by another.
func (v Vendor) known(n Vendor) []string {
	if len(n.Aliases) == 0 {
		return v.Aliases
	}
	all := slices.Concat(v.Aliases, n.Aliases)
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), mostAliases)]
}

// Fold gives the vendor with the newer word added and its account history kept.
func (v Vendor) Fold(n Vendor) Vendor {
	newer := !n.UpdatedAt.Before(v.UpdatedAt)
	v.ID, v.Source = n.ID, n.Source
	fold(&v.Name, n.Name, newer)
	fold(&v.Class, n.Class, newer)
	v.Aliases = v.known(n)
	if v.FirstSeen.IsZero() || (!n.FirstSeen.IsZero() && n.FirstSeen.Before(v.FirstSeen)) {
		v.FirstSeen = n.FirstSeen
	}
	for _, b := range n.Banks {
		switch {
		case slices.ContainsFunc(v.Banks, b.same):
		case b.Claimed:
			v = v.Claims(b.Bank, b.Since)
		default:
			v = v.Seen(b.Bank, b.Since)
		}
	}
	if newer {
		v.UpdatedAt = n.UpdatedAt
	}
	return v
}
