package decision

import (
	"context"

	"remit/models"
)

// Price says what paying the item on a day would cost beside the day it is planned on now, and what cash that leaves, on
// today's facts. Nothing is changed. The error is NotFound for an invoice that is not known, and Invalid for a day that it
// cannot be paid on.
func (e *Engine) Price(ctx context.Context, item string, day models.Day) (cost models.Money, cash models.Cash, err error) {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return cost, cash, err
	}
	if err := b.payables.load(ctx, []string{item}, b.reader.Payables); err != nil {
		return cost, cash, err
	}
	p := b.payables.get(item)
	if p == nil {
		return cost, cash, models.Errorf(models.NotFound, "The invoice is no longer known.")
	}
	pool, err := b.pool(p.Pool())
	if err != nil {
		return cost, cash, err
	}
	return b.Payments.Price(pool, b.policy.CashRules(b.now), item, day)
}
