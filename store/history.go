package store

import (
	"context"

	"remit/models"
)

// PaymentHistory gives the newest payables, at most so many, that can be learned from: the cancelled ones left out.
func (s *Store) PaymentHistory(ctx context.Context, limit int) ([]models.Payable, error) {
	var ps []models.Payable
	err := s.db.WithContext(ctx).Where("status <> ?", models.PayableVoid).Order("created_at DESC, id").Limit(limit).Find(&ps).Error
	return ps, classify(err)
}

// PaymentVerdicts gives what people said of payments that were held or asked about, by item: whether they were made wrong.
// Answers given in bulk say nothing of any one, and what was only proposed neither.
func (s *Store) PaymentVerdicts(ctx context.Context) (map[string]bool, error) {
	var ds []models.Decision
	err := s.db.WithContext(ctx).Where("domain = ? AND action = ? AND state IN ('applying', 'applied', 'reverting', 'reverted')", models.Finance, models.ActionHold).
		Order("seq").Find(&ds).Error
	said := map[string]bool{}
	for _, d := range ds {
		a, answered := d.Settled()
		switch {
		case answered && (a.Bulk || !a.By.IsPerson()):
		case d.State == models.Reverted || d.State == models.Reverting:
			said[d.Item] = false
		case answered:
			said[d.Item] = d.Final == models.ValueHold
		}
	}
	return said, classify(err)
}
