package connectortest

import (
	"bytes"
	"testing"

	"remit/connector"
	"remit/models"
)

// FuzzTranslate is the body of a provider's FuzzTranslate: whatever is stored under one of the kinds gives events or an
// Invalid error. Kinds are the provider's words besides those that the samples have.
func FuzzTranslate(f *testing.F, c connector.Connector, kinds []string, samples ...Sample) {
	for _, sample := range samples {
		ds, err := c.Split(sample.Sign(sample.Body, At))
		if err != nil {
			f.Fatalf("split %s: %v", sample.Name, err)
		}
		for _, d := range ds {
			f.Add(d.Kind, d.Body)
		}
	}
	for _, kind := range kinds {
		for _, body := range Hostile() {
			f.Add(kind, body)
		}
	}
	source := samples[0].Name
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		translateTotally(t, c, models.Delivery{
			ID: models.DeliveryID(source, "fuzz"), Source: source, Key: "fuzz", Kind: kind,
			Subject: models.PoolSubject("acme", "USD"), Body: body, ReceivedAt: At,
		})
	})
}

// FuzzVerify is the body of a provider's FuzzVerify: bytes and headers that the provider did not sign are refused, and
// bytes that it did sign are split, whatever they are.
func FuzzVerify(f *testing.F, c connector.Connector, sample Sample) {
	signed := sample.Sign(sample.Body, At)
	for name, values := range signed.Header {
		f.Add(name, values[0], sample.Body)
		f.Add(name, "", sample.Body)
		f.Add(name, values[0]+","+values[0], []byte("{}"))
	}
	f.Fuzz(func(t *testing.T, name, value string, body []byte) {
		r := withHeader(signed, name, value)
		r.Body = body
		if err := c.Verify(r); err == nil && !bytes.Equal(body, sample.Body) {
			t.Errorf("a body that nobody signed was accepted under %s: %q", name, value)
		}
		survive(t, c, sample, body)
	})
}
