package decision

import (
	"context"
	"fmt"
	"time"

	"remit/models"
)

// Take notes that a person sees to a decision: nobody is reminded of it any more, and its clock runs on. Whoever may not
// answer it may not take it either: the error is Denied, and noted in the timeline. A Conflict says where it stands.
func (e *Engine) Take(ctx context.Context, id string, by models.Person) (models.Decision, error) {
	return e.keep(ctx, id, by, func(d *models.Decision, now time.Time) (string, error) {
		return "I have it.", d.Take(by.Actor(), now)
	})
}

// Snooze puts the reminders of a decision off until a time; its clock runs on. The errors are those of Take, and Invalid for
// a time that is not before it ends.
func (e *Engine) Snooze(ctx context.Context, id string, by models.Person, until time.Time) (models.Decision, error) {
	return e.keep(ctx, id, by, func(d *models.Decision, now time.Time) (string, error) {
		return "Put off until " + until.In(e.Policy().Zone).Format("2 Jan 15:04") + ".", d.Snooze(until, now)
	})
}

// HandOver has another person see to a decision, who must be among those who may answer it. The errors are those of Take.
func (e *Engine) HandOver(ctx context.Context, id string, by, to models.Person) (models.Decision, error) {
	return e.keep(ctx, id, by, func(d *models.Decision, now time.Time) (string, error) {
		if !to.Has(models.RoleApprover) || !d.Ruling.Approval.Names(to) {
			return "", models.FieldErrorf("to", "%s is not among those who may answer this.", to.Actor().Display())
		}
		return fmt.Sprintf("Handed over to %s.", to.Actor().Display()), d.Take(to.Actor(), now)
	})
}

func (e *Engine) keep(ctx context.Context, id string, by models.Person, deed func(*models.Decision, time.Time) (string, error)) (models.Decision, error) {
	d, err := e.Ledger.Decision(ctx, id)
	if err != nil {
		return d, err
	}
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return d, err
	}
	if err := b.mayAnswer(d, by, models.Answer{Kind: models.AnswerApprove}); err != nil {
		return d, e.refuse(ctx, d, by.Actor(), err)
	}
	from := d.Version
	said, err := deed(&d, b.now)
	if err != nil {
		return d, err
	}
	b.newest[d.Item] = map[models.Action]models.Decision{}
	b.move(d, from)
	b.entry(d, models.EntryKept, by.Actor(), said)
	b.card(d)
	if d.Remindable(d.QuietUntil) && d.QuietUntil.After(b.now) {
		b.out.Effects = append(b.out.Effects, models.NewEffect(d, models.EffectRemind, d.QuietUntil, b.now))
	}
	return d, e.commit(ctx, b, d)
}

// Reminding tells people of a decision that they are asked about: once more, or because it has come to them.
type Reminding interface {
	Remind(ctx context.Context, d models.Decision) error
	Turn(ctx context.Context, d models.Decision) error
}

// Remind carries out an effect of the kinds remind and turn: it has people told of a decision that waits for them. There is
// nothing to do for one that was answered, has moved on, or that somebody has said to see to. That they are told is noted
// before it goes out, so that it goes out once.
func (e *Engine) Remind(ctx context.Context, effectID string, people Reminding) error {
	eff, d, err := e.pending(ctx, effectID)
	if err != nil || d.ID == "" {
		return err
	}
	now := e.Now()
	if d.Version != eff.Version || !d.Remindable(now) {
		return e.done(ctx, eff)
	}
	tell, text := people.Remind, "It still waits: whoever is asked was reminded."
	if eff.Kind == models.EffectTurn {
		tell, text = people.Turn, "Whoever is next was told that it is asked of them."
	}
	if eff.State == models.EffectQueued {
		leaving := Changes{At: now, Leaving: []string{eff.ID}, Entries: []models.Entry{models.EntryOf(d, models.EntryKept, models.Remit, now, text)}}
		if err := e.Ledger.Commit(ctx, leaving); err != nil {
			return retryable(err)
		}
	}
	if err := tell(ctx, d); err != nil {
		return err
	}
	return e.done(ctx, eff)
}

// halfway gives the middle of what is left of an ask: of its working hours, where it has any, so that nobody is reminded at
// night.
func (p *Policy) halfway(now, end time.Time) time.Time {
	if work := p.Calendar.Worked(now.In(p.Zone), end.In(p.Zone)); work > 0 {
		return p.Due(now, work/2, true)
	}
	return now.Add(end.Sub(now) / 2)
}

// reminded adds a reminder halfway to the end of each ask among the effects.
func (p *Policy) reminded(effects []models.Effect, now time.Time) []models.Effect {
	all := effects
	for _, eff := range effects {
		if eff.Kind != models.EffectExpire {
			continue
		}
		r := eff
		r.Kind, r.RunAt = models.EffectRemind, p.halfway(now, eff.RunAt)
		r.ID = models.NewID("eff", r.Ref, string(r.Kind), fmt.Sprint(r.Version))
		all = append(all, r)
	}
	return all
}
