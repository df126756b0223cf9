package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"remit/config"
	"remit/decision"
	"remit/models"
	"remit/store/pgtest"
)

const wmsSecret = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLXdtcy0xMjM0NTY="

const stockPolicy = `
domains:
  stock:
    approvers: "@support-leads"
    max_age: 1d
    reorder: {level: ask, max_error: 5%}
    discount: {level: act, max_error: 40%}
    guardrails:
      - when: number("quantity") > 500
        note: more than the warehouse holds
  capacity:
    approvers: "@support-leads"
    sources: [planner]
    move: {level: ask}
`

// warehouse is a system that proposes and hears what became of it. It believes what is signed, and carries each out once.
type warehouse struct {
	*world
	mu    sync.Mutex
	heard []map[string]any // the data of what it was told, each once
	keys  map[string]bool
	wh    *standardwebhooks.Webhook
}

func newWarehouse(t *testing.T, policy string) *warehouse {
	t.Helper()
	return newWarehouseOn(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), policy)
}

func newWarehouseOn(t *testing.T, database, policy string) *warehouse {
	t.Helper()
	wh, err := standardwebhooks.NewWebhook(wmsSecret)
	if err != nil {
		t.Fatal(err)
	}
	h := &warehouse{wh: wh, keys: map[string]bool{}}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	h.world = newWorldWith(t, database, func(c *config.Config, w *world) {
		c.Sources = append(c.Sources, config.Source{Name: "wms", Provider: config.Standard, Secrets: []models.Secret{wmsSecret}, DeliverTo: config.URL(srv.URL)})
		w.policy = append(slices.Clone(policyText), policy...)
	})
	return h
}

func (h *warehouse) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in struct {
		Type string
		Data map[string]any
	}
	if h.wh.VerifyIgnoringTimestamp(body, r.Header) != nil || json.Unmarshal(body, &in) != nil || in.Type != "proposal."+in.Data["outcome"].(string) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if key := r.Header.Get("webhook-id"); !h.keys[key] {
		h.keys[key] = true
		h.heard = append(h.heard, in.Data)
	}
	w.WriteHeader(http.StatusNoContent)
}

// outcomes gives what it was told of a proposal, in order: "approved 240".
func (h *warehouse) outcomes(id string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []string
	for _, d := range h.heard {
		if d["id"] == id {
			value, _ := d["value"].(string)
			all = append(all, strings.TrimSpace(d["outcome"].(string)+" "+value))
		}
	}
	return all
}

func (h *warehouse) hears(id string, want ...string) {
	h.Helper()
	h.eventually(fmt.Sprintf("of %s the proposer heard %q", id, want), func() bool { return slices.Equal(h.outcomes(id), want) })
}

// tell sends a signed event of the warehouse under a webhook-id and gives the status.
func (h *warehouse) tell(key, kind string, data map[string]any) int {
	h.Helper()
	now := h.clock.Now()
	body, _ := json.Marshal(map[string]any{"type": kind, "timestamp": now.Format(time.RFC3339Nano), "data": data})
	sig, err := h.wh.Sign(key, now, body)
	if err != nil {
		h.Fatal(err)
	}
	head := http.Header{}
	head.Set("webhook-id", key)
	head.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	head.Set("webhook-signature", sig)
	return h.post("wms", head, body)
}

// propose has the warehouse propose to reorder, and waits until that is decided.
func (h *warehouse) propose(id string, edit map[string]any) models.Decision {
	h.Helper()
	data := proposal(id, edit)
	h.seq++
	if got := h.tell("wms_"+strconv.Itoa(h.seq), "proposal.created", data); got != http.StatusAccepted {
		h.Fatalf("a signed proposal was answered %d", got)
	}
	h.settled()
	return h.newest(models.SubmissionItem(models.Domain(data["domain"].(string)), "wms", data["item"].(string)), models.Domain(data["domain"].(string)).Action(data["action"].(string)))
}

