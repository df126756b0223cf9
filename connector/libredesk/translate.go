package libredesk

import (
	"strings"

	"remit/connector"
	"remit/models"
)

// Translate gives the event in remit's words. Private notes and activities cause nothing, but for the two activities
// that are the only word of a change: a priority, and a team.
func (l *Libredesk) Translate(d models.Delivery) ([]models.Event, error) {
	if !known(d.Kind) {
		return nil, nil
	}
	var b body
	if err := connector.Decode(d.Body, &b); err != nil {
		return nil, err
	}
	b.Event = d.Kind
	about, err := b.about()
	if err != nil {
		return nil, err
	}
	return l.happened(d, b, about)
}

func (l *Libredesk) happened(d models.Delivery, b body, about about) ([]models.Event, error) {
	at, err := connector.Time("payload.updated_at", about.at)
	if err != nil {
		return nil, err
	}
	ev := connector.NewEvent(d, models.TicketUpdated, d.Subject, at)
	ev.Ticket = &models.Ticket{
		ID: d.Subject, Source: l.opt.Source, ExternalID: l.uuid(d.Subject), URL: l.page(l.uuid(d.Subject)),
	}
	if d.Kind == "message.created" {
		return l.said(ev, b.Payload), nil
	}
	if err := l.describe(ev.Ticket, b.Payload.whole()); err != nil {
		return nil, err
	}
	return l.changed(ev, d.Kind, b.Payload), nil
}

func (l *Libredesk) uuid(item string) string {
	return strings.TrimPrefix(item, models.TicketItem(l.opt.Source, ""))
}

// page is where a person opens the conversation.
func (l *Libredesk) page(uuid string) string {
	if l.opt.BaseURL == "" {
		return ""
	}
	return strings.TrimSuffix(l.opt.BaseURL, "/") + "/inboxes/all/conversation/" + uuid
}

func (l *Libredesk) local(id connector.ID) string {
	if id == "" {
		return ""
	}
	return l.opt.Source + "/" + string(id)
}

func (l *Libredesk) team(id connector.ID) string {
	if name, ok := l.groups[string(id)]; ok {
		return name
	}
	return string(id)
}

// describe adds what the conversation says of itself.
func (l *Libredesk) describe(t *models.Ticket, c conversation) error {
	created, err := connector.Time("payload.created_at", c.CreatedAt)
	if err != nil {
		return err
	}
	t.Subject, t.Status, t.Priority = connector.Subject(c.Subject), status(c.Status, c.Category), priority(c.Priority)
	t.Group, t.Assignee, t.Tags = l.team(c.AssignedTeam), l.local(c.AssignedUser), c.Tags
	t.RequesterID, t.Channel, t.CreatedAt = l.local(c.ContactID), c.Channel, created
	return nil
}

// changed completes an event about the conversation itself.
func (l *Libredesk) changed(ev models.Event, kind string, p payload) []models.Event {
	ev.Actor = l.agent(p.ActorID, person{})
	switch kind {
	case "conversation.created":
		ev.Kind = models.TicketCreated
		ev.Ticket.Text = connector.Text(p.LastMessage)
		if c := p.Contact; p.LastSender == "contact" || p.LastSender == "" {
			ev.Actor = models.Actor{Kind: models.ByCustomer, ID: l.local(p.ContactID), Name: c.name()}
		}
	case "conversation.status_changed":
		from, to := string(status(p.PreviousStatus, "")), string(status(p.NewStatus, p.whole().Category))
		ev.Changes = []models.Change{{Field: "status", From: from, To: to}}
		ev.Ticket.Status = models.TicketStatus(to)
	case "conversation.tags_changed":
		ev.Ticket.Tags = append([]string{}, p.NewTags...)
		ev.Changes = []models.Change{{
			Field: string(models.ActionTag), From: models.JoinTags(p.PreviousTags), To: models.JoinTags(p.NewTags),
		}}
	}
	return []models.Event{ev}
}

// systemUser is the id of the user that libredesk makes for itself when it is installed.
const systemUser = "1"

// agent gives somebody of the company, or the program that acts under that id.
func (l *Libredesk) agent(id connector.ID, p person) models.Actor {
	switch {
	case id == "":
		return models.Actor{Kind: models.ByUnknown}
	case string(id) == l.opt.OwnActor:
		return models.Remit
	case id == systemUser || p.Email == "System":
		return models.Actor{Kind: models.ByAutomation, ID: l.local(id), Name: p.name()}
	}
	return models.Actor{Kind: models.ByPerson, ID: l.local(id), Name: p.name()}
}

// said completes the event of a message.
func (l *Libredesk) said(ev models.Event, p payload) []models.Event {
	m := p.message
	if m.SenderType == "contact" {
		ev.Actor = models.Actor{Kind: models.ByCustomer, ID: l.local(m.SenderID), Name: m.Author.name()}
	} else {
		ev.Actor = l.agent(m.SenderID, m.Author)
	}
	if m.Type == "activity" {
		return l.activity(ev, m)
	}
	if m.Private || (m.Type != "incoming" && m.Type != "outgoing") {
		return nil
	}
	text := m.TextContent
	if text == "" {
		text = m.Content
	}
	ev.Kind = models.TicketCommented
	ev.Comment = &models.Comment{ID: p.UUID, Author: ev.Actor, Text: connector.Text(text), Public: true, At: ev.At, Files: m.files()}
	return []models.Event{ev}
}

// activity reads the change out of the sentence that libredesk writes about it; a sentence in another language than the
// one it ships with tells nothing, and neither does one about what has an event of its own.
func (l *Libredesk) activity(ev models.Event, m message) []models.Event {
	switch m.Meta.Activity {
	case "priority_change":
		_, word, ok := cutLast(m.Content, " set priority to ")
		p := priority(strings.TrimSpace(word))
		if !ok || !p.Valid() {
			return nil
		}
		ev.Ticket.Priority = p
		ev.Changes = []models.Change{{Field: string(models.ActionPriority), To: string(p)}}
	case "assigned_team_change":
		rest, ok := strings.CutPrefix(m.Content, "Assigned to ")
		team, _, found := cutLast(rest, " team by ")
		if !ok || !found || team == "" {
			return nil
		}
		ev.Ticket.Group = team
		ev.Changes = []models.Change{{Field: string(models.ActionRoute), To: team}}
	default:
		return nil
	}
	return []models.Event{ev}
}

// cutLast cuts around the last sep, as a name before it may hold anything.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
