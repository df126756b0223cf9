package app

import (
	"context"
	"time"

	"remit/models"
	"remit/triage"
)

// mostAnswers is how many of the newest tickets the answers of the past are looked for in, and draftsSince for how long
// back people's verdicts on drafts count.
const (
	mostAnswers = 20_000
	draftsSince = 180 * 24 * time.Hour
)

// answersEvery is how often they are looked for again.
const answersEvery = 10 * time.Minute

// RefreshAnswers finds anew what was answered before and may be drafted again.
func (a *App) RefreshAnswers(ctx context.Context) error {
	if _, ok := a.Engine.Policy().Delegation(models.ActionReply); !ok {
		return nil
	}
	approvals, err := a.approvals(ctx)
	if err != nil {
		return err
	}
	var past []triage.Answered
	err = a.Store.EachTicket(ctx, mostAnswers, func(t models.Ticket) {
		if p, ok := answeredBy(t); ok {
			past = append(past, p)
		}
	})
	if err != nil {
		return err
	}
	var agreed []string
	for _, m := range a.Engine.Policy().TriageRules().Macros {
		agreed = append(agreed, m.Text)
	}
	a.tickets.use(func(p *parts) { p.answers, p.approvals = triage.NewAnswers(past, agreed, a.opts.Now()), approvals })
	return nil
}

// answeredBy gives a solved ticket's first public answer.
func answeredBy(t models.Ticket) (triage.Answered, bool) {
	if !t.Closed() {
		return triage.Answered{}, false
	}
	for _, c := range t.Thread {
		if c.Public && c.Author.Kind == models.ByPerson {
			customer := t.RequesterID
			if customer == "" {
				customer = t.ID // whoever it was: each ticket counts as another's
			}
			return triage.Answered{Ticket: t.ExternalID, Customer: customer, Question: t.Subject + "\n" + t.Text, Answer: c.Text, At: c.At}, true
		}
	}
	return triage.Answered{}, false
}

// approvals counts, by where drafts are from, on how many there is a verdict, and how many of those were right: the customer was sent
// them as they were or nearly so, and it held.
func (a *App) approvals(ctx context.Context) (triage.Approvals, error) {
	judged, said, err := a.Store.Judged(ctx, models.ActionReply, a.opts.Now().Add(-draftsSince))
	if err != nil {
		return nil, err
	}
	out := triage.Approvals{}
	for _, d := range judged {
		source := triage.DraftSource(d.Reasons)
		v, ok := said[d.ID]
		if !ok || v.Unanswered || source == "" {
			continue
		}
		n := out[source]
		n.Drafted++
		if !v.Wrong {
			n.Sent++
		}
		out[source] = n
	}
	return out, nil
}
