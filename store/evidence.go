package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"remit/decision"
	"remit/models"
)

// verdictRow is a verdict as it is kept.
type verdictRow struct {
	Seq        int64 `gorm:"primaryKey;autoIncrement"`
	DecisionID string
	Action     models.Action
	Segment    string
	Model      string
	Confidence float64
	Wrong      bool
	Audit      bool
	Unanswered bool
	Unasked    bool
	Rate       float64
	Stopped    bool
	Earns      bool
	Why        string
	By         string
	At         time.Time
}

// TableName names the table to gorm.
func (verdictRow) TableName() string { return "verdicts" }

func rowOfVerdict(v decision.Verdict) verdictRow {
	return verdictRow{
		DecisionID: v.DecisionID, Action: v.Slice.Action, Segment: v.Slice.Segment, Model: v.Slice.Model, Confidence: v.Confidence,
		Wrong: v.Wrong, Audit: v.Audit, Unanswered: v.Unanswered, Unasked: v.Unasked, Rate: v.Rate, Stopped: v.Stopped, Earns: v.Earns,
		Why: v.Why, By: v.By, At: v.At,
	}
}

func (r verdictRow) verdict() decision.Verdict {
	return decision.Verdict{
		DecisionID: r.DecisionID, Slice: decision.Slice{Action: r.Action, Segment: r.Segment, Model: r.Model}, Confidence: r.Confidence,
		Wrong: r.Wrong, Audit: r.Audit, Unanswered: r.Unanswered, Unasked: r.Unasked, Rate: r.Rate, Stopped: r.Stopped, Earns: r.Earns,
		Why: r.Why, By: r.By, At: r.At,
	}
}

// standingRow is a slice's standing as it is kept: what identifies it, and the rest as JSON.
type standingRow struct {
	ID      string `gorm:"primaryKey"`
	Action  models.Action
	Segment string
	Model   string
	Version int
	Body    string
}

// TableName names the table to gorm.
func (standingRow) TableName() string { return "standings" }

func rowOfStanding(st decision.Standing) (standingRow, error) {
	body, err := json.Marshal(st)
	if err != nil {
		return standingRow{}, fmt.Errorf("write the standing of %s: %w", st.Slice.Named(), err)
	}
	return standingRow{
		ID: st.Slice.ID(), Action: st.Slice.Action, Segment: st.Slice.Segment, Model: st.Slice.Model, Version: st.Version, Body: string(body),
	}, nil
}

func (r standingRow) standing() (st decision.Standing, err error) {
	if err := json.Unmarshal([]byte(r.Body), &st); err != nil {
		return st, fmt.Errorf("read the standing of %s: %w", r.Action, err)
	}
	return st, nil
}

// putVerdicts keeps verdicts, and those that were turned in place of what they were. A second one on a decision is a Conflict.
func (t *txn) putVerdicts(ctx context.Context, c decision.Changes) error {
	rows := make([]verdictRow, len(c.Verdicts))
	for i, v := range c.Verdicts {
		rows[i] = rowOfVerdict(v)
	}
	if err := put(ctx, t, t.s.tables.verdicts, rows, nil); err != nil {
		return err
	}
	for _, v := range c.Turned {
		n, err := t.exec(ctx, `UPDATE verdicts SET wrong = ?, earns = ?, why = ?, "by" = ? WHERE decision_id = ?`, v.Wrong, v.Earns, v.Why, v.By, v.DecisionID)
		if err != nil {
			return fmt.Errorf("turn a verdict: %w", err)
		}
		if n != 1 {
			return conflict("There is no verdict on this any more.")
		}
	}
	return nil
}

