package zendesk

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// The kinds of our own deliveries: what was asked for instead of told. No webhook can have them, as Split gives none.
const (
	kindFetched      = "fetched.ticket"
	kindPolled       = "polled.ticket"
	kindOrganization = "fetched.organization"
)

// whole is a ticket with its thread as we asked for it, kept as the body of a delivery.
type whole struct {
	Kind     models.EventKind `json:"kind,omitempty"` // of the event that lacked it; empty: to be found out
	Actor    models.Actor     `json:"actor,omitzero"` // of that event
	At       time.Time        `json:"at,omitzero"`    // of that event
	Since    time.Time        `json:"since,omitzero"` // when polling: what was there before
	Ticket   apiTicket        `json:"ticket"`
	Comments []apiComment     `json:"comments,omitempty"`
	Users    []apiUser        `json:"users,omitempty"`
}

type apiTicket struct {
	ID           connector.ID  `json:"id"`
	Subject      string        `json:"subject"`
	Description  string        `json:"description"`
	Status       string        `json:"status"`
	Priority     string        `json:"priority"`
	GroupID      connector.ID  `json:"group_id"`
	AssigneeID   connector.ID  `json:"assignee_id"`
	RequesterID  connector.ID  `json:"requester_id"`
	SubmitterID  connector.ID  `json:"submitter_id"`
	Organization connector.ID  `json:"organization_id"`
	Tags         []string      `json:"tags"`
	Via          via           `json:"via"`
	CreatedAt    string        `json:"created_at"`
	UpdatedAt    string        `json:"updated_at"`
	Custom       []customField `json:"custom_fields"`
	Generated    int64         `json:"generated_timestamp,omitempty"` // Unix seconds: what the export is ordered by
}

// customField is a custom field of a ticket, by Zendesk's number for it: its name is not told here.
type customField struct {
	ID    connector.ID    `json:"id"`
	Value json.RawMessage `json:"value"`
}

