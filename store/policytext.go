package store

import (
	"context"

	"remit/models"
)

// PolicyText gives the text of a policy by the version that decisions name it by, or NotFound.
func (s *Store) PolicyText(ctx context.Context, version string) ([]byte, error) {
	var v models.PolicyVersion
	err := classify(s.db.WithContext(ctx).Where("sum = ?", version).Order("number DESC").Limit(1).Take(&v).Error)
	if models.KindOf(err) == models.NotFound {
		return nil, models.Errorf(models.NotFound, "the policy version %s is not at hand", version)
	}
	return []byte(v.Text), err
}
