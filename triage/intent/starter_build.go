package intent

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
)

// Sizes of a starter.
const (
	teacherSize  = 160
	nearSize     = 96
	nearWindow   = 5
	nearTexts    = 4    // a word is known from so many texts on
	teacherTexts = 4    // an n-gram likewise
	common       = 1e-3 // a word as frequent as this weighs half (Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline")
)

// BuildStarter makes a starter from other companies' examples and from texts that are on nothing in particular. The
// program in bench/intent makes with it the one that ships.
func BuildStarter(examples []Example, texts []string, seed uint64) *Starter {
	s := &Starter{}
	all := make([]string, 0, len(examples)+len(texts))
	for _, e := range examples {
		all = append(all, e.Text)
	}
	s.teach(examples, all, seed)
	s.neighbours(append(all, texts...), seed)
	file := s.Encode()
	s.sum = binary.LittleEndian.Uint32(file[len(file)-4:])
	return s
}

// teach fits a model of the examples' labels and keeps its weights' largest principal components.
func (s *Starter) teach(examples []Example, texts []string, seed uint64) {
	v := count(texts, teacherTexts, 0)
	names := labelsOf(examples)
	ex := rows{width: len(v.keys), kinds: len(names)}
	var r reader
	for i, e := range examples {
		r.read(texts[i])
		row, _ := v.vector(&r)
		ex.cells = append(ex.cells, slices.Clone(row))
		k, _ := slices.BinarySearch(names, e.Label)
		ex.labels = append(ex.labels, k)
	}
	l := fit(ex, seed)
	clear(l.bias)
	axes := principal(l, ex, min(teacherSize, len(names)), seed)
	vectors := make([][]float32, len(v.keys))
	for i := range vectors {
		w := l.weights[i*l.kinds:][:l.kinds]
		vectors[i] = make([]float32, len(axes[0]))
		for k, x := range w {
			for a, y := range axes[k] {
				vectors[i][a] += x * y
			}
		}
	}
	s.teacher.vocabulary = *v
	s.teacher.set(vectors)
}

// principal gives the directions among the labels' scores in which the texts differ most, by label.
func principal(l *linear, ex rows, size int, seed uint64) [][]float32 {
	score := make([]float32, l.kinds)
	cov := make([][]float32, l.kinds)
	for i := range cov {
		cov[i] = make([]float32, l.kinds)
	}
	for i := 0; i < len(ex.cells); i += 4 { // a quarter shows the directions as well
		l.scores(ex.cells[i], score)
		for k, x := range score {
			for j, y := range score {
				cov[k][j] += x * y
			}
		}
	}
	q := noise(l.kinds, size, seed)
	for range 8 {
		orthogonal(q)
		q = product(len(q), size, func(i int, add func(int, float32)) {
			for j, x := range cov[i] {
				add(j, x)
			}
		}, q)
	}
	orthogonal(q)
	return q
}

// neighbours makes vectors of words from the words that stand near them: positive pointwise mutual information, brought
// to few dimensions (Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity").
func (s *Starter) neighbours(texts []string, seed uint64) {
	v, docs, frequency := vocables(texts)
	m := information(docs, len(v.keys))
	q := noise(len(v.keys), nearSize, seed)
	for range 4 {
		orthogonal(q)
		q = product(len(q), nearSize, func(i int, add func(int, float32)) {
			for _, c := range m[i] {
				add(int(c.at), c.val)
			}
		}, q)
	}
	lengths := orthogonal(q)
	for i := range q {
		for k := range q[i] {
			q[i][k] *= float32(math.Sqrt(lengths[k]))
		}
		stretch(q[i], 1)
	}
	for i, f := range frequency {
		v.idf[i] = float32(common / (common + f))
	}
	s.near.vocabulary = *v
	s.near.set(q)
}

