// Package libredesk connects a libredesk: its webhooks, and its API for writing back.
package libredesk

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"

	"remit/connector"
	"remit/models"
)

const headerSignature = "X-Libredesk-Signature"

// Options say which libredesk it is and what may be done there.
type Options struct {
	Source   string
	Secrets  []models.Secret   // the webhook's secret as it stands; two while rotating
	BaseURL  string            // "https://desk.acme.com"; with Token: may write
	User     string            // the API key's public half
	Token    models.Secret     // its secret half
	OwnActor string            // the id of the agent whose key it is, to know our own deeds again
	Groups   map[string]string // names of teams to their ids
	HTTP     *http.Client
}

// Libredesk is the connector of one source.
type Libredesk struct {
	opt    Options
	keys   connector.Keys
	groups map[string]string // ids of teams to their names
}

// connected is a Libredesk that can also write.
type connected struct {
	*Libredesk
	client connector.Client
}

// New gives the connector. It is a connector.Applier where BaseURL, User and Token are set.
func New(opt Options) (connector.Connector, error) {
	if opt.Source == "" {
		return nil, models.FieldErrorf("name", "a source needs a name")
	}
	keys, err := connector.NewKeys(opt.Secrets, nil)
	if err != nil {
		return nil, err
	}
	l := &Libredesk{opt: opt, keys: keys, groups: map[string]string{}}
	for name, id := range opt.Groups {
		l.groups[id] = name
	}
	if opt.BaseURL == "" || opt.User == "" || opt.Token.Empty() {
		return l, nil
	}
	u, err := url.Parse(opt.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, models.FieldErrorf("base_url", "must be an address such as https://desk.acme.com")
	}
	return &connected{Libredesk: l, client: connector.Client{
		HTTP: opt.HTTP, Base: opt.BaseURL,
		Auth: func(r *http.Request) { r.Header.Set("Authorization", "token "+opt.User+":"+opt.Token.Reveal()) },
	}}, nil
}

// Verify checks the signature over the body. libredesk signs no time: what holds off a replay is the event's key.
func (l *Libredesk) Verify(r connector.Request) error {
	sig, ok := strings.CutPrefix(r.Header.Get(headerSignature), "sha256=")
	if !ok {
		return connector.Unsigned(headerSignature + " is needed")
	}
	if !l.keys.Signed(hex.EncodeToString, []string{sig}, r.Body) {
		return connector.Unsigned("the signature does not match")
	}
	return nil
}

// Split gives the one event of a request. It has no id: what it is about, when that changed and what changed make its key.
func (l *Libredesk) Split(r connector.Request) ([]models.Delivery, error) {
	var b body
	if err := connector.Decode(r.Body, &b); err != nil {
		return nil, err
	}
	if b.Event == "" {
		return nil, models.FieldErrorf("event", "is needed")
	}
	if !known(b.Event) {
		return nil, nil
	}
	about, err := b.about()
	if err != nil {
		return nil, err
	}
	d := connector.Deliver(l.opt.Source, key(b, about), b.Event, models.TicketItem(l.opt.Source, about.ticket), r)
	if _, err := l.happened(d, b, about); err != nil {
		return nil, err
	}
	return []models.Delivery{d}, nil
}

func known(event string) bool {
	switch event {
	case "conversation.created", "conversation.status_changed", "conversation.tags_changed", "conversation.assigned",
		"conversation.unassigned", "message.created":
		return true
	}
	return false
}

// key hashes what tells one event from another. libredesk tries once, so that a repetition is somebody's replay, byte by
// byte the same. The change is part of it as not every change touches updated_at.
func key(b body, a about) string {
	h := sha256.New()
	p := b.Payload
	parts := []string{
		b.Event, a.uuid, a.at, p.PreviousStatus, p.NewStatus, models.JoinTags(p.PreviousTags), models.JoinTags(p.NewTags),
	}
	if c := p.Conversation; c != nil {
		parts = append(parts, string(c.AssignedUser), string(c.AssignedTeam))
	}
	for _, part := range parts {
		_, _ = io.WriteString(h, part+"\x00")
	}
	return hex.EncodeToString(h.Sum(nil))
}
