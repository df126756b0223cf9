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

// vocabulary knows the words, pairs and marks that enough texts have, and how rare each is.
type vocabulary struct {
	names []string // ascending
	idf   []float64
	index map[string]int32
}

// Limits of a vocabulary.
const (
	leastTexts = 3 // that have a word
	mostNames  = 60_000
)

// markLength is the length of the marks' part of a vector beside that of the words.
const markLength = 0.3

func count(texts []seen) *vocabulary {
	has := map[string]int{}
	for _, t := range texts {
		for name := range distinct(t) {
			has[name]++
		}
	}
	v := &vocabulary{}
	for least := leastTexts; v.names == nil || len(v.names) > mostNames; least *= 2 {
		maps.DeleteFunc(has, func(_ string, n int) bool { return n < least })
		if v.names = slices.Sorted(maps.Keys(has)); len(v.names) == 0 {
			break
		}
	}
	for _, name := range v.names {
		v.idf = append(v.idf, 1+math.Log(float64(1+len(texts))/float64(1+has[name])))
	}
	v.look()
	return v
}

func distinct(t seen) map[string]bool {
	out := make(map[string]bool, len(t.words)+len(t.marks))
	for _, w := range t.words {
		out[w] = true
	}
	for _, m := range t.marks {
		out[marked(m)] = true
	}
	return out
}

// marked gives the name of a mark, which no word has.
func marked(m string) string { return "\t" + m }

func isMark(name string) bool { return name[0] == '\t' }

func (v *vocabulary) look() {
	v.index = make(map[string]int32, len(v.names))
	for i, name := range v.names {
		v.index[name] = int32(i)
	}
}

// vector gives the coordinates of a text, ascending; its words are of length one together, its marks of markLength.
func (v *vocabulary) vector(t seen) []cell {
	times := make(map[int32]float64, len(t.words))
	for _, w := range t.words {
		if at, ok := v.index[w]; ok {
			times[at]++
		}
	}
	out := make([]cell, 0, len(times)+len(t.marks))
	for at, n := range times {
		out = append(out, cell{at, (1 + math.Log(n)) * v.idf[at]})
	}
	marks := make([]cell, 0, len(t.marks))
	for _, m := range t.marks {
		if at, ok := v.index[marked(m)]; ok {
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
