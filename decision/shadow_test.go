package decision

import (
	"context"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"remit/models"
)

func bouts(onlyChampion, onlyChallenger, both, neither int) (bs []Bout) {
	for _, kind := range []struct {
		n int
		b Bout
	}{
		{onlyChampion, Bout{Known: true, Champion: true}},
		{onlyChallenger, Bout{Known: true, Challenger: true}},
		{both, Bout{Known: true, Champion: true, Challenger: true, Same: true}},
		{neither, Bout{Known: true, Same: true}},
	} {
		for range kind.n {
			bs = append(bs, kind.b)
		}
	}
	return append(bs, Bout{Same: true}) // one that nobody has judged
}

func TestADuelIsWonByMoreThanLuck(t *testing.T) {
	for name, c := range map[string]struct {
		bouts  []Bout
		chance float64 // by hand: twice the tail of a fair coin
		says   string
	}{
		"nine of ten":          {bouts(1, 9, 50, 5), 2 * 11.0 / 1024, "The challenger is better"},
		"the other way":        {bouts(9, 1, 50, 5), 2 * 11.0 / 1024, "The champion is better"},
		"three of four":        {bouts(1, 3, 50, 5), 2 * 5.0 / 16, "No difference is shown"},
		"level":                {bouts(4, 4, 0, 0), 1, "No difference is shown"},
		"nothing to tell them": {bouts(0, 0, 9, 1), 1, "No difference is shown"},
		"nobody has judged":    {nil, 1, "people have judged none"},
	} {
		t.Run(name, func(t *testing.T) {
			d := CompareShadow(c.bouts)
			if math.Abs(d.Chance-c.chance) > 1e-9 || !strings.HasPrefix(d.Says(), c.says) && !strings.Contains(d.Says(), c.says) {
				t.Errorf("got p = %v: %s", d.Chance, d.Says())
			}
			if d.Seen != len(c.bouts) || d.Champion+d.OnlyChallenger != d.Challenger+d.OnlyChampion {
				t.Errorf("got %+v", d)
			}
		})
	}
}

func TestABacktestIsADuelOfPolicies(t *testing.T) {
	p := loadPolicy(t, smallPolicy)
	past := month(p, 60)
	var verdicts []Verdict
	for _, r := range past {
		verdicts = append(verdicts, Verdict{DecisionID: r.Decision.ID, Wrong: r.Decision.Confidence < .925, Earns: true})
	}
	stricter := changed(t, "priority: {level: act, max_error: 10%", "priority: {level: act, max_error: 8%")
	r := Backtest(past, verdicts, p, stricter)
	d := r.Duel()
	if d.Seen != 120 || d.Judged != 120 || d.OnlyChallenger != 6 || d.OnlyChampion != 0 || d.Same != 114 {
		t.Errorf("got %+v of %+v", d, r)
	}
}

