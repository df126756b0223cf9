package triage

import "math"

// EmotionNames are what the emotion model tells apart, in the order of its answers.
var EmotionNames = []string{"anger", "disapproval", "fear", "sadness", "joy", "hope", "thanks", "surprise", "neutral"}

// Places in EmotionNames.
const (
	emotionAnger = iota
	emotionDisapproval
	emotionFear
	emotionSadness
	emotionJoy
	emotionHope
	emotionThanks
	emotionSurprise
	emotionNeutral
	emotionCount
)

// Emotions gives how probable each of EmotionNames is for a text as a whole. Tickets are heard piece by piece, see hear; this
// is for measuring and for training on top.
func (j *Judge) Emotions(text string) []float64 {
	r := j.readings.Get().(*reading)
	defer j.readings.Put(r)
	r.prose(j.lex, text)
	out := make([]float64, emotionCount)
	shipped.score(r, 0, len(r.words), nil, out)
	return out
}

// prose reads a text that is no ticket.
func (r *reading) prose(lex *lexicon, text string) {
	r.reset(lex, len(rules)+len(tones))
	r.passage(text, maxText)
	r.newest = len(r.words)
	lex.match(r)
	lex.judge(r)
}

// Features of a text: hashed words, pairs of words and parts of words, and a few sums. Each kind is scaled by the root of
// its number, so that a long text says no more than a short one.
const (
	partWeight   = 0.7 // of the parts of words beside words
	minPart      = 3
	maxPart      = 5
	minParted    = 3 // a shorter word has no parts
	negatedWords = 4
	sumWeight    = 0.5
)

// kinds of hashed features, as seeds.
const (
	wordFeature uint32 = iota + 1
	negatedFeature
	pairFeature
	partFeature
	markFeature
)

const (
	hashStart = 2166136261
	hashPrime = 16777619
)

func hashOf(b []byte, seed uint32) uint32 {
	h := uint32(hashStart) ^ seed*hashPrime
	for _, c := range b {
		h = (h ^ uint32(c)) * hashPrime
	}
	return h
}

// mixed spreads a hash over all its bits.
func mixed(h uint32) uint32 {
	h ^= h >> 15
	h *= 2654435769
	return h ^ h>>13
}

// features are what the model sees of a passage.
type features struct {
	words, parts []uint32
	sums         [sumCount]float32
}

func (f *features) of(r *reading, from, to int) {
	f.words, f.parts = f.words[:0], f.parts[:0]
	var v valences
	pair, negation, caps := uint32(hashStart), 0, 0
	for i := from; i < to; i++ {
		w := r.words[i]
		b := r.lower[w.start:w.end]
		if i > from && r.words[i-1].clause != w.clause {
			negation = 0
		}
		h := hashOf(b, wordFeature)
		kind := h
		if negation > 0 {
			kind = hashOf(b, negatedFeature)
			negation--
		}
		f.words = append(f.words, mixed(kind), mixed((pair*31)^h*pairFeature))
		pair = h
		f.partsOf(b)
		v.add(valenceOf(b), kind != h)
		if w.id >= 0 && r.lex.traits[w.id]&negates != 0 {
			negation = negatedWords
		}
		if w.flags&capitals != 0 {
			caps++
		}
	}
	bangs, asks := r.marks(from, to)
	f.mark('C', caps)
	f.mark('!', bangs)
	f.sums = v.sums(bangs, asks)
	for i, strength := range r.toneSums(from, to) {
		f.sums[valenceSums+i] = float32(strength)
	}
}

// toneSums gives the strengths of the feelings that the lexicon hears in some words.
func (r *reading) toneSums(from, to int) (sums [toneSumCount]float64) {
	for _, h := range r.hits {
		i := int(h.entry) - len(rules)
		if i < 0 || h.negated || int(h.from) < from || int(h.from) >= to {
			continue
		}
		sums[tones[i].feeling] += tones[i].weight
	}
	for i := range sums {
		sums[i] = 1 - math.Exp(-sums[i])
	}
	return sums
}

// mark adds a feature for one and another for several of a kind of emphasis.
func (f *features) mark(kind byte, n int) {
	if n > 0 {
		f.words = append(f.words, mixed(hashOf([]byte{kind}, markFeature)))
	}
	if n > 2 {
		f.words = append(f.words, mixed(hashOf([]byte{kind, '3'}, markFeature)))
	}
}