func proposal(id string, edit map[string]any) map[string]any {
	data := map[string]any{
		"id": id, "domain": "stock", "action": "reorder", "item": "SKU-881", "title": "Blue mugs <12 left>", "value": "240", "before": "0",
		"options": []string{"120", "480"}, "facts": map[string]any{"quantity": 240, "on_hand": 12, "supplier": "Potter & Sons"},
		"confidence": 0.99, "reversible": true, "model": "rop/1", "reasons": []map[string]any{{"code": "low", "text": "12 left, a delivery takes 7 days", "weight": 0.8}},
	}
	maps.Copy(data, edit)
	return data
}

func (h *warehouse) answer(d models.Decision, kind models.AnswerKind, value string) error {
	h.Helper()
	_, err := h.app.Engine.Resolve(h.Context(), d.ID, h.person("sam"), models.Answer{Kind: kind, Value: value, Note: "as agreed", Via: "console", Version: d.Version})
	return err
}

func TestAProposalIsAskedInSlackAndItsApprovalReturnsSigned(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	d := h.propose("p1", nil)
	if d.State != models.Asked || d.Domain != "stock" || d.Proposal != "p1" {
		t.Fatalf("got %s in %s of %s, want it asked", d.State, d.Domain, d.Proposal)
	}
	if d.Stated != 0.99 || d.Confidence != 0.5 {
		t.Errorf("got confidence %v of a stated %v, want even odds while nobody has judged it", d.Confidence, d.Stated)
	}
	m := h.card("C0FALLBACK", "Blue mugs <12 left>")
	for _, says := range []string{"Stock", "Reorder: 0 → 240", "On hand: 12", "Supplier: Potter & Sons", "12 left, a delivery takes 7 days"} {
		if !strings.Contains(m.Words(), says) {
			t.Errorf("the card does not say %q: %s", says, m.Words())
		}
	}
	h.press(sam, m, "Approve: reorder 240")
	h.card("C0FALLBACK", "Approved by Sam")
	h.hears("p1", "approved 240")
	got := h.heard[0]
	for k, want := range map[string]any{"domain": "stock", "action": "reorder", "item": "SKU-881", "proposed": "240", "before": "0", "decision": d.ID} {
		if got[k] != want {
			t.Errorf("got %s %v, want %v", k, got[k], want)
		}
	}
	if by, _ := got["decided_by"].(map[string]any); by["id"] != "sam" {
		t.Errorf("got decided by %v, want sam", by)
	}
}

func TestAnOverrideOfAProposalIsOneOfItsOptions(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	d := h.propose("p1", nil)
	if err := h.answer(d, models.AnswerOverride, "7"); models.KindOf(err) != models.Invalid || models.FieldOf(err) != "value" {
		t.Errorf("got %v, want what its proposer does not take refused", err)
	}
	if err := h.answer(d, models.AnswerOverride, "120"); err != nil {
		t.Fatal(err)
	}
	h.hears("p1", "overridden 120")
	if got := h.heard[0]["note"]; got != "as agreed" {
		t.Errorf("got note %v", got)
	}
	d = h.propose("p2", nil)
	if err := h.answer(d, models.AnswerOverride, "0"); err != nil {
		t.Fatal(err)
	}
	h.hears("p2", "overridden 0")
}

func TestAProposalSentTwiceIsOneProposal(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	for i, want := range []int{http.StatusAccepted, http.StatusOK, http.StatusOK} {
		if got := h.tell("same", "proposal.created", proposal("p1", nil)); got != want {
			t.Errorf("time %d: got %d, want %d", i+1, got, want)
		}
	}
	h.settled()
	d := h.newest(models.SubmissionItem("stock", "wms", "SKU-881"), "stock.reorder")
	h.propose("p1", nil) // in other words: another delivery that says the same
	if again := h.newest(d.Item, d.Action); again.ID != d.ID || again.Version != d.Version {
		t.Errorf("got another decision for the same said again")
	}
	if err := h.answer(d, models.AnswerApprove, ""); err != nil {
		t.Fatal(err)
	}
	h.settled()
	h.propose("p1", map[string]any{"value": "480"})
	h.hears("p1", "approved 240")
}

