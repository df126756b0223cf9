package app_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/config"
	"remit/models"
)

// overBoth tells a story of the whole service, with Slack over signed HTTP and over Socket Mode.
func overBoth(t *testing.T, story func(*world)) {
	t.Helper()
	for name, edit := range map[string]func(*config.Config, *world){
		"over HTTP": func(*config.Config, *world) {},
		"over Socket Mode": func(cfg *config.Config, w *world) {
			cfg.Slack.Mode, cfg.Slack.AppToken, cfg.Slack.SigningSecret = config.SlackSocket, "xapp-test", ""
			w.slack.AppToken, w.slack.Socket = "xapp-test", true
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldWith(t, "sqlite://"+filepath.Join(t.TempDir(), "remit.db"), edit)
			if w.slack.Socket {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if err := w.slack.Linked(ctx, 2); err != nil {
					t.Fatal(err)
				}
			}
			story(w)
		})
	}
}

func TestInSlackAStrangerIsRefusedAndKnownOnceAnAdminSaysWhoTheyAre(t *testing.T) {
	overBoth(t, func(w *world) {
		w.slack.AddUser(slackfake.User{ID: "U0ADA", Name: "ada"})
		w.ticket("2", angry)
		m := w.card("C0TRIAGE", "Ticket 2")
		w.press(stranger, m, "Approve")
		w.told(stranger, "Ask @support-leads")
		e := w.slack.Ephemerals()
		last := e[len(e)-1]
		w.press(stranger, slackfake.Message{Channel: last.Channel, Blocks: last.Blocks}, "Ask to be added")
		card := w.card("C0FALLBACK", "asks to answer remit")
		w.press(sam, card, "Uli")
		w.told(sam, "Only an admin")
		w.press("U0ADA", card, "Uli")
		w.card("C0FALLBACK", "is uli now, says ada")
		w.press(stranger, m, "Approve")
		w.card("C0TRIAGE", "Approved by Uli")
		d := w.newest(item("2"), models.ActionPriority)
		if d.Answers[0].By.ID != "uli" {
			w.Errorf("answered by %v", d.Answers)
		}
		c, err := w.app.Store.Case(w.Context(), item("2"))
		if err != nil {
			w.Fatal(err)
		}
		refused := 0
		for _, e := range c.Entries {
			if e.Kind == models.EntryRefused && strings.Contains(e.By.ID, stranger) {
				refused++
			}
		}
		if refused != 1 {
			w.Errorf("the timeline has %d refused clicks of the stranger, want 1", refused)
		}
	})
}

func TestInSlackTwoApproveAndWhoAskedForItIsToldAndIsNeitherOfThem(t *testing.T) {
	overBoth(t, func(w *world) {
		w.history()
		w.balance("400000.00")
		w.invoice("big", "40000.00", map[string]any{"bank_account": "DE999", "requester": " FRANK "})
		w.card("C0FINANCE", "Globex")
		// release overrides the hold by the form, and gives what the form then says.
		release := func(user string) string {
			w.press(user, w.cardIn("C0FINANCE", "Globex"), "Override")
			open := w.slack.OpenViews()
			if len(open) == 0 {
				w.Fatalf("no form for %s", user)
			}
			d := w.newest(payment("big"), models.ActionHold)
			a, err := w.slack.Submit(w.Context(), open[len(open)-1].ID, map[string]string{"value:" + d.ID: models.ValueRelease, "reason": "facts_wrong", "note": "called Globex back on the number of last year"})
			if err != nil {
				w.Fatal(err)
			}
			return string(a.Body)
		}
		if said := release(frank); !strings.Contains(said, "yourself") {
			w.Errorf("who asked for it was told %s", said)
		}
		if said := release(priya); strings.Contains(said, "yourself") {
			w.Errorf("the first of two was told %s", said)
		}
		w.cardIn("C0FINANCE", "Priya")
		if d := w.newest(payment("big"), models.ActionHold); d.State != models.Asked || len(d.Answers) != 1 {
			w.Fatalf("after the first of two: %s with %d answers", d.State, len(d.Answers))
		}
		if said := release(priya); !strings.Contains(said, "already") {
			w.Errorf("the same person twice was told %s", said)
		}
		release("U0NINA")
		w.eventually("it is released, and Frank is told in the thread", func() bool {
			all := w.cards("C0FINANCE")
			last := all[len(all)-1]
			return w.newest(payment("big"), models.ActionHold).Final == models.ValueRelease &&
				last.ThreadTS == all[0].TS && strings.Contains(last.Text, "<@"+frank+">") && strings.Contains(last.Text, "Nina")
		})
	})
}

