package libredesk_test

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"remit/connector"
	"remit/connector/connectortest"
	"remit/connector/libredesk"
	"remit/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	secret = "a secret that an admin made up"
	item   = "ticket:desk:be45911c-f920-40fb-9633-491d2713dcec"
)

func options() libredesk.Options {
	return libredesk.Options{Source: "desk", Secrets: []models.Secret{secret}, OwnActor: "9", Groups: map[string]string{"billing": "4"}}
}

func newConnector(t testing.TB, opt libredesk.Options) connector.Connector {
	t.Helper()
	c, err := libredesk.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sign(body []byte, at time.Time) connector.Request {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	h := http.Header{}
	h.Set("X-Libredesk-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return connector.Request{Method: http.MethodPost, URL: "/v1/webhooks/desk", Header: h, Body: body, At: at}
}

func samples(t testing.TB) []connectortest.Sample {
	t.Helper()
	var ss []connectortest.Sample
	for name, kind := range map[string]models.EventKind{
		"conversation_created": models.TicketCreated, "conversation_status_changed": models.TicketUpdated,
		"conversation_tags_changed": models.TicketUpdated, "message_incoming": models.TicketCommented,
		"message_activity_priority": models.TicketUpdated, "message_activity_status": "", "message_private": "",
	} {
		body, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		ss = append(ss, connectortest.Sample{Name: name, Body: body, Sign: sign, Kind: kind, Item: item})
	}
	slices.SortFunc(ss, func(a, b connectortest.Sample) int { return cmp.Compare(a.Name, b.Name) })
	return ss
}

func TestConformance(t *testing.T) {
	connectortest.Suite{
		NoTimestamp: true,
		Secretless: func() (connector.Connector, error) {
			opt := options()
			opt.Secrets = []models.Secret{""}
			return libredesk.New(opt)
		},
	}.Run(t, newConnector(t, options()), samples(t)...)
}

func FuzzTranslate(f *testing.F) {
	connectortest.FuzzTranslate(f, newConnector(f, options()), []string{"conversation.assigned"}, samples(f)...)
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

func TestActivities(t *testing.T) {
	message := func(activity, content string) []byte {
		return []byte(`{"event":"message.created","timestamp":"2026-11-22T07:50:08Z","payload":{"uuid":"m","conversation_uuid":"u",` +
			`"updated_at":"2026-11-22T07:50:08Z","type":"activity","private":true,"sender_type":"agent","sender_id":7,` +
			`"content":"` + content + `","meta":{"activity_type":"` + activity + `"}}}`)
	}
	cases := map[string]struct {
		body []byte
		want []models.Change
	}{
		"a priority":                        {message("priority_change", "Priya set priority to Urgent"), []models.Change{{Field: "priority", To: "P1"}}},
		"a name that says it twice":         {message("priority_change", "A set priority to Low set priority to High"), []models.Change{{Field: "priority", To: "P2"}}},
		"a priority in another language":    {message("priority_change", "Priya hat die Priorität auf Hoch gesetzt"), nil},
		"a team":                            {message("assigned_team_change", "Assigned to Second Line team by Priya"), []models.Change{{Field: "route", To: "Second Line"}}},
		"a status, which has its own event": {message("status_change", "Priya marked the conversation as Resolved"), nil},
	}
	c := newConnector(t, options())
	for name, tc := range cases {
		var got []models.Change
		for _, ev := range translate(t, c, tc.body) {
			got = append(got, ev.Changes...)
			if ev.Actor.Kind != models.ByPerson || ev.Actor.ID != "desk/7" {
				t.Errorf("%s: got actor %+v, want the person desk/7", name, ev.Actor)
			}
		}
		if diff := gocmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFaultsNameTheField(t *testing.T) {
	cases := map[string]struct{ body, field string }{
		"not JSON":              {`{`, "body"},
		"no event":              {`{}`, "event"},
		"no conversation":       {`{"event":"message.created","payload":{"uuid":"m","updated_at":"2026-11-22T07:50:08Z"}}`, "payload.uuid"},
		"a time that is none":   {`{"event":"conversation.created","payload":{"uuid":"u","updated_at":"noon"}}`, "payload.updated_at"},
		"an object for a uuid":  {`{"event":"conversation.created","payload":{"uuid":{}}}`, "payload.uuid"},
		"a number for a status": {`{"event":"conversation.created","payload":{"uuid":"u","status":3}}`, "payload.status"},
	}
	c := newConnector(t, options())
	for name, tc := range cases {
		_, err := c.Split(sign([]byte(tc.body), connectortest.At))
		if models.KindOf(err) != models.Invalid || models.FieldOf(err) != tc.field {
			t.Errorf("%s: got %v at %q, want %q at %q", name, err, models.FieldOf(err), models.Invalid, tc.field)
		}
	}
}

func TestFilesOfAMessageAreCounted(t *testing.T) {
	body, err := os.ReadFile("testdata/message_incoming.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(body), `"attachments":[]`, `"attachments":[{"name":"a.txt"},{"name":"logo.png","disposition":"inline"},{"name":"b.txt","disposition":"attachment"}]`, 1)
	c := newConnector(t, options())
	ds, err := c.Split(sign([]byte(text), connectortest.At))
	if err != nil {
		t.Fatal(err)
	}
	evs, err := c.Translate(ds[0])
	if err != nil || len(evs) != 1 || evs[0].Comment.Files != 2 {
		t.Errorf("got %+v (%v), want the 2 files that are not pictures in the text", evs, err)
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	for field, edit := range map[string]func(*libredesk.Options){
		"name":     func(o *libredesk.Options) { o.Source = "" },
		"secrets":  func(o *libredesk.Options) { o.Secrets = nil },
		"base_url": func(o *libredesk.Options) { o.BaseURL, o.User, o.Token = "desk", "k", "s" },
	} {
		opt := options()
		edit(&opt)
		if _, err := libredesk.New(opt); models.FieldOf(err) != field {
			t.Errorf("got %v, want a fault of %s", err, field)
		}
	}
	if _, ok := newConnector(t, options()).(connector.Applier); ok {
		t.Error("an Applier without a token")
	}
}

func TestASignatureInCapitalsIsNotASecondSpelling(t *testing.T) {
	r := sign([]byte("{}"), connectortest.At)
	r.Header.Set("X-Libredesk-Signature", "sha256="+strings.ToUpper(strings.TrimPrefix(r.Header.Get("X-Libredesk-Signature"), "sha256=")))
	if got := models.KindOf(newConnector(t, options()).Verify(r)); got != models.Unauthenticated {
		t.Errorf("got %q, want %q", got, models.Unauthenticated)
	}
}
