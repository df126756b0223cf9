package models

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Priority is how soon a ticket must be seen to: P1 (now) to P4 (when there is time), or empty for not set.
type Priority string

// The priorities, most urgent first.
const (
	P1 Priority = "P1"
	P2 Priority = "P2"
	P3 Priority = "P3"
	P4 Priority = "P4"
)

// Priorities lists the priorities, most urgent first.
func Priorities() []Priority { return []Priority{P1, P2, P3, P4} }

// Valid reports one of P1..P4.
func (p Priority) Valid() bool { return slices.Contains(Priorities(), p) }

// Steps gives how many steps apart two valid priorities are.
func (p Priority) Steps(o Priority) int {
	d := slices.Index(Priorities(), p) - slices.Index(Priorities(), o)
	return max(d, -d)
}

// TicketStatus is where a ticket stands, in remit's words.
type TicketStatus string

// The states of a ticket.
const (
	TicketOpen    TicketStatus = "open"
	TicketPending TicketStatus = "pending" // waits for the customer
	TicketSolved  TicketStatus = "solved"
)

// Comment is one message of a ticket's thread.
type Comment struct {
	ID     string    `json:"id"`
	Author Actor     `json:"author"`
	Text   string    `json:"text"`
	Public bool      `json:"public"`
	At     time.Time `json:"at"`
	Files  int       `json:"files,omitempty"` // attached to it, as far as the provider tells
}

// Fingerprint identifies the comment's text on an item, for knowing our own note again.
func (c Comment) Fingerprint(item string) string {
	return NewID("fp", item, "comment", strings.TrimSpace(c.Text))
}

// threadKept bounds how many messages of a thread are kept as facts, the newest ones.
const threadKept = 20

// Ticket is what is known of a support ticket.
type Ticket struct {
	ID          string            `json:"id" gorm:"primaryKey"` // TicketItem of source and external id
	Source      string            `json:"source" gorm:"not null"`
	ExternalID  string            `json:"external_id" gorm:"not null"`
	Subject     string            `json:"subject"`
	Text        string            `json:"text"` // the first message
	Status      TicketStatus      `json:"status"`
	Priority    Priority          `json:"priority"`
	Group       string            `json:"group" gorm:"column:group_name"`
	Assignee    string            `json:"assignee"`
	Tags        []string          `json:"tags" gorm:"serializer:json"`
	RequesterID string            `json:"requester_id"` // source/provider's id of the customer
	AccountID   string            `json:"account_id"`   // Account.ID
	Language    string            `json:"language"`
	Channel     string            `json:"channel"`
	URL         string            `json:"url"` // where a person opens it
	Thread      []Comment         `json:"thread" gorm:"serializer:json"`
	Fields      map[string]string `json:"fields,omitempty" gorm:"serializer:json"` // the helpdesk's custom fields, by name
	Marks       []uint32          `json:"-" gorm:"serializer:json"`                // by which tickets about the same thing are known; see the judge
	Reopens     int               `json:"reopens"`
	CreatedAt   time.Time         `json:"created_at" gorm:"autoCreateTime:false"`
	UpdatedAt   time.Time         `json:"updated_at" gorm:"autoUpdateTime:false"` // the provider's time of the newest event folded in
}

// TicketItem is the id of a ticket: "ticket:helpdesk:35436".
func TicketItem(source, externalID string) string { return "ticket:" + source + ":" + externalID }