func TestInSlackOfTwoWhoClickAtOnceOneIsToldThatTheOtherWas(t *testing.T) {
	overBoth(t, func(w *world) {
		w.ticket("3", angry)
		m := w.card("C0TRIAGE", "Ticket 3")
		var wg sync.WaitGroup
		for range 4 {
			for _, user := range []string{sam, "U0SUE"} {
				wg.Go(func() {
					if a, err := w.slack.Press(w.Context(), user, m, "Approve"); err != nil || a.Status != http.StatusOK {
						w.Errorf("%s: %v %v", user, a.Status, err)
					}
				})
			}
		}
		wg.Wait()
		w.card("C0TRIAGE", "Approved by")
		w.settled()
		if d := w.newest(item("3"), models.ActionPriority); len(d.Answers) != 1 {
			w.Errorf("%d answers, want 1", len(d.Answers))
		}
		if heard := w.desk.Writes(); len(heard) > 1 {
			w.Errorf("the helpdesk was written to %d times", len(heard))
		}
		w.eventually("seven are told who was first", func() bool {
			told := 0
			for _, e := range w.slack.Ephemerals() {
				if strings.Contains(e.Text, "Already approved by") || strings.Contains(e.Text, "approved this at") {
					told++
				}
			}
			return told == 7
		})
		w.eventually("their clicks are in the timeline", func() bool {
			c, err := w.app.Store.Case(w.Context(), item("3"))
			if err != nil {
				w.Fatal(err)
			}
			late := 0
			for _, e := range c.Entries {
				if e.Kind == models.EntryRefused && strings.Contains(e.Text, "too late") {
					late++
				}
			}
			return late == 7
		})
	})
}

func TestInSlackWhatIsAnsweredInTheConsoleChangesTheCard(t *testing.T) {
	overBoth(t, func(w *world) {
		w.ticket("4", angry)
		m := w.card("C0TRIAGE", "Ticket 4")
		d := w.newest(item("4"), models.ActionPriority)
		if _, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person("sam"), models.Answer{Kind: models.AnswerApprove, Via: "console", Version: d.Version}); err != nil {
			w.Fatal(err)
		}
		now := w.card("C0TRIAGE", "Approved by Sam")
		if now.TS != m.TS || hasAnswer(now.Buttons()) {
			w.Errorf("the card moved or still asks: %v", now.Buttons())
		}
		w.press(sam, m, "Approve") // the old card, still on somebody's screen
		w.told(sam, "Already approved by Sam")
	})
}

