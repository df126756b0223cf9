package zendesk_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"remit/connector"
	"remit/connector/connectortest"
	"remit/connector/zendesk"
	"remit/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	secret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3RpbmdfZG9udA=="
	item   = "ticket:helpdesk:35436"
)

func options() zendesk.Options {
	return zendesk.Options{
		Source: "helpdesk", Secrets: []models.Secret{secret}, OwnActor: "777",
		Groups: map[string]string{"billing": "8447320466430"},
	}
}

func newConnector(t testing.TB, opt zendesk.Options) connector.Connector {
	t.Helper()
	c, err := zendesk.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sign signs as Zendesk does today: timestamp, then body.
func sign(body []byte, at time.Time) connector.Request {
	ts := at.UTC().Format(time.RFC3339)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(ts))
	mac.Write(body)
	h := http.Header{}
	h.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	h.Set("X-Zendesk-Webhook-Signature-Timestamp", ts)
	return connector.Request{Method: http.MethodPost, URL: "/v1/webhooks/helpdesk", Header: h, Body: body, At: at}
}

func sample(t testing.TB, name string, kind models.EventKind) connectortest.Sample {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return connectortest.Sample{Name: name, Body: body, Sign: sign, Kind: kind, Item: item}
}

func samples(t testing.TB) []connectortest.Sample {
	t.Helper()
	return []connectortest.Sample{
		sample(t, "ticket_created", models.TicketCreated),
		sample(t, "ticket_created_thin", models.TicketCreated),
		sample(t, "ticket_priority_changed", models.TicketUpdated),
		sample(t, "ticket_status_changed", models.TicketUpdated),
		sample(t, "ticket_group_assignment_changed", models.TicketUpdated),
		sample(t, "ticket_agent_assignment_changed", models.TicketUpdated),
		sample(t, "ticket_tags_changed", models.TicketUpdated),
		sample(t, "ticket_comment_added", models.TicketCommented),
		sample(t, "trigger", models.TicketUpdated),
	}
}

func TestConformance(t *testing.T) {
	connectortest.Suite{Secretless: func() (connector.Connector, error) {
		opt := options()
		opt.Secrets = []models.Secret{""}
		return zendesk.New(opt)
	}}.Run(t, newConnector(t, options()), samples(t)...)
}

func FuzzTranslate(f *testing.F) {
	kinds := []string{"fetched.ticket", "polled.ticket", "fetched.organization", "trigger"}
	connectortest.FuzzTranslate(f, newConnector(f, options()), kinds, samples(f)...)
}

func FuzzVerify(f *testing.F) {
	connectortest.FuzzVerify(f, newConnector(f, options()), samples(f)[0])
}

func translate(t *testing.T, c connector.Connector, body []byte) []models.Event {
	t.Helper()
	ds, err := c.Split(sign(body, connectortest.At))
	if err != nil {
		t.Fatal(err)
	}
	var all []models.Event
	for _, d := range ds {
		evs, err := c.Translate(d)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, evs...)
	}
	return all
}

func TestGolden(t *testing.T) {
	c := newConnector(t, options())
	for _, s := range samples(t) {
		t.Run(s.Name, func(t *testing.T) {
			connectortest.Golden(t, "testdata/golden/"+s.Name+".json", translate(t, c, s.Body), *update)
		})
	}
}

func TestTheOldOrderOfBodyThenTimestampIsRefused(t *testing.T) {
	body := samples(t)[0].Body
	r := sign(body, connectortest.At)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	mac.Write([]byte(r.Header.Get("X-Zendesk-Webhook-Signature-Timestamp")))
	r.Header.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	if got := models.KindOf(newConnector(t, options()).Verify(r)); got != models.Unauthenticated {
		t.Errorf("got %q, want %q", got, models.Unauthenticated)
	}
}

func TestRotation(t *testing.T) {
	opt := options()
	opt.Secrets = []models.Secret{"the new one", secret}
	if err := newConnector(t, opt).Verify(sign([]byte("{}"), connectortest.At)); err != nil {
		t.Errorf("got %v, want the old secret accepted while rotating", err)
	}
}

