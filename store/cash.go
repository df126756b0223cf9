package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"remit/decision"
	"remit/models"
)

// residualKept is how many days of residual flow a pool is planned from: two years, so that a year ago is known.
const residualKept = 730

// putCash keeps each balance that was told as the last one of its day, and what people have planned.
func (t *txn) putCash(ctx context.Context, c decision.Changes) error {
	var past []models.PastBalance
	for _, b := range c.Told {
		if !b.AsOf.IsZero() {
			past = append(past, models.PastBalance{ID: b.ID, Day: models.DayOf(b.AsOf.UTC()), Entity: b.Entity, Amount: b.Amount, AsOf: b.AsOf})
		}
	}
	slices.SortStableFunc(past, func(a, b models.PastBalance) int { return a.AsOf.Compare(b.AsOf) })
	past = lastOf(past, func(p models.PastBalance) string { return p.ID + string(p.Day) })
	if err := put(ctx, t, t.s.tables.pastBalances, past, nil); err != nil {
		return err
	}
	if err := put(ctx, t, t.s.tables.planned, lastOf(c.Planned, func(p models.PlannedItem) string { return p.ID }), nil); err != nil {
		return err
	}
	if len(c.Unplanned) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `DELETE FROM planned_items WHERE id IN ?`, c.Unplanned)
	return err
}

// residual is a day of a pool's residual flow.
type residual struct {
	Pool  string
	Day   models.Day
	Minor int64
}

// latelyKept bounds how many payments and receipts, the newest, may be what something was planned for.
const latelyKept = 2000

// lately adds, where anything is planned, the invoices that were paid on a day or after it.
func (r reader) lately(ctx context.Context, pool *models.Pool, since models.Day) error {
	if len(pool.Planned) == 0 {
		return nil
	}
	of, err := r.ofPool(ctx, pool.ID)
	if err != nil {
		return err
	}
	of = of.Where("paid_on <> '' AND paid_on >= ?", since).Order("paid_on DESC, id").Limit(latelyKept).Session(&gorm.Session{})
	if err := of.Where("status = 'paid'").Find(&pool.Lately.Payables).Error; err != nil {
		return classify(err)
	}
	return classify(of.Where("NOT cancelled").Find(&pool.Lately.Receivables).Error)
}

// past adds what is planned of a pool, and its residual flow up to yesterday: days that nothing is known of yet, because
// the flow was not reckoned since, count as nothing.
func (r reader) past(ctx context.Context, pool *models.Pool) error {
	db := r.db.WithContext(ctx)
	if err := db.Where("pool = ?", pool.ID).Order("id").Find(&pool.Planned).Error; err != nil {
		return classify(err)
	}
	today := models.DayOf(pool.Now.UTC())
	if err := r.lately(ctx, pool, today.Add(-decision.LatelyDays)); err != nil {
		return err
	}
	var days []residual
	err := db.Where("pool = ? AND day >= ? AND day < ?", pool.ID, today.Add(-residualKept), today).Order("day").Find(&days).Error
	if err != nil || len(days) == 0 {
		return classify(err)
	}
	pool.Residual = make([]int64, today.Sub(days[0].Day))
	for _, d := range days {
		pool.Residual[d.Day.Sub(days[0].Day)] = d.Minor
	}
	return nil
}

// turnoverKept is how many days of invoices paid tell of those still to come: as many as finance draws from on the earliest of
// the days that it tries itself on.
const turnoverKept = 350

// turnover adds the invoices that were paid lately, those of vendors net of the discounts taken.
func turnover(of *gorm.DB, pool *models.Pool) error {
	lately := of.Where("paid_on >= ?", models.DayOf(pool.Now.UTC()).Add(-turnoverKept)).Session(&gorm.Session{})
	var paid []models.Payable
	err := lately.Select("issued_on", "due_on", "paid_on", "created_at", "vendor_id", "vendor_name", "amount_minor", "amount_currency",
		"terms_discount_bps", "terms_discount_until").Find(&paid).Error
	if err != nil {
		return classify(err)
	}
	for _, p := range paid {
		pool.Turnover = append(pool.Turnover, models.Turnover{
			KnownOn: p.KnownOn(), PaidOn: p.PaidOn, Minor: p.Terms.Discount(p.Amount, p.PaidOn).Minor - p.Amount.Minor, VendorID: p.VendorID, VendorName: p.VendorName,
		})
	}
	var came []models.Receivable
	if err := lately.Where("NOT cancelled").Select("issued_on", "due_on", "paid_on", "amount_minor").Find(&came).Error; err != nil {
		return classify(err)
	}
	for _, r := range came {
		pool.Turnover = append(pool.Turnover, models.Turnover{KnownOn: r.KnownOn(), PaidOn: r.PaidOn, Minor: r.Amount.Minor})
	}
	return nil
}

