package connectortest

import (
	"bytes"
	"strings"
	"testing"

	"remit/connector"
	"remit/models"
)

// Hostile are bodies that a signature may be good for and that must do no harm all the same.
func Hostile() [][]byte {
	deep := strings.Repeat("[", 20_000)
	return [][]byte{
		nil, []byte("null"), []byte("{}"), []byte("[]"), []byte("0"), []byte(`""`), []byte("{"), []byte("\x00\xff"),
		[]byte(`[null,1,"",{}]`), []byte(deep), []byte(strings.Repeat(`{"a":`, 20_000)),
		[]byte(`{"type":null,"event":null,"id":null,"data":null,"payload":null,"detail":null}`),
		[]byte(`{"type":1,"event":2,"id":{},"data":[],"payload":"","detail":0}`),
		[]byte(`{"type":"ticket.created","data":{"id":"\u0000"}}`),
		[]byte(`{"id":1e999,"created":1e999,"time":"never"}`),
		[]byte("<html>502 Bad Gateway</html>"),
	}
}

// hostile runs Split and Translate over hostile bodies and over the sample with pieces cut out or replaced.
func hostile(t *testing.T, c connector.Connector, sample Sample) {
	for _, body := range append(Hostile(), mutants(sample.Body)...) {
		survive(t, c, sample, body)
	}
}

func mutants(body []byte) [][]byte {
	ms := [][]byte{
		bytes.ReplaceAll(body, []byte(`"`), []byte(`'`)),
		bytes.ReplaceAll(body, []byte(`:"`), []byte(`:"\u0000`)),
		bytes.ReplaceAll(body, []byte(`: "`), []byte(`: "\u0000`)),
		bytes.ReplaceAll(body, []byte(`: "`), []byte(": \"\xff\xfe")),
		bytes.ReplaceAll(body, []byte(`: "`), []byte(`: "<!channel> <script> &amp; \u202e`)),
		bytes.ReplaceAll(body, []byte("null"), []byte(`{"a":[]}`)),
		bytes.ReplaceAll(body, []byte("0"), []byte("9999999")),
		bytes.ReplaceAll(body, []byte("1"), []byte("-1")),
	}
	for i := 0; i < len(body); i += 1 + len(body)/64 {
		ms = append(ms, body[:i])
	}
	return ms
}

// survive holds Split and Translate to being total: events or an Invalid error for any bytes.
func survive(t testing.TB, c connector.Connector, sample Sample, body []byte) {
	t.Helper()
	r := sample.Sign(body, At)
	ds, err := c.Split(r)
	if err != nil && models.KindOf(err) != models.Invalid {
		t.Errorf("split %.80q: got %q, want %q", body, models.KindOf(err), models.Invalid)
	}
	for _, d := range ds {
		if err := d.Check(); err != nil {
			t.Errorf("split %.80q: %v", body, err)
		}
		translateTotally(t, c, d)
	}
	ours, err := c.Split(sample.Sign(sample.Body, At))
	if err != nil {
		return
	}
	for _, d := range ours {
		d.Body = body
		translateTotally(t, c, d)
	}
}

func translateTotally(t testing.TB, c connector.Connector, d models.Delivery) {
	t.Helper()
	evs, err := c.Translate(d)
	if err != nil && models.KindOf(err) != models.Invalid {
		t.Errorf("translate %s %.80q: got %q, want %q", d.Kind, d.Body, models.KindOf(err), models.Invalid)
	}
	for _, ev := range evs {
		if ev.Item == "" || ev.At.IsZero() || ev.Kind == "" {
			t.Errorf("translate %s %.80q: an event about nothing: %+v", d.Kind, d.Body, ev)
		}
	}
}
