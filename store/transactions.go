package store

import (
	"context"

	"gorm.io/gorm"

	"remit/models"
)

// openTransactionsKept bounds how many of a pool's transactions are tried again to be matched: those that name an invoice,
// and the newest.
const openTransactionsKept = 1000

// movedKept is how many days after a balance was told it is asked what moved since.
const movedKept = 60

// TransactionsByID gives those of the transactions that are known.
func (r reader) TransactionsByID(ctx context.Context, ids []string) (map[string]models.Transaction, error) {
	return byID(ctx, r, ids, func(t models.Transaction) string { return t.ID })
}

// OpenTransactions gives a pool's transactions that are not matched, those that name an invoice first and of each the newest
// first, at most a thousand.
func (r reader) OpenTransactions(ctx context.Context, pool string) ([]models.Transaction, error) {
	of, err := r.ofPool(ctx, pool)
	if err != nil {
		return nil, err
	}
	var ts []models.Transaction
	err = of.Where("state = 'open'").Order("named DESC, booked_on DESC, id").Limit(openTransactionsKept).Find(&ts).Error
	return ts, classify(err)
}

// BookedSince gives a pool's transactions that were booked on a day or after it.
func (r reader) BookedSince(ctx context.Context, pool string, since models.Day) ([]models.Transaction, error) {
	of, err := r.ofPool(ctx, pool)
	if err != nil {
		return nil, err
	}
	var ts []models.Transaction
	return ts, classify(of.Where("booked_on >= ?", since).Order("booked_on, id").Find(&ts).Error)
}

// Owed gives a pool's invoices that are open, or were paid on a day or after it, the open ones first.
func (r reader) Owed(ctx context.Context, pool string, since models.Day) (models.Owed, error) {
	var owed models.Owed
	of, err := r.ofPool(ctx, pool)
	if err != nil {
		return owed, err
	}
	open, settled := of.Order("id").Session(&gorm.Session{}), of.Where("paid_on <> '' AND paid_on >= ?", since).Order("id").Session(&gorm.Session{})
	for _, q := range []*gorm.DB{open.Where("status IN ('open', 'held', '')"), settled.Where("status NOT IN ('open', 'held', '')")} {
		var ps []models.Payable
		if err := q.Find(&ps).Error; err != nil {
			return owed, classify(err)
		}
		owed.Payables = append(owed.Payables, ps...)
	}
	for _, q := range []*gorm.DB{open.Where("paid_on = '' AND NOT cancelled"), settled.Where("NOT cancelled")} {
		var rs []models.Receivable
		if err := q.Find(&rs).Error; err != nil {
			return owed, classify(err)
		}
		owed.Receivables = append(owed.Receivables, rs...)
	}
	return owed, nil
}

func (r reader) ofPool(ctx context.Context, pool string) (*gorm.DB, error) {
	entity, currency, ok := models.ParsePool(pool)
	if !ok {
		return nil, models.FieldErrorf("pool", "%q names no cash pool", pool)
	}
	return r.db.WithContext(ctx).Where("entity = ? AND amount_currency = ?", entity, currency).Session(&gorm.Session{}), nil
}

// since adds what moved cash since the oldest of the pool's balances was told.
func (r reader) since(ctx context.Context, of *gorm.DB, pool *models.Pool) error {
	oldest, ok := pool.OldestBalance()
	if !ok || oldest < models.DayOf(pool.Now.UTC()).Add(-movedKept) {
		return nil // nothing is planned on a balance so old
	}
	if err := of.Where("booked_on > ?", oldest).Find(&pool.Since.Transactions).Error; err != nil {
		return classify(err)
	}
	if err := of.Where("paid_on <> '' AND paid_on > ?", oldest).Find(&pool.Since.Payables).Error; err != nil {
		return classify(err)
	}
	return classify(of.Where("paid_on <> '' AND paid_on > ? AND NOT cancelled", oldest).Find(&pool.Since.Receivables).Error)
}
