package triage

import (
	"remit/models"
	"remit/triage/level"
)

// WithLevels has what a text says of urgency be heard as the company's own history takes it. The usual level of that history
// then stands where nothing speaks for another, in the place of P3. What else is known counts as without: the
// thread, the account, the clock, and signals in the text that the history never showed. With nil the shipped points decide alone.
func WithLevels(m *level.Model) Option { return func(j *Judge) { j.levels = m } }

// LevelText gives what a model of urgency reads of a ticket: its subject and the customer's newest message without quotations,
// signatures and logs, and the names of the signals in them. A model for the judge must be trained on such texts.
func (j *Judge) LevelText(t models.Ticket) level.Text {
	r := j.readings.Get().(*reading)
	defer j.readings.Put(r)
	c := j.read(r, models.Facts{Ticket: &t, Now: t.CreatedAt}, models.TriageRules{})
	var w weighed
	c.weighText(&w)
	c.weighTone(&w)
	return c.levelText(&w)
}

func (c *situation) levelText(w *weighed) level.Text {
	t := level.Text{}
	t.Subject, _ = ownLines(c.Ticket.Subject, maxSubject)
	t.Body, t.Logs = ownLines(c.Ticket.Latest(), maxText)
	for _, r := range w.reasons[:w.n] {
		t.Signs = append(t.Signs, r.Code)
	}
	return t
}

// hearLevel puts the opinion of the company's history in the place of the points of the text and its tone. There is no
// opinion on a text that attacks, that is in another language, or that hardly says anything; then it gives false.
func (c *situation) hearLevel(w *weighed) bool {
	if c.levels == nil || c.attack > 0 || c.foreign >= 0.5 || len(c.r.words) < emptyWords {
		return false
	}
	o := c.levels.Judge(c.levelText(w))
	own := weighed{score: middle(o.Usual)}
	switch points := middle(o.Level) - middle(o.Usual); {
	case points != 0:
		own.firm("history", c.likened(o), points)
	default:
		own.add("history", "Tickets like it were "+string(o.Level)+", as most are", 0)
	}
	for _, r := range w.reasons[:w.n] {
		if !c.levels.Knows(r.Code) && r.Weight >= seriousWeight {
			own.firm(r.Code, r.Text, r.Weight)
		}
	}
	*w = own
	c.opinion = &o
	return true
}

// likened says why the history speaks for another than the usual level.
func (c *situation) likened(o level.Opinion) string {
	says := "Tickets like it were " + string(o.Level) + " more often than the usual " + string(o.Usual)
	for i, word := range o.Words {
		sep := ", '"
		if i == 0 {
			sep = ": '"
		}
		if len(word) > maxQuote {
			word = cut(word, maxQuote)
		}
		says += sep + word + "'"
	}
	return models.CleanText(says)
}

// asLearned gives the history's own verdict, where nothing else moved it and nobody has set another priority.
func (c *situation) asLearned(w *weighed, v verdict) (verdict, bool) {
	o := c.opinion
	if o == nil || w.score != middle(o.Level) || c.Ticket.Priority != "" && c.Ticket.Priority != o.Level {
		return v, false
	}
	reasons := w.share()
	if reasons == nil { // nothing moved it
		reasons = append(reasons, w.reasons[:w.n]...)
		reasons[0].Weight = 1
	}
	return verdict{value: o.Level, confidence: min(maxConfidence, o.Confidence(c.levels)), score: w.score, reasons: reasons}, true
}

// usualLevel gives the priority that a ticket has where nobody has set one.
func (c *situation) usualLevel() models.Priority {
	if c.opinion == nil {
		return models.P3
	}
	return c.opinion.Usual
}

// urgencyModel names what the priority is proposed by.
func (c *situation) urgencyModel() string {
	if c.opinion == nil {
		return c.model()
	}
	return c.named(c.levels.Version())
}
