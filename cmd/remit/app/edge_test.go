package app_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"remit/config"
	"remit/models"
)

// zendeskHeader signs a body as the helpdesk does.
func (w *world) zendeskHeader(body []byte) http.Header {
	at := w.clock.Now().Format(time.RFC3339)
	h := http.Header{}
	h.Set("X-Zendesk-Webhook-Signature-Timestamp", at)
	h.Set("X-Zendesk-Webhook-Signature", mac([]byte(deskSecret), at, string(body)))
	return h
}

func TestWhatComesInWrongIsAnsweredSoThatNothingIsLostAndNobodyIsDisabled(t *testing.T) {
	w := newWorld(t)
	good := []byte(`{"type":"zen:event-type:ticket.created","id":"e1","time":"2026-12-01T10:00:00Z","detail":{"id":"1","subject":"s","description":"The service is down and nobody can log in, all 200 users are blocked, this is urgent."}}`)
	forged := w.zendeskHeader(good)
	forged.Set("X-Zendesk-Webhook-Signature", "AAAA")
	stale := w.zendeskHeader(good)
	w.clock.add(6 * time.Minute)
	for _, c := range []struct {
		name   string
		source string
		header http.Header
		body   []byte
		want   int
	}{
		{"an unknown source", "nobody", w.zendeskHeader(good), good, http.StatusNotFound},
		{"no signature", "helpdesk", http.Header{}, good, http.StatusUnauthorized},
		{"a wrong signature", "helpdesk", forged, good, http.StatusUnauthorized},
		{"a stale timestamp", "helpdesk", stale, good, http.StatusUnauthorized},
		{"a body over 1 MiB", "helpdesk", http.Header{}, make([]byte, 1<<20+1), http.StatusRequestEntityTooLarge},
		{"a good one", "helpdesk", w.zendeskHeader(good), good, http.StatusAccepted},
		{"the same again", "helpdesk", w.zendeskHeader(good), good, http.StatusOK},
	} {
		if got := w.post(c.source, c.header, c.body); got != c.want {
			t.Errorf("%s was answered %d, want %d", c.name, got, c.want)
		}
	}
	for body, field := range map[string]string{
		`not JSON`: "body",
		`{"type":"zen:event-type:ticket.created","id":"e2","time":"2026-12-01T10:00:00Z","detail":{"id":{}}}`: "detail.id",
		`{"type":"zen:event-type:ticket.created","time":"2026-12-01T10:00:00Z","detail":{"id":"1"}}`:          "id",
	} {
		if got := w.post("helpdesk", w.zendeskHeader([]byte(body)), []byte(body)); got != http.StatusAccepted {
			t.Errorf("%s was answered %d: a provider that is told 4xx disables its webhook", body, got)
		}
		if !w.buried(field) {
			t.Errorf("no dead letter names %q for %s", field, body)
		}
	}
	unknown := []byte(`{"type":"zen:event-type:user.created","id":"e3"}`)
	if got := w.post("helpdesk", w.zendeskHeader(unknown), unknown); got != http.StatusNoContent {
		t.Errorf("an unknown kind was answered %d", got)
	}
	w.settled()
	if n := len(w.log()); n != 1 {
		t.Errorf("%d decisions, want that of the one good event", n)
	}
}

// buried reports a dead letter that names the field.
func (w *world) buried(field string) bool {
	w.Helper()
	letters, err := w.app.Store.DeadLetters(w.Context(), 50)
	if err != nil {
		w.Fatal(err)
	}
	for _, l := range letters {
		if l.Field == field {
			return true
		}
	}
	return false
}

// panicky is a judge with a bug that one ticket brings out.
type panicky struct{ broken atomic.Bool }

// Decide panics on the word, and else would leave things as they are.
func (p *panicky) Decide(f models.Facts, _ models.TriageRules) models.Judgement {
	if p.broken.Load() && strings.Contains(f.Ticket.Text, "poison") {
		panic("a bug with " + f.Ticket.Text)
	}
	return models.Judgement{Facts: f, Proposals: []models.Proposal{{
		Action: models.ActionPriority, Item: f.Ticket.ID, Value: "P3", Before: string(f.Ticket.Priority), Confidence: .9,
		Reasons: []models.Reason{{Code: "test", Text: "as it is", Weight: 1}},
	}}}
}

func TestAnEventThatCannotBeDecidedIsSetAsideBlocksNobodyAndCanBeReplayed(t *testing.T) {
	judge := &panicky{}
	judge.broken.Store(true)
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(*config.Config, *world) {})
	w.app.Engine.Tickets = judge
	for i, text := range []string{"hello", "this is poison", "hello again"} {
		w.ticket([]string{"50", "51", "52"}[i], text)
	}
	w.settled()
	letters, err := w.app.Store.DeadLetters(t.Context(), 10)
	if err != nil || len(letters) != 1 || strings.Contains(letters[0].Error, "poison") {
		t.Fatalf("got %+v %v: want one letter, which does not quote the customer", letters, err)
	}
	if n := len(w.log()); n != 2 {
		t.Errorf("%d decisions, want those of the two others", n)
	}
	judge.broken.Store(false)
	if err := w.app.Store.Replay(t.Context(), letters[0].ID, w.person("olga").Actor(), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if d := w.newest(item("51"), models.ActionPriority); d.State != models.Asked { // its tone is not known to this judge
		t.Errorf("replayed, it is %s", d.State)
	}
}

func TestAThinEventIsDecidedOnWhatItsProviderTellsWhenAsked(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(_ *config.Config, w *world) {
		at := w.clock.Now().Add(-time.Minute).Format(time.RFC3339)
		w.desk.Organizations = map[string]map[string]any{"70": {"id": 70, "name": "Initech", "organization_fields": map[string]any{"tier": "enterprise"}, "updated_at": at}}
		w.desk.Add("60", map[string]any{"subject": "Ticket 60", "description": angry, "requester_id": 7, "organization_id": 70, "created_at": at, "updated_at": at})
	})
	w.zendesk("created", "60", map[string]any{"subject": "Ticket 60", "organization_id": "70"}, nil)
	m := w.card("C0TRIAGE", "Ticket 60")
	if !strings.Contains(m.Words(), "enterprise") {
		t.Errorf("the card does not tell the account that was fetched:\n%s", m.Words())
	}
	w.settled()
	d := w.newest(item("60"), models.ActionPriority)
	snap, err := w.app.Store.Snapshot(t.Context(), d.FactsID)
	if err != nil || snap.Facts.Ticket.Text != angry || snap.Facts.Account == nil {
		t.Errorf("it was decided on %+v, %v", snap.Facts, err)
	}
}

func TestAThinEventWhoseProviderHasNothingMoreIsDecidedAsItIs(t *testing.T) {
	w := newWorld(t)
	w.desk.FailWith(http.StatusNotFound)
	w.zendesk("created", "61", map[string]any{"subject": "Ticket 61", "description": angry, "organization_id": "71"}, nil)
	w.card("C0TRIAGE", "Ticket 61")
	d := w.newest(item("61"), models.ActionPriority)
	why, _ := json.Marshal(d.Ruling.Why)
	if d.State != models.Asked || !strings.Contains(string(why), "cannot be known") {
		t.Errorf("got %s because %s: want it asked, since the account is not known", d.State, why)
	}
}
