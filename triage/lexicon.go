package triage

import (
	"fmt"
	"strings"
)

// trait is what a single word does apart from being part of phrases.
type trait uint16

const (
	negates     trait = 1 << iota // turns what follows in the clause: "not urgent"
	uncertain                     // after a negating word, takes its force: "not sure", "not only"
	boosts                        // strengthens what follows: "very"
	fills                         // may stand inside a phrase without breaking it: "the site IS STILL down"
	supposes                      // makes what follows a case that has not happened: "if my card is stolen"
	contrasts                     // begins a new clause: "not urgent BUT we are blocked"
	countsUsers                   // a noun that numbers of people go with: "300 users"
	currency                      // a word for money that numbers go with: "900 EUR"
	dueBy                         // begins a deadline: "by Friday"
	dueIn                         // begins one that is counted: "within 2 hours"
	demands                       // makes one of it: "we NEED it within 2 hours"
	owns                          // says whose: "MY card was stolen"
)

var traitWords = map[trait]string{
	negates:     "not no never isn't wasn't aren't weren't don't doesn't didn't wouldn't haven't hasn't without nothing none neither nor hardly",
	uncertain:   "sure know believe understand only just stop help sleep",
	boosts:      "very so extremely absolutely really completely totally utterly incredibly such fucking bloody super most",
	fills:       "is are was were be been being has have had am seems appears currently completely totally really still even just now all again very so also absolutely literally simply always constantly keeps keep my our the a an your this that these those some of any credit debit bank entire whole whatsoever may might must could probably perhaps",
	supposes:    "if whether suppose supposing hypothetically",
	owns:        "i my mine me we our us he she his her",
	contrasts:   "but however although though yet",
	countsUsers: "users people employees customers clients seats agents staff colleagues students stores sites members workers devices machines",
	currency:    "usd eur gbp chf jpy cad aud dollars dollar euro euros pounds quid",
	dueBy:       "by before until till due deadline",
	dueIn:       "within",
	demands:     "please need needs must could require required expect want fix due deadline urgent urgently asap",
}

// lexicon is every phrase the judge knows, compiled into one trie over words, so that a text is matched in one pass.
type lexicon struct {
	ids    map[string]int32 // word to id; several spellings may share one
	traits []trait          // by id
	langs  []uint16         // by id: languages that have it as a function word
	first  []int32          // by id: the node of the phrases that begin with it, 0 where none does
	next   map[uint64]int32 // node and id to node
	ends   [][]int32        // by node: the entries that are complete there
}

// compile builds the lexicon of phrase lists: phrases[i] gives the phrases of entry i, separated by semicolons. In a
// phrase "a/b" stands for either word, "a+b" for a word of two, and a word that ends in n't also for its long form.
func compile(phrases []string) *lexicon {
	l := &lexicon{ids: map[string]int32{}, next: map[uint64]int32{}, ends: make([][]int32, 1)}
	for t, words := range traitWords {
		for w := range strings.FieldsSeq(words) {
			l.traits[l.id(w)] |= t
		}
	}
	for i, words := range functionWords {
		for w := range strings.FieldsSeq(words) {
			l.langs[l.id(w)] |= 1 << i
		}
	}
	for w := range strings.FieldsSeq(calendarWords) {
		l.id(w)
	}
	for entry, list := range phrases {
		for phrase := range strings.SplitSeq(list, ";") {
			for _, words := range spell(strings.Fields(phrase)) {
				l.add(words, int32(entry))
			}
		}
	}
	return l
}

// spell gives every way of writing the phrase.
func spell(phrase []string) [][]string {
	all := [][]string{nil}
	for _, w := range phrase {
		var grown [][]string
		for alt := range strings.SplitSeq(w, "/") {
			for _, form := range forms(alt) {
				for _, head := range all {
					grown = append(grown, append(head[:len(head):len(head)], form...))
				}
			}
		}
		all = grown
	}
	return all
}

// forms gives the word and, for "can't" and its like, what else says the same.
func forms(w string) [][]string {
	stem, contracted := strings.CutSuffix(w, "n't")
	switch {
	case w == "can't":
		return [][]string{{w}, {"can", "not"}, {"unable", "to"}, {"not", "able", "to"}}
	case w == "won't":
		return [][]string{{w}, {"will", "not"}}
	case strings.Contains(w, "+"):
		return [][]string{strings.Split(w, "+")}
	case contracted && stem != "":
		return [][]string{{w}, {stem, "not"}}
	}
	return [][]string{{w}}
}

// id gives the word's id, making one where there is none. "cannot", "cant" and "can't" are one word.
func (l *lexicon) id(w string) int32 {
	if id, ok := l.ids[w]; ok {
		return id
	}
	id := int32(len(l.traits))
	l.traits, l.langs, l.first = append(l.traits, 0), append(l.langs, 0), append(l.first, 0)
	l.ids[w] = id
	if strings.HasSuffix(w, "n't") {
		l.ids[strings.Replace(w, "'", "", 1)] = id
	}
	if w == "can't" {
		l.ids["cannot"] = id
	}
	return id
}

