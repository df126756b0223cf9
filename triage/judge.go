package triage

import (
	"sync"

	"remit/models"
	"remit/triage/intent"
	"remit/triage/level"
)

// Model is the name and version that proposals of this judge carry.
const Model = "triage-signals/1"

// Judge judges tickets by documented signals. It holds nothing but its tables: make one and share it.
type Judge struct {
	lex       *lexicon
	calendar  calendar
	intents   *intent.Model // nil: see WithIntents
	answers   *Answers      // nil: see WithAnswers
	approvals Approvals
	odds      Odds         // see WithOdds
	levels    *level.Model // nil: see WithLevels
	readings  sync.Pool
}

// New makes a judge; it takes some milliseconds.
func New(options ...Option) *Judge {
	phrases := make([]string, 0, len(rules)+len(tones))
	for _, r := range rules {
		phrases = append(phrases, r.phrases)
	}
	for _, t := range tones {
		phrases = append(phrases, t.phrases)
	}
	lex := compile(phrases)
	j := &Judge{lex: lex, calendar: newCalendar(lex)}
	j.readings.New = func() any { return new(reading) }
	for _, o := range options {
		o(j)
	}
	return j
}

// Decide gives the facts with tone and signals added, and what should be done about the ticket. It depends on its
// arguments alone, changes nothing that they point to, and may be called from many goroutines at once.
//
// There are no proposals for a ticket that is closed, nor after a message from anybody but the customer. A priority is
// proposed whenever there is a text, also the one the ticket has already; the other actions only where they change
// something. What the judge is not even half sure of is left out, but for a priority where something grave may be meant and
// for texts that a person should look at anyway.
func (j *Judge) Decide(f models.Facts, policy models.TriageRules) models.Judgement {
	if f.Ticket == nil {
		return models.Judgement{Facts: f}
	}
	r := j.readings.Get().(*reading)
	defer j.readings.Put(r)
	f.Intent = nil
	c := j.read(r, f, policy)
	f.Intent = c.Facts.Intent
	tone := c.mood.Tone
	f.Tone, f.Complexity = &tone, c.complex
	out := models.Judgement{Facts: f}
	if !f.Ticket.Closed() && !byStaff(f) && (c.spoken() || spoke(f.Event)) {
		out.Proposals = c.propose()
		out.Facts.Due = c.Facts.Due
	}
	out.Facts.Advice, out.Facts.Signals = c.Advice, c.signals()
	return out
}

func (c *situation) propose() []models.Proposal {
	guarded := c.guarded()
	out := make([]models.Proposal, 0, 4)
	for _, propose := range [...]func(*situation) (models.Proposal, bool){priority, route, tags, reply} {
		if p, ok := propose(c); ok && (p.Confidence >= worthSaying || guarded || c.grave(p)) && p.Check() == nil {
			out = append(out, p)
		}
	}
	return out
}

// guarded reports whether there is something that a person should look at whatever the judge makes of the rest.
func (c *situation) guarded() bool {
	return c.attack > 0 || c.foreign >= 0.5 || len(c.r.words) < emptyWords ||
		max(c.said[safetyRule].strength, c.said[securityRule].strength, c.said[legalRule].strength) >= 0.5
}

// grave reports a priority that a person should see however unsure the judge is: it is a high one, or the text has evidence
// of urgency. To leave it out would lose a bad day; to ask about it takes somebody a moment.
func (c *situation) grave(p models.Proposal) bool {
	if p.Action != models.ActionPriority {
		return false
	}
	return models.Priority(p.Value) < models.P3 || c.presses()
}

// presses reports whether the words are evidence of urgency: a rule that is more than a shift of the scales, or a deadline.
func (c *situation) presses() bool {
	for i, f := range c.said {
		if rules[i].weight > 0 && !rules[i].weak && f.strength >= firmStrength {
			return true
		}
	}
	return c.pressing() > 0
}

// spoke reports an event that is a message.
func spoke(e models.EventKind) bool { return e == models.TicketCreated || e == models.TicketCommented }

// situation is all that the proposals are made from.
type situation struct {
	models.Facts
	policy    models.TriageRules
	intents   *intent.Model
	answers   *Answers
	approvals Approvals
	odds      Odds
	levels    *level.Model
	opinion   *level.Opinion    // what levels makes of it; nil: nothing, see hearLevel
	guess     intent.Prediction // what intents makes of it, or another judge in its place; see understand
	instead   bool              // guess is another judge's
	aside     []models.Reason   // what is to be said of another judge's word on intents
	heard     string            // what another judge makes of the tone, where that is gone by; else empty
	r         *reading
	mood      mood
	said      [ruleCount]finding
	due       deadline
	size      size
	complex   float64

	text    string // see reading.lower; filled when queues or macros need it
	newest  string // the part of text that is the subject and the newest message
	lang    string
	segment string // see slice
	foreign float64
	pii     float64
	attack  float64
}

// read finds everything there is to find in the ticket.
func (j *Judge) read(r *reading, f models.Facts, policy models.TriageRules) *situation {
	r.reset(j.lex, len(rules)+len(tones))
	r.ticket(*f.Ticket)
	j.lex.match(r)
	j.lex.judge(r)
	c := &situation{Facts: f, policy: policy, intents: j.intents, answers: j.answers, approvals: j.approvals, odds: j.odds, levels: j.levels, r: r}
	c.disobey()
	c.mood = hear(r)
	c.feel()
	c.listen()
	c.lang, c.foreign = r.language()
	if c.attack == 0 {
		c.due = j.calendar.deadline(r, f, policy.Zone, c.dateOrder())
		c.size = r.sizes()
	}
	c.segment = c.slice()
	c.pii = personal(f.Ticket.Subject, f.Ticket.Latest())
	if len(policy.Queues) > 0 || len(policy.Macros) > 0 || j.intents != nil || j.answers != nil {
		c.text = string(r.lower)
		c.newest = c.text[:r.newestEnd()]
	}
	c.understand()
	c.complex = c.complexity()
	return c
}

// spoken reports whether the customer said anything in words.
func (c *situation) spoken() bool { return len(c.r.words) > 0 }

// slice is what people know this sort of ticket by: plan and language.
func (c *situation) slice() string {
	tier := "unknown tier"
	if c.Account != nil && c.Account.Tier != "" {
		tier = c.Account.Tier
	}
	return tier + "/" + c.language()
}

// language gives what the text looks like, or what the helpdesk says where the text is too short to tell.
func (c *situation) language() string {
	if c.lang != unclear || c.Ticket.Language == "" || len(c.r.words) > 4 {
		return c.lang
	}
	return primary(c.Ticket.Language)
}

// primary gives "en" of "en-GB".
func primary(tag string) string {
	n := 0
	for n < len(tag) && n < 3 && tag[n] >= 'a' && tag[n] <= 'z' {
		n++
	}
	if n < 2 {
		return unclear
	}
	return tag[:n]
}