// fields gives the custom fields that have a value, by their number.
func (t apiTicket) fields() map[string]string {
	var out map[string]string
	for _, f := range t.Custom {
		var s string
		if connector.Decode(f.Value, &s) != nil || s == "" || f.ID == "" {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[string(f.ID)] = s
	}
	return out
}

type apiComment struct {
	ID        connector.ID `json:"id"`
	AuthorID  connector.ID `json:"author_id"`
	Body      string       `json:"body"`
	PlainBody string       `json:"plain_body"`
	Public    bool         `json:"public"`
	CreatedAt string       `json:"created_at"`
	Files     []attachment `json:"attachments,omitempty"`
}

// attachment is a file of a comment. An inline one is a picture within the text, such as a signature's.
type attachment struct {
	Inline bool `json:"inline"`
}

// files counts what is attached to the comment.
func (c apiComment) files() (n int) {
	for _, f := range c.Files {
		if !f.Inline {
			n++
		}
	}
	return n
}

type apiUser struct {
	ID   connector.ID `json:"id"`
	Name string       `json:"name"`
	Role string       `json:"role"`
}

// apiOrganization is a Zendesk organisation. Tier, revenue, renewal and VIP are fields that an admin adds.
type apiOrganization struct {
	ID        connector.ID               `json:"id"`
	Name      string                     `json:"name"`
	Tags      []string                   `json:"tags"`
	Fields    map[string]json.RawMessage `json:"organization_fields"`
	UpdatedAt string                     `json:"updated_at"`
}

// whole translates a ticket that we asked for. It lacks nothing.
func (z *Zendesk) whole(d models.Delivery) ([]models.Event, error) {
	var w whole
	if err := connector.Decode(d.Body, &w); err != nil {
		return nil, err
	}
	updated, err := connector.Time("ticket.updated_at", w.Ticket.UpdatedAt)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(w.Ticket.Status, "deleted") {
		return nil, nil
	}
	ev := connector.NewEvent(d, w.Kind, d.Subject, updated)
	if w.At.After(ev.At) {
		ev.At = w.At
	}
	ev.Actor = w.Actor
	if ev.Actor.Kind == "" {
		ev.Actor.Kind = models.ByUnknown
	}
	t, err := z.ticket(d, detail{
		GroupID: w.Ticket.GroupID, AssigneeID: w.Ticket.AssigneeID, RequesterID: w.Ticket.RequesterID,
		Organization: w.Ticket.Organization, Subject: w.Ticket.Subject, Description: w.Ticket.Description,
		Status: w.Ticket.Status, Priority: w.Ticket.Priority, Tags: w.Ticket.Tags, Via: w.Ticket.Via, CreatedAt: w.Ticket.CreatedAt,
	})
	if err != nil {
		return nil, err
	}
	t.Fields = connector.Fields(w.Ticket.fields())
	z.thread(t, w)
	ev.Ticket = t
	if d.Kind == kindPolled {
		z.seen(&ev, w)
	}
	if ev.Kind == "" {
		ev.Kind = models.TicketUpdated
	}
	return []models.Event{ev}, nil
}

// thread puts the comments on the ticket: the first is its text, the others follow.
func (z *Zendesk) thread(t *models.Ticket, w whole) {
	for i, c := range w.Comments {
		at, err := connector.Time("created_at", c.CreatedAt)
		if err != nil || c.ID == "" {
			continue
		}
		if i == 0 {
			t.Text = connector.Text(first(t.Text, c.PlainBody, c.Body))
			t.Attach(c.files())
			continue
		}
		t.Thread = append(t.Thread, models.Comment{
			ID: string(c.ID), Author: z.author(c, w), Text: connector.Text(first(c.PlainBody, c.Body)), Public: c.Public, At: at, Files: c.files(),
		})
	}
}

func (z *Zendesk) author(c apiComment, w whole) models.Actor {
	a := z.who(string(c.AuthorID), string(w.Ticket.RequesterID), "")
	i := slices.IndexFunc(w.Users, func(u apiUser) bool { return u.ID == c.AuthorID })
	if i < 0 || a == models.Remit {
		return a
	}
	a.Name = w.Users[i].Name
	if w.Users[i].Role == "end-user" {
		a.Kind = models.ByCustomer
	}
	return a
}

// seen finds out what happened to a polled ticket, which the export does not tell: one made since the last look was
// created; a comment as young as the ticket's last change is what changed it, and tells by whom.
func (z *Zendesk) seen(ev *models.Event, w whole) {
	if w.Ticket.CreatedAt == w.Ticket.UpdatedAt || (!w.Since.IsZero() && ev.Ticket.CreatedAt.After(w.Since)) {
		ev.Kind = models.TicketCreated
		ev.Actor = z.who(string(first(string(w.Ticket.SubmitterID), string(w.Ticket.RequesterID))), string(w.Ticket.RequesterID), w.Ticket.Via.Channel)
		return
	}
	ev.Kind = models.TicketUpdated
	if len(ev.Ticket.Thread) == 0 {
		return
	}
	newest := ev.Ticket.Thread[len(ev.Ticket.Thread)-1]
	if newest.At.Before(ev.At.Add(-time.Second)) {
		return
	}
	ev.Actor = newest.Author
	if newest.Public {
		ev.Kind, ev.Comment = models.TicketCommented, &newest
	}
}

// organization translates an organisation to an account.
func (z *Zendesk) organization(d models.Delivery) ([]models.Event, error) {
	var o apiOrganization
	if err := connector.Decode(d.Body, &o); err != nil {
		return nil, err
	}
	at, err := connector.Time("updated_at", o.UpdatedAt)
	if err != nil {
		return nil, err
	}
	if err := short(map[string]string{"id": string(o.ID)}); err != nil {
		return nil, err
	}
	ev := connector.NewEvent(d, models.AccountUpdated, z.account(string(o.ID)), at)
	a := models.Account{
		ID: ev.Item, Name: o.Name, Tier: tier(o), VIP: o.flag("vip") || slices.Contains(o.Tags, "vip"),
		ARR: o.money("arr"), PastDue: o.money("past_due"), ChurnRisk: o.share("churn_risk"),
		RenewalOn: o.day("renewal_on"), OpenIssues: o.count("open_issues"), Escalations: o.count("escalations"), UpdatedAt: ev.At,
	}.Says(o.says)
	ev.Account = &a
	return []models.Event{ev}, nil
}

// says reports a field that the organisation has and that is empty, nothing or no; one with a value says that anyhow. What cannot be
// read says nothing, nor does a tag that is not there.
func (o apiOrganization) says(field string) bool {
	_, has := o.Fields[field]
	amount, _, _ := strings.Cut(o.text(field), " ")
	return has && (field == "vip" || strings.Trim(amount, "0.") == "")
}

// tier gives the organisation's tier field, else the tag that says one.
func tier(o apiOrganization) string {
	if t := o.text("tier"); t != "" {
		return strings.ToLower(t)
	}
	for _, tag := range o.Tags {
		switch t := strings.ToLower(strings.TrimPrefix(tag, "tier_")); {
		case strings.HasPrefix(tag, "tier_"), t == "enterprise", t == "business", t == "free":
			return t
		}
	}
	return ""
}

// text gives an organisation's field as text, whatever its type there.
func (o apiOrganization) text(field string) string {
	var s string
	raw := o.Fields[field]
	if connector.Decode(raw, &s) == nil {
		return strings.TrimSpace(s)
	}
	if string(raw) == "null" {
		return ""
	}
	return strings.Trim(string(raw), `"{}[] `)
}

func (o apiOrganization) flag(field string) bool {
	switch strings.ToLower(o.text(field)) {
	case "true", "yes", "1", field:
		return true
	}
	return false
}

// money reads "120000 EUR"; what is not an amount with a currency is not known.
func (o apiOrganization) money(field string) models.Money {
	m, err := models.ParseMoney(o.text(field))
	if err != nil {
		return models.Money{}
	}
	return m
}

func (o apiOrganization) day(field string) models.Day {
	d, err := models.ParseDay(o.text(field))
	if err != nil {
		return ""
	}
	return d
}

func (o apiOrganization) share(field string) float64 {
	f, err := strconv.ParseFloat(o.text(field), 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return 0
	}
	return f
}

func (o apiOrganization) count(field string) int {
	n, err := strconv.Atoi(o.text(field))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
