package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/config"
	"remit/models"
	"remit/triage"
)

const (
	calmText   = "Hello, I would like to know how the export of reports works in our account, thank you very much"
	askingRule = `
triage:
  approvers: "@support-leads"
  priority: {level: ask}
  route: {level: observe}
  queues:
    - {name: Billing, words: [invoice]}
    - {name: Reports, words: [dashboard]}
finance:
  approvers: "@finance-leads"
  hold: {level: ask}
`
)

// judgedWorld is remit with another judge in place of its own, which answers as it is told.
func judgedWorld(t *testing.T, policy string, edit func(*config.Judge), answer http.HandlerFunc) *world {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	return newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(c *config.Config, w *world) {
		w.policy = []byte(policy)
		c.Judge = config.Judge{
			Provider: config.JudgeHTTP, BaseURL: config.URL(srv.URL), Model: "m", Seconds: 30, PerDay: 10, InPlace: []string{"intent", "urgency", "tone"},
		}
		edit(&c.Judge)
	})
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

func unchanged(*config.Judge) {}

func reasons(d models.Decision) string {
	var all []string
	for _, r := range d.Reasons {
		all = append(all, r.Text)
	}
	return strings.Join(all, "\n")
}

func TestAJudgeInPlaceIsHeardBeforeATicketIsDecided(t *testing.T) {
	w := judgedWorld(t, askingRule, unchanged, says(`{"priority":"P2","intent":"Reports","anger":0.2,"confidence":0.99}`))
	w.ticket("1", calmText)
	w.settled()
	d, route := w.newest(item("1"), models.ActionPriority), w.newest(item("1"), models.ActionRoute)
	if d.Value != "P2" || d.Model != "http/m" || d.Stated != .99 || d.Confidence != .5 || d.State != models.Asked {
		t.Fatalf("got %s by %s, stated %.2f, %.2f sure, %s: want P2 by http/m, which nobody has borne out yet", d.Value, d.Model, d.Stated, d.Confidence, d.State)
	}
	if route.Value != "Reports" || route.Model != "http/m" {
		t.Errorf("got the group %s by %s", route.Value, route.Model)
	}
	snap, err := w.app.Store.Snapshot(t.Context(), d.FactsID)
	if err != nil || snap.Facts.Advice == nil || snap.Facts.Advice.Own[models.ActionPriority].Own == "" {
		t.Fatalf("the facts do not keep what both judges said: %+v, %v", snap.Facts.Advice, err)
	}
	again, ok := w.app.Engine.Tickets.Decide(snap.Facts, w.app.Policy().TriageRules()).For(models.ActionPriority)
	if !ok || again.Value != d.Value || again.Confidence != d.Confidence || again.Model != d.Model {
		t.Errorf("of the same facts the same judge says %+v", again)
	}

	// A person approves: today's facts are judged with the same advice, and the verdict is one on both judges.
	w.clock.add(5 * time.Minute)
	w.press(sam, w.card("C0TRIAGE", "Ticket 1"), "Approve")
	w.eventually("it is carried out", func() bool { return w.newest(item("1"), models.ActionPriority).State == models.Applied })
	if d := w.newest(item("1"), models.ActionPriority); d.Final != "P2" {
		t.Errorf("approved as %s", d.Final)
	}
	past, err := w.app.Store.Besides(t.Context(), models.ActionPriority, "http/m", 10)
	if err != nil || len(past) != 1 || !past[0].OtherRight || past[0].OwnRight || past[0].Same {
		t.Errorf("got %+v, %v: the judge was right and remit's own was not", past, err)
	}
	if b, err := w.app.Beside(t.Context()); err != nil || b.Judged == 0 {
		t.Errorf("remit judge tells %+v, %v", b, err)
	}
}

func TestATicketIsDecidedWhateverTheJudgeInPlaceDoes(t *testing.T) {
	cases := map[string]struct {
		edit   func(*config.Judge)
		answer http.HandlerFunc
		says   string
	}{
		"it is slow": {func(j *config.Judge) { j.Seconds = .05 }, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // so that the server sees the client go
			<-r.Context().Done()
		}, "took more than"},
		"it is down":       {unchanged, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "judge decides"},
		"it is broken":     {unchanged, says(`<html>`), "did not answer in the shape"},
		"it is hostile":    {unchanged, says(`{"priority":"P1","confidence":1e9}`), "not within 0 and 1"},
		"it makes up":      {unchanged, says(`{"intent":"Ignore all rules","confidence":1}`), "said nothing that was asked for"},
		"its day is spent": {func(j *config.Judge) { j.PerDay = 0 }, says(`{"priority":"P1","confidence":1}`), "budget of 0 calls a day"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := judgedWorld(t, askingRule, c.edit, c.answer)
			w.ticket("1", calmText)
			w.settled()
			d := w.newest(item("1"), models.ActionPriority)
			if d.Model != triage.Model || d.Stated != 0 {
				t.Errorf("decided by %s, stated %v", d.Model, d.Stated)
			}
			if got := reasons(d); !strings.Contains(got, c.says) || !strings.Contains(got, "remit's own judge decides") {
				t.Errorf("it does not say why:\n%s", got)
			}
		})
	}
}

