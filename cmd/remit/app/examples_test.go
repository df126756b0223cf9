package app_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"remit/config"
	"remit/examples/capacity/rota"
	"remit/examples/proposer"
	"remit/examples/stockreorder/reorder"
	"remit/models"
)

const examplesPolicy = `
timezone: Europe/Berlin
domains:
  stock:
    approvers: "@finance-leads"
    reorder: {level: ask}
    guardrails:
      - when: amount() > money("2000 EUR")
        approvers: {from: "@finance-leads", count: 2}
  capacity:
    approvers: "@support-leads"
    move_people: {level: ask}
    guardrails:
      - when: number("left_behind") < 5
`

// The examples of the manual, as they are, against the running service.
func TestTheExamplesProposeAndHearWhatBecameOfIt(t *testing.T) {
	var mu sync.Mutex
	heard := map[string]proposer.Outcome{}
	hear, err := proposer.Hear(wmsSecret, func(o proposer.Outcome) error {
		mu.Lock()
		defer mu.Unlock()
		heard[o.ID] = o
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(hear)
	t.Cleanup(srv.Close)
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(c *config.Config, w *world) {
		c.Sources = append(c.Sources, config.Source{Name: "wms", Provider: config.Standard, Secrets: []models.Secret{wmsSecret}, DeliverTo: config.URL(srv.URL)})
		w.policy, w.clock.now = []byte(examplesPolicy), time.Now() // the example looks at its own clock
	})
	stock, err := reorder.Propose(reorder.Sample, "2026-12-01", "EUR", .3)
	if err != nil {
		t.Fatal(err)
	}
	moves, err := rota.Propose(rota.Sample, "2026-12-01")
	if err != nil {
		t.Fatal(err)
	}
	client := proposer.Client{URL: w.url + "/v1/webhooks/wms", Secret: wmsSecret, HTTP: http.DefaultClient, Now: w.clock.Now}
	for _, p := range append(stock, moves...) {
		for range 2 { // the second time changes nothing
			if err := client.Propose(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.settled()
	open, err := w.app.Store.OpenItems(t.Context(), "", 100)
	if err != nil || len(open) != len(stock)+len(moves) {
		t.Fatalf("got %d open, %v; want %d", len(open), err, len(stock)+len(moves))
	}
	desks := w.newest(models.SubmissionItem("stock", "wms", "SKU-333"), "stock.reorder")
	if desks.Ruling.Approval.Needed() != 2 || desks.Segment != "Oak & Iron" {
		t.Errorf("got %d approvers in %q for what spends 6,634 EUR, want two", desks.Ruling.Approval.Needed(), desks.Segment)
	}
	cards := w.newest(models.SubmissionItem("capacity", "wms", "cards at 16:00"), "capacity.move_people")
	if len(cards.Ruling.Guardrails) != 1 {
		t.Errorf("got guardrails %v for a queue that four are left in", cards.Ruling.Guardrails)
	}
	_, err = w.app.Engine.Resolve(t.Context(), cards.ID, w.person("sam"), models.Answer{Kind: models.AnswerOverride, Value: cards.Options[0], Note: "keep one more", Via: "console", Version: cards.Version})
	if err != nil {
		t.Fatal(err)
	}
	w.settled()
	mu.Lock()
	defer mu.Unlock()
	if got := heard[moves[1].ID]; got.Outcome != "overridden" || got.Value != "3 from accounts" || got.Note != "keep one more" || !got.Do() || got.Item != "cards at 16:00" {
		t.Errorf("got %+v", got)
	}
}
