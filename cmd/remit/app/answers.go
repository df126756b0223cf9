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
	mostAnswers   = 20_000
	draftsSince   = 180 * 24 * time.Hour
	mostRewritten = 0.3 // of a draft may be rewritten for it to have been sent
)

// answersEvery is how often they are looked for again.
const answersEvery = 10 * time.Minute

// RefreshAnswers finds anew what was answered before and may be drafted again.
func (a *App) RefreshAnswers(ctx context.Context) error {
	if _, ok := a.Engine.Policy().Delegation(models.ActionReply); !ok {
		return nil
	}
	drafts, err := a.judgedDrafts(ctx)
	if err != nil {
		return err
	}
	var past []triage.Answered
	err = a.Store.EachTicket(ctx, mostAnswers, func(t models.Ticket) {
		if p, ok := answeredBy(t); ok {
			past = append(past, p)
		}
		for _, d := range drafts[t.ID] {
			d.compare(t)
		}
	})
	if err != nil {
		return err
	}
	approvals := approvalsOf(drafts)
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

// judgedDraft is a draft on which there is a verdict.
type judgedDraft struct {
	models.Decision
	sent bool // as it was, or nearly so
}

// judgedDrafts gives, by ticket, the drafts on which people have given a verdict, whether they were asked about the draft or it
// was written unasked, and each taken for sent if the verdict is that it was right.
func (a *App) judgedDrafts(ctx context.Context) (map[string][]*judgedDraft, error) {
	judged, said, err := a.Store.Judged(ctx, models.ActionReply, a.opts.Now().Add(-draftsSince))
	if err != nil {
		return nil, err
	}
	out := map[string][]*judgedDraft{}
	for _, d := range judged {
		if v, ok := said[d.ID]; ok && !v.Unanswered {
			out[d.Item] = append(out[d.Item], &judgedDraft{d, !v.Wrong})
		}
	}
	return out, nil
}

// compare takes the draft for sent if what the ticket's customer was written next is the draft, or nearly: that tells more than
// what somebody said of it before.
func (d *judgedDraft) compare(t models.Ticket) {
	for _, c := range t.Thread {
		switch {
		case !c.Public || !c.At.After(d.CreatedAt):
		case c.Author.IsPerson():
			d.sent = triage.Rewritten(d.Value, c.Text) <= mostRewritten
			return
		case c.Author.Kind == models.ByCustomer:
			return
		}
	}
}

// approvalsOf counts, by where drafts are from, how often people sent them as they were or nearly so.
func approvalsOf(drafts map[string][]*judgedDraft) triage.Approvals {
	out := triage.Approvals{}
	for _, of := range drafts {
		for _, d := range of {
			source := triage.DraftSource(d.Reasons)
			if source == "" {
				continue
			}
			n := out[source]
			n.Drafted++
			if d.sent {
				n.Sent++
			}
			out[source] = n
		}
	}
	return out
}
