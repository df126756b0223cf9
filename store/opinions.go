package store

import (
	"context"
	"fmt"
	"time"

	"remit/decision"
	"remit/models"
)

// PutSecond keeps what another judge said of a decision; what it said first stays.
func (s *Store) PutSecond(ctx context.Context, o models.Second) error {
	return s.inTxn(ctx, func(ctx context.Context, t *txn) error {
		return t.putOpinions(ctx, decision.Changes{Opinions: []models.Second{o}})
	})
}

func (t *txn) putOpinions(ctx context.Context, c decision.Changes) error {
	for _, o := range c.Opinions {
		if _, err := t.exec(ctx, `INSERT INTO second_opinions (decision_id, model, "action", own, other, confidence, error, "at") VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, o.DecisionID, o.Model, o.Action, o.Own, models.CleanText(o.Other), o.Confidence, models.CleanText(o.Error), plainTime(o.At)); err != nil {
			return fmt.Errorf("keep what another judge said: %w", err)
		}
	}
	return nil
}

// Besides gives, newest first, decisions on an action on which another judge had an opinion too and of which people's verdict
// counts. What the decision did not propose was right where a person settled on it; that an audit or a later correction did
// so is not known here and counts against it.
func (r reader) Besides(ctx context.Context, a models.Action, model string, limit int) ([]decision.Besides, error) {
	var rows []struct {
		Own, Other, Value, Final string
		Confidence               float64
		Wrong                    bool
	}
	err := r.db.WithContext(ctx).Raw(`SELECT o.own, o.other, o.confidence, d.value, d.final, v.wrong FROM second_opinions o
		JOIN decisions d ON d.id = o.decision_id JOIN verdicts v ON v.decision_id = d.id
		WHERE o.model = ? AND o."action" = ? AND o.other <> '' AND v.earns AND NOT v.unanswered ORDER BY d.seq DESC LIMIT ?`, model, a, limit).Scan(&rows).Error
	out := make([]decision.Besides, len(rows))
	for i, row := range rows {
		right := func(value string) bool {
			if value == row.Value {
				return !row.Wrong
			}
			return row.Wrong && value == row.Final
		}
		out[i] = decision.Besides{Stated: row.Confidence, Alone: row.Own == "", Same: row.Own == row.Other, OwnRight: right(row.Own), OtherRight: right(row.Other)}
	}
	return out, classify(err)
}

// Opinions gives what other judges said of a decision, oldest first.
func (r reader) Opinions(ctx context.Context, decisionID string) ([]models.Second, error) {
	var os []models.Second
	err := r.db.WithContext(ctx).Where("decision_id = ?", decisionID).Order("at, model").Find(&os).Error
	return os, classify(err)
}

// Unasked gives decisions about an action made since that the judge has not been asked about, the oldest first.
func (s *Store) Unasked(ctx context.Context, model string, a models.Action, since time.Time, limit int) ([]models.Decision, error) {
	var ds []models.Decision
	err := s.db.WithContext(ctx).Where(`"action" = ? AND created_at >= ? AND NOT EXISTS
		(SELECT 1 FROM second_opinions o WHERE o.decision_id = decisions.id AND o.model = ?)`, a, plainTime(since), model).
		Order("created_at, seq").Limit(limit).Find(&ds).Error
	return ds, classify(err)
}

// Seconds gives what a judge said since, the oldest first.
func (s *Store) Seconds(ctx context.Context, model string, since time.Time) ([]models.Second, error) {
	var os []models.Second
	err := s.db.WithContext(ctx).Where("model = ? AND at >= ?", model, plainTime(since)).Order("at, decision_id").Find(&os).Error
	return os, classify(err)
}
