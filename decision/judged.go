package decision

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// What people do unprompted counts for so long after a decision.
const (
	unpromptedFor = 24 * time.Hour
	replyFor      = 7 * 24 * time.Hour
)

// judged keeps a person's verdict on a decision and adds it to its slice's standing, which loses its level at once where
// that speaks against it. A decision that has a verdict gets no other. The caller moves the decision.
func (b *batch) judged(d *models.Decision, v Verdict) error {
	if !d.Judge(b.now) {
		return nil
	}
	if d.AuditState == models.AuditOpen && !v.Audit {
		d.MoveAudit(models.AuditVoid, b.now)
	}
	b.out.Verdicts = append(b.out.Verdicts, v)
	k, err := b.standing(v.Slice)
	if err != nil {
		return err
	}
	if k.Verdicts == 0 { // before the first one; after that the bets stay as they are
		parent, err := b.parent(k.Slice)
		if err != nil {
			return err
		}
		k.Lean(parent)
		if v.At.Before(k.Since) {
			k.Since = v.At // by the provider's clock: it is part of the evidence
		}
	}
	k.Take(v, ForThreshold(d.ID, b.Salt))
	k.touched()
	if v.overrides() {
		if err := b.weighOverrides(k); err != nil {
			return err
		}
	}
	return b.weighAgainst(k)
}

// look gives how a person came to look at a decision, and what counts as an error of it.
func (b *batch) look(d models.Decision, a models.Answer) (Look, error) {
	l := Look{Words: wordsToRead(d), Bulk: a.Bulk, Fault: b.fault(d.Action), Rewritten: b.Rewritten}
	if a.Kind != models.AnswerUpstream { // there nobody was shown what remit would do
		l.ShownAt = a.ShownAt
		if l.ShownAt.Before(d.CreatedAt) {
			l.ShownAt = d.CreatedAt
		}
		var err error
		if l.Previous, err = b.reader.LastVerdict(b.ctx, a.By.ID); err != nil {
			return l, err
		}
	}
	if d.Action != models.ActionSchedule {
		return l, nil
	}
	if err := b.payables.load(b.ctx, []string{d.Item}, b.reader.Payables); err != nil {
		return l, err
	}
	if p := b.payables.get(d.Item); p != nil {
		l.Fee, l.Discount = savedBy(*p, models.Day(d.Value), models.Day(d.Choice(a)))
	}
	return l, nil
}

// fault gives what counts as an error of the action: the policy's word, or the usual.
func (b *batch) fault(a models.Action) Fault { return b.policy.FaultOf(a) }

// FaultOf gives what counts as an error of the action: the policy's word, or the usual.
func (p *Policy) FaultOf(a models.Action) Fault {
	rule, ok := p.ErrorOf(a)
	if !ok {
		return FaultOf(a)
	}
	return func(c Chosen) bool {
		wrong, _ := rule.Holds(c) // what cannot be evaluated counts as an error
		return wrong
	}
}

// savedBy says what paying on the chosen day saves beside the proposed one.
func savedBy(p models.Payable, proposed, chosen models.Day) (fee, discount bool) {
	late := func(d models.Day) bool { return p.DueOn != "" && d > p.DueOn && !p.LateFee.IsZero() }
	taken := func(d models.Day) bool { return !p.Terms.Discount(p.Amount, d).IsZero() }
	return late(proposed) && !late(chosen), !taken(proposed) && taken(chosen)
}

// wordsToRead counts what there is to read before one can agree.
func wordsToRead(d models.Decision) int {
	n := len(strings.Fields(d.Title)) + len(strings.Fields(d.Value))
	for _, r := range d.Reasons {
		n += len(strings.Fields(r.Text))
	}
	return n
}

// answered keeps the verdict that an answer to an ask is.
func (b *batch) answered(d *models.Decision, a models.Answer) error {
	if d.Domain == models.Self || d.Action == models.ActionCash {
		return nil // about remit's own level, or what people were told of: no judgement of anybody's work
	}
	l, err := b.look(*d, a)
	if err != nil {
		return err
	}
	v, ok := VerdictOf(*d, a, l)
	if !ok || d.Action == models.ActionReply && !v.Wrong { // a draft is a note among agents: what the customer is sent tells
		return nil
	}
	return b.judged(d, v)
}

// settleUpstream takes what a person has set in the provider's own system for what it is: an answer to what is open
// about the field, and a verdict on what was decided about it within a day.
func (b *batch) settleUpstream(ev models.Event) error {
	for _, a := range append(slices.Clone(ticketActions), models.ActionSchedule, models.ActionHold) {
		to, ok := ev.Settles(string(a))
		d, was := b.newest[ev.Item][a]
		if !ok || !was || b.isEcho(ev) {
			continue
		}
		earlier, err := b.precedes(ev.At, d)
		if err != nil {
			return err
		}
		if earlier {
			continue
		}
		said := models.Answer{By: ev.Actor, Kind: models.AnswerUpstream, Value: to, At: ev.At, Via: "upstream", Version: d.Version}
		if d.State.Open() {
			err = b.settledThere(d, said, fmt.Sprintf("%s set it to %s in %s", ev.Actor.Display(), to, ev.Source))
		} else {
			err = b.unprompted(d, said)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// precedes reports that what happened then was before what the decision was made on, however late it was told: it says nothing of
// the decision.
func (b *batch) precedes(at time.Time, d models.Decision) (bool, error) {
	f, err := b.factsOf(d)
	return at.Before(f.EventAt), err
}

// settledThere closes an open decision that a person has settled in the provider's own system.
func (b *batch) settledThere(d models.Decision, said models.Answer, note string) error {
	from := d.Version
	if err := b.answered(&d, said); err != nil {
		return err
	}
	d.Answers = append(slices.Clone(d.Answers), said)
	d.Final, d.Note = said.Value, note
	if err := d.To(models.Superseded, b.now); err != nil {
		return err
	}
	b.move(d, from)
	b.entry(d, models.EntrySettled, said.By, "Settled upstream: "+d.Note+".")
	b.card(d)
	return nil
}

// unprompted keeps what a person's change upstream says of what remit had observed or done. That somebody leaves alone
// what remit did proves nothing; that somebody sets what remit only meant to set does.
func (b *batch) unprompted(d models.Decision, said models.Answer) error {
	lately := said.At.Sub(d.CreatedAt) <= unpromptedFor || said.At.Sub(d.UpdatedAt) <= unpromptedFor
	if d.Judged || !lately || d.State != models.Observed && d.State != models.Applied && d.State != models.Applying {
		return nil
	}
	l, err := b.look(d, said)
	if err != nil {
		return err
	}
	v, ok := VerdictOf(d, said, l)
	if !ok || !v.Wrong && (v.Unasked || d.Value == d.Before) {
		return nil
	}
	return b.keepVerdict(d, v, fmt.Sprintf("%s set it to %s upstream, unasked.", said.By.Display(), said.Value), said.By)
}

// keepVerdict keeps a verdict on a decision that is not otherwise moved.
func (b *batch) keepVerdict(d models.Decision, v Verdict, text string, by models.Actor) error {
	from := d.Version
	audited := d.Auditable()
	if err := b.judged(&d, v); err != nil {
		return err
	}
	b.move(d, from)
	b.entry(d, models.EntrySettled, by, text)
	if audited {
		b.card(d)
	}
	return nil
}
