package decision

import (
	"fmt"
	"slices"

	"remit/models"
)

// replied compares an agent's public reply with the draft that there was for it: that is the verdict on the draft, and
// everybody's next reply is seen, so it counts as one that was asked for.
func (b *batch) replied(ev models.Event) error {
	c := ev.Comment
	if c == nil || !c.Public || !c.Author.IsPerson() {
		return nil
	}
	d, ok := b.newest[ev.Item][models.ActionReply]
	if !ok || d.Judged || c.At.Sub(d.CreatedAt) > replyFor {
		return nil
	}
	if earlier, err := b.precedes(c.At, d); err != nil || earlier {
		return err
	}
	said := models.Answer{By: c.Author, Kind: models.AnswerUpstream, Value: c.Text, At: ev.At, Via: "upstream", Version: d.Version}
	asked := d
	asked.Autonomous = false
	v, ok := VerdictOf(asked, said, Look{Fault: b.fault(d.Action), Rewritten: b.Rewritten})
	if !ok {
		return nil
	}
	note := fmt.Sprintf("%s replied to the customer; %.0f %% of the draft's words were changed", c.Author.Display(), 100*rewritten(d.Value, c.Text))
	if !d.State.Open() {
		return b.keepVerdict(d, v, note+".", c.Author)
	}
	said.Value = d.Value // the sent text is the thread's; it is kept there alone
	from := d.Version
	if err := b.judged(&d, v); err != nil {
		return err
	}
	b.move(d, from)
	return b.settledThere(d, said, note)
}

// reopened takes the reopening of a ticket within the days after a reply for an error of that reply, also where it had counted as
// right until then.
func (b *batch) reopened(ev models.Event) error {
	d, ok := b.newest[ev.Item][models.ActionReply]
	if !ok || ev.At.Sub(d.UpdatedAt) > replyFor {
		return nil
	}
	const text = "The ticket was reopened after the reply."
	if d.Judged {
		return b.turned(d, ev.Actor, text)
	}
	if d.State != models.Applied {
		return nil
	}
	v := Undone(d, ev.Actor, ev.At)
	v.Earns = true
	return b.keepVerdict(d, v, text, ev.Actor)
}

// turned puts a verdict against a decision in the place of the one for it that there was. One against it stays.
func (b *batch) turned(d models.Decision, by models.Actor, text string) error {
	was, err := b.verdictOn(d.ID)
	if err != nil || was.Wrong || was.Unanswered {
		return err
	}
	v := was
	v.Wrong, v.Earns, v.Why, v.By = true, true, "", by.ID
	if i := b.verdictHere(d.ID); i >= 0 {
		b.out.Verdicts[i] = v
	} else {
		b.out.Turned = append(b.out.Turned, v)
	}
	k, err := b.standing(v.Slice)
	if err != nil {
		return err
	}
	k.Turn(was, v, ForThreshold(d.ID, b.Salt))
	k.touched()
	b.entry(d, models.EntrySettled, by, text)
	return b.weighAgainst(k)
}

// verdictOn gives the verdict that is kept on a decision, this batch's among them.
func (b *batch) verdictOn(id string) (Verdict, error) {
	if i := b.verdictHere(id); i >= 0 {
		return b.out.Verdicts[i], nil
	}
	of := func(v Verdict) bool { return v.DecisionID == id }
	if i := slices.IndexFunc(b.out.Turned, of); i >= 0 {
		return b.out.Turned[i], nil
	}
	return b.Ledger.VerdictOn(b.ctx, id)
}

// verdictHere gives where among this batch's the first verdict on a decision is; -1 where it is not.
func (b *batch) verdictHere(id string) int {
	return slices.IndexFunc(b.out.Verdicts, func(v Verdict) bool { return v.DecisionID == id })
}
