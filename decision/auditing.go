package decision

import (
	"context"
	"fmt"
	"time"

	"remit/models"
)

// auditFor is how long an audit waits for an answer. Unanswered it counts against.
const auditFor = 72 * time.Hour

// uncounted is the limit of a budget that only counts.
const uncounted = 1 << 40

// drawAudit draws whether an autonomous decision is audited, by a rate that rests on what came before it alone, and
// notes rate and flag with it. What it does not act on for want of sureness is no deed of the level's: it is left out.
func (b *batch) drawAudit(d *models.Decision) error {
	if !d.Changes() && d.Confidence < d.Ruling.Cut() {
		return nil
	}
	k, err := b.standing(SliceOf(*d))
	if err != nil {
		return err
	}
	if k.Acting.IsZero() {
		k.Acting = b.now
		k.touched()
	}
	m, acted, audited, err := b.month(k)
	if err != nil {
		return err
	}
	d.AuditRate = AuditRate(m)
	b.spend([]Spend{{Budget: acted, N: 1, Limit: uncounted}})
	if !Drawn(d.ID, b.Salt, d.AuditRate) {
		return nil
	}
	d.AuditState = models.AuditOpen
	b.spend([]Spend{{Budget: audited, N: 1, Limit: uncounted}})
	b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectAudit, b.now.Add(auditFor), b.now))
	b.card(*d)
	return nil
}

// month gives what is known of a slice's audits in this month, and the names of the budgets that count them.
func (b *batch) month(k *kept) (m Month, acted, audited string, err error) {
	now := b.now.In(b.policy.Zone)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, b.policy.Zone)
	counter := func(what string, of time.Time) string { return what + "/" + k.Slice.ID() + "/" + of.Format("2006-01") }
	acted, audited = counter("acted", first), counter("audited", first)
	before := counter("acted", first.AddDate(0, -1, 0))
	if err := b.count(acted, audited, before); err != nil {
		return m, acted, audited, err
	}
	length := first.AddDate(0, 1, 0).Sub(first)
	began := first
	if k.Acting.After(began) {
		began = k.Acting
	}
	// A slice that has just begun is taken to go on as on its first day.
	sofar := float64(b.spent[acted]) * float64(length) / float64(max(now.Sub(began), 24*time.Hour))
	return Month{
		Expected: max(sofar, float64(b.spent[before])), Acted: int(b.spent[acted]), Audited: int(b.spent[audited]),
		Left: float64(first.Add(length).Sub(now)) / float64(length), Share: float64(first.Add(length).Sub(began)) / float64(length), Clean: k.Clean, Needed: k.Needed, Least: b.policy.AuditsOf(k.Slice.Action),
	}, acted, audited, nil
}

// count reads budgets that only count, once a batch.
func (b *batch) count(budgets ...string) error {
	var unread []string
	for _, name := range budgets {
		if _, ok := b.spent[name]; !ok {
			unread = append(unread, name)
		}
	}
	if len(unread) == 0 {
		return nil
	}
	found, err := b.reader.Spent(b.ctx, unread)
	for _, name := range unread {
		b.spent[name] = found[name]
	}
	return err
}

// Audit takes what a person would have done where remit has acted by itself, said without being told what it did:
//   - Conflict: nobody is asked any more;
//   - Denied: the person may not answer this; Invalid: the answer cannot be; NotFound: the decision is not there.
//
// The decision that it gives back tells what remit did. To put that right is another matter: see Undo.
func (e *Engine) Audit(ctx context.Context, id string, by models.Person, a models.Answer) (d models.Decision, err error) {
	err = again(func() error {
		d, err = e.tryAudit(ctx, id, by, a)
		return err
	})
	return d, err
}

func (e *Engine) tryAudit(ctx context.Context, id string, by models.Person, a models.Answer) (models.Decision, error) {
	d, err := e.Ledger.Decision(ctx, id)
	if err != nil {
		return d, err
	}
	a.By, a.At, a.Kind, a.Version = by.Actor(), e.Now(), models.AnswerOverride, d.Version
	if err := a.Check(d.Action); err != nil {
		return d, err
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return d, err
	}
	if err := b.mayAnswer(d, by, a); err != nil {
		return d, e.refuse(ctx, d, a.By, err)
	}
	l, err := b.look(d, a)
	if err != nil {
		return d, err
	}
	l.Audit = true
	from := d.Version
	b.newest[d.Item] = map[models.Action]models.Decision{}
	if err := d.AnswerAudit(a); err != nil {
		return d, err
	}
	v, ok := VerdictOf(d, a, l)
	if !ok {
		return d, models.Errorf(models.Conflict, "There is nothing to say about this.")
	}
	if err := b.judged(&d, v); err != nil {
		return d, err
	}
	b.move(d, from)
	text := fmt.Sprintf("Audited: would have chosen %s, as remit did.", a.Value)
	if a.Value != d.Final {
		text = fmt.Sprintf("Audited: would have chosen %s where remit chose %s.", a.Value, d.Final)
	}
	b.entry(d, models.EntryAudited, a.By, text)
	b.card(d)
	err = e.Ledger.Commit(ctx, b.changes())
	if models.KindOf(err) == models.Conflict {
		err = errRaced // who was first is told when it is looked at again
	}
	return d, err
}

// AuditEnds ends an audit that nobody answered in time: it counts against.
func (e *Engine) AuditEnds(ctx context.Context, effectID string) error {
	eff, d, err := e.pending(ctx, effectID)
	if err != nil || d.ID == "" {
		return err
	}
	if !d.Auditable() {
		return e.done(ctx, eff)
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	from := d.Version
	b.newest[d.Item] = map[models.Action]models.Decision{}
	d.MoveAudit(models.AuditMissed, b.now)
	if err := b.judged(&d, NobodyLooked(d, b.now)); err != nil {
		return err
	}
	b.move(d, from)
	b.out.Sent = []string{eff.ID}
	b.entry(d, models.EntryAudited, models.Remit, "Nobody answered the audit in time; it counts against.")
	b.card(d)
	return retryable(e.Ledger.Commit(ctx, b.changes()))
}
