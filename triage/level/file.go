package level

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
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

// fileMark leads a kept model, and says its version; the checksum of what follows is next. That is lists, each led by its
// length, in little-endian order.
const fileMark = "REMITLVL1"

// Encode gives the model as bytes, the same for the same model.
func (m *Model) Encode() []byte {
	var b bytes.Buffer
	levels := make([]uint8, len(m.Levels))
	for i, p := range m.Levels {
		levels[i] = uint8(slices.Index(models.Priorities(), p))
	}
	put(&b, levels)
	put(&b, []uint32{uint32(m.Usual)})
	put(&b, []float64{m.Leave})
	put(&b, m.vocabulary.keys)
	for _, list := range [][]float64{m.vocabulary.idf, m.ordinal, m.each, m.stack} {
		put(&b, list)
	}
	sum := sha256.Sum256(b.Bytes())
	return slices.Concat([]byte(fileMark), sum[:], b.Bytes())
}

// put writes a list of numbers of a fixed size. A buffer takes everything, so there is nothing to fail.
func put[T any](b *bytes.Buffer, list []T) {
	_ = binary.Write(b, binary.LittleEndian, uint32(len(list)))
	_ = binary.Write(b, binary.LittleEndian, list)
}

// get reads a list that put wrote; ok is false where there is none. It asks for no more memory than there are bytes.
func get[T any](r *bytes.Reader) (list []T, ok bool) {
	var n uint32
	var one T
	if binary.Read(r, binary.LittleEndian, &n) != nil || int64(n)*int64(binary.Size(one)) > int64(r.Len()) {
		return nil, false
	}
	list = make([]T, n)
	return list, binary.Read(r, binary.LittleEndian, list) == nil
}

// read gives what Encode wrote after the checksum.
func read(r *bytes.Reader) (f file, ok bool) {
	levels, ok1 := get[uint8](r)
	usual, ok2 := get[uint32](r)
	leave, ok3 := get[float64](r)
	if !ok1 || !ok2 || !ok3 || len(usual) != 1 || len(leave) != 1 {
		return f, false
	}
	for _, l := range levels {
		if int(l) >= len(models.Priorities()) {
			return f, false
		}
		f.Levels = append(f.Levels, models.Priorities()[l])
	}
	f.Usual, f.Leave = int(usual[0]), leave[0]
	if f.Keys, ok = get[uint64](r); !ok {
		return f, false
	}
	for _, list := range []*[]float64{&f.IDF, &f.Ordinal, &f.Each, &f.Stack} {
		if *list, ok = get[float64](r); !ok {
			return f, false
		}
	}
	return f, r.Len() == 0 && f.fits()
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
	sum := sha256.Sum256(b[head:])
	f, ok := read(bytes.NewReader(b[head:]))
	if !ok || !bytes.Equal(sum[:], b[len(fileMark):head]) {
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
	return k >= 2 && f.Usual >= 0 && f.Usual < k && len(f.IDF) == n &&
		len(f.Ordinal) == n+k-1 && len(f.Each) == (n+1)*k && len(f.Stack) == (k+1)*k &&
		finite(f.IDF) && finite(f.Ordinal) && finite(f.Each) && finite(f.Stack) && finite([]float64{f.Leave})
}
