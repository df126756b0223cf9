package assess

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Repeats is whether people decide the same case the same way twice: over pairs of identical or nearly identical texts.
type Repeats struct {
	Pairs  int     `json:"pairs"`
	Same   float64 `json:"same"`   // share of the pairs with the same decision
	Chance float64 `json:"chance"` // what that share would be if decisions were dealt out anew
}

// Texts are nearly identical from this share of common words on (Jaccard). Candidates are found by min-hashes (Broder 1997,
// "On the resemblance and containment of documents"), in bands of two.
const (
	alike     = 0.8
	bands     = 12
	perBand   = 2
	crowd     = 50    // texts of one bucket that are compared with one another
	mostPairs = 20000 // that are counted
)

// repeatsOf counts the pairs of alike texts and how many have the same label; rows without a label are left out.
func repeatsOf(texts, labels []string, seed uint64) Repeats {
	var sets [][]uint64
	var of []string
	for i, t := range texts {
		if labels[i] == "" {
			continue
		}
		if w := wordSet(t); len(w) >= 3 {
			sets, of = append(sets, w), append(of, labels[i])
		}
	}
	var r Repeats
	same := 0
	for _, p := range alikePairs(sets, seed) {
		r.Pairs++
		if of[p[0]] == of[p[1]] {
			same++
		}
	}
	counts := map[string]int{}
	for _, l := range of {
		counts[l]++
	}
	for _, n := range counts {
		share := float64(n) / float64(len(of))
		r.Chance += share * share
	}
	if r.Pairs > 0 {
		r.Same = float64(same) / float64(r.Pairs)
	}
	return r
}

// wordSet gives the hashes of a text's words, ascending, each once; numbers are all one, since they are what differs
// between cases that are the same.
func wordSet(text string) []uint64 {
	var set []uint64
	words := strings.FieldsFunc(strings.ToLower(clip(text, textRead)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if strings.ContainsAny(w, "0123456789") {
			w = "#"
		}
		h := fnv.New64a()
		_, _ = h.Write([]byte(w))
		set = append(set, h.Sum64())
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// alikePairs gives pairs of sets that have enough in common, each pair once.
func alikePairs(sets [][]uint64, seed uint64) [][2]int {
	rng := rand.New(rand.NewPCG(seed, 12))
	seen := map[[2]int]bool{}
	var out [][2]int
	for range bands {
		var salts [perBand]uint64
		for i := range salts {
			salts[i] = rng.Uint64()
		}
		buckets := map[[perBand]uint64][]int{}
		for i, s := range sets {
			key := signature(s, salts)
			for _, j := range buckets[key] {
				p := [2]int{j, i}
				if len(out) < mostPairs && !seen[p] && jaccard(sets[i], sets[j]) >= alike {
					seen[p] = true
					out = append(out, p)
				}
			}
			if len(buckets[key]) < crowd {
				buckets[key] = append(buckets[key], i)
			}
		}
	}
	return out
}

func signature(set []uint64, salts [perBand]uint64) (sig [perBand]uint64) {
	for k, salt := range salts {
		sig[k] = ^uint64(0)
		for _, h := range set {
			x := (h ^ salt) * 0x9E3779B97F4A7C15
			x ^= x >> 29
			sig[k] = min(sig[k], x*0xBF58476D1CE4E5B9)
		}
	}
	return sig
}

// jaccard gives the share of the elements of either sorted set that are in both.
func jaccard(a, b []uint64) float64 {
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			both, i, j = both+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// telling is how many pairs say something.
const telling = 20

// sentence says the repeats in a sentence, "" where there are too few to speak of.
func (r Repeats) sentence() string {
	if r.Pairs < telling {
		return ""
	}
	return fmt.Sprintf("Of %d pairs of nearly identical cases people decided %s the same way; %s would be chance.", r.Pairs, percent(r.Same), percent(r.Chance))
}
