package libredesk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/connector"
	"remit/models"
)

// fake is a libredesk with one conversation. It knows no idempotency keys, as the real one does not.
type fake struct {
	t        *testing.T
	mu       sync.Mutex
	fields   map[string]any
	messages []map[string]any
	wrote    int
	loseNext bool // carry out the next note, and break off before answering
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Header.Get("Authorization") != "token key:s3cret" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var in map[string]any
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		f.wrote++
	}
	const base = "/api/v1/conversations/be45911c-f920-40fb-9633-491d2713dcec"
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, base) {
	case "GET ":
		f.answer(w, f.fields)
	case "GET /messages":
		f.answer(w, map[string]any{"results": f.messages})
	case "PUT /priority":
		f.fields["priority"] = in["priority"]
		f.answer(w, true)
	case "PUT /assignee/team":
		f.fields["assigned_team_id"] = in["assignee_id"]
		f.answer(w, true)
	case "POST /tags":
		f.fields["tags"] = in["tags"]
		f.answer(w, true)
	case "POST /messages":
		if in["sender_type"] != "agent" || in["private"] != true {
			f.t.Errorf("got message %v, want a private note of an agent", in)
		}
		f.messages = append(f.messages, map[string]any{"content": in["message"], "private": true})
		if f.loseNext {
			f.loseNext = false
			panic(http.ErrAbortHandler)
		}
		f.answer(w, map[string]any{})
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *fake) answer(w http.ResponseWriter, data any) {
	if err := json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": data}); err != nil {
		f.t.Error(err)
	}
}

func connect(t *testing.T) (*fake, connector.Applier) {
	t.Helper()
	f := &fake{t: t, fields: map[string]any{"priority": "Low", "tags": []string{"billing"}, "assigned_team_id": nil}}
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	opt := options()
	opt.BaseURL, opt.User, opt.Token, opt.HTTP = srv.URL, "key", "s3cret", srv.Client()
	return f, newConnector(t, opt).(connector.Applier)
}

func write(a models.Action, before, value string) models.Write {
	return models.Write{Key: "eff_1", Action: a, Before: before, Value: value, Item: item, Note: "Says <b>now</b> & is angry."}
}

func TestApplyWritesTheFieldAndTheReasons(t *testing.T) {
	cases := map[string]struct {
		write models.Write
		field string
		want  any
	}{
		"a priority": {write(models.ActionPriority, "P4", "P1"), "priority", "Urgent"},
		"a team":     {write(models.ActionRoute, "", "billing"), "assigned_team_id", float64(4)},
		"tags":       {write(models.ActionTag, "billing", "billing,refund"), "tags", []any{"billing", "refund"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f, a := connect(t)
			for range 2 {
				if err := a.Apply(t.Context(), tc.write); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tc.want, f.fields[tc.field]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if f.wrote != 2 || len(f.messages) != 1 {
				t.Fatalf("got %d writes and %d notes of the same key twice, want one of each", f.wrote-len(f.messages), len(f.messages))
			}
			if got := f.messages[0]["content"].(string); !strings.Contains(got, "&lt;b&gt;now&lt;/b&gt; &amp; is angry.") {
				t.Errorf("got note %q, want the reasons as text", got)
			}
		})
	}
}

func TestADraftIsAPrivateNote(t *testing.T) {
	f, a := connect(t)
	f.loseNext = true
	w := write(models.ActionReply, "", "Dear Emily,\nit is on its way.")
	if got := models.KindOf(a.Apply(t.Context(), w)); got != models.Unavailable {
		t.Fatalf("a lost answer: got %q, want %q", got, models.Unavailable)
	}
	if err := a.Apply(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if len(f.messages) != 1 || !strings.Contains(f.messages[0]["content"].(string), "Dear Emily,<br>it is on its way.") {
		t.Errorf("got %v, want the draft once", f.messages)
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	gone := write(models.ActionPriority, "P4", "P1")
	gone.Item = "ticket:desk:nowhere"
	unset := write(models.ActionPriority, "P1", "")
	unset.Undo = true
	cases := map[string]struct {
		write models.Write
		want  models.Kind
	}{
		"a field that somebody changed since": {write(models.ActionPriority, "P3", "P1"), models.Conflict},
		"a priority that is none":             {write(models.ActionPriority, "P4", "P9"), models.Invalid},
		"a team without an id":                {write(models.ActionRoute, "", "nobody"), models.Invalid},
		"an action of another kind":           {write(models.ActionHold, "release", "hold"), models.Invalid},
		"a priority taken away":               {unset, models.Invalid},
		"a conversation that is gone":         {gone, models.NotFound},
	}
	for name, tc := range cases {
		f, a := connect(t)
		if got := models.KindOf(a.Apply(t.Context(), tc.write)); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
		if f.wrote != 0 {
			t.Errorf("%s: got %d writes, want none", name, f.wrote)
		}
	}
}

func TestOurOwnPriorityIsKnownAgain(t *testing.T) {
	_, a := connect(t)
	w := write(models.ActionPriority, "P4", "P2")
	for _, s := range samples(t) {
		if s.Name != "message_activity_priority" {
			continue
		}
		got := translate(t, newConnector(t, options()), s.Body)[0].Fingerprints()
		if diff := cmp.Diff(a.Echoes(w), got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestWhenAnAnswerIsDueStandsInTheNote(t *testing.T) {
	f, a := connect(t)
	w := write(models.ActionPriority, "P4", "P1")
	w.Due = time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC)
	if err := a.Apply(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if got := f.messages[0]["content"].(string); !strings.Contains(got, "An answer is due by Thu 3 Dec 2026 14:00 UTC.") {
		t.Errorf("got note %q", got)
	}
}
