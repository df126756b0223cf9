package app_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/config"
	"remit/models"
)

var staffedPolicy = []byte(`
timezone: Europe/Berlin
triage:
  approvers: "@support-leads"
  route: {level: act, max_error: 90%}
  priority: {level: act, max_error: 90%}
  sla: {P1: 1h, P3: 8h}
  queues:
    - name: billing
      words: [refund, invoice]
      people: [{name: ana, capacity: 2}, {name: ben, capacity: 2}]
grants:
  - {action: route, level: act, by: olga, until: 2026-12-20, reason: test}
  - {action: priority, level: act, by: olga, until: 2026-12-20, reason: test}
`)

// staffedWorld has two people in billing, whom the helpdesk knows by number, and a field for when an answer is due.
func staffedWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(cfg *config.Config, w *world) {
		w.policy = staffedPolicy
		s := &cfg.Sources[0]
		s.Groups, s.Agents, s.DueField = map[string]string{"billing": "31"}, map[string]string{"ana": "71", "ben": "72"}, "360"
	})
}

// given gives to whom each ticket went at the helpdesk, by the ticket's id: "" for the group alone.
func (w *world) given() map[string]string {
	out := map[string]string{}
	for _, heard := range w.desk.Writes() {
		if _, routed := heard.Fields["group_id"]; routed {
			out[heard.Ticket] = ""
			if who := heard.Fields["assignee_id"]; who != nil {
				out[heard.Ticket] = fmt.Sprint(who)
			}
		}
	}
	return out
}

const aboutARefund = "I would like a refund of the invoice that I have paid twice last month, please."

func TestTicketsAreSharedOutAmongThePeopleOfAQueueUntilNobodyHasRoom(t *testing.T) {
	w := staffedWorld(t)
	for i := range 5 {
		w.ticket(fmt.Sprint(i+1), aboutARefund+strings.Repeat(fmt.Sprintf(" Order %d.", 1000+77*i), i+1))
		w.settled()
		w.clock.add(20 * time.Minute) // so that each count is made anew, of what is known by then
	}
	want := map[string]string{"1": "71", "2": "72", "3": "71", "4": "72", "5": ""}
	if got := w.given(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	d := w.newest(item("5"), models.ActionRoute)
	if last := d.Reasons[len(d.Reasons)-1].Text; d.Assignee != "" || !strings.Contains(last, "ana has 2 open of 2, ben has 2 open of 2") {
		t.Errorf("for %q: %s", d.Assignee, last)
	}

	if _, err := w.app.Engine.Undo(t.Context(), w.newest(item("1"), models.ActionRoute).ID, w.person("olga"), "not for ana"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	heard := w.desk.Writes()
	if last := heard[len(heard)-1].Fields; last["assignee_id"] != nil || fmt.Sprint(last) != "map[assignee_id:<nil> group_id:<nil>]" {
		t.Errorf("undoing wrote %v", last)
	}
}

func TestWhenAnAnswerIsDueIsWrittenWithThePriorityAndTakenBackWithIt(t *testing.T) {
	w := staffedWorld(t)
	w.ticket("1", down)
	w.settled()
	due := func() string {
		t.Helper()
		heard := w.desk.Writes()
		fields, ok := heard[len(heard)-1].Fields["custom_fields"].([]any)
		if !ok || len(fields) != 1 || heard[len(heard)-1].Fields["priority"] == nil {
			t.Fatalf("the last write was %v", heard[len(heard)-1].Fields)
		}
		f := fields[0].(map[string]any)
		return fmt.Sprint(f["id"], " ", f["value"])
	}
	if got := due(); got != "360 2026-12-01T11:00:00Z" {
		t.Errorf("P1 wrote %s", got)
	}
	if _, err := w.app.Engine.Undo(t.Context(), w.newest(item("1"), models.ActionPriority).ID, w.person("olga"), "not so"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if got := due(); got != "360 2026-12-01T18:00:00Z" {
		t.Errorf("undone to P3 it wrote %s", got)
	}
}

func TestAPersonWhoOverridesAQueueSaysWhoseTheTicketIs(t *testing.T) {
	w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), func(cfg *config.Config, w *world) {
		w.policy = []byte(strings.NewReplacer(
			"route: {level: act, max_error: 90%}", "route: {level: ask}", "priority: {level: act, max_error: 90%}", "priority: {level: observe}",
			string(staffedPolicy[bytes.Index(staffedPolicy, []byte("grants:")):]), "",
		).Replace(string(staffedPolicy)))
		s := &cfg.Sources[0]
		s.Groups, s.Agents = map[string]string{"billing": "31", "technical": "32"}, map[string]string{"ana": "71", "ben": "72", "cleo": "73"}
	})
	w.ticket("1", aboutARefund)
	w.settled()
	w.press(sam, w.cardIn("C0TRIAGE", "billing"), "Override")
	w.eventually("the form is open", func() bool { return len(w.slack.OpenViews()) > 0 })
	d, view := w.newest(item("1"), models.ActionRoute), w.slack.OpenViews()[0]
	if words := slackfake.Words(view.Body); !strings.Contains(words, "Give it to\n") || !strings.Contains(words, "cleo") {
		t.Fatalf("the form does not ask to whom:\n%s", words)
	}
	in := map[string]string{"v." + d.ID: "billing", "g." + d.ID: "cleo", "reason": "judgement"}
	if a, err := w.slack.Submit(t.Context(), view.ID, in); err != nil || !strings.Contains(a.Errors["g."+d.ID], "cleo is not of billing.") {
		t.Errorf("somebody who is not of the queue: %v, %v", a.Errors, err)
	}
	in["v."+d.ID] = "technical"
	if a, err := w.slack.Submit(t.Context(), view.ID, in); err != nil || len(a.Errors) > 0 {
		t.Fatalf("got %v, %v", a.Errors, err)
	}
	w.settled()
	if got := w.given(); got["1"] != "73" {
		t.Errorf("it was given to %q, want cleo, who is 73", got["1"])
	}
	w.cardIn("C0TRIAGE", "technical for cleo")
}
