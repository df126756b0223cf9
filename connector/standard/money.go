package standard

import (
	"cmp"

	"remit/models"
)

func (s *Standard) payable(r *reader, ev *models.Event, d data) {
	ev.Item = models.PayableItem(s.opt.Source, d.ID)
	p := &models.Payable{
		ID: ev.Item, Source: s.opt.Source, ExternalID: d.ID, Entity: d.Entity, Invoice: d.Invoice, PO: d.PO,
		Amount: r.money("amount", d.Amount, d.Currency), IssuedOn: r.day("issued_on", d.IssuedOn), DueOn: r.day("due_on", d.DueOn),
		Terms:   models.Terms{DiscountBPS: d.DiscountBPS, DiscountUntil: r.day("discount_until", d.DiscountUntil)},
		LateFee: r.money("late_fee", d.LateFee, d.Currency), Bank: s.bank(d.BankAccount), Requester: d.Requester, Approver: d.Approver,
		Status: models.PayableStatus(d.Status), PayOn: r.day("pay_on", d.PayOn),
	}
	if d.Vendor != nil && d.Vendor.ID != "" {
		p.VendorID, p.VendorName = models.VendorItem(s.opt.Source, d.Vendor.ID), d.Vendor.Name
	}
	switch ev.Kind {
	case models.PayableCreated:
		p.Status, p.CreatedAt = cmp.Or(p.Status, models.PayableOpen), ev.At
	case models.PayablePaid:
		p.Status, p.PaidOn = models.PayablePast, cmp.Or(r.day("paid_on", d.PaidOn), models.DayOf(ev.At))
	case models.PayableCancelled:
		p.Status = models.PayableVoid
	}
	p.UpdatedAt = ev.At
	ev.Payable = p
}

func (s *Standard) receivable(r *reader, ev *models.Event, d data) {
	ev.Item = models.ReceivableItem(s.opt.Source, d.ID)
	rec := &models.Receivable{
		ID: ev.Item, Source: s.opt.Source, Entity: d.Entity, CustomerID: s.local(d.CustomerID), CustomerName: d.CustomerName, Invoice: d.Invoice,
		Amount: r.money("amount", d.Amount, d.Currency), IssuedOn: r.day("issued_on", d.IssuedOn), DueOn: r.day("due_on", d.DueOn),
		ExpectedOn: r.day("expected_on", d.ExpectedOn), Cancelled: d.Cancelled, UpdatedAt: ev.At,
	}
	if ev.Kind == models.ReceivablePaid {
		rec.PaidOn = cmp.Or(r.day("paid_on", d.PaidOn), models.DayOf(ev.At))
	}
	ev.Receivable = rec
}

func (s *Standard) balance(r *reader, ev *models.Event, d data) {
	ev.Item = models.BalanceItem(s.opt.Source, d.Account)
	ev.Balance = &models.Balance{
		ID: ev.Item, Source: s.opt.Source, Entity: d.Entity, Amount: r.money("amount", d.Amount, d.Currency),
		AsOf: r.time("as_of", d.AsOf, ev.At),
	}
}

func (s *Standard) transaction(r *reader, ev *models.Event, d data) {
	ev.Item = models.TransactionItem(s.opt.Source, d.ID)
	ev.Transaction = &models.Transaction{
		ID: ev.Item, Source: s.opt.Source, Entity: d.Entity, Account: d.Account, Amount: r.money("amount", d.Amount, d.Currency),
		BookedOn: cmp.Or(r.day("booked_on", d.BookedOn), models.DayOf(ev.At)), Party: d.Party, PartyBank: s.bank(d.BankAccount),
		Refs: d.References, Text: d.Text, Reversal: d.Reversal,
	}
}
