package triage

import (
	"math"
	"strings"

	"remit/models"
)

// A ticket that somebody has put into a group leaves it only for a queue that has so many words of it, and so many more
// than its own.
const (
	leavingWords  = 2
	leavingMargin = 1
)

// route proposes the group that tickets like this one went to, where that is known, or else the queue most of whose words
// the ticket speaks. Where two are level there is no opinion.
func route(c *situation) (models.Proposal, bool) {
	p, ok := c.group()
	if !ok {
		return p, false
	}
	return c.seated(p), true
}

// group proposes where the ticket goes.
func (c *situation) group() (models.Proposal, bool) {
	if p, proposed, known := learned(c); known {
		return p, proposed
	}
	if p, ok := c.byIntent(); ok {
		return p, true
	}
	return c.byWords()
}

// byWords proposes the queue most of whose words the ticket speaks.
func (c *situation) byWords() (models.Proposal, bool) {
	var level []models.Queue // those that have the most of the ticket's words
	second, total, own, most := 0, 0, 0, 0
	for _, q := range c.policy.Queues {
		n := countWords(q.Words, c.text)
		if !q.Speaks(c.language()) && c.lang != unclear {
			continue
		}
		total += n
		if q.Name == c.Ticket.Group {
			own = n
		}
		switch {
		case n > most:
			level, second, most = []models.Queue{q}, most, n
		case n == most && n > 0:
			level, second = append(level, q), n
		default:
			second = max(second, n)
		}
	}
	if len(level) == 0 || len(level) > 1 && (len(c.Loads) == 0 || own == most) {
		return models.Proposal{}, false
	}
	q, load := c.leastLoaded(level)
	if q.Name == c.Ticket.Group || c.Ticket.Group != "" && (most < leavingWords || most < own+leavingMargin) {
		return models.Proposal{}, false
	}
	share := float64(most*len(level)) / float64(total) // of level queues each would do
	p := 0.4 + 0.5*share*(1-math.Exp(-float64(most)/1.5))
	words := spokenWords(q.Words, c.text)
	reasons := []models.Reason{{Code: "route.words", Text: "Speaks of what " + models.CleanText(q.Name) + " handles: " + quoteAll(words), Weight: round3(share)}}
	if second > 0 {
		reasons = append(reasons, models.Reason{Code: "route.others", Text: "Has words of other queues too", Weight: -round3(1 - share)})
	}
	reasons = append(reasons, load...)
	return models.Proposal{
		Action: models.ActionRoute, Item: c.Ticket.ID, Value: q.Name, Before: c.Ticket.Group,
		Confidence: c.caution(p), Reasons: append(append(reasons, c.notes(baseScore)...), c.aside...), Options: c.otherQueues(q.Name),
		Segment: c.segment, Model: Model,
	}, true
}

// byIntent proposes the queue that handles what the ticket is about, in the customer's language, where tags or a field are
// what was learned.
func (c *situation) byIntent() (models.Proposal, bool) {
	label, ok := c.meant()
	if !ok || c.source() == models.IntentGroup {
		return models.Proposal{}, false
	}
	var able []models.Queue
	for _, q := range c.policy.Queues {
		switch {
		case !isOneOf(label, q.Intents) || !q.Speaks(c.language()) && c.lang != unclear:
		case q.Name == c.Ticket.Group && len(c.Loads) > 0:
			return models.Proposal{}, false // it is with those who can take it, and does not wander as they fill up
		case q.Name != c.Ticket.Group:
			able = append(able, q)
		}
	}
	if len(able) == 0 || c.Ticket.Group != "" && c.guess.Confidence < leavingGroup {
		return models.Proposal{}, false
	}
	q, load := c.leastLoaded(able)
	reasons := append([]models.Reason{{Code: "route.intent", Text: models.CleanText(q.Name) + " handles " + models.CleanText(label), Weight: 1}}, load...)
	return models.Proposal{
		Action: models.ActionRoute, Item: c.Ticket.ID, Value: q.Name, Before: c.Ticket.Group, Confidence: min(c.guess.Confidence, surestGroup),
		Reasons: append(reasons, unweighted(c.intentReasons())...), Options: c.otherQueues(q.Name), Segment: c.segment,
		Model: c.Facts.Intent.Model, Stated: c.stated(),
	}, true
}

func unweighted(reasons []models.Reason) []models.Reason {
	for i := range reasons {
		reasons[i].Weight = 0
	}
	return reasons
}

func (c *situation) otherQueues(not string) []string {
	out := make([]string, 0, len(c.policy.Queues))
	for _, q := range c.policy.Queues {
		if q.Name != not && q.Name != "" {
			out = append(out, q.Name)
		}
	}
	return out
}

// countWords counts the distinct words or phrases that the text speaks.
func countWords(words []string, text string) int {
	n := 0
	for i, w := range words {
		if !repeated(words, i) && speaks(text, w) {
			n++
		}
	}
	return n
}

func repeated(words []string, i int) bool {
	for _, w := range words[:i] {
		if strings.EqualFold(w, words[i]) {
			return true
		}
	}
	return false
}

func spokenWords(words []string, text string) []string {
	var out []string
	for i, w := range words {
		if !repeated(words, i) && speaks(text, w) {
			out = append(out, w)
		}
	}
	return out
}

// speaks reports whether the text, as a reading has it, has the word or phrase as whole words; the last may have an
// ending: "invoice" is found in "invoices", "app" not in "happy".
func speaks(text, phrase string) bool {
	phrase = spaced(phrase)
	if phrase == "" {
		return false
	}
	for from := 0; ; {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(phrase)
		if (at == 0 || text[at-1] <= ' ') && isEnding(text[end:]) {
			return true
		}
		from = at + 1
	}
}

var endings = []string{"", "s", "es", "'s", "d", "ed", "ing"}

func isEnding(rest string) bool {
	for _, e := range endings {
		if after, ok := strings.CutPrefix(rest, e); ok && (after == "" || after[0] <= ' ') {
			return true
		}
	}
	return false
}

// spaced writes a phrase of the rules as a reading writes a text: lower case, single spaces for all that is no word.
func spaced(phrase string) string {
	for i := 0; i < len(phrase); i++ {
		if c := phrase[i]; c != ' ' && !(c >= 'a' && c <= 'z') && !isDigit(c) {
			return strings.Join(strings.FieldsFunc(strings.ToLower(phrase), func(c rune) bool {
				return !isWordRune(c) && c != '\'' && c != '_'
			}), " ")
		}
	}
	return strings.TrimSpace(phrase)
}

func quoteAll(words []string) string {
	return models.CleanText("'" + strings.Join(words, "', '") + "'")
}

func round3(x float64) float64 { return math.Round(1000*x) / 1000 }
