package models

import "time"

// EventKind says what happened, in remit's own words.
type EventKind string

// The kinds of event that something can be decided on, or that change what is known.
const (
	TicketCreated     EventKind = "ticket.created"
	TicketUpdated     EventKind = "ticket.updated"
	TicketCommented   EventKind = "ticket.commented"
	AccountUpdated    EventKind = "account.updated"
	PayableCreated    EventKind = "payable.created"
	PayableUpdated    EventKind = "payable.updated"
	PayablePaid       EventKind = "payable.paid"
	PayableCancelled  EventKind = "payable.cancelled"
	ReceivableCreated EventKind = "receivable.created"
	ReceivableUpdated EventKind = "receivable.updated"
	ReceivablePaid    EventKind = "receivable.paid"
	BalanceReported   EventKind = "balance.reported"
	VendorUpdated     EventKind = "vendor.updated"
	TransactionBooked EventKind = "transaction.booked"
	ProposalCreated   EventKind = "proposal.created"
	ProposalUpdated   EventKind = "proposal.updated"
	ProposalWithdrawn EventKind = "proposal.withdrawn"
)

// Delivery is one event as its provider sent it: a row of the inbox. Body is bytes exactly as received and signed.
type Delivery struct {
	ID         string    // from source and key, see DeliveryID
	Source     string    // the configured source's name
	Key        string    // what makes it one event to the provider, from signed bytes only
	Kind       string    // the provider's word for it
	Subject    string    // what it is ordered by, see TicketItem and PoolSubject
	Body       []byte    // one event, the provider's JSON
	ReceivedAt time.Time // when its webhook was verified
}

// DeliveryID is the id of the delivery, and of the event it becomes.
func DeliveryID(source, key string) string { return NewID("ev", source, key) }

// Check reports, as Invalid, what a delivery lacks to be stored.
func (d Delivery) Check() error {
	switch {
	case d.Source == "":
		return FieldErrorf("source", "a delivery without a source")
	case d.Key == "":
		return FieldErrorf("key", "a delivery without a key")
	case d.Subject == "":
		return FieldErrorf("subject", "a delivery without a subject")
	}
	return nil
}

// FieldAssignee is the field of a Change that says who has a ticket.
const FieldAssignee = "assignee"

// Change is one field that an update says to have changed, in remit's words ("priority", "P3", "P1").
type Change struct {
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to"`
}

// Fingerprint identifies the change of a field of an item to a value, so that our own write-back is known again when it
// comes back as a webhook.
func (c Change) Fingerprint(item string) string { return NewID("fp", item, c.Field, c.To) }

// Event is a delivery in remit's own words. At most one of the fact pointers besides Ticket and Comment is set; a fact's
// zero fields are those that the event does not speak of.
type Event struct {
	ID         string    `json:"id"`
	Source     string    `json:"source"`
	Kind       EventKind `json:"kind"`
	Subject    string    `json:"subject"` // what it is ordered by
	Item       string    `json:"item"`    // what it is about, see TicketItem, PayableItem
	At         time.Time `json:"at"`      // when it happened, by the provider's clock
	ReceivedAt time.Time `json:"received_at"`
	Actor      Actor     `json:"actor"`

	Ticket      *Ticket      `json:"ticket,omitempty"`
	Comment     *Comment     `json:"comment,omitempty"`
	Account     *Account     `json:"account,omitempty"`
	Vendor      *Vendor      `json:"vendor,omitempty"`
	Payable     *Payable     `json:"payable,omitempty"`
	Receivable  *Receivable  `json:"receivable,omitempty"`
	Balance     *Balance     `json:"balance,omitempty"`
	Submission  *Submission  `json:"submission,omitempty"`
	Transaction *Transaction `json:"transaction,omitempty"`

	Changes []Change `json:"changes,omitempty"`
	// Lacks names what a thin event leaves out ("comments", "account"): its connector fetches it before anything is decided.
	Lacks []string `json:"lacks,omitempty"`

	Delivery string  `json:"-"` // id of the delivery that it was made of
	Advice   *Advice `json:"-"` // of another judge that was asked about it; nil: none was yet
}

// Fingerprints gives one fingerprint for each change of the event, and one for its comment if it has one.
func (e Event) Fingerprints() []string {
	var fps []string
	for _, c := range e.Changes {
		fps = append(fps, c.Fingerprint(e.Item))
	}
	if e.Comment != nil {
		fps = append(fps, e.Comment.Fingerprint(e.Item))
	}
	return fps
}

// Settles reports whether the event is a person setting the field upstream, and to what.
func (e Event) Settles(field string) (to string, ok bool) {
	if !e.Actor.IsPerson() {
		return "", false
	}
	for _, c := range e.Changes {
		if c.Field == field {
			return c.To, true
		}
	}
	return "", false
}
