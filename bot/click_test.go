package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/models"
)

func wantSaid(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%q was not said; got:\n%s", want, got)
		}
	}
}

func TestApprovingUpdatesTheCardInPlace(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	if a := w.press(priya, m, "Approve: P1"); a.Status != 200 {
		t.Fatalf("the click was answered %d, want 200", a.Status)
	}
	now := w.only()
	if now.TS != m.TS {
		t.Errorf("the card moved from %s to %s", m.TS, now.TS)
	}
	wantSaid(t, now.Words(), "Approved by Priya at Wed 2 Dec 13:00: P1.")
	if b := now.Buttons(); len(b) != 1 || !strings.HasPrefix(b[0].Label, "Undo") {
		t.Errorf("a settled card has %v, want undo alone", b)
	}
	if got := w.decision(priorityAsk().ID).State; got != models.Applied {
		t.Errorf("the decision is %s, want applied", got)
	}
	if said := w.told(); said != "" {
		t.Errorf("a click that worked whispered %q", said)
	}
}

func TestApproveAllAnswersEachAndTheMenuOne(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk(), replyAsk()))
	w.press(priya, m, "Approve only: Queue")
	if got := w.desk.settled(); got != 1 {
		t.Fatalf("the menu settled %d decisions, want 1", got)
	}
	w.press(priya, w.only(), "Approve all: P1, add draft")
	if got := w.desk.settled(); got != 3 {
		t.Errorf("got %d settled, want 3", got)
	}
}

func TestApproveAllTellsOfEachWhenOneWasTakenAlready(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	w.desk.change(routeAsk().ID, func(d *models.Decision) { d.State, d.Note = models.Superseded, "the customer wrote again" })
	w.press(priya, m, "Approve all")
	wantSaid(t, w.told(), "Priority: approved.", "Queue: This was superseded: the customer wrote again")
}

func TestAStrangerIsToldWhomToAskAndTheAttemptIsNoted(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	for _, label := range []string{"Approve", "Override"} {
		w.press(nobody, m, label)
	}
	wantSaid(t, w.told(), "remit does not know you. Ask @support-leads")
	if len(w.desk.refused) != 2 || !strings.Contains(w.desk.refused[0], "slack/T0FAKE/"+nobody) {
		t.Errorf("got refused %v, want both attempts", w.desk.refused)
	}
	if w.desk.settled() != 0 || len(w.slack.OpenViews()) != 0 {
		t.Error("a stranger changed something")
	}
}

func TestSomebodyWhoMayNotAnswerIsToldWhomToAsk(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(tom, m, "Approve")
	wantSaid(t, w.told(), "You are not among those who answer this: ask @support-leads.")
	if w.desk.settled() != 0 {
		t.Error("the answer was taken")
	}
}

func TestPeopleOfOtherWorkspacesAndGuestsAreRefused(t *testing.T) {
	for name, u := range map[string]slackfake.User{
		"of another workspace": {ID: priya, Team: "T0OTHER"},
		"a guest":              {ID: priya, Guest: true},
		"a bot":                {ID: priya, Bot: true},
		"deactivated":          {ID: priya, Deleted: true},
		"a stranger":           {ID: priya, Stranger: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.card(ticketCase(priorityAsk()))
			w.slack.AddUser(u)
			w.press(priya, m, "Approve")
			if w.desk.settled() != 0 || len(w.desk.refused) != 1 {
				t.Errorf("got %d answers and refused %v, want none and one", w.desk.settled(), w.desk.refused)
			}
			if w.told() == "" {
				t.Error("nothing was said")
			}
		})
	}
}

