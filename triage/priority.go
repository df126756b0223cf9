package triage

import (
	"math"
	"slices"
	"strconv"

	"remit/models"
)

// weighed is the case for a priority: points for and against, each with its reason.
type weighed struct {
	reasons  [32]models.Reason // Weight holds points until they are shared out
	n        int
	score    float64
	up, down bool // something in it is evidence for more, or for less, urgency than usual
}

func (w *weighed) add(code, text string, points float64) {
	if w.n < len(w.reasons) {
		w.reasons[w.n] = models.Reason{Code: code, Text: text, Weight: points}
		w.n++
	}
	w.score += points
}

// firm adds what is evidence enough to change a priority that somebody has set.
func (w *weighed) firm(code, text string, points float64) {
	w.add(code, text, points)
	w.up, w.down = w.up || points > 0, w.down || points < 0
}

// priority proposes how soon the ticket must be seen to.
func priority(c *situation) (models.Proposal, bool) {
	w := weighed{score: baseScore}
	c.weighText(&w)
	textual := w.n
	c.weighTone(&w)
	if c.hearLevel(&w) {
		textual = w.n
	}
	c.weighThread(&w)
	c.weighAccount(&w)
	c.weighClock(&w)
	v := c.settle(&w, textual)
	p := c.adviseUrgency(models.Proposal{
		Action: models.ActionPriority, Item: c.Ticket.ID, Value: string(v.value), Before: string(c.Ticket.Priority),
		Confidence: c.caution(v.confidence), Reasons: append(v.reasons, c.notes(v.score)...), Options: others(v.value),
		Segment: c.segment, Model: c.urgencyModel(),
	})
	value := models.Priority(p.Value)
	c.Facts.Due = c.policy.DueFor(*c.Ticket, value)
	p.Reasons = append(p.Reasons, c.promise(value)...)
	return p, true
}

func priorityAt(score float64) models.Priority {
	switch {
	case score >= p1Score:
		return models.P1
	case score >= p2Score:
		return models.P2
	case score >= p3Score:
		return models.P3
	}
	return models.P4
}

func others(value models.Priority) []string {
	out := make([]string, 0, 3)
	for _, p := range models.Priorities() {
		if p != value {
			out = append(out, string(p))
		}
	}
	return out
}

// toCut gives the distance of the score from the nearest cut point, and the priority beyond it.
func toCut(score float64) (distance float64, across models.Priority) {
	distance = math.Inf(1)
	for _, cut := range [...]float64{p1Score, p2Score, p3Score} {
		if d := math.Abs(score - cut); d < distance {
			distance, across = d, priorityAt(cut)
			if score >= cut {
				across = priorityAt(cut - 0.01)
			}
		}
	}
	return distance, across
}

// Confidence starts at even odds on a cut point and approaches maxConfidence away from it. Where no words were found that
// bear on urgency, silence is thin evidence.
const (
	maxConfidence = 0.97
	nearCut       = 0.5
	reachOfCut    = 1.6 // points
	wordless      = 0.8
)

func sure(score float64, textual int) float64 {
	d, _ := toCut(score)
	p := beyond(d)
	if textual == 0 {
		p *= wordless
	}
	return p
}

// beyond gives how sure it is that a score lies on the side of a cut point that it is d points into.
func beyond(d float64) float64 {
	return nearCut + (maxConfidence-nearCut)*(1-math.Exp(-d/reachOfCut))
}

// Factors by which confidence falls.
const (
	emptyFactor   = 0.4
	shortFactor   = 0.85
	foreignFactor = 0.55
	attackFactor  = 0.5
	unknownFactor = 0.92
	staleFactor   = 0.94
	logFactor     = 0.9
	cutFactor     = 0.9
)

// caution lowers a confidence for what the judge could not read or does not know.
func (c *situation) caution(p float64) float64 {
	switch n := len(c.r.words); {
	case n < emptyWords:
		p *= emptyFactor
	case n < shortWords:
		p *= shortFactor
	}
	p *= 1 - (1-foreignFactor)*c.foreign
	p *= 1 - (1-attackFactor)*c.attack
	switch {
	case c.Account == nil:
		p *= unknownFactor
	case c.stale():
		p *= staleFactor
	}
	if c.r.logLines*8 > len(c.r.words) {
		p *= logFactor
	}
	if c.r.truncated {
		p *= cutFactor
	}
	return math.Round(100*min(p, maxConfidence)) / 100
}

