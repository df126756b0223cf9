package triage

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"hash/crc32"

	"remit/models"
)

// shippedFile is the emotion model that comes with the program; bench/tone makes it from public data.
//
//go:embed emotion.bin
var shippedFile []byte

var shipped = func() *toneModel {
	m, err := readToneModel(shippedFile)
	if err != nil || m.classes != emotionCount {
		panic("triage: the embedded emotion model is broken")
	}
	return m
}()

// toneMagic begins the file of a tone model: what it is, and the version of its features.
var toneMagic = [8]byte{'r', 'e', 'm', 'i', 't', 't', 'n', '1'}

// toneHeader is what follows it; then come bias, scale, sums and weights, the steps from bucket to bucket as varints, and
// at last a CRC-32 of all before.
type toneHeader struct {
	Magic                         [8]byte
	Classes, Bits, Extra, Buckets uint32
}

// Limits on what is believed of a file.
const (
	minToneBits  = 4
	maxToneBits  = 22
	maxToneExtra = 64
)

func (m *toneModel) file() []byte {
	var b bytes.Buffer
	for _, v := range []any{toneHeader{toneMagic, uint32(m.classes), uint32(m.bits), uint32(m.extra), uint32(len(m.buckets))}, m.bias, m.scale, m.sums, m.weights} {
		_ = binary.Write(&b, binary.LittleEndian, v) // into memory, and of fixed sizes
	}
	last := uint32(0)
	for _, bucket := range m.buckets {
		b.Write(binary.AppendUvarint(nil, uint64(bucket-last)))
		last = bucket
	}
	return binary.LittleEndian.AppendUint32(b.Bytes(), crc32.ChecksumIEEE(b.Bytes()))
}

func readToneModel(file []byte) (*toneModel, error) {
	broken := models.Errorf(models.Invalid, "this is not a tone model of this version, or it is damaged")
	if len(file) < 4 || crc32.ChecksumIEEE(file[:len(file)-4]) != binary.LittleEndian.Uint32(file[len(file)-4:]) {
		return nil, broken
	}
	r := bytes.NewReader(file[:len(file)-4])
	var h toneHeader
	if binary.Read(r, binary.LittleEndian, &h) != nil || h.Magic != toneMagic || h.Classes < 2 || h.Classes > maxClasses ||
		h.Bits < minToneBits || h.Bits > maxToneBits || h.Extra > maxToneExtra || h.Buckets > 1<<h.Bits || int64(h.Buckets) > int64(len(file)) {
		return nil, broken
	}
	m := newToneModel(int(h.Classes), int(h.Bits), int(h.Extra), int(h.Buckets))
	for _, part := range []any{m.bias, m.scale, m.sums, m.weights} {
		if binary.Read(r, binary.LittleEndian, part) != nil {
			return nil, broken
		}
	}
	last := uint64(0)
	for i := range m.buckets {
		step, err := binary.ReadUvarint(r)
		if last += step; err != nil || step == 0 && i > 0 || last >= 1<<h.Bits {
			return nil, broken
		}
		m.buckets[i] = uint32(last)
	}
	if r.Len() != 0 {
		return nil, broken
	}
	m.places = newTable(m.buckets)
	return m, nil
}

func newToneModel(classes, bits, extra, buckets int) *toneModel {
	return &toneModel{
		classes: classes, bits: bits, extra: extra, bias: make([]float32, classes), scale: make([]float32, classes),
		sums: make([]float32, (sumCount+extra)*classes), buckets: make([]uint32, buckets), weights: make([]int8, classes*buckets),
	}
}
