package intent

import (
	"unicode"
	"unicode/utf8"
)

// Limits on what is read of a text.
const (
	maxText   = 8 << 10 // bytes
	maxWord   = 40      // runes; a longer run of letters and digits is no word
	pairWords = 40      // words from the beginning that are paired with one another
	minChars  = 2
	maxChars  = 4
)

// block is a sort of n-gram; each is brought to length one by itself.
type block uint8

const (
	words  block = iota // single words, words side by side, and pairs of words further apart
	chars               // two to four letters of a word, its edges counted
	blocks              // how many sorts there are
)

// gram is an n-gram of a text: what stands between start and end, for pairs with a gap inside.
type gram struct {
	hash       uint32
	block      block
	pair       bool
	start, end int32 // in reader.runes
}

// reader cuts texts into n-grams; it is reused from one text to the next.
type reader struct {
	runes  []rune  // lower case, one space before, between and after words
	ends   []int32 // of words
	hashes []uint64
	grams  []gram
	cells  []cell
	sums   []float32
}

// read finds the text's n-grams.
func (r *reader) read(text string) {
	r.runes, r.ends = append(r.runes[:0], ' '), r.ends[:0]
	r.hashes, r.grams = r.hashes[:0], r.grams[:0]
	if len(text) > maxText {
		text = text[:maxText]
	}
	start := 1
	for _, c := range text {
		switch {
		case c == '\'' || c == '’' || c == utf8.RuneError:
		case isWord(c):
			r.runes = append(r.runes, unicode.ToLower(c))
		default:
			start = r.endWord(start)
		}
	}
	r.endWord(start)
	r.wordGrams()
	r.charGrams()
}

// isWord reports what words are made of; symbols such as emoji count.
func isWord(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	}
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c) || c >= 0x2600 && unicode.IsSymbol(c)
}

func (r *reader) endWord(start int) int {
	switch n := len(r.runes) - start; {
	case n == 0:
		return start
	case n > maxWord:
		r.runes = r.runes[:start]
		return start
	}
	r.ends = append(r.ends, int32(len(r.runes)))
	r.runes = append(r.runes, ' ')
	return len(r.runes)
}

// FNV-1a, and seeds that keep the sorts of n-grams apart.
const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
	charSeed = offset64 ^ 0x5bd1e995
)

// fold brings a hash to 32 bits by the finaliser of MurmurHash3.
func fold(h uint64) uint32 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return uint32(h)
}

func (r *reader) wordGrams() {
	start := int32(1)
	for i, end := range r.ends {
		h := uint64(offset64)
		for _, c := range r.runes[start:end] {
			h = (h ^ uint64(c)) * prime64
		}
		r.grams = append(r.grams, gram{fold(h), words, false, start, end})
		if i > 0 {
			r.grams = append(r.grams, gram{fold(r.hashes[i-1]*31 + h), words, false, r.startOf(i - 1), end})
		}
		if i < pairWords {
			r.pairs(i, h, end)
		}
		r.hashes = append(r.hashes, h)
		start = end + 1
	}
}

// pairs joins a word with each that stands before it but for its neighbour, whatever their order.
func (r *reader) pairs(i int, h uint64, end int32) {
	for j := 0; j < i-1; j++ {
		low, high := min(r.hashes[j], h), max(r.hashes[j], h)
		r.grams = append(r.grams, gram{fold(low*41 + high + 5), words, true, r.startOf(j), end})
	}
}

func (r *reader) startOf(i int) int32 {
	if i == 0 {
		return 1
	}
	return r.ends[i-1] + 1
}

func (r *reader) charGrams() {
	start := int32(0)
	for _, end := range r.ends {
		word := r.runes[start : end+1]
		for i := range word {
			h := uint64(charSeed)
			for n := 1; n <= maxChars && i+n <= len(word); n++ {
				h = (h ^ uint64(word[i+n-1])) * prime64
				if n >= minChars {
					r.grams = append(r.grams, gram{fold(h), chars, false, start + int32(i), start + int32(i+n)})
				}
			}
		}
		start = end
	}
}
