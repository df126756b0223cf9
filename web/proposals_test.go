package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"remit/models"
)

// Propose takes what has an id and is of a source that is known.
func (d *desk) Propose(_ context.Context, kind models.EventKind, source string, data map[string]any, by models.Person) (Proposed, error) {
	if source == "nobody" {
		return Proposed{}, models.FieldErrorf("source", "%q is not a standard source", source)
	}
	id, _ := data["id"].(string)
	if id == "" {
		return Proposed{}, models.FieldErrorf("id", "is needed")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if kind != models.ProposalCreated && d.proposed[id] == nil {
		return Proposed{}, models.Errorf(models.NotFound, "There is no proposal %q.", id)
	}
	if kind == models.ProposalWithdrawn {
		return Proposed{Item: "item:stock:api:SKU-1", Fresh: true}, nil
	}
	fresh := d.proposed[id] == nil
	if fresh {
		data["by"] = by.ID
		d.proposed[id] = data
	}
	return Proposed{Decision: "dec_1", Item: "item:stock:api:SKU-1", Action: "stock.reorder", Delegated: true, Fresh: fresh}, nil
}

func TestProposalsByTheAPI(t *testing.T) {
	d := scene()
	srv := visit(t, d.options())
	priya := newAPIClient(t, srv, "token-priya")
	full := `{"id":"p1","domain":"stock","action":"reorder","item":"SKU-1","title":"Mugs","value":"240","before":"0","options":["120"],
		"facts":{"on_hand":12,"cost":"3.20 EUR","fragile":true},"confidence":0.9,"reasons":[{"code":"low","text":"12 left","weight":1}],"reversible":true}`
	for _, step := range []struct {
		name, body string
		as         *apiClient
		status     int
		says       string
		call       string // POST /v1/proposals where it is empty
	}{
		{name: "a proposal", body: full, as: priya, status: 202, says: `"fresh":true`},
		{name: "the same again", body: full, as: priya, status: 200, says: `"fresh":false`},
		{name: "one without an id", body: `{"domain":"stock"}`, as: priya, status: 400, says: `"field":"id"`},
		{name: "one of a source that is none", body: `{"id":"p2","source":"nobody"}`, as: priya, status: 400, says: `"field":"source"`},
		{name: "a field that nobody knows", body: `{"id":"p2","requester":"omar"}`, as: priya, status: 400, says: `"kind":"invalid"`},
		{name: "a field of the wrong type", body: `{"id":3}`, as: priya, status: 400, says: `"field":"id"`},
		{name: "a stranger", body: full, as: newAPIClient(t, srv, ""), status: 401, says: `"kind":"unauthenticated"`},
		{name: "newer facts of nothing", body: `{"id":"p9"}`, as: priya, status: 404, says: `"kind":"not_found"`, call: "PUT /v1/proposals"},
		{name: "a withdrawal", body: `{"id":"p1","domain":"stock","item":"SKU-1"}`, as: priya, status: 202, says: `"fresh":true`, call: "POST /v1/proposals/withdraw"},
		{name: "a withdrawal that says more", body: `{"id":"p1","value":"3"}`, as: priya, status: 400, says: `"kind":"invalid"`, call: "POST /v1/proposals/withdraw"},
	} {
		method, path, _ := strings.Cut(cmp.Or(step.call, "POST /v1/proposals"), " ")
		status, out := step.as.call(method, path, step.body)
		text, _ := json.Marshal(out)
		if status != step.status || !strings.Contains(string(text), step.says) {
			t.Errorf("%s: got %d %s, want %d with %s", step.name, status, text, step.status, step.says)
		}
	}
	got := d.proposed["p1"]
	if facts, _ := got["facts"].(models.Told); got["by"] != "priya" || got["confidence"] != .9 || facts["cost"] != "3.20 EUR" || got["segment"] != nil {
		t.Errorf("got %v, want what was said in priya's name and nothing else", got)
	}
}

// stock puts a proposal of another system before people.
func (d *desk) stock() models.Decision {
	item := models.SubmissionItem("stock", "wms", "SKU-1")
	dec := asked(item, "stock.reorder", "240", "0", -time.Hour)
	dec.Title, dec.Source, dec.Proposal, dec.Stated, dec.Confidence, dec.Options = "Mugs <b>", "wms", "p1", .97, .5, []string{"120", "480"}
	d.put(models.Facts{Now: noon, Submission: &models.Submission{
		Source: "wms", ExternalID: "p1", Item: item, Action: "stock.reorder", Title: "Mugs <b>", Stated: .97, Amount: usd(76_800),
		Facts: models.Told{"on_hand": 12.0, "supplier": "<script>alert(1)</script>"}, URL: "https://wms.example.com/1",
	}}, dec)
	return dec
}

func TestPagesOfAnotherDomain(t *testing.T) {
	d := scene()
	dec := d.stock()
	o := d.options()
	o.Domains = func() []models.Domain { return []models.Domain{models.Finance, "stock", models.Triage} }
	v := visit(t, o).as("omar")
	for path, says := range map[string][]string{
		"/?domain=stock": {`<a href="/?domain=stock" aria-current="page">Stock</a>`, "Reorder", `<option value="120">120</option>`, `<option value="0">Leave it: 0</option>`},
		"/decisions/" + dec.ID: {
			"As wms told it", "On hand", "&lt;script&gt;alert(1)&lt;/script&gt;", "768.00 USD", "97%, which is not believed", "Open it there",
		},
		"/log":    {`<option value="stock">Stock</option>`},
		"/switch": {"<h2>Stock</h2>"},
	} {
		_, page, _ := v.get(path)
		for _, s := range says {
			if !strings.Contains(page, s) {
				t.Errorf("%s does not say %q", path, s)
			}
		}
		if strings.Contains(page, "<script>") {
			t.Errorf("%s has a script in it", path)
		}
	}
	v.post("/decisions/"+dec.ID+"/answer", url.Values{
		"csrf": {v.csrf()}, "kind": {"override"}, "action": {"stock.reorder"}, "value": {"120"}, "reason": {"judgement"}, "version": {"2"}, "back": {"/"},
	})
	if _, page, _ := v.get("/"); !strings.Contains(page, "Overridden. Reorder: 120.") {
		t.Error("the page after an override does not say so")
	}
}
