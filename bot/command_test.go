package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

func TestCommands(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.desk.put(payCase(holdAsk()))
	for text, wants := range map[string][]string{
		"status":                  {"Waiting for you: 0, for your team: 2.", "finance was paused by Mia", "Priority: acts by itself"},
		"inbox":                   {"Asked of your team:", "Nobody can log in since this morning: Priority P3 → P1"},
		"why 35436":               {"It says that nobody can log in"},
		"why #35436":              {"It says that nobody can log in"},
		"why RE-8841":             {"Same vendor and amount as RE-8814"},
		"why " + holdAsk().ID:     {"Same vendor and amount as RE-8814"},
		"why nothing-1":           {"There is no decision, ticket or payment by that id."},
		"search log in":           {"Nobody can log in since this morning: Priority P3 → P1, open dec_"},
		"search no such thing":    {"Nothing is found."},
		"search":                  {"Say what to look for"},
		"review":                  {"443 decided", "Priorities in billing were overridden twice"},
		"pause":                   {"Only a manager"},
		"tune":                    {"Only a manager may tune"},
		"override nothing":        {"There is no decision"},
		"anything else":           {"/remit inbox"},
		"HELP":                    {"/remit inbox"},
		"why " + priorityAsk().ID: {"Asked of @support-leads"},
	} {
		wantSaid(t, w.typed(priya, text), wants...)
	}
	if said := w.typed(nobody, "inbox"); strings.Contains(said, "log in") {
		t.Errorf("a stranger was told %q", said)
	}
}

func TestOverrideByCommandOpensTheForm(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.typed(priya, "override 35436")
	w.submit(map[string]string{"v." + priorityAsk().ID: "P2", "reason": "other"})
	if got := w.decision(priorityAsk().ID).Final; got != "P2" {
		t.Errorf("got %q, want P2", got)
	}
	wantSaid(t, w.typed(priya, "override 35436"), "Already overridden to P2 by Priya")
}

func TestACommandWhoseFormComesTooLateLeadsToTheConsole(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.slack.Fail(slackfake.Fault{Method: "views.open", Undone: true, Error: "expired_trigger_id"})
	wantSaid(t, w.typed(priya, "override 35436"), "https://remit.example.com/decisions/"+priorityAsk().ID)
}

func TestAMentionAnswersWithWhatWasDecided(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.desk.put(payCase(holdAsk()))
	for text, want := range map[string]string{
		"what about #35436?":    "It says that nobody can log in",
		"why is RE-8841 held?":  "Same vendor and amount as RE-8814",
		"what can you do":       "/remit inbox",
		holdAsk().ID + ", why?": "Same vendor and amount",
	} {
		before := len(w.slack.Visible(triageChannel))
		if _, err := w.slack.Mention(t.Context(), priya, triageChannel, text); err != nil {
			t.Fatal(err)
		}
		w.bot.Wait()
		all := w.slack.Visible(triageChannel)
		if len(all) != before+1 || all[before].ThreadTS == "" {
			t.Fatalf("%q: got %d new messages, want one in the thread", text, len(all)-before)
		}
		wantSaid(t, all[before].Words(), want)
	}
}

func TestWhyOnACardTellsItsAuthorAlone(t *testing.T) {
	w, _ := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	if _, err := w.slack.Shortcut(t.Context(), priya, m, bot.ShortcutWhy); err != nil {
		t.Fatal(err)
	}
	w.bot.Wait()
	wantSaid(t, w.told(), "Priority: P3 → P1", "Queue: first line → billing")
	w.only()
}

func TestWhyOnAnAuditTellsNothing(t *testing.T) {
	w, _ := newFace(t)
	m := w.card(ticketCase(auditOf(priorityAsk())))
	if _, err := w.slack.Shortcut(t.Context(), priya, m, bot.ShortcutWhy); err != nil {
		t.Fatal(err)
	}
	w.bot.Wait()
	said := w.told() + w.typed(priya, "why "+priorityAsk().ID) + w.typed(priya, "search log in")
	if strings.Contains(said, "P1") || strings.Contains(said, "nobody can log in since") {
		t.Errorf("the answer was given away: %s", said)
	}
}

