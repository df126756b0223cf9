package zendesk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// draftHeading leads a reply that a person is to send.
const draftHeading = "Suggested reply - a draft, not sent to the customer:"

// note is the internal note that goes with a write. Its last line names the write, so that it is known again.
func note(w models.Write) string {
	parts := []string{w.Note}
	switch {
	case w.Action == models.ActionReply && w.Undo:
		parts = []string{"The suggested reply above is withdrawn.", w.Note}
	case w.Action == models.ActionReply:
		parts = []string{draftHeading, w.Value, w.Note}
	case w.Undo:
		parts = []string{"Taken back: " + string(w.Action) + " is " + cmp.Or(w.Value, "not set") + " again.", w.Note}
	}
	parts = append(parts, mark(w))
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n")
}

func mark(w models.Write) string { return "remit " + w.Key }

// Assigns says that a ticket is given to somebody in the same update as to their group.
func (c *connected) Assigns() {}

// Echoes gives the fingerprints of the change and of the note.
func (c *connected) Echoes(w models.Write) []string {
	fps := []string{models.Comment{Text: note(w)}.Fingerprint(w.Item)}
	if w.Action == models.ActionReply {
		return fps
	}
	for _, c := range w.Changes() {
		fps = append(fps, c.Fingerprint(w.Item))
	}
	return fps
}

// staleTries is how often a write is tried again on the ticket as it is now, when somebody was faster by a moment: often
// it is another write of ours to the same ticket.
const staleTries = 4

// Apply writes a field and the note that says why, or a draft as an internal note, in one update. It looks first: what is
// written already is not written again, and a field that somebody else has changed since is a Conflict.
func (c *connected) Apply(ctx context.Context, w models.Write) error {
	change, err := c.change(w)
	if err != nil {
		return err
	}
	id := strings.TrimPrefix(w.Item, models.TicketItem(c.opt.Source, ""))
	for range staleTries {
		var stale bool
		if stale, err = c.tryApply(ctx, id, w, change); !stale {
			return err
		}
	}
	return models.Errorf(models.Unavailable, "ticket %s is being changed at every moment: %w", id, err)
}

// tryApply looks at the ticket and writes. stale reports that it changed in between, in whatever.
func (c *connected) tryApply(ctx context.Context, id string, w models.Write, change map[string]any) (stale bool, err error) {
	t, err := c.getTicket(ctx, id)
	if err != nil {
		return false, err
	}
	now, err := c.current(t, w.Action)
	if err != nil {
		return false, err
	}
	if w.Action == models.ActionReply || now == w.Value {
		done, err := c.noted(ctx, id, w)
		if done || err != nil {
			return false, err
		}
	} else if overtaken(w, now, t) {
		return false, models.Errorf(models.Conflict, "somebody has set %s of ticket %s to %q since", w.Action, id, now)
	}
	in := maps.Clone(change)
	in["comment"] = map[string]any{"body": note(w), "public": false}
	in["safe_update"], in["updated_stamp"] = true, t.UpdatedAt
	err = c.put(ctx, id, w.Key, in)
	return models.KindOf(err) == models.Conflict, err
}

func (c *connected) put(ctx context.Context, id, key string, change map[string]any) error {
	call := connector.Call{
		Method: http.MethodPut, Path: "/api/v2/tickets/" + url.PathEscape(id) + ".json", Key: key,
		In: map[string]any{"ticket": change},
	}
	if err := c.client.Do(ctx, call); err != nil {
		return fmt.Errorf("write to zendesk: %w", err)
	}
	return nil
}

// change gives the write as fields of a Zendesk ticket.
func (c *connected) change(w models.Write) (map[string]any, error) {
	if w.Value != "" || !w.Undo {
		if err := w.Action.Check(w.Value); err != nil {
			return nil, err
		}
	}
	switch w.Action {
	case models.ActionPriority:
		in := map[string]any{"priority": nil}
		if w.Value != "" {
			in["priority"] = priorityWord(models.Priority(w.Value))
		}
		c.due(in, w)
		return in, nil
	case models.ActionRoute:
		return c.route(w)
	case models.ActionTag:
		return map[string]any{"tags": strings.FieldsFunc(w.Value, func(r rune) bool { return r == ',' })}, nil
	case models.ActionReply:
		return map[string]any{}, nil
	}
	return nil, models.FieldErrorf("action", "%q is nothing that a ticket has", string(w.Action))
}

// due adds when an answer is due by the priority to what is written; where there is no target, none stays there. Zendesk's
// own due_at is for tickets of the type task alone, so that it stands in a field that the admin has made.
func (c *connected) due(in map[string]any, w models.Write) {
	if c.opt.DueField == "" {
		return
	}
	field := map[string]any{"id": json.Number(c.opt.DueField), "value": nil}
	if !w.Due.IsZero() {
		field["value"] = w.Due.UTC().Format(time.RFC3339)
	}
	in["custom_fields"] = []any{field}
}

// route gives the group, and to whom of it the ticket goes.
func (c *connected) route(w models.Write) (map[string]any, error) {
	in := map[string]any{"group_id": nil}
	id := c.groupID(w.Value)
	if strings.Trim(id, "0123456789") != "" {
		return nil, models.FieldErrorf("groups", "the group %q has no id: name it under groups", w.Value)
	}
	if id != "" {
		in["group_id"] = json.Number(id)
	}
	if w.Assignee == "" {
		return in, nil
	}
	in["assignee_id"] = nil
	if w.Undo {
		return in, nil
	}
	who, err := c.agentID(w.Assignee)
	in["assignee_id"] = who
	return in, err
}

// current gives the ticket's value of the action's field as a Proposal states it.
func (c *connected) current(t apiTicket, a models.Action) (string, error) {
	known, err := c.ticket(models.Delivery{}, detail{Priority: t.Priority, GroupID: t.GroupID, Tags: t.Tags})
	if err != nil {
		return "", err
	}
	return known.Field(a), nil
}

// overtaken reports a field that is neither what we knew nor what we want. Where we knew of no value, it is one that came
// with a later change than the last we heard of.
func overtaken(w models.Write, now string, t apiTicket) bool {
	if w.Before != "" || now == "" {
		return now != w.Before
	}
	updated, err := time.Parse(time.RFC3339, t.UpdatedAt)
	return err == nil && w.Ticket != nil && !w.Ticket.UpdatedAt.IsZero() && updated.After(w.Ticket.UpdatedAt)
}

// noted reports whether the write's note is on the ticket already, so that a try whose answer was lost is not repeated.
func (c *connected) noted(ctx context.Context, id string, w models.Write) (bool, error) {
	var out struct {
		Comments []apiComment `json:"comments"`
	}
	if err := c.get(ctx, "/api/v2/tickets/"+url.PathEscape(id)+"/comments.json?sort_order=desc", &out); err != nil {
		return false, err
	}
	return slices.ContainsFunc(out.Comments, func(o apiComment) bool {
		return strings.HasSuffix(strings.TrimSpace(first(o.PlainBody, o.Body)), mark(w))
	}), nil
}
