package intent

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"

	"remit/models"
)

// A file is a mark, a version, the content, and the CRC-32 of all before it. The content is what its writer put, one
// after the other, numbers in little-endian order, lists led by their length.
const (
	modelMark   = "REMITINT"
	starterMark = "REMITSTA"
	fileVersion = 1
	frame       = 8 + 4 + 4 // mark, version, checksum
)

// writer puts values one after the other.
type writer struct{ bytes.Buffer }

func (w *writer) u32(x uint32)  { w.Write(binary.LittleEndian.AppendUint32(nil, x)) }
func (w *writer) f64(x float64) { w.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x))) }

func (w *writer) text(s string) {
	w.u32(uint32(len(s)))
	w.WriteString(s)
}

// put writes a list of numbers of a fixed size.
func put[T any](w *writer, list []T) {
	w.u32(uint32(len(list)))
	// A bytes.Buffer takes everything, and numbers have a size: there is nothing to fail.
	_ = binary.Write(&w.Buffer, binary.LittleEndian, list)
}

// sealed frames the content.
func (w *writer) sealed(mark string) []byte {
	out := append([]byte(mark), 0, 0, 0, fileVersion)
	out = append(out, w.Bytes()...)
	return binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(out))
}

// scanner takes values one after the other. After the first that is not there it gives zeros, and broken is true.
type scanner struct {
	rest   []byte
	broken bool
}

func (s *scanner) take(n int) []byte {
	if n < 0 || n > len(s.rest) {
		s.broken, s.rest = true, nil
		return nil
	}
	out := s.rest[:n]
	s.rest = s.rest[n:]
	return out
}

func (s *scanner) u32() uint32 {
	if b := s.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (s *scanner) f64() float64 {
	if b := s.take(8); b != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return 0
}

func (s *scanner) text() string { return string(s.take(int(s.u32()))) }

// get reads a list that put wrote; it asks for no more memory than the file is long.
func get[T any](s *scanner) []T {
	n := int(s.u32())
	var one T
	raw := s.take(n * binary.Size(one))
	if s.broken {
		return nil
	}
	out := make([]T, n)
	_, err := binary.Decode(raw, binary.LittleEndian, out)
	s.broken = s.broken || err != nil
	return out
}

// open checks the frame and gives its content.
func open(file []byte, mark, what string) (*scanner, error) {
	switch {
	case len(file) < frame || string(file[:8]) != mark:
		return nil, models.Errorf(models.Invalid, "this is not %s file", what)
	case file[11] != fileVersion || file[8]|file[9]|file[10] != 0:
		return nil, models.Errorf(models.Invalid, "%s file of version %d: this program reads version %d", what, binary.BigEndian.Uint32(file[8:]), fileVersion)
	}
	body := file[:len(file)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(file[len(body):]) {
		return nil, models.Errorf(models.Invalid, "%s file is damaged: its checksum does not fit", what)
	}
	return &scanner{rest: body[12:]}, nil
}

func damaged(what string) error {
	return models.Errorf(models.Invalid, "%s file is damaged: its parts do not fit together", what)
}

func (v *vocabulary) write(w *writer) {
	put(w, v.keys)
	put(w, v.idf)
	put(w, v.blocks)
	put(w, []float32{v.unseen})
}

func (v *vocabulary) read(s *scanner) (ok bool) {
	v.keys, v.idf, v.blocks = get[uint32](s), get[float32](s), get[block](s)
	unseen := get[float32](s)
	if s.broken || len(v.idf) != len(v.keys) || len(v.blocks) != len(v.keys) || len(unseen) != 1 {
		return false
	}
	for _, b := range v.blocks {
		if b >= blocks {
			return false
		}
	}
	v.unseen = unseen[0]
	v.look()
	return len(v.index) == len(v.keys)
}
