package standard_test

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"remit/connector"
	"remit/connector/connectortest"
	"remit/connector/standard"
	"remit/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func options() standard.Options {
	return standard.Options{Source: "erp", Secrets: []models.Secret{secret}, Salt: []byte("salt"), OwnActor: "remit-bot"}
}

func newConnector(t testing.TB, opt standard.Options) connector.Connector {
	t.Helper()
	c, err := standard.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signer signs with the specification's own library, so that our reading of it is not its own witness.
func signer(t testing.TB, id, key string) func([]byte, time.Time) connector.Request {
	t.Helper()
	wh, err := standardwebhooks.NewWebhook(key)
	if err != nil {
		t.Fatal(err)
	}
	return func(body []byte, at time.Time) connector.Request {
		sig, err := wh.Sign(id, at, body)
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set("webhook-id", id)
		h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		h.Set("webhook-signature", sig)
		return connector.Request{Method: http.MethodPost, URL: "/v1/webhooks/erp", Header: h, Body: body, At: at}
	}
}

func samples(t testing.TB) []connectortest.Sample {
	t.Helper()
	files, err := filepath.Glob("testdata/*.*.json")
	if err != nil || len(files) != 17 {
		t.Fatalf("got %d samples, %v; want 17", len(files), err)
	}
	items := map[string]string{
		"ticket": "ticket:erp:T-1001", "account": "account:erp:acme", "payable": "payable:erp:inv-501",
		"receivable": "receivable:erp:out-9", "balance": "balance:erp:giro", "vendor": "vendor:erp:77", "transaction": "transaction:erp:20261203-118",
		"proposal": "item:stock:erp:SKU-881",
	}
	var ss []connectortest.Sample
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimSuffix(filepath.Base(f), ".json")
		noun, _, _ := strings.Cut(kind, ".")
		ss = append(ss, connectortest.Sample{
			Name: kind, Body: body, Sign: signer(t, "msg_"+kind, secret), Kind: models.EventKind(kind), Item: items[noun],
		})
	}
	return ss
}

func TestConformance(t *testing.T) {
	connectortest.Suite{Secretless: func() (connector.Connector, error) {
		opt := options()
		opt.Secrets = []models.Secret{"whsec_"}
		return standard.New(opt)
	}}.Run(t, newConnector(t, options()), samples(t)...)
}

func FuzzTranslate(f *testing.F) {
	connectortest.FuzzTranslate(f, newConnector(f, options()), nil, samples(f)...)
}

func FuzzVerify(f *testing.F) {
	connectortest.FuzzVerify(f, newConnector(f, options()), samples(f)[0])
}

func TestGolden(t *testing.T) {
	c := newConnector(t, options())
	for _, s := range samples(t) {
		t.Run(s.Name, func(t *testing.T) {
			ds, err := c.Split(s.Sign(s.Body, connectortest.At))
			if err != nil {
				t.Fatal(err)
			}
			evs, err := c.Translate(ds[0])
			if err != nil {
				t.Fatal(err)
			}
			connectortest.Golden(t, "testdata/golden/"+s.Name+".json", evs, *update)
		})
	}
}

