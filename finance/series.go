package finance

import (
	"cmp"
	"slices"
)

// placed is a number of a series, with the newest day it was used on and by whom.
type placed struct {
	serial int64
	day    int
	vendor *vendorPast
}

func bySerial(a placed, serial int64) int { return cmp.Compare(a.serial, serial) }

// chunkSize is how many numbers lie in one chunk of a series before it is cut in two: few enough that making room in it
// costs less than finding it.
const chunkSize = 512

// series is the numbers of one form ("INV" and five digits), in order, in chunks none of which is empty.
type series struct{ chunks [][]placed }

// chunk gives the index of the chunk that a number belongs to, in a series that is not empty.
func (s *series) chunk(serial int64) int {
	i, found := slices.BinarySearchFunc(s.chunks, serial, func(c []placed, n int64) int { return bySerial(c[0], n) })
	return pick(found, i, max(i-1, 0))
}

func (s *series) add(p placed) {
	if len(s.chunks) == 0 {
		s.chunks = [][]placed{{p}}
		return
	}
	c := s.chunk(p.serial)
	i, found := slices.BinarySearchFunc(s.chunks[c], p.serial, bySerial)
	if found {
		s.chunks[c][i] = p
		return
	}
	s.chunks[c] = slices.Insert(s.chunks[c], i, p)
	if whole := s.chunks[c]; len(whole) > chunkSize {
		s.chunks[c] = slices.Clone(whole[:chunkSize/2])
		s.chunks = slices.Insert(s.chunks, c+1, slices.Clone(whole[chunkSize/2:]))
	}
}

// around gives up to n numbers on either side of a number, which itself is left out, nearest first on each side.
func (s *series) around(serial int64, n int) (below, above []placed) {
	if s == nil || len(s.chunks) == 0 {
		return nil, nil
	}
	c := s.chunk(serial)
	i, found := slices.BinarySearchFunc(s.chunks[c], serial, bySerial)
	below, above = make([]placed, 0, n), make([]placed, 0, n)
	for k, j := c, i-1; k >= 0 && len(below) < n; {
		if j < 0 {
			if k--; k >= 0 {
				j = len(s.chunks[k]) - 1
			}
			continue
		}
		below = append(below, s.chunks[k][j])
		j--
	}
	for k, j := c, pick(found, i+1, i); k < len(s.chunks) && len(above) < n; {
		if j >= len(s.chunks[k]) {
			k, j = k+1, 0
			continue
		}
		above = append(above, s.chunks[k][j])
		j++
	}
	return below, above
}
