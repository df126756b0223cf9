package triage

import "remit/models"

// ruleCount is the number of rules.
const ruleCount = len(rules)

// finding is what the text said of one rule.
type finding struct {
	strength float64 // of the strongest phrase: 1, less where it is supposed or old
	amount   float64 // strength with what further phrases add
	spans    [3]span
}

// Further phrases of a rule add this share of the first, up to the limit.
const (
	furtherShare = 0.25
	furtherLimit = 1.5
)

// listen sums the hits by rule.
func (c *situation) listen() {
	c.ask()
	for _, h := range c.r.hits {
		if int(h.entry) >= ruleCount || h.negated || h.strength == 0 {
			continue
		}
		if rules[h.entry].opens && !c.r.opens(h.from) {
			continue
		}
		f := &c.said[h.entry]
		switch {
		case f.strength == 0:
			f.amount = h.strength
		case !c.r.repeats(f.spans[:], h):
			f.amount = min(furtherLimit, max(f.amount, h.strength)+furtherShare*h.strength)
		}
		if !c.r.repeats(f.spans[:], h) {
			f.keep(span{h.from, h.to})
		}
		f.strength = max(f.strength, h.strength)
	}
}

// ask takes the force of grave words that only a question is about: "how do I order a replacement for a stolen card". What
// the writer calls their own has happened: "how do I block my stolen card".
func (c *situation) ask() {
	for _, q := range c.r.hits {
		if int(q.entry) != questionRule || !c.r.opens(q.from) {
			continue
		}
		clause := c.r.words[q.to-1].clause
		for i := range c.r.hits {
			h := &c.r.hits[i]
			if h.from >= q.to && c.r.words[h.from].clause == clause && int(h.entry) < ruleCount && rules[h.entry].grave() && !c.r.owned(q.to, h.to) {
				h.strength = min(h.strength, supposed)
			}
		}
	}
}

// graveWeight is the weight from which a rule is about something that must have happened to count.
const graveWeight = 4

func (r *rule) grave() bool { return r.weight >= graveWeight }

// owned reports whether one of the words says whose it is.
func (r *reading) owned(from, to int32) bool {
	for _, w := range r.words[from:to] {
		if w.id >= 0 && r.lex.traits[w.id]&owns != 0 {
			return true
		}
	}
	return false
}

// repeats reports whether a hit says what one of the spans has said: "the issue" a second time is not a second issue.
func (r *reading) repeats(spans []span, h hit) bool {
	for _, s := range spans {
		if s.to-s.from == h.to-h.from && r.words[s.from].id == r.words[h.from].id && r.words[s.to-1].id == r.words[h.to-1].id {
			return true
		}
	}
	return false
}

// openingWords is how many words may stand before what opens a sentence: "Hi, so how do I ...".
const openingWords = 3

// opens reports whether a word is near the beginning of its sentence.
func (r *reading) opens(i int32) bool {
	first := i - openingWords - 1
	return first < 0 || r.words[first].sentence != r.words[i].sentence
}

func (f *finding) keep(s span) {
	for i := range f.spans {
		if f.spans[i].to == 0 {
			f.spans[i] = s
			return
		}
	}
}

// disobey finds text that speaks to a language model. Nothing else in that line of thought counts: not in its sentence,
// nor in the two that follow, where the orders are given.
func (c *situation) disobey() {
	const orders = 2
	until, from := int32(-1), int32(0)
	for i := range c.r.hits {
		h := &c.r.hits[i]
		s := c.r.words[h.from].sentence
		if int(h.entry) == injectionRule && !h.negated {
			c.attack = max(c.attack, h.strength)
			from, until = s, max(until, s+orders)
			c.hush(from, until)
		}
	}
}

func (c *situation) hush(from, until int32) {
	for i := range c.r.hits {
		h := &c.r.hits[i]
		if s := c.r.words[h.from].sentence; int(h.entry) != injectionRule && s >= from && s <= until {
			h.strength = 0
		}
	}
}

// Lines between nothing to speak of and something.
const (
	emptyWords     = 3  // fewer say nothing
	shortWords     = 6  // fewer say little
	incidentSurely = 20 // so many are
	soonDays       = 7  // a deadline further off presses nobody
	manyUsers      = 10
	renewalDays    = 30
	maxQuote       = 60 // bytes
)

// other are the signals that do not come from a rule.
var other = [...]string{
	"deadline", "incident", "angry", "pii", "unknown_language", "empty", "truncated", "log",
	"unknown_account", "stale_account", "complex", "out_of_scope",
	"emotion_unusual", "emotion_rising", "complexity_unusual", "sla", "judges_differ",
}

// signals gives the findings by name, keeping those of others.
func (c *situation) signals() []models.Signal {
	out := make([]models.Signal, 0, len(c.Facts.Signals)+8)
	for _, s := range c.Facts.Signals {
		if !isOurs(s.Name) {
			out = append(out, s)
		}
	}
	say := func(name string, strength float64) {
		if strength > 0 {
			out = append(out, models.Signal{Name: name, Strength: min(1, strength)})
		}
	}
	for i := range rules {
		if rules[i].signal {
			say(rules[i].name, c.said[i].strength)
		}
	}
	for i, strength := range c.circumstances() {
		say(other[i], strength)
	}
	return out
}

// circumstances gives the strengths of the other signals, in their order.
func (c *situation) circumstances() [len(other)]float64 {
	return [...]float64{
		c.pressing(), c.incident(), c.mood.Anger * when(c.mood.Anger >= loud), c.pii, c.foreign,
		when(len(c.r.words) < emptyWords), when(c.r.truncated), when(c.r.logLines > 0),
		when(c.Account == nil), when(c.stale()), c.complex * when(c.complex >= complexFrom), c.guess.OOS * when(c.guess.Outside),
		c.unusualEmotion(), c.rising(), c.unusualComplexity(), c.lateness(), when(c.differs()),
	}
}

func when(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func isOurs(name string) bool {
	for i := range rules {
		if rules[i].signal && rules[i].name == name {
			return true
		}
	}
	return isOneOf(name, other[:])
}

// pressing gives 1 for a deadline today or tomorrow, falling to 0 at a week.
func (c *situation) pressing() float64 {
	if !c.due.known || c.due.days >= soonDays {
		return 0
	}
	return min(1, 1-float64(c.due.days-1)/(soonDays-1))
}

// incident gives how sure it is that this ticket is one of many about the same thing.
func (c *situation) incident() float64 {
	if c.Similar < models.IncidentFrom {
		return 0
	}
	return min(1, 0.5+0.5*float64(c.Similar-models.IncidentFrom)/(incidentSurely-models.IncidentFrom))
}

// stale reports whether what is known of the account is too old to be relied on.
func (c *situation) stale() bool {
	return c.Account != nil && c.policy.AccountAge > 0 && c.Account.Stale(c.Now, c.policy.AccountAge)
}
