package triage

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Article is an agreed answer that can be looked for: a macro, or a page of a knowledge base.
type Article struct {
	ID, Title, Text string
	Words           []string // what it is about, as the policy names it
}

// Found is an article with how well it fits.
type Found struct {
	ID    string
	Score float64
	Share float64 // of what the text asks, by how rare its words are, that the article speaks of; 0..1
}

// Library finds the articles that fit a text by BM25 over weighted fields: words are counted with the weight of the field
// that they stand in before the count is saturated, so that a word of the title is worth several of the text.
type Library struct {
	ids    []string
	length []float64
	mean   float64
	lists  map[string][]posting
}

type posting struct {
	article int32
	count   float64
}

// Weights of the fields, and BM25's own two numbers: how soon a count is saturated, and how much length matters.
const (
	titleField = 3
	wordsField = 3
	textField  = 1
	saturation = 1.2
	lengthCare = 0.75
)

// NewLibrary makes a library of articles.
func NewLibrary(articles []Article) *Library {
	l := &Library{lists: map[string][]posting{}}
	for i, a := range articles {
		counts := map[string]float64{}
		size := 0.0
		for _, f := range []struct {
			text   string
			weight float64
		}{{a.Title, titleField}, {strings.Join(a.Words, " "), wordsField}, {a.Text, textField}} {
			for _, w := range stems(f.text) {
				counts[w] += f.weight
				size += f.weight
			}
		}
		for w, n := range counts {
			l.lists[w] = append(l.lists[w], posting{int32(i), n})
		}
		l.ids, l.length = append(l.ids, a.ID), append(l.length, size)
		l.mean += size / float64(len(articles))
	}
	return l
}

// Find gives at most n articles that share a word with the text, the best first; of equals the one that came first.
func (l *Library) Find(text string, n int) []Found {
	scores, shares := make([]float64, len(l.ids)), make([]float64, len(l.ids))
	asked := 0.0
	words := stems(text)
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		list := l.lists[w]
		rarity := math.Log(1 + (float64(len(l.ids))-float64(len(list))+0.5)/(float64(len(list))+0.5))
		telling := 1 + rarity
		if strings.ContainsAny(w, "0123456789") {
			telling = 0 // an order number is nobody else's
		}
		asked += telling
		for _, p := range list {
			shares[p.article] += telling
			long := 1 - lengthCare + lengthCare*l.length[p.article]/l.mean
			scores[p.article] += rarity * p.count * (saturation + 1) / (p.count + saturation*long)
		}
	}
	var out []Found
	for i, s := range scores {
		if s > 0 {
			out = append(out, Found{ID: l.ids[i], Score: s, Share: shares[i] / max(asked, 1)})
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(n, len(out))]
}

// stems gives the words of a text without their commonest endings.
func stems(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !isWordRune(c) && c != '\'' })
	out := words[:0]
	for _, w := range words {
		if _, dull := dullWords[w]; !dull {
			out = append(out, stem(w))
		}
	}
	return out
}

var dullWords = func() map[string]struct{} {
	out := map[string]struct{}{}
	for w := range strings.FieldsSeq(functionWords[0]) {
		out[w] = struct{}{}
	}
	return out
}()

func stem(w string) string {
	for _, end := range [...]string{"'s", "ies", "ing", "ed", "es", "s", "e", "y"} {
		if head, ok := strings.CutSuffix(w, end); ok && len(head) >= 3 {
			return head
		}
	}
	return w
}