func TestABoutIsHeldAgainstWhatAPersonChose(t *testing.T) {
	d := models.Decision{ID: "d", Action: models.ActionPriority, Value: "P3", Before: "P3", State: models.Applied}
	sam := models.Actor{Kind: models.ByPerson, ID: "sam"}
	settled := func(a models.Answer) models.Decision {
		d := d
		a.By = sam
		d.Answers = []models.Answer{a}
		return d
	}
	to := models.Answer{Kind: models.AnswerOverride, Value: "P1"}
	audited := d
	audited.Autonomous, audited.AuditState, audited.Audited = true, models.AuditAnswered, models.Answer{By: sam, Kind: models.AnswerOverride, Value: "P1"}
	for name, c := range map[string]struct {
		d      models.Decision
		shadow string
		want   Bout
	}{
		"the challenger saw what a person saw":   {settled(to), "P1", Bout{Known: true, Challenger: true}},
		"both were wrong":                        {settled(to), "P4", Bout{Known: true}},
		"it would have proposed nothing":         {settled(to), "", Bout{Known: true, Same: true}},
		"an approval is of the champion":         {settled(models.Answer{Kind: models.AnswerApprove}), "P1", Bout{Known: true, Champion: true}},
		"one click for many proves nothing":      {settled(models.Answer{Kind: models.AnswerApprove, Bulk: true}), "P1", Bout{}},
		"an audit tells":                         {audited, "P1", Bout{Known: true, Challenger: true}},
		"what nobody looked at tells nothing":    {d, "P1", Bout{}},
		"the same is the same, judged or not":    {d, "P3", Bout{Same: true}},
		"settled upstream by a person tells too": {settled(models.Answer{Kind: models.AnswerUpstream, Value: "P1"}), "P1", Bout{Known: true, Challenger: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := BoutOf(c.d, models.Shadow{Value: c.shadow, Confidence: .9}, FaultOf(c.d.Action)); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// judgedBy is a TicketJudge of a function.
type judgedBy func(models.Facts) models.Judgement

func (f judgedBy) Decide(facts models.Facts, _ models.TriageRules) models.Judgement { return f(facts) }

// madeOf is what a batch causes that decided on one ticket.
func madeOf(id string) Changes {
	d := models.Decision{ID: id, Domain: models.Triage, Action: models.ActionPriority, FactsID: "fct_" + id}
	return Changes{At: noon, Decisions: []models.Decision{d}, Snapshots: []models.Snapshot{{ID: d.FactsID, Facts: ticketFactsOf(nil)}}}
}

func shadowsOf(t *testing.T, rivals ...Rival) (s *Shadows, kept <-chan models.Shadow) {
	out := make(chan models.Shadow, 1000)
	s = NewShadows(func() []Rival { return rivals }, func(_ context.Context, shadows []models.Shadow) error {
		for _, sh := range shadows {
			out <- sh
		}
		return nil
	}, 500*time.Millisecond, slog.New(slog.DiscardHandler))
	return s, out
}

// running runs the shadows until the test is over, and waits for them.
func running(t *testing.T, s *Shadows) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
}

func toP1(f models.Facts) models.Judgement {
	if f.Tone != nil {
		return models.Judgement{} // it must not be shown what the live judge made of the facts
	}
	return models.Judgement{Proposals: []models.Proposal{{Action: models.ActionPriority, Value: "P1", Confidence: .7}}}
}

func TestARivalJudgesTheSameFactsAndNothingComesOfIt(t *testing.T) {
	s, kept := shadowsOf(t, Rival{"newer/2", judgedBy(toP1)})
	s.Limit = time.Minute
	running(t, s)
	s.see(madeOf("dec_1"), models.TriageRules{})
	want := models.Shadow{DecisionID: "dec_1", Candidate: "newer/2", Value: "P1", Confidence: .7, At: noon}
	if got := <-kept; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestARivalHoldsNothingUp(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	stuck := func(models.Facts) models.Judgement { <-release; return models.Judgement{} }
	broken := func(models.Facts) models.Judgement { panic("a rival's bug") }
	s, kept := shadowsOf(t, Rival{"stuck/1", judgedBy(stuck)}, Rival{"broken/1", judgedBy(broken)}, Rival{"newer/2", judgedBy(toP1)})
	for range waitingKept + 10 {
		s.see(madeOf("dec_1"), models.TriageRules{}) // nobody runs: were it to wait, this would never end
	}
	if got := s.Dropped(); got != 10 {
		t.Errorf("%d were dropped, want what did not fit", got)
	}
	running(t, s)
	for range 3 {
		if got := <-kept; got.Candidate != "newer/2" {
			t.Errorf("got %+v, want those of the one that works", got)
		}
	}
	if !s.isBarred("stuck/1") || !s.isBarred("broken/1") || s.isBarred("newer/2") {
		t.Errorf("barred: %v", s.barred)
	}
}

func TestWithoutRivalsNothingIsKept(t *testing.T) {
	var none *Shadows
	none.see(madeOf("dec_1"), models.TriageRules{})
	s, _ := shadowsOf(t)
	s.see(madeOf("dec_1"), models.TriageRules{})
	if len(s.waiting) != 0 || s.Dropped() != 0 {
		t.Errorf("%d wait", len(s.waiting))
	}
}
