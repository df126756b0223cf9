// Package stripe connects a Stripe account: what it is owed by invoices and payouts, what it holds, and what refunds and
// disputes take away again. Nothing is written there.
package stripe

import (
	"cmp"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

const headerSignature = "Stripe-Signature"

// Options say which Stripe account it is.
type Options struct {
	Source  string
	Secrets []models.Secret // "whsec_...", used as it stands; two while rotating
	Entity  string          // the company or branch whose money it is; the source's name where empty
}

// Stripe is the connector of one source.
type Stripe struct {
	opt  Options
	keys connector.Keys
}

// New gives the connector.
func New(opt Options) (connector.Connector, error) {
	if opt.Source == "" {
		return nil, models.FieldErrorf("name", "a source needs a name")
	}
	keys, err := connector.NewKeys(opt.Secrets, nil)
	if err != nil {
		return nil, err
	}
	opt.Entity = cmp.Or(opt.Entity, opt.Source)
	return &Stripe{opt: opt, keys: keys}, nil
}

// Verify checks the signature over timestamp and body, and that the timestamp is within 300 seconds. Several v1
// signatures mean that the secret is being rolled.
func (s *Stripe) Verify(r connector.Request) error {
	ts, given := "", []string(nil)
	for pair := range strings.SplitSeq(r.Header.Get(headerSignature), ",") {
		switch name, value, _ := strings.Cut(pair, "="); name {
		case "t":
			ts = value
		case "v1":
			given = append(given, value)
		}
	}
	if ts == "" || len(given) == 0 {
		return connector.Unsigned(headerSignature + " with t and v1 is needed")
	}
	if !s.keys.Signed(hex.EncodeToString, given, []byte(ts), []byte("."), r.Body) {
		return connector.Unsigned("the signature does not match")
	}
	seconds, err := strconv.ParseInt(ts, 10, 64)
	if err != nil {
		return connector.Unsigned("t is not a Unix time")
	}
	return connector.Fresh(time.Unix(seconds, 0), r.At, connector.MaxSkew)
}

// Split gives the events of a request: one, keyed by its evt_ id, ordered by its cash pool. A balance is one for each
// currency, as each is another pool.
func (s *Stripe) Split(r connector.Request) ([]models.Delivery, error) {
	var e event
	if err := connector.Decode(r.Body, &e); err != nil {
		return nil, err
	}
	switch {
	case e.Type == "":
		return nil, models.FieldErrorf("type", "is needed")
	case !known(e.Type):
		return nil, nil
	case e.ID == "" || len(e.ID) > 255:
		return nil, models.FieldErrorf("id", "is needed, of at most 255 bytes")
	}
	var currencies []string
	key := func(string) string { return e.ID }
	if e.Type == balanceAvailable {
		key = func(c string) string { return e.ID + "/" + c }
		currencies = e.Data.Object.currencies()
	} else {
		currencies = []string{e.Data.Object.Currency}
	}
	var ds []models.Delivery
	for _, c := range currencies {
		cur, err := models.ParseCurrency(c)
		if err != nil {
			return nil, models.FieldErrorf("data.object.currency", "%s", models.SentenceOf(err))
		}
		d := connector.Deliver(s.opt.Source, key(strings.ToLower(c)), e.Type, models.PoolSubject(s.opt.Entity, cur), r)
		if _, err := s.happened(d, e); err != nil {
			return nil, err
		}
		ds = append(ds, d)
	}
	return ds, nil
}
