package triage

import "remit/models"

// Lines that a change must reach. To lower takes more than to raise: what is lowered wrongly harms a customer, and to ask
// about it bothers a person for nothing.
const (
	firmStrength = 0.5  // a phrase that is weaker, because it is only supposed, is no evidence by itself
	raiseFrom    = 0.62 // confidence
	lowerFrom    = 0.78 // confidence
	worthSaying  = 0.5  // below this an opinion is no opinion, unless a person should look anyway: see guarded and grave
	keepSure     = 0.8  // confidence in a priority that nothing speaks against
	maxKept      = 3    // reasons that are told beside the one for keeping
)

// verdict is what the weighing comes to.
type verdict struct {
	value      models.Priority
	confidence float64
	score      float64
	reasons    []models.Reason
}

// settle turns the points into a priority. The one that the ticket has stays, unless there is evidence for another: a
// question, a small trouble or a good customer shift the scales and do not tip them. Where none is set, it has what is usual of
// the company's history, or P3.
func (c *situation) settle(w *weighed, textual int) verdict {
	v := verdict{value: priorityAt(w.score), confidence: sure(w.score, textual), score: w.score}
	had := c.Ticket.Priority
	if had == "" {
		had = c.usualLevel()
	}
	if own, ok := c.asLearned(w, v); ok {
		return own
	}
	switch {
	case v.value == had && (c.Ticket.Priority == "" || w.up || w.down):
		v.reasons = w.share()
	case v.value < had && w.up && beyond(w.score-above(had)) >= raiseFrom, v.value > had && c.mayLower(w, beyond(below(had)-w.score)):
		v.reasons = w.share()
		return v
	default:
		v = keep(w, had, v)
	}
	if c.Ticket.Priority != "" && !w.up && !w.down {
		v.confidence = keepSure
	}
	if len(v.reasons) == 0 {
		v.reasons = append(v.reasons, models.Reason{Code: "plain", Text: "Nothing in it speaks of urgency", Weight: 1})
	}
	return v
}

// above and below give the cut points on either side of a priority.
func above(p models.Priority) float64 {
	switch p {
	case models.P1, models.P2:
		return p1Score
	case models.P3:
		return p2Score
	}
	return p3Score
}

func below(p models.Priority) float64 {
	switch p {
	case models.P1:
		return p1Score
	case models.P2:
		return p2Score
	}
	return p3Score
}

// mayLower reports whether the case for less urgency is good enough. Where no priority is set yet a mere question is.
func (c *situation) mayLower(w *weighed, sure float64) bool {
	if c.Ticket.Priority == "" {
		return !w.up && sure >= raiseFrom
	}
	return w.down && sure >= lowerFrom
}

// keep leaves the priority as it is although the points lean to another.
func keep(w *weighed, had models.Priority, v verdict) verdict {
	says := "Nothing in it speaks for another priority than " + string(had)
	if w.up || w.down {
		says = "Leans to " + string(v.value) + ", too little to change it"
	}
	reasons := append(make([]models.Reason, 0, maxKept+3), models.Reason{Code: "keep", Text: says, Weight: 1})
	for i, r := range w.share() {
		if i == maxKept {
			break
		}
		r.Weight = 0
		reasons = append(reasons, r)
	}
	return verdict{value: had, confidence: 1 - v.confidence/2, score: middle(had), reasons: reasons}
}

// middle gives a score well inside a priority.
func middle(p models.Priority) float64 {
	switch p {
	case models.P1:
		return p1Score + 1
	case models.P2:
		return (p1Score + p2Score) / 2
	case models.P3:
		return baseScore
	}
	return p3Score - 1
}
