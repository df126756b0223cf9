package standard

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// delivering is a Standard that can also write: it posts decisions, signed, to the address of its source.
type delivering struct {
	*Standard
	client connector.Client
}

func newDelivering(s *Standard) (connector.Connector, error) {
	u, err := url.Parse(s.opt.DeliverTo)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, models.FieldErrorf("deliver_to", "must be an http or https address")
	}
	if s.opt.Now == nil {
		return nil, models.FieldErrorf("now", "a clock is needed to sign what is sent")
	}
	return &delivering{Standard: s, client: connector.Client{HTTP: s.opt.HTTP, Base: s.opt.DeliverTo}}, nil
}

// instruction is the data of what remit sends: what to do about one ticket or payment, and why.
type instruction struct {
	ID        string       `json:"id"` // the source's own id of the item
	Value     string       `json:"value,omitempty"`
	Before    string       `json:"before,omitempty"`
	Undo      bool         `json:"undo,omitempty"`
	Reason    string       `json:"reason,omitempty"`
	DecidedBy models.Actor `json:"decided_by"`

	Assignee string `json:"assignee,omitempty"` // to whom of the group a ticket goes; with undo: from whom it is taken

	DueAt time.Time `json:"due_at,omitzero"` // when an answer is due by the priority

	Entity   string     `json:"entity,omitempty"`
	Invoice  string     `json:"invoice,omitempty"`
	VendorID string     `json:"vendor_id,omitempty"`
	Amount   string     `json:"amount,omitempty"`
	Currency string     `json:"currency,omitempty"`
	PayOn    models.Day `json:"pay_on,omitempty"`

	*outcome
}

// Apply posts the decision. The webhook-id is the Write's key, by which the receiver knows a repetition.
func (d *delivering) Apply(ctx context.Context, w models.Write) error {
	kind, err := kindOf(w)
	if err != nil {
		return err
	}
	now := d.opt.Now()
	body, err := json.Marshal(struct {
		Type      string      `json:"type"`
		Timestamp time.Time   `json:"timestamp"`
		Data      instruction `json:"data"`
	}{kind, now.UTC(), d.instruction(w)})
	if err != nil {
		return models.Errorf(models.Internal, "write a decision down: %w", err)
	}
	return d.client.Do(ctx, connector.Call{
		Method: http.MethodPost, Key: w.Key, Header: d.sign(w.Key, now, body), In: body,
	})
}

// Assigns says that the source is told to whom of a group a ticket goes.
func (d *delivering) Assigns() {}

// Echoes gives the change as the source will tell it, and for a reply the message.
func (d *delivering) Echoes(w models.Write) []string {
	if w.Told != nil {
		return nil // it sends proposals, not what became of them
	}
	if w.Action == models.ActionReply {
		return []string{models.Comment{Text: w.Value}.Fingerprint(w.Item)}
	}
	var fps []string
	for _, c := range w.Changes() {
		fps = append(fps, c.Fingerprint(w.Item))
	}
	return fps
}

// kindOf names the instruction: "payment.hold", "ticket.priority".
func kindOf(w models.Write) (string, error) {
	if w.Told != nil {
		return "proposal." + string(w.Told.Fate), nil
	}
	switch w.Action {
	case models.ActionSchedule:
		return "payment.schedule", nil
	case models.ActionHold:
		if err := w.Action.Check(w.Value); err != nil {
			return "", err
		}
		return "payment." + w.Value, nil
	case models.ActionPriority, models.ActionRoute, models.ActionTag, models.ActionReply:
		return "ticket." + string(w.Action), nil
	}
	return "", models.FieldErrorf("action", "%q cannot be sent to a standard source", string(w.Action))
}

func (d *delivering) instruction(w models.Write) instruction {
	in := instruction{Value: w.Value, Before: w.Before, Undo: w.Undo, Reason: w.Note, DecidedBy: w.By, DueAt: w.Due, Assignee: w.Assignee}
	if w.Told != nil {
		return told(in, *w.Told)
	}
	switch {
	case w.Ticket != nil:
		in.ID = w.Ticket.ExternalID
	case w.Pay != nil:
		p := w.Pay
		in.ID, in.Entity, in.Invoice = p.ExternalID, p.Entity, p.Invoice
		in.VendorID = strings.TrimPrefix(p.VendorID, models.VendorItem(d.opt.Source, ""))
		in.Amount, _, _ = strings.Cut(p.Amount.String(), " ")
		in.Currency = string(p.Amount.Currency)
	}
	if in.ID == "" {
		_, in.ID, _ = strings.Cut(w.Item, ":"+d.opt.Source+":")
	}
	if w.Action == models.ActionSchedule {
		in.PayOn = models.Day(w.Value)
	}
	return in
}

// sign signs under every secret, so that a receiver in the middle of a rotation finds the one it knows.
func (d *delivering) sign(id string, at time.Time, body []byte) http.Header {
	ts := strconv.FormatInt(at.Unix(), 10)
	sigs := d.keys.Sign(base64.StdEncoding.EncodeToString, []byte(id), []byte("."), []byte(ts), []byte("."), body)
	h := http.Header{}
	h.Set(headerID, id)
	h.Set(headerTimestamp, ts)
	h.Set(headerSignature, "v1,"+strings.Join(sigs, " v1,"))
	return h
}