func TestNewerFactsTakeThePlaceOfWhatWasAskedOnTheSameCard(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	old := h.propose("p1", nil)
	before := h.card("C0FALLBACK", "0 → 240")
	h.clock.add(time.Minute)
	h.tell("u1", "proposal.updated", proposal("p1", map[string]any{"value": "480", "facts": map[string]any{"quantity": 480, "on_hand": 2}}))
	after := h.card("C0FALLBACK", "0 → 480")
	if before.TS != after.TS {
		t.Error("got another card, want the same one brought up to date")
	}
	if err := h.answer(old, models.AnswerApprove, ""); models.KindOf(err) != models.Conflict {
		t.Errorf("approving what was superseded: got %v, want a conflict", err)
	}
	h.hears("p1") // it is still open: there is nothing to tell
	if err := h.answer(h.newest(old.Item, old.Action), models.AnswerApprove, ""); err != nil {
		t.Fatal(err)
	}
	h.hears("p1", "approved 480")
	h.propose("p2", nil)
	h.propose("p3", map[string]any{"value": "120"})
	h.hears("p2", "superseded")
}

func TestAWithdrawnProposalIsNoLongerAsked(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	d := h.propose("p1", nil)
	h.clock.add(time.Minute)
	h.tell("w1", "proposal.withdrawn", map[string]any{"id": "p1", "domain": "stock", "item": "SKU-881", "reason": "discontinued"})
	m := h.card("C0FALLBACK", "discontinued")
	if hasAnswer(m.Buttons()) {
		t.Errorf("the card still has %v", m.Buttons())
	}
	if err := h.answer(d, models.AnswerApprove, ""); models.KindOf(err) != models.Conflict {
		t.Errorf("approving it: got %v, want a conflict", err)
	}
	h.hears("p1", "withdrawn")
}

func TestAWithdrawalThatCameFirstHolds(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	data := proposal("p1", nil)
	h.clock.add(time.Hour)
	h.tell("w1", "proposal.withdrawn", map[string]any{"id": "p1", "domain": "stock", "item": "SKU-881"})
	h.settled()
	h.clock.add(-time.Hour)
	h.tell("c1", "proposal.created", data)
	h.settled()
	if n := len(h.cards("C0FALLBACK")); n != 0 {
		t.Errorf("got %d cards for what was withdrawn before it came", n)
	}
}

func TestWhatIsNotDelegatedIsNotedAndAnswered(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	for id, edit := range map[string]map[string]any{
		"a domain that the policy does not name":   {"domain": "leads", "action": "score"},
		"an action that its domain does not name":  {"action": "retire"},
		"a domain that takes from another source":  {"domain": "capacity", "action": "move"},
		"and again, in whatever state of the rest": {"domain": "leads", "action": "score", "item": "other"},
	} {
		d := h.propose(id, edit)
		if d.State != models.Observed {
			t.Errorf("%s: got %s, want it observed", id, d.State)
		}
		h.hears(id, "not_delegated")
		h.propose(id, edit) // said again
		h.hears(id, "not_delegated")
	}
	if n := len(h.cards("C0FALLBACK")); n != 0 {
		t.Errorf("%d cards for what is nobody's business", n)
	}
}

