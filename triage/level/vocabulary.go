package level

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// cell is one coordinate of a text's vector.
type cell struct {
	at    int32
	value float64
}

// vocabulary knows the words, pairs and marks that enough texts have, by their hashes, and how rare each is.
type vocabulary struct {
	keys  []uint64 // ascending
	idf   []float64
	index map[uint64]int32
}

// hashOf is FNV-1a (Fowler, Noll and Vo) in 64 bits.
func hashOf(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

// Limits of a vocabulary.
const (
	leastTexts = 3 // that have a word
	mostKeys   = 60_000
)

// markLength is the length of the marks' part of a vector beside that of the words.
const markLength = 0.3

func count(texts []seen) *vocabulary {
	has := map[uint64]int{}
	for _, t := range texts {
		for key := range distinct(t) {
			has[key]++
		}
	}
	v := &vocabulary{}
	for least := leastTexts; v.keys == nil || len(v.keys) > mostKeys; least *= 2 {
		maps.DeleteFunc(has, func(_ uint64, n int) bool { return n < least })
		if v.keys = slices.Sorted(maps.Keys(has)); len(v.keys) == 0 {
			break
		}
	}
	for _, key := range v.keys {
		v.idf = append(v.idf, 1+math.Log(float64(1+len(texts))/float64(1+has[key])))
	}
	v.look()
	return v
}

func distinct(t seen) map[uint64]bool {
	out := make(map[uint64]bool, len(t.words)+len(t.marks))
	for _, w := range t.words {
		out[hashOf(w)] = true
	}
	for _, m := range t.marks {
		out[hashOf(marked(m))] = true
	}
	return out
}

// marked gives the name of a mark, which no word has.
func marked(m string) string { return "\t" + m }

func (v *vocabulary) look() {
	v.index = make(map[uint64]int32, len(v.keys))
	for i, key := range v.keys {
		v.index[key] = int32(i)
	}
}

// at gives the coordinate of a word, a pair or a marked name.
func (v *vocabulary) at(name string) (int32, bool) {
	at, ok := v.index[hashOf(name)]
	return at, ok
}

// vector gives the coordinates of a text, ascending; its words are of length one together, its marks of markLength.
func (v *vocabulary) vector(t seen) []cell {
	times := make(map[int32]float64, len(t.words))
	for _, w := range t.words {
		if at, ok := v.at(w); ok {
			times[at]++
		}
	}
	out := make([]cell, 0, len(times)+len(t.marks))
	for at, n := range times {
		out = append(out, cell{at, (1 + math.Log(n)) * v.idf[at]})
	}
	marks := make([]cell, 0, len(t.marks))
	for _, m := range t.marks {
		if at, ok := v.at(marked(m)); ok {
			marks = append(marks, cell{at, v.idf[at]})
		}
	}
	out, marks = scaled(out, 1), scaled(marks, markLength)
	return ascending(append(out, marks...))
}

func ascending(row []cell) []cell {
	slices.SortFunc(row, func(a, b cell) int { return cmp.Compare(a.at, b.at) })
	return row
}

// scaled gives coordinates the length; in their order, so that the sum is the same each time.
func scaled(row []cell, length float64) []cell {
	sum := 0.0
	for _, c := range ascending(row) {
		sum += c.value * c.value
	}
	if sum > 0 {
		for i := range row {
			row[i].value *= length / math.Sqrt(sum)
		}
	}
	return row
}