func TestInSlackWhoeverSaysThatTheyHaveItIsNotRemindedAndTheClockRunsOn(t *testing.T) {
	overBoth(t, func(w *world) {
		w.ticket("5", angry)
		m := w.card("C0TRIAGE", "Ticket 5")
		w.settled()
		d := w.newest(item("5"), models.ActionPriority)
		p := w.slack.ClickPayload(sam, m, slackfake.Button{ActionID: "take", Value: fmt.Sprintf("%s:%d", d.ID, d.Version)})
		if _, err := w.slack.SendPayload(w.Context(), p); err != nil {
			w.Fatal(err)
		}
		w.told(sam, "You have it")
		taken := w.newest(item("5"), models.ActionPriority)
		if taken.Owner.ID != "sam" || !taken.ExpiresAt.Equal(d.ExpiresAt) || taken.State != models.Asked {
			w.Fatalf("%s has it until %s, want Sam until %s", taken.Owner.ID, taken.ExpiresAt, d.ExpiresAt)
		}
		w.clock.add(10 * time.Minute)
		w.remind(d)
		w.remind(taken)
		if n := len(w.cards("C0TRIAGE")); n != 1 {
			w.Errorf("%d messages: somebody was reminded", n)
		}
		w.clock.add(6 * time.Minute)
		w.expire(d)
		next := w.newest(item("5"), models.ActionPriority)
		if len(next.Ruling.Approval.From) != 2 || next.Owner.ID != "" {
			w.Errorf("asked of %v, and %q has it: want it asked of the next too, and nobody to have it", next.Ruling.Approval.From, next.Owner.ID)
		}
		w.eventually("the next is told in the thread that it has come to them", func() bool {
			all := w.cards("C0TRIAGE")
			last := all[len(all)-1]
			return last.ThreadTS == m.TS && strings.Contains(last.Text, "asked of you now") && !strings.Contains(last.Text, "<@"+sam+">")
		})
		w.clock.add(next.ExpiresAt.Sub(w.clock.Now())/2 + time.Minute)
		w.remind(next)
		if all := w.cards("C0TRIAGE"); !strings.Contains(all[len(all)-1].Text, "still waits") {
			w.Errorf("halfway through the time of the next nobody was reminded: %s", all[len(all)-1].Text)
		}
	})
}

func TestInSlackTheSecondOfTwoIsRemindedAndTheFirstIsNot(t *testing.T) {
	w := newWorld(t)
	w.history()
	w.balance("400000.00")
	w.invoice("big", "40000.00", map[string]any{"bank_account": "DE999", "requester": "frank"})
	w.card("C0FINANCE", "Globex")
	w.settled()
	d := w.newest(payment("big"), models.ActionHold)
	answer := models.Answer{Kind: models.AnswerOverride, Value: models.ValueRelease, Reason: "facts_wrong", Note: "called Globex back on the number of last year", Version: d.Version, Via: "console"}
	d, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person("priya"), answer)
	if err != nil || d.State != models.Asked {
		t.Fatalf("got %s, %v; want the first of two taken", d.State, err)
	}
	w.settled()
	w.clock.add(d.ExpiresAt.Sub(w.clock.Now())/2 + time.Minute)
	w.remind(d)
	all := w.cards("C0FINANCE")
	last := all[len(all)-1]
	if last.ThreadTS != all[0].TS || !strings.Contains(last.Text, "1 more must answer") || !strings.Contains(last.Text, "<@U0NINA>") {
		t.Fatalf("the second of two was told: %s", last.Text)
	}
	if strings.Contains(last.Text, "<@"+priya+">") || strings.Contains(last.Text, "<@"+frank+">") {
		t.Errorf("who has answered, or may not, was reminded: %s", last.Text)
	}
}

func (w *world) remind(d models.Decision) {
	w.Helper()
	err := w.app.Engine.Remind(w.Context(), models.NewEffect(d, models.EffectRemind, d.ExpiresAt, d.UpdatedAt).ID, w.app.Bot)
	if err != nil && models.KindOf(err) != models.NotFound {
		w.Fatal(err)
	}
}

func TestInSlackWhoeverIsAskedIsRemindedOnceHalfwayThrough(t *testing.T) {
	w := newWorld(t)
	w.ticket("6", angry)
	w.card("C0TRIAGE", "Ticket 6")
	w.settled()
	d := w.newest(item("6"), models.ActionPriority)
	w.clock.add(8 * time.Minute)
	w.remind(d)
	w.remind(d)
	all := w.cards("C0TRIAGE")
	if len(all) != 2 || all[1].ThreadTS != all[0].TS || !strings.Contains(all[1].Text, "<@"+sam+">") {
		t.Errorf("got %d messages, want the card and one reminder of Sam in its thread: %+v", len(all), all[len(all)-1].Text)
	}
}