func TestAFactThatWasNotToldMakesTheGuardrailHold(t *testing.T) {
	grant := "  - {action: stock.discount, level: act, by: olga, until: 2026-12-20, reason: test}\n"
	h := newWarehouse(t, grant+stockPolicy)
	sure := map[string]any{"action": "discount", "value": "10", "before": "none", "options": nil}
	delete(sure, "options")
	for name, c := range map[string]struct {
		edit map[string]any
		want models.State
		why  string
	}{
		"told and small": {map[string]any{"facts": map[string]any{"quantity": 20}, "item": "a"}, models.Asked, "50 % sure"},
		"too large":      {map[string]any{"facts": map[string]any{"quantity": 501}, "item": "b"}, models.Asked, `number("quantity") > 500`},
		"not told":       {map[string]any{"facts": map[string]any{"on_hand": 1}, "item": "c"}, models.Asked, `"quantity" was not told`},
		"told as text":   {map[string]any{"facts": map[string]any{"quantity": "20"}, "item": "d"}, models.Asked, `"quantity" is not a number`},
		"irreversible":   {map[string]any{"reversible": false, "item": "e"}, models.Asked, "cannot be taken back"},
	} {
		edit := maps.Clone(sure)
		maps.Copy(edit, c.edit)
		edit["options"] = []string{"20"}
		d := h.propose(name, edit)
		if why := strings.Join(d.Ruling.Why, " "); d.State != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: got %s because %s; want %s because %q", name, d.State, why, c.want, c.why)
		}
	}
}

// earned has people approve a discount so often that its calibrated confidence carries it.
func (h *warehouse) earned(n int) {
	h.Helper()
	for i := range n {
		d := h.propose("e"+strconv.Itoa(i), map[string]any{"action": "discount", "value": "10", "before": "none", "options": []string{"20"}, "item": "E" + strconv.Itoa(i)})
		if d.State != models.Asked {
			return
		}
		h.clock.add(time.Minute) // time to read it
		if err := h.answer(d, models.AnswerApprove, ""); err != nil {
			h.Fatal(err)
		}
	}
}

func TestAGrantedProposalActsOnceItsConfidenceIsBorneByVerdictsAndCanBeUndone(t *testing.T) {
	grant := "  - {action: stock.discount, level: act, by: olga, until: 2026-12-20, reason: test}\n"
	h := newWarehouse(t, grant+stockPolicy)
	h.earned(12)
	edit := map[string]any{"action": "discount", "value": "10", "before": "none", "options": []string{"20"}, "item": "last"}
	d := h.propose("last", edit)
	if d.State != models.Applied || !d.Autonomous || d.Confidence < .6 || d.Confidence > .95 {
		t.Fatalf("got %s at %.2f (%v), want it acted on its record", d.State, d.Confidence, d.Ruling.Why)
	}
	h.hears("last", "acted 10")
	if _, err := h.app.Engine.Undo(t.Context(), d.ID, h.person("olga"), "too early"); err != nil {
		t.Fatal(err)
	}
	h.hears("last", "acted 10", "undone none")
	edit["item"], edit["reversible"] = "final", false
	if d = h.propose("final", edit); d.State != models.Asked {
		t.Errorf("what cannot be taken back: got %s, want it asked", d.State)
	}
	edit["item"], edit["reversible"], edit["model"] = "other", true, "rop/2"
	if d = h.propose("newmodel", edit); d.State != models.Asked || d.Confidence != .5 {
		t.Errorf("a new version: got %s at %v, want it to begin anew", d.State, d.Confidence)
	}
}

func TestTheKillSwitchOfAnotherDomain(t *testing.T) {
	grant := "  - {action: stock.discount, level: act, by: olga, until: 2026-12-20, reason: test}\n"
	h := newWarehouse(t, grant+stockPolicy)
	h.earned(12)
	if _, err := h.app.Engine.Pause(t.Context(), "stock", h.person("olga"), "stocktaking"); err != nil {
		t.Fatal(err)
	}
	d := h.propose("paused", map[string]any{"action": "discount", "value": "10", "before": "none", "options": []string{"20"}, "item": "x"})
	if why := strings.Join(d.Ruling.Why, " "); d.State != models.Asked || !strings.Contains(why, "stocktaking") {
		t.Errorf("got %s because %s, want it asked because of the pause", d.State, why)
	}
	if _, err := h.app.Engine.Resume(t.Context(), "stock", h.person("olga"), "done"); err != nil {
		t.Fatal(err)
	}
	if d = h.propose("resumed", map[string]any{"action": "discount", "value": "10", "before": "none", "options": []string{"20"}, "item": "y"}); d.State != models.Applied {
		t.Errorf("after it was resumed: got %s", d.State)
	}
}