// The vector is the one that every library of the specification is tested with.
func TestTheSpecificationsOwnVectorVerifies(t *testing.T) {
	raw, err := os.ReadFile("testdata/vector.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Headers map[string]string
		Body    string
		Secret  models.Secret
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	opt := options()
	opt.Secrets = []models.Secret{v.Secret}
	r := connector.Request{Header: http.Header{}, Body: []byte(v.Body), At: time.Unix(1614265330, 0).Add(time.Minute)}
	for k, val := range v.Headers {
		r.Header.Set(k, val)
	}
	if err := newConnector(t, opt).Verify(r); err != nil {
		t.Errorf("got %v, want it accepted", err)
	}
}

func TestAKindThatRemitHasNoUseForIsNoFault(t *testing.T) {
	body := `{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}`
	ds, err := newConnector(t, options()).Split(signer(t, "m", secret)([]byte(body), connectortest.At))
	if err != nil || len(ds) != 0 {
		t.Errorf("got %d deliveries, %v; want none and no fault", len(ds), err)
	}
}

func TestRotation(t *testing.T) {
	other := "whsec_" + base64.StdEncoding.EncodeToString([]byte("another secret of 24 byte"))
	opt := options()
	opt.Secrets = []models.Secret{models.Secret(other), secret}
	c := newConnector(t, opt)
	body := samples(t)[0].Body
	old := signer(t, "msg_1", secret)(body, connectortest.At)
	fresh := signer(t, "msg_1", other)(body, connectortest.At)
	both := signer(t, "msg_1", secret)(body, connectortest.At)
	both.Header.Set("webhook-signature", "v1a,AAAA "+fresh.Header.Get("webhook-signature")+" "+old.Header.Get("webhook-signature"))
	for name, r := range map[string]connector.Request{"the old secret": old, "the new secret": fresh, "a list of both": both} {
		if err := c.Verify(r); err != nil {
			t.Errorf("%s: got %v, want it accepted", name, err)
		}
	}
}

func TestFaultsNameTheField(t *testing.T) {
	c := newConnector(t, options())
	payable := func(edit string) string {
		return `{"type":"payable.created","timestamp":"2026-12-03T09:30:00Z","data":{"id":"1","entity":"e","vendor":{"id":"v"},` +
			`"amount":"1.00","currency":"USD","due_on":"2026-12-28"` + edit + `}}`
	}
	cases := map[string]struct{ body, field string }{
		"not JSON":                             {`{`, "body"},
		"no type":                              {`{}`, "type"},
		"no timestamp":                         {`{"type":"ticket.created","data":{"id":"1","subject":"s"}}`, "timestamp"},
		"a time that is none":                  {`{"type":"ticket.created","timestamp":"noon","data":{"id":"1","subject":"s"}}`, "timestamp"},
		"no data":                              {`{"type":"ticket.created","timestamp":"2026-12-03T09:30:00Z"}`, "data"},
		"a ticket without an id":               {`{"type":"ticket.created","timestamp":"2026-12-03T09:30:00Z","data":{"subject":"s"}}`, "data.id"},
		"an id that is a number":               {`{"type":"vendor.updated","timestamp":"2026-12-03T09:30:00Z","data":{"id":7}}`, "data.id"},
		"an amount that is a number":           {payable(`,"amount":48200`), "data.amount"},
		"an amount with words":                 {payable(`,"amount":"a lot"`), "data.amount"},
		"more decimals than the currency has":  {payable(`,"amount":"1.005"`), "data.amount"},
		"a currency that does not exist":       {payable(`,"currency":"XXQ"`), "data.currency"},
		"a day that is not in the calendar":    {payable(`,"due_on":"2026-02-30"`), "data.due_on"},
		"a list where a text is wanted":        {payable(`,"invoice":[1]`), "data.invoice"},
		"a vendor without an id":               {payable(`,"vendor":{"name":"x"}`), "data.vendor.id"},
		"a status that is none":                {payable(`,"status":"maybe"`), "data.status"},
		"a tag with a comma":                   {`{"type":"ticket.updated","timestamp":"2026-12-03T09:30:00Z","data":{"id":"1","tags":["a,b"]}}`, "data.tags.0"},
		"a late fee in the currency's decimal": {payable(`,"late_fee":"0.001"`), "data.late_fee"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := c.Split(signer(t, "m", secret)([]byte(tc.body), connectortest.At))
			if models.KindOf(err) != models.Invalid || models.FieldOf(err) != tc.field {
				t.Errorf("got %q at %q (%v), want %q at %q", models.KindOf(err), models.FieldOf(err), err, models.Invalid, tc.field)
			}
		})
	}
}

