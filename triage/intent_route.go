package triage

import (
	"cmp"
	"slices"
	"strconv"

	"remit/models"
	"remit/triage/intent"
)

// Option changes what a new judge has beside its tables.
type Option func(*Judge)

// WithIntents lets the judge propose a ticket's group by a model of the company's own history. The words of the policy's
// queues decide where the model does not know: for a text that is out of its scope, or where no group is likelier than
// not. With nil the words decide alone.
func WithIntents(m *intent.Model) Option { return func(j *Judge) { j.intents = m } }

// WithAnswers lets the judge draft what was answered before, where no macro fits, and prefer what people have sent.
func WithAnswers(a *Answers, ap Approvals) Option {
	return func(j *Judge) { j.answers, j.approvals = a, ap }
}

// IntentText gives what an intent model reads of a ticket: the words of its subject and of the customer's newest message,
// in lower case. A model for the judge must be trained on such texts.
func (j *Judge) IntentText(t models.Ticket) string {
	r := j.readings.Get().(*reading)
	defer j.readings.Put(r)
	r.reset(j.lex, len(rules)+len(tones))
	r.ticket(t)
	return string(r.lower[:r.newestEnd()])
}

// From these probabilities on a learned group is proposed: for a ticket without a group, and for one that has another; and none is surer than that.
const (
	likelyGroup  = 0.5
	leavingGroup = 0.9
	surestGroup  = 0.999
)

// understand asks the model of the company's history what the ticket is about. Nothing is asked about a text that attacks,
// that is in another language than the model's, or that hardly says anything.
func (c *situation) understand() {
	c.classify()
	c.adviseIntent()
}

func (c *situation) classify() {
	if c.intents == nil || c.attack > 0 || c.foreign >= 0.5 || len(c.r.words) < emptyWords {
		return
	}
	c.guess = c.intents.Classify(c.newest)
	c.Facts.Intent = &models.Intent{
		Label: models.CleanText(c.guess.Label), Confidence: c.guess.Confidence, Outside: c.guess.Outside, Scope: c.guess.OOS,
		Source: c.source(), Model: c.intents.Version(),
	}
}

// source is where the model's labels stand: in groups, where the policy does not say.
func (c *situation) source() models.IntentSource {
	return cmp.Or(c.policy.Intent, models.IntentGroup)
}

// meant gives the ticket's intent where it is one to go by.
func (c *situation) meant() (label string, ok bool) {
	if c.Facts.Intent == nil || c.guess.Outside || c.guess.Confidence < likelyGroup {
		return "", false
	}
	return c.Facts.Intent.Label, true
}

// learned proposes the group that the company's history speaks for. known is false where the model has no opinion on
// groups.
func learned(c *situation) (p models.Proposal, proposed, known bool) {
	label, ok := c.meant()
	switch {
	case !ok || c.source() != models.IntentGroup:
		return p, false, false
	case label == c.Ticket.Group:
		return p, false, true
	case c.Ticket.Group != "" && c.guess.Confidence < leavingGroup:
		return p, false, true
	}
	return models.Proposal{
		Action: models.ActionRoute, Item: c.Ticket.ID, Value: label, Before: c.Ticket.Group,
		Confidence: min(c.guess.Confidence, surestGroup), Reasons: c.intentReasons(), Options: otherGuesses(c.guess),
		Segment: c.segment, Model: c.Facts.Intent.Model, Stated: c.stated(),
	}, true, true
}

// intentReasons says what speaks for the intent, and what another judge says of it.
func (c *situation) intentReasons() []models.Reason {
	if c.instead {
		return slices.Clone(c.aside)
	}
	return append(intentReasons(c.guess), c.aside...)
}

func intentReasons(p intent.Prediction) []models.Reason {
	share := strconv.Itoa(int(100*p.Confidence)) + " in 100"
	out := []models.Reason{{Code: "route.learned", Text: "Tickets like this one went to " + models.CleanText(p.Label) + " before: " + share, Weight: round3(p.Confidence)}}
	if len(p.Reasons) > 0 {
		said := make([]string, len(p.Reasons))
		weight := 0.0
		for i, w := range p.Reasons {
			said[i] = w.Words
			weight += w.Weight
		}
		out = append(out, models.Reason{Code: "route.learned_words", Text: "Its words: " + quoteAll(said), Weight: round3(weight)})
	}
	if second := p.Top[1]; second.Confidence >= 0.1 {
		out = append(out, models.Reason{Code: "route.learned_other", Text: "Could be for " + models.CleanText(second.Label) + " too", Weight: -round3(second.Confidence)})
	}
	return out
}

func otherGuesses(p intent.Prediction) []string {
	var out []string
	for _, g := range p.Top[1:] {
		if g.Label != "" {
			out = append(out, g.Label)
		}
	}
	return out
}