func TestStaleFactsAreAskedForAgainBeforeAnythingIsDone(t *testing.T) {
	h := newWarehouse(t, strings.ReplaceAll(stockPolicy, "    max_age: 1d\n", "    max_age: 1h\n    expires: 5d\n"))
	d := h.propose("p1", nil)
	h.clock.add(2 * time.Hour)
	err := h.answer(d, models.AnswerApprove, "")
	if models.KindOf(err) != models.Conflict || !strings.Contains(models.SentenceOf(err), models.GuardrailStale) {
		t.Fatalf("got %v, want nothing done on old facts", err)
	}
	h.hears("p1", "stale")
	h.tell("u1", "proposal.updated", proposal("p1", nil))
	h.settled()
	if again := h.newest(d.Item, d.Action); len(again.Ruling.Guardrails) != 0 || again.State != models.Asked {
		t.Errorf("after the facts were told again: got %s with %v", again.State, again.Ruling.Guardrails)
	}
	if err := h.answer(h.newest(d.Item, d.Action), models.AnswerApprove, ""); err != nil {
		t.Fatalf("on facts told again: %v", err)
	}
	h.hears("p1", "stale", "approved 240")
}

func TestAProposalThatNobodyAnswersIsNotDone(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	d := h.propose("p1", nil)
	h.clock.add(25 * time.Hour)
	effects := models.NewEffect(d, models.EffectExpire, d.ExpiresAt, d.UpdatedAt)
	if err := h.app.Engine.Expire(t.Context(), effects.ID); err != nil {
		t.Fatal(err)
	}
	h.hears("p1", "expired")
}

func TestWhoeverProposedMayNotApproveWhereThePolicySaysSo(t *testing.T) {
	h := newWarehouse(t, strings.ReplaceAll(stockPolicy, `approvers: "@support-leads"
    max_age`, `approvers: {from: ["@support-leads", "@finance-leads"], not: requester}
    max_age`))
	d := h.propose("p1", map[string]any{"requester": "sam"})
	if err := h.answer(d, models.AnswerApprove, ""); models.KindOf(err) != models.Denied || !strings.Contains(models.SentenceOf(err), "proposed this yourself") {
		t.Errorf("got %v, want the requester refused", err)
	}
}

func TestWhoHasNoAddressMayNotApproveWhatAnAddressAskedFor(t *testing.T) {
	h := newWarehouse(t, strings.ReplaceAll(stockPolicy, `approvers: "@support-leads"
    max_age`, `approvers: {from: ["@support-leads", "@finance-leads"], not: requester}
    max_age`))
	d := h.propose("p1", map[string]any{"requester": "somebody@acme.example"})
	if err := h.answer(d, models.AnswerApprove, ""); models.KindOf(err) != models.Denied || !strings.Contains(models.SentenceOf(err), "does not know your address") {
		t.Errorf("got %v, want it refused: it may be them", err)
	}
}

func TestTheDoctorNamesDomainsThatNobodyCanProposeFor(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	h.propose("p1", nil)
	says := map[string]bool{}
	for _, f := range h.app.CheckDomains() {
		says[f.What] = f.OK
		if !f.OK && (f.Mend == "" || !strings.Contains(f.Says, "no source")) {
			t.Errorf("%s: %s", f.What, f.Says)
		}
	}
	if want := map[string]bool{"domain stock": true, "domain capacity": false}; !maps.Equal(says, want) {
		t.Errorf("got %v, want %v: nobody is called planner", says, want)
	}
}

