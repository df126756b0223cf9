package decision

import (
	"context"

	"remit/models"
)

// maxRemark bounds what a person may add to a timeline, in runes.
const maxRemark = 1000

// Remark puts what a person says about a decision into its timeline. It changes nothing else. The error is Invalid for
// an empty text and NotFound for a decision that is not there.
func (e *Engine) Remark(ctx context.Context, id string, by models.Person, text string) error {
	if text == "" {
		return models.FieldErrorf("text", "say what is wrong")
	}
	d, err := e.Ledger.Decision(ctx, id)
	if err != nil {
		return err
	}
	if r := []rune(text); len(r) > maxRemark {
		text = string(r[:maxRemark])
	}
	now := e.Now()
	return e.Ledger.Commit(ctx, Changes{At: now, Entries: []models.Entry{models.EntryOf(d, models.EntryRemarked, by.Actor(), now, text)}})
}
