package intent

import (
	"math"
	"sync"
)

// Model tells which label a text belongs to. It may be used from many goroutines at once.
type Model struct {
	Labels []string // ascending
	Limit  float64  // above it a text counts as outside: one in twenty of the training's own lies there, at most
	Report Report   // of its training; not written to a file

	vocabulary *vocabulary
	starter    *Starter
	center     []float32
	near       *neighbours
	bias       []float32
	scale      []float32 // by coordinate
	weights    []int8    // by coordinate and label
	joint      joint
	trust      trust
	outsider   outsider
	version    string
	sights     sync.Pool
}

// Prediction is what a model makes of a text.
type Prediction struct {
	Label      string
	Confidence float64  // that the label is right, if any is
	Top        [3]Guess // the best first; fewer where there are fewer labels
	OOS        float64  // out of scope: 0 for a text like those of the training, up to 1
	Outside    bool     // OOS is above the model's limit: nobody should act on the label
	Reasons    []Weighed
}

// Guess is a label and its probability.
type Guess struct {
	Label      string
	Confidence float64
}

// Weighed is a word, or words, and what it adds for the label over the runner-up, as a share of all that is added.
type Weighed struct {
	Words  string
	Weight float64
}

// sight is what seeing a text needs besides the text; reused.
type sight struct {
	reader reader
	row    []cell
	close  closeness
	margin []float32
	soft   []float32
	odds   []float64
}

// see gives a text's view, which is the sight's own until its next.
func (l *learner) see(s *sight, text string, kinds int) view {
	row, known := l.row(&s.reader, text, s.row[:0])
	s.row = row
	s.margin = sized(s.margin, kinds)
	l.linear.scores(row, s.margin)
	l.near.find(row, l.vocabulary, kinds, &s.close)
	v := view{margin: s.margin, nearest: s.close.nearest, three: s.close.three, known: known}
	if l.soft != nil {
		s.soft = sized(s.soft, kinds)
		l.soft.scores(row, s.soft)
		v.soft = s.soft
	}
	return v
}

func sized(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// newModel keeps a learner, whose soft is merged, with its weights in eight bits each.
func newModel(l *learner, names []string, j joint) *Model {
	m := &Model{Labels: names, vocabulary: l.vocabulary, starter: l.starter, center: l.center, near: l.near, bias: l.linear.bias, joint: j, trust: usualTrust}
	kinds := len(names)
	m.weights = make([]int8, len(l.linear.weights))
	for at := 0; at < len(m.weights); at += kinds {
		most := float32(1e-12)
		for _, x := range l.linear.weights[at : at+kinds] {
			most = max(most, x, -x)
		}
		m.scale = append(m.scale, most/127)
		for k, x := range l.linear.weights[at : at+kinds] {
			m.weights[at+k] = int8(math.Round(float64(x / most * 127)))
		}
	}
	return m
}

func (m *Model) see(s *sight, text string) view {
	l := learner{vocabulary: m.vocabulary, starter: m.starter, center: m.center}
	row, known := l.row(&s.reader, text, s.row[:0])
	s.row = row
	s.margin = append(s.margin[:0], m.bias...)
	for _, c := range row {
		f := c.val * m.scale[c.at]
		for k, x := range m.weights[int(c.at)*len(m.bias):][:len(s.margin)] {
			s.margin[k] += f * float32(x)
		}
	}
	m.near.find(row, m.vocabulary, len(m.bias), &s.close)
	return view{margin: s.margin, nearest: s.close.nearest, three: s.close.three, known: known}
}

// Classify gives the labels that fit the text best. Of a text without words it knows nothing: OOS is 1.
func (m *Model) Classify(text string) Prediction {
	s, ok := m.sights.Get().(*sight)
	if !ok {
		s = new(sight)
	}
	defer m.sights.Put(s)
	v := m.see(s, text)
	if len(s.odds) != len(m.Labels) {
		s.odds = make([]float64, len(m.Labels))
	}
	best := m.joint.odds(v, s.odds)
	p := Prediction{Label: m.Labels[best], Confidence: m.trust.of(s.odds[best]), OOS: 1, Outside: true}
	second := m.top(s.odds, &p)
	if len(s.reader.ends) == 0 {
		return p
	}
	p.OOS = m.outsider.score(v.hints(best, s.odds[best]))
	p.Outside = p.OOS > m.Limit
	p.Reasons = m.reasons(s, best, second)
	return p
}

// top fills in the best three and gives the number of the second.
func (m *Model) top(odds []float64, p *Prediction) (second int) {
	var order [3]int
	n := 0
	for k := range odds {
		i := n
		for i > 0 && odds[k] > odds[order[i-1]] {
			i--
		}
		if i == len(order) {
			continue
		}
		n = min(n+1, len(order))
		copy(order[i+1:], order[i:n-1])
		order[i] = k
	}
	for i, k := range order[:n] {
		p.Top[i] = Guess{m.Labels[k], m.trust.of(odds[k])}
	}
	return order[1]
}

// Version names the model by what it was trained to: two that judge alike have the same.
func (m *Model) Version() string { return m.version }