// putStandings replaces standings that still have the version they were read at, and inserts new ones.
func (t *txn) putStandings(ctx context.Context, c decision.Changes) error {
	for _, m := range c.Standings {
		row, err := rowOfStanding(m.Standing)
		if err != nil {
			return err
		}
		if m.From == 0 {
			if err := put(ctx, t, t.s.tables.standings, []standingRow{row}, nil); err != nil {
				return err
			}
			continue
		}
		n, err := t.exec(ctx, `UPDATE standings SET version = ?, body = ? WHERE id = ? AND version = ?`, row.Version, row.Body, row.ID, m.From)
		if err != nil {
			return fmt.Errorf("write the standing of %s: %w", m.Standing.Slice.Named(), err)
		}
		if n != 1 {
			return conflict("The evidence has changed meanwhile.")
		}
	}
	return nil
}

func (t *txn) putGrants(ctx context.Context, c decision.Changes) error {
	return put(ctx, t, t.s.tables.grants, c.Grants, nil)
}

// StandingsOf gives what is kept of those of the slices of which anything is.
func (r reader) StandingsOf(ctx context.Context, of []decision.Slice) (map[decision.Slice]decision.Standing, error) {
	ids := make([]string, len(of))
	for i, s := range of {
		ids[i] = s.ID()
	}
	var rows []standingRow
	if err := r.db.WithContext(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	found := make(map[decision.Slice]decision.Standing, len(rows))
	for _, row := range rows {
		st, err := row.standing()
		if err != nil {
			return nil, err
		}
		found[st.Slice] = st
	}
	return found, nil
}

// Standings gives what is kept of every slice, in the order of action, segment and model.
func (r reader) Standings(ctx context.Context) ([]decision.Standing, error) {
	var rows []standingRow
	if err := r.db.WithContext(ctx).Order(`"action", segment, model`).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	out := make([]decision.Standing, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.standing(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Grants gives the grants whose last day is not before the day, oldest first.
func (r reader) Grants(ctx context.Context, day models.Day) ([]models.Grant, error) {
	var gs []models.Grant
	err := r.db.WithContext(ctx).Where("until >= ?", day).Order(`"at", id`).Find(&gs).Error
	return gs, classify(err)
}

// LastVerdict gives when the person last gave a verdict; the zero time where they never did.
func (r reader) LastVerdict(ctx context.Context, person string) (time.Time, error) {
	var rows []verdictRow
	err := r.db.WithContext(ctx).Where(`"by" = ?`, person).Order(`"at" DESC`).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return time.Time{}, classify(err)
	}
	return rows[0].At, nil
}

// Verdicts gives all verdicts since, oldest first.
func (r reader) Verdicts(ctx context.Context, since time.Time) ([]decision.Verdict, error) {
	var rows []verdictRow
	err := r.db.WithContext(ctx).Where(`"at" >= ?`, plainTime(since)).Order("seq").Find(&rows).Error
	return verdictsOf(rows), classify(err)
}

// VerdictsOf gives a slice's verdicts since, oldest first.
func (r reader) VerdictsOf(ctx context.Context, of decision.Slice, since time.Time) ([]decision.Verdict, error) {
	var rows []verdictRow
	err := r.db.WithContext(ctx).Where(`"action" = ? AND segment = ? AND model = ? AND "at" >= ?`, of.Action, of.Segment, of.Model, plainTime(since)).
		Order("seq").Find(&rows).Error
	return verdictsOf(rows), classify(err)
}

// VerdictOn gives the verdict on a decision, or NotFound.
func (r reader) VerdictOn(ctx context.Context, decisionID string) (decision.Verdict, error) {
	var row verdictRow
	err := r.db.WithContext(ctx).Where("decision_id = ?", decisionID).Take(&row).Error
	return row.verdict(), classify(err)
}

func verdictsOf(rows []verdictRow) []decision.Verdict {
	out := make([]decision.Verdict, len(rows))
	for i, row := range rows {
		out[i] = row.verdict()
	}
	return out
}

// sinceSeq is the number of the first decision made since a time; it is read from the index of the log.
const sinceSeq = `(SELECT seq FROM decisions WHERE created_at >= ? ORDER BY created_at, seq LIMIT 1)`

// Volume counts a slice's decisions since, and those of them that were at least so sure, acted alone, or got a verdict.
func (r reader) Volume(ctx context.Context, of decision.Slice, sure float64, since time.Time) (decision.Volume, error) {
	var v decision.Volume
	err := r.db.WithContext(ctx).Raw(`SELECT count(*) AS decisions,
			coalesce(sum(CASE WHEN confidence >= ? THEN 1 ELSE 0 END), 0) AS sure,
			coalesce(sum(CASE WHEN autonomous THEN 1 ELSE 0 END), 0) AS acted,
			coalesce(sum(CASE WHEN judged THEN 1 ELSE 0 END), 0) AS judged
		FROM decisions WHERE "action" = ? AND segment = ? AND model = ? AND seq >= `+sinceSeq,
		sure, of.Action, of.Segment, of.Model, plainTime(since)).Scan(&v).Error
	return v, classify(err)
}

// Scores gives what a slice's decisions were scored by, in their order, from the one after the number on, and the number of
// the last.
func (r reader) Scores(ctx context.Context, of decision.Slice, after int64, limit int) (scores []decision.Scores, last int64, err error) {
	var rows []struct {
		Seq int64
		decision.Scores
	}
	err = r.db.WithContext(ctx).Table("decisions").Select("seq, confidence, length(title) AS length, coalesce(length(reasons), 0) AS said").
		Where(`"action" = ? AND segment = ? AND model = ? AND seq > ?`, of.Action, of.Segment, of.Model, after).
		Order("seq").Limit(limit).Find(&rows).Error
	last = after
	for _, row := range rows {
		scores, last = append(scores, row.Scores), row.Seq
	}
	return scores, last, classify(err)
}

// Slices gives the slices that decisions were made in since, in order, but for decisions about remit itself and
// those that only tell people of a cash pool.
func (r reader) Slices(ctx context.Context, since time.Time) ([]decision.Slice, error) {
	var out []decision.Slice
	err := r.db.WithContext(ctx).Raw(`SELECT DISTINCT "action", segment, model FROM decisions WHERE seq >= `+sinceSeq+
		` AND domain <> ? AND "action" <> ? ORDER BY "action", segment, model`, plainTime(since), models.Self, models.ActionCash).Scan(&out).Error
	return out, classify(err)
}

// Overridden gives, for the autonomous decisions of all slices in their order after the number on and made before a time,
// whether people overrode them unasked, and the number of the last.
func (r reader) Overridden(ctx context.Context, after int64, before time.Time, limit int) (overridden []bool, last int64, err error) {
	var rows []struct {
		Seq        int64
		Overridden bool
	}
	err = r.db.WithContext(ctx).Raw(`SELECT d.seq AS seq, coalesce(v.unasked AND v.wrong, false) AS overridden
		FROM decisions d LEFT JOIN verdicts v ON v.decision_id = d.id
		WHERE d.seq > ? AND d.autonomous AND d.created_at < ? AND d.domain <> ? ORDER BY d.seq LIMIT ?`,
		after, plainTime(before), models.Self, limit).Scan(&rows).Error
	last = after
	for _, row := range rows {
		overridden, last = append(overridden, row.Overridden), row.Seq
	}
	return overridden, last, classify(err)
}

// Acts gives the newest of what a slice did by itself since, oldest first. What it did not act on for want of sureness is not
// among it: no audit was drawn for that.
func (r reader) Acts(ctx context.Context, of decision.Slice, since time.Time, limit int) ([]decision.Act, error) {
	var acts []decision.Act
	err := r.db.WithContext(ctx).Raw(`SELECT d.id AS id, coalesce(v.unasked AND v.wrong, false) AS overridden
		FROM decisions d LEFT JOIN verdicts v ON v.decision_id = d.id
		WHERE d."action" = ? AND d.segment = ? AND d.model = ? AND d.autonomous AND d.audit_rate > 0 AND d.created_at >= ? ORDER BY d.seq DESC LIMIT ?`,
		of.Action, of.Segment, of.Model, plainTime(since), limit).Scan(&acts).Error
	slices.Reverse(acts)
	return acts, classify(err)
}

// figureCases bounds how many cases a goal's figure is taken from, the newest.
const figureCases = 20_000

// Figure gives a goal's figure for an action in a segment between two times, lower being better, and how many cases it is
// of: minutes until the first decision, touches or late fees a hundred, discounts missed of a hundred offered.
func (r reader) Figure(ctx context.Context, goal string, a models.Action, segment string, from, to time.Time) (float64, int, error) {
	switch goal {
	case decision.GoalFirstDecision:
		return r.firstDecision(ctx, a, segment, from, to)
	case decision.GoalLateFees:
		return r.payments(ctx, `CASE WHEN paid_on > due_on AND late_fee_minor > 0 THEN 1 ELSE 0 END`, `due_on <> ''`, from, to)
	case decision.GoalDiscounts:
		return r.payments(ctx, `CASE WHEN paid_on > terms_discount_until THEN 1 ELSE 0 END`, `terms_discount_bps > 0`, from, to)
	}
	return r.touches(ctx, a, segment, from, to)
}

// firstDecision gives the minutes within which nine cases in ten were decided, by remit or a person.
func (r reader) firstDecision(ctx context.Context, a models.Action, segment string, from, to time.Time) (float64, int, error) {
	var rows []struct {
		CreatedAt  time.Time
		UpdatedAt  time.Time
		Autonomous bool
		At         *time.Time // of a person's verdict
	}
	err := r.db.WithContext(ctx).Raw(`SELECT d.created_at, d.updated_at, d.autonomous, v."at"
		FROM decisions d LEFT JOIN verdicts v ON v.decision_id = d.id
		WHERE d."action" = ? AND d.segment = ? AND d.created_at >= ? AND d.created_at < ?
		AND (d.autonomous OR v."at" IS NOT NULL OR d.state IN ('applied', 'reverted')) ORDER BY d.seq DESC LIMIT ?`,
		a, segment, plainTime(from), plainTime(to), figureCases).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, 0, classify(err)
	}
	took := make([]float64, len(rows))
	for i, row := range rows {
		decided := row.UpdatedAt
		switch {
		case row.Autonomous:
			decided = row.CreatedAt
		case row.At != nil:
			decided = *row.At
		}
		took[i] = max(decided.Sub(row.CreatedAt).Minutes(), 0)
	}
	slices.Sort(took)
	return took[len(took)*9/10], len(took), nil
}

// touches gives how many of a hundred cases a person had to look at or put right.
func (r reader) touches(ctx context.Context, a models.Action, segment string, from, to time.Time) (float64, int, error) {
	var row struct{ N, Touched int }
	err := r.db.WithContext(ctx).Raw(`SELECT count(*) AS n, coalesce(sum(CASE WHEN NOT d.autonomous OR coalesce(v.unasked AND v.wrong, false) THEN 1 ELSE 0 END), 0) AS touched
		FROM decisions d LEFT JOIN verdicts v ON v.decision_id = d.id
		WHERE d."action" = ? AND d.segment = ? AND d.created_at >= ? AND d.created_at < ?`, a, segment, plainTime(from), plainTime(to)).Scan(&row).Error
	return perHundred(row.Touched, row.N), row.N, classify(err)
}

// payments gives of how many of a hundred payments made between two times something holds.
func (r reader) payments(ctx context.Context, holds, of string, from, to time.Time) (float64, int, error) {
	var row struct{ N, Held int }
	err := r.db.WithContext(ctx).Raw(`SELECT count(*) AS n, coalesce(sum(`+holds+`), 0) AS held FROM payables WHERE paid_on >= ? AND paid_on < ? AND `+of,
		models.DayOf(from), models.DayOf(to)).Scan(&row).Error
	return perHundred(row.Held, row.N), row.N, classify(err)
}

func perHundred(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return 100 * float64(k) / float64(n)
}