// notes gives the reasons for caution, which weigh nothing.
func (c *situation) notes(score float64) []models.Reason {
	var out []models.Reason
	note := func(is bool, code, text string) {
		if is {
			out = append(out, models.Reason{Code: code, Text: text})
		}
	}
	if d, across := toCut(score); d < 0.5 {
		note(true, "borderline", "Close to "+string(across))
	}
	note(c.attack > 0, "injection", "Speaks to a language model, which nobody obeyed")
	note(len(c.r.words) < emptyWords, "empty", "There is hardly any text to go by")
	note(c.foreign >= 0.5, "unknown_language", "Does not look like English, so the words may be misread")
	note(c.r.truncated, "truncated", "Very long: only the beginning was read")
	if n := c.r.logLines; n > 0 {
		note(true, "log", "Passed over as code or a log: "+plural(n, "line"))
	}
	switch {
	case c.Account == nil:
		note(true, "account.unknown", "Nothing is known of this account")
	case c.stale():
		days := int(c.Now.Sub(c.Account.UpdatedAt).Hours() / 24)
		note(true, "account.stale", "What is known of this account is "+plural(days, "day")+" old")
	}
	return append(out, c.hard()...)
}

// share turns points into shares of the whole, for and against the side of the middle that the score is on, the
// strongest first.
func (w *weighed) share() []models.Reason {
	total := 0.0
	for _, r := range w.reasons[:w.n] {
		total += math.Abs(r.Weight)
	}
	if total == 0 {
		return nil
	}
	if w.score < baseScore {
		total = -total
	}
	out := make([]models.Reason, w.n, w.n+4)
	copy(out, w.reasons[:w.n])
	slices.SortStableFunc(out, func(a, b models.Reason) int {
		return int(1e6*math.Abs(b.Weight)) - int(1e6*math.Abs(a.Weight))
	})
	for i := range out {
		out[i].Weight = math.Round(1000*out[i].Weight/total) / 1000
	}
	return out
}

// familyShare is the share of its weight that a rule has beside a heavier one of its family.
const familyShare = 0.25

// weighText adds what the words say.
func (c *situation) weighText(w *weighed) {
	for i := range rules {
		f := &c.said[i]
		if f.strength == 0 || rules[i].weight == 0 {
			continue
		}
		points := rules[i].weight * f.amount
		if c.overshadowed(i) {
			points *= familyShare
		}
		if i == questionRule && c.serious() {
			points *= familyShare
		}
		if says := c.r.say(rules[i].says, f.spans[:]); rules[i].weak || f.strength < firmStrength {
			w.add(codes[i].text, says, points)
		} else {
			w.firm(codes[i].text, says, points)
		}
	}
	c.weighSize(w)
	if p := c.pressing(); p > 0 {
		w.firm("text.deadline", c.r.say("Is due "+inDays(c.due.days)+c.due.leeway(), []span{c.due.span}), deadlinePoints*p)
	}
}

// overshadowed reports whether another rule of the family found more.
func (c *situation) overshadowed(i int) bool {
	if rules[i].family == "" {
		return false
	}
	own := math.Abs(rules[i].weight * c.said[i].amount)
	for k := range rules {
		its := math.Abs(rules[k].weight * c.said[k].amount)
		if k != i && rules[k].family == rules[i].family && (its > own || its == own && its > 0 && k < i) {
			return true
		}
	}
	return false
}

// seriousWeight is the weight from which a rule tells of something that went wrong.
const seriousWeight = 1.25

// serious reports whether something went wrong, so that a question about it is more than a question.
func (c *situation) serious() bool {
	for i := range rules {
		if c.said[i].strength == 1 && rules[i].weight >= seriousWeight {
			return true
		}
	}
	return false
}

// weighSize adds the numbers of people and the money that the text names; they count only where something is wrong.
func (c *situation) weighSize(w *weighed) {
	if c.size.users >= manyUsers && c.serious() && c.said[manyRule].strength == 0 {
		points := min(maxUserPoints, userPoints*math.Log10(float64(c.size.users)))
		w.firm("text.users", c.r.say("Names how many are affected", []span{{c.size.userAt, min(c.size.userAt+2, int32(len(c.r.words)))}}), points)
	}
	if c.size.money >= 1000 && c.said[moneyRule].strength+c.said[refundRule].strength > 0 {
		points := min(maxMoneyPoints, math.Log10(float64(c.size.money))-2)
		w.add("text.amount", c.r.say("Names the amount", []span{{c.size.moneyAt, c.size.moneyAt + 1}}), points)
	}
}

func inDays(n int) string {
	switch n {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	}
	return "in " + plural(n, "day")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// say gives a sentence with the words that it rests on: Angry: 'third time', 'unacceptable'. It is made in one piece, for
// many are made for each ticket.
func (r *reading) say(says string, spans []span, after ...string) string {
	b := append(r.scratch[:0], says...)
	sep := ": '"
	for _, s := range spans {
		if s.to == 0 {
			break
		}
		start, end := r.words[s.from].start, r.words[s.to-1].end
		b = append(b, sep...)
		b = append(b, r.lower[start:min(end, start+maxQuote)]...)
		b = append(b, '\'')
		sep = ", '"
	}
	for _, a := range after {
		b = append(b, a...)
	}
	r.scratch = b
	return models.CleanText(string(b))
}
