package bot_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

func TestTheHomeShowsWhatWaitsAndWhatRemitDid(t *testing.T) {
	w, _ := newFace(t)
	named := routeAsk()
	named.Ruling.Approval.From = []string{"@priya"}
	auto := alone(decisionOn("ticket:helpdesk:1", models.ActionPriority, "P4", "P3", "@support-leads"))
	c := ticketCase(auto)
	c.Item, c.Title = auto.Item, "Where is my invoice"
	w.desk.put(c)
	w.card(ticketCase(priorityAsk(), named))
	home := w.openHome(priya)
	wantSaid(t, slackfake.Words(home), "Asked of you (1)", "Asked of your team (1)", "All of it on its card", "1 by itself", "Where is my invoice", "Priority: acts by itself", "finance was paused by Mia")
	if strings.Contains(string(home), bot.ActionResume) || strings.Contains(string(home), bot.ActionTune) {
		t.Error("an approver is offered a manager's switch")
	}
	wantSaid(t, string(home), "/archives/"+triageChannel+"/p")
	golden(t, "home_approver", steady(home))
	manager := w.openHome(mia)
	wantSaid(t, string(manager), "Resume finance", "Pause triage", "Tune a threshold")
	golden(t, "home_manager", steady(manager))
	stranger := w.openHome(nobody)
	wantSaid(t, slackfake.Words(stranger), "remit does not know you")
	if strings.Contains(string(stranger), "log in") {
		t.Error("a stranger's home tells of tickets")
	}
}

func TestWhatIsAskedIsAnsweredOnTheHomeToo(t *testing.T) {
	w, _ := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	wantSaid(t, slackfake.Words(w.openHome(priya)), "Asked of your team (2)")
	w.pressHome(priya, "Approve: P1")
	if got := w.desk.answers; len(got) != 1 || got[0].Kind != models.AnswerApprove || !got[0].ShownAt.Equal(w.clock.Now().Truncate(time.Second)) {
		t.Fatalf("got %+v, want one approval that says since when it was shown", got)
	}
	now, _ := w.slack.Message(triageChannel, m.TS)
	wantSaid(t, now.Words(), "Approved by Priya")
	wantSaid(t, slackfake.Words(w.slack.Home(priya)), "Asked of your team (1)")
	w.pressHome(priya, "Override: other queue")
	w.submit(map[string]string{"v." + routeAsk().ID: "technical", "reason": "other"})
	if got := w.desk.answers; len(got) != 2 || got[1].Value != "technical" {
		t.Fatalf("got %+v, want an override", got)
	}
	wantSaid(t, slackfake.Words(w.slack.Home(priya)), "Nothing waits for you")
}

func TestAHomeThatIsOldAnswersNothingTwice(t *testing.T) {
	w, _ := newFace(t)
	m := w.card(ticketCase(priorityAsk()))
	w.openHome(priya)
	w.press(priya, m, "Approve")
	w.pressHome(priya, "Approve")
	if got := w.desk.answers; len(got) != 1 {
		t.Errorf("got %d answers, want the first", len(got))
	}
	for _, m := range w.slack.Visible("D" + priya) {
		wantSaid(t, m.Words(), "Already approved by Priya")
	}
	if n := len(w.slack.Visible("D" + priya)); n != 1 {
		t.Errorf("she was told %d times", n)
	}
}

// steady gives a home without the port that the fake happened to listen on.
func steady(home json.RawMessage) json.RawMessage {
	return regexp.MustCompile(`http://127\.0\.0\.1:\d+`).ReplaceAll(home, []byte("https://fake.slack.com"))
}

