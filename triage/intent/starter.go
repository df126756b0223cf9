package intent

import "math"

// Starter knows what words mean, as far as dialogues of other companies show it: how n-grams speak for other companies'
// intents (teacher), and which words stand near which (near). It helps most while there are few examples.
type Starter struct {
	teacher table // of n-grams
	near    table // of words
	sum     uint32
}

// table is a short vector for each n-gram that it knows.
type table struct {
	vocabulary
	size    int
	scale   []float32 // by n-gram
	vectors []int8    // size of them by n-gram
}

// Lengths of what the two tables add to a text's vector, beside the length 1 of its n-grams.
const (
	teacherLength = 0.7
	nearLength    = 0.6
)

// width gives how many coordinates the starter adds; none for no starter.
func (s *Starter) width() int {
	if s == nil {
		return 0
	}
	return s.teacher.size + s.near.size
}

// add appends the starter's coordinates, numbered from at, as they differ from center.
func (s *Starter) add(r *reader, at int32, center []float32, out []cell) []cell {
	if s == nil {
		return out
	}
	sum := s.sums(r)
	for k, x := range center {
		sum[k] -= x
	}
	stretch(sum[:s.teacher.size], teacherLength)
	stretch(sum[s.teacher.size:], nearLength)
	for k, x := range sum {
		if x != 0 {
			out = append(out, cell{at + int32(k), x})
		}
	}
	return out
}

// center gives the mean of the texts' coordinates: what they have in common tells nothing about one of them.
func (s *Starter) center(texts []string) []float32 {
	center := make([]float32, s.width())
	if s == nil {
		return center
	}
	var r reader
	for _, t := range texts {
		r.read(t)
		for k, x := range s.sums(&r) {
			center[k] += x / float32(len(texts))
		}
	}
	return center
}

// sums gives the coordinates of the text that was read, which are the reader's until its next.
func (s *Starter) sums(r *reader) []float32 {
	row, _ := s.teacher.vector(r)
	r.sums = sized(r.sums, s.width())
	clear(r.sums)
	sum := r.sums
	s.teacher.sum(row, sum[:s.teacher.size])
	row = r.cells[:0]
	for _, g := range r.grams {
		if g.block == words && !g.pair {
			if k, ok := s.near.index[g.hash]; ok {
				row = append(row, cell{k, s.near.idf[k]})
			}
		}
	}
	r.cells = row
	s.near.sum(row, sum[s.teacher.size:])
	return sum
}

func (t *table) sum(row []cell, out []float32) {
	for _, c := range row {
		f := c.val * t.scale[c.at]
		for k, x := range t.vectors[int(c.at)*t.size:][:len(out)] {
			out[k] += f * float32(x)
		}
	}
}

// set keeps the vectors in eight bits a number.
func (t *table) set(vectors [][]float32) {
	t.size = len(vectors[0])
	for _, v := range vectors {
		most := float32(1e-12)
		for _, x := range v {
			most = max(most, x, -x)
		}
		t.scale = append(t.scale, most/127)
		for _, x := range v {
			t.vectors = append(t.vectors, int8(math.Round(float64(x/most*127))))
		}
	}
}

// stretch brings the vector to the length, unless it is zero.
func stretch(v []float32, length float64) {
	n := 0.0
	for _, x := range v {
		n += float64(x) * float64(x)
	}
	if n == 0 {
		return
	}
	f := float32(length / math.Sqrt(n))
	for k := range v {
		v[k] *= f
	}
}
