package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"remit/models"
)

// apiClient calls the API and checks every answer against the published description.
type apiClient struct {
	*visitor
	router routers.Router
	token  string
}

func newAPIClient(t *testing.T, v *visitor, token string) *apiClient {
	t.Helper()
	status, text, _ := v.get("/v1/openapi.yaml")
	if status != 200 {
		t.Fatalf("openapi.yaml: got %d", status)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("the description is not OpenAPI: %v", err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &apiClient{v, router, token}
}

// call gives the answer, having checked that it is as described.
func (a *apiClient) call(method, path, body string) (int, map[string]any) {
	a.t.Helper()
	req := a.request(method, path, body)
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	status, text, header := a.do(req)
	described := a.request(method, path, body)
	described.URL.Scheme, described.URL.Host, described.Host = "", "", ""
	route, params, err := a.router.FindRoute(described)
	if err != nil {
		a.t.Fatalf("%s %s is not described: %v", method, path, err)
	}
	err = openapi3filter.ValidateResponse(a.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 status, Header: header, Body: io.NopCloser(strings.NewReader(text)),
		Options: &openapi3filter.Options{MultiError: true},
	})
	if err != nil {
		a.t.Errorf("%s %s: the answer is not as described: %v\n%s", method, path, err, text)
	}
	var out map[string]any
	if text != "" {
		if err := json.NewDecoder(bytes.NewBufferString(text)).Decode(&out); err != nil {
			a.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return status, out
}

func TestAPI(t *testing.T) {
	d := scene()
	srv := visit(t, d.options())
	priya, omar := newAPIClient(t, srv, "token-priya"), newAPIClient(t, srv, "token-omar")
	dec := of(t, d, "35436", models.ActionPriority)
	done := of(t, d, "35101", models.ActionRoute)
	answer := func(kind, value string, version int) string {
		return `{"kind":"` + kind + `","value":"` + value + `","reason":"judgement","note":"n","version":` + strconv.Itoa(version) + `}`
	}
	for _, step := range []struct {
		name, method, path, body string
		as                       *apiClient
		status                   int
		says                     string
	}{
		{"a page of decisions", "GET", "/v1/decisions?limit=2&domain=triage", "", priya, 200, `"next":"2026-`},
		{"the last page has no next", "GET", "/v1/decisions?state=applied", "", priya, 200, `"next":""`},
		{"a limit that is none", "GET", "/v1/decisions?limit=no", "", priya, 400, `"field":"limit"`},
		{"a decision with facts and timeline", "GET", "/v1/decisions/" + dec.ID, "", priya, 200, `"tier":"enterprise"`},
		{"a decision that is not there", "GET", "/v1/decisions/nothing", "", priya, 404, `"kind":"not_found"`},
		{"the inbox", "GET", "/v1/inbox?domain=finance", "", priya, 200, `"blocks":[`},
		{"an answer without a version", "POST", "/v1/decisions/" + dec.ID + "/answer", `{"kind":"approve"}`, priya, 400, `"field":"version"`},
		{"an answer that is neither", "POST", "/v1/decisions/" + dec.ID + "/answer", answer("maybe", "", 2), priya, 400, `"field":"kind"`},
		{"an answer with a field nobody knows", "POST", "/v1/decisions/" + dec.ID + "/answer", `{"kid":"approve"}`, priya, 400, `"kind":"invalid"`},
		{"a field of the wrong type", "POST", "/v1/decisions/" + dec.ID + "/answer", `{"version":"x"}`, priya, 400, `"field":"version"`},
		{"an override to what cannot be", "POST", "/v1/decisions/" + dec.ID + "/answer", answer("override", "P9", 2), priya, 400, `"field":"value"`},
		{"an override", "POST", "/v1/decisions/" + dec.ID + "/answer", answer("override", "P2", 2), priya, 200, `"final":"P2"`},
		{"an answer that comes too late", "POST", "/v1/decisions/" + dec.ID + "/answer", answer("approve", "", 2), omar, 409, "Already overridden to P2 by Priya Raman at 12:00."},
		{"an undo without a reason", "POST", "/v1/decisions/" + done.ID + "/undo", `{"reason":" "}`, priya, 400, `"field":"reason"`},
		{"an undo", "POST", "/v1/decisions/" + done.ID + "/undo", `{"reason":"wrong team"}`, priya, 200, `"state":"reverting"`},
		{"the levels", "GET", "/v1/autonomy", "", priya, 200, `"in_force":"act"`},
		{"a grant by somebody who may not", "POST", "/v1/grants", `{"action":"priority","level":"act","until":"2026-12-20","reason":"x"}`, priya, 403, `"kind":"denied"`},
		{"a grant", "POST", "/v1/grants", `{"action":"priority","level":"act","until":"2026-12-20","reason":"pilot"}`, omar, 200, `"by":"omar"`},
		{"an audit of what nobody asks about", "POST", "/v1/decisions/" + done.ID + "/audit", `{"value":"web"}`, priya, 409, `"kind":"conflict"`},
		{"dead letters, without bodies", "GET", "/v1/dead-letters", "", priya, 200, `"field":"payable.amount"`},
		{"a replay", "POST", "/v1/dead-letters/dl_1/replay", "", priya, 204, ""},
		{"a replay of nothing", "POST", "/v1/dead-letters/dl_9/replay", "", priya, 404, `"error"`},
		{"a pause by somebody who may not", "POST", "/v1/domains/finance/pause", `{"reason":"x"}`, priya, 403, `"kind":"denied"`},
		{"a pause", "POST", "/v1/domains/finance/pause", `{"reason":"bank holiday"}`, omar, 200, `"paused":true`},
		{"a resumption", "POST", "/v1/domains/finance/resume", `{"reason":"over"}`, omar, 200, `"recalled":[]`},
	} {
		status, out := step.as.call(step.method, step.path, step.body)
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		if status != step.status || !strings.Contains(string(text), step.says) {
			t.Errorf("%s: got %d %s, want %d with %s", step.name, status, text, step.status, step.says)
		}
	}
	if got := of(t, d, "35436", models.ActionPriority).Answers[0]; got.Via != "api" || got.By.ID != "priya" || got.Reason != "judgement" {
		t.Errorf("the answer kept is %+v, want priya's by the API", got)
	}
}

func TestAPINeedsSomebody(t *testing.T) {
	srv := visit(t, scene().options())
	for token, says := range map[string]string{
		"": "A token is needed", "stolen": "not known or has expired", "token-nobody": "the configuration does not name",
	} {
		status, out := newAPIClient(t, srv, token).call("GET", "/v1/inbox", "")
		if sentence, _ := out["error"].(string); status != http.StatusUnauthorized || !strings.Contains(sentence, says) {
			t.Errorf("token %q: got %d %v, want 401 with %q", token, status, out, says)
		}
	}
	if status, _ := newAPIClient(t, srv, "").call("POST", "/v1/dead-letters/dl_1/replay", ""); status != http.StatusUnauthorized {
		t.Errorf("a change without a token: got %d, want 401", status)
	}
}

func TestAPIWithASession(t *testing.T) {
	d := scene()
	v := visit(t, d.options()).as("priya")
	if status, _, _ := v.get("/v1/inbox"); status != 200 {
		t.Errorf("reading with a session: got %d, want 200", status)
	}
	for name, c := range map[string]struct {
		head map[string]string
		want int
	}{
		"nothing that says where from": {nil, 403},
		"from another site":            {map[string]string{"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": v.csrf()}, 403},
		"from another origin":          {map[string]string{"Origin": "https://evil.example"}, 403},
		"a wrong token":                {map[string]string{"X-CSRF-Token": "guess"}, 403},
		"the session's token":          {map[string]string{"X-CSRF-Token": v.csrf()}, 204},
		"a page of ours":               {map[string]string{"Sec-Fetch-Site": "same-origin"}, 204},
	} {
		req := v.request(http.MethodPost, "/v1/dead-letters/dl_1/replay", "")
		for k, val := range c.head {
			req.Header.Set(k, val)
		}
		if status, body, _ := v.do(req); status != c.want {
			t.Errorf("%s: got %d %s, want %d", name, status, body, c.want)
		}
	}
}

func TestAPIRefusesTooMuch(t *testing.T) {
	v := visit(t, scene().options())
	status, out := newAPIClient(t, v, "token-priya").call("POST", "/v1/decisions/x/answer", `{"note":"`+strings.Repeat("x", maxForm)+`"}`)
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d %v, want 413", status, out)
	}
}
