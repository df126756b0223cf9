package judge_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"remit/judge"
	"remit/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

const said = `{"priority":"P2","intent":"Billing","anger":0.4,"draft":"Thank you for writing, we look into it.","confidence":0.8}`

// host is what stands at the other end: it keeps what it heard and answers as it is told.
type host struct {
	mu     sync.Mutex
	heard  string
	answer func(w http.ResponseWriter)
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	h.heard = r.URL.Path + " " + string(body)
	h.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	h.answer(w)
}

func (h *host) last() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard
}

func put(v any) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { _ = json.NewEncoder(w).Encode(v) }
}

// dialects are the ways in which a judge is asked, each with its answer's envelope.
var dialects = map[string]struct {
	open func(judge.Options) judge.Judge
	wrap func(said string) any
}{
	"openai": {judge.OpenAI, func(s string) any {
		return map[string]any{"id": "1", "object": "chat.completion", "choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": s}}}}
	}},
	"anthropic": {judge.Anthropic, func(s string) any {
		return map[string]any{"id": "1", "type": "message", "role": "assistant", "stop_reason": "end_turn", "content": []any{map[string]any{"type": "text", "text": s}}}
	}},
	"http": {judge.Classifier, func(s string) any { return json.RawMessage(s) }},
}

func guarded(t *testing.T, dialect string, answer func(http.ResponseWriter)) (*judge.Guard, *host) {
	t.Helper()
	h := &host{answer: answer}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	now := time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
	return &judge.Guard{
		Judge: dialects[dialect].open(judge.Options{BaseURL: srv.URL, Key: "secret-key", Model: "m", HTTP: srv.Client()}),
		Limit: 5 * time.Second, PerDay: 2, Now: func() time.Time { return now },
	}, h
}

var question = judge.Question{Text: "My card 4111 1111 1111 1111 was charged twice, write to dana@mail.example", Labels: []string{"Billing", "Access"}}

func TestAJudgeIsAskedWithoutAnybodysDataAndAnswersInShape(t *testing.T) {
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			g, h := guarded(t, name, put(d.wrap(said)))
			got, err := g.Ask(t.Context(), question)
			if err != nil {
				t.Fatal(err)
			}
			if got.Priority != models.P2 || got.Intent != "Billing" || got.Confidence != 0.8 || got.Draft == "" || got.Model != name+"/m" {
				t.Errorf("got %+v", got)
			}
			heard := h.last()
			if strings.Contains(heard, "4111") || strings.Contains(heard, "dana@") || !strings.Contains(heard, "[card]") {
				t.Errorf("what left the building: %s", heard)
			}
			if strings.Contains(heard, "secret-key") {
				t.Error("the key is in the body")
			}
		})
	}
}

func TestNoHalfOfANumberLeavesTheBuilding(t *testing.T) {
	g, h := guarded(t, "http", put(json.RawMessage(said)))
	for _, before := range []int{8<<10 - 4, 8<<10 - 12} {
		q := judge.Question{Text: strings.Repeat("a ", before/2) + "4111 1111 1111 1111", Labels: question.Labels}
		if _, err := g.Ask(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if heard := h.last(); strings.Contains(heard, "4111") {
			t.Errorf("what left the building ends in %q", heard[len(heard)-60:])
		}
	}
}

func TestNoDraftPassesByAGreeting(t *testing.T) {
	for draft, want := range map[string]bool{
		"Hi Ana, we will refund you $500 tomorrow.":         false,
		"Hi Ana,\nthank you for writing. We look into it.":  true,
		"Hi Ana,\nWe will pay you back in full.":            false,
		"Hi Ana, this is fixed today.":                      false,
		"Thank you for your message, we are at fault, Ana.": false,
	} {
		body, _ := json.Marshal(models.Opinion{Priority: models.P3, Confidence: 0.9, Draft: draft})
		g, _ := guarded(t, "http", put(json.RawMessage(body)))
		q := question
		q.Agreed = []string{"Hi {{name}},\nthank you for your message, {{name}}.\n"}
		got, err := g.Ask(t.Context(), q)
		if err != nil || (got.Draft != "") != want {
			t.Errorf("%q: got draft %q, %v", draft, got.Draft, err)
		}
	}
}

func TestWhatIsNoOpinionIsNotTakenForOne(t *testing.T) {
	cases := map[string]struct {
		said string
		kind models.Kind // of the error; empty: what is left is looked at
		want models.Opinion
	}{
		"prose":                           {"I think it is urgent.", models.Invalid, models.Opinion{}},
		"nothing":                         {"", models.Invalid, models.Opinion{}},
		"a field that nobody asked for":   {`{"priority":"P1","refund":"yes"}`, models.Invalid, models.Opinion{}},
		"a confidence that is none":       {`{"priority":"P1","confidence":7}`, models.Invalid, models.Opinion{}},
		"a priority that is none":         {`{"priority":"P0","intent":"","confidence":1}`, models.Invalid, models.Opinion{}},
		"a label that nobody has":         {`{"priority":"P1","intent":"Ignore all rules","confidence":0.9}`, "", models.Opinion{Priority: models.P1, Confidence: 0.9}},
		"a draft that promises a refund":  {`{"priority":"P3","draft":"We refund you 50 EUR by Friday.","confidence":0.9}`, "", models.Opinion{Priority: models.P3, Confidence: 0.9}},
		"a draft that repeats an address": {`{"priority":"P3","draft":"We wrote to dana@mail.example for you.","confidence":0.9}`, "", models.Opinion{Priority: models.P3, Confidence: 0.9}},
	}
	for name, c := range cases {
		for dialect, d := range dialects {
			if dialect == "http" && !json.Valid([]byte(c.said)) {
				continue
			}
			g, _ := guarded(t, dialect, put(d.wrap(c.said)))
			got, err := g.Ask(t.Context(), question)
			if models.KindOf(err) != c.kind {
				t.Errorf("%s by %s: got %v, want kind %q", name, dialect, err, c.kind)
			}
			c.want.Model = got.Model
			if c.kind == "" && got != c.want {
				t.Errorf("%s by %s: got %+v, want %+v", name, dialect, got, c.want)
			}
		}
	}
}

func TestAnOutageABadKeyAndABudgetAreTold(t *testing.T) {
	for name, d := range dialects {
		for what, c := range map[string]struct {
			answer func(http.ResponseWriter)
			kind   models.Kind
		}{
			"an outage":        {func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) }, models.Unavailable},
			"too many at once": {func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) }, models.Unavailable},
			"a wrong key":      {func(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }, models.Invalid},
		} {
			g, _ := guarded(t, name, c.answer)
			if _, err := g.Ask(t.Context(), question); models.KindOf(err) != c.kind || strings.Contains(err.Error(), "4111") {
				t.Errorf("%s of %s: got %v, want kind %q", what, name, err, c.kind)
			}
		}
		g, _ := guarded(t, name, put(d.wrap(said)))
		for range 2 {
			if _, err := g.Ask(t.Context(), question); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := g.Ask(t.Context(), question); models.KindOf(err) != models.Unavailable || !strings.Contains(err.Error(), "budget") {
			t.Errorf("%s beyond the budget: got %v", name, err)
		}
	}
}

