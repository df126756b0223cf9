package judge

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"remit/models"
	"remit/triage"
)

// Question is what another judge is asked about a ticket.
type Question struct {
	Text     string   `json:"text"`               // subject and newest message, its writer's own words
	Labels   []string `json:"labels,omitempty"`   // the company's intents; none: no intent is asked for
	Agreed   []string `json:"-"`                  // the texts of the macros: what a draft may promise
	Language string   `json:"language,omitempty"` // of the draft, where one is known
}

// Judge gives its opinion of a question. Its errors are Unavailable where asking again may help, and Invalid where what it
// said is no opinion.
type Judge interface {
	Ask(ctx context.Context, q Question) (models.Opinion, error)
	Name() string
}

// Guard asks a judge within limits: of time, of calls a day; with redacted texts; and checks what it says.
type Guard struct {
	Judge  Judge
	Limit  time.Duration // of one call
	PerDay int           // calls a day; 0 for none at all
	Now    func() time.Time

	mu   sync.Mutex
	day  models.Day
	made int
}

// mostAsked is how much of a text leaves the building, in bytes.
const mostAsked = 8 << 10

// Ask implements Judge. Beyond the budget of the day, and when the judge takes too long, it is Unavailable.
func (g *Guard) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	if !g.take() {
		return models.Opinion{}, models.Errorf(models.Unavailable, "the budget of %d calls a day of %s is used up", g.PerDay, g.Judge.Name())
	}
	ctx, cancel := context.WithTimeout(ctx, g.Limit)
	defer cancel()
	q.Text = triage.Redact(q.Text) // first: half of a number would not be known for one
	q.Text = strings.ToValidUTF8(q.Text[:min(len(q.Text), mostAsked)], "")
	o, err := g.Judge.Ask(ctx, q)
	if ctx.Err() != nil {
		return models.Opinion{}, models.Errorf(models.Unavailable, "%s took more than %s", g.Judge.Name(), g.Limit)
	}
	if err != nil {
		return models.Opinion{}, err
	}
	o.Model = g.Judge.Name()
	return check(o, q)
}

// Name implements Judge.
func (g *Guard) Name() string { return g.Judge.Name() }

func (g *Guard) take() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if today := models.DayOf(g.Now()); today != g.day {
		g.day, g.made = today, 0
	}
	if g.made >= g.PerDay {
		return false
	}
	g.made++
	return true
}

// check gives the opinion without what is none; it is Invalid where nothing is left.
func check(o models.Opinion, q Question) (models.Opinion, error) {
	if !(o.Confidence >= 0 && o.Confidence <= 1) {
		return o, models.FieldErrorf("confidence", "%s gave a confidence that is not within 0 and 1", o.Model)
	}
	if !o.Priority.Valid() {
		o.Priority = ""
	}
	if !slices.Contains(q.Labels, o.Intent) {
		o.Intent = ""
	}
	if !(o.Anger >= 0 && o.Anger <= 1) {
		o.Anger = 0
	}
	o.Draft = models.CleanText(strings.TrimSpace(o.Draft))
	if o.Draft != "" && (models.ActionReply.Check(o.Draft) != nil || triage.Redact(o.Draft) != o.Draft || len(triage.Lint(o.Draft, q.Agreed)) > 0) {
		o.Draft = ""
	}
	if o.Priority == "" && o.Intent == "" && o.Draft == "" {
		return o, models.Errorf(models.Invalid, "%s said nothing that was asked for", o.Model)
	}
	return o, nil
}

// Or asks the first judge, and the second where the first cannot be asked or says nothing usable.
type Or struct{ First, Second Judge }

// Ask implements Judge.
func (o Or) Ask(ctx context.Context, q Question) (models.Opinion, error) {
	got, err := o.First.Ask(ctx, q)
	if err == nil || ctx.Err() != nil {
		return got, err
	}
	return o.Second.Ask(ctx, q)
}

// Name implements Judge.
func (o Or) Name() string { return o.First.Name() }
