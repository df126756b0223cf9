package models

import (
	"testing"
	"time"
)

func TestADecisionIsAuditedOnceItHasActedAndHidesWhatItDidUntilThen(t *testing.T) {
	at := time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
	d := Decision{
		Action: ActionRoute, Value: "billing", Before: "front", Final: "billing", Confidence: .9, State: Waiting, AuditState: AuditOpen,
		Reasons: []Reason{{Text: "speaks of money"}}, Options: []string{"web"}, Ruling: Ruling{Why: []string{"granted"}},
	}
	if d.Auditable() || d.Hidden().Value == "" || d.AnswerAudit(Answer{Value: "web", At: at}) == nil {
		t.Error("what can still be stopped is hidden, or audited")
	}
	d.State = Applied
	h := d.Hidden()
	if !d.Auditable() || h.Value+h.Final+h.Note != "" || h.Confidence != 0 || h.Reasons != nil || h.Ruling.Why != nil {
		t.Errorf("it tells %+v", h)
	}
	if got := h.Options; len(got) != 3 || got[0] != "billing" || got[1] != "front" || got[2] != "web" {
		t.Errorf("it offers %v: want each choice, in an order that tells nothing", got)
	}
	if err := d.AnswerAudit(Answer{Value: "web", At: at}); err != nil || d.AuditState != AuditAnswered || d.Version != 1 {
		t.Errorf("got %v, %s", err, d.AuditState)
	}
	if KindOf(d.AnswerAudit(Answer{Value: "web", At: at})) != Conflict || d.Hidden().Value != "billing" {
		t.Error("it can be answered twice, or still hides")
	}
	if !d.Judge(at) || d.Judge(at) {
		t.Error("a decision counts more than once")
	}
}

func TestACaseHidesTheTimelineOfWhatIsAudited(t *testing.T) {
	d := Decision{ID: "dec_1", State: Applied, AuditState: AuditOpen, Value: "P1"}
	c := Case{Decisions: []Decision{d, {ID: "dec_2", Value: "x"}}, Entries: []Entry{{DecisionID: "dec_1", Text: "P1"}, {DecisionID: "dec_2"}}}
	if h := c.Hidden(); len(h.Entries) != 1 || h.Entries[0].DecisionID != "dec_2" || h.Decisions[0].Value != "" || h.Decisions[1].Value != "x" {
		t.Errorf("got %+v", h)
	}
	if c.Decisions[0].Value != "P1" || len(c.Entries) != 2 {
		t.Error("the case itself was changed")
	}
}

func TestAPromotionTellsItsEvidence(t *testing.T) {
	p := Promotion{Action: ActionPriority, Segment: "vip", From: LevelAsk, To: LevelAct, Verdicts: 200, Errors: 3, Agreement: .985, Bound: .03, MaxError: .05, Cut: .9, ActsMonth: 400}
	if !p.Raises() || p.Named() != "priority in vip" || len(p.Reasons()) != 4 {
		t.Errorf("got %+v", p.Reasons())
	}
	if down := (Promotion{From: LevelAct, To: LevelAsk, Why: "errors"}); down.Raises() || down.Reasons()[0].Text != "errors" {
		t.Errorf("got %+v", down.Reasons())
	}
}
