package finance

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"math"
	"sync"

	"remit/models"
)

// priorOdd is the share of payments that a calibrated model takes to be made wrong before it looks at any.
const priorOdd = .01

// LearnedKind is the kind under which what was learned of payments is kept.
const LearnedKind = "payments"

// Model is a learned combination of all that is seen of a payment into one probability that it was made wrong. It never
// changes and is safe for concurrent use. It is kept as JSON.
type Model struct {
	forest forest
	slope  float64 // of the forest's log-odds, and
	shift  float64 // what is added, for the probability to be one
	alone  bool    // sees a payment beside those of its vendor only, as Judge does
	name   string
}

// Name says which model it is, as proposals keep it.
func (m *Model) Name() string { return m.name }

// Score gives the probability that a payment was made wrong, seen beside those in the past, where one in a hundred is. It
// is for a model that was not taught to see a vendor's payments alone. Credit notes and what has no day score 0.
func (m *Model) Score(past *Past, p models.Payable) float64 {
	if p.Amount.Minor <= 0 || dayOf(p) == "" {
		return 0
	}
	x := past.signals(paymentOf(p))
	return m.chance(&x)
}

func (m *Model) chance(x *vector) float64 { return sigmoid(m.shift + m.slope*m.forest.value(x)) }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// savedModel is a model as JSON.
type savedModel struct {
	Name    string  `json:"name"`
	Signals int     `json:"signals"`
	Alone   bool    `json:"alone"`
	Slope   float64 `json:"slope"`
	Shift   float64 `json:"shift"`
	Forest  forest  `json:"forest"`
}

// MarshalJSON gives the model for keeping.
func (m *Model) MarshalJSON() ([]byte, error) {
	return json.Marshal(savedModel{m.name, signalCount, m.alone, m.slope, m.shift, m.forest})
}

// UnmarshalJSON reads a model that was kept. One that asks for signals which are not known here, or whose trees do not
// end, is Invalid.
func (m *Model) UnmarshalJSON(b []byte) error {
	var s savedModel
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&s); err != nil {
		return models.Errorf(models.Invalid, "the anomaly model cannot be read: %v", err)
	}
	if s.Signals > signalCount || !s.Forest.sound() {
		return models.Errorf(models.Invalid, "the anomaly model %q is of another version of remit or damaged: train it again", s.Name)
	}
	*m = Model{forest: s.Forest, slope: s.Slope, shift: s.Shift, alone: s.Alone, name: s.Name}
	return nil
}

// sound reports whether every tree ends and asks only what is seen.
func (f forest) sound() bool {
	for _, t := range f.Trees {
		if len(t) == 0 {
			return false
		}
		for i, n := range t {
			if n.signal < 0 || n.signal >= signalCount || (n.next != 0 && (n.next <= i || n.next+1 >= len(t))) {
				return false
			}
		}
	}
	return true
}

//go:embed anomaly.json
var shippedModel []byte

// shipped is the model for whoever has no history to learn from. It was taught on slips put into the public payments of
// two authorities, see NOTICE, by go run ./bench/anomaly -ship finance/anomaly.json.
var shipped = sync.OnceValue(func() *Model {
	m := &Model{}
	if err := json.Unmarshal(shippedModel, m); err != nil {
		panic(err) // it is part of the program, and a test reads it
	}
	return m
})