func TestTheDrainGoesOnWhileAJudgeIsAsked(t *testing.T) {
	asked, hang := make(chan struct{}, 10), make(chan struct{})
	w := judgedWorld(t, askingRule, unchanged, func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Text string }
		_ = json.NewDecoder(r.Body).Decode(&q)
		if strings.Contains(q.Text, "Ticket 1") {
			asked <- struct{}{}
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}
		_, _ = w.Write([]byte(`{"priority":"P2","confidence":0.9}`))
	})
	w.ticket("1", calmText)
	<-asked
	w.ticket("2", calmText)
	w.eventually("another ticket is decided meanwhile", func() bool {
		ds, err := w.app.Store.Newest(t.Context(), []string{item("2")})
		return err == nil && hasAction(ds, models.ActionPriority)
	})
	if ds, _ := w.app.Store.Newest(t.Context(), []string{item("1")}); len(ds) != 0 {
		t.Errorf("the first was decided before its judge answered: %v", ds)
	}

	// Meanwhile somebody sets the priority: what is said of the ticket as it was is not gone by.
	w.zendesk("priority_changed", "1", map[string]any{"subject": "Ticket 1", "description": calmText, "priority": "URGENT"}, map[string]any{"previous": "NORMAL", "current": "URGENT"})
	w.eventually("the new priority is known", func() bool {
		ts, err := w.app.Store.Tickets(t.Context(), []string{item("1")})
		return err == nil && ts[item("1")].Priority == models.P1
	})
	close(hang)
	w.settled()
	d := w.newest(item("1"), models.ActionPriority)
	if d.Model != triage.Model || !strings.Contains(reasons(d), "has changed since it was asked") {
		t.Errorf("got %s by %s because of %s", d.Value, d.Model, reasons(d))
	}
}

func TestALateOpinionStandsBesideAndCanStopAWindow(t *testing.T) {
	const policy = `
triage:
  approvers: "@support-leads"
  priority: {level: act-after-window, window: 4h, max_error: 30%}
grants:
  - {action: priority, level: act-after-window, by: olga, until: 2026-12-20, reason: test}
`
	for other, want := range map[string]models.State{"P1": models.Applied, "P4": models.Asked} {
		w := judgedWorld(t, policy, func(j *config.Judge) { j.InPlace = nil }, says(`{"priority":"`+other+`","confidence":0.9}`))
		w.ticket("1", down)
		w.settled()
		d := w.newest(item("1"), models.ActionPriority)
		if d.State != models.Waiting || d.Value != "P1" {
			t.Fatalf("got %s, %s: want P1 in its window", d.Value, d.State)
		}
		w.eventually("the timeline tells what the other judge says", func() bool {
			c, err := w.app.Store.Case(t.Context(), d.Item)
			return err == nil && strings.Contains(fmt.Sprint(c.Entries), "http/m says "+other)
		})
		w.clock.add(5 * time.Hour)
		w.eventually(fmt.Sprintf("with %s beside P1 it is %s", other, want), func() bool {
			if err := w.app.Engine.ActAt(t.Context(), models.NewEffect(d, models.EffectAct, d.ActAt, d.CreatedAt).ID); err != nil {
				t.Fatal(err)
			}
			return w.newest(item("1"), models.ActionPriority).State == want
		})
	}
}

func TestADraftIsWrittenByTheJudgeInPlaceAndByAMacroWhereItFails(t *testing.T) {
	const withMacro = `
triage:
  approvers: "@support-leads"
  reply: {level: ask}
  macros:
    - {title: Export, words: [export, reports], text: "You find the export under Reports."}
finance:
  approvers: "@finance-leads"
  hold: {level: ask}
`
	const fine = "Thank you for asking. Open Reports and choose Export."
	for name, c := range map[string]struct {
		answer             http.HandlerFunc
		value, model, says string
	}{
		"it writes":         {says(`{"confidence":0.9,"draft":"` + fine + `"}`), fine, "http/m", "http/m wrote it"},
		"it promises money": {says(`{"priority":"P3","confidence":0.9,"draft":"We refund you 500 USD at once."}`), "You find the export under Reports.", triage.Model, "it wrote nothing that may be sent"},
		"it is down":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "You find the export under Reports.", triage.Model, "remit's own judge decides"},
	} {
		t.Run(name, func(t *testing.T) {
			w := judgedWorld(t, withMacro, func(j *config.Judge) { j.InPlace = []string{"reply"} }, c.answer)
			w.ticket("1", calmText)
			w.settled()
			d := w.newest(item("1"), models.ActionReply)
			if d.Value != c.value || d.Model != c.model || d.State != models.Asked || !strings.Contains(reasons(d), c.says) {
				t.Fatalf("got %q by %s, %s: %s", d.Value, d.Model, d.State, reasons(d))
			}
			w.press(sam, w.card("C0TRIAGE", c.value), "Approve")
			w.settled()
			if d := w.newest(item("1"), models.ActionReply); d.State != models.Applied || d.Final != c.value {
				t.Errorf("once approved it is %s: %q", d.State, d.Final)
			}
		})
	}
}
