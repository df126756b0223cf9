package zendesk_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"remit/connector/zendesk"
	"remit/connector/zendesk/zendeskfake"
	"remit/models"
)

func TestLookTellsWhoOwnsTheTokenAndEveryGroup(t *testing.T) {
	fake := &zendeskfake.Server{Now: time.Now, Token: "right", Groups: map[string]string{"1": "Billing", "2": "Technical", "3": "VIP"}}
	srv := httptest.NewServer(fake)
	defer srv.Close()
	opt := zendesk.Options{Source: "helpdesk", BaseURL: srv.URL, User: "bot@acme.com", Token: "right"}
	a, err := zendesk.Look(t.Context(), opt)
	if err != nil || a.UserID != "900" || len(a.Groups) != 3 || a.Groups[2] != (zendesk.Group{ID: "3", Name: "VIP"}) {
		t.Errorf("got %+v, %v", a, err)
	}
	opt.Token = "wrong"
	if _, err := zendesk.Look(t.Context(), opt); models.KindOf(err) != models.Denied {
		t.Errorf("a wrong token: %v, want Denied", err)
	}
	opt.Token = ""
	if _, err := zendesk.Look(t.Context(), opt); models.KindOf(err) != models.Invalid {
		t.Errorf("no token: %v, want Invalid", err)
	}
}

func TestLookRefusesWhoeverZendeskDoesNotKnowOrCannotChangeTickets(t *testing.T) {
	for name, user := range map[string]string{
		"an anonymous user": `{"user":{"id":null,"name":"Anonymous user","role":"end-user"}}`,
		"a customer":        `{"user":{"id":7,"name":"Pat","role":"end-user"}}`,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(user)) }))
		_, err := zendesk.Look(t.Context(), zendesk.Options{Source: "helpdesk", BaseURL: srv.URL, User: "bot@acme.com", Token: "t"})
		if models.KindOf(err) != models.Denied {
			t.Errorf("%s: %v, want Denied", name, err)
		}
		srv.Close()
	}
}
