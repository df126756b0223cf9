// Package zendesk connects a Zendesk: webhooks that are subscribed to ticket events, webhooks that a trigger calls with a
// body of the admin's own making, and, where there is no public address, the incremental export.
package zendesk

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"remit/connector"
	"remit/models"
)

const (
	headerSignature = "X-Zendesk-Webhook-Signature"
	headerTimestamp = "X-Zendesk-Webhook-Signature-Timestamp"
)

// Options say which Zendesk it is and what may be done there.
type Options struct {
	Source   string
	Secrets  []models.Secret // the webhook's signing secret as it stands; two while rotating; none is legal with Poll
	BaseURL  string          // "https://acme.zendesk.com"; with User and Token: may fetch and write
	User     string          // whose API token it is, by e-mail
	Token    models.Secret
	OwnActor string            // User's id in Zendesk, to know our own deeds again
	Groups   map[string]string // names of groups to their ids; a group that is not named here goes by its id
	Agents   map[string]string // names of people to their ids, likewise
	DueField string            // the id of a custom field for text, in which it is written when an answer is due; empty: nowhere
	Poll     bool              // ask for events instead of waiting to be told
	HTTP     *http.Client
	Now      func() time.Time // needed with Poll
}

// Zendesk is the connector of one source that can only listen.
type Zendesk struct {
	opt    Options
	keys   connector.Keys
	groups map[string]string // ids of groups to their names
	agents map[string]string // ids of people to their names
}

// connected is a Zendesk that can also fetch and write.
type connected struct {
	*Zendesk
	client connector.Client
}

// polled is a Zendesk that is asked for its events.
type polled struct {
	*connected
	pace pace
}

// New gives the connector. It is a connector.Applier and a connector.Fetcher where BaseURL, User and Token are set, and a
// connector.Poller with Poll.
func New(opt Options) (connector.Connector, error) {
	if opt.Source == "" {
		return nil, models.FieldErrorf("name", "a source needs a name")
	}
	z := &Zendesk{opt: opt, groups: map[string]string{}, agents: map[string]string{}}
	for name, id := range opt.Agents {
		z.agents[id] = name
	}
	for name, id := range opt.Groups {
		z.groups[id] = name
	}
	if len(opt.Secrets) > 0 || !opt.Poll {
		keys, err := connector.NewKeys(opt.Secrets, nil)
		if err != nil {
			return nil, err
		}
		z.keys = keys
	}
	if !z.canCall() {
		if opt.Poll {
			return nil, models.FieldErrorf("mode", "poll needs base_url, user and token")
		}
		return z, nil
	}
	return z.connect()
}

func (z *Zendesk) canCall() bool {
	return z.opt.BaseURL != "" && z.opt.User != "" && !z.opt.Token.Empty()
}

func (z *Zendesk) connect() (connector.Connector, error) {
	u, err := url.Parse(z.opt.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, models.FieldErrorf("base_url", "must be an address such as https://acme.zendesk.com")
	}
	c := &connected{Zendesk: z, client: connector.Client{
		HTTP: z.opt.HTTP, Base: z.opt.BaseURL,
		Auth: func(r *http.Request) { r.SetBasicAuth(z.opt.User+"/token", z.opt.Token.Reveal()) },
	}}
	if !z.opt.Poll {
		return c, nil
	}
	if z.opt.Now == nil {
		return nil, models.FieldErrorf("now", "a clock is needed to poll")
	}
	return &polled{connected: c}, nil
}

// Verify checks the signature over timestamp and body, in that order, and that the timestamp is within five minutes.
func (z *Zendesk) Verify(r connector.Request) error {
	ts, sig := r.Header.Get(headerTimestamp), r.Header.Get(headerSignature)
	if ts == "" || sig == "" {
		return connector.Unsigned(headerSignature + " and its timestamp are needed")
	}
	if !z.keys.Signed(base64.StdEncoding.EncodeToString, []string{sig}, []byte(ts), r.Body) {
		return connector.Unsigned("the signature does not match")
	}
	signed, err := time.Parse(time.RFC3339, ts)
	if err != nil {
		return connector.Unsigned("the signed timestamp is not a time")
	}
	return connector.Fresh(signed, r.At, connector.MaxSkew)
}

// kindTrigger is our word for a body that a trigger sent, which names no kind of its own.
const kindTrigger = "trigger"

// Split gives the one event of a request. A subscribed event is keyed by its id; a trigger's body has none and is keyed by
// its hash.
func (z *Zendesk) Split(r connector.Request) ([]models.Delivery, error) {
	var e event
	if err := connector.Decode(r.Body, &e); err != nil {
		return nil, err
	}
	key, kind, ticket := string(e.ID), e.Type, string(e.Detail.ID)
	switch {
	case e.Type == "" && e.TicketID != "":
		sum := sha256.Sum256(r.Body)
		key, kind, ticket = hex.EncodeToString(sum[:]), kindTrigger, string(e.TicketID)
	case e.Type == "":
		return nil, models.FieldErrorf("type", "is needed, or ticket_id in the body of a trigger")
	case !subscribed(e.Type):
		return nil, nil
	case ticket == "":
		ticket, _ = strings.CutPrefix(e.Subject, "zen:ticket:")
	}
	if err := short(map[string]string{"id": key, "detail.id": ticket}); err != nil {
		return nil, err
	}
	d := connector.Deliver(z.opt.Source, key, kind, models.TicketItem(z.opt.Source, ticket), r)
	// A body that could not be translated is at fault now, not when somebody waits for the decision.
	read := func() ([]models.Event, error) { return z.happened(d, e) }
	if kind == kindTrigger {
		read = func() ([]models.Event, error) { return z.trigger(d) }
	}
	if _, err := read(); err != nil {
		return nil, err
	}
	return []models.Delivery{d}, nil
}

// short refuses identifiers that are missing or longer than any that Zendesk gives out.
func short(ids map[string]string) error {
	for field, id := range ids {
		if id == "" || len(id) > 128 {
			return models.FieldErrorf(field, "is needed, of at most 128 bytes")
		}
	}
	return nil
}

const eventPrefix = "zen:event-type:ticket."

// subscribed reports a kind that something is translated from.
func subscribed(kind string) bool {
	switch strings.TrimPrefix(strings.ToLower(kind), eventPrefix) {
	case "created", "status_changed", "priority_changed", "comment_added", "agent_assignment_changed",
		"group_assignment_changed", "tags_changed":
		return strings.HasPrefix(strings.ToLower(kind), eventPrefix)
	}
	return false
}
