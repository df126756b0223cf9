package triage

import (
	"math"
	"slices"
)

// What makes a ticket complex, in points; its strength is 1 - exp(-their sum). One more request than usual is worth most:
// two things in one ticket are seldom done by one person in one go.
const (
	requestComplexity = 0.45 // for each request after the first
	maxRequests       = 6
	lengthComplexity  = 0.4 // for each usualWords words beyond the first
	usualWords        = 120
	maxLengths        = 3
	turnComplexity    = 0.15 // for each of the customer's and our messages after usualTurns
	usualTurns        = 4
	maxTurns          = 8
	strangeComplexity = 0.3 // for what is like nothing in the company's history
	doubleComplexity  = 0.3 // for what is as likely about one thing as about another
	secondIntent      = 0.3 // probability of the second
	oddsComplexity    = 1   // by how much less often its like is solved at first contact
	extraComplexity   = 0.3 // for attachments, sent or spoken of, and for what a machine wrote
	fileComplexity    = 0.1 // for each file after the first
	maxFiles          = 5
	complexFrom       = 0.4
)

// askedIn notes that a sentence asks for something.
func (r *reading) askedIn(sentence int32) {
	if !slices.Contains(r.asks, sentence) && len(r.asks) < maxRequests {
		r.asks = append(r.asks, sentence)
	}
}

// complexity gives how far the ticket is beyond an ordinary one: several requests, a long text, many turns, attachments
// and logs, and what is seldom solved at first contact; below complexFrom it is ordinary. 0..1.
func (c *situation) complexity() float64 {
	r := c.r
	files := c.Ticket.Attachments()
	attached := extraComplexity*when(files > 0) + fileComplexity*float64(min(maxFiles, max(files, 1))-1)
	for _, h := range r.hits {
		switch int(h.entry) {
		case requestRule, questionRule:
			if h.strength > 0 && int(h.from) < r.newest && (int(h.entry) == requestRule || r.opens(h.from)) {
				r.askedIn(r.words[h.from].sentence)
			}
		case attachedRule:
			attached = max(attached, extraComplexity)
		}
	}
	points := attached + extraComplexity*when(r.logLines > 0)
	points += strangeComplexity * c.guess.OOS * when(c.guess.Outside)
	points += doubleComplexity * when(!c.guess.Outside && c.guess.Top[1].Confidence >= secondIntent)
	points += oddsComplexity * c.harder()
	points += requestComplexity * float64(max(0, len(r.asks)-1))
	points += lengthComplexity * min(maxLengths, max(0, float64(len(r.words)-usualWords)/usualWords))
	points += turnComplexity * float64(min(maxTurns, max(0, len(c.Ticket.Thread)-usualTurns)))
	return round2(1 - math.Exp(-points))
}
