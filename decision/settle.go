package decision

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"remit/models"
)

const (
	// paidAhead is how long before a bank has booked a payment the books may have called the invoice paid.
	paidAhead = 60
	// takenBackWithin is how long after a payment a bank may take it back.
	takenBackWithin = 400
	// movedDays is how old a payment may be that is only heard of now and still says something of today's cash.
	movedDays = 14
)

// transactionEvent takes in what a bank has booked. What was told of once does not change.
func (b *batch) transactionEvent(ev models.Event) {
	t := *ev.Transaction
	if b.transactions.get(t.ID) != nil {
		return
	}
	t.State, t.UpdatedAt = models.TransactionOpen, ev.At
	b.transactions.put(t.ID, t)
	b.unmatched[t.Pool()] = ev
	b.touchPool(t.Pool(), ev)
}

// reconcile matches, once a batch, the open transactions of each pool in which there is a new transaction or invoice.
func (b *batch) reconcile() error {
	for _, id := range slices.Sorted(maps.Keys(b.unmatched)) {
		if err := b.reconcilePool(id, b.unmatched[id]); err != nil {
			return fmt.Errorf("match the transactions of %s: %w", id, err)
		}
	}
	return nil
}

func (b *batch) reconcilePool(id string, ev models.Event) error {
	txs, err := b.openTransactions(id)
	if err != nil || len(txs) == 0 {
		return err
	}
	owed, err := b.owed(id, txs)
	if err != nil {
		return err
	}
	r := b.Payments.Reconcile(txs, owed)
	for _, t := range r.Transactions {
		t.UpdatedAt = b.now
		b.transactions.put(t.ID, t)
		b.noteBooked(t)
	}
	for _, v := range r.Receivables {
		b.receivables.put(v.ID, v)
		b.touchPool(id, ev)
	}
	for _, p := range r.Payables {
		if err := b.booked(ev, p); err != nil {
			return err
		}
	}
	return nil
}

// openTransactions gives a pool's transactions that are not matched and, where one of them takes something back, those that
// it may take back.
func (b *batch) openTransactions(id string) ([]models.Transaction, error) {
	stored, err := b.reader.OpenTransactions(b.ctx, id)
	if err != nil {
		return nil, err
	}
	open := overlay(stored, b.transactions.changed(), func(t models.Transaction) (string, bool) { return t.ID, t.Pool() == id && t.Open() })
	since := models.Day("")
	for _, t := range open {
		if t.Reversal && (since == "" || t.BookedOn < since) {
			since = t.BookedOn
		}
	}
	if since == "" {
		return open, nil
	}
	booked, err := b.reader.BookedSince(b.ctx, id, since.Add(-takenBackWithin))
	if err != nil {
		return nil, err
	}
	booked = overlay(booked, b.transactions.changed(), func(t models.Transaction) (string, bool) { return t.ID, t.Pool() == id })
	return overlay(booked, open, func(t models.Transaction) (string, bool) { return t.ID, true }), nil
}

// owed gives the invoices that the transactions may be for, as the batch has changed them, with their vendors.
func (b *batch) owed(id string, txs []models.Transaction) (models.Owed, error) {
	since := txs[0].BookedOn
	for _, t := range txs {
		since = min(since, t.BookedOn)
	}
	since = since.Add(-paidAhead)
	owed, err := b.reader.Owed(b.ctx, id, since)
	if err != nil {
		return owed, err
	}
	owed.Payables = overlay(owed.Payables, b.payables.changed(), func(p models.Payable) (string, bool) { return p.ID, p.Pool() == id })
	owed.Receivables = overlay(owed.Receivables, b.receivables.changed(), func(r models.Receivable) (string, bool) { return r.ID, r.Pool() == id })
	vendors := make([]string, 0, len(owed.Payables))
	for _, p := range owed.Payables {
		vendors = append(vendors, p.VendorID)
	}
	if err := b.vendors.load(b.ctx, vendors, b.reader.Vendors); err != nil {
		return owed, err
	}
	owed.Vendors = b.vendors.facts
	return owed, nil
}

