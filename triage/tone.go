package triage

import (
	"math"

	"remit/models"
)

// mood is the tone of the newest message, with the words that gave it.
type mood struct {
	models.Tone
	sarcasm float64
	words   [feelingCount][3]span // first words of each feeling
	shouts  bool
}

// span is a run of words.
type span struct{ from, to int32 }

// Weights of what is not a word.
const (
	shoutWeight      = 0.5 // several sentences' worth of capitals
	sarcasmWeight    = 0.6 // adds to anger and frustration, and takes from what sounds glad
	notGladWeight    = 0.6 // "not happy"
	shoutedWords     = 4
	shoutedShare     = 0.5
	positiveOfSpites = 0.3
)

// hear gives the tone of the newest message. Older messages had their turn.
func hear(r *reading) mood {
	var m mood
	var sums [feelingCount]float64
	for _, h := range r.hits {
		i := int(h.entry) - len(rules)
		if i < 0 || int(h.from) >= r.newest || h.strength == 0 {
			continue
		}
		f, weight := tones[i].feeling, tones[i].weight*h.emphasised
		if h.negated {
			if f != positive {
				continue
			}
			f, weight = frustration, notGladWeight
		}
		sums[f] += weight
		m.quote(f, span{h.from, h.to})
	}
	if r.shouted() {
		m.shouts = true
		sums[anger] += shoutWeight
	}
	if s := sums[sarcasm]; s > 0 {
		sums[anger] += sarcasmWeight * s
		sums[frustration] += sarcasmWeight * s
		sums[positive] *= positiveOfSpites
		sums[politeness] *= positiveOfSpites
	}
	m.Anger, m.Frustration, m.Anxiety = saturate(sums[anger]), saturate(sums[frustration]), saturate(sums[anxiety])
	m.Politeness, m.Positive, m.sarcasm = saturate(sums[politeness]), saturate(sums[positive]), saturate(sums[sarcasm])
	m.sense(r)
	return m
}

func (m *mood) quote(f feeling, s span) {
	for i, q := range m.words[f] {
		if q.to == 0 {
			m.words[f][i] = s
			return
		}
		if s.from < q.to && q.from < s.to {
			return
		}
	}
}

// saturate brings a sum of weights into 0..1, to two decimals: a third would claim too much.
func saturate(x float64) float64 { return round2(1 - math.Exp(-x)) }

func round2(x float64) float64 { return math.Round(100*x) / 100 }

// shouted reports whether much of the newest message is in capitals.
func (r *reading) shouted() bool {
	caps, all := 0, 0
	for _, w := range r.words[:r.newest] {
		if w.flags&number != 0 || w.end-w.start < 2 {
			continue
		}
		all++
		if w.flags&capitals != 0 {
			caps++
		}
	}
	return caps >= shoutedWords && float64(caps) >= shoutedShare*float64(all)
}
