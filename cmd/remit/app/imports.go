package app

import (
	"context"
	"net/http"

	"remit/cmd/remit/files"
	"remit/connector"
	"remit/connector/standard"
	"remit/models"
)

// importBatch is how many rows are stored in one commit.
const importBatch = 500

// Import is what became of a file.
type Import struct {
	Taken   int // new rows, which are decided like whatever arrives
	Known   int // rows that were imported before
	Skipped []files.Skip
	// Unmatched are entries of banks that pay no invoice as things stand. What is in the inbox still may change that.
	Unmatched []files.Skip
}

// Import puts the rows of a file into the inbox as events of a source, "" for one of its own. Rows that were imported before
// are left. progress is told how many rows were seen to.
func (a *App) Import(ctx context.Context, source string, read files.Result, progress func(int)) (Import, error) {
	if source == "" {
		source = Imported
	}
	c, ok := a.sources[source].(splitter)
	if !ok {
		return Import{}, models.FieldErrorf("source", "%q is not a configured source of the standard provider", source)
	}
	out := Import{Skipped: read.Skipped}
	var batch, booked []models.Delivery
	line := map[string]int{} // by delivery
	flush := func() error {
		fresh, err := a.Store.Accept(ctx, batch)
		out.Taken, out.Known = out.Taken+fresh, out.Known+len(batch)-fresh
		progress(len(batch))
		batch = batch[:0]
		return err
	}
	for _, row := range read.Rows {
		ds, err := c.Split(connector.Request{Header: http.Header{"Webhook-Id": {row.Key}}, Body: row.Body, At: a.opts.Now()})
		if err != nil {
			out.Skipped = append(out.Skipped, files.Skip{Line: row.Line, Why: models.SentenceOf(err)})
			progress(1)
			continue
		}
		for _, d := range ds {
			if d.Kind == string(models.TransactionBooked) {
				booked, line[d.ID] = append(booked, d), row.Line
			}
		}
		if batch = append(batch, ds...); len(batch) >= importBatch {
			if err := flush(); err != nil {
				return out, err
			}
		}
	}
	if err := flush(); err != nil || len(booked) == 0 {
		return out, err
	}
	why, err := a.Engine.Unmatched(ctx, booked)
	for _, d := range booked {
		if w, ok := why[d.ID]; ok {
			out.Unmatched = append(out.Unmatched, files.Skip{Line: line[d.ID], Why: w})
		}
	}
	return out, err
}

// splitter takes a body in the words of the standard connector.
type splitter interface {
	Split(connector.Request) ([]models.Delivery, error)
}

var _ splitter = (*standard.Standard)(nil)
