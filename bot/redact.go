package bot

import (
	"context"
	"slices"
	"strings"

	"remit/models"
	"remit/triage"
)

// Where the policy says so, what is told of tickets in Slack, by mail and by pager holds no personal data: not what customers
// wrote, nor what was made of it. It is taken out of what the bot reads, so that nothing that is drawn can forget to. The
// console's own cards are drawn of what the console reads, and show all of it.

// plainer reads cases without personal data while on says so.
type plainer struct {
	Cases
	on func() bool
}

// Case implements Cases.
func (p plainer) Case(ctx context.Context, item string) (models.Case, error) {
	c, err := p.Cases.Case(ctx, item)
	if err != nil || !p.on() {
		return c, err
	}
	return redactCase(c), nil
}

// Decision implements Cases.
func (p plainer) Decision(ctx context.Context, id string) (models.Decision, error) {
	d, err := p.Cases.Decision(ctx, id)
	if err != nil || !p.on() {
		return d, err
	}
	return redactDecision(d), nil
}

// plainerLog is plainer for a Log.
type plainerLog struct {
	whole Log
	on    func() bool
}

// Log implements Log.
func (p plainerLog) Log(ctx context.Context, q models.LogQuery) ([]models.Decision, error) {
	ds, err := p.whole.Log(ctx, q)
	if err != nil || !p.on() {
		return ds, err
	}
	return redactDecisions(ds), nil
}

// Newest implements Log.
func (p plainerLog) Newest(ctx context.Context, items []string) ([]models.Decision, error) {
	ds, err := p.whole.Newest(ctx, items)
	if err != nil || !p.on() {
		return ds, err
	}
	return redactDecisions(ds), nil
}

// Asks implements Log.
func (p plainerLog) Asks(ctx context.Context, limit int, keep func(models.Decision) bool, states ...models.State) ([]models.Decision, bool, error) {
	ds, more, err := p.whole.Asks(ctx, limit, keep, states...)
	if err != nil || !p.on() {
		return ds, more, err
	}
	return redactDecisions(ds), more, nil
}

// redacting has everything that the bot reads of tickets come without personal data while redact says so; always where it
// is nil. The cases as they are remain in b.whole.
func (b *Bot) redacting(redact func() bool) {
	if redact == nil {
		redact = func() bool { return true }
	}
	b.Redact, b.whole = redact, b.Cases
	if b.Cases != nil {
		b.Cases = plainer{b.Cases, redact}
	}
	if b.Log != nil {
		b.Log = plainerLog{b.Log, redact}
	}
}

// redactText takes personal data out of a text, as it will be seen: what is invisible in it must not hide a number.
func redactText(s string) string { return triage.Redact(clean(s)) }

// redactLine is redactText for what is shown on one line, on which a number that was broken is whole again.
func redactLine(s string) string { return triage.Redact(strings.Join(strings.Fields(clean(s)), " ")) }

func redactCase(c models.Case) models.Case {
	if c.Domain == models.Triage {
		c.Title, c.Facts = redactLine(c.Title), redactFacts(c.Facts)
	}
	c.Decisions = redactDecisions(c.Decisions)
	return c
}

func redactFacts(f models.Facts) models.Facts {
	if f.Ticket != nil {
		t := *f.Ticket
		t.Subject, t.Text, t.Thread = redactLine(t.Subject), redactText(t.Text), slices.Clone(t.Thread)
		for i := range t.Thread {
			t.Thread[i].Text = redactText(t.Thread[i].Text)
		}
		f.Ticket = &t
	}
	if f.Incident != nil {
		in := *f.Incident
		in.Title = redactLine(in.Title)
		f.Incident = &in
	}
	if f.Account != nil {
		a := *f.Account
		a.Name = redactLine(a.Name)
		f.Account = &a
	}
	return f
}

func redactDecisions(ds []models.Decision) []models.Decision {
	ds = slices.Clone(ds)
	for i := range ds {
		ds[i] = redactDecision(ds[i])
	}
	return ds
}

// redactDecision takes personal data out of everything about a decision that is prose. Priorities, queues and tags are the
// company's own words, and what people choose among: they stay as they are.
func redactDecision(d models.Decision) models.Decision {
	if d.Domain != models.Triage {
		return d
	}
	d.Title, d.Note = redactLine(d.Title), redactLine(d.Note)
	d.Reasons = slices.Clone(d.Reasons)
	for i := range d.Reasons {
		d.Reasons[i].Text = redactLine(d.Reasons[i].Text)
	}
	d.Ruling.Why = slices.Clone(d.Ruling.Why)
	for i := range d.Ruling.Why {
		d.Ruling.Why[i] = redactLine(d.Ruling.Why[i])
	}
	d.Answers = slices.Clone(d.Answers)
	for i := range d.Answers {
		d.Answers[i] = redactAnswer(d.Action, d.Answers[i])
	}
	d.Audited = redactAnswer(d.Action, d.Audited)
	if d.Action == models.ActionReply {
		d.Value, d.Before, d.Final = redactText(d.Value), redactText(d.Before), redactText(d.Final)
	}
	return d
}

func redactAnswer(a models.Action, said models.Answer) models.Answer {
	said.Note = redactLine(said.Note)
	if a == models.ActionReply {
		said.Value = redactText(said.Value)
	}
	return said
}

// hiddenMoved tells somebody who edits a draft in Slack that what is hidden there cannot be told apart any more.
const hiddenMoved = "What is hidden here, such as [e-mail], can stay where it is, or all of it can go. To change it, edit the draft in remit."

// restored gives a draft as somebody edited it in Slack, with what was hidden from them put back; the whole draft where they
// changed nothing. ok is false where some of what was hidden is gone, or more is there than was hidden.
func restored(whole, edited string) (text string, ok bool) {
	shown := clean(whole)
	if normal(models.ActionReply, redactText(shown)) == edited {
		return normal(models.ActionReply, whole), true
	}
	pieces := triage.Personal(shown)
	if len(pieces) == 0 {
		return edited, true
	}
	var b strings.Builder
	rest := edited
	for _, p := range pieces {
		before, after, found := strings.Cut(rest, p.Word)
		if !found {
			return edited, !hides(edited, pieces)
		}
		b.WriteString(before)
		b.WriteString(p.Text)
		rest = after
	}
	return b.String() + rest, !hides(rest, pieces)
}

// hides reports a text with a word that stands for one of the pieces.
func hides(text string, pieces []triage.Piece) bool {
	return slices.ContainsFunc(pieces, func(p triage.Piece) bool { return strings.Contains(text, p.Word) })
}