func TestOfTwoClicksAtOnceOneWinsAndTheOtherIsTold(t *testing.T) {
	w := newWorld(t)
	hold := holdAsk()
	hold.Ruling.Approval = models.Approval{From: []string{"@finance-leads"}, Count: 1}
	m := w.card(payCase(hold))
	var both sync.WaitGroup
	for _, user := range []string{priya, tom} {
		both.Go(func() {
			if _, err := w.slack.Press(context.Background(), user, m, "Approve"); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	w.bot.Wait()
	if got := w.desk.settled(); got != 1 {
		t.Errorf("got %d answers, want 1", got)
	}
	wantSaid(t, w.told(), "Already approved by")
	if got := len(w.slack.Ephemerals()); got != 1 {
		t.Errorf("%d people were told, want the late one", got)
	}
	if len(w.desk.refused) != 1 || !strings.Contains(w.desk.refused[0], "too late") {
		t.Errorf("the timeline has %v, want the late click", w.desk.refused)
	}
	wantSaid(t, w.only().Words(), "Approved by")
}

func TestAStaleButtonDoesNothingAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { d.State, d.Note = models.Superseded, "the customer wrote again" })
	w.press(priya, m, "Approve")
	w.press(priya, m, "Override")
	wantSaid(t, w.told(), "This was superseded: the customer wrote again")
	if w.desk.settled() != 0 || len(w.slack.OpenViews()) != 0 {
		t.Error("a stale button did something")
	}
	wantSaid(t, w.only().Words(), "no longer open. the customer wrote again.")
}

func TestTwoMustAgreeToPayAndTheCardSaysWhoDid(t *testing.T) {
	w := newWorld(t)
	w.card(payCase(holdAsk()))
	for i, user := range []string{priya, tom} {
		w.press(user, w.only(), "Override: pay now")
		w.submit(map[string]string{"reason": "facts_missing", "note": "called them"})
		if i == 0 {
			wantSaid(t, w.only().Words(), "Priya (Wed 2 Dec 13:00) said pay now; 1 more needed.")
		}
	}
	wantSaid(t, w.only().Words(), "Overridden by Priya and Tom", "pay now", "called them")
}

func TestTamperedButtonsAreRefusedWithASentence(t *testing.T) {
	other := decisionOn("ticket:helpdesk:2", models.ActionPriority, "P1", "P3", "@support-leads")
	for name, change := range map[string]func(map[string]any){
		"a decision that is not there": func(a map[string]any) { a["value"] = "dec_made_up:1" },
		"no value at all":              func(a map[string]any) { a["value"] = "" },
		"a version that is no number":  func(a map[string]any) { a["value"] = priorityAsk().ID + ":x" },
		"two items at once":            func(a map[string]any) { a["value"] = priorityAsk().ID + ":2," + other.ID + ":2" },
		"an action nobody knows":       func(a map[string]any) { a["action_id"] = "transfer" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.card(ticketCase(priorityAsk()))
			w.desk.put(models.Case{Item: other.Item, Domain: models.Triage, Decisions: []models.Decision{other}})
			p := w.slack.ClickPayload(priya, m, m.Buttons()[0])
			change(p["actions"].([]any)[0].(map[string]any))
			a, err := w.slack.SendPayload(t.Context(), p)
			w.bot.Wait()
			if err != nil || a.Status != 200 {
				t.Fatalf("got %d, %v; want 200", a.Status, err)
			}
			if w.told() == "" || w.desk.settled() != 0 {
				t.Errorf("said %q, %d answers; want a sentence and none", w.told(), w.desk.settled())
			}
		})
	}
}

func TestWhatIsOursToMendIsNotToldToPeople(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	w.desk.fail = context.DeadlineExceeded
	w.press(priya, m, "Approve")
	wantSaid(t, w.told(), "Something went wrong on our side.")
	if strings.Contains(w.told(), "deadline") {
		t.Error("the inside of an error was shown")
	}
}

func TestOverrideShowsMistakesInTheModal(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	w.press(priya, m, "Override")
	v, r := "v."+priorityAsk().ID, "v."+routeAsk().ID
	if a := w.submit(nil); a.Action != "errors" || !strings.Contains(a.Errors[v], "This is what remit proposes") {
		t.Errorf("nothing changed: got %v %v", a.Action, a.Errors)
	}
	if a := w.submit(map[string]string{v: "P2"}); a.Errors["reason"] == "" {
		t.Errorf("no reason: got %v, want an error there", a.Errors)
	}
	if a := w.submit(map[string]string{v: "P9", "reason": "other"}); !strings.Contains(a.Errors[v], "not a priority") {
		t.Errorf("P9: got %v", a.Errors)
	}
	w.desk.fail = models.FieldErrorf("value", "there is no such queue")
	if a := w.submit(map[string]string{r: "technical", "reason": "other"}); !strings.Contains(a.Errors[r], "no such queue") {
		t.Errorf("the engine's objection: got %v", a.Errors)
	}
	if a := w.submit(map[string]string{v: "P2", "reason": "other", "note": "they called"}); a.Action != "" || len(w.slack.OpenViews()) != 0 {
		t.Errorf("got %q with %d modals open, want it closed", a.Action, len(w.slack.OpenViews()))
	}
	if got := w.decision(priorityAsk().ID); got.Final != "P2" || got.Answers[0].Reason != "other" || got.Answers[0].Note != "they called" {
		t.Errorf("got %q with %+v", got.Final, got.Answers)
	}
	if got := w.decision(routeAsk().ID).State; got != models.Asked {
		t.Errorf("what was left as proposed is %s, want asked", got)
	}
	wantSaid(t, w.only().Words(), "Overridden by Priya", "they called", "Queue: first line → billing")
}

func TestAModalThatComesTooLateSaysWhoWasFirst(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Override")
	w.desk.change(priorityAsk().ID, func(d *models.Decision) { *d = answered(*d, models.Applied, models.AnswerApprove, "") })
	if a := w.submit(map[string]string{"v." + priorityAsk().ID: "P2", "reason": "other"}); a.Action != "update" {
		t.Fatalf("got %q, want the modal replaced", a.Action)
	}
	wantSaid(t, slackfake.Words(w.slack.OpenViews()[0].Body), "Already approved by Priya at 14:02.")
}