func TestTwoProposalsAboutOneItemShareACardThatKeepsTheirFactsApart(t *testing.T) {
	h := newWarehouse(t, stockPolicy)
	h.propose("p1", map[string]any{"amount": "768.00", "currency": "EUR"})
	h.card("C0FALLBACK", "Quantity: 240")
	h.propose("p2", map[string]any{"action": "discount", "value": "10", "before": "none", "options": []string{"20"}, "facts": map[string]any{"quantity": 3}})
	m := h.card("C0FALLBACK", "Discount quantity: 3")
	for _, says := range []string{"Reorder quantity: 240", "Reorder spends: 768.00 EUR", "Reorder: 0 → 240", "Discount: none → 10"} {
		if !strings.Contains(m.Words(), says) {
			t.Errorf("the card does not say %q: %s", says, m.Words())
		}
	}
	h.press(sam, m, "Approve all")
	h.card("C0FALLBACK", "Approved by Sam")
	h.hears("p1", "approved 240")
	h.hears("p2", "approved 10")
}

func TestProposalsOnPostgreSQL(t *testing.T) {
	h := newWarehouseOn(t, pgtest.URL(t), stockPolicy)
	d := h.propose("p1", nil)
	h.clock.add(time.Minute)
	if err := h.answer(d, models.AnswerOverride, "120"); err != nil {
		t.Fatal(err)
	}
	h.hears("p1", "overridden 120")
	if d = h.propose("p2", map[string]any{"item": "SKU-2"}); d.Confidence >= .5 {
		t.Errorf("after an override got %.2f, want less than even odds", d.Confidence)
	}
	h.clock.add(time.Minute)
	h.tell("w", "proposal.withdrawn", map[string]any{"id": "p2", "domain": "stock", "item": "SKU-2"})
	h.hears("p2", "withdrawn")
}

const grantedStock = `
  - {action: stock.reorder, level: act, by: olga, until: 2026-12-20, reason: pilot}
domains:
  stock:
    approvers: "@support-leads"
    reorder: {level: act, max_error: 60%}
`

func TestNeitherAnotherModelNorAnotherSegmentBringsAnEndedGrantBack(t *testing.T) {
	h := newWarehouse(t, grantedStock)
	sees := func(id, model, segment string) models.Decision {
		return h.propose(id, map[string]any{"item": "SKU-" + id, "model": model, "segment": segment, "reversible": true})
	}
	first := sees("p1", "v1", "north")
	if !first.Autonomous {
		t.Fatalf("under the grant it is %s because %v", first.State, first.Ruling.Why)
	}
	if err := h.app.Engine.Revoke(t.Context(), decision.SliceOf(first), h.person("olga"), "it orders rubbish"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ id, model, segment, why string }{
		{"p2", "v1", "north", "it orders rubbish"},
		{"p3", "v2", "north", "taken back since, whichever model judges"},
		{"p4", "v1", "south", "taken back since, whichever model judges"},
	} {
		if d := sees(c.id, c.model, c.segment); d.State != models.Asked || !strings.Contains(d.Ruling.Why[0], c.why) {
			t.Errorf("by %s in %s it is %s because %v", c.model, c.segment, d.State, d.Ruling.Why)
		}
	}
	q := decision.GrantRequest{Action: "stock.reorder", Level: models.LevelAct, Until: "2026-12-22", Reason: "mended"}
	if _, err := h.app.Engine.Grant(t.Context(), q, h.person("olga")); err != nil {
		t.Fatal(err)
	}
	if d := sees("p5", "v2", "north"); !d.Autonomous || !strings.Contains(d.Ruling.Why[0], "mended") {
		t.Errorf("under a new grant it is %s because %v", d.State, d.Ruling.Why)
	}
}
