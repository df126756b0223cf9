package triage

import (
	"slices"
	"strings"

	"remit/models"
)

// tagFrom is the strength from which a finding is worth a tag: more than a mere supposition.
const tagFrom = 0.6

// angryTag is for a tone; the other tags are in rules.
const (
	angryTag    = "angry"
	incidentTag = "incident"
	angryFrom   = 0.7
)

// tags proposes the ticket's tags with those added that its findings deserve. None is ever taken away.
func tags(c *situation) (models.Proposal, bool) {
	var fresh []models.Reason
	all := slices.Clone(c.Ticket.Tags)
	weakest := 1.0
	add := func(tag, code, says string, spans []span, strength float64) {
		if hasTag(all, tag) {
			return
		}
		all = append(all, tag)
		weakest = min(weakest, strength)
		fresh = append(fresh, models.Reason{Code: code, Text: c.r.say(says, spans), Weight: strength})
	}
	model := c.model()
	for i := range rules {
		if f := &c.said[i]; rules[i].tag != "" && f.strength >= tagFrom {
			add(rules[i].tag, codes[i].tag, rules[i].says, f.spans[:], f.strength)
		}
	}
	if c.mood.Anger >= angryFrom && c.attack == 0 {
		add(angryTag, "tag.angry", "Sounds angry", c.mood.words[anger][:], c.mood.Anger)
	}
	if label, ok := c.meant(); ok && c.source() == models.IntentTag && c.guess.Confidence >= tagFrom {
		says := "Tickets like this one were tagged " + label + " before"
		if c.instead {
			says, model = c.judge()+" says "+label, c.Advice.Model
		}
		add(label, "tag.learned", says, nil, c.guess.Confidence)
	}
	if s := c.incident(); s >= tagFrom {
		add(incidentTag, "tag.incident", plural(c.Similar, "similar ticket")+" within the hour", nil, s)
	}
	if len(fresh) == 0 {
		return models.Proposal{}, false
	}
	shareOut(fresh)
	return models.Proposal{
		Action: models.ActionTag, Item: c.Ticket.ID, Value: models.JoinTags(all), Before: models.JoinTags(c.Ticket.Tags),
		Confidence: c.caution(0.6 + 0.3*weakest), Reasons: append(fresh, c.notes(baseScore)...),
		Segment: c.segment, Model: model,
	}, true
}

func hasTag(tags []string, tag string) bool {
	return slices.ContainsFunc(tags, func(t string) bool { return strings.EqualFold(t, tag) })
}

// shareOut makes weights into shares of their sum and puts the strongest first.
func shareOut(reasons []models.Reason) {
	total := 0.0
	for _, r := range reasons {
		total += r.Weight
	}
	for i := range reasons {
		reasons[i].Weight = round3(reasons[i].Weight / total)
	}
	slices.SortStableFunc(reasons, func(a, b models.Reason) int { return int(1e6*b.Weight) - int(1e6*a.Weight) })
}