// vocables gives the words that are frequent enough, the texts as numbers of words (-1 for others), and each word's share
// of all.
func vocables(texts []string) (v *vocabulary, docs [][]int32, frequency []float64) {
	v = &vocabulary{}
	times := map[uint32]int{}
	total := 0
	hashes := make([][]uint32, len(texts))
	var r reader
	for i, t := range texts {
		r.read(t)
		for _, h := range r.hashes {
			hashes[i] = append(hashes[i], fold(h))
			times[fold(h)]++
			total++
		}
	}
	for h, n := range times {
		if n >= nearTexts {
			v.keys = append(v.keys, h)
		}
	}
	slices.Sort(v.keys)
	v.look()
	v.idf, v.blocks = make([]float32, len(v.keys)), make([]block, len(v.keys))
	for _, h := range v.keys {
		frequency = append(frequency, float64(times[h])/float64(total))
	}
	docs = make([][]int32, len(texts))
	for i, hs := range hashes {
		for _, h := range hs {
			k, ok := v.index[h]
			if !ok {
				k = -1
			}
			docs[i] = append(docs[i], k)
		}
	}
	return v, docs, frequency
}

// information gives for each word how much more often than by chance each other stands near it, in nats.
func information(docs [][]int32, n int) [][]cell {
	near := make([]map[int32]float32, n)
	for i := range near {
		near[i] = map[int32]float32{}
	}
	for _, d := range docs {
		for i, a := range d {
			for j := max(0, i-nearWindow); j < i; j++ {
				if b := d[j]; a >= 0 && b >= 0 {
					near[a][b] += 1 / float32(i-j)
					near[b][a] += 1 / float32(i-j)
				}
			}
		}
	}
	sorted := make([][]cell, n)
	sums := make([]float64, n)
	total := 0.0
	for i, m := range near {
		for j, x := range m {
			sorted[i] = append(sorted[i], cell{j, x})
		}
		slices.SortFunc(sorted[i], func(a, b cell) int { return int(a.at) - int(b.at) })
		for _, c := range sorted[i] {
			sums[i] += float64(c.val)
		}
		total += math.Pow(sums[i], 0.75)
	}
	for i, cells := range sorted {
		kept := cells[:0]
		for _, c := range cells {
			if p := math.Log(float64(c.val) * total / (sums[i] * math.Pow(sums[c.at], 0.75))); p > 0 {
				kept = append(kept, cell{c.at, float32(p)})
			}
		}
		sorted[i] = kept
	}
	return sorted
}

func noise(n, size int, seed uint64) [][]float32 {
	rng := rand.New(rand.NewPCG(seed, 3))
	q := make([][]float32, n)
	for i := range q {
		q[i] = make([]float32, size)
		for k := range q[i] {
			q[i][k] = float32(rng.NormFloat64())
		}
	}
	return q
}

// product multiplies a matrix, given by its rows, with q.
func product(n, size int, row func(i int, add func(j int, x float32)), q [][]float32) [][]float32 {
	out := make([][]float32, n)
	for i := range out {
		o := make([]float32, size)
		row(i, func(j int, x float32) {
			for k, y := range q[j] {
				o[k] += x * y
			}
		})
		out[i] = o
	}
	return out
}

// orthogonal makes the columns orthonormal, by Gram and Schmidt, and gives the lengths they had.
func orthogonal(q [][]float32) []float64 {
	size := len(q[0])
	lengths := make([]float64, size)
	dots := make([]float64, size)
	for k := range size {
		clear(dots[:k])
		for _, row := range q {
			for j, x := range row[:k] {
				dots[j] += float64(x) * float64(row[k])
			}
		}
		n := 0.0
		for _, row := range q {
			for j, x := range row[:k] {
				row[k] -= float32(dots[j]) * x
			}
			n += float64(row[k]) * float64(row[k])
		}
		lengths[k] = math.Sqrt(n)
		for _, row := range q {
			row[k] /= float32(max(lengths[k], 1e-12))
		}
	}
	return lengths
}
