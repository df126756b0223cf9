package intent

import (
	"cmp"
	"slices"
)

// maxReasons is how many words are named.
const maxReasons = 4

// reasons names the words that speak most for the best label over the second: what its n-grams and its letters weigh.
func (m *Model) reasons(s *sight, best, second int) []Weighed {
	byWord := make([]float32, len(s.reader.ends))
	total := float32(0)
	word := 0
	for _, g := range s.reader.grams {
		at, ok := m.vocabulary.index[g.hash]
		if !ok {
			continue
		}
		i, found := slices.BinarySearchFunc(s.row, at, func(c cell, at int32) int { return cmp.Compare(c.at, at) })
		if !found {
			continue
		}
		w := m.weights[int(at)*len(m.bias):]
		x := s.row[i].val * m.scale[at] * (float32(w[best]) - float32(w[second]))
		total += max(x, 0)
		word = s.reader.wordAt(g.start, word)
		last := s.reader.wordAt(g.end-1, word)
		byWord[word] += x / 2
		byWord[last] += x / 2
	}
	return s.reader.heaviest(byWord, total)
}

// wordAt gives the word that has the rune; near is where to begin to look.
func (r *reader) wordAt(at int32, near int) int {
	near = min(near, len(r.ends)-1)
	for near > 0 && r.ends[near-1] > at {
		near--
	}
	for near < len(r.ends)-1 && r.ends[near] < at {
		near++
	}
	return near
}

func (r *reader) heaviest(weight []float32, total float32) []Weighed {
	var out []Weighed
	for range maxReasons {
		best := 0
		for i, w := range weight {
			if w > weight[best] {
				best = i
			}
		}
		if len(weight) == 0 || weight[best] <= 0.02*total {
			break
		}
		word := string(r.runes[r.startOf(best):r.ends[best]])
		if i := slices.IndexFunc(out, func(w Weighed) bool { return w.Words == word }); i >= 0 {
			out[i].Weight += float64(weight[best] / total)
		} else {
			out = append(out, Weighed{word, float64(weight[best] / total)})
		}
		weight[best] = 0
	}
	return out
}