// Pools gives the ids of the cash pools of which a balance is known.
func (s *Store) Pools(ctx context.Context) ([]string, error) {
	var of []models.Balance
	err := s.db.WithContext(ctx).Select("DISTINCT entity, amount_currency").Order("entity, amount_currency").Find(&of).Error
	var ids []string
	for _, b := range of {
		ids = append(ids, b.Pool())
	}
	return ids, classify(err)
}

// Planned gives what is planned, of one pool or of all for "".
func (s *Store) Planned(ctx context.Context, pool string) ([]models.PlannedItem, error) {
	q := s.db.WithContext(ctx).Order("pool, origin DESC, id")
	if pool != "" {
		q = q.Where("pool = ?", pool)
	}
	var items []models.PlannedItem
	return items, classify(q.Find(&items).Error)
}

// CashPast gives what is known of a pool's past since a day, and the payables that were paid then. What banks have booked
// counts as they did; the rest as the books say.
func (s *Store) CashPast(ctx context.Context, pool string, since models.Day) (past models.CashPast, paid []models.Payable, err error) {
	entity, currency, ok := models.ParsePool(pool)
	if !ok {
		return past, nil, models.FieldErrorf("pool", "%q names no cash pool", pool)
	}
	of := s.db.WithContext(ctx).Where("entity = ? AND amount_currency = ?", entity, currency).Session(&gorm.Session{})
	if err := of.Where("day >= ?", since).Find(&past.Balances).Error; err != nil {
		return past, nil, classify(err)
	}
	if err := of.Where("paid_on <> '' AND paid_on >= ?", since).Find(&paid).Error; err != nil {
		return past, nil, classify(err)
	}
	var received []models.Receivable
	if err := of.Where("paid_on <> '' AND paid_on >= ? AND NOT cancelled", since).Find(&received).Error; err != nil {
		return past, nil, classify(err)
	}
	for _, p := range paid {
		if minor := p.Unbooked(); minor != 0 {
			past.Paid = append(past.Paid, models.PaidOn{Day: p.PaidOn, Minor: minor})
		}
	}
	for _, r := range received {
		if minor := r.Unbooked(); minor != 0 {
			past.Received = append(past.Received, models.PaidOn{Day: r.PaidOn, Minor: minor})
		}
	}
	var booked []models.Transaction
	if err := of.Where("booked_on >= ? AND state IN ('settled', 'reversed', 'took')", since).Find(&booked).Error; err != nil {
		return past, nil, classify(err)
	}
	for _, b := range booked {
		past.Paid = append(past.Paid, models.PaidOn{Day: b.BookedOn, Minor: -b.Amount.Minor})
	}
	all, err := s.Planned(ctx, pool)
	for _, item := range all {
		if item.Origin == models.OriginPerson {
			past.Planned = append(past.Planned, item)
		}
	}
	return past, paid, err
}

// PutCashPast replaces the residual flow of a pool from a day on, and what was found to come again and again.
func (s *Store) PutCashPast(ctx context.Context, pool string, first models.Day, flow []int64, found []models.PlannedItem) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		if _, err := t.exec(ctx, `DELETE FROM residuals WHERE pool = ?`, pool); err != nil {
			return err
		}
		for i, minor := range flow {
			_, err := t.exec(ctx, `INSERT INTO residuals (pool, "day", minor) VALUES (?, ?, ?)`, pool, string(first.Add(i)), minor)
			if err != nil {
				return fmt.Errorf("keep the residual flow: %w", err)
			}
		}
		if _, err := t.exec(ctx, `DELETE FROM planned_items WHERE pool = ? AND origin = ?`, pool, models.OriginFound); err != nil {
			return err
		}
		return put(ctx, t, t.s.tables.planned, found, nil)
	})
}
