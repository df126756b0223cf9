package intent

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

const aModel = "an intent model"

// Encode gives the model as a file. It holds n-grams as hashes and no text of the training; nor does it hold the starter,
// of which it says only that it needs it.
func (m *Model) Encode() []byte {
	var w writer
	w.u32(uint32(len(m.Labels)))
	for _, l := range m.Labels {
		w.text(l)
	}
	for _, x := range []float64{m.Limit, m.joint[joinMargin], m.joint[joinNearest], m.joint[joinThree], m.trust.Slope, m.trust.Lift} {
		w.f64(x)
	}
	put(&w, m.outsider[:])
	w.u32(m.starter.sum32())
	m.vocabulary.write(&w)
	put(&w, m.center)
	put(&w, m.bias)
	put(&w, m.scale)
	put(&w, m.weights)
	m.near.write(&w)
	return w.sealed(modelMark)
}

// Decode reads a model's file. The starter is the one that it was trained with. A file that is damaged, of another version,
// or trained with another starter is Invalid.
func Decode(file []byte, starter *Starter) (*Model, error) {
	s, err := open(file, modelMark, aModel)
	if err != nil {
		return nil, err
	}
	m := &Model{vocabulary: new(vocabulary), near: new(neighbours)}
	for range s.u32() {
		m.Labels = append(m.Labels, s.text())
		if s.broken {
			return nil, damaged(aModel)
		}
	}
	m.Limit = s.f64()
	for i := range joinSoft { // which is merged
		m.joint[i] = s.f64()
	}
	m.trust = trust{s.f64(), s.f64()}
	hints := get[float64](s)
	needs := s.u32()
	if needs != 0 {
		m.starter = starter
	}
	ok := m.vocabulary.read(s)
	m.center = get[float32](s)
	m.bias, m.scale, m.weights = get[float32](s), get[float32](s), get[int8](s)
	switch {
	case !ok || s.broken || len(hints) != int(hintCount) || !m.near.read(s) || len(s.rest) > 0:
		return nil, damaged(aModel)
	case needs != m.starter.sum32():
		return nil, otherStarter()
	}
	copy(m.outsider[:], hints)
	if !m.fits() {
		return nil, damaged(aModel)
	}
	m.name(file)
	return m, nil
}

// name makes the version, from the checksum of the model's file.
func (m *Model) name(file []byte) {
	m.version = fmt.Sprintf("triage-intent/%d-%08x", fileVersion, binary.LittleEndian.Uint32(file[len(file)-4:]))
}

// fits reports whether the parts are of the sizes that the others need.
func (m *Model) fits() bool {
	kinds, width := len(m.Labels), len(m.vocabulary.keys)+m.starter.width()
	for _, k := range m.near.labels {
		if int(k) >= kinds || k < 0 {
			return false
		}
	}
	return kinds >= 2 && slices.IsSorted(m.Labels) && len(m.bias) == kinds && len(m.center) == m.starter.width() && len(m.scale) == width && len(m.weights) == width*kinds &&
		(len(m.near.posts) == len(m.vocabulary.keys) || len(m.near.posts) == width) && !math.IsNaN(m.Limit) && m.trust.Slope > 0 && !math.IsNaN(m.trust.Lift)
}

func (n *neighbours) write(w *writer) {
	put(w, n.labels)
	var sizes []uint32
	var posts []post
	for _, p := range n.posts {
		sizes = append(sizes, uint32(len(p)))
		posts = append(posts, p...)
	}
	put(w, sizes)
	texts, shares := make([]int32, len(posts)), make([]float32, len(posts))
	for i, p := range posts {
		texts[i], shares[i] = p.text, p.share
	}
	put(w, texts)
	put(w, shares)
}

func (n *neighbours) read(s *scanner) (ok bool) {
	n.labels = get[int32](s)
	sizes, texts, shares := get[uint32](s), get[int32](s), get[float32](s)
	if s.broken || len(texts) != len(shares) {
		return false
	}
	posts := make([]post, len(texts))
	for i, t := range texts {
		if t < 0 || int(t) >= len(n.labels) {
			return false
		}
		posts[i] = post{t, shares[i]}
	}
	for _, size := range sizes {
		if int(size) > len(posts) {
			return false
		}
		n.posts = append(n.posts, posts[:size:size])
		posts = posts[size:]
	}
	return len(posts) == 0
}
