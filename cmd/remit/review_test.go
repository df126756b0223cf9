package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/decision"
	"remit/models"
	"remit/review"
	"remit/store"
)

// answered keeps n decisions of yesterday that people answered, every tenth otherwise.
func (o *office) answered(n int) {
	o.Helper()
	s, err := store.Open(o.Context(), store.Options{URL: "sqlite://" + filepath.Join(o.dir, "remit.db"), Now: func() time.Time { return o.now }})
	if err != nil {
		o.Fatal(err)
	}
	defer s.Close()
	c := decision.Changes{At: o.now}
	for i := range n {
		at := o.now.Add(-24*time.Hour + time.Duration(i)*time.Minute)
		d := models.Propose(models.Event{ID: fmt.Sprint("ev", i)}, models.Proposal{Action: models.ActionHold, Item: fmt.Sprint("payable:erp:", i), Value: "hold", Before: "release", Confidence: .8}, at)
		a := models.Answer{By: models.Actor{Kind: models.ByPerson, ID: "sam"}, Kind: models.AnswerApprove, At: at.Add(20 * time.Minute)}
		if i%10 == 0 {
			a.Kind, a.Value, a.Reason = models.AnswerOverride, "release", "known_vendor"
		}
		d.State, d.Final, d.Answers = models.Applied, d.Choice(a), []models.Answer{a}
		c.Decisions = append(c.Decisions, d)
	}
	if err := s.Commit(o.Context(), c); err != nil {
		o.Fatal(err)
	}
}

func TestReviewSaysWhatHappened(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.must("Nothing was decided in this period", "review")
	o.answered(30)
	o.must("| agreement | 90 % of 30", "review", "--since", "2d")
	o.must("known vendor: 3 times", "review")
	o.must("Nothing was decided", "review", "--since", "2h")
	page, md := filepath.Join(o.dir, "r.html"), filepath.Join(o.dir, "r.md")
	if out := o.must("", "review", "--html", page, "--md", md); out != "" {
		t.Errorf("it printed %q besides", out)
	}
	for name, says := range map[string]string{page: "<figure", md: "## Hold"} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), says) {
			t.Errorf("%s lacks %q (%v)", name, says, err)
		}
	}
	var r review.Review
	if err := json.Unmarshal([]byte(o.must("{", "review", "--json")), &r); err != nil || r.Layers[0].Now.Decided != 30 {
		t.Errorf("the JSON reads back as %+v (%v)", r.Layers, err)
	}
	for args, says := range map[string]string{"--since soon": "is not a duration", "--since 0d": "is not a duration", "--week 2026-W01": "no review of"} {
		if _, err := o.run(append([]string{"review"}, strings.Fields(args)...)...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want it to say %q", args, err, says)
		}
	}
}
