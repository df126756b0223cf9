package libredesk

import (
	"strings"

	"remit/connector"
	"remit/models"
)

// body is a webhook. The payload is a conversation, a message, or a change that holds its conversation.
type body struct {
	Event     string  `json:"event"`
	Timestamp string  `json:"timestamp"`
	Payload   payload `json:"payload"`
}

type payload struct {
	conversation
	message

	UUID      string `json:"uuid"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
	Status    string `json:"status"`

	ActorID          connector.ID  `json:"actor_id"`
	Conversation     *conversation `json:"conversation"`
	ConversationUUID string        `json:"conversation_uuid"`
	NewStatus        string        `json:"new_status"`
	PreviousStatus   string        `json:"previous_status"`
	NewTags          []string      `json:"new_tags"`
	PreviousTags     []string      `json:"previous_tags"`
}

type conversation struct {
	UUID         string       `json:"uuid"`
	CreatedAt    string       `json:"created_at"`
	UpdatedAt    string       `json:"updated_at"`
	Subject      string       `json:"subject"`
	Status       string       `json:"status"`
	Category     string       `json:"status_category"`
	Priority     string       `json:"priority"`
	Channel      string       `json:"inbox_channel"`
	ContactID    connector.ID `json:"contact_id"`
	AssignedUser connector.ID `json:"assigned_user_id"`
	AssignedTeam connector.ID `json:"assigned_team_id"`
	Tags         []string     `json:"tags"`
	LastMessage  string       `json:"last_message"`
	LastSender   string       `json:"last_message_sender"`
	Contact      person       `json:"contact"`
}

type message struct {
	Type        string       `json:"type"`
	Content     string       `json:"content"`
	TextContent string       `json:"text_content"`
	Private     bool         `json:"private"`
	SenderID    connector.ID `json:"sender_id"`
	SenderType  string       `json:"sender_type"`
	Author      person       `json:"author"`
	Attachments []attachment `json:"attachments"`
	Meta        struct {
		Activity string `json:"activity_type"`
	} `json:"meta"`
}

// attachment is a file of a message. An inline one is a picture within the text.
type attachment struct {
	Disposition string `json:"disposition"`
}

// files counts what is attached to the message.
func (m message) files() (n int) {
	for _, a := range m.Attachments {
		if a.Disposition != "inline" {
			n++
		}
	}
	return n
}

type person struct {
	ID        connector.ID `json:"id"`
	FirstName string       `json:"first_name"`
	LastName  string       `json:"last_name"`
	Email     string       `json:"email"`
}

func (p person) name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// about is what an event is about: its conversation, the thing that changed, and when.
type about struct{ ticket, uuid, at string }

func (b body) about() (about, error) {
	p := b.Payload
	a := about{ticket: p.ConversationUUID, uuid: p.UUID, at: p.UpdatedAt}
	switch {
	case p.Conversation != nil && p.Conversation.UUID != "":
		a = about{ticket: p.Conversation.UUID, uuid: p.Conversation.UUID, at: p.Conversation.UpdatedAt}
	case b.Event == "conversation.created":
		a.ticket = p.UUID
	case a.uuid == "":
		a.uuid = a.ticket
	}
	if a.at == "" {
		a.at = b.Timestamp
	}
	switch {
	case a.ticket == "" || len(a.ticket) > 128:
		return about{}, models.FieldErrorf("payload.uuid", "the conversation's uuid is needed")
	case a.uuid == "":
		return about{}, models.FieldErrorf("payload.uuid", "is needed")
	case a.at == "":
		return about{}, models.FieldErrorf("payload.updated_at", "is needed")
	}
	return a, nil
}

// whole gives the conversation of the payload, whichever way it is carried.
func (p payload) whole() conversation {
	if p.Conversation != nil {
		return *p.Conversation
	}
	c := p.conversation
	c.UUID, c.CreatedAt, c.UpdatedAt, c.Status = p.UUID, p.CreatedAt, p.UpdatedAt, p.Status
	return c
}

var priorities = map[string]models.Priority{
	"urgent": models.P1, "high": models.P2, "medium": models.P3, "low": models.P4,
}

func priority(word string) models.Priority { return priorities[strings.ToLower(word)] }

// priorityWord is libredesk's word for a priority.
func priorityWord(p models.Priority) string {
	for word, known := range priorities {
		if known == p {
			return strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return ""
}

var statuses = map[string]models.TicketStatus{
	"open": models.TicketOpen, "replied": models.TicketPending, "snoozed": models.TicketPending,
	"waiting": models.TicketPending, "resolved": models.TicketSolved, "closed": models.TicketSolved,
}

// status reads a status by its name, or, where an admin made up the name, by its category.
func status(name, category string) models.TicketStatus {
	if s, ok := statuses[strings.ToLower(name)]; ok {
		return s
	}
	return statuses[strings.ToLower(category)]
}