func TestAttachmentsAreANumberOrAList(t *testing.T) {
	c := newConnector(t, options())
	head := `{"timestamp":"2026-12-03T09:30:00Z",`
	for body, want := range map[string]int{
		head + `"type":"ticket.created","data":{"id":"1","subject":"s","attachments":2}}`:                                                  2,
		head + `"type":"ticket.created","data":{"id":"1","subject":"s","attachments":[{"name":"a.png"}]}}`:                                 1,
		head + `"type":"ticket.created","data":{"id":"1","subject":"s","fields":{"a":"b"}}}`:                                               0,
		head + `"type":"ticket.commented","data":{"id":"1","comment":{"id":"m","text":"t","attachments":3,"author":{"kind":"customer"}}}}`: 3,
	} {
		ds, err := c.Split(signer(t, "m", secret)([]byte(body), connectortest.At))
		if err != nil {
			t.Fatal(err)
		}
		evs, err := c.Translate(ds[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := (models.Ticket{}).Fold(evs[0]).Attachments(); got != want {
			t.Errorf("%s: got %d files, want %d", body, got, want)
		}
	}
	for _, bad := range []string{`-1`, `1.5`, `"two"`, `{}`, `100000`} {
		body := head + `"type":"ticket.created","data":{"id":"1","subject":"s","attachments":` + bad + `}}`
		if _, err := c.Split(signer(t, "m", secret)([]byte(body), connectortest.At)); models.FieldOf(err) != "data.attachments" {
			t.Errorf("%s: got %v, want a fault of data.attachments", bad, err)
		}
	}
	other := head + `"type":"vendor.updated","data":{"id":"1","attachments":{"a":"b"}}}`
	if _, err := c.Split(signer(t, "m", secret)([]byte(other), connectortest.At)); err != nil {
		t.Errorf("got %v, want a field that is not listed there ignored", err)
	}
}

func TestAFaultDoesNotRepeatTheValue(t *testing.T) {
	c := newConnector(t, options())
	body := `{"type":"vendor.updated","timestamp":"my secret words","data":{"id":"1","bank_since":"my secret words"}}`
	_, err := c.Split(signer(t, "m", secret)([]byte(body), connectortest.At))
	if err == nil || strings.Contains(err.Error(), "secret words") {
		t.Errorf("got %v, want an error without the customer's words", err)
	}
}

func TestABankAccountIsKeptAsASaltedHashOnly(t *testing.T) {
	translate := func(opt standard.Options, account string) []models.Event {
		body := `{"type":"vendor.updated","timestamp":"2026-12-03T09:30:00Z","data":{"id":"1","bank_account":"` + account + `"}}`
		c := newConnector(t, opt)
		ds, err := c.Split(signer(t, "m", secret)([]byte(body), connectortest.At))
		if err != nil {
			t.Fatal(err)
		}
		evs, err := c.Translate(ds[0])
		if err != nil {
			t.Fatal(err)
		}
		return evs
	}
	evs := translate(options(), "DE89 3704 0044 0532 0130 00")
	written, err := json.Marshal(evs)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"3704", "0044", "DE89", "013000"} {
		if strings.Contains(string(written), part) {
			t.Errorf("%q of the account survived: %s", part, written)
		}
	}
	if got := evs[0].Vendor.Bank(); len(got) != 32 {
		t.Errorf("got hash %q, want 17 bytes in hex", got)
	}
	if same := translate(options(), "de89370400440532013000"); same[0].Vendor.Bank() != evs[0].Vendor.Bank() {
		t.Error("the same account written otherwise has another hash")
	}
	salted := options()
	salted.Salt = []byte("pepper")
	if other := translate(salted, "DE89370400440532013000"); other[0].Vendor.Bank() == evs[0].Vendor.Bank() {
		t.Error("the hash does not depend on the salt")
	}
}

func TestOurOwnDeedsAreKnownAgain(t *testing.T) {
	body := `{"type":"payable.updated","timestamp":"2026-12-03T09:30:00Z","data":{"id":"7","entity":"e","currency":"EUR",` +
		`"actor":{"kind":"automation","id":"remit-bot"},"changes":[{"field":"pay_on","from":"2026-12-28","to":"2026-12-08"}]}}`
	opt := options()
	opt.DeliverTo, opt.Now = "http://127.0.0.1:1/", func() time.Time { return connectortest.At }
	c := newConnector(t, opt)
	ds, err := c.Split(signer(t, "m", secret)([]byte(body), connectortest.At))
	if err != nil {
		t.Fatal(err)
	}
	evs, err := c.Translate(ds[0])
	if err != nil {
		t.Fatal(err)
	}
	if evs[0].Actor != models.Remit {
		t.Errorf("got actor %+v, want %+v", evs[0].Actor, models.Remit)
	}
	w := models.Write{Action: models.ActionSchedule, Item: "payable:erp:7", Value: "2026-12-08", Before: "2026-12-28"}
	if diff := cmp.Diff(c.(connector.Applier).Echoes(w), evs[0].Fingerprints()); diff != "" {
		t.Errorf("the echo is not known again (-want +got):\n%s", diff)
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	cases := map[string]struct {
		edit  func(*standard.Options)
		field string
	}{
		"no name":                   {func(o *standard.Options) { o.Source = "" }, "name"},
		"no secret":                 {func(o *standard.Options) { o.Secrets = nil }, "secrets"},
		"an empty secret":           {func(o *standard.Options) { o.Secrets = []models.Secret{secret, " "} }, "secrets"},
		"a secret not in base64":    {func(o *standard.Options) { o.Secrets = []models.Secret{"whsec_!"} }, "secrets"},
		"no salt":                   {func(o *standard.Options) { o.Salt = nil }, "salt"},
		"an address without host":   {func(o *standard.Options) { o.DeliverTo = "erp/remit" }, "deliver_to"},
		"an address but no clock":   {func(o *standard.Options) { o.DeliverTo = "https://erp.example.com" }, "now"},
		"an address of some scheme": {func(o *standard.Options) { o.DeliverTo = "file:///etc/passwd" }, "deliver_to"},
	}
	for name, tc := range cases {
		opt := options()
		tc.edit(&opt)
		if _, err := standard.New(opt); models.FieldOf(err) != tc.field {
			t.Errorf("%s: got %v, want a fault of %s", name, err, tc.field)
		}
	}
}

func TestAnAccountSaysOnlyTheKeysThatItHas(t *testing.T) {
	c := newConnector(t, options())
	known := models.Account{
		ID: "account:erp:acme", Name: "Acme", Tier: "enterprise", PastDue: models.Money{Minor: 50000, Currency: "EUR"}, VIP: true, OpenIssues: 2,
		UpdatedAt: connectortest.At.AddDate(-1, 0, 0),
	}
	for name, tc := range map[string]struct {
		data string
		want func(*models.Account)
	}{
		"one key":      {`"churn_risk":0.9`, func(a *models.Account) { a.ChurnRisk = 0.9 }},
		"no and none":  {`"vip":false,"open_issues":0,"past_due":{"amount":"0","currency":"EUR"}`, func(a *models.Account) { a.VIP, a.OpenIssues, a.PastDue.Minor = false, 0, 0 }},
		"null is none": {`"vip":null,"tier":null,"past_due":null,"name":null`, func(a *models.Account) { a.VIP, a.Tier, a.PastDue, a.Name = false, "", models.Money{}, "" }},
	} {
		body := []byte(`{"type":"account.updated","timestamp":"2026-12-03T09:30:00Z","data":{"id":"acme",` + tc.data + `}}`)
		ds, err := c.Split(signer(t, "msg_1", secret)(body, connectortest.At))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		evs, err := c.Translate(ds[0])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, want := known.Fold(*evs[0].Account), known
		tc.want(&want)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(want, "Said", "UpdatedAt")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
