package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Ticket is an event of a Zendesk ticket: that a customer opened it, or wrote to it once more.
type Ticket struct {
	Key     string // the event's own id
	ID      string // the ticket's
	Subject string
	Text    string
	At      time.Time
	Again   bool // the text is a comment on a ticket that is there
}

// Body gives the event in Zendesk's words.
func (t Ticket) Body() []byte {
	at := t.At.UTC().Format(time.RFC3339)
	kind, event := "created", map[string]any{"meta": map[string]any{"sequence": map[string]any{"id": t.Key, "position": 1}}}
	detail := map[string]any{
		"id": t.ID, "actor_id": "7", "requester_id": "7", "submitter_id": "7", "brand_id": "8447346621310", "group_id": "8447320466430",
		"subject": t.Subject, "priority": "NORMAL", "status": "NEW", "tags": []string{"web"}, "is_public": true, "type": "INCIDENT",
		"created_at": at, "updated_at": at, "via": map[string]any{"channel": "email"},
	}
	if t.Again {
		kind = "comment_added"
		event["comment"] = map[string]any{
			"id": t.Key, "body": t.Text, "is_public": true, "author": map[string]any{"id": "7", "is_staff": false, "name": "Emily"},
		}
	} else {
		detail["description"] = t.Text
	}
	b, _ := json.Marshal(map[string]any{ // text, numbers and lists of them: it cannot fail
		"type": "zen:event-type:ticket." + kind, "account_id": 12345, "id": t.Key, "time": at, "zendesk_event_version": "2022-11-06",
		"subject": "zen:ticket:" + t.ID, "detail": detail, "event": event,
	})
	return b
}

// Request gives the event as Zendesk posts it to a URL, signed at a time.
func (t Ticket) Request(ctx context.Context, url, secret string, at time.Time) (*http.Request, error) {
	body := t.Body()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = Zendesk(secret, body, at)
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}
