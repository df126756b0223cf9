package store

import (
	"context"
	"fmt"
	"reflect"

	"remit/decision"
	"remit/models"
)

// PolicyVersions gives the newest versions of the policy, the newest first.
func (s *Store) PolicyVersions(ctx context.Context, limit int) ([]models.PolicyVersion, error) {
	var vs []models.PolicyVersion
	err := s.db.WithContext(ctx).Order("number DESC").Limit(limit).Find(&vs).Error
	return vs, classify(err)
}

// PolicyVersion gives a version by its number, or NotFound.
func (s *Store) PolicyVersion(ctx context.Context, number int) (v models.PolicyVersion, err error) {
	err = classify(s.db.WithContext(ctx).Where("number = ?", number).Take(&v).Error)
	if models.KindOf(err) == models.NotFound {
		return v, models.Errorf(models.NotFound, "there is no version %d of the policy", number)
	}
	return v, err
}

// PolicyBySum gives the newest version of the text that decisions name by its sum, or NotFound: a ruling of long ago can be
// made again by the policy that made it.
func (s *Store) PolicyBySum(ctx context.Context, sum string) (v models.PolicyVersion, err error) {
	err = classify(s.db.WithContext(ctx).Where("sum = ?", sum).Order("number DESC").Limit(1).Take(&v).Error)
	if models.KindOf(err) == models.NotFound {
		return v, models.Errorf(models.NotFound, "no version of the policy is %s", sum)
	}
	return v, err
}

// OpenPolicies gives the version in force and the one that waits for a second person; the zero version where there is none.
func (s *Store) OpenPolicies(ctx context.Context) (inForce, proposed models.PolicyVersion, err error) {
	var vs []models.PolicyVersion
	err = s.db.WithContext(ctx).Where("state IN ?", []models.PolicyState{models.PolicyInForce, models.PolicyProposed}).Find(&vs).Error
	for _, v := range vs {
		if v.State == models.PolicyInForce {
			inForce = v
		} else {
			proposed = v
		}
	}
	return inForce, proposed, classify(err)
}

// PolicyInForce gives the number of the version in force, 0 where there is none. It is asked every few seconds.
func (s *Store) PolicyInForce(ctx context.Context) (number int, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT coalesce(max(number), 0) FROM policy_versions WHERE state = 'in_force'`).Row().Scan(&number)
	return number, classify(err)
}

// metaPolicyFile is where the sum of the policy file's text is kept, as it was when it was last looked at.
const metaPolicyFile = "policy_file"

// PolicyFileSum gives the sum of the policy file's text as it was last noted, "" where it never was.
func (s *Store) PolicyFileSum(ctx context.Context) (string, error) {
	b, err := s.meta(ctx, metaPolicyFile)
	return string(b), err
}

// CommitPolicies commits what becomes of versions. One that has moved meanwhile, or a number that was taken, is a Conflict.
func (s *Store) CommitPolicies(ctx context.Context, c decision.PolicyChanges) error {
	return s.commit(ctx, decision.Changes{Entries: c.Entries}, func(ctx context.Context, t *txn) error {
		for _, m := range c.Moves {
			if err := t.movePolicy(ctx, m); err != nil {
				return err
			}
		}
		if err := put(ctx, t, t.s.tables.policies, c.New, nil); err != nil {
			return err
		}
		if c.FileSum == "" {
			return nil
		}
		_, err := t.exec(ctx, `INSERT INTO meta ("key", value) VALUES (?, ?) ON CONFLICT ("key") DO UPDATE SET value = excluded.value`,
			metaPolicyFile, []byte(c.FileSum))
		return err
	})
}

func (t *txn) movePolicy(ctx context.Context, m decision.PolicyMove) error {
	tbl := t.s.tables.policies
	args, err := tbl.values(ctx, nil, reflect.ValueOf(&m.Version).Elem())
	if err != nil {
		return err
	}
	res, err := t.sql.ExecContext(ctx, tbl.update(t.s.dialect, "number", "revision"), append(args, m.Version.Number, m.From)...)
	if err != nil {
		return fmt.Errorf("move version %d of the policy: %w", m.Version.Number, classify(err))
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return conflict("Version %d of the policy has changed meanwhile.", m.Version.Number)
	}
	return nil
}
