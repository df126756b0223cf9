package history

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"remit/models"
	"remit/triage/intent"
)

// Past is a ticket of the past, and the newest decision about what its label stands in, where there was one.
type Past struct {
	Ticket   models.Ticket
	Decision *models.Decision // ActionRoute for groups, ActionTag for tags; nil where remit never decided
}

// Example is what is learned from one ticket.
type Example struct {
	intent.Example
	At time.Time // when it became known
}

// Reading gives of a ticket the text that intents are learned from and judged on; triage.Judge's IntentText.
type Reading func(models.Ticket) string

// Examples gives what the past teaches about intents, oldest first: the customer's first words with the label that people
// gave the ticket. What remit settled by itself and nobody looked at teaches nothing: it would learn from its own guesses.
func Examples(past []Past, s models.IntentSource, read Reading) []Example {
	common := labelTags(past, s)
	var out []Example
	for _, p := range past {
		label, verdict := p.label(s, common)
		if label == "" {
			continue
		}
		first := p.Ticket
		first.Thread = nil
		at := p.Ticket.CreatedAt
		if p.Decision != nil {
			at = latest(at, p.Decision.CreatedAt)
		}
		out = append(out, Example{Example: intent.Example{Text: read(first), Label: label, Verdict: verdict}, At: at})
	}
	slices.SortStableFunc(out, func(a, b Example) int { return a.At.Compare(b.At) })
	return out
}

// label gives what people say that the ticket is about, and whether they have said so of a ticket that remit judged.
func (p Past) label(s models.IntentSource, common map[string]int) (label string, verdict bool) {
	if name := s.Field(); name != "" {
		return p.Ticket.Fields[name], p.Decision != nil
	}
	if s == models.IntentTag {
		if p.unchecked() {
			return "", false
		}
		return tellingTag(p.Ticket.Tags, common), p.Decision != nil
	}
	d := p.Decision
	switch {
	case d == nil:
		return p.Ticket.Group, false
	case d.AuditState == models.AuditAnswered:
		return d.Choice(d.Audited), true
	}
	if a, ok := d.Settled(); ok && a.By.IsPerson() {
		return d.Final, true
	}
	if p.unchecked() && p.Ticket.Group == d.Final {
		return "", false
	}
	return p.Ticket.Group, true
}

// unchecked reports that remit settled it by itself, and that nobody is known to have looked.
func (p Past) unchecked() bool {
	return p.Decision != nil && p.Decision.Autonomous && p.Decision.AuditState != models.AuditAnswered
}

// Tags that label: not on so few tickets that nothing can be learned, nor on so many that they tell nothing apart.
const (
	leastTagged = 5
	mostTagged  = 0.5 // of all
)

// labelTags counts the tags that can be labels.
func labelTags(past []Past, s models.IntentSource) map[string]int {
	if s != models.IntentTag {
		return nil
	}
	n := map[string]int{}
	for _, p := range past {
		for _, tag := range p.Ticket.Tags {
			n[tag]++
		}
	}
	maps.DeleteFunc(n, func(_ string, k int) bool { return k < leastTagged || float64(k) > mostTagged*float64(len(past)) })
	return n
}

// tellingTag gives of a ticket's tags the rarest that can be a label: the one that says most.
func tellingTag(tags []string, common map[string]int) string {
	best := ""
	for _, tag := range tags {
		n, ok := common[tag]
		if ok && (best == "" || cmp.Or(cmp.Compare(n, common[best]), cmp.Compare(tag, best)) < 0) {
			best = tag
		}
	}
	return best
}
