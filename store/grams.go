package store

import (
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// gram stands for three letters in a row, folded. Two of the same number are rare, and only have a row be looked at in vain.
type gram uint32

// Of a block's grams those whose numbers begin alike share a row of the index: so a block is few rows to write, and a search
// reads few bytes.
const (
	buckets   = 256
	restBits  = 24 // of a gram's number, beside those that say its bucket
	restBytes = restBits / 8
)

func (g gram) bucket() int64 { return int64(g >> restBits) }

// gramOf numbers three letters. The numbers are in databases: a change here needs the index to be emptied.
func gramOf(a, b, c rune) gram {
	h := (uint32(a)*0x9E3779B1+uint32(b))*0x85EBCA77 + uint32(c)
	h = (h ^ h>>16) * 0x7FEB352D
	h = (h ^ h>>15) * 0x846CA68B
	return gram(h ^ h>>16)
}

// gramsOf calls each with the grams of a text, in order, some of them more than once.
func gramsOf(text string, each func(gram)) {
	var a, b rune
	n := 0
	for _, r := range text {
		c, ok := folded(r)
		if !ok {
			continue
		}
		if n++; n >= 3 {
			each(gramOf(a, b, c))
		}
		a, b = b, c
	}
}

// folded gives one letter for all those that a database may take for one another when it ignores case, whatever its language,
// and nothing for marks that it may add or take away. It knows more of them as the same than any database does, never fewer: what a query finds by
// LIKE must not be missed, and what it does not find is sorted out by LIKE.
func folded(r rune) (rune, bool) {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A', true
	case r < unicode.MaxASCII:
		return r, true
	case strings.ContainsRune("İıÌìÍíĨĩ", r):
		return 'i', true // I is made ı in Turkish, and Ì an i with two marks in Lithuanian
	case strings.ContainsRune("\u0300\u0301\u0303\u0307", r):
		return 0, false // those marks
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if least < unicode.MaxASCII {
		return folded(least)
	}
	return least, true
}

// askedGrams bounds by how many of its grams a text is looked up.
const askedGrams = 12

// askedOf gives some grams that every row with the text has, spread over all of it; none for a text of fewer than three letters.
func askedOf(text string) []gram {
	var all []gram
	gramsOf(text, func(g gram) {
		if !slices.Contains(all, g) {
			all = append(all, g)
		}
	})
	if len(all) <= askedGrams {
		return all
	}
	some := make([]gram, askedGrams)
	for i := range some {
		some[i] = all[i*(len(all)-1)/(askedGrams-1)]
	}
	return some
}

// blockGrams collects in which rows of a block, counted from its first, the grams occur.
type blockGrams map[gram][]int

// add notes the grams of a row's text. Rows come in order.
func (b blockGrams) add(row int, text string) {
	gramsOf(text, func(g gram) {
		if rows := b[g]; len(rows) == 0 || rows[len(rows)-1] != row {
			b[g] = append(rows, row)
		}
	})
}

// encode gives what is stored of a block of so many rows, by bucket: of each gram in order the rest of its number, the length
// of what follows, and its rows, as the distance of each from the one before, or as a bitmap where that is no longer.
func (b blockGrams) encode(size int64) map[int64][]byte {
	out := make(map[int64][]byte, buckets)
	for _, g := range slices.Sorted(maps.Keys(b)) {
		set := packed(b[g], size)
		rest := binary.BigEndian.AppendUint32(nil, uint32(g))[4-restBytes:]
		to := append(out[g.bucket()], rest...)
		out[g.bucket()] = append(binary.AppendUvarint(to, uint64(len(set))), set...)
	}
	return out
}

func packed(rows []int, size int64) []byte {
	var list []byte
	before := 0
	for _, r := range rows {
		list = binary.AppendUvarint(list, uint64(r-before))
		before = r
	}
	if len(list) < len(newBitmap(size)) {
		return list
	}
	set := newBitmap(size)
	for _, r := range rows {
		set.set(r)
	}
	return set
}

// errGrams is an index that was damaged.
var errGrams = models.Errorf(models.Internal, "the index of the log cannot be read")

// rowsIn gives the rows with a gram of the bucket that was encoded, none where it is nowhere.
func rowsIn(encoded []byte, g gram, size int64) (bitmap, error) {
	want := uint32(g) & (1<<restBits - 1)
	for len(encoded) > 0 {
		if len(encoded) < restBytes {
			return nil, errGrams
		}
		rest := binary.BigEndian.Uint32(append([]byte{0}, encoded[:restBytes]...))
		n, read := binary.Uvarint(encoded[restBytes:])
		encoded = encoded[restBytes:]
		if read <= 0 || n > uint64(len(encoded)-read) {
			return nil, errGrams
		}
		if rest == want {
			return unpacked(encoded[read:read+int(n)], size)
		}
		encoded = encoded[read+int(n):]
	}
	return nil, nil
}

func unpacked(set []byte, size int64) (bitmap, error) {
	rows := newBitmap(size)
	if len(set) == len(rows) {
		copy(rows, set)
		return rows, nil
	}
	at := uint64(0)
	for len(set) > 0 {
		d, n := binary.Uvarint(set)
		if at += d; n <= 0 || at >= uint64(size) {
			return nil, errGrams
		}
		rows.set(int(at))
		set = set[n:]
	}
	return rows, nil
}

// bitmap is a set of a block's rows.
type bitmap []byte

func newBitmap(size int64) bitmap { return make(bitmap, (size+7)/8) }

func (b bitmap) set(row int) { b[row/8] |= 1 << (row % 8) }

// and gives what is in both sets, nil where that is nothing.
func (b bitmap) and(other bitmap) bitmap {
	left := byte(0)
	for i := range min(len(b), len(other)) {
		b[i] &= other[i]
		left |= b[i]
	}
	if left == 0 {
		return nil
	}
	return b
}

// count gives how many rows are in the set.
func (b bitmap) count() (n int) {
	for _, x := range b {
		n += bits.OnesCount8(x)
	}
	return n
}

// rows gives the rows in the set, the last first.
func (b bitmap) rows() []int64 {
	var rows []int64
	for i, x := range slices.Backward(b) {
		for x != 0 {
			top := bits.Len8(x) - 1
			rows = append(rows, int64(i*8+top))
			x &^= 1 << top
		}
	}
	return rows
}