// booked takes in what a bank's entry has changed of an invoice: paid, it is asked about no more; owed again, it is judged as
// a new one is.
func (b *batch) booked(ev models.Event, p models.Payable) error {
	if err := b.payables.load(b.ctx, []string{p.ID}, b.reader.Payables); err != nil {
		return err
	}
	if err := b.loadNewest([]string{p.ID}); err != nil {
		return err
	}
	was := b.payables.get(p.ID)
	b.payables.put(p.ID, p)
	b.touchPool(p.Pool(), ev)
	switch {
	case !p.Open():
		b.closed(ev, was, p)
		return b.paidOnAccount(p)
	case was != nil && !was.Open():
		j, err := b.judgePayable(ev, p)
		if err != nil {
			return err
		}
		ev.Source, ev.Item = p.Source, p.ID
		return b.decided(ev, p.ID, j, []models.Action{models.ActionHold})
	}
	return nil
}

// paidOnAccount puts the account that an invoice was to be paid on on record once a bank has paid it, unless the bank's entry
// names another.
func (b *batch) paidOnAccount(p models.Payable) error {
	if p.Status != models.PayablePast || !p.PaidOn.Valid() {
		return nil
	}
	for _, t := range b.transactions.changed() {
		if t.PartyBank != "" && t.PartyBank != p.Bank && slices.ContainsFunc(t.Settles, func(s models.Settled) bool { return s.Item == p.ID }) {
			return nil
		}
	}
	if err := b.vendors.load(b.ctx, []string{p.VendorID}, b.reader.Vendors); err != nil {
		return err
	}
	at := p.PaidOn.Add(1).Time() // by the end of its day
	if at.After(b.now) {
		at = b.now
	}
	b.seeVendor(models.Event{At: at}, p, true)
	return nil
}

// noteBooked says in the ledger what became of a transaction, for each invoice that it paid.
func (b *batch) noteBooked(t models.Transaction) {
	by := models.Remit
	if t.By != "" {
		by = models.Actor{Kind: models.ByPerson, ID: t.By}
	}
	for _, s := range t.Settles {
		part := models.Money{Minor: s.Minor, Currency: t.Amount.Currency}
		b.out.Entries = append(b.out.Entries, models.Entry{
			Item: s.Item, Kind: models.EntryBooked, By: by, At: b.now,
			Text: fmt.Sprintf("%s booked on %s by the bank of %s.", part.Display(), t.BookedOn.Display(), t.Account),
		})
	}
	if t.State == models.TransactionTook {
		b.out.Entries = append(b.out.Entries, models.Entry{
			Item: t.Pool(), Kind: models.EntryBooked, By: by, At: b.now,
			Text: fmt.Sprintf("The bank of %s took back %s on %s.", t.Account, t.Size().Display(), t.BookedOn.Display()),
		})
	}
}

// settleBody is the body of a kindSettle delivery.
type settleBody struct {
	Transaction string `json:"transaction"`
	Item        string `json:"item"` // "" for no invoice
	By          string `json:"by"`
}

