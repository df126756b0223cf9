package libredesk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"remit/connector"
	"remit/models"
)

// Echoes gives the fingerprint of the change. Notes come back as private messages, which cause nothing.
func (c *connected) Echoes(w models.Write) []string {
	if w.Action == models.ActionReply {
		return nil
	}
	return []string{w.Change().Fingerprint(w.Item)}
}

// Apply writes a field and then a private note that says why, or a draft as a private note. The note comes last and names
// the write: where it is found, all was done before. A field that somebody else has changed since is a Conflict.
func (c *connected) Apply(ctx context.Context, w models.Write) error {
	base := "/api/v1/conversations/" + url.PathEscape(c.uuid(w.Item))
	call, err := c.field(w, base)
	if err != nil {
		return err
	}
	done, err := c.noted(ctx, base, w)
	if done || err != nil {
		return err
	}
	if call.Path != "" {
		if err := c.set(ctx, base, call, w); err != nil {
			return err
		}
	}
	return c.do(ctx, connector.Call{
		Method: http.MethodPost, Path: base + "/messages", Key: w.Key,
		In: map[string]any{"message": paragraphs(w), "private": true, "sender_type": "agent"},
	})
}

// set writes the field unless it is so already.
func (c *connected) set(ctx context.Context, base string, call connector.Call, w models.Write) error {
	var out struct {
		Data conversation `json:"data"`
	}
	if err := c.do(ctx, connector.Call{Method: http.MethodGet, Path: base, Out: &out}); err != nil {
		return err
	}
	var t models.Ticket
	if err := c.describe(&t, out.Data); err != nil {
		return err
	}
	switch now := t.Field(w.Action); now {
	case w.Value:
		return nil
	case w.Before, "":
		return c.do(ctx, call)
	default:
		return models.Errorf(models.Conflict, "somebody has set %s of the conversation to %q since", w.Action, now)
	}
}

func (c *connected) do(ctx context.Context, call connector.Call) error {
	if err := c.client.Do(ctx, call); err != nil {
		return fmt.Errorf("libredesk: %w", err)
	}
	return nil
}

// field gives the call that writes the field; none for a draft.
func (c *connected) field(w models.Write, base string) (connector.Call, error) {
	call := connector.Call{Method: http.MethodPut, Key: w.Key}
	unset := w.Undo && w.Value == ""
	if !unset {
		if err := w.Action.Check(w.Value); err != nil {
			return connector.Call{}, err
		}
	}
	switch w.Action {
	case models.ActionPriority:
		if unset {
			return connector.Call{}, models.FieldErrorf("value", "libredesk cannot take a priority away again: choose one")
		}
		call.Path, call.In = base+"/priority", map[string]any{"priority": priorityWord(models.Priority(w.Value))}
	case models.ActionRoute:
		if unset {
			call.Path = base + "/assignee/team/remove"
			return call, nil
		}
		id := cmp.Or(c.opt.Groups[w.Value], w.Value)
		if strings.Trim(id, "0123456789") != "" {
			return connector.Call{}, models.FieldErrorf("groups", "the team %q has no id: name it under groups", w.Value)
		}
		call.Path, call.In = base+"/assignee/team", map[string]any{"assignee_id": json.Number(id)}
	case models.ActionTag:
		tags := strings.FieldsFunc(w.Value, func(r rune) bool { return r == ',' })
		call.Method, call.Path, call.In = http.MethodPost, base+"/tags", map[string]any{"tags": tags}
	case models.ActionReply:
		return connector.Call{}, nil
	default:
		return connector.Call{}, models.FieldErrorf("action", "%q is nothing that a conversation has", string(w.Action))
	}
	return call, nil
}

// noted reports whether the write's note is there already.
func (c *connected) noted(ctx context.Context, base string, w models.Write) (bool, error) {
	var out struct {
		Data struct {
			Results []struct {
				Content string `json:"content"`
			} `json:"results"`
		} `json:"data"`
	}
	if err := c.do(ctx, connector.Call{Method: http.MethodGet, Path: base + "/messages?private=true", Out: &out}); err != nil {
		return false, err
	}
	for _, m := range out.Data.Results {
		if strings.Contains(m.Content, mark(w)) {
			return true, nil
		}
	}
	return false, nil
}

// mark ends the note. It is closed by the paragraph, so that no key is found within a longer one.
func mark(w models.Write) string { return "remit " + html.EscapeString(w.Key) + "</p>" }

// paragraphs writes the note as the HTML that libredesk takes. What customers wrote is shown as text.
func paragraphs(w models.Write) string {
	parts := []string{w.Note}
	switch {
	case w.Action == models.ActionReply && w.Undo:
		parts = []string{"The suggested reply above is withdrawn.", w.Note}
	case w.Action == models.ActionReply:
		parts = []string{"Suggested reply - a draft, not sent to the customer:", w.Value, w.Note}
	case w.Undo:
		parts = []string{"Taken back: " + string(w.Action) + " is " + cmp.Or(w.Value, "not set") + " again.", w.Note}
	}
	if !w.Due.IsZero() { // a conversation has no field for it that could be written
		parts = append(parts, "An answer is due by "+w.Due.UTC().Format("Mon 2 Jan 2006 15:04")+" UTC.")
	}
	var b strings.Builder
	for _, p := range slices.DeleteFunc(parts, func(s string) bool { return s == "" }) {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
	}
	return b.String() + "<p>" + mark(w)
}