func TestAThresholdIsTriedOnThePastBeforeItIsSaved(t *testing.T) {
	w, o := newFace(t)
	w.typed(mia, "tune")
	good := map[string]string{"action": "priority", "level": "act", "max_error": "3 %", "reason": "quarter end"}
	for name, bad := range map[string][2]string{"no number": {"max_error", "many"}, "nothing": {"max_error", "0"}, "all": {"max_error", "100"}, "NaN": {"max_error", "NaN"}} {
		in := map[string]string{"action": "priority", "level": "act", "reason": "x", bad[0]: bad[1]}
		if a := w.submit(in); a.Errors[bad[0]] == "" {
			t.Errorf("%s: got %v", name, a.Errors)
		}
	}
	wantDone(t, o)
	w.submit(good)
	wantDone(t, o, "backtest priority")
	wantSaid(t, slackfake.Words(w.modal().Body), "acts by itself at most, and only where it is at least 97 % sure", "on 200 of 400", "it is 120", "wrong on 3 (2.0 %)", "VIP accounts")
	golden(t, "modal_trial", json.RawMessage(w.modal().Body))
	w.submit(nil)
	wantDone(t, o, "backtest priority", "save priority act by mia: quarter end")
	wantSaid(t, slackfake.Words(w.modal().Body), "The policy is now version pol_8.")
}

func TestATuningThatLoosensWaitsForAnother(t *testing.T) {
	w, o := newFace(t)
	o.pending = true
	w.typed(mia, "tune")
	w.submit(map[string]string{"action": "priority", "level": "act", "max_error": "20", "reason": "x"})
	w.submit(nil)
	wantSaid(t, slackfake.Words(w.modal().Body), "another manager has to agree")
}

func TestABackTestThatTakesLongIsShownWhenItIsDone(t *testing.T) {
	w, o := newFace(t)
	w.typed(mia, "tune")
	w.bot.Patience(2 * time.Second)
	o.hold = make(chan struct{})
	release := sync.OnceFunc(func() { close(o.hold) })
	defer release()
	a, err := w.slack.Submit(t.Context(), w.slack.OpenViews()[0].ID, map[string]string{"action": "priority", "level": "act", "max_error": "3", "reason": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Action != "update" {
		t.Fatalf("got %q, want to be told that it is under way", a.Action)
	}
	wantSaid(t, slackfake.Words(w.modal().Body), "It is being tried on the recorded past.")
	release()
	w.bot.Wait()
	wantSaid(t, slackfake.Words(w.modal().Body), "on 200 of 400")
}

func TestAFormThatComesTooLateLeadsToTheConsole(t *testing.T) {
	w, o := newFace(t)
	m := w.card(payCase(auditOf(scheduleWaiting())))
	w.slack.Fail(slackfake.Fault{Method: "views.open", Undone: true, Error: "expired_trigger_id"})
	w.pick(priya, m, "")
	wantSaid(t, w.told(), "Slack did not open the form in time.", "https://remit.example.com/")
	wantDone(t, o)
}

// anyHome draws a home with much of everything in it.
func anyHome(t *rapid.T) bot.Home {
	text := anyText()
	h := bot.Home{CanSwitch: rapid.Bool().Draw(t, "switch"), CanTune: true}
	for i := range rapid.SampledFrom([]int{0, 1, 12}).Draw(t, "asks") {
		d := anyDecision(t, i)
		d.Title = text.Draw(t, "title")
		h.Mine = append(h.Mine, bot.HomeAsk{Decision: d, Link: text.Draw(t, "link")})
	}
	h.Team = h.Mine
	for range rapid.SampledFrom([]int{0, 3, 20}).Draw(t, "levels") {
		h.Levels = append(h.Levels, bot.LevelLine{
			Action: models.Action(text.Draw(t, "action")), Segment: text.Draw(t, "segment"), Level: models.Level(text.Draw(t, "level")), Why: text.Draw(t, "why"),
		})
		h.Switches = append(h.Switches, models.Switch{Domain: models.Domain(text.Draw(t, "domain")), Paused: rapid.Bool().Draw(t, "paused"), By: text.Draw(t, "by"), Why: text.Draw(t, "reason")})
	}
	h.Today.Did = rapid.SliceOfN(text, 0, 5).Draw(t, "did")
	return h
}

func TestEveryHomeIsWithinSlacksLimitsWhateverTheFactsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal(look().HomeView(anyHome(t)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range slackfake.CheckHome(raw) {
			t.Errorf("Slack would refuse the home: %s", p)
		}
		for _, c := range slackfake.Control(raw, "", "https://remit.example.com/") {
			if !strings.HasSuffix(c, "|All of it on its card>") {
				t.Errorf("Slack would act on %q", c)
			}
		}
	})
}

func TestEveryFormIsWithinSlacksLimitsWhateverTheFactsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText()
		c := anyCase(t)
		d := anyDecision(t, 9)
		d.Title = text.Draw(t, "title")
		levels := anyHome(t).Levels
		for name, view := range bot.Forms(look(), c, d, levels, bot.Trial{Sentences: rapid.SliceOfN(text, 0, 9).Draw(t, "sentences")}, text.Draw(t, "why")) {
			raw, err := json.Marshal(view)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range slackfake.CheckView(raw) {
				t.Errorf("Slack would refuse the form %s: %s", name, p)
			}
		}
	})
}

