package standard_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"remit/connector"
	"remit/connector/connectortest"
	"remit/connector/standard"
	"remit/models"
)

// receiver is what an ERP would be: it believes signed instructions only, and carries each out once.
type receiver struct {
	t    *testing.T
	wh   *standardwebhooks.Webhook
	seen map[string]bool
	done []map[string]any
	fail int // answer this status
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		r.t.Error(err)
	}
	if r.fail != 0 {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(r.fail)
		return
	}
	if err := r.wh.VerifyIgnoringTimestamp(body, req.Header); err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	id := req.Header.Get("webhook-id")
	if id != req.Header.Get("Idempotency-Key") {
		r.t.Errorf("got idempotency key %q, want the webhook-id %q", req.Header.Get("Idempotency-Key"), id)
	}
	if !r.seen[id] {
		r.seen[id] = true
		var v map[string]any
		if err := json.Unmarshal(body, &v); err != nil {
			r.t.Error(err)
		}
		r.done = append(r.done, v)
	}
	w.WriteHeader(http.StatusNoContent)
}

func delivering(t *testing.T) (*receiver, connector.Applier) {
	t.Helper()
	wh, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{t: t, wh: wh, seen: map[string]bool{}}
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	opt := options()
	opt.DeliverTo, opt.HTTP, opt.Now = srv.URL+"/remit", srv.Client(), func() time.Time { return connectortest.At }
	return r, newConnector(t, opt).(connector.Applier)
}

func payment() *models.Payable {
	return &models.Payable{
		ID: "payable:erp:inv-501", ExternalID: "inv-501", Entity: "acme-de", Invoice: "2026-4711", VendorID: "vendor:erp:77",
		Amount: models.Money{Minor: 4820000, Currency: "EUR"},
	}
}

func TestDecisionsAreSentSigned(t *testing.T) {
	hold := models.Write{Key: "eff_1", Action: models.ActionHold, Value: "hold", Before: "release", Item: "payable:erp:inv-501", Pay: payment(), Note: "looks like invoice 4710", By: models.Remit}
	cases := map[string]struct {
		write models.Write
		kind  string
		data  map[string]any
	}{
		"a hold": {hold, "payment.hold", map[string]any{"value": "hold", "before": "release", "reason": "looks like invoice 4710", "amount": "48200.00", "currency": "EUR", "vendor_id": "77", "id": "inv-501"}},
		"the undoing of a hold is a release": {
			models.Write{Key: "eff_2", Action: models.ActionHold, Value: "release", Before: "hold", Undo: true, Item: hold.Item, Pay: payment()},
			"payment.release",
			map[string]any{"undo": true},
		},
		"a pay day": {
			models.Write{Key: "eff_3", Action: models.ActionSchedule, Value: "2026-12-08", Item: hold.Item, Pay: payment()},
			"payment.schedule",
			map[string]any{"pay_on": "2026-12-08"},
		},
		"a ticket's priority": {
			models.Write{Key: "eff_4", Action: models.ActionPriority, Value: "P1", Item: "ticket:erp:T-1"},
			"ticket.priority",
			map[string]any{"id": "T-1", "value": "P1", "due_at": nil},
		},
		"a priority with a target": {
			models.Write{Key: "eff_5", Action: models.ActionPriority, Value: "P1", Item: "ticket:erp:T-1", Due: time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC)},
			"ticket.priority",
			map[string]any{"due_at": "2026-12-03T14:00:00Z"},
		},
		"a group, and who of it": {
			models.Write{Key: "eff_6", Action: models.ActionRoute, Value: "billing", Assignee: "ana", Item: "ticket:erp:T-1"},
			"ticket.route",
			map[string]any{"value": "billing", "assignee": "ana"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, a := delivering(t)
			for range 2 {
				if err := a.Apply(t.Context(), tc.write); err != nil {
					t.Fatal(err)
				}
			}
			if len(r.done) != 1 {
				t.Fatalf("got %d effects of the same key twice, want 1", len(r.done))
			}
			if r.done[0]["type"] != tc.kind {
				t.Errorf("got type %v, want %s", r.done[0]["type"], tc.kind)
			}
			data := r.done[0]["data"].(map[string]any)
			for k, want := range tc.data {
				if diff := cmp.Diff(want, data[k]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", k, diff)
				}
			}
		})
	}
}

func TestRefusalsHaveAKind(t *testing.T) {
	r, a := delivering(t)
	w := models.Write{Key: "eff_1", Action: models.ActionHold, Value: "hold", Item: "payable:erp:1", Pay: payment()}
	for status, want := range map[int]models.Kind{
		301: models.Invalid, 400: models.Invalid, 401: models.Denied, 403: models.Denied, 404: models.NotFound,
		409: models.Conflict, 410: models.Gone, 429: models.Unavailable, 500: models.Unavailable, 503: models.Unavailable,
	} {
		r.fail = status
		err := a.Apply(t.Context(), w)
		if got := models.KindOf(err); got != want {
			t.Errorf("%d: got %q, want %q", status, got, want)
		}
		if want == models.Unavailable && connector.RetryAfter(err) != 7*time.Second {
			t.Errorf("%d: got a wait of %s, want the 7s that were asked for", status, connector.RetryAfter(err))
		}
	}
	unknown := models.Write{Key: "eff_1", Action: "stock.reorder", Value: "5"}
	if got := models.KindOf(a.Apply(t.Context(), unknown)); got != models.Invalid {
		t.Errorf("an action that is not ours: got %q, want %q", got, models.Invalid)
	}
}

func TestNobodyThereIsUnavailable(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	opt := options()
	opt.DeliverTo, opt.Now = srv.URL, func() time.Time { return connectortest.At }
	srv.Close()
	err := newConnector(t, opt).(connector.Applier).Apply(t.Context(), models.Write{Key: "k", Action: models.ActionHold, Value: "hold"})
	if got := models.KindOf(err); got != models.Unavailable {
		t.Errorf("got %q (%v), want %q", got, err, models.Unavailable)
	}
}

func TestWithoutAnAddressNothingCanBeApplied(t *testing.T) {
	c, err := standard.New(options())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.(connector.Applier); ok {
		t.Error("got an Applier, want none without deliver_to")
	}
}
