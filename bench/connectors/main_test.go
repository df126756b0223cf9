package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"remit/bench/hook"
	"remit/models"
)

func TestEveryConnectorIsMeasured(t *testing.T) {
	dirs, err := os.ReadDir(filepath.Join("..", "..", "connector"))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, p := range providers() {
		have[p.name] = true
	}
	for _, d := range dirs {
		if d.IsDir() && d.Name() != "connectortest" && !have[d.Name()] {
			t.Errorf("connector/%s has no row: add it to providers", d.Name())
		}
	}
}

func TestWhatIsMeasuredIsReallyCheckedAndRead(t *testing.T) {
	for _, p := range providers() {
		t.Run(p.name, func(t *testing.T) {
			c, err := p.connect()
			if err != nil {
				t.Fatal(err)
			}
			if err := events(c, p.request()); err != nil {
				t.Errorf("its own webhook: %v", err)
			}
			forged := p.request()
			forged.Body = bytes.Replace(forged.Body, []byte("Emily"), []byte("Emilx"), 1)
			if bytes.Equal(forged.Body, p.body) {
				t.Fatal("nothing was changed")
			}
			if got := models.KindOf(events(c, forged)); got != models.Unauthenticated {
				t.Errorf("a changed body: got %q, want %q", got, models.Unauthenticated)
			}
		})
	}
}

func TestAWebhookThatGivesNoEventIsNotMeasured(t *testing.T) {
	p := providers()[2]
	c, err := p.connect()
	if err != nil {
		t.Fatal(err)
	}
	useless := p
	useless.body = []byte(`{"type":"zen:event-type:organization.created","id":"1"}`)
	useless.header = hook.Zendesk(secret, useless.body, at)
	if err := events(c, useless.request()); err == nil {
		t.Error("got no error")
	}
}

func TestTheJSONHasARowForEachProvider(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, 1, 2000, true); err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	for i, p := range providers() {
		if one := r.Providers[i]; one.Provider != p.name || one.PerS <= 0 || one.Allocs <= 0 || one.OfPlain <= 0 {
			t.Errorf("got %+v for %s", one, p.name)
		}
	}
}
