package stripe_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/connector"
	"remit/connector/connectortest"
	"remit/connector/stripe"
	"remit/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

const secret = "whsec_test_secret"

func options() stripe.Options {
	return stripe.Options{Source: "psp", Secrets: []models.Secret{secret}, Entity: "acme"}
}

func newConnector(t testing.TB, opt stripe.Options) connector.Connector {
	t.Helper()
	c, err := stripe.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sign(body []byte, at time.Time) connector.Request {
	h := http.Header{}
	h.Set("Stripe-Signature", fmt.Sprintf("t=%d,v1=%s", at.Unix(), v1(secret, body, at)))
	return connector.Request{Method: http.MethodPost, URL: "/v1/webhooks/psp", Header: h, Body: body, At: at}
}

func v1(key string, body []byte, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return hex.EncodeToString(mac.Sum(nil))
}

func samples(t testing.TB) []connectortest.Sample {
	t.Helper()
	var ss []connectortest.Sample
	for _, s := range []connectortest.Sample{
		{Name: "balance_available", Kind: models.BalanceReported, Item: "balance:psp:usd"},
		{Name: "charge_dispute_created"}, // an inquiry, and
		{Name: "charge_refunded"},        // a refund of nothing
		{Name: "charge_dispute_lost", Kind: models.ReceivableUpdated, Item: "receivable:psp:ch_1PgafuB7WZ01zgkWXYmPNZs8"},
		{Name: "invoice_payment_failed", Kind: models.ReceivableUpdated, Item: "receivable:psp:in_1Pgc6tB7WZ01zgkWu9fdqL6I"},
		{Name: "invoice_paid", Kind: models.ReceivablePaid, Item: "receivable:psp:in_1Pgc6tB7WZ01zgkWu9fdqL6I"},
		{Name: "payout_failed", Kind: models.ReceivableUpdated, Item: "receivable:psp:po_1Pgc79B7WZ01zgkWu1KToYf4"},
		{Name: "payout_paid", Kind: models.ReceivablePaid, Item: "receivable:psp:po_1Pgc79B7WZ01zgkWu1KToYf4"},
		{Name: "payment_intent_payment_failed"},
		{Name: "refund_failed"},
		{Name: "review_opened"},
	} {
		body, err := os.ReadFile("testdata/" + s.Name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		s.Body, s.Sign = body, sign
		ss = append(ss, s)
	}
	return ss
}

func TestConformance(t *testing.T) {
	connectortest.Suite{Secretless: func() (connector.Connector, error) {
		opt := options()
		opt.Secrets = []models.Secret{""}
		return stripe.New(opt)
	}}.Run(t, newConnector(t, options()), samples(t)...)
}

func FuzzTranslate(f *testing.F) {
	kinds := []string{"invoice.created", "invoice.voided", "payout.created", "charge.dispute.closed"}
	connectortest.FuzzTranslate(f, newConnector(f, options()), kinds, samples(f)...)
}

func FuzzVerify(f *testing.F) {
	connectortest.FuzzVerify(f, newConnector(f, options()), samples(f)[0])
}

func translate(t *testing.T, body []byte) []models.Event {
	t.Helper()
	c := newConnector(t, options())
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
	for _, s := range samples(t) {
		t.Run(s.Name, func(t *testing.T) {
			connectortest.Golden(t, "testdata/golden/"+s.Name+".json", translate(t, s.Body), *update)
		})
	}
}

func TestSeveralSignaturesMeanRotation(t *testing.T) {
	c := newConnector(t, options())
	r := sign([]byte("{}"), connectortest.At)
	r.Header.Set("Stripe-Signature", fmt.Sprintf("t=%d,v1=%s,v1=%s,v0=%s",
		connectortest.At.Unix(), v1("whsec_old", nil, connectortest.At), v1(secret, []byte("{}"), connectortest.At), "ff"))
	if err := c.Verify(r); err != nil {
		t.Errorf("got %v, want it accepted", err)
	}
	r.Header.Set("Stripe-Signature", fmt.Sprintf("t=%d,v0=%s", connectortest.At.Unix(), v1(secret, []byte("{}"), connectortest.At)))
	if got := models.KindOf(c.Verify(r)); got != models.Unauthenticated {
		t.Errorf("the test scheme v0: got %q, want %q", got, models.Unauthenticated)
	}
}

func TestAmountsKeepTheirCurrencysUnits(t *testing.T) {
	cases := map[string]struct {
		amount   string
		currency string
		want     string
	}{
		"cents":                            {"1099", "usd", "10.99 USD"},
		"yen have none":                    {"500", "jpy", "500 JPY"},
		"dinars have three digits":         {"5120", "kwd", "5.120 KWD"},
		"krónur are written with two":      {"50000", "isk", "500 ISK"},
		"shillings of Uganda too":          {"50000", "ugx", "500 UGX"},
		"ariary are whole where ISO isn't": {"5", "mga", "5.00 MGA"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			body := `{"id":"evt_1","type":"payout.created","created":1767225600,"data":{"object":{"id":"po_1","amount":` + tc.amount + `,"currency":"` + tc.currency + `"}}}`
			if got := translate(t, []byte(body))[0].Receivable.Amount.String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestAnInvoiceNamesWhoOwesIt(t *testing.T) {
	evs := translate(t, []byte(`{"id":"evt_1","object":"event","type":"invoice.overdue","created":1764754200,"livemode":true,"data":{"object":{
		"id":"in_1","object":"invoice","customer":"cus_9","customer_name":"Acme GmbH","currency":"eur","amount_remaining":500,"due_date":1764000000}}}`))
	if r := evs[0].Receivable; r.CustomerID != "psp/cus_9" || r.CustomerName != "Acme GmbH" || r.CustomerKey() != "acme" {
		t.Errorf("got %+v", r)
	}
}

func TestABalanceOfTwoCurrenciesIsTwoEvents(t *testing.T) {
	body := `{"id":"evt_1","type":"balance.available","created":1767225600,"data":{"object":{"object":"balance","available":[
		{"amount":1000,"currency":"usd"},{"amount":500,"currency":"jpy"},{"amount":1,"currency":"usd"}]}}}`
	got := map[string]string{}
	for _, ev := range translate(t, []byte(body)) {
		got[ev.Subject] = ev.Balance.Amount.String()
	}
	if diff := cmp.Diff(map[string]string{"cash:acme:USD": "10.01 USD", "cash:acme:JPY": "500 JPY"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsNotToBeCountedOnAnyMore(t *testing.T) {
	object := func(kind, object string) string {
		return `{"id":"evt_1","type":"` + kind + `","created":1767225600,"data":{"object":{"id":"x_1","amount":1000,"total":1000,"currency":"usd",` + object + `}}}`
	}
	cases := map[string]struct {
		body string
		want string // the item; empty: nothing to tell
		lost bool
	}{
		"a payout that failed":                  {object("payout.failed", `"status":"failed"`), "receivable:psp:x_1", true},
		"an invoice that was voided":            {object("invoice.voided", `"status":"void"`), "receivable:psp:x_1", true},
		"a charge that went back whole":         {object("charge.refunded", `"amount_refunded":1000,"invoice":"in_1"`), "receivable:psp:in_1", true},
		"a charge that went back in part":       {object("charge.refunded", `"amount_refunded":400,"created":1767225600`), "receivable:psp:x_1", false},
		"a charge that is disputed":             {object("charge.dispute.created", `"charge":"ch_1","status":"needs_response"`), "receivable:psp:ch_1", true},
		"a dispute that was won":                {object("charge.dispute.closed", `"charge":"ch_1","status":"won"`), "", false},
		"an inquiry that takes no money":        {object("charge.dispute.created", `"charge":"ch_1","status":"warning_needs_response"`), "", false},
		"a draft that nobody owes yet":          {object("invoice.created", `"status":"draft"`), "", false},
		"an invoice whose card was turned down": {object("invoice.payment_failed", `"status":"open"`), "receivable:psp:x_1", false},
	}
	for name, tc := range cases {
		evs := translate(t, []byte(tc.body))
		if tc.want == "" {
			if len(evs) != 0 {
				t.Errorf("%s: got %+v, want nothing told", name, evs)
			}
			continue
		}
		if ev := evs[0]; ev.Receivable.Cancelled != tc.lost || ev.Item != tc.want {
			t.Errorf("%s: got lost %v of %s, want %v of %s", name, ev.Receivable.Cancelled, ev.Item, tc.lost, tc.want)
		}
		if strings.Contains(tc.body, `"charge.`) && evs[0].Receivable.Open() {
			t.Errorf("%s: money that came already is counted on again", name)
		}
	}
}

func TestFaultsNameTheField(t *testing.T) {
	cases := map[string]struct{ body, field string }{
		"not JSON":                  {`{`, "body"},
		"no type":                   {`{"id":"evt_1"}`, "type"},
		"no id":                     {`{"type":"payout.paid"}`, "id"},
		"no currency":               {`{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1"}}}`, "data.object.currency"},
		"no object":                 {`{"id":"evt_1","type":"payout.paid","data":{"object":{"currency":"usd"}}}`, "data.object.id"},
		"an amount that is text":    {`{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1","amount":"1","currency":"usd"}}}`, "data.object.amount"},
		"a time of no calendar":     {`{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1","currency":"usd","arrival_date":99999999999999}}}`, "data.object.arrival_date"},
		"a part of a króna":         {`{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1","amount":150,"currency":"isk"}}}`, "data.object.amount"},
		"a currency that is no one": {`{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1","currency":"zzz"}}}`, "data.object.currency"},
	}
	c := newConnector(t, options())
	for name, tc := range cases {
		_, err := c.Split(sign([]byte(tc.body), connectortest.At))
		if models.KindOf(err) != models.Invalid || models.FieldOf(err) != tc.field {
			t.Errorf("%s: got %v at %q, want %q at %q", name, err, models.FieldOf(err), models.Invalid, tc.field)
		}
	}
}

func TestTheEntityIsTheSourceWhereNoneIsNamed(t *testing.T) {
	opt := options()
	opt.Entity = ""
	ds, err := newConnector(t, opt).Split(sign([]byte(`{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1","currency":"usd"}}}`), connectortest.At))
	if err != nil || len(ds) != 1 || ds[0].Subject != "cash:psp:USD" {
		t.Errorf("got %+v, %v; want one delivery on cash:psp:USD", ds, err)
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	if _, err := stripe.New(stripe.Options{Secrets: []models.Secret{secret}}); models.FieldOf(err) != "name" {
		t.Errorf("got %v, want a fault of name", err)
	}
	if _, err := stripe.New(stripe.Options{Source: "psp"}); models.FieldOf(err) != "secrets" {
		t.Errorf("got %v, want a fault of secrets", err)
	}
	if _, ok := newConnector(t, options()).(connector.Applier); ok {
		t.Error("an Applier, where nothing is written")
	}
}
