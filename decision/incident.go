package decision

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// A burst of tickets about the same thing is put before people as one. Of each action that they would otherwise be asked
// about ticket by ticket, the incident has one decision; the tickets' own are folded into it. It always asks, whatever the
// level: its answer is carried out on every ticket, each as a decision of its own that can be undone.

// Marker is a judge of tickets that knows which of them are about the same.
type Marker interface {
	Marks(models.Ticket) []uint32
}

// folded are the actions that an incident asks about; what else would be asked of its tickets is only recorded.
var folded = []models.Action{models.ActionPriority, models.ActionRoute}

// alikeWithin is how long ago a ticket may have been created to be of the same burst.
const alikeWithin = time.Hour

// mark gives the ticket with its marks, and adds it to what was seen lately.
func (b *batch) mark(t models.Ticket) models.Ticket {
	if m, ok := b.Tickets.(Marker); ok && len(t.Marks) == 0 {
		t.Marks = m.Marks(t)
	}
	i := slices.IndexFunc(b.recent, func(s models.Seen) bool { return s.ID == t.ID })
	if i >= 0 {
		b.recent[i].Subject, b.recent[i].Marks = t.Subject, t.Marks
	} else if b.now.Sub(t.CreatedAt) < alikeWithin {
		b.recent = append(b.recent, seen(t))
	}
	return t
}

func seen(t models.Ticket) models.Seen {
	return models.Seen{ID: t.ID, Source: t.Source, ExternalID: t.ExternalID, Subject: t.Subject, Marks: t.Marks, CreatedAt: t.CreatedAt}
}

// alike gives the tickets of the last hour that seem to be about the same as t, the oldest first.
func (b *batch) alike(t models.Ticket) []models.Seen {
	own := seen(t).Likeness()
	var out []models.Seen
	for i := range b.recent {
		if own.Alike(&b.recent[i]) {
			out = append(out, b.recent[i])
		}
	}
	slices.SortFunc(out, func(x, y models.Seen) int { return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.ID, y.ID)) })
	return out
}

// incident gives the incident that a ticket is of, and notes whoever joins it; nil where there is none.
func (b *batch) incident(t models.Ticket, alike []models.Seen) (*models.Incident, error) {
	if b.now.Sub(t.CreatedAt) >= alikeWithin || len(alike) == 0 {
		return nil, nil
	}
	id, err := b.merge(alike)
	if err != nil || id == "" && len(alike) < b.burst() {
		return nil, err
	}
	if id == "" {
		id = models.IncidentItem(t.Source, alike[0].ExternalID)
	}
	if _, err := b.members(id); err != nil {
		return nil, err
	}
	joined := b.join(id, append(alike, seen(t)))
	if err := b.unask(id, joined); err != nil {
		return nil, err
	}
	return b.describe(id, b.joined[id], t), nil
}

// usualAlike is the share of an hour's tickets that may be about the same without there being anything the matter.
const usualAlike = 0.02

// burst is how many tickets about the same make an incident: more, where many tickets come in.
func (b *batch) burst() int { return models.IncidentFrom + int(usualAlike*float64(len(b.recent))) }

// merge gives the incident that the tickets are of; "" where none of them is of any. Two that were begun side by side become
// one, the older.
func (b *batch) merge(alike []models.Seen) (id string, err error) {
	var ids []string
	for _, s := range alike {
		if s.Incident != "" && !slices.Contains(ids, s.Incident) {
			ids = append(ids, s.Incident)
		}
	}
	of := map[string][]models.Membership{}
	for _, other := range ids {
		if of[other], err = b.members(other); err != nil {
			return "", err
		}
		if id == "" || older(of[other], of[id]) {
			id = other
		}
	}
	for _, other := range ids {
		if other == id {
			continue
		}
		if err := b.loadNewest([]string{other}); err != nil {
			return "", err
		}
		for _, a := range folded {
			b.supersede(other, a, "it is part of an incident that began before")
		}
		for _, m := range of[other] {
			m.Incident = id
			b.note(m)
		}
		b.joined[other] = nil
	}
	return id, nil
}

func older(a, b []models.Membership) bool {
	return len(a) > 0 && (len(b) == 0 || cmp.Or(a[0].At.Compare(b[0].At), cmp.Compare(a[0].Ticket, b[0].Ticket)) < 0)
}