func TestTamperedModalsAreRefused(t *testing.T) {
	for name, meta := range map[string]string{
		"not JSON":                     "x",
		"a decision that is not there": `{"d":"dec_made_up:1","c":"C1"}`,
		"nothing":                      `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.card(ticketCase(priorityAsk()))
			w.press(priya, m, "Override")
			p, err := w.slack.SubmitPayload(w.slack.OpenViews()[0].ID, map[string]string{"reason": "other"})
			if err != nil {
				t.Fatal(err)
			}
			p["view"].(map[string]any)["private_metadata"] = meta
			a, err := w.slack.SendPayload(t.Context(), p)
			w.bot.Wait()
			if err != nil || a.Action != "update" || w.desk.settled() != 0 {
				t.Errorf("got %q, %v and %d answers; want a sentence and none", a.Action, err, w.desk.settled())
			}
		})
	}
}

func TestAnExpiredTriggerLeadsToTheConsole(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	p := w.slack.ClickPayload(priya, m, m.Buttons()[1])
	w.clock.add(4 * time.Second)
	if _, err := w.slack.SendPayload(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	w.bot.Wait()
	wantSaid(t, w.told(), "https://remit.example.com/decisions/"+priorityAsk().ID)
}

func TestTheCommandHelpsAndTellsWhy(t *testing.T) {
	w := newWorld(t)
	w.card(ticketCase(priorityAsk()))
	for text, want := range map[string]string{
		"":                        "/remit why ID",
		"why " + priorityAsk().ID: "It says that nobody can log in",
		"why dec_unknown":         "There is no decision, ticket or payment by that id.",
	} {
		a, err := w.slack.Command(t.Context(), priya, triageChannel, "/remit", text)
		if err != nil || a.Status != 200 {
			t.Fatalf("/remit %s: %d %v", text, a.Status, err)
		}
		wantSaid(t, string(a.Body), want)
	}
	a, err := w.slack.Command(t.Context(), nobody, triageChannel, "/remit", "why "+priorityAsk().ID)
	if err != nil || strings.Contains(string(a.Body), "log in") {
		t.Errorf("a stranger was told %s, %v", a.Body, err)
	}
}

func TestASlowAnswerIsFinishedAfterSlackWasLetGo(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Override")
	w.bot.Impatient()
	w.desk.gate = make(chan struct{})
	w.desk.fail = models.Errorf(models.Conflict, "Tom was first.")
	a, err := w.slack.Submit(t.Context(), w.slack.OpenViews()[0].ID, map[string]string{"v." + priorityAsk().ID: "P2", "reason": "other"})
	if err != nil || a.Status != 200 || len(a.Body) != 0 {
		t.Fatalf("got %d %s, %v; want a plain 200", a.Status, a.Body, err)
	}
	close(w.desk.gate)
	w.bot.Close()
	wantSaid(t, w.told(), "Tom was first.")
	if a := w.press(priya, m, "Approve"); a.Status != 503 {
		t.Errorf("a click on a stopped bot got %d, want 503", a.Status)
	}
}

func TestNoMenuReleasesAPaymentOnOneClick(t *testing.T) {
	hold := holdAsk()
	hold.Value, hold.Before = models.ValueRelease, models.ValueHold
	day := decisionOn(payItem, models.ActionSchedule, "2026-12-18", "2026-12-10", "@finance-leads")
	w := newWorld(t)
	w.desk.put(payCase(hold, day))
	w.notify(payItem)
	said := string(w.only().Blocks)
	if strings.Contains(said, "Approve only: Payment pay now") || !strings.Contains(said, "Approve only: Pay day") {
		t.Errorf("the menu offers: %s", said)
	}
}

func TestAnOverrideThatComesTooLateIsInTheTimeline(t *testing.T) {
	w := newWorld(t)
	d := priorityAsk()
	m := w.card(ticketCase(d))
	settled := d
	settled.Version++
	w.desk.put(ticketCase(settled))
	w.press(priya, m, "Override")
	w.desk.mu.Lock()
	defer w.desk.mu.Unlock()
	if len(w.desk.refused) != 1 || !strings.Contains(w.desk.refused[0], "too late") {
		t.Errorf("refused clicks: %v", w.desk.refused)
	}
}

func TestADraftCanBeRejected(t *testing.T) {
	w := newWorld(t)
	m := w.card(ticketCase(priorityAsk(), replyAsk()))
	w.press(priya, m, "Do not add a draft")
	if got := w.desk.answers; len(got) != 1 || got[0].Kind != models.AnswerReject || got[0].Value != "" {
		t.Fatalf("got %+v, want a no to the draft", got)
	}
	if d := w.decision(replyAsk().ID); d.Final != "" || d.State.Open() {
		t.Errorf("it is %s: %q", d.State, d.Final)
	}
	wantSaid(t, w.only().Words(), "Rejected by Priya at", "no draft is added")
	if strings.Contains(w.only().Words(), "Do not add a draft") {
		t.Error("it is offered still")
	}
}