// Settle takes a person's word for which invoice a transaction was for, "" for none. It goes through the inbox, so that it
// has its place in the pool's order. The error is Denied for whoever does not answer for payments, NotFound for what is not
// known, and Conflict for a transaction that is matched by now or an invoice that it cannot have paid.
func (e *Engine) Settle(ctx context.Context, id, item string, by models.Person) error {
	if err := e.mayPlan(by); err != nil {
		return err
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	t, err := b.settling(id, item)
	if err != nil {
		return err
	}
	body, _ := json.Marshal(settleBody{Transaction: id, Item: item, By: by.ID})
	key := models.NewID("stl", id, item, e.Now().UTC().Format("2006-01-02T15:04:05.000000"))
	return e.Ledger.Commit(ctx, Changes{At: e.Now(), Deliveries: []models.Delivery{{
		ID: models.DeliveryID("remit", key), Source: "remit", Key: key, Kind: kindSettle, Subject: t.Pool(), Body: body, ReceivedAt: e.Now(),
	}}})
}

// settling gives the transaction, matched with the item, or says why that cannot be.
func (b *batch) settling(id, item string) (models.Transaction, error) {
	if err := b.transactions.load(b.ctx, []string{id}, b.reader.TransactionsByID); err != nil {
		return models.Transaction{}, err
	}
	known := b.transactions.get(id)
	if known == nil {
		return models.Transaction{}, models.Errorf(models.NotFound, "There is no such entry of a bank.")
	}
	t := *known
	if !t.Open() {
		return t, models.Errorf(models.Conflict, "This is matched by now.")
	}
	if item == "" {
		t.State = models.TransactionOther
		return t, nil
	}
	rest, err := b.restOf(item, t)
	switch {
	case err != nil:
		return t, err
	case rest.Minor < t.Size().Minor:
		return t, models.Errorf(models.Conflict, "Of this invoice %s is still to be paid: the bank booked %s.", rest.Display(), t.Size().Display())
	}
	t.State, t.Settles = models.TransactionSettled, []models.Settled{{Item: item, Minor: t.Size().Minor}}
	return t, nil
}

// restOf gives what is still to be paid of an invoice that a transaction may be for.
func (b *batch) restOf(item string, t models.Transaction) (models.Money, error) {
	if err := b.payables.load(b.ctx, []string{item}, b.reader.Payables); err != nil {
		return models.Money{}, err
	}
	if err := b.receivables.load(b.ctx, []string{item}, b.reader.Receivables); err != nil {
		return models.Money{}, err
	}
	pool, in, rest := "", false, models.Money{}
	if p := b.payables.get(item); p != nil {
		pool, rest = p.Pool(), p.Rest()
	} else if r := b.receivables.get(item); r != nil {
		pool, in, rest = r.Pool(), true, r.Rest()
	}
	switch {
	case pool == "":
		return rest, models.Errorf(models.NotFound, "There is no such invoice.")
	case pool != t.Pool():
		return rest, models.Errorf(models.Conflict, "This invoice is of another company or currency.")
	case in == t.Amount.Negative():
		return rest, models.Errorf(models.Conflict, "What comes in pays an invoice of ours, what goes out one to us.")
	}
	return rest, nil
}

// settleByHand matches a transaction as a person has said. What cannot be any more stays as it is, and is said in the ledger.
func (b *batch) settleByHand(ev models.Event) error {
	id, item := ev.Item, ev.Changes[0].To
	t, err := b.settling(id, item)
	if kind := models.KindOf(err); kind == models.Conflict || kind == models.NotFound {
		b.out.Entries = append(b.out.Entries, models.Entry{
			Item: ev.Subject, Kind: models.EntryRefused, By: ev.Actor, At: b.now, Text: "A bank's entry was not matched: " + models.SentenceOf(err),
		})
		return nil
	}
	if err != nil {
		return err
	}
	t.By, t.Why, t.Named, t.UpdatedAt = ev.Actor.ID, "", false, b.now
	b.transactions.put(id, t)
	b.noteBooked(t)
	b.touchPool(t.Pool(), ev)
	for _, s := range t.Settles {
		if p := b.payables.get(s.Item); p != nil {
			return b.booked(ev, p.Book(s.Minor, t.BookedOn))
		}
		r := b.receivables.get(s.Item)
		b.receivables.put(r.ID, r.Book(s.Minor, t.BookedOn))
	}
	return nil
}

func settleEvent(d models.Delivery) ([]models.Event, error) {
	var body settleBody
	if err := json.Unmarshal(d.Body, &body); err != nil {
		return nil, models.FieldErrorf("body", "not a word on a transaction")
	}
	return []models.Event{{
		ID: d.ID, Source: d.Source, Kind: kindSettle, Subject: d.Subject, Item: body.Transaction, At: d.ReceivedAt,
		Actor: models.Actor{Kind: models.ByPerson, ID: body.By}, Changes: []models.Change{{Field: "settles", To: body.Item}},
	}}, nil
}

// Unmatched gives, of deliveries, those that a bank's entries came by which cannot be matched as things stand, in a sentence
// each: by the delivery's id. Nothing is kept. What is in the inbox still is not known yet.
func (e *Engine) Unmatched(ctx context.Context, ds []models.Delivery) (map[string]string, error) {
	b, err := e.newBatch(ctx, e.Ledger, ds)
	if err != nil {
		return nil, err
	}
	of := map[string]string{}
	for _, ev := range b.events {
		if ev.Transaction == nil {
			continue
		}
		of[ev.Transaction.ID] = ev.ID
		b.transactionEvent(ev)
		b.unmatched[ev.Transaction.Pool()] = ev
	}
	if err := b.reconcile(); err != nil {
		return nil, err
	}
	why := map[string]string{}
	for id, t := range b.transactions.facts {
		if delivery, ok := of[id]; ok && t.Open() {
			why[delivery] = fmt.Sprintf("%s on %s is not matched: %s", t.Amount.Display(), t.BookedOn.Display(), t.Why)
		}
	}
	return why, nil
}
