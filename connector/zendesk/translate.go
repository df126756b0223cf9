package zendesk

import (
	"encoding/json"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// event is a ticket event as a subscribed webhook carries it. TicketID is there in a trigger's body alone.
type event struct {
	ID       connector.ID `json:"id"`
	Type     string       `json:"type"`
	Subject  string       `json:"subject"`
	TicketID connector.ID `json:"ticket_id"`
	Time     string       `json:"time"`
	Detail   detail       `json:"detail"`
	Event    struct {
		Current  json.RawMessage `json:"current"`
		Previous json.RawMessage `json:"previous"`
		Added    []string        `json:"tags_added"`
		Removed  []string        `json:"tags_removed"`
		Comment  *eventComment   `json:"comment"`
		Via      via             `json:"via"`
		Meta     struct {
			Via via `json:"via"`
		} `json:"meta"`
	} `json:"event"`
}

type via struct {
	Channel string `json:"channel"`
}

type detail struct {
	ID           connector.ID `json:"id"`
	ActorID      connector.ID `json:"actor_id"`
	RequesterID  connector.ID `json:"requester_id"`
	AssigneeID   connector.ID `json:"assignee_id"`
	GroupID      connector.ID `json:"group_id"`
	Organization connector.ID `json:"organization_id"`
	Subject      string       `json:"subject"`
	Description  string       `json:"description"`
	Status       string       `json:"status"`
	Priority     string       `json:"priority"`
	Tags         []string     `json:"tags"`
	Via          via          `json:"via"`
	CreatedAt    string       `json:"created_at"`
	UpdatedAt    string       `json:"updated_at"`
}

type eventComment struct {
	ID       connector.ID `json:"id"`
	Body     string       `json:"body"`
	IsPublic bool         `json:"is_public"`
	Author   struct {
		ID      connector.ID `json:"id"`
		IsStaff bool         `json:"is_staff"`
		Name    string       `json:"name"`
	} `json:"author"`
}

// Translate gives the event in remit's words. Internal notes are nothing to decide on, our own least of all.
func (z *Zendesk) Translate(d models.Delivery) ([]models.Event, error) {
	switch {
	case d.Kind == kindTrigger:
		return z.trigger(d)
	case d.Kind == kindFetched, d.Kind == kindPolled:
		return z.whole(d)
	case d.Kind == kindOrganization:
		return z.organization(d)
	case !subscribed(d.Kind):
		return nil, nil
	}
	var e event
	if err := connector.Decode(d.Body, &e); err != nil {
		return nil, err
	}
	return z.happened(d, e)
}

// happened gives the event of a subscribed webhook.
func (z *Zendesk) happened(d models.Delivery, e event) ([]models.Event, error) {
	at, err := connector.Time("time", e.Time)
	if err != nil {
		return nil, err
	}
	ev := connector.NewEvent(d, models.TicketUpdated, d.Subject, at)
	if ev.Ticket, err = z.ticket(d, e.Detail); err != nil {
		return nil, err
	}
	return z.told(ev, e, strings.TrimPrefix(strings.ToLower(d.Kind), eventPrefix))
}

// ticket gives what an event's detail says of its ticket, known by the delivery's subject.
func (z *Zendesk) ticket(d models.Delivery, t detail) (*models.Ticket, error) {
	created, err := connector.Time("detail.created_at", t.CreatedAt)
	if err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(d.Subject, models.TicketItem(z.opt.Source, ""))
	return &models.Ticket{
		ID: d.Subject, Source: z.opt.Source, ExternalID: id, Subject: connector.Subject(t.Subject), Text: connector.Text(t.Description),
		Status: status(t.Status), Priority: priority(t.Priority), Group: z.group(string(t.GroupID)),
		Assignee: z.agent(string(t.AssigneeID)), Tags: t.Tags, RequesterID: z.local(string(t.RequesterID)),
		AccountID: z.account(string(t.Organization)), Channel: t.Via.Channel, URL: z.page(id), CreatedAt: created,
	}, nil
}

// page is where a person opens the ticket.
func (z *Zendesk) page(id string) string {
	if z.opt.BaseURL == "" {
		return ""
	}
	return strings.TrimSuffix(z.opt.BaseURL, "/") + "/agent/tickets/" + id
}

// told completes the event by what its kind says happened.
func (z *Zendesk) told(ev models.Event, e event, kind string) ([]models.Event, error) {
	d := e.Detail
	how := e.Event.Via.Channel + e.Event.Meta.Via.Channel
	if kind == "created" {
		ev.Kind, how = models.TicketCreated, d.Via.Channel
		ev.Lacks = z.lacks(d)
	}
	ev.Actor = z.who(string(d.ActorID), string(d.RequesterID), how)
	switch kind {
	case "comment_added":
		return z.commented(ev, e)
	case "status_changed":
		ev.Changes = changed("status", e, func(s string) string { return string(status(s)) })
	case "priority_changed":
		ev.Changes = changed(string(models.ActionPriority), e, func(s string) string { return string(priority(s)) })
	case "group_assignment_changed":
		ev.Changes = changed(string(models.ActionRoute), e, z.group)
	case "agent_assignment_changed":
		ev.Changes = changed(models.FieldAssignee, e, z.agent)
	case "tags_changed":
		ev.Changes = retagged(e)
	}
	return []models.Event{ev}, nil
}

// lacks names what a created ticket leaves out and can be asked for.
func (z *Zendesk) lacks(d detail) []string {
	var lacks []string
	if !z.canCall() {
		return nil
	}
	if strings.TrimSpace(d.Description) == "" {
		lacks = append(lacks, "comments")
	}
	if d.Organization != "" {
		lacks = append(lacks, "account")
	}
	return lacks
}

// changed gives the change that an event's current and previous tell. Both may be text, a number or null.
func changed(field string, e event, word func(string) string) []models.Change {
	from, to := word(scalar(e.Event.Previous)), word(scalar(e.Event.Current))
	return []models.Change{{Field: field, From: from, To: to}}
}

func scalar(raw json.RawMessage) string {
	var id connector.ID
	if err := connector.Decode(raw, &id); err != nil {
		return ""
	}
	return string(id)
}

// retagged gives a change of tags in the one form in which tags compare. Current tags are told by the detail.
func retagged(e event) []models.Change {
	before := map[string]bool{}
	for _, t := range e.Detail.Tags {
		before[t] = true
	}
	for _, t := range e.Event.Added {
		delete(before, t)
	}
	for _, t := range e.Event.Removed {
		before[t] = true
	}
	var was []string
	for t := range before {
		was = append(was, t)
	}
	return []models.Change{{Field: string(models.ActionTag), From: models.JoinTags(was), To: models.JoinTags(e.Detail.Tags)}}
}

func (z *Zendesk) commented(ev models.Event, e event) ([]models.Event, error) {
	c := e.Event.Comment
	if c == nil || c.ID == "" {
		return nil, models.FieldErrorf("event.comment.id", "is needed")
	}
	if !c.IsPublic {
		return nil, nil
	}
	ev.Kind = models.TicketCommented
	ev.Actor = z.who(string(c.Author.ID), string(e.Detail.RequesterID), "")
	if !c.Author.IsStaff && ev.Actor.Kind == models.ByPerson {
		ev.Actor.Kind = models.ByCustomer
	}
	if ev.Actor != models.Remit {
		ev.Actor.Name = c.Author.Name
	}
	ev.Comment = &models.Comment{ID: string(c.ID), Author: ev.Actor, Text: connector.Text(c.Body), Public: true, At: ev.At}
	return []models.Event{ev}, nil
}

// triggered is the body that the manual tells an admin to give a trigger. Whatever is left out is not known.
type triggered struct {
	TicketID  connector.ID `json:"ticket_id"`
	Status    string       `json:"status"`
	Priority  string       `json:"priority"`
	Subject   string       `json:"subject"`
	Comment   string       `json:"latest_public_comment"`
	Text      string       `json:"description"`
	Tags      string       `json:"tags"`
	Group     connector.ID `json:"group_id"`
	UpdatedAt string       `json:"updated_at"`
	CreatedAt string       `json:"created_at"`
	Event     string       `json:"event"` // "created" where the trigger is one of new tickets
}

// trigger gives the event of a body that an admin wrote. Who caused it is not told: a trigger fires for anybody.
func (z *Zendesk) trigger(d models.Delivery) ([]models.Event, error) {
	var b triggered
	if err := connector.Decode(d.Body, &b); err != nil {
		return nil, err
	}
	// Placeholders write times in whatever way the account is set to: one that is not a time is as good as none.
	at, err := connector.Time("updated_at", b.UpdatedAt)
	if err != nil {
		at = time.Time{}
	}
	ev := connector.NewEvent(d, models.TicketUpdated, d.Subject, at)
	if strings.EqualFold(b.Event, "created") {
		ev.Kind = models.TicketCreated
	}
	id := strings.TrimPrefix(d.Subject, models.TicketItem(z.opt.Source, ""))
	ev.Ticket = &models.Ticket{
		ID: d.Subject, Source: z.opt.Source, ExternalID: id, Subject: connector.Subject(b.Subject), Text: connector.Text(first(b.Text, b.Comment)),
		Status: status(b.Status), Priority: priority(b.Priority), Group: z.group(string(b.Group)), URL: z.page(id),
	}
	if tags := strings.Fields(b.Tags); len(tags) > 0 {
		ev.Ticket.Tags = tags
	}
	if ev.Kind == models.TicketCreated && ev.Ticket.Text == "" && z.canCall() {
		ev.Lacks = []string{"comments"}
	}
	return []models.Event{ev}, nil
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