// Fold gives the ticket with the event's word added. An event older than what is known only fills what was never said;
// it overwrites nothing. Comments join the thread once, in the order of their time.
func (t Ticket) Fold(ev Event) Ticket {
	newer := !ev.At.Before(t.UpdatedAt)
	if n := ev.Ticket; n != nil {
		was := t.Status
		t.ID, t.Source, t.ExternalID = n.ID, n.Source, n.ExternalID
		fold(&t.Subject, n.Subject, newer)
		fold(&t.Text, n.Text, newer)
		fold(&t.Status, n.Status, newer)
		fold(&t.Priority, n.Priority, newer)
		fold(&t.Group, n.Group, newer)
		fold(&t.Assignee, n.Assignee, newer)
		fold(&t.RequesterID, n.RequesterID, newer)
		fold(&t.AccountID, n.AccountID, newer)
		fold(&t.Language, n.Language, newer)
		fold(&t.Channel, n.Channel, newer)
		fold(&t.URL, n.URL, newer)
		if n.Tags != nil && (newer || t.Tags == nil) {
			t.Tags = slices.Clone(n.Tags)
		}
		t.Fields = foldFields(t.Fields, n.Fields, newer)
		if !n.CreatedAt.IsZero() && (newer || t.CreatedAt.IsZero()) {
			t.CreatedAt = n.CreatedAt
		}
		if was == TicketSolved && t.Status == TicketOpen {
			t.Reopens++
		}
		for _, c := range n.Thread {
			t.Thread = joinThread(t.Thread, c)
		}
	}
	if ev.Comment != nil {
		t.Thread = joinThread(t.Thread, *ev.Comment)
	}
	if newer {
		t.UpdatedAt = ev.At
	}
	return t
}

func fold[T comparable](into *T, said T, newer bool) {
	var unsaid T
	if said != unsaid && (newer || *into == unsaid) {
		*into = said
	}
}

// foldFields adds what is said of custom fields; a field that is not spoken of stays.
func foldFields(has, said map[string]string, newer bool) map[string]string {
	if len(said) == 0 {
		return has
	}
	out := maps.Clone(has)
	if out == nil {
		out = map[string]string{}
	}
	for name, value := range said {
		if _, known := out[name]; newer || !known {
			out[name] = value
		}
	}
	return out
}

func joinThread(thread []Comment, c Comment) []Comment {
	if slices.ContainsFunc(thread, func(o Comment) bool { return o.ID == c.ID }) {
		return thread
	}
	thread = append(slices.Clone(thread), c)
	slices.SortStableFunc(thread, func(a, b Comment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return thread[max(0, len(thread)-threadKept):]
}

// Latest gives the newest text from the customer: the last public comment of theirs, else the first message.
func (t Ticket) Latest() string {
	for _, c := range slices.Backward(t.Thread) {
		if c.Public && c.Author.Kind == ByCustomer {
			return c.Text
		}
	}
	return t.Text
}

// WaitingSince gives since when the customer waits for an answer: since their first message after our last public one, or
// since the ticket was created. It is the zero time where the last public word is ours.
func (t Ticket) WaitingSince() time.Time {
	since := t.CreatedAt
	for _, c := range t.Thread {
		switch {
		case !c.Public:
		case c.Author.Kind == ByPerson:
			since = time.Time{}
		case c.Author.Kind == ByCustomer && since.IsZero():
			since = c.At
		}
	}
	return since
}

// FieldAttachments is the custom field that tells how many files came with the first message, as digits.
const FieldAttachments = "attachments"

// Attach notes how many files came with the first message, unless the helpdesk has a field of that name itself.
func (t *Ticket) Attach(files int) {
	if _, taken := t.Fields[FieldAttachments]; taken || files <= 0 {
		return
	}
	t.Fields = foldFields(t.Fields, map[string]string{FieldAttachments: strconv.Itoa(files)}, true)
}

// Attachments counts the files that the customer has sent, as far as they are known.
func (t Ticket) Attachments() int {
	files, err := strconv.Atoi(t.Fields[FieldAttachments])
	if err != nil || files < 0 {
		files = 0
	}
	for _, c := range t.Thread {
		if c.Public && c.Author.Kind == ByCustomer {
			files += c.Files
		}
	}
	return files
}

// Closed reports whether there is nothing left to decide.
func (t Ticket) Closed() bool { return t.Status == TicketSolved }

// Field gives the ticket's value of an action's field in the form a Proposal states it, so that the two compare.
func (t Ticket) Field(a Action) string {
	switch a {
	case ActionPriority:
		return string(t.Priority)
	case ActionRoute:
		return t.Group
	case ActionTag:
		return JoinTags(t.Tags)
	}
	return ""
}

// JoinTags writes tags in the one form in which they compare: sorted, each once, by commas.
func JoinTags(tags []string) string {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	return strings.Join(slices.Compact(tags), ",")
}
