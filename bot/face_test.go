package bot_test

import (
	"strings"
	"testing"

	"remit/bot/slackfake"
	"remit/models"
)

func TestAnAuditIsAnsweredFromItsMenuAndThenTellsWhatRemitDid(t *testing.T) {
	w, o := newFace(t)
	d := auditOf(priorityAsk())
	m := w.card(ticketCase(d))
	w.pick(priya, m, "P2")
	wantDone(t, o, "audit "+d.ID+" P2 by priya")
	wantSaid(t, w.told(), "you would have chosen P2. remit had chosen P1")
	wantSaid(t, w.only().Words(), "Asked without being told, Priya said P2.")
	if at := w.decision(d.ID).Audited.ShownAt; at.IsZero() {
		t.Error("when the card was shown was not kept, so that a glance could not be told from a look")
	}
}

func TestAnAuditByAStrangerIsRefusedAndTellsNothing(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(auditOf(priorityAsk())))
	w.pick(nobody, m, "P2")
	wantDone(t, o)
	if said := w.told(); strings.Contains(said, "P1") || !strings.Contains(said, "remit does not know you") {
		t.Errorf("a stranger was told %q", said)
	}
	if len(w.desk.refused) != 1 {
		t.Errorf("the attempt is not in the timeline: %v", w.desk.refused)
	}
}

func TestAnAuditThatNoMenuCanOfferIsAnsweredInAForm(t *testing.T) {
	w, o := newFace(t)
	d := auditOf(scheduleWaiting())
	m := w.card(payCase(d))
	w.pick(priya, m, "")
	body := slackfake.Words(w.modal().Body)
	if strings.Contains(string(w.modal().Body), d.Value) || strings.Contains(body, models.Day(d.Value).Display()) {
		t.Errorf("the form gives the day away:\n%s", w.modal().Body)
	}
	if a := w.submit(nil); a.Errors["v."+d.ID] == "" {
		t.Errorf("an empty answer: got %v", a.Errors)
	}
	w.submit(map[string]string{"v." + d.ID: "2026-12-10"})
	wantDone(t, o, "audit "+d.ID+" 2026-12-10 by priya")
	wantSaid(t, slackfake.Words(w.modal().Body), "remit had chosen pay Fri 18 Dec")
}

func TestUndoOnTheCardTakesBack(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Approve: P1")
	w.press(priya, w.only(), "Undo: Priority P1")
	wantDone(t, o, "undo "+priorityAsk().ID+" by priya")
	if b := w.only().Buttons(); len(b) != 0 {
		t.Errorf("an undone card has buttons %v", b)
	}
}

func TestUndoThatComesTooLateSaysWhy(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk()))
	w.press(priya, m, "Approve: P1")
	o.fail = models.Errorf(models.Conflict, "It has been changed to %q since, so it is not undone.", "P2")
	w.press(priya, w.only(), "Undo")
	wantSaid(t, w.told(), "It has been changed")
	wantDone(t, o)
}

func TestTheMenuOfACardTakesAndPutsOff(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	w.press(priya, m, "I have it")
	wantSaid(t, w.only().Words(), "Priya has it.")
	w.press(priya, w.only(), "Remind us in an hour")
	wantDone(t, o, "take "+priorityAsk().ID, "take "+routeAsk().ID, "snooze "+priorityAsk().ID, "snooze "+routeAsk().ID)
}

func TestOneOfTwoDeedsIsUndoneFromTheMenu(t *testing.T) {
	w, o := newFace(t)
	m := w.card(ticketCase(priorityAsk(), routeAsk()))
	w.press(priya, m, "Approve all")
	w.press(priya, w.only(), "Undo only: Queue")
	wantDone(t, o, "undo "+routeAsk().ID+" by priya")
}

func TestAPayDayShowsItsPriceBeforeItIsChosen(t *testing.T) {
	w, o := newFace(t)
	d := scheduleWaiting()
	w.press(priya, w.card(payCase(d)), "Override: other day")
	w.pickDay(priya, "v."+d.ID, "2026-12-10")
	wantDone(t, o, "price "+payItem+" 2026-12-10")
	said := slackfake.Words(w.modal().Body)
	wantSaid(t, said, "Paying on Thu 10 Dec costs 96.40 EUR more", "lowest 161,000.00 EUR on Fri 18 Dec", "2 % likely")
	if strings.Contains(said, "breaks the floor by") {
		t.Errorf("a day above the floor is said to break it:\n%s", said)
	}
	w.pickDay(priya, "v."+d.ID, "2026-12-04")
	wantSaid(t, slackfake.Words(w.modal().Body), "It breaks the floor by 9,000.00 EUR")
	if w.desk.settled() != 0 {
		t.Error("looking at a price answered the decision")
	}
	w.submit(nil) // what was put in is still there
	got := w.decision(d.ID)
	if got.Final != "2026-12-04" || got.Answers[0].Reason != "exception" || got.Answers[0].Note != "as agreed" {
		t.Errorf("got %q with %+v", got.Final, got.Answers)
	}
}

func TestAPriceThatCannotBeHadIsSaidInTheForm(t *testing.T) {
	w, o := newFace(t)
	d := scheduleWaiting()
	w.press(priya, w.card(payCase(d)), "Override: other day")
	o.fail = models.Errorf(models.NotFound, "The invoice is no longer known.")
	w.pickDay(priya, "v."+d.ID, "2026-12-10")
	wantSaid(t, slackfake.Words(w.modal().Body), "The invoice is no longer known.")
}

func TestAPromotionIsApprovedOnItsCard(t *testing.T) {
	w, _ := newFace(t)
	c := promotion()
	c.Decisions[0].Ruling.Approval.From = []string{"@priya"}
	m := w.card(c)
	w.press(priya, m, "Approve: let it act")
	if got := w.decision(c.Decisions[0].ID); got.Final != "act" {
		t.Errorf("got %q, want act", got.Final)
	}
}

func TestOverridingAPromotionKeepsItAsking(t *testing.T) {
	w, _ := newFace(t)
	c := promotion()
	c.Decisions[0].Ruling.Approval.From = []string{"@priya"}
	m := w.card(c)
	w.press(priya, m, "Override: keep asking")
	w.submit(map[string]string{"reason": "judgement"})
	if got := w.decision(c.Decisions[0].ID); got.Final != "ask" {
		t.Errorf("got %q, want ask", got.Final)
	}
}
