package decision

import (
	"context"
	"strings"
	"testing"
	"time"

	"remit/models"
)

// counsel is a judge in place for urgency that always says P2.
type counsel struct{ asked int }

func (c *counsel) Name() string             { return "http/m" }
func (c *counsel) InPlace() []models.Matter { return []models.Matter{models.MatterUrgency} }
func (c *counsel) Limit() time.Duration     { return 5 * time.Second }
func (c *counsel) Ask(context.Context, models.Ticket) (models.Opinion, error) {
	c.asked++
	return models.Opinion{Priority: models.P2, Confidence: .9, Draft: "We are on it."}, nil
}

func TestATicketThatHasWaitedLongEnoughIsNotAskedAbout(t *testing.T) {
	c := &counsel{}
	e := &Engine{Adviser: c, Now: func() time.Time { return noon }}
	ticket := models.Ticket{Text: "help"}
	for name, tc := range map[string]struct {
		waited time.Duration
		asked  int
		why    string
	}{
		"just now":           {0, 1, ""},
		"six seconds ago":    {6 * time.Second, 0, "waited long enough"},
		"an outage long ago": {time.Hour, 0, "waited long enough"},
	} {
		c.asked = 0
		a := e.opinion(t.Context(), ticket, noon.Add(-tc.waited))
		if c.asked != tc.asked || !strings.Contains(a.Why, tc.why) || (a.Why == "") != a.On(models.MatterUrgency) || a.Draft != "" {
			t.Errorf("%s: asked %d times, got %+v", name, c.asked, a)
		}
	}
	e.Adviser = nil
	if a := e.opinion(t.Context(), ticket, noon); a.Why == "" {
		t.Error("once nobody is in place, somebody is gone by")
	}
}

func TestWhatIsStatedIsWorthWhatPeopleSaid(t *testing.T) {
	past := func(n int, b Besides) (out []Besides) {
		for range n {
			out = append(out, b)
		}
		return out
	}
	cases := map[string]struct {
		past        []Besides
		least, most float64
	}{
		"nobody said anything":    {nil, Prior, Prior},
		"five of five":            {past(5, Besides{Stated: .9, OtherRight: true}), .5, .85},
		"five hundred of as many": {past(500, Besides{Stated: .9, OtherRight: true}), .95, 1},
		"none of five hundred":    {past(500, Besides{Stated: .9, OwnRight: true}), 0, .05},
	}
	for name, c := range cases {
		if got := PastOf(.9, c.past).Worth; got < c.least || got > c.most {
			t.Errorf("%s: a stated 90 %% is worth %.3f, want %.2f to %.2f", name, got, c.least, c.most)
		}
	}
	p := PastOf(.9, append(past(3, Besides{Same: true, OwnRight: true, OtherRight: true}), append(past(2, Besides{OwnRight: true}), past(4, Besides{Alone: true, OtherRight: true})...)...))
	if p.Same != 3 || p.SameRight != 3 || p.Apart != 2 || p.OwnRight != 2 || p.OtherRight != 0 {
		t.Errorf("got %+v: where one had no opinion they did not differ", p)
	}
}
