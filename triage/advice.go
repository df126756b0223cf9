package triage

import (
	"fmt"
	"slices"
	"strconv"

	"remit/models"
	"remit/triage/intent"
)

// What another judge said before a ticket was decided on is part of the facts (models.Advice). Where it is in place of this
// judge its value is proposed, at the confidence that people's verdicts bear and under its own name, so that its slice earns
// by itself. Where it only stands beside, a value that differs lowers the confidence and one that agrees raises nothing.

// feel takes the anger that the other judge hears in place of ours. There are no verdicts on tones, so where only one of the
// two hears a loud one, the louder counts: it escalates, and calls a person. No anger, and none told, are the same to it.
func (c *situation) feel() {
	if !c.Advice.On(models.MatterTone) || c.attack > 0 || c.Advice.Anger == 0 {
		return
	}
	own, other := c.mood.Anger, c.Advice.Anger
	c.heard = fmt.Sprintf("%s hears anger of %.2f, remit's own judge %.2f", c.judge(), other, own)
	if (own >= loud) != (other >= loud) {
		other = max(own, other)
	}
	c.mood.Anger = other
}

// model names what judges by signals.
func (c *situation) model() string { return c.named(Model) }

// named gives a judge's name as it is where the tone is somebody else's: that makes it another judge.
func (c *situation) named(model string) string {
	if c.heard == "" {
		return model
	}
	return model + "+" + c.Advice.Model
}

// adviseUrgency gives the proposal of a priority as another judge's opinion leaves it.
func (c *situation) adviseUrgency(p models.Proposal) models.Proposal {
	if c.heard != "" {
		p.Reasons = append(p.Reasons, models.Reason{Code: "judge.tone", Text: c.heard})
	} else if why, missing := c.Advice.Missing(models.MatterTone); missing && !slices.Contains(c.Advice.For, models.MatterUrgency) {
		p.Reasons = append(p.Reasons, c.alone(why))
	}
	v := c.consult(models.MatterUrgency, p.Action, p.Value, p.Confidence)
	if !v.instead {
		p.Confidence, p.Reasons = v.confidence, append(p.Reasons, v.reasons...)
		return p
	}
	p.Options = others(models.Priority(v.value))
	p.Value, p.Confidence, p.Stated, p.Model = v.value, v.confidence, c.Advice.Confidence, c.Advice.Model
	p.Reasons = append(v.reasons, unweighted(p.Reasons)...)
	return p
}

// adviseIntent has the other judge's intent stand in place of the model's, or beside it.
func (c *situation) adviseIntent() {
	own := c.Facts.Intent.Known()
	v := c.consult(models.MatterIntent, models.ActionRoute, own, c.guess.Confidence)
	c.aside = v.reasons
	switch {
	case v.instead:
		was := intent.Guess{Label: own, Confidence: c.guess.Confidence}
		if own == v.value {
			was = intent.Guess{}
		}
		c.guess = intent.Prediction{Label: v.value, Confidence: v.confidence, Top: [3]intent.Guess{{Label: v.value, Confidence: v.confidence}, was}}
		c.instead = true
		c.Facts.Intent = &models.Intent{Label: models.CleanText(v.value), Confidence: v.confidence, Source: c.source(), Model: c.Advice.Model}
	case c.Facts.Intent != nil && v.confidence != c.guess.Confidence:
		c.guess.Confidence = v.confidence
		c.Facts.Intent.Confidence = v.confidence
	}
}

// stated is what the other judge states of an intent that is its own; nothing of ours.
func (c *situation) stated() float64 {
	if c.instead {
		return c.Advice.Confidence
	}
	return 0
}

// heeded is what is gone by once another judge was heard.
type heeded struct {
	value      string
	confidence float64
	instead    bool // the value is the other's
	reasons    []models.Reason
}

// consult says what is gone by where this judge says own: that, or what another judge says in its place. An own value that is
// empty is no opinion.
func (c *situation) consult(m models.Matter, of models.Action, own string, confidence float64) heeded {
	v := heeded{value: own, confidence: confidence}
	if why, missing := c.Advice.Missing(m); missing {
		v.reasons = []models.Reason{c.alone(why)}
		return v
	}
	other := c.Advice.Value(of)
	if other == "" {
		return v
	}
	c.Advice = c.Advice.Beside(of, own)
	past := c.Advice.Past[of]
	switch {
	case c.attack > 0:
		v.reasons = []models.Reason{c.alone("the text speaks to language models")}
	case c.Advice.On(m) && past.Worth < worthSaying:
		v.reasons = []models.Reason{c.alone("its confidence is worth " + percent(past.Worth) + " by what people said")}
	case c.Advice.On(m):
		v.replace(c.judge(), other, c.Advice.Confidence, past)
	case own == other:
		v.reasons = []models.Reason{{Code: "judge.agrees", Text: c.judge() + " says " + models.CleanText(own) + ", too: " + past.SaysSame()}}
	case own != "":
		v.confidence = round2(min(confidence, past.OwnApart()))
		v.reasons = []models.Reason{differs(c.judge(), other, past.SaysApart(past.OwnRight))}
	}
	return v
}

