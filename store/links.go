package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"remit/models"
)

const linkColumns = `slack_id, name, state, person_id, "by", asked_at, settled_at`

// AskLink keeps a Slack user's wish to be known, and gives the one that is kept. One that was asked or linked before stays as
// it is; one that was refused can be asked again.
func (s *Store) AskLink(ctx context.Context, l models.Link) (models.Link, error) {
	l.State, l.AskedAt = models.LinkAsked, plainTime(l.AskedAt)
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		_, err := t.exec(ctx, `INSERT INTO links (`+linkColumns+`) VALUES (?, ?, ?, '', '', ?, ?)
			ON CONFLICT (slack_id) DO UPDATE SET name = excluded.name, state = excluded.state, "by" = '', asked_at = excluded.asked_at
			WHERE links.state = 'refused'`, l.SlackID, models.CleanText(l.Name), string(l.State), l.AskedAt, plainTime(l.SettledAt))
		return err
	})
	if err != nil {
		return l, fmt.Errorf("keep a wish to be known: %w", err)
	}
	return s.Link(ctx, l.SlackID)
}

// SettleLink keeps what an admin said to a link that was still asked; otherwise, and where the person is somebody else's in
// Slack already, it is a Conflict.
func (s *Store) SettleLink(ctx context.Context, l models.Link) error {
	err := s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		n, err := t.exec(ctx, `UPDATE links SET state = ?, person_id = ?, "by" = ?, settled_at = ? WHERE slack_id = ? AND state = 'asked'`,
			string(l.State), l.PersonID, l.By, plainTime(l.SettledAt), l.SlackID)
		if err == nil && n != 1 {
			return conflict("This was settled already.")
		}
		return err
	})
	if models.KindOf(err) == models.Conflict {
		return models.Errorf(models.Conflict, "This was settled already, or that person is somebody else in Slack.")
	}
	return err
}

// Link gives the link of a Slack user, or NotFound.
func (s *Store) Link(ctx context.Context, slackID string) (models.Link, error) {
	var found []models.Link
	err := s.linkRows(ctx).Where("slack_id = ?", slackID).Scan(&found).Error
	if err == nil && len(found) == 0 {
		return models.Link{}, models.Errorf(models.NotFound, "nobody asked to be known as %q", slackID)
	}
	if err != nil {
		return models.Link{}, classify(err)
	}
	return found[0], nil
}

// Links gives every link, the latest asked first.
func (s *Store) Links(ctx context.Context) ([]models.Link, error) {
	var found []models.Link
	err := s.linkRows(ctx).Order("asked_at DESC, slack_id").Scan(&found).Error
	return found, classify(err)
}

func (s *Store) linkRows(ctx context.Context) *gorm.DB {
	return s.db.WithContext(ctx).Table("links").Select(linkColumns)
}
