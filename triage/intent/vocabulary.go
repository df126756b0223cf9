package intent

import (
	"math"
	"slices"
)

// cell is one coordinate of a text's vector.
type cell struct {
	at  int32
	val float32
}

// vocabulary knows n-grams and how telling each is. The order of its keys is that of the coordinates.
type vocabulary struct {
	keys   []uint32 // ascending
	idf    []float32
	blocks []block
	unseen float32 // the idf of an n-gram that no text had
	index  map[uint32]int32
}

// rarity is the power of the idf that n-grams are weighed by: the rarer ones somewhat more than usual.
const rarity = 1.3

// count makes the vocabulary of the n-grams that so many texts have; pairs must be in more, and are left out for 0.
func count(texts []string, least, leastPairs int32) *vocabulary {
	type entry struct {
		texts int32
		last  int32
		block block
		pair  bool
	}
	seen := map[uint32]entry{}
	var r reader
	for i, t := range texts {
		r.read(t)
		for _, g := range r.grams {
			if g.pair && leastPairs == 0 {
				continue
			}
			if e, ok := seen[g.hash]; !ok || e.last != int32(i) {
				seen[g.hash] = entry{e.texts + 1, int32(i), g.block, g.pair}
			}
		}
	}
	v := &vocabulary{}
	for h, e := range seen {
		if e.texts >= least && (!e.pair || e.texts >= leastPairs) {
			v.keys = append(v.keys, h)
		}
	}
	slices.Sort(v.keys)
	n := float64(len(texts))
	for _, h := range v.keys {
		v.idf = append(v.idf, float32(math.Pow(math.Log((1+n)/(1+float64(seen[h].texts)))+1, rarity)))
		v.blocks = append(v.blocks, seen[h].block)
	}
	v.unseen = float32(math.Pow(math.Log(1+n)+1, rarity))
	v.look()
	return v
}

// look builds the index.
func (v *vocabulary) look() {
	v.index = make(map[uint32]int32, len(v.keys))
	for i, h := range v.keys {
		v.index[h] = int32(i)
	}
}

// vector gives the coordinates of the text that was read, ascending, each block's part of its length, and the
// share of its words, by what they weigh, that the vocabulary has. The vector is the reader's, until its next.
func (v *vocabulary) vector(r *reader) (row []cell, known float32) {
	row = r.cells[:0]
	missing := float32(0)
	for _, g := range r.grams {
		if at, ok := v.index[g.hash]; ok {
			row = append(row, cell{at, 1})
		} else if g.block == words && !g.pair {
			missing += v.unseen * v.unseen
		}
	}
	row = merge(row)
	var sum [blocks]float32
	for i := range row {
		c := &row[i]
		c.val = weigh(c.val) * v.idf[c.at]
		sum[v.blocks[c.at]] += c.val * c.val
	}
	if sum[words] > 0 {
		known = sum[words] / (sum[words] + missing)
	}
	for i := range row {
		c := &row[i]
		c.val *= lengths[v.blocks[c.at]] / float32(math.Sqrt(float64(sum[v.blocks[c.at]])))
	}
	r.cells = row
	return row, known
}

// lengths are the blocks' parts of a vector; together they are as long as one.
var lengths = [blocks]float32{words: 0.6, chars: 0.8}

// weigh dampens how often an n-gram is in the text.
func weigh(times float32) float32 {
	if times == 1 {
		return 1
	}
	return 1 + float32(math.Log(float64(times)))
}

// merge sorts the coordinates and adds up those that are there more than once.
func merge(row []cell) []cell {
	slices.SortFunc(row, func(a, b cell) int { return int(a.at) - int(b.at) })
	n := 0
	for _, c := range row {
		if n > 0 && row[n-1].at == c.at {
			row[n-1].val += c.val
			continue
		}
		row[n] = c
		n++
	}
	return row[:n]
}