func TestWhoDidIt(t *testing.T) {
	event := func(detail, event string) string {
		return `{"type":"zen:event-type:ticket.priority_changed","id":"1","time":"2026-12-03T09:00:00Z","detail":{"id":"35436",` +
			detail + `},"event":{"current":"HIGH","previous":"LOW"` + event + `}}`
	}
	cases := map[string]struct {
		body string
		want models.Actor
	}{
		"our own token":                 {event(`"actor_id":"777"`, ""), models.Remit},
		"an id written as a number":     {event(`"actor_id":777`, ""), models.Remit},
		"the requester is the customer": {event(`"actor_id":"5","requester_id":"5"`, ""), models.Actor{Kind: models.ByCustomer, ID: "helpdesk/5"}},
		"an agent is a person":          {event(`"actor_id":"900","requester_id":"5"`, ""), models.Actor{Kind: models.ByPerson, ID: "helpdesk/900"}},
		"an agent on a ticket that came by the API": {
			event(`"actor_id":"900","via":{"channel":"api"}`, ""), models.Actor{Kind: models.ByPerson, ID: "helpdesk/900"},
		},
		"a rule": {
			event(`"actor_id":"900"`, `,"via":{"channel":"rule"}`), models.Actor{Kind: models.ByAutomation, ID: "helpdesk/900"},
		},
		"zendesk itself": {event(`"actor_id":"-1"`, ""), models.Actor{Kind: models.ByAutomation, ID: "helpdesk/-1"}},
		"nobody is told": {event(`"actor_id":null`, ""), models.Actor{Kind: models.ByUnknown}},
	}
	c := newConnector(t, options())
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := translate(t, c, []byte(tc.body))[0].Actor; got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestWhatIsNothingToDecideOn(t *testing.T) {
	cases := map[string]string{
		"an internal note":                          `{"type":"zen:event-type:ticket.comment_added","id":"1","detail":{"id":"35436"},"event":{"comment":{"id":"9","body":"psst","is_public":false}}}`,
		"a kind of event that remit has no use for": `{"type":"zen:event-type:user.created","id":"1","detail":{"id":"35436"}}`,
	}
	c := newConnector(t, options())
	for name, body := range cases {
		if evs := translate(t, c, []byte(body)); len(evs) != 0 {
			t.Errorf("%s: got %+v, want nothing", name, evs)
		}
	}
}

func TestFaultsNameTheField(t *testing.T) {
	cases := map[string]struct{ body, field string }{
		"no type":               {`{"id":"1"}`, "type"},
		"no id":                 {`{"type":"zen:event-type:ticket.created","detail":{"id":"1"}}`, "id"},
		"no ticket":             {`{"type":"zen:event-type:ticket.created","id":"1"}`, "detail.id"},
		"a list for an id":      {`{"type":"zen:event-type:ticket.created","id":"1","detail":{"id":[]}}`, "detail.id"},
		"a time that is none":   {`{"type":"zen:event-type:ticket.created","id":"1","time":"noon","detail":{"id":"1"}}`, "time"},
		"tags that are no list": {`{"type":"zen:event-type:ticket.created","id":"1","detail":{"id":"1","tags":"a b"}}`, "detail.tags"},
	}
	c := newConnector(t, options())
	for name, tc := range cases {
		_, err := c.Split(sign([]byte(tc.body), connectortest.At))
		if models.KindOf(err) != models.Invalid || models.FieldOf(err) != tc.field {
			t.Errorf("%s: got %v at %q, want %q at %q", name, err, models.FieldOf(err), models.Invalid, tc.field)
		}
	}
}

func TestAThinTicketLacksWhatCanBeAskedFor(t *testing.T) {
	body := sample(t, "ticket_created_thin", models.TicketCreated).Body
	if got := translate(t, newConnector(t, options()), body)[0].Lacks; got != nil {
		t.Errorf("got %v, want nothing that nobody could fetch", got)
	}
	opt := options()
	opt.BaseURL, opt.User, opt.Token = "https://acme.zendesk.com", "bot@acme.com", "t"
	if got := translate(t, newConnector(t, opt), body)[0].Lacks; !slices.Equal(got, []string{"comments", "account"}) {
		t.Errorf("got %v, want comments and account", got)
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	cases := map[string]struct {
		edit  func(*zendesk.Options)
		field string
	}{
		"no name":                    {func(o *zendesk.Options) { o.Source = "" }, "name"},
		"no secret":                  {func(o *zendesk.Options) { o.Secrets = nil }, "secrets"},
		"polling without an address": {func(o *zendesk.Options) { o.Poll = true }, "mode"},
		"an address that is none":    {func(o *zendesk.Options) { o.BaseURL, o.User, o.Token = "acme", "u", "t" }, "base_url"},
		"polling without a clock": {
			func(o *zendesk.Options) { o.BaseURL, o.User, o.Token, o.Poll = "https://a.example", "u", "t", true }, "now",
		},
	}
	for name, tc := range cases {
		opt := options()
		tc.edit(&opt)
		if _, err := zendesk.New(opt); models.FieldOf(err) != tc.field {
			t.Errorf("%s: got %v, want a fault of %s", name, err, tc.field)
		}
	}
}

func TestItCanOnlyDoWhatItWasGivenFor(t *testing.T) {
	listening := newConnector(t, options())
	if _, ok := listening.(connector.Applier); ok {
		t.Error("an Applier without a token")
	}
	opt := options()
	opt.BaseURL, opt.User, opt.Token = "https://acme.zendesk.com", "bot@acme.com", "t"
	connected := newConnector(t, opt)
	if _, ok := connected.(connector.Poller); ok {
		t.Error("a Poller without mode: poll")
	}
	if _, ok := connected.(connector.Fetcher); !ok {
		t.Error("no Fetcher with a token")
	}
}
