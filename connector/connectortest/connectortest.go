// Package connectortest is the examiner of connectors: one suite of promises that every provider's package passes.
package connectortest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/connector"
	"remit/models"
)

// At is when the samples are signed and arrive unless a promise is about time.
var At = time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC)

// Sample is a payload of the provider and a way to sign it.
type Sample struct {
	Name string
	Body []byte
	// Sign gives the request as the provider would send it at a time. Its headers are those that Verify reads and no
	// others. Signing the same event at another time is a redelivery: an id of the event stays the same.
	Sign func(body []byte, at time.Time) connector.Request
	Kind models.EventKind // what it is at least translated to; empty: remit has no use for it
	Item string           // what that event is about
}

// Suite says what the provider's way of signing leaves open, so that the suite does not ask for what cannot be.
type Suite struct {
	NoTimestamp bool // nothing that is signed tells when it was sent
	// Secretless makes the connector with an empty secret: either that fails, or it must refuse everything.
	Secretless func() (connector.Connector, error)
}

// Run examines a connector whose provider signs a timestamp.
func Run(t *testing.T, c connector.Connector, samples ...Sample) {
	t.Helper()
	Suite{}.Run(t, c, samples...)
}

// Run examines the connector.
func (s Suite) Run(t *testing.T, c connector.Connector, samples ...Sample) {
	t.Helper()
	if len(samples) == 0 {
		t.Fatal("a suite without samples proves nothing")
	}
	for _, sample := range samples {
		t.Run(sample.Name, func(t *testing.T) { s.examine(t, c, sample) })
	}
	t.Run("different events have different keys", func(t *testing.T) { distinctKeys(t, c, samples) })
	t.Run("an empty secret lets nobody in", func(t *testing.T) { s.secretless(t, samples[0]) })
}

func (s Suite) examine(t *testing.T, c connector.Connector, sample Sample) {
	signed := sample.Sign(sample.Body, At)
	t.Run("what the provider signed is accepted", func(t *testing.T) { accepts(t, c, signed) })
	t.Run("each flipped byte of the body is refused", func(t *testing.T) { flippedBody(t, c, signed) })
	t.Run("each flipped byte of a header is refused", func(t *testing.T) { flippedHeaders(t, c, signed) })
	t.Run("a missing header is refused", func(t *testing.T) { missingHeaders(t, c, signed) })
	t.Run("stale and future timestamps are refused", func(t *testing.T) { s.clock(t, c, sample) })
	t.Run("a redelivery has the same key", func(t *testing.T) { redelivery(t, c, sample) })
	t.Run("it is translated", func(t *testing.T) { translates(t, c, sample) })
	t.Run("a text of any length is taken, and cut", func(t *testing.T) { long(t, c, sample) })
	t.Run("hostile bytes are survived", func(t *testing.T) { hostile(t, c, sample) })
}

func accepts(t *testing.T, c connector.Connector, r connector.Request) {
	if err := c.Verify(r); err != nil {
		t.Errorf("got %v, want it accepted", err)
	}
}

func refuses(t *testing.T, c connector.Connector, r connector.Request, what string) {
	t.Helper()
	if got := models.KindOf(c.Verify(r)); got != models.Unauthenticated {
		t.Errorf("%s: got %q, want %q", what, got, models.Unauthenticated)
	}
}

func flippedBody(t *testing.T, c connector.Connector, r connector.Request) {
	for i := range r.Body {
		for _, bit := range []byte{0x01, 0x20, 0x80} {
			flipped := bytes.Clone(r.Body)
			flipped[i] ^= bit
			o := r
			o.Body = flipped
			refuses(t, c, o, "byte "+string(r.Body[i]))
		}
	}
	o := r
	o.Body = append(bytes.Clone(r.Body), ' ')
	refuses(t, c, o, "one byte more")
	o.Body = r.Body[:max(0, len(r.Body)-1)]
	refuses(t, c, o, "one byte less")
	o.Body = nil
	refuses(t, c, o, "no body")
}

func flippedHeaders(t *testing.T, c connector.Connector, r connector.Request) {
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		value := r.Header.Get(name)
		for i := range value {
			for _, bit := range []byte{0x01, 0x20} {
				flipped := []byte(value)
				flipped[i] ^= bit
				refuses(t, c, withHeader(r, name, string(flipped)), name+" "+string(flipped))
			}
		}
	}
}

func missingHeaders(t *testing.T, c connector.Connector, r connector.Request) {
	if len(r.Header) == 0 {
		t.Fatal("the sample signs no header")
	}
	for name := range r.Header {
		refuses(t, c, withHeader(r, name, ""), "empty "+name)
		o := r
		o.Header = r.Header.Clone()
		o.Header.Del(name)
		refuses(t, c, o, "no "+name)
	}
	o := r
	o.Header = nil
	refuses(t, c, o, "no headers")
}

func withHeader(r connector.Request, name, value string) connector.Request {
	r.Header = r.Header.Clone()
	r.Header.Set(name, value)
	return r
}