// note has a ticket be of an incident whose members have been read.
func (b *batch) note(m models.Membership) {
	for i := range b.recent {
		if b.recent[i].ID == m.Ticket {
			b.recent[i].Incident = m.Incident
		}
	}
	b.joined[m.Incident] = append(b.joined[m.Incident], m)
	b.out.Joined = append(slices.DeleteFunc(b.out.Joined, func(o models.Membership) bool { return o.Ticket == m.Ticket }), m)
}

// members gives the tickets of an incident as the batch knows them. An incident is read once: in an outage every ticket of a
// batch is of the same one, and it may have a thousand.
func (b *batch) members(id string) ([]models.Membership, error) {
	ms, known := b.joined[id]
	if known {
		return slices.Clip(ms), nil
	}
	ms, err := b.reader.Members(b.ctx, id)
	if err != nil {
		return nil, err
	}
	if b.joined == nil {
		b.joined = map[string][]models.Membership{}
	}
	b.joined[id] = ms
	return slices.Clip(ms), nil
}

// join notes which of the tickets are new to the incident.
func (b *batch) join(id string, tickets []models.Seen) []models.Membership {
	var fresh []models.Membership
	for _, s := range tickets {
		if s.Incident != "" {
			continue
		}
		i := slices.IndexFunc(b.recent, func(o models.Seen) bool { return o.ID == s.ID })
		if i < 0 || b.recent[i].Incident != "" {
			continue
		}
		m := models.Membership{Ticket: s.ID, Incident: id, At: s.CreatedAt}
		b.note(m)
		fresh = append(fresh, m)
	}
	return fresh
}

// unask closes what was asked about tickets one by one before they were known to be one incident. What a guardrail or an
// escalation asks about stays: it is about that ticket.
func (b *batch) unask(id string, joined []models.Membership) error {
	var items []string
	for _, m := range joined {
		items = append(items, m.Ticket)
	}
	if err := b.loadNewest(append(slices.Clone(items), id)); err != nil {
		return err
	}
	for _, item := range items {
		for _, a := range ticketActions {
			if d, ok := b.newest[item][a]; ok && foldable(d.Ruling) && d.State == models.Asked && len(d.Answers) == 0 {
				b.supersede(item, a, "it is one of many about the same: asked once, as an incident")
			}
		}
	}
	return nil
}

// namedTickets is how many tickets an incident names.
const namedTickets = 100

func (b *batch) describe(id string, all []models.Membership, t models.Ticket) *models.Incident {
	in := &models.Incident{ID: id, Key: id[strings.LastIndexByte(id, ':')+1:], Count: len(all), Title: cut(t.Subject, titleRunes)}
	for i, m := range all {
		if i < namedTickets {
			in.Tickets = append(in.Tickets, m.Ticket)
		}
		if in.Since.IsZero() || m.At.Before(in.Since) {
			in.Since = m.At
		}
	}
	for _, s := range b.recent {
		if s.ID == all[0].Ticket {
			in.Title = cut(s.Subject, titleRunes)
		}
	}
	return in
}

// foldable reports a ruling that only asks because it is not sure enough, or not trusted enough.
func foldable(r models.Ruling) bool {
	return r.Outcome == models.OutcomeAsk && !r.Escalated && len(r.Guardrails) == 0
}

// fold has the incident ask in place of the ticket, where the ticket is of one. What evidence was ruled on stays as it is.
func (b *batch) fold(ev models.Event, pr models.Proposal, f models.Facts, r *models.Ruling) error {
	if f.Incident == nil || models.IsIncident(pr.Item) || pr.Action.Domain() != models.Triage || !foldable(*r) {
		return nil
	}
	r.Outcome = models.OutcomeObserve
	r.Why = append(slices.Clone(r.Why), fmt.Sprintf("It is one of %d tickets about the same: people are asked once, about all of them.", f.Incident.Count))
	if !slices.Contains(folded, pr.Action) {
		return nil
	}
	return b.askIncident(ev, pr, f)
}

