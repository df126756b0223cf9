// Package standard connects any system that can sign a webhook: Standard Webhooks carrying remit's own events, which are
// described by the JSON Schema files in schemas, and, where an address is given, decisions sent back the same way.
package standard

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

// The headers that Standard Webhooks signs with.
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// Options say which source this is and where its decisions go.
type Options struct {
	Source    string
	Secrets   []models.Secret // "whsec_..." base64; two while rotating, the new one first
	OwnActor  string          // the actor id under which the source writes down what remit did
	Salt      []byte          // for bank accounts, which are kept as salted hashes only
	DeliverTo string          // where decisions are posted; empty: the source can only tell
	HTTP      *http.Client
	Now       func() time.Time // needed with DeliverTo
}

// Standard is the connector of one source.
type Standard struct {
	opt     Options
	keys    connector.Keys
	schemas schemas
}

// New gives the connector. It is a connector.Applier only where DeliverTo is set.
func New(opt Options) (connector.Connector, error) {
	if opt.Source == "" {
		return nil, models.FieldErrorf("name", "a source needs a name")
	}
	if len(opt.Salt) == 0 {
		return nil, models.FieldErrorf("salt", "a salt is needed: without one the hash of a bank account can be guessed")
	}
	keys, err := connector.NewKeys(opt.Secrets, decodeSecret)
	if err != nil {
		return nil, err
	}
	compiled, err := compileSchemas()
	if err != nil {
		return nil, err
	}
	s := &Standard{opt: opt, keys: keys, schemas: compiled}
	if opt.DeliverTo == "" {
		return s, nil
	}
	return newDelivering(s)
}

func decodeSecret(s string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "whsec_"))
}

// Verify checks the signature over id, timestamp and body, and that the timestamp is within five minutes either way.
func (s *Standard) Verify(r connector.Request) error {
	id, ts := r.Header.Get(headerID), r.Header.Get(headerTimestamp)
	if id == "" || ts == "" || r.Header.Get(headerSignature) == "" {
		return connector.Unsigned("webhook-id, webhook-timestamp and webhook-signature are needed")
	}
	var given []string
	for sig := range strings.FieldsSeq(r.Header.Get(headerSignature)) {
		if v1, ok := strings.CutPrefix(sig, "v1,"); ok {
			given = append(given, v1)
		}
	}
	if !s.keys.Signed(base64.StdEncoding.EncodeToString, given, []byte(id), []byte("."), []byte(ts), []byte("."), r.Body) {
		return connector.Unsigned("the signature does not match")
	}
	seconds, err := strconv.ParseInt(ts, 10, 64)
	if err != nil {
		return connector.Unsigned("webhook-timestamp is not a Unix time")
	}
	return connector.Fresh(time.Unix(seconds, 0), r.At, connector.MaxSkew)
}

// Split gives the one event of a request, keyed by its webhook-id. The whole schema is checked here, so that a body that
// cannot be decided on is known at once, with the field at fault named by its path ("data.amount").
func (s *Standard) Split(r connector.Request) ([]models.Delivery, error) {
	kind, known, err := s.schemas.check(r.Body)
	if err != nil || !known {
		return nil, err
	}
	var env envelope
	if err := connector.Decode(r.Body, &env); err != nil {
		return nil, err
	}
	subject, err := s.subject(kind, env.Data)
	if err != nil {
		return nil, err
	}
	id := r.Header.Get(headerID)
	if id == "" || models.CleanText(id) != id || len(id) > 255 {
		return nil, models.FieldErrorf(headerID, "must be text of at most 255 bytes")
	}
	d := connector.Deliver(s.opt.Source, id, string(kind), subject, r)
	// What no schema can say, such as more decimals than the currency has, is a fault of the body too.
	if _, err := s.happened(d, env); err != nil {
		return nil, err
	}
	return []models.Delivery{d}, nil
}

// subject gives what the event is ordered by: a ticket by itself, money by its cash pool, and the rest by themselves.
func (s *Standard) subject(kind models.EventKind, d data) (string, error) {
	noun, _, _ := strings.Cut(string(kind), ".")
	switch noun {
	case "ticket":
		return models.TicketItem(s.opt.Source, d.ID), nil
	case "account":
		return models.AccountItem(s.opt.Source, d.ID), nil
	case "vendor":
		return models.VendorItem(s.opt.Source, d.ID), nil
	case "proposal":
		return models.SubmissionItem(models.Domain(d.Domain), s.opt.Source, d.Item), nil
	}
	c, err := models.ParseCurrency(d.Currency)
	if err != nil {
		return "", models.FieldErrorf("data.currency", "%s", models.SentenceOf(err))
	}
	return models.PoolSubject(d.Entity, c), nil
}
