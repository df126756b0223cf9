package triage

import "slices"

// The emotion model is heard from emotionFrom on; by itself it makes a feeling of at most emotionShare, since it learned
// from public comments and not from tickets, while the lexicon's words can be shown.
const (
	emotionFrom  = 0.35
	emotionShare = 0.7
	pieceWords   = 30 // a piece is whole sentences of at least so many words: as long as what the model learned from
	maxPieces    = 8
	shownWords   = 2
)

// sense adds what the emotion model hears in the newest message, piece by piece: one furious sentence is not made good by
// ten civil ones.
func (m *mood) sense(r *reading) {
	if r.newest < emptyWords {
		return
	}
	var worst [emotionCount]float64
	angriest := span{}
	for from, n := 0, 0; from < r.newest && n < maxPieces; n++ {
		to := r.piece(from)
		var probs [emotionCount]float64
		shipped.score(r, from, to, nil, probs[:])
		if probs[emotionAnger] > worst[emotionAnger] {
			angriest = span{int32(from), int32(to)}
		}
		for k, p := range probs {
			worst[k] = max(worst[k], p)
		}
		from = to
	}
	m.Anger = together(m.Anger, worst[emotionAnger])
	m.Anxiety = together(m.Anxiety, worst[emotionFear])
	if m.words[anger][0].to == 0 && worst[emotionAnger] > emotionFrom {
		m.words[anger] = shipped.telling(r, angriest)
	}
}

// piece gives the end of the piece that begins at a word.
func (r *reading) piece(from int) int {
	to := from
	for to < r.newest {
		s := r.words[to].sentence
		for to < r.newest && r.words[to].sentence == s {
			to++
		}
		if to-from >= pieceWords {
			break
		}
	}
	return to
}

// together joins a feeling that the lexicon heard with the model's probability of it.
func together(lexicon, model float64) float64 {
	if model <= emotionFrom {
		return lexicon
	}
	heard := emotionShare * (model - emotionFrom) / (1 - emotionFrom)
	return round2(1 - (1-lexicon)*(1-heard))
}

// telling gives the words of a piece that speak most for anger.
func (m *toneModel) telling(r *reading, piece span) (out [3]span) {
	type said struct {
		at    int32
		force int
	}
	words := make([]said, 0, piece.to-piece.from)
	for i := piece.from; i < piece.to; i++ {
		w := r.words[i]
		place, ok := m.places.find(mixed(hashOf(r.lower[w.start:w.end], wordFeature)) >> (32 - m.bits))
		if !ok || w.end-w.start < minParted {
			continue
		}
		at := int(place) * m.classes
		if force := int(m.weights[at+emotionAnger]) - int(m.weights[at+emotionNeutral]); force > 0 {
			words = append(words, said{i, force})
		}
	}
	slices.SortStableFunc(words, func(a, b said) int { return b.force - a.force })
	words = words[:min(shownWords, len(words))]
	slices.SortFunc(words, func(a, b said) int { return int(a.at - b.at) })
	for i, w := range words {
		out[i] = span{w.at, w.at + 1}
	}
	return out
}