// partsOf adds the parts of a word, its ends marked.
func (f *features) partsOf(b []byte) {
	if len(b) < minParted {
		return
	}
	const first, last = '^', '$'
	at := func(i int) byte {
		switch i {
		case -1:
			return first
		case len(b):
			return last
		}
		return b[i]
	}
	for i := -1; i <= len(b)+1-minPart; i++ {
		h := uint32(hashStart) ^ partFeature*hashPrime
		for n := 0; n < maxPart && i+n <= len(b); n++ {
			if h = (h ^ uint32(at(i+n))) * hashPrime; n+1 >= minPart {
				f.parts = append(f.parts, mixed(h))
			}
		}
	}
}

// marks counts the exclamation and question marks of the sentences of some words.
func (r *reading) marks(from, to int) (bangs, asks int) {
	if from >= to {
		return 0, 0
	}
	first, last := r.words[from].sentence, r.words[to-1].sentence
	for s := first; s <= last; s++ {
		bangs += int(r.bangs[s])
	}
	for _, s := range r.asks {
		if s >= first && s <= last {
			asks++
		}
	}
	return bangs, asks
}

// toneModel is a multinomial logistic model over features; weights are bytes, scaled by class.
type toneModel struct {
	classes int
	bits    int // of the hash
	extra   int // sums besides those of features
	bias    []float32
	scale   []float32
	sums    []float32 // by sum, then class
	buckets []uint32  // those that have weights, rising
	weights []int8    // by place in buckets, then class
	places  table
}

// score fills probs with the probability of each class for the words from..to; extra are further sums.
func (m *toneModel) score(r *reading, from, to int, extra []float32, probs []float64) {
	f := &r.features
	f.of(r, from, to)
	m.add(f.words, probs, 1, true)
	m.add(f.parts, probs, partWeight, false)
	for i, s := range f.sums {
		m.addSum(i, s, probs)
	}
	for i, s := range extra {
		m.addSum(sumCount+i, s, probs)
	}
	softmax(probs)
}

func (m *toneModel) addSum(i int, s float32, probs []float64) {
	for k := range probs {
		probs[k] += float64(sumWeight * s * m.sums[i*m.classes+k])
	}
}

// maxClasses is the most that a tone model tells apart.
const maxClasses = 16

func (m *toneModel) add(hashes []uint32, probs []float64, weight float64, first bool) {
	var acc [maxClasses]int32
	sum := acc[:m.classes]
	shift := 32 - m.bits
	for _, h := range hashes {
		place, ok := m.places.find(h >> shift)
		if !ok {
			continue
		}
		at := int(place) * m.classes
		for k, w := range m.weights[at : at+len(sum)] {
			sum[k] += int32(w)
		}
	}
	weight /= math.Sqrt(float64(max(1, len(hashes))))
	for k := range probs {
		if first {
			probs[k] = float64(m.bias[k])
		}
		probs[k] += weight * float64(m.scale[k]) * float64(sum[k])
	}
}

func softmax(x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	total := 0.0
	for k := range x {
		x[k] = math.Exp(x[k] - top)
		total += x[k]
	}
	for k := range x {
		x[k] /= total
	}
}

// table finds the place of a bucket: open addressing, each slot a bucket and a place, plus one.
type table struct {
	slots []uint64
	shift int
}

func newTable(buckets []uint32) table {
	t := table{shift: 28}
	for 1<<(32-t.shift) < 2*len(buckets) {
		t.shift--
	}
	t.slots = make([]uint64, 1<<(32-t.shift))
	for place, b := range buckets {
		at := t.first(b)
		for t.slots[at] != 0 {
			at = (at + 1) & (len(t.slots) - 1)
		}
		t.slots[at] = uint64(b)<<32 | uint64(place+1)
	}
	return t
}

func (t *table) first(b uint32) int { return int(b * 2654435769 >> t.shift) }

func (t *table) find(b uint32) (place uint32, ok bool) {
	for at := t.first(b); ; at = (at + 1) & (len(t.slots) - 1) {
		slot := t.slots[at]
		if slot == 0 {
			return 0, false
		}
		if uint32(slot>>32) == b {
			return uint32(slot) - 1, true
		}
	}
}
