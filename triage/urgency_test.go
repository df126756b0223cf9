package triage_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"remit/models"
	"remit/triage"
)

const (
	outageText   = "The whole service is down for everyone since this morning"
	questionText = "How do I export a report from the dashboard, please?"
	refundText   = "I would like a refund for the invoice of last month"
)

var shipped = triage.New()

func signs(text string) []triage.Sign {
	t := models.Ticket{ID: "ticket:1", Text: text}
	return shipped.Signs(models.Facts{Event: models.TicketCreated, Ticket: &t}, models.TriageRules{})
}

func learned(t *testing.T, n int, priority func(i int, text string) models.Priority) *triage.Weights {
	t.Helper()
	texts := []string{outageText, questionText, refundText}
	var es []triage.UrgencyExample
	for i := range n {
		text := texts[i%len(texts)]
		es = append(es, triage.UrgencyExample{Signs: signs(text), Priority: priority(i, text)})
	}
	w, err := triage.TrainUrgency(es)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func urgencyBy(w *triage.Weights, text string) models.Proposal {
	t := models.Ticket{ID: "ticket:1", Text: text}
	p, _ := triage.New(triage.WithWeights(w)).Decide(models.Facts{Event: models.TicketCreated, Ticket: &t}, models.TriageRules{}).For(models.ActionPriority)
	return p
}

// refundsMatter is a company for which refunds are P2, and all else as it ships.
func refundsMatter(_ int, text string) models.Priority {
	switch text {
	case outageText:
		return models.P1
	case refundText:
		return models.P2
	}
	return models.P4
}

func TestWeightsAreLearnedFromWhatPeopleSay(t *testing.T) {
	w := learned(t, 300, refundsMatter)
	if got := urgencyBy(nil, refundText); got.Value == "P2" {
		t.Fatalf("as it ships a refund is %s: the test shows nothing", got.Value)
	}
	got := urgencyBy(w, outageText)
	if got.Value != "P1" || got.Model != w.Version() {
		t.Errorf("an outage is %s by %s", got.Value, got.Model)
	}
	if w.Factors["text.refund"] <= 1.2 {
		t.Errorf("refunds that people put first count %v of what they did", w.Factors["text.refund"])
	}
	if !reflect.DeepEqual(w, learned(t, 300, refundsMatter)) {
		t.Error("the same tickets gave other weights")
	}
	again, err := triage.DecodeWeights(w.Encode())
	if err != nil || again.Version() != w.Version() {
		t.Errorf("kept and read again they are %v, %v", again, err)
	}
}

func TestLittleDataChangesLittle(t *testing.T) {
	w := learned(t, 3, func(int, string) models.Priority { return models.P1 })
	for code, f := range w.Factors {
		if f < .8 || f > 1.3 {
			t.Errorf("three tickets made %s count %.2f times", code, f)
		}
	}
	if got := urgencyBy(w, questionText); got.Value == "P1" {
		t.Error("three tickets made a question an emergency")
	}
}

func TestWhatSpeaksForUrgencyNeverComesToSpeakAgainstIt(t *testing.T) {
	for name, priority := range map[string]func(int, string) models.Priority{
		"all is P4": func(int, string) models.Priority { return models.P4 },
		"all is P1": func(int, string) models.Priority { return models.P1 },
		"outages are last": func(_ int, text string) models.Priority {
			return map[bool]models.Priority{true: models.P4, false: models.P1}[text == outageText]
		},
		"drawn at random": func(i int, _ string) models.Priority {
			return models.Priorities()[rand.New(rand.NewPCG(1, uint64(i))).IntN(4)]
		},
		"a tenth are slips": func(i int, text string) models.Priority {
			if i%10 == 0 {
				return models.P3
			}
			return refundsMatter(i, text)
		},
	} {
		w := learned(t, 600, priority)
		for code, f := range w.Factors {
			if !(f >= 0 && f <= 4) {
				t.Errorf("%s: %s counts %v times", name, code, f)
			}
		}
		if _, err := triage.DecodeWeights(w.Encode()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := learned(t, 600, func(i int, text string) models.Priority {
		if i%10 == 0 {
			return models.P4
		}
		return refundsMatter(i, text)
	})
	if got := urgencyBy(w, outageText); got.Value != "P1" {
		t.Errorf("with a tenth of the labels wrong an outage is %s", got.Value)
	}
}

func TestWhatIsNoWeightIsRefused(t *testing.T) {
	for _, body := range []string{"", "{", `{"base": 9}`, `{"factors": {"text.outage": -1}}`, `{"factors": {"text.outage": 99}}`, `{"base": "x"}`} {
		if _, err := triage.DecodeWeights([]byte(body)); models.KindOf(err) != models.Invalid {
			t.Errorf("%q was taken: %v", body, err)
		}
	}
	if _, err := triage.TrainUrgency([]triage.UrgencyExample{{Priority: "soon"}}); models.KindOf(err) != models.Invalid {
		t.Errorf("nothing taught something: %v", err)
	}
	if fmt.Sprint(urgencyBy(nil, outageText)) != fmt.Sprint(urgencyBy((*triage.Weights)(nil), outageText)) {
		t.Error("no weights are not those that ship")
	}
}