// askIncident asks about the incident what the ticket would have asked, unless that is asked already: then the card is
// brought up to date when the incident has doubled, or has become more urgent, and otherwise stays as people are reading it.
func (b *batch) askIncident(ev models.Event, of models.Proposal, f models.Facts) error {
	in := f.Incident
	if err := b.loadNewest([]string{in.ID}); err != nil {
		return err
	}
	pr := of
	pr.Item, pr.Before = in.ID, ""
	pr.Reasons = append([]models.Reason{{
		Code: "incident", Text: fmt.Sprintf("%d tickets about the same since %s", in.Count, in.Since.In(b.policy.Zone).Format("15:04")), Weight: 1,
	}}, unweighed(of.Reasons)...)
	ruling, _, err := b.gate(of, f, ev.Source)
	if err != nil {
		return err
	}
	ruling.Outcome = models.OutcomeAsk
	d, open := b.newest[in.ID][of.Action]
	if open && d.State == models.Asked {
		told, err := b.told(d)
		if err != nil {
			return err
		}
		if in.Count < 2*told && (of.Action != models.ActionPriority || of.Value >= d.Value) {
			return nil
		}
		from := d.Version
		factsID := b.snapshot(models.SnapshotID(ev.ID, in.ID, d.Version+1), in.ID, f)
		if err := d.Refresh(pr, ruling, factsID, b.now); err != nil {
			return err
		}
		d.Title = in.Display()
		b.move(d, from)
		b.entry(d, models.EntryRefreshed, models.Remit, fmt.Sprintf("It is %d tickets now.", in.Count))
		b.card(d)
		return nil
	}
	return b.openIncident(ev, pr, f, ruling)
}

// openIncident makes the decision of an incident.
func (b *batch) openIncident(ev models.Event, pr models.Proposal, f models.Facts, ruling models.Ruling) error {
	pr.Assignee = "" // the tickets of an incident are not all for one person
	d := models.Propose(ev, pr, b.now)
	if _, exists := b.moves[d.ID]; exists {
		return nil
	}
	b.supersede(pr.Item, pr.Action, "something newer arrived")
	d.Title, d.Policy, d.Build, d.Ruling = f.Incident.Display(), b.policy.Version, b.Build, ruling
	d.FactsID = b.snapshot(models.SnapshotID(ev.ID, pr.Item, 0), pr.Item, f)
	b.made = append(b.made, d.ID)
	return b.begin(d, nil)
}

// unweighed gives the first reasons of the ticket at hand, as the example that they are.
func unweighed(reasons []models.Reason) []models.Reason {
	out := slices.Clone(reasons[:min(3, len(reasons))])
	for i := range out {
		out[i].Weight = 0
	}
	return out
}

// told gives how many tickets an incident had when people were last told of it.
func (b *batch) told(d models.Decision) (int, error) {
	i := slices.IndexFunc(b.out.Snapshots, func(s models.Snapshot) bool { return s.ID == d.FactsID })
	if i >= 0 {
		return sizeOf(b.out.Snapshots[i]), nil
	}
	if n, known := b.sizes[d.FactsID]; known {
		return n, nil
	}
	snap, err := b.Ledger.Snapshot(b.ctx, d.FactsID)
	if err != nil {
		return 0, err
	}
	if b.sizes == nil {
		b.sizes = map[string]int{}
	}
	b.sizes[d.FactsID] = sizeOf(snap)
	return b.sizes[d.FactsID], nil
}

func sizeOf(s models.Snapshot) int {
	if s.Facts.Incident == nil {
		return 0
	}
	return s.Facts.Incident.Count
}

// incidentAgain gives what is asked about an incident, on the facts that it was asked on; ok is false once all its tickets
// are closed.
func (b *batch) incidentAgain(d models.Decision) (pr models.Proposal, f models.Facts, ok bool, err error) {
	snap, err := b.Ledger.Snapshot(b.ctx, d.FactsID)
	if err != nil {
		return pr, f, false, err
	}
	tickets, err := b.openMembers(d.Item)
	return asked(d), snap.Facts, len(tickets) > 0, err
}

// openMembers gives the tickets of an incident that are not closed.
func (b *batch) openMembers(incident string) ([]models.Ticket, error) {
	ms, err := b.members(incident)
	if err != nil {
		return nil, err
	}
	var items []string
	for _, m := range ms {
		items = append(items, m.Ticket)
	}
	if err := b.tickets.load(b.ctx, slices.Clone(items), b.reader.Tickets); err != nil {
		return nil, err
	}
	var out []models.Ticket
	for _, item := range items {
		if t := b.tickets.get(item); t != nil && !t.Closed() {
			out = append(out, *t)
		}
	}
	return out, nil
}