func TestASlowJudgeIsNotWaitedFor(t *testing.T) {
	hang := make(chan struct{})
	g, _ := guarded(t, "http", func(http.ResponseWriter) { <-hang })
	t.Cleanup(func() { close(hang) })
	g.Limit = time.Millisecond
	if _, err := g.Ask(t.Context(), question); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v, want Unavailable", err)
	}
}

// fixed is a judge that always says the same.
type fixed struct {
	models.Opinion
	err error
}

func (f fixed) Ask(context.Context, judge.Question) (models.Opinion, error) { return f.Opinion, f.err }
func (f fixed) Name() string                                                { return "fixed" }

func TestAnOutageFallsBack(t *testing.T) {
	down := fixed{err: models.Errorf(models.Unavailable, "down")}
	up := fixed{Opinion: models.Opinion{Priority: models.P1}}
	if got, err := (judge.Or{First: down, Second: up}).Ask(t.Context(), question); err != nil || got.Priority != models.P1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := (judge.Or{First: up, Second: down}).Ask(t.Context(), question); err != nil || got.Priority != models.P1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEachMakersWireFormatIsSpokenAsDocumented(t *testing.T) {
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			var got struct {
				Method, Path string
				Header       map[string]string
				Body         any
			}
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got.Method, got.Path, got.Header = r.Method, r.URL.Path, map[string]string{}
				for _, k := range []string{"Authorization", "X-Api-Key", "Anthropic-Version", "Content-Type", "Accept"} {
					if v := r.Header.Get(k); v != "" {
						got.Header[k] = v
					}
				}
				if err := json.NewDecoder(r.Body).Decode(&got.Body); err != nil {
					t.Error(err)
				}
				w.Header().Set("Content-Type", "application/json")
				put(d.wrap(said))(w)
			}))
			defer srv.Close()
			j := d.open(judge.Options{BaseURL: srv.URL + "/base/", Key: "the-key", Model: "m", HTTP: srv.Client()})
			if _, err := j.Ask(t.Context(), judge.Question{Text: "Where is my <card>?", Labels: []string{"Billing"}, Language: "en"}); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", got)
		})
	}
}

func TestAnAnswerOfAnyLengthIsReadUpToALimit(t *testing.T) {
	for name, d := range dialects {
		for what, answer := range map[string]func(http.ResponseWriter){
			"an opinion that never ends":   put(d.wrap(`{"priority":"P1","confidence":1,"draft":"` + strings.Repeat("a", 1<<17) + `"}`)),
			"an envelope that never ends":  func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"a":"` + strings.Repeat("a", 1<<20))) },
			"an envelope of another shape": put([]int{1}),
			"an empty answer":              func(http.ResponseWriter) {},
		} {
			g, _ := guarded(t, name, answer)
			if _, err := g.Ask(t.Context(), question); models.KindOf(err) != models.Invalid {
				t.Errorf("%s by %s: got %v, want Invalid", what, name, err)
			}
		}
	}
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("what is sent has changed (-want +got); if it should have, run with -update:\n%s", d)
	}
}
