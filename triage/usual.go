package triage

import (
	"strconv"
)

// A tone is unusual from one robust deviation above what is usual of the customer and the queue, and entirely so from
// four; what is hardly a tone at all is never.
const (
	unusualFrom   = 1.0
	unusualSurely = 4.0
	emotional     = 0.3
	risingFrom    = 0.25
	risingOver    = 3 // older messages that the newest is compared with
)

// unusualEmotion gives how far the emotion of the newest message is beyond what is usual of this customer and this queue.
func (c *situation) unusualEmotion() float64 {
	_, strength := c.mood.Strongest()
	if c.Usual == nil || strength < emotional || c.attack > 0 {
		return 0
	}
	return unusual(c.Usual.Emotion().Score(strength))
}

// unusualComplexity gives how far the ticket's complexity is beyond what is usual in this queue.
func (c *situation) unusualComplexity() float64 {
	if c.Usual == nil || c.complex < complexFrom {
		return 0
	}
	return unusual(c.Usual.Complexity().Score(c.complex))
}

func unusual(score float64) float64 {
	return round2(min(1, max(0, (score-unusualFrom)/(unusualSurely-unusualFrom))))
}

// knownFrom is how many messages of a customer make it worth saying what is usual of them.
const knownFrom = 3

// usually says what is usual of the customer, for beside a tone.
func (c *situation) usually() string {
	if c.Usual == nil || c.Usual.Customer.Emotion.N < knownFrom {
		return ""
	}
	return ", this customer's usual " + strconv.FormatFloat(c.Usual.Customer.Emotion.Median(), 'f', 2, 64)
}

// rising gives by how much the newest message sounds unhappier than the customer's messages before it, from risingFrom on;
// by the lexicon's words alone, which it heard in all of them.
func (c *situation) rising() float64 {
	r := c.r
	if len(r.ends) == 0 || c.attack > 0 {
		return 0
	}
	before, from := 0.0, r.newest
	older := r.ends[:min(risingOver, len(r.ends))]
	for _, to := range older {
		before += r.unhappy(from, to) / float64(len(older))
		from = to
	}
	now := r.unhappy(0, r.newest)
	if rise := round2(now - before); rise >= risingFrom && now >= emotional {
		return rise
	}
	return 0
}

// unhappy gives how angry or frustrated the words from..to are, 0..1, by the lexicon.
func (r *reading) unhappy(from, to int) float64 {
	sum := 0.0
	for _, h := range r.hits {
		i := int(h.entry) - len(rules)
		if i < 0 || int(h.from) < from || int(h.from) >= to || h.negated {
			continue
		}
		if f := tones[i].feeling; f == anger || f == frustration || f == sarcasm {
			sum += tones[i].weight * max(h.emphasised, 1)
		}
	}
	return saturate(sum)
}
