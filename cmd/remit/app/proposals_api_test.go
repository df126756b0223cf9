package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"remit/models"
)

// api makes a call with a person's token and gives the status and the answer.
func (h *warehouse) api(person, method, path, body string) (int, map[string]any) {
	h.Helper()
	token, err := h.app.Store.MintToken(h.Context(), person, time.Hour, h.clock.Now())
	if err != nil {
		h.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.Context(), method, h.app.Config.ConsoleURL.Reveal()+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		h.Fatal(err)
	}
	return resp.StatusCode, out
}

func TestAProgramProposesByTheAPIInThePersonsName(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	body := func(edit map[string]any) string {
		b, _ := json.Marshal(proposal("a1", edit))
		return string(b)
	}
	status, out := h.api("frank", "POST", "/v1/proposals", body(nil))
	if status != http.StatusAccepted || out["delegated"] != true {
		t.Fatalf("got %d %v", status, out)
	}
	if status, again := h.api("frank", "POST", "/v1/proposals", body(nil)); status != http.StatusOK || again["decision"] != out["decision"] {
		t.Errorf("the same again: got %d %v", status, again)
	}
	h.settled()
	status, got := h.api("frank", "GET", "/v1/decisions/"+out["decision"].(string), "")
	d, _ := got["decision"].(map[string]any)
	if status != http.StatusOK || d["state"] != "asked" || d["source"] != "api" || d["stated"] != .99 || d["confidence"] != .5 {
		t.Fatalf("got %d %v, want it asked at even odds", status, d)
	}
	kept, err := h.app.Store.Decision(t.Context(), out["decision"].(string))
	if err != nil || kept.Requester != "frank" {
		t.Errorf("got requester %q %v, want whose token it was", kept.Requester, err)
	}
	if err := h.answer(kept, models.AnswerApprove, ""); err != nil {
		t.Fatal(err)
	}
	h.settled()
	if kept, _ = h.app.Store.Decision(t.Context(), kept.ID); kept.State != models.Applied || !strings.Contains(kept.Note, "a person does it there") {
		t.Errorf("got %s %q, want it left to people where nobody listens", kept.State, kept.Note)
	}
	for name, c := range map[string]struct {
		edit  map[string]any
		field string
	}{
		"a source that is no standard one": {map[string]any{"source": "helpdesk"}, "source"},
		"a domain that is judged here":     {map[string]any{"domain": "finance"}, "domain"},
		"a value that is missing":          {map[string]any{"value": ""}, "value"},
		"a fact that is a list":            {map[string]any{"facts": map[string]any{"a": []int{1}}}, "facts.a"},
		"more than certain":                {map[string]any{"confidence": 1.5}, "confidence"},
		"an amount without its currency":   {map[string]any{"amount": "3.00"}, "currency"},
	} {
		if status, out := h.api("frank", "POST", "/v1/proposals", body(c.edit)); status != http.StatusBadRequest || out["field"] != c.field {
			t.Errorf("%s: got %d %v, want %s refused", name, status, out, c.field)
		}
	}
	status, out = h.api("frank", "POST", "/v1/proposals", body(map[string]any{"id": "a2", "source": "wms", "domain": "leads", "action": "score"}))
	if status != http.StatusAccepted || out["delegated"] != false {
		t.Errorf("what is not delegated: got %d %v", status, out)
	}
	h.hears("a2", "not_delegated")
}

func TestAProgramSaysItsProposalAnewOrTakesItBack(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	say := func(person, method, path string, edit map[string]any) int {
		t.Helper()
		data := proposal("a1", edit)
		if strings.HasSuffix(path, "withdraw") {
			data = map[string]any{"id": "a1", "domain": "stock", "item": "SKU-881", "source": "wms", "reason": "sold out"}
		}
		data["source"] = "wms"
		b, _ := json.Marshal(data)
		status, _ := h.api(person, method, path, string(b))
		h.settled()
		h.clock.add(time.Second)
		return status
	}
	if got := say("frank", "PUT", "/v1/proposals", nil); got != http.StatusNotFound {
		t.Errorf("newer facts of nothing: got %d", got)
	}
	say("frank", "POST", "/v1/proposals", nil)
	if got := say("priya", "PUT", "/v1/proposals", map[string]any{"value": "480"}); got != http.StatusConflict {
		t.Errorf("somebody else's: got %d", got)
	}
	if got := say("frank", "PUT", "/v1/proposals", map[string]any{"value": "480"}); got != http.StatusAccepted {
		t.Errorf("newer facts: got %d", got)
	}
	if d := h.newest(models.SubmissionItem("stock", "wms", "SKU-881"), "stock.reorder"); d.Value != "480" || d.State != models.Asked {
		t.Errorf("got %s %s, want the newer asked", d.Value, d.State)
	}
	if got := say("frank", "POST", "/v1/proposals/withdraw", nil); got != http.StatusAccepted {
		t.Errorf("a withdrawal: got %d", got)
	}
	h.hears("a1", "withdrawn")
}
