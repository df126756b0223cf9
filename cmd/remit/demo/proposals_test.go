package demo

import (
	"testing"

	"remit/examples/proposer"
	"remit/models"
)

func TestWhatPeopleSayToTheDemosProposersReachesThem(t *testing.T) {
	s := played(t)
	asked, err := s.app.Store.InState(t.Context(), "stock", models.Asked)
	if err != nil || len(asked) != 3 {
		t.Fatalf("got %d asked, %v; want three orders", len(asked), err)
	}
	ben, _ := s.app.Config.ByID("ben")
	for _, d := range asked {
		if d.Confidence != .5 || d.Stated < .3 {
			t.Errorf("%s: got %.2f of a stated %.2f, want even odds", d.Title, d.Confidence, d.Stated)
		}
		_, err := s.app.Engine.Resolve(t.Context(), d.ID, ben, models.Answer{Kind: models.AnswerApprove, Via: "console", Version: d.Version})
		if err != nil {
			t.Errorf("%s: %v", d.Title, err)
		}
	}
	if err := s.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.receivers.answered.Load(); n != 3 {
		t.Fatalf("the warehouse heard %d outcomes, want 3", n)
	}
	s.receivers.outcomes.Range(func(_, v any) bool {
		if o := v.(proposer.Outcome); o.Outcome != "approved" || !o.Do() {
			t.Errorf("got %+v", o)
		}
		return true
	})
}
