package bot_test

import (
	"strings"
	"testing"

	"remit/models"
)

// payDayOnChangedAccount asks for a pay day under the guardrail about changed bank details.
func payDayOnChangedAccount() models.Decision {
	d := scheduleWaiting()
	d.State, d.Autonomous = models.Asked, false
	d.Ruling.Guardrails = []string{"bank_changed"}
	d.Ruling.Approval.Note = "call the vendor back on a known number"
	return d
}

func TestApprovingAPaymentOnAChangedAccountAsksWhomSomebodyCalledBack(t *testing.T) {
	w := newWorld(t)
	d := payDayOnChangedAccount()
	m := w.card(payCase(d))
	w.press(priya, m, "Approve")
	if w.desk.settled() != 0 || len(w.slack.OpenViews()) != 1 {
		t.Fatalf("%d settled with %d forms open, want a form first", w.desk.settled(), len(w.slack.OpenViews()))
	}
	if a := w.submit(map[string]string{"note": "  "}); !strings.Contains(a.Errors["note"], "whom you called back") {
		t.Errorf("without a note: got %v", a.Errors)
	}
	if a := w.submit(map[string]string{"note": "Ms Weber, +49 30 901820"}); a.Action != "" || len(w.slack.OpenViews()) != 0 {
		t.Errorf("got %q with %d forms open, want it closed", a.Action, len(w.slack.OpenViews()))
	}
	if got := w.decision(d.ID); got.Final != d.Value || got.Answers[0].Kind != models.AnswerApprove || got.Answers[0].Note != "Ms Weber, +49 30 901820" {
		t.Errorf("got %q with %+v", got.Final, got.Answers)
	}
}

func TestANoteOnACardDrawnBeforeAChangeApprovesNothing(t *testing.T) {
	w := newWorld(t)
	d := payDayOnChangedAccount()
	m := w.card(payCase(d))
	w.desk.change(d.ID, func(d *models.Decision) { d.Version++ })
	w.press(priya, m, "Approve")
	if a := w.submit(map[string]string{"note": "Ms Weber"}); a.Action != "update" || w.desk.settled() != 0 {
		t.Errorf("got %q and %d settled, want the form replaced and nothing approved", a.Action, w.desk.settled())
	}
}