// replace puts the other judge's value in the place of this one's.
func (v *heeded) replace(judge, other string, stated float64, past models.Past) {
	own := v.value
	*v = heeded{value: other, confidence: round2(past.Worth), instead: true, reasons: []models.Reason{{
		Code: "judge.says", Weight: 1,
		Text: fmt.Sprintf("%s says %s; the %s that it states are worth %s by what people said", judge, models.CleanText(other), percent(stated), percent(past.Worth)),
	}}}
	switch own {
	case "":
	case other:
		v.reasons = append(v.reasons, models.Reason{Code: "judge.agrees", Text: "remit's own judge says so, too: " + past.SaysSame()})
	default:
		v.confidence = round2(min(past.Worth, past.OtherApart()))
		v.reasons = append(v.reasons, differs("remit's own judge", own, past.SaysApart(past.OtherRight)))
	}
}

func differs(judge, says, worth string) models.Reason {
	return models.Reason{Code: "judge.differs", Text: judge + " says " + models.CleanText(says) + " instead, which may lower the confidence: " + worth}
}

// alone says why this judge decides although another may be in its place.
func (c *situation) alone(why string) models.Reason {
	return models.Reason{Code: "judge.missing", Text: c.judge() + " is not gone by (" + models.CleanText(why) + "): remit's own judge decides"}
}

// differs reports whether another judge says something else than this one.
func (c *situation) differs() bool {
	if c.Advice == nil {
		return false
	}
	for _, o := range c.Advice.Own {
		if o.Own != "" && o.Other != "" && o.Own != o.Other {
			return true
		}
	}
	return false
}

func (c *situation) judge() string {
	if c.Advice.Model == "" {
		return "the other judge"
	}
	return models.CleanText(c.Advice.Model)
}

func percent(p float64) string { return strconv.Itoa(int(100*p+0.5)) + " %" }

// writtenConfidence is how sure a draft is that another judge wrote: even odds, whatever it states, which is no more than is
// worth saying. Only people's verdicts on such drafts, which carry its name, make more of them.
const writtenConfidence = 0.5

// written gives the draft of a judge that is in place for replies, where it passes the lint of the policy as it is now; else
// remit's own, if there is one, and why.
func (c *situation) written(own models.Proposal, ok bool) (models.Proposal, bool) {
	why, missing := c.Advice.Missing(models.MatterReply)
	switch {
	case missing:
	case !c.Advice.On(models.MatterReply):
		return own, ok
	case c.Advice.Draft == "":
		why = "it wrote nothing that may be sent"
	default:
		var agreed []string
		for _, m := range c.policy.Macros {
			agreed = append(agreed, m.Text)
		}
		faults := Lint(c.Advice.Draft, agreed)
		if len(faults) == 0 && models.ActionReply.Check(c.Advice.Draft) == nil {
			return c.draftOf(own, ok), true
		}
		why = "its draft says what no macro does"
	}
	if ok {
		own.Reasons = append(own.Reasons, c.alone(why))
	}
	return own, ok
}

// draftOf proposes the other judge's draft; remit's own is what people may choose instead.
func (c *situation) draftOf(own models.Proposal, ok bool) models.Proposal {
	p, reasons := writtenConfidence, []models.Reason{
		{Code: "reply.written", Text: c.judge() + " wrote it; it promises no money, date or legal position that no macro does", Weight: 1},
		{Code: sourceCode, Text: "written by " + c.judge()},
	}
	if why := c.delicate(); why != "" {
		p *= delicateFactor
		reasons = append(reasons, models.Reason{Code: "reply.delicate", Text: "A person should find the words: " + why})
	}
	var options []string
	if ok && own.Value != c.Advice.Draft {
		options = append([]string{own.Value}, own.Options...)
	}
	return models.Proposal{
		Action: models.ActionReply, Item: c.Ticket.ID, Value: c.Advice.Draft, Confidence: p,
		Reasons: append(reasons, c.notes(baseScore)...), Options: options, Segment: c.segment, Model: c.Advice.Model,
	}
}
