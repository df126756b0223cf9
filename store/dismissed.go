package store

import (
	"context"

	"remit/models"
)

// Dismissed gives, by case, the newest decision on it that a person ended by letting the payment go: they chose to release
// it, or undid the hold.
func (r reader) Dismissed(ctx context.Context, cases []string) (map[string]models.Decision, error) {
	found := map[string]models.Decision{}
	if len(cases) == 0 {
		return found, nil
	}
	var ds []models.Decision
	err := r.db.WithContext(ctx).Where(`case_id IN ? AND case_id <> '' AND (final = ? OR state IN ('reverting', 'reverted'))`, cases, models.ValueRelease).
		Order("seq").Find(&ds).Error
	for _, d := range ds {
		if _, answered := d.Settled(); answered || d.State == models.Reverted || d.State == models.Reverting {
			found[d.CaseID] = d
		}
	}
	return found, classify(err)
}
