package triage

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"remit/models"
)

// ToneExample is a text and how much of each class it is; the shares sum to one.
type ToneExample struct {
	Text   string
	Shares []float32
}

// ToneTraining says how a tone model is trained. It is deterministic under its seed.
type ToneTraining struct {
	Classes int
	Bits    int  // of the hash: 16 gives 65,536 buckets
	Stacked bool // uses the shipped model's answers as further sums
	Keep    int  // buckets, those with the largest weights; 0 keeps all that have any
	Balance float64
	Epochs  int
	Rate    float64
	Decay   float64
	Seed    uint64
}

// ToneModel is a trained model of tone, for measuring and for making the embedded one.
type ToneModel struct {
	judge   *Judge
	model   *toneModel
	stacked bool
}

// TrainTone trains a model on examples.
func (j *Judge) TrainTone(examples []ToneExample, t ToneTraining) (*ToneModel, error) {
	if t.Classes < 2 || t.Classes > maxClasses || len(examples) < t.Classes || t.Bits < minToneBits || t.Bits > maxToneBits {
		return nil, models.Errorf(models.Invalid, "a tone model takes 2 to %d classes and at least an example of each", maxClasses)
	}
	l := newLearner(j, examples, t)
	order := make([]int, len(l.rows))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(t.Seed, 1))
	var past average
	for epoch := range t.Epochs {
		random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for n, i := range order {
			l.learn(&l.rows[i])
			if epoch > 0 && (n+1)%max(1, len(order)/averagedSteps) == 0 {
				past.add(l)
			}
		}
	}
	past.into(l)
	return &ToneModel{judge: j, model: l.quantised(), stacked: t.Stacked}, nil
}

// File gives the model as it is embedded.
func (m *ToneModel) File() []byte { return m.model.file() }

// Score gives how probable each class is for the text.
func (m *ToneModel) Score(text string) []float64 {
	r := m.judge.readings.Get().(*reading)
	defer m.judge.readings.Put(r)
	r.prose(m.judge.lex, text)
	var extra []float32
	if m.stacked {
		extra = stack(r)
	}
	out := make([]float64, m.model.classes)
	m.model.score(r, 0, len(r.words), extra, out)
	return out
}

// stack gives the shipped model's answers as sums.
func stack(r *reading) []float32 {
	var probs [emotionCount]float64
	shipped.score(r, 0, len(r.words), nil, probs[:])
	out := make([]float32, emotionCount)
	for k, p := range probs {
		out[k] = float32(math.Log(p+1e-3)+4) / 4
	}
	return out
}

// row is an example as features.
type row struct {
	at     []int32   // first weight of each bucket
	values []float32 // of each bucket
	sums   []float32
	shares []float32
	weight float32
}

// learner trains by AdaGrad.
type learner struct {
	ToneTraining
	rows             []row
	weights, squares []float32
	sums, sumSquares []float32
	bias, biasSquare []float32
	out              []float32
	seen             []uint8 // how many examples have a bucket, to twice
}

func newLearner(j *Judge, examples []ToneExample, t ToneTraining) *learner {
	extra := 0
	if t.Stacked {
		extra = emotionCount
	}
	floats := func(n int) []float32 { return make([]float32, n*t.Classes) }
	l := &learner{
		ToneTraining: t, weights: floats(1 << t.Bits), squares: floats(1 << t.Bits), sums: floats(sumCount + extra), sumSquares: floats(sumCount + extra),
		bias: floats(1), biasSquare: floats(1), out: floats(1), seen: make([]uint8, 1<<t.Bits), rows: make([]row, len(examples)),
	}
	count := make([]float64, t.Classes)
	for i, e := range examples {
		l.rows[i] = l.row(j, e)
		for k, s := range e.Shares {
			count[k] += float64(s)
		}
	}
	for i := range l.rows {
		l.weigh(&l.rows[i], count)
	}
	return l
}

// weigh drops what only one example has, and gives examples of rare classes more weight.
func (l *learner) weigh(r *row, count []float64) {
	n := 0
	for i, at := range r.at {
		if l.seen[at/int32(l.Classes)] > 1 {
			r.at[n], r.values[n] = at, r.values[i]
			n++
		}
	}
	r.at, r.values = r.at[:n], r.values[:n]
	r.weight = 0
	for k, s := range r.shares {
		if s > 0 {
			r.weight += s * float32(math.Pow(float64(len(l.rows))/float64(l.Classes)/count[k], l.Balance))
		}
	}
}

