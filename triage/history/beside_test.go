package history_test

import (
	"fmt"
	"strings"
	"testing"

	"remit/models"
	"remit/triage/history"
)

func TestAStatedConfidenceIsWorthWhatPeopleBearOut(t *testing.T) {
	decisions := map[string]models.Decision{}
	var said []models.Second
	for i := range 200 {
		id := fmt.Sprint(i)
		final := "P2"
		if i%2 == 0 {
			final = "P3" // the other judge says P2 each time, always 95 % sure, and is right half of the time
		}
		decisions[id] = models.Decision{Final: final, Value: "P3", State: models.Applied, Answers: []models.Answer{{By: models.Actor{Kind: models.ByPerson}, Kind: models.AnswerOverride, Value: final}}}
		said = append(said, models.Second{DecisionID: id, Own: "P3", Other: "P2", Confidence: 0.95})
	}
	said = append(said, models.Second{DecisionID: "none", Own: "P1", Error: "down"}, models.Second{DecisionID: "open", Own: "P1", Other: "P1", Confidence: 0.9})
	b := history.Compare("openai/m", said, decisions)
	if b.Asked != 202 || b.Failed != 1 || b.Agreed != 1 || b.Judged != 200 || b.OwnRight != 100 || b.OtherRight != 100 {
		t.Errorf("got %+v", b)
	}
	if b.Worth90 > 0.6 {
		t.Errorf("a judge that is right half of the time is believed at %.2f", b.Worth90)
	}
	if !strings.Contains(b.Says(), "Of 200 that people settled remit was right on 100 and it on 100") {
		t.Errorf("got %q", b.Says())
	}
}
