package bot_test

import (
	"strings"
	"testing"

	"remit/bot"
	"remit/bot/slackfake"
	"remit/models"
)

func TestTheKillSwitchFromSlackAsksWhyAndTellsEverybody(t *testing.T) {
	w, o := newFace(t)
	said := w.typed(priya, "pause finance odd invoices")
	wantSaid(t, said, "Only a manager may pause or resume.")
	wantDone(t, o)
	wantSaid(t, w.typed(mia, "pause finance odd invoices"), "finance was paused by Mia", "1 decision recalled")
	wantDone(t, o, "pause finance by mia: odd invoices")
	m := w.only()
	if m.Channel != financeChannel {
		t.Errorf("the card is in %s, want the domain's channel", m.Channel)
	}
	wantSaid(t, m.Words(), "Mia paused finance", "Recalled, and asked now (1):")
	w.press(mia, m, "Resume finance")
	if a := w.submit(map[string]string{"reason": " "}); a.Errors["reason"] == "" {
		t.Errorf("without a reason: %v", a.Errors)
	}
	w.submit(map[string]string{"reason": "explained"})
	if got := o.deeds(); got[len(got)-1] != "resume finance by mia: explained" {
		t.Errorf("done %q", got)
	}
	wantSaid(t, w.only().Words(), "let finance act within its remit again")
}

func TestAKillSwitchWithoutAReasonOpensAForm(t *testing.T) {
	w, o := newFace(t)
	if said := w.typed(mia, "pause finance"); strings.Contains(said, "text") {
		t.Errorf("said %q", said)
	}
	w.submit(map[string]string{"reason": "bank holiday"})
	wantDone(t, o, "pause finance by mia: bank holiday")
}

func TestADeadLetterIsTriedAgainByAManagerAlone(t *testing.T) {
	w, o := newFace(t)
	if err := w.bot.Announce(t.Context(), notices()["notice_dead_letter"]); err != nil {
		t.Fatal(err)
	}
	w.press(priya, w.only(), "Try again")
	wantSaid(t, w.told(), "Only a manager may")
	wantDone(t, o)
	w.press(mia, w.only(), "Try again")
	wantDone(t, o, "replay dl_1 by mia")
}

func TestAPayRunIsApprovedAtOnceAndCountsAsBulk(t *testing.T) {
	w, _ := newFace(t)
	one, other := scheduleWaiting(), scheduleWaiting()
	other.Item = "payable:erp:9000"
	other.ID = models.DecisionID("ev_1", other.Item, other.Action)
	w.desk.put(payCase(one))
	c := payCase(other)
	c.Item = other.Item
	w.desk.put(c)
	run := look().PayRun(bot.PayRun{Day: "2026-12-03", Total: eur(1), Moves: []models.Decision{one, other}})
	if err := w.bot.Announce(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	w.press(priya, w.noticed(t, run), "Approve: 2 new pay days")
	for _, d := range []models.Decision{one, other} {
		if got := w.decision(d.ID); got.State != models.Applied || !got.Answers[0].Bulk {
			t.Errorf("%s is %s with %+v", d.Item, got.State, got.Answers)
		}
	}
}

func TestAPayRunIsOverriddenDayByDay(t *testing.T) {
	w, _ := newFace(t)
	one, other := scheduleWaiting(), scheduleWaiting()
	other.Item = "payable:erp:9000"
	other.ID = models.DecisionID("ev_1", other.Item, other.Action)
	w.desk.put(payCase(one))
	c := payCase(other)
	c.Item = other.Item
	w.desk.put(c)
	run := look().PayRun(bot.PayRun{Day: "2026-12-03", Total: eur(1), Moves: []models.Decision{one, other}})
	if err := w.bot.Announce(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	w.press(priya, w.noticed(t, run), "Override: choose the days")
	w.submit(map[string]string{"v." + one.ID: one.Value, "v." + other.ID: "2026-12-10", "reason": "exception"})
	if got := w.decision(one.ID); got.State != models.Waiting {
		t.Errorf("what was left as proposed is %s", got.State)
	}
	if got := w.decision(other.ID); got.Final != "2026-12-10" {
		t.Errorf("got %q", got.Final)
	}
}

func TestANoticeIsPostedOnceWithItsPicturesInTheThread(t *testing.T) {
	w, _ := newFace(t)
	n := notices()["notice_review"]
	for range 2 {
		if err := w.bot.Announce(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	m := w.only()
	files := w.slack.Files()
	if len(files) != 1 || files[0].ThreadTS != m.TS || files[0].Alt != "Levels of autonomy by action" || string(files[0].Body) != "png" {
		t.Errorf("got files %+v, want one in the thread of %s", files, m.TS)
	}
	n.Text = "changed"
	if err := w.bot.Announce(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := w.only(); got.TS != m.TS || got.Text != "changed" {
		t.Errorf("the notice is %q at %s, want it changed in its place", got.Text, got.TS)
	}
}

func TestANoticeWhosePostingWasInDoubtIsNotPostedTwice(t *testing.T) {
	w, _ := newFace(t)
	w.slack.Fail(slackfake.Fault{Method: "chat.postMessage", Cut: true})
	n := notices()["notice_cap"]
	if err := w.bot.Announce(t.Context(), n); models.KindOf(err) != models.Unavailable {
		t.Fatalf("Announce over a cut connection = %v, want Unavailable", err)
	}
	if err := w.bot.Announce(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	w.only()
}

func TestANoticeWithoutFilesWriteIsPostedAllTheSame(t *testing.T) {
	w, _ := newFace(t)
	w.slack.Scopes = []string{"chat:write", "channels:history"}
	if err := w.bot.Announce(t.Context(), notices()["notice_review"]); err != nil {
		t.Fatal(err)
	}
	w.only()
	if f := w.slack.Files(); len(f) != 0 {
		t.Errorf("got files %v without the scope", f)
	}
}

func TestTheFanOfAPlanGoesOnceIntoTheThreadOfItsCard(t *testing.T) {
	w, _ := newFace(t)
	drawn := 0
	w.bot.Fan = func(c models.Cash) (bot.Picture, error) {
		drawn++
		return bot.Picture{Alt: "Lowest cash " + c.Low.Display(), PNG: []byte("fan")}, nil
	}
	c := floorCase()
	c.Facts.Cash.Days = []models.CashDay{{Day: "2026-12-03"}, {Day: "2026-12-04"}}
	m := w.card(c)
	w.notify(c.Item)
	files := w.slack.Files()
	if len(files) != 1 || drawn != 1 || files[0].ThreadTS != m.TS || files[0].Alt != "Lowest cash 161,240.00 EUR" {
		t.Fatalf("got %+v, want one picture in the thread of %s", files, m.TS)
	}
	audit := payCase(auditOf(scheduleWaiting()))
	audit.Item, audit.Facts.Cash.Days = "payable:erp:1", c.Facts.Cash.Days
	w.desk.put(audit)
	w.notify(audit.Item)
	if n := len(w.slack.Files()); n != 1 {
		t.Error("the picture of the plan gives the answer of a check away")
	}
}

func TestAPictureThatCannotBeDrawnLeavesTheCardAsItIs(t *testing.T) {
	w, _ := newFace(t)
	w.bot.Fan = func(models.Cash) (bot.Picture, error) { return bot.Picture{}, models.Errorf(models.Invalid, "no days") }
	c := floorCase()
	c.Facts.Cash.Days = []models.CashDay{{Day: "2026-12-03"}}
	w.card(c)
}