func (l *learner) row(j *Judge, e ToneExample) row {
	r := j.readings.Get().(*reading)
	defer j.readings.Put(r)
	r.prose(j.lex, e.Text)
	out := row{shares: e.Shares}
	if l.Stacked {
		out.sums = stack(r)
	}
	f := &r.features
	f.of(r, 0, len(r.words))
	out.sums = slices.Concat(f.sums[:], out.sums)
	for _, block := range []struct {
		hashes []uint32
		weight float64
	}{{f.words, 1}, {f.parts, partWeight}} {
		v := float32(block.weight / math.Sqrt(float64(max(1, len(block.hashes)))))
		for _, h := range block.hashes {
			bucket := h >> (32 - l.Bits)
			out.at, out.values = append(out.at, int32(bucket)*int32(l.Classes)), append(out.values, v)
			l.seen[bucket] = min(2, l.seen[bucket]+1)
		}
	}
	return out
}

// learn takes one step down the gradient of one example.
func (l *learner) learn(r *row) {
	out, k := l.out, l.Classes
	copy(out, l.bias)
	for i, at := range r.at {
		for c, w := range l.weights[at : int(at)+k] {
			out[c] += r.values[i] * w
		}
	}
	for i, s := range r.sums {
		for c, w := range l.sums[i*k : i*k+k] {
			out[c] += sumWeight * s * w
		}
	}
	l.residual(r)
	l.step(l.bias, l.biasSquare, 1, 1)
	for i, at := range r.at {
		l.step(l.weights[at:int(at)+k], l.squares[at:int(at)+k], r.values[i], 1e-3)
	}
	for i, s := range r.sums {
		l.step(l.sums[i*k:i*k+k], l.sumSquares[i*k:i*k+k], sumWeight*s, 1e-3)
	}
}

// averagedSteps is how many times an epoch, after the first, the weights are taken into the average.
const averagedSteps = 2

// average is the mean of a learner's weights over time, which is steadier than where it happened to stop.
type average struct {
	n                   float32
	weights, sums, bias []float32
}

func (a *average) add(l *learner) {
	if a.n == 0 {
		a.weights, a.sums, a.bias = make([]float32, len(l.weights)), make([]float32, len(l.sums)), make([]float32, len(l.bias))
	}
	a.n++
	for _, p := range [...]struct{ to, from []float32 }{{a.weights, l.weights}, {a.sums, l.sums}, {a.bias, l.bias}} {
		for i, w := range p.from {
			p.to[i] += (w - p.to[i]) / a.n
		}
	}
}

func (a *average) into(l *learner) {
	if a.n > 0 {
		copy(l.weights, a.weights)
		copy(l.sums, a.sums)
		copy(l.bias, a.bias)
	}
}

// residual turns the scores in out into what is wrong with them.
func (l *learner) residual(r *row) {
	top, total := l.out[0], float32(0)
	for _, v := range l.out {
		top = max(top, v)
	}
	for c := range l.out {
		l.out[c] = float32(math.Exp(float64(l.out[c] - top)))
		total += l.out[c]
	}
	for c := range l.out {
		l.out[c] = (l.out[c]/total - r.shares[c]) * r.weight
	}
}

func (l *learner) step(weights, squares []float32, value, damping float32) {
	rate, decay := float32(l.Rate), float32(l.Decay)
	for c := range weights {
		g := l.out[c]*value + decay*weights[c]
		squares[c] += g * g
		weights[c] -= rate * g / float32(math.Sqrt(float64(squares[c]+damping)))
	}
}

// quantised gives the model with weights as bytes. The few largest are cut, for the sake of the many small.
func (l *learner) quantised() *toneModel {
	kept := l.kept()
	m := newToneModel(l.Classes, l.Bits, len(l.sums)/l.Classes-sumCount, len(kept))
	copy(m.bias, l.bias)
	copy(m.sums, l.sums)
	copy(m.buckets, kept)
	for k := range l.Classes {
		top := float32(0)
		for _, b := range kept {
			top = max(top, float32(math.Abs(float64(l.weights[int(b)*l.Classes+k]))))
		}
		m.scale[k] = max(top, 1e-6) * quantCut / 127
		for i, b := range kept {
			w := l.weights[int(b)*l.Classes+k] / m.scale[k]
			m.weights[i*l.Classes+k] = int8(max(-127, min(127, math.Round(float64(w)))))
		}
	}
	m.places = newTable(kept)
	return m
}

// kept gives the buckets with the largest weights, rising.
func (l *learner) kept() []uint32 {
	size := make([]float32, 1<<l.Bits)
	var out []uint32
	for b := range size {
		for _, w := range l.weights[b*l.Classes : (b+1)*l.Classes] {
			size[b] += w * w
		}
		if size[b] > 0 {
			out = append(out, uint32(b))
		}
	}
	if l.Keep > 0 && l.Keep < len(out) {
		slices.SortFunc(out, func(a, b uint32) int { return cmp.Or(cmp.Compare(size[b], size[a]), cmp.Compare(a, b)) })
		out = out[:l.Keep]
		slices.Sort(out)
	}
	return out
}

// quantCut is the share of the largest weight that a byte holds.
const quantCut = 0.7
