package decision

import (
	"context"
	"fmt"
	"strings"
	"time"

	"remit/models"
)

// UndoQuery says what remit did by itself that is to be taken back. Empty fields ask for all.
type UndoQuery struct {
	Since   time.Time // decided since, or carried out since at the end of a window
	Domain  models.Domain
	Action  models.Action
	Segment string
	Policy  string // the version that let it act
	// Seen is the Sum of the report that somebody looked at before agreeing to it: what there is to take back must still be
	// that. Empty takes back whatever there is.
	Seen string
}

// UndoLine is one decision of a bulk undo.
type UndoLine struct {
	ID     string        `json:"id"`
	Action models.Action `json:"action"`
	Item   string        `json:"item"`
	Title  string        `json:"title"`
	From   string        `json:"from"` // what it was set to
	To     string        `json:"to"`   // what it goes back to
	At     time.Time     `json:"at"`   // when it was done
	Why    string        `json:"why"`  // why it is left as it is; empty where it is taken back
}

// UndoReport says what a bulk undo does, or would do.
type UndoReport struct {
	Dry     bool       `json:"dry"`     // nothing was changed
	Undone  []UndoLine `json:"undone"`  // newest first
	Skipped []UndoLine `json:"skipped"` // with why
	Sum     string     `json:"sum"`     // of what there is to take back, see UndoQuery.Seen
}

// UndoAll takes back what remit did by itself and people have not touched since, newest first, each as Undo would: it
// checks again and settles by compare-and-set, so that what somebody touches meanwhile is skipped and not overrun. Dry
// changes nothing. Who may undo a single one may undo it here; the error is Denied for a person who may undo none, Invalid
// without a reason, and Conflict where there is something else to undo than was seen. The report is of what was done also
// when an error ends it.
func (e *Engine) UndoAll(ctx context.Context, q UndoQuery, by models.Person, why string, dry bool) (UndoReport, error) {
	report := UndoReport{Dry: dry}
	switch why = strings.TrimSpace(why); {
	case !by.Has(models.RoleApprover):
		return report, models.Errorf(models.Denied, "You may undo nothing: ask an approver or a manager.")
	case q.Since.IsZero():
		return report, models.FieldErrorf("since", "say since when")
	case why == "" && !dry:
		return report, models.FieldErrorf("reason", "say why")
	}
	plan, err := e.planUndo(ctx, q, by)
	if err != nil {
		return report, err
	}
	plan.Dry = dry
	if dry {
		return plan, nil
	}
	if q.Seen != "" && q.Seen != plan.Sum {
		return report, models.Errorf(models.Conflict, "What there is to undo has changed since it was shown. Look again before you agree.")
	}
	return e.carryUndo(ctx, plan, q, by, why)
}

// planUndo says of everything that the query finds what would become of it.
func (e *Engine) planUndo(ctx context.Context, q UndoQuery, by models.Person) (UndoReport, error) {
	var plan UndoReport
	ds, err := e.Ledger.Acted(ctx, q)
	if err != nil {
		return plan, err
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return plan, err
	}
	found := []string{}
	for _, d := range ds {
		if !d.Changes() {
			continue // there is nothing to take back
		}
		line := undoLine(d)
		switch err := b.undoable(d, by); models.KindOf(err) {
		case "":
			found = append(found, d.ID)
			plan.Undone = append(plan.Undone, line)
		case models.Conflict, models.Denied:
			line.Why = models.SentenceOf(err)
			plan.Skipped = append(plan.Skipped, line)
		default:
			return plan, err
		}
	}
	plan.Sum = models.NewID("und", found...)
	return plan, nil
}

func undoLine(d models.Decision) UndoLine {
	at := d.CreatedAt
	if !d.ActAt.IsZero() {
		at = d.ActAt
	}
	return UndoLine{ID: d.ID, Action: d.Action, Item: d.Item, Title: d.Title, From: d.Final, To: d.Before, At: at}
}

// undoable says, as Conflict or Denied, why a decision would be left as it is in a bulk undo.
func (b *batch) undoable(d models.Decision, by models.Person) error {
	switch {
	case d.State == models.Waiting:
		return models.Errorf(models.Conflict, "It waits until %s: pause %s to recall it.", d.ActAt.In(b.policy.Zone).Format("15:04 on 2 Jan"), d.Domain)
	case d.State == models.Applying:
		return models.Errorf(models.Conflict, "It is on its way: pause %s to recall it, or undo again once it is out.", d.Domain)
	case d.AuditState == models.AuditAnswered && d.Choice(d.Audited) == d.Final:
		return models.Errorf(models.Conflict, "%s has looked at it since and chose the same.", d.Audited.By.Display())
	}
	if err := b.mayUndo(d, by); err != nil {
		return err
	}
	return b.untouched(d)
}

// carryUndo takes back what was planned, one by one, and notes the whole in the ledger.
func (e *Engine) carryUndo(ctx context.Context, plan UndoReport, q UndoQuery, by models.Person, why string) (UndoReport, error) {
	report := UndoReport{Skipped: plan.Skipped, Sum: plan.Sum}
	for _, line := range plan.Undone {
		_, err := e.Undo(ctx, line.ID, by, why)
		switch models.KindOf(err) {
		case "":
			report.Undone = append(report.Undone, line)
		case models.Conflict, models.Denied:
			line.Why = models.SentenceOf(err)
			report.Skipped = append(report.Skipped, line)
		default:
			return report, fmt.Errorf("undo %s, after %d others: %w", line.ID, len(report.Undone), err)
		}
	}
	now := e.Now()
	return report, e.Ledger.Commit(ctx, Changes{At: now, Entries: []models.Entry{{
		Kind: models.EntryUndone, By: by.Actor(), At: now,
		Text: fmt.Sprintf("Undone in bulk: %d, with %d left as they are (%s): %s", len(report.Undone), len(report.Skipped), q, why),
	}}})
}

// String says what the query asks for.
func (q UndoQuery) String() string {
	s := "since " + q.Since.Format("2 Jan 15:04")
	for _, part := range []struct{ name, value string }{
		{"domain", string(q.Domain)}, {"action", string(q.Action)}, {"segment", q.Segment}, {"policy", q.Policy},
	} {
		if part.value != "" {
			s += ", " + part.name + " " + part.value
		}
	}
	return s
}