func TestAWrongDecisionIsReported(t *testing.T) {
	t.Run("noted where nothing is to be mended", func(t *testing.T) {
		w, o := newFace(t)
		w.report(w.card(ticketCase(priorityAsk())))
		if a := w.submit(nil); a.Errors["reason"] == "" {
			t.Errorf("no reason: %v", a.Errors)
		}
		w.submit(map[string]string{"reason": "facts_wrong", "note": "it is a test account"})
		wantDone(t, o, "remark "+priorityAsk().ID+" by priya: Reported as wrong; The facts are wrong or old; it is a test account.")
	})
	t.Run("overridden where it is open", func(t *testing.T) {
		w, o := newFace(t)
		w.report(w.card(ticketCase(priorityAsk())))
		if a := w.submit(map[string]string{"reason": "judgement", "deed": "mend"}); a.Errors["right"] == "" {
			t.Errorf("without saying what: %v", a.Errors)
		}
		w.submit(map[string]string{"reason": "judgement", "deed": "mend", "right": "P2"})
		if got := w.decision(priorityAsk().ID); got.Final != "P2" || got.Answers[0].Reason != "judgement" {
			t.Errorf("got %q, %+v", got.Final, got.Answers)
		}
		wantDone(t, o)
	})
	t.Run("undone where it was done", func(t *testing.T) {
		w, o := newFace(t)
		m := w.card(ticketCase(priorityAsk()))
		w.press(priya, m, "Approve: P1")
		w.report(w.only())
		w.submit(map[string]string{"reason": "judgement", "deed": "mend"})
		wantDone(t, o, "undo "+priorityAsk().ID+" by priya: Reported as wrong; I judge it differently.")
	})
	t.Run("refused on what is no card", func(t *testing.T) {
		w, _ := newFace(t)
		w.report(slackfake.Message{Channel: triageChannel, TS: "1.2", Text: "hello"})
		wantSaid(t, w.told(), "This message is not a card")
	})
}

func TestAnIdIsFoundHoweverManyNewerOnesHaveItInThem(t *testing.T) {
	w, _ := newFace(t)
	for i := range 211 {
		d := decisionOn(fmt.Sprintf("ticket:helpdesk:%d", 2+i*1000), models.ActionPriority, "P1", "P3", "@support-leads")
		d.CreatedAt = made.Add(time.Duration(i) * time.Second)
		d.Title = fmt.Sprintf("Ticket number %d", 2+i*1000)
		c := ticketCase(d)
		c.Item, c.Title = d.Item, d.Title
		w.desk.put(c)
	}
	wantSaid(t, w.typed(priya, "why 2"), "Priority: P3 → P1")
	w.typed(priya, "override 2")
	wantSaid(t, slackfake.Words(w.modal().Body), "Ticket number 2")
}

func TestATitleIsFoundHoweverManyNewerOnesHaveItsWordsInThem(t *testing.T) {
	w, _ := newFace(t)
	for i := range 211 {
		d := decisionOn(fmt.Sprintf("payable:elsewhere:p-%d", i), models.ActionHold, models.ValueHold, models.ValueRelease, "@finance-leads")
		d.CreatedAt = made.Add(time.Duration(i) * time.Second)
		d.Title = "Globex RE-2"
		if i > 0 {
			d.Title += fmt.Sprint(i)
		}
		c := payCase(d)
		c.Item, c.Title = d.Item, d.Title
		w.desk.put(c)
	}
	w.typed(priya, "override RE-2")
	if got := slackfake.Words(w.modal().Body); !strings.Contains(got, "Globex RE-2\n") {
		t.Errorf("the form is not about RE-2:\n%s", got)
	}
}
