package decision

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// decided rules on each proposal of a judgement, and closes what was open about the given actions of the item.
func (b *batch) decided(ev models.Event, item string, j models.Judgement, actions []models.Action) error {
	factsID := ""
	for _, a := range actions {
		pr, ok := j.For(a)
		if _, delegated := b.policy.Delegation(a); !ok || !delegated {
			if forFloor(b.newest[item][a]) {
				continue // that is for the plan to say
			}
			b.supersede(item, a, "on the newest facts there is nothing left to decide")
			continue
		}
		if factsID == "" {
			factsID = b.snapshot(models.SnapshotID(ev.ID, item, 0), item, j.Facts)
		}
		if err := b.propose(ev, pr, j.Facts, factsID); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) snapshot(id, item string, f models.Facts) string {
	b.out.Snapshots = append(b.out.Snapshots, models.Snapshot{ID: id, Item: item, Facts: f, At: b.now})
	return id
}

// propose makes the decision of a proposal: what was open about the same action makes way for it.
func (b *batch) propose(ev models.Event, pr models.Proposal, f models.Facts, factsID string) error {
	if err := pr.Check(); err != nil {
		return fmt.Errorf("a judge proposed what cannot be: %w", err)
	}
	if was, ok := b.newest[pr.Item][pr.Action]; ok && was.State == models.Applying && f.Submission == nil {
		if was.Final == pr.Value {
			return nil // it is on its way already
		}
		pr.Before = was.Final
	}
	if segment := b.policy.SegmentOf(pr.Action.Domain(), f, pr); segment != "" || !pr.Action.Domain().Other() {
		pr.Segment = segment // of another domain, without an expression, its proposer's own stands
	}
	d := models.Propose(ev, pr, b.now)
	if _, exists := b.moves[d.ID]; exists {
		return nil
	}
	d.Title, d.FactsID, d.Policy, d.Build = title(f), factsID, b.policy.Version, b.Build
	if f.Payable != nil {
		d.Requester = f.Payable.Requester
	}
	if s := f.Submission; s != nil {
		d.Requester, d.Proposal = s.Requester, s.ExternalID
	}
	ruling, spends, err := b.gate(pr, f, ev.Source)
	if err != nil {
		return err
	}
	if err := b.fold(ev, pr, f, &ruling); err != nil {
		return err
	}
	d.Ruling = ruling
	b.escalated(ruling, f.Ticket)
	b.tellCap(d, ruling)
	b.supersede(pr.Item, pr.Action, "something newer arrived")
	b.made = append(b.made, d.ID)
	return b.begin(d, spends)
}

// gate rules on a proposal as things stand.
func (b *batch) gate(pr models.Proposal, f models.Facts, source string) (models.Ruling, []Spend, error) {
	s, err := b.situation(pr, source)
	if err != nil {
		return models.Ruling{}, nil, err
	}
	r, spends := b.policy.Gate(pr, f, s)
	return r, spends, nil
}

// gateAgain rules on a proposal that has drawn on its budgets already: what it took is not counted against it.
func (b *batch) gateAgain(pr models.Proposal, f models.Facts, source string) (models.Ruling, error) {
	s, err := b.situation(pr, source)
	if err != nil {
		return models.Ruling{}, err
	}
	s.Spent, s.Dismissed, s.Alerted = nil, "", true
	r, _ := b.policy.Gate(pr, f, s)
	return r, nil
}

func (b *batch) situation(pr models.Proposal, source string) (s Situation, err error) {
	_, writable := b.Sources.Writer(source)
	s = Situation{Now: b.now, Paused: b.paused, Spent: b.spent, Writable: writable}
	if s.Earned, err = b.earned(pr); err != nil {
		return s, err
	}
	s.Dismissed, err = b.dismissed(pr)
	return s, err
}

// begin takes a new decision to where its ruling sends it, with the effects of that.
func (b *batch) begin(d models.Decision, spends []Spend) error {
	why := strings.Join(d.Ruling.Why, " ")
	var err error
	switch d.Ruling.Outcome {
	case models.OutcomeAct:
		err = b.act(&d, spends)
	case models.OutcomeWait:
		d.Autonomous, d.Final, d.ActAt = true, d.Value, b.now.Add(d.Ruling.Window)
		err = d.To(models.Waiting, b.now)
		b.out.Effects = append(b.out.Effects, models.NewEffect(d, models.EffectAct, d.ActAt, b.now))
		b.spend(spends)
		b.card(d)
	case models.OutcomeAsk:
		d.ExpiresAt = b.policy.Due(b.now, d.Ruling.Expires, d.Ruling.Working)
		err = d.To(models.Asked, b.now)
		b.out.Effects = append(b.out.Effects, models.NewEffect(d, models.EffectExpire, d.ExpiresAt, b.now))
		b.spend(spends)
		b.card(d)
	default:
		err = d.To(models.Observed, b.now)
	}
	if err != nil {
		return err
	}
	if d.Autonomous {
		err = b.drawAudit(&d)
	}
	if b.newest[d.Item] == nil {
		b.newest[d.Item] = map[models.Action]models.Decision{}
	}
	b.move(d, 0)
	b.entry(d, models.EntryDecided, models.Remit, why)
	return err
}

// act takes a decision to where its effect is queued, or where it is done if it changes nothing.
func (b *batch) act(d *models.Decision, spends []Spend) error {
	d.Autonomous, d.Final = true, d.Value
	if err := d.To(models.Applying, b.now); err != nil {
		return err
	}
	if !d.Changes() {
		return d.To(models.Applied, b.now)
	}
	b.out.Effects = append(b.out.Effects, models.NewEffect(*d, models.EffectApply, time.Time{}, b.now))
	b.out.Running = append(b.out.Running, d.Domain)
	b.spend(spends)
	return nil
}

func (b *batch) spend(spends []Spend) {
	for _, s := range spends {
		b.spent[s.Budget] += s.N
		b.out.Spends = append(b.out.Spends, s)
	}
}

// supersede closes the open decision about an action of an item, if there is one.
func (b *batch) supersede(item string, a models.Action, why string) {
	d, ok := b.newest[item][a]
	if !ok || !d.State.Open() {
		return
	}
	from := d.Version
	d.Note = why
	if d.To(models.Superseded, b.now) != nil {
		return
	}
	b.move(d, from)
	b.entry(d, models.EntryMoved, models.Remit, "Superseded: "+why+".")
	b.card(d)
}

func (b *batch) supersedeItem(item, why string) {
	for _, a := range append(slices.Clone(ticketActions), models.ActionSchedule, models.ActionHold) {
		b.supersede(item, a, why)
	}
}

// titleRunes is how much of a customer's subject line a list shows.
const titleRunes = 120

func title(f models.Facts) string {
	switch {
	case f.Ticket != nil && f.Ticket.Subject != "":
		return cut(f.Ticket.Subject, titleRunes)
	case f.Ticket != nil:
		return cut(f.Ticket.Latest(), titleRunes)
	case f.Payable != nil:
		return cut(fmt.Sprintf("%s: %s (%s)", f.Payable.VendorName, f.Payable.Amount.Display(), f.Payable.Invoice), titleRunes)
	case f.Submission != nil:
		return cut(f.Submission.Title, titleRunes)
	case f.Cash != nil && f.Cash.Unknown != "":
		return cut(models.PoolName(f.Cash.Pool)+": cash not known", titleRunes)
	case f.Cash != nil:
		return cut(models.PoolName(f.Cash.Pool)+": cash floor at risk", titleRunes)
	}
	return ""
}

func cut(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
