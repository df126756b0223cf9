package level

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"slices"

	"remit/models"
)

// file is a model as it is kept.
type file struct {
	Levels               []models.Priority
	Usual                int
	Leave                float64
	Keys                 []uint64
	IDF                  []float64
	Ordinal, Each, Stack []float64
}

// fileMark leads a kept model, and says its version; the checksum of what follows is next.
const fileMark = "REMITLVL1"

// Encode gives the model as bytes, the same for the same model.
func (m *Model) Encode() []byte {
	var b bytes.Buffer
	_ = gob.NewEncoder(&b).Encode(file{ // a buffer takes everything, and these have nothing that gob could not write
		m.Levels, m.Usual, m.Leave, m.vocabulary.keys, m.vocabulary.idf, m.ordinal, m.each, m.stack,
	})
	sum := sha256.Sum256(b.Bytes())
	return slices.Concat([]byte(fileMark), sum[:], b.Bytes())
}

func (m *Model) named() string {
	sum := sha256.Sum256(m.Encode())
	return VersionPrefix + hex.EncodeToString(sum[:4])
}

// Decode reads what Encode gave. What is no such file, or damaged, is Invalid.
func Decode(b []byte) (*Model, error) {
	const head = len(fileMark) + sha256.Size
	if len(b) < head || string(b[:len(fileMark)]) != fileMark {
		return nil, models.Errorf(models.Invalid, "this is no model of urgency: train it again")
	}
	var f file
	sum := sha256.Sum256(b[head:])
	if !bytes.Equal(sum[:], b[len(fileMark):head]) || gob.NewDecoder(bytes.NewReader(b[head:])).Decode(&f) != nil || !f.fits() {
		return nil, models.Errorf(models.Invalid, "the model of urgency is damaged: train it again")
	}
	m := &Model{Levels: f.Levels, Usual: f.Usual, Leave: f.Leave, stack: f.Stack}
	m.reader = reader{vocabulary: &vocabulary{keys: f.Keys, idf: f.IDF}, kinds: len(f.Levels), ordinal: f.Ordinal, each: f.Each}
	m.vocabulary.look()
	m.version = m.named()
	return m, nil
}

// fits reports whether the parts belong together.
func (f file) fits() bool {
	k, n := len(f.Levels), len(f.Keys)
	known := !slices.ContainsFunc(f.Levels, func(p models.Priority) bool { return !p.Valid() })
	return known && k >= 2 && f.Usual >= 0 && f.Usual < k && len(f.IDF) == n &&
		len(f.Ordinal) == n+k-1 && len(f.Each) == (n+1)*k && len(f.Stack) == (k+1)*k &&
		finite(f.IDF) && finite(f.Ordinal) && finite(f.Each) && finite(f.Stack) && finite([]float64{f.Leave})
}