// crowd puts n more asks of another team on the desk, each newer than the last, and gives their decisions' ids.
func (w *world) crowd(n int) {
	w.t.Helper()
	for i := range n {
		d := decisionOn(fmt.Sprintf("ticket:helpdesk:9%04d", i), models.ActionPriority, "P1", "P3", "@other-leads")
		d.CreatedAt = made.Add(time.Duration(i+1) * time.Second)
		c := ticketCase(d)
		c.Item = d.Item
		w.desk.put(c)
	}
}

func TestWhatWaitsForAPersonIsFoundHoweverMuchElseIsOpen(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.crowd(300)
	wantSaid(t, w.typed(priya, "inbox"), "Asked of your team:", "Nobody can log in")
	wantSaid(t, w.typed(priya, "status"), "for your team: 1.", "301 decided")
	wantSaid(t, slackfake.Words(w.openHome(priya)), "Asked of your team (1)")
}

func TestWhatEndsSoonestIsListedFirstAndWhatEndedLast(t *testing.T) {
	w, _ := newFace(t)
	for i, c := range []struct {
		title string
		state models.State
		in    time.Duration
	}{{"Ended", models.Expired, -time.Hour}, {"Later", models.Asked, 2 * time.Hour}, {"Not written", models.Failed, -2 * time.Hour}, {"Soon", models.Asked, time.Hour}, {"Never", models.Asked, 0}} {
		d := decisionOn(fmt.Sprintf("ticket:helpdesk:%d", i), models.ActionPriority, "P1", "P3", "@support-leads")
		d.State, d.ExpiresAt = c.state, time.Time{}
		if c.in != 0 {
			d.ExpiresAt = made.Add(c.in)
		}
		one := ticketCase(d)
		one.Item, one.Title = d.Item, c.title
		w.desk.put(one)
	}
	said := w.typed(priya, "inbox")
	wantSaid(t, said, "Nobody answered in time; it can still be answered", "It failed; it can be answered again")
	wantInOrder(t, said, "Soon:", "Later:", "Never:", "Ended:", "Not written:")
	wantSaid(t, slackfake.Words(w.openHome(priya)), "Asked of your team (5)")
}

func TestADayWithMoreDecisionsThanAreCountedSaysSo(t *testing.T) {
	w, _ := newFace(t)
	w.crowd(2001)
	wantSaid(t, w.typed(priya, "status"), "More than 2000 were decided.")
}

func wantInOrder(t *testing.T, said string, wants ...string) {
	t.Helper()
	rest := said
	for _, want := range wants {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not there, or not in its place:\n%s", want, said)
		}
		rest = after
	}
}

func TestWhereTooMuchIsOpenACountSaysAtLeast(t *testing.T) {
	w, _ := newFace(t)
	w.desk.put(ticketCase(priorityAsk()))
	w.crowd(5000)
	wantSaid(t, w.typed(priya, "status"), "for your team: at least 1.")
	wantSaid(t, w.typed(tom, "inbox"), "Too much is open to look through all of it.")
}