func (s Suite) clock(t *testing.T, c connector.Connector, sample Sample) {
	r := sample.Sign(sample.Body, At)
	if s.NoTimestamp { // then age cannot matter, and a suite that says so of a provider that signs its time goes red here
		r.At = At.Add(365 * 24 * time.Hour)
		accepts(t, c, r)
		return
	}
	for _, off := range []time.Duration{-connector.MaxSkew + time.Minute, connector.MaxSkew - time.Minute} {
		r.At = At.Add(off)
		accepts(t, c, r)
	}
	for _, off := range []time.Duration{-connector.MaxSkew - time.Minute, connector.MaxSkew + time.Minute, 365 * 24 * time.Hour} {
		r.At = At.Add(off)
		refuses(t, c, r, off.String())
	}
}

func redelivery(t *testing.T, c connector.Connector, sample Sample) {
	first := keys(t, c, sample.Sign(sample.Body, At))
	for _, later := range []time.Duration{0, time.Second, 26 * time.Hour} {
		r := sample.Sign(sample.Body, At.Add(later))
		accepts(t, c, r)
		if again := keys(t, c, r); !slices.Equal(first, again) {
			t.Errorf("redelivered %s later: got keys %v, want %v", later, again, first)
		}
	}
}

func keys(t *testing.T, c connector.Connector, r connector.Request) []string {
	t.Helper()
	ds, err := c.Split(r)
	if err != nil {
		t.Fatalf("split: %v", err)
	}
	var ks []string
	for _, d := range ds {
		checkDelivery(t, r, d)
		ks = append(ks, d.Key)
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(ks)))); n != len(ks) {
		t.Errorf("one request has the same key twice: %v", ks)
	}
	return ks
}

func checkDelivery(t *testing.T, r connector.Request, d models.Delivery) {
	t.Helper()
	if err := d.Check(); err != nil {
		t.Errorf("a delivery that cannot be stored: %v", err)
	}
	if d.ID != models.DeliveryID(d.Source, d.Key) {
		t.Errorf("got delivery id %q, want the one of source and key", d.ID)
	}
	if !d.ReceivedAt.Equal(r.At) {
		t.Errorf("got received at %v, want %v", d.ReceivedAt, r.At)
	}
	for _, s := range []string{d.Key, d.Kind, d.Subject} {
		if models.CleanText(s) != s || len(s) > 4096 {
			t.Errorf("%.60q cannot be stored as text", s)
		}
	}
}

func translates(t *testing.T, c connector.Connector, sample Sample) {
	ds, err := c.Split(sample.Sign(sample.Body, At))
	if err != nil {
		t.Fatalf("split: %v", err)
	}
	var got []string
	for _, d := range ds {
		evs, err := c.Translate(d)
		if err != nil {
			t.Fatalf("translate: %v", err)
		}
		for _, ev := range evs {
			checkEvent(t, d, ev)
			got = append(got, string(ev.Kind)+" "+ev.Item)
		}
	}
	want := string(sample.Kind) + " " + sample.Item
	switch {
	case sample.Kind == "" && len(got) > 0:
		t.Errorf("got %v, want nothing", got)
	case sample.Kind != "" && !slices.Contains(got, want):
		t.Errorf("got %v, want %q among them", got, want)
	}
}

func checkEvent(t *testing.T, d models.Delivery, ev models.Event) {
	t.Helper()
	if ev.ID != models.DeliveryID(d.Source, d.Key) || ev.Source != d.Source || ev.Subject != d.Subject {
		t.Errorf("got event %s of %s on %s, want what its delivery says", ev.ID, ev.Source, ev.Subject)
	}
	if ev.Item == "" || ev.Kind == "" || ev.At.IsZero() || ev.Actor.Kind == "" {
		t.Errorf("an event that leaves out what it is about, when, or by whom: %+v", ev)
	}
	if facts := factsOf(ev); facts > 1 {
		t.Errorf("got %d facts in one event, want at most one besides ticket and comment", facts)
	}
	written, err := json.Marshal(ev)
	if err != nil {
		t.Fatalf("an event that cannot be written down: %v", err)
	}
	if strings.Contains(string(written), `\u0000`) {
		t.Error("a NUL survived translation")
	}
}

func factsOf(ev models.Event) int {
	n := 0
	for _, set := range []bool{ev.Account != nil, ev.Vendor != nil, ev.Payable != nil, ev.Receivable != nil, ev.Balance != nil, ev.Submission != nil} {
		if set {
			n++
		}
	}
	return n
}

func distinctKeys(t *testing.T, c connector.Connector, samples []Sample) {
	seen := map[string]string{}
	for _, sample := range samples {
		for _, k := range keys(t, c, sample.Sign(sample.Body, At)) {
			if other, dup := seen[k]; dup {
				t.Errorf("%s and %s have the same key %q", sample.Name, other, k)
			}
			seen[k] = sample.Name
		}
	}
}

func (s Suite) secretless(t *testing.T, sample Sample) {
	if s.Secretless == nil {
		t.Fatal("say how the connector is made with an empty secret")
	}
	c, err := s.Secretless()
	if err != nil {
		return
	}
	refuses(t, c, sample.Sign(sample.Body, At), "signed with another secret")
	r := sample.Sign(sample.Body, At)
	r.Header = nil
	refuses(t, c, r, "unsigned")
}
