package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"remit/models"
)

// UrgencyKind is the kind of Learned that a company's own weights of the signals of urgency are kept under.
const UrgencyKind = "urgency"

// Weights are what a company's own past makes the signals of urgency count: by how much each counts more or less than it
// ships, and where a ticket begins of which nothing is known. A factor is never below nothing, so what speaks for urgency as
// it ships never comes to speak against it.
type Weights struct {
	Base    float64            `json:"base"`    // points that a ticket begins with beside those of the shipped table
	Factors map[string]float64 `json:"factors"` // by the code of the reason; 1 where none is told

	version string // of what WithWeights was given
}

// Bounds of what is learned.
const (
	mostFactor = 4.0
	mostBase   = 4.0
)

// Encode gives the weights as bytes, the same for the same weights.
func (w *Weights) Encode() []byte {
	b, _ := json.Marshal(w) // numbers that Check has seen, and keys in order
	return b
}

// Version names the weights: proposals of priorities carry it.
func (w *Weights) Version() string {
	sum := sha256.Sum256(w.Encode())
	return "triage-urgency/" + hex.EncodeToString(sum[:4])
}

// DecodeWeights reads what Encode gave. What is none, or out of its bounds, is Invalid.
func DecodeWeights(b []byte) (*Weights, error) {
	var w Weights
	if err := json.Unmarshal(b, &w); err != nil {
		return nil, models.Errorf(models.Invalid, "these are no weights of urgency: train them again")
	}
	bad := !(math.Abs(w.Base) <= mostBase)
	for _, f := range w.Factors {
		bad = bad || !(f >= 0 && f <= mostFactor)
	}
	if bad {
		return nil, models.Errorf(models.Invalid, "weights of urgency are beyond their bounds: train them again")
	}
	return &w, nil
}

// WithWeights has urgency told by a company's own weights; with nil by those that ship.
func WithWeights(w *Weights) Option {
	return func(j *Judge) {
		if j.weights = nil; w != nil {
			own := *w
			own.version = w.Version()
			j.weights = &own
		}
	}
}

func (w *Weights) base() float64 {
	if w == nil {
		return baseScore
	}
	return baseScore + w.Base
}

func (w *Weights) factor(code string) float64 {
	if w == nil {
		return 1
	}
	if f, ok := w.Factors[code]; ok {
		return f
	}
	return 1
}

// proofFrom is the factor from which a signal that only shifts the scales as it ships is evidence for another priority.
const proofFrom = 1.5

func (w *Weights) proves(code string) bool { return w.factor(code) >= proofFrom }

// Sign is a signal of urgency that was found in a ticket, with its points as they ship.
type Sign struct {
	Code   string
	Points float64
}

// UrgencyExample is a ticket's signs with the priority that people gave it.
type UrgencyExample struct {
	Signs    []Sign
	Priority models.Priority
}

// Signs gives the signals of urgency that are found in the facts, whatever priority the ticket has.
func (j *Judge) Signs(f models.Facts, policy models.TriageRules) []Sign {
	r := j.readings.Get().(*reading)
	defer j.readings.Put(r)
	c := j.read(r, f, policy)
	w := weighed{}
	c.weigh(&w)
	out := make([]Sign, w.n)
	for i, reason := range w.reasons[:w.n] {
		out[i] = Sign{Code: reason.Code, Points: reason.Weight}
	}
	return out
}

// Numbers of the learning: how firmly a factor and the base are held to what ships, in examples, and when it ends.
const (
	factorPull   = 12.0
	basePull     = 4.0
	urgencySteps = 400
	urgencyRate  = 0.05
	stillMoving  = 1e-5
)

// TrainUrgency learns weights from tickets with the priorities that people gave them. It is an ordinal logistic regression
// (McCullagh 1980, proportional odds) whose cut points stay where they ship; Gaussian priors hold each factor to 1 and the base
// to its place, so that little data changes little. It depends on the examples alone. No
// example with a priority is Invalid.
func TrainUrgency(examples []UrgencyExample) (*Weights, error) {
	var known []UrgencyExample
	codes := map[string]int{}
	for _, e := range examples {
		if !e.Priority.Valid() {
			continue
		}
		known = append(known, e)
		for _, s := range e.Signs {
			codes[s.Code] = 0
		}
	}
	if len(known) == 0 {
		return nil, models.FieldErrorf("examples", "no ticket with a priority: there is nothing to learn urgency from")
	}
	names := slices.Sorted(maps.Keys(codes))
	for i, name := range names {
		codes[name] = i
	}
	x := descend(numbered(known, codes), len(names))
	w := &Weights{Base: round3(x[len(names)]), Factors: map[string]float64{}}
	for i, name := range names {
		if f := round3(x[i]); f != 1 {
			w.Factors[name] = f
		}
	}
	return w, nil
}

// sum is an example with its signs by the number of their code.
type sum struct {
	signs    []numberedSign
	priority models.Priority
}

type numberedSign struct {
	at     int
	points float64
}

func numbered(examples []UrgencyExample, codes map[string]int) []sum {
	out := make([]sum, len(examples))
	for i, e := range examples {
		out[i] = sum{signs: make([]numberedSign, len(e.Signs)), priority: e.Priority}
		for k, s := range e.Signs {
			out[i].signs[k] = numberedSign{codes[s.Code], s.Points}
		}
	}
	return out
}

// descend gives the most probable factors, and the base last: projected gradient steps of a size of their own for each number
// (Kingma and Ba 2015), over all examples at once.
func descend(examples []sum, n int) []float64 {
	x, m, v := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
	for i := range n {
		x[i] = 1
	}
	for step := 1; step <= urgencySteps; step++ {
		g := slope(examples, x)
		rate, moved := urgencyRate/math.Sqrt(1+float64(step)/50), 0.0
		for i := range x {
			m[i], v[i] = .9*m[i]+.1*g[i], .999*v[i]+.001*g[i]*g[i]
			mean, size := m[i]/(1-math.Pow(.9, float64(step))), v[i]/(1-math.Pow(.999, float64(step)))
			low, high := 0.0, mostFactor
			if i == n {
				low, high = -mostBase, mostBase
			}
			next := min(max(x[i]-rate*mean/(math.Sqrt(size)+1e-9), low), high)
			moved, x[i] = max(moved, math.Abs(next-x[i])), next
		}
		if moved < stillMoving {
			break
		}
	}
	return x
}

// slope gives the gradient of what is to be small: how improbable the priorities are, and how far the numbers are from what
// ships.
func slope(examples []sum, x []float64) []float64 {
	n := len(x) - 1
	g := make([]float64, n+1)
	for i := range n {
		g[i] = factorPull * (x[i] - 1)
	}
	g[n] = basePull * x[n]
	for _, e := range examples {
		score := baseScore + x[n]
		for _, s := range e.signs {
			score += x[s.at] * s.points
		}
		d := pull(score, e.priority)
		for _, s := range e.signs {
			g[s.at] += d * s.points
		}
		g[n] += d
	}
	return g
}

// pull gives the derivative of -log P(priority) by the score, under logistic noise of a point.
func pull(score float64, p models.Priority) float64 {
	low, high := bounds(p)
	return logistic(score-high) + logistic(score-low) - 1
}

// bounds gives the cut points between which a score means the priority.
func bounds(p models.Priority) (low, high float64) {
	switch p {
	case models.P1:
		return p1Score, math.Inf(1)
	case models.P2:
		return p2Score, p1Score
	case models.P3:
		return p3Score, p2Score
	}
	return math.Inf(-1), p3Score
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