func TestInSlackPutOffHandedOverAndTakenBack(t *testing.T) {
	overBoth(t, func(w *world) {
		w.history()
		w.balance("400000.00")
		w.invoice("big", "40000.00", map[string]any{"bank_account": "DE999", "requester": "olga"})
		w.card("C0FINANCE", "Globex")
		click := func(user, verb string) {
			d := w.newest(payment("big"), models.ActionHold)
			p := w.slack.ClickPayload(user, w.cardIn("C0FINANCE", "Globex"), slackfake.Button{ActionID: verb, Value: fmt.Sprintf("%s:%d", d.ID, d.Version)})
			if _, err := w.slack.SendPayload(w.Context(), p); err != nil {
				w.Fatal(err)
			}
		}
		click(priya, "snooze")
		w.told(priya, "Put off until")
		if d := w.newest(payment("big"), models.ActionHold); !d.QuietUntil.Equal(w.clock.Now().Add(time.Hour)) {
			w.Errorf("quiet until %s", d.QuietUntil)
		}
		click(sam, "take")
		w.told(sam, "@finance-leads")
		click(priya, "handover")
		open := w.slack.OpenViews()
		if len(open) != 1 {
			w.Fatalf("%d forms", len(open))
		}
		a, err := w.slack.Submit(w.Context(), open[0].ID, map[string]string{"to": sam})
		if err != nil || len(a.Errors) != 1 {
			w.Errorf("to somebody who may not answer: %v %v", a.Errors, err)
		}
		if _, err := w.slack.Submit(w.Context(), open[0].ID, map[string]string{"to": frank}); err != nil {
			w.Fatal(err)
		}
		w.eventually("Frank has it, and is told", func() bool {
			d := w.newest(payment("big"), models.ActionHold)
			all := w.cards("C0FINANCE")
			return d.Owner.ID == "frank" && strings.Contains(all[len(all)-1].Text, "<@"+frank+">")
		})
	})
}

func TestInSlackAnUndoWithinItsTimeIsWrittenBack(t *testing.T) {
	overBoth(t, func(w *world) {
		w.ticket("7", angry)
		m := w.card("C0TRIAGE", "Ticket 7")
		d := w.newest(item("7"), models.ActionPriority)
		other := "P1"
		if d.Value == other {
			other = "P4"
		}
		if _, err := w.app.Engine.Resolve(w.Context(), d.ID, w.person("sam"), models.Answer{Kind: models.AnswerOverride, Value: other, Reason: "vip", Via: "console", Version: d.Version}); err != nil {
			w.Fatal(err)
		}
		w.settled()
		applied := w.newest(item("7"), models.ActionPriority)
		p := w.slack.ClickPayload(sam, m, slackfake.Button{ActionID: "undo", Value: fmt.Sprintf("%s:%d", applied.ID, applied.Version)})
		if _, err := w.slack.SendPayload(w.Context(), p); err != nil {
			w.Fatal(err)
		}
		w.eventually("it is undone", func() bool { return w.newest(item("7"), models.ActionPriority).State == models.Reverted })
		if heard := w.desk.Writes(); len(heard) != 2 {
			w.Errorf("the helpdesk was written to %d times, want there and back", len(heard))
		}
	})
}

func TestSlackAwayBlocksNoDecisionAndThenEveryCardIsThereOnce(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slackfake.Fault{Times: 1_000_000, Undone: true, Cut: true})
	for i := range 40 {
		w.ticket(fmt.Sprint(100+i), angry)
	}
	w.eventually("all is decided", func() bool {
		counts, err := w.app.Store.Counts(w.Context())
		return err == nil && counts["inbox_pending"] == 0 && counts["state_asked"] == 40
	})
	w.slack.Mend()
	w.eventually("every card is there", func() bool {
		w.clock.add(20 * time.Millisecond) // well short of when the first question runs out, however long this takes
		return len(w.cards("C0TRIAGE")) >= 40
	})
	w.clock.add(time.Minute) // by when a late copy of the post that was cut is looked for
	w.app.Bot.Nudge()
	w.settled()
	seen := map[string]bool{}
	for _, m := range w.cards("C0TRIAGE") {
		title, _, _ := strings.Cut(m.Words(), "\n")
		if seen[title] {
			t.Errorf("%s is there twice", title)
		}
		seen[title] = true
	}
}