func (l *lexicon) add(words []string, entry int32) {
	if len(words) == 0 {
		return
	}
	id := l.id(words[0])
	if l.first[id] == 0 {
		l.first[id] = l.node()
	}
	node := l.first[id]
	for _, w := range words[1:] {
		step := uint64(node)<<32 | uint64(l.id(w))
		if l.next[step] == 0 {
			l.next[step] = l.node()
		}
		node = l.next[step]
	}
	l.ends[node] = append(l.ends[node], entry)
}

func (l *lexicon) node() int32 {
	l.ends = append(l.ends, nil)
	return int32(len(l.ends) - 1)
}

// mustID gives the id of a word that the tables are known to have; a missing one is a fault of the tables.
func (l *lexicon) mustID(w string) int32 {
	id, ok := l.ids[w]
	if !ok {
		panic(fmt.Sprintf("triage: the lexicon lacks %q", w))
	}
	return id
}

// hit is a phrase found in a reading.
type hit struct {
	entry      int32
	from, to   int32   // words, to exclusive
	strength   float64 // 1, less where it is supposed or old
	negated    bool
	emphasised float64 // 1, more for capitals, stretched words, boosting words and exclamation marks
}

// slack is how many filling words may stand inside a phrase.
const slack = 3

// match finds the phrases in the words, of one entry the longest from each start, none overlapping the one before.
func (l *lexicon) match(r *reading) {
	for i := range r.words {
		id := r.words[i].id
		if id < 0 || l.first[id] == 0 {
			continue
		}
		l.walk(r, int32(i), l.first[id])
	}
}

func (l *lexicon) walk(r *reading, from, node int32) {
	start := len(r.hits)
	skipped := 0
	sentence := r.words[from].sentence
	for to := from + 1; ; to++ {
		for _, entry := range l.ends[node] {
			r.note(start, entry, from, to)
		}
		for ; ; to++ {
			if int(to) >= len(r.words) || r.words[to].sentence != sentence || r.words[to].id < 0 {
				return
			}
			w := r.words[to]
			if n := l.next[uint64(node)<<32|uint64(w.id)]; n != 0 {
				node = n
				break
			}
			if skipped++; skipped > slack || l.traits[w.id]&fills == 0 {
				return
			}
		}
	}
}

// note keeps a hit, in place of a shorter one from the same start; one that overlaps an earlier of its entry is dropped.
func (r *reading) note(start int, entry, from, to int32) {
	for i := start; i < len(r.hits); i++ {
		if r.hits[i].entry == entry {
			r.hits[i].to = to
			r.until[entry] = to
			return
		}
	}
	if from < r.until[entry] {
		return
	}
	r.until[entry] = to
	r.hits = append(r.hits, hit{entry: entry, from: from, to: to})
}

// judge says of each hit whether it is negated, supposed, old or emphasised.
func (l *lexicon) judge(r *reading) {
	for i := range r.hits {
		h := &r.hits[i]
		h.strength, h.emphasised = 1, 1
		l.lookBack(r, h)
		w := r.words[h.to-1]
		for _, v := range r.words[h.from:h.to] {
			if v.flags&(capitals|stretched) != 0 {
				h.emphasised = max(h.emphasised, 1.25)
			}
		}
		if r.bangs[w.sentence] >= 2 {
			h.emphasised += 0.25
		}
		if w.flags&old != 0 {
			h.strength *= 0.5
		}
	}
}

// supposed is the strength of what is only supposed, or asked about in general.
const supposed = 0.4

// How far back a negation and a supposition reach, in words.
const (
	negationReach    = 4
	suppositionReach = 8
)

func (l *lexicon) lookBack(r *reading, h *hit) {
	start := r.words[h.from]
	for back := int32(1); back <= suppositionReach && h.from-back >= 0; back++ {
		w := r.words[h.from-back]
		if w.sentence != start.sentence {
			return
		}
		if w.id < 0 {
			continue
		}
		t := l.traits[w.id]
		if back == 1 && t&boosts != 0 {
			h.emphasised = 1.25
		}
		if w.clause == start.clause && t&supposes != 0 {
			h.strength = supposed
		}
		if back <= negationReach && w.clause == start.clause && t&negates != 0 && !l.softened(r, h.from-back+1) {
			h.negated = true
		}
	}
}

// softened reports whether the word after a negating one takes its force: "not sure why", "not only".
func (l *lexicon) softened(r *reading, i int32) bool {
	id := r.words[i].id
	return id >= 0 && l.traits[id]&uncertain != 0
}