// applyIncident carries an incident's answer out on each of its tickets, or takes it back: each is a decision of its own,
// with a write of its own, settled by the same answer.
func (e *Engine) applyIncident(ctx context.Context, eff models.Effect, d models.Decision) error {
	b, err := e.emptyBatch(ctx, e.Ledger)
	if err != nil {
		return err
	}
	tickets, err := b.openMembers(d.Item)
	if err != nil {
		return err
	}
	items := []string{d.Item}
	for _, t := range tickets {
		items = append(items, t.ID)
	}
	if err := b.loadNewest(items); err != nil {
		return err
	}
	from, to := d.Version, models.Applied
	each := b.setWithIncident
	if eff.Kind == models.EffectRevert {
		to, each = models.Reverted, b.resetWithIncident
	}
	n := 0
	for _, t := range tickets {
		set, err := each(d, t, len(tickets))
		if err != nil {
			return err
		}
		n += set
	}
	if err := d.To(to, b.now); err != nil {
		return err
	}
	b.out.Sent = []string{eff.ID}
	b.move(d, from)
	b.entry(d, models.EntryMoved, models.Remit, fmt.Sprintf("%s of %d tickets is on its way.", d.Action, n))
	b.card(d)
	return retryable(e.Ledger.Commit(ctx, b.changes()))
}

// setWithIncident makes the decision that sets a ticket as its incident was, and the one that links it.
func (b *batch) setWithIncident(d models.Decision, t models.Ticket, of int) (int, error) {
	link := models.Reason{Code: "incident", Text: fmt.Sprintf("One of %d tickets of %s", of, d.Item), Weight: 1}
	n, err := b.setChild(d, t, d.Action, d.Final, link)
	if _, tags := b.policy.Delegation(models.ActionTag); err != nil || !tags || d.Action != models.ActionPriority {
		return n, err
	}
	tagged := models.JoinTags(append(slices.Clone(t.Tags), models.IncidentTag(d.Item)))
	_, err = b.setChild(d, t, models.ActionTag, tagged, link)
	return n, err
}

func (b *batch) setChild(d models.Decision, t models.Ticket, a models.Action, value string, why models.Reason) (int, error) {
	if t.Field(a) == value {
		return 0, nil
	}
	c := models.Propose(models.Event{ID: d.ID, Source: t.Source, Subject: t.ID, Item: t.ID}, models.Proposal{
		Action: a, Item: t.ID, Value: value, Before: t.Field(a), Confidence: d.Confidence, Reasons: []models.Reason{why}, Segment: d.Segment, Model: d.Model,
	}, b.now)
	b.supersede(t.ID, a, "it was set with the incident that it is of")
	c.Title, c.FactsID, c.Policy, c.Build, c.Ruling, c.Final = cut(t.Subject, titleRunes), d.FactsID, d.Policy, b.Build, d.Ruling, value
	for _, answer := range d.Answers {
		answer.Kind, answer.Value, answer.Bulk = models.AnswerOverride, value, true
		if answer.Value == c.Value {
			answer.Kind = models.AnswerApprove
		}
		c.Answers = append(c.Answers, answer)
	}
	if err := c.To(models.Applying, b.now); err != nil {
		return 0, err
	}
	b.made = append(b.made, c.ID)
	b.move(c, 0)
	b.entry(c, models.EntryAnswered, lastAnswer(d).By, "Set with the incident "+d.Item+".")
	b.out.Effects = append(b.out.Effects, models.NewEffect(c, models.EffectApply, noTime, b.now))
	return 1, nil
}

func lastAnswer(d models.Decision) models.Answer {
	if a, ok := d.Settled(); ok {
		return a
	}
	return models.Answer{By: models.Remit}
}

// resetWithIncident takes back what was set with the incident, where nothing newer was decided since.
func (b *batch) resetWithIncident(d models.Decision, t models.Ticket, _ int) (int, error) {
	n := 0
	for _, a := range []models.Action{d.Action, models.ActionTag} {
		c, ok := b.newest[t.ID][a]
		if !ok || c.EventID != d.ID || c.State != models.Applied {
			continue
		}
		from := c.Version
		c.Note = d.Note
		if err := c.To(models.Reverting, b.now); err != nil {
			return n, err
		}
		b.move(c, from)
		b.entry(c, models.EntryUndone, models.Remit, "Undone with the incident "+d.Item+".")
		b.out.Effects = append(b.out.Effects, models.NewEffect(c, models.EffectRevert, noTime, b.now))
		n++
	}
	return n, nil
}
