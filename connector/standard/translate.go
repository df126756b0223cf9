package standard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// Translate gives the event in remit's words. Of a bank account nothing but a salted hash is left.
func (s *Standard) Translate(d models.Delivery) ([]models.Event, error) {
	var env envelope
	if err := connector.Decode(d.Body, &env); err != nil {
		return nil, err
	}
	if _, known := s.schemas[models.EventKind(d.Kind)]; !known {
		return nil, nil
	}
	return s.happened(d, env)
}

func (s *Standard) happened(d models.Delivery, env envelope) ([]models.Event, error) {
	at, err := connector.Time("timestamp", env.Timestamp)
	if err != nil {
		return nil, err
	}
	if env.Data.ID == "" && env.Data.Account == "" {
		return nil, models.FieldErrorf("data.id", "is needed")
	}
	ev := connector.NewEvent(d, models.EventKind(d.Kind), "", at)
	ev.Actor = s.actor(env.Data.Actor)
	ev.Changes = changes(env.Data.Changes)
	var r reader
	switch noun, _, _ := strings.Cut(d.Kind, "."); noun {
	case "ticket":
		s.ticket(&r, &ev, env.Data)
	case "account":
		s.account(&r, &ev, env.Data, keys(d.Body))
	case "payable":
		s.payable(&r, &ev, env.Data)
	case "receivable":
		s.receivable(&r, &ev, env.Data)
	case "balance":
		s.balance(&r, &ev, env.Data)
	case "transaction":
		s.transaction(&r, &ev, env.Data)
	case "vendor":
		s.vendor(&r, &ev, env.Data)
	case "proposal":
		s.proposal(&r, &ev, env.Data)
	}
	if r.err != nil {
		return nil, r.err
	}
	return []models.Event{ev}, nil
}

func (s *Standard) actor(a *actor) models.Actor {
	if a == nil {
		return models.Actor{Kind: models.ByUnknown}
	}
	if a.ID != "" && a.ID == s.opt.OwnActor {
		return models.Remit
	}
	kind := models.ActorKind(a.Kind)
	switch kind {
	case models.ByPerson, models.ByAutomation, models.ByCustomer:
	default:
		kind = models.ByUnknown
	}
	return models.Actor{Kind: kind, ID: s.local(a.ID), Name: a.Name}
}

// local leads an id of the source by the source's name.
func (s *Standard) local(id string) string {
	if id == "" {
		return ""
	}
	return s.opt.Source + "/" + id
}

// changes gives the changes by the names and in the values that proposals have, so that they compare.
func changes(cs []change) []models.Change {
	var out []models.Change
	for _, c := range cs {
		field := map[string]string{
			"group": string(models.ActionRoute), "tags": string(models.ActionTag), "pay_on": string(models.ActionSchedule),
		}[c.Field]
		if field == "" {
			field = c.Field
		}
		out = append(out, models.Change{Field: field, From: value(field, c.From), To: value(field, c.To)})
	}
	return out
}

func value(field, v string) string {
	switch models.Action(field) {
	case models.ActionPriority:
		return string(priority(v))
	case models.ActionTag:
		return models.JoinTags(strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }))
	case models.ActionHold:
		return map[string]string{"true": models.ValueHold, "false": models.ValueRelease, "": "", models.ValueHold: models.ValueHold}[v]
	}
	if st, ok := statuses[v]; ok && field == "status" {
		return string(st)
	}
	return v
}

func (s *Standard) ticket(r *reader, ev *models.Event, d data) {
	ev.Item = models.TicketItem(s.opt.Source, d.ID)
	t := &models.Ticket{
		ID: ev.Item, Source: s.opt.Source, ExternalID: d.ID, Subject: connector.Subject(d.Subject), Text: connector.Text(d.Text),
		Status: statuses[d.Status], Priority: priority(d.Priority), Group: d.Group, Assignee: d.Assignee, Tags: d.Tags, Fields: connector.Fields(d.Fields),
		RequesterID: s.local(d.RequesterID), Language: d.Language, Channel: d.Channel, URL: d.URL,
		CreatedAt: r.time("created_at", d.CreatedAt, time.Time{}),
	}
	if d.AccountID != "" {
		t.AccountID = models.AccountItem(s.opt.Source, d.AccountID)
	}
	if ev.Kind == models.TicketCreated && t.CreatedAt.IsZero() {
		t.CreatedAt = ev.At
	}
	t.Attach(int(d.Attachments))
	ev.Ticket = t
	if d.Comment != nil {
		ev.Comment = s.comment(r, ev, *d.Comment)
	}
}

func (s *Standard) comment(r *reader, ev *models.Event, c comment) *models.Comment {
	author := ev.Actor
	if c.Author != nil {
		author = s.actor(c.Author)
	}
	if ev.Actor.Kind == models.ByUnknown {
		ev.Actor = author
	}
	return &models.Comment{
		ID: c.ID, Author: author, Text: connector.Text(c.Text), Public: c.Public == nil || *c.Public, At: r.time("comment.at", c.At, ev.At), Files: int(c.Attachments),
	}
}

// keys gives the keys of the data: of an account, what is left out and what is empty are not the same.
func keys(body []byte) map[string]json.RawMessage {
	var env struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	_ = connector.Decode(body, &env) // it was read before
	return env.Data
}

func (s *Standard) account(r *reader, ev *models.Event, d data, told map[string]json.RawMessage) {
	ev.Item = models.AccountItem(s.opt.Source, d.ID)
	a := models.Account{
		ID: ev.Item, Name: d.Name, Tier: strings.ToLower(d.Tier), ARR: r.moneyOf("arr", d.ARR),
		RenewalOn: r.day("renewal_on", d.RenewalOn), PastDue: r.moneyOf("past_due", d.PastDue),
		ChurnRisk: d.ChurnRisk, VIP: d.VIP, OpenIssues: d.OpenIssues, Escalations: d.Escalations, UpdatedAt: ev.At,
	}.Says(func(field string) bool { _, ok := told[field]; return ok })
	ev.Account = &a
}

func (s *Standard) vendor(r *reader, ev *models.Event, d data) {
	ev.Item = models.VendorItem(s.opt.Source, d.ID)
	v := &models.Vendor{
		ID: ev.Item, Source: s.opt.Source, Name: d.Name, Aliases: d.Aliases, Class: strings.ToLower(d.Class), UpdatedAt: ev.At,
		FirstSeen: r.time("first_seen", d.FirstSeen, time.Time{}),
	}
	if bank := s.bank(d.BankAccount); bank != "" {
		v.Banks = []models.BankUse{{Bank: bank, Since: r.time("bank_since", d.BankSince, ev.At)}}
	}
	ev.Vendor = v
}

// bank hashes an account so that two can be compared and neither can be read. Spaces and case do not make another account.
func (s *Standard) bank(account string) string {
	account = strings.ToUpper(strings.Join(strings.Fields(account), ""))
	if account == "" {
		return ""
	}
	h := hmac.New(sha256.New, s.opt.Salt)
	_, _ = h.Write([]byte(account))
	return hex.EncodeToString(h.Sum(nil)[:16])
}
