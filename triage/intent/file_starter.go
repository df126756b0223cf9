package intent

import (
	_ "embed" // the starter that ships
	"hash/crc32"
	"sync"

	"remit/models"
)

//go:embed starter.bin
var shipped []byte

// Shipped gives the starter that is part of the program: made from CLINC150, HWU64, MultiDoGO and GoEmotions, see NOTICE.
var Shipped = sync.OnceValues(func() (*Starter, error) { return DecodeStarter(shipped) })

const aStarter = "a starter"

// Encode gives the starter as a file.
func (s *Starter) Encode() []byte {
	var w writer
	for _, t := range []*table{&s.teacher, &s.near} {
		t.vocabulary.write(&w)
		w.u32(uint32(t.size))
		put(&w, t.scale)
		put(&w, t.vectors)
	}
	return w.sealed(starterMark)
}

// DecodeStarter reads a starter's file; one that is damaged or of another version is Invalid.
func DecodeStarter(file []byte) (*Starter, error) {
	r, err := open(file, starterMark, aStarter)
	if err != nil {
		return nil, err
	}
	s := &Starter{sum: crc32.ChecksumIEEE(file[:len(file)-4])}
	for _, t := range []*table{&s.teacher, &s.near} {
		ok := t.vocabulary.read(r)
		t.size = int(r.u32())
		t.scale, t.vectors = get[float32](r), get[int8](r)
		if !ok || r.broken || t.size < 1 || len(t.scale) != len(t.keys) || len(t.vectors) != t.size*len(t.keys) {
			return nil, damaged(aStarter)
		}
	}
	if len(r.rest) > 0 {
		return nil, damaged(aStarter)
	}
	return s, nil
}

// sum32 tells starters apart; 0 is for none.
func (s *Starter) sum32() uint32 {
	if s == nil {
		return 0
	}
	return s.sum
}

func otherStarter() error {
	return models.Errorf(models.Invalid, "the intent model was trained with another starter than this program has: train it again")
}
