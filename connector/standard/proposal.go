package standard

import (
	"encoding/json"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// reason is one thing that speaks for a proposal.
type reason struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

// proposal translates what another system proposes, or takes back.
func (s *Standard) proposal(r *reader, ev *models.Event, d data) {
	domain := models.Domain(d.Domain)
	if !domain.Other() {
		r.fail("domain", models.Errorf(models.Invalid, "%q is judged here and takes no proposals", d.Domain))
	}
	ev.Item = models.SubmissionItem(domain, s.opt.Source, d.Item)
	sub := &models.Submission{
		ID: models.SubmissionID(s.opt.Source, d.ID), Source: s.opt.Source, ExternalID: d.ID, Item: ev.Item, UpdatedAt: earlier(ev.At, ev.ReceivedAt),
	}
	ev.Submission = sub
	if ev.Kind == models.ProposalWithdrawn {
		sub.Withdrawn, sub.Why = true, d.Reason
		return
	}
	sub.Action, sub.Title, sub.Value, sub.Before, sub.Options = domain.Action(d.Action), d.Title, d.Value, d.Before, d.Options
	sub.Facts, sub.Amount, sub.Reasons = d.Facts.Clean(), r.money("amount", d.Amount, d.Currency), reasons(d.Reasons)
	sub.Reversible, sub.Requester, sub.Segment, sub.URL = d.Reversible, d.Requester, d.Segment, d.URL
	sub.Stated, sub.Model = models.DefaultStated, s.opt.Source
	if d.Confidence != nil {
		sub.Stated = *d.Confidence
	}
	if d.Model != "" {
		sub.Model = s.opt.Source + "/" + d.Model
	}
	if sub.Amount.Negative() {
		r.fail("amount", models.Errorf(models.Invalid, "is below nothing"))
	}
	r.fail("facts", sub.Facts.Check())
	r.fail("value", sub.Action.Check(sub.Value))
}

// earlier keeps a clock that is ahead from making facts fresher than they can be.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

func reasons(rs []reason) []models.Reason {
	var out []models.Reason
	for _, r := range rs {
		out = append(out, models.Reason{Code: r.Code, Text: r.Text, Weight: r.Weight})
	}
	return out
}

// Proposing is a connector that takes proposals made through the API.
type Proposing interface {
	connector.Connector
	// Propose gives the delivery of what a person's program says of a proposal: data is that of the kind of event. A
	// proposal.created has the proposal's id for a key, so that it is one however often it is sent; of the others each is said
	// anew. It is said in the person's name, whatever it says. The error is Invalid and names the field.
	Propose(kind models.EventKind, data map[string]any, by models.Person, at time.Time) (models.Delivery, error)
}

// Mute gives a source that nobody can sign for and that hears nothing: what programs propose through the API where they
// name no source of their own.
func Mute(source string) (*Standard, error) {
	compiled, err := compileSchemas()
	if err != nil {
		return nil, err
	}
	return &Standard{opt: Options{Source: source}, schemas: compiled}, nil
}

// Propose implements Proposing.
func (s *Standard) Propose(kind models.EventKind, data map[string]any, by models.Person, at time.Time) (models.Delivery, error) {
	data["requester"] = by.ID
	body, err := json.Marshal(map[string]any{"type": kind, "timestamp": at.UTC().Format(time.RFC3339Nano), "data": data})
	if err != nil {
		return models.Delivery{}, models.FieldErrorf("body", "cannot be written down")
	}
	d, err := s.said(body, at)
	if field, ok := strings.CutPrefix(models.FieldOf(err), "data."); ok {
		return d, models.FieldErrorf(field, "%s", strings.TrimPrefix(models.SentenceOf(err), "data."+field+": "))
	}
	return d, err
}

func (s *Standard) said(body []byte, at time.Time) (models.Delivery, error) {
	kind, _, err := s.schemas.check(body)
	if err != nil {
		return models.Delivery{}, err
	}
	var env envelope
	if err := connector.Decode(body, &env); err != nil {
		return models.Delivery{}, err
	}
	subject, err := s.subject(kind, env.Data)
	if err != nil {
		return models.Delivery{}, err
	}
	key := "api/" + env.Data.ID
	if kind != models.ProposalCreated {
		key = "api/" + models.NewID("said", string(body))
	}
	d := connector.Deliver(s.opt.Source, key, string(kind), subject, connector.Request{Body: body, At: at})
	_, err = s.happened(d, env)
	return d, err
}

// outcome is what the proposer of a decision is told with it.
type outcome struct {
	Domain   models.Domain `json:"domain"`
	Action   string        `json:"action"`
	Item     string        `json:"item"`
	Outcome  models.Fate   `json:"outcome"`
	Proposed string        `json:"proposed"`
	Decision string        `json:"decision"`
	Note     string        `json:"note,omitempty"`
}

// told gives the instruction of an outcome. It has a value only where there is something to do.
func told(in instruction, t models.Tidings) instruction {
	s := t.Submission
	in.ID = s.ExternalID
	in.outcome = &outcome{
		Domain: s.Action.Domain(), Action: s.Action.Name(), Item: s.ExternalItem(), Outcome: t.Fate, Proposed: t.Proposed,
		Decision: t.Decision, Note: t.Note,
	}
	switch t.Fate {
	case models.FateApproved, models.FateOverridden, models.FateActed, models.FateUndone:
	default:
		in.Value = ""
	}
	return in
}
