package triage

import (
	"unicode"
	"unicode/utf8"
)

// word flags.
const (
	capitals  uint8 = 1 << iota // written in capitals, in a line that is no log
	stretched                   // drawn out: "sooooo"
	old                         // not of the newest message
	amount                      // a number with a currency sign
	number                      // begins with a digit
)

// word is one word of what was read.
type word struct {
	id               int32 // in the lexicon; -1 where it has none
	start, end       int32 // in reading.lower
	sentence, clause int32
	flags            uint8
}

// line reads the words of one line of prose.
func (r *reading) line(s string) {
	for i := 0; i < len(s); {
		if s[i] <= ' ' {
			i++
			continue
		}
		end, skip := chunk(s, i)
		if !skip {
			r.chunk(s[i:end])
		}
		i = end
	}
}

// chunk gives the end of what stands between two spaces, and whether it is an address, a link or a blob: none of them
// is something that the customer says.
func chunk(s string, from int) (end int, skip bool) {
	alnum, ascii := 0, true
	for end = from; end < len(s) && s[end] > ' '; end++ {
		switch c := s[end]; {
		case c == '@' && end > from:
			skip = true
		case c == ':' && end+2 < len(s) && s[end+1] == '/' && s[end+2] == '/':
			skip = true
		case c >= utf8.RuneSelf:
			ascii = false
		case isAlnum(c):
			alnum++
		}
	}
	size := end - from
	return end, skip || (ascii && size > maxBlob && alnum*5 > size*4)
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// chunk reads the words of a run without spaces.
func (r *reading) chunk(s string) {
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case isWordRune(c):
			i += r.word(s, i)
			continue
		case isEmoji(c):
			r.symbol(s[i : i+size])
		case (c == ':' || c == ';' || c == '=') && emoticon(s[i:]) > 0:
			size = emoticon(s[i:])
			r.symbol(faces[s[i+size-1]])
		default:
			r.punctuation(c)
		}
		i += size
	}
}

// isWordRune reports what a word may begin with; all of it is also inside one, or a word could be endless.
func isWordRune(c rune) bool {
	if c < utf8.RuneSelf {
		return isAlnum(byte(c))
	}
	return unicode.IsLetter(c) && c != 'ʼ' || unicode.IsDigit(c) || unicode.Is(unicode.M, c) && !isInvisible(c)
}

func isEmoji(c rune) bool { return c >= 0x1F300 && c <= 0x1FAFF || c >= 0x2600 && c <= 0x27BF }

// isInvisible reports the marks that show nothing and could break up a word unseen.
func isInvisible(c rune) bool {
	switch {
	case c == 0xAD, c == 0xFEFF, c >= 0x200B && c <= 0x200F, c >= 0x202A && c <= 0x202E, c >= 0x2060 && c <= 0x2069,
		c >= 0xFE00 && c <= 0xFE0F:
		return true
	}
	return false
}

// faces are the mouths of emoticons, as they are written in the lexicons.
var faces = map[byte]string{')': ":)", '(': ":(", 'D': ":d", 'P': ":p", 'p': ":p", '/': ":/", '|': ":|"}

// emoticon gives the length of a ":(", ";-)" or ":D" that s begins with, or 0.
func emoticon(s string) int {
	n := 1
	if len(s) > 1 && (s[1] == '-' || s[1] == '\'') {
		n = 2
	}
	if len(s) <= n || faces[s[n]] == "" {
		return 0
	}
	if s[n] != ')' && s[n] != '(' && len(s) > n+1 && (isAlnum(s[n+1]) || s[n+1] == '/') {
		return 0
	}
	return n + 1
}

func (r *reading) punctuation(c rune) {
	switch c {
	case '!':
		if b := &r.bangs[len(r.bangs)-1]; *b < 255 {
			*b++
		}
		if n := len(r.words); n > 0 && r.bangs[len(r.bangs)-1] == 1 {
			r.clause++
		}
	case '?', '？':
		if r.flag&old == 0 {
			r.askedIn(int32(len(r.bangs) - 1))
		}
		r.stop()
	case '.', ';', '…', '。', '！':
		r.stop()
	case ',', ':', '(', ')', '–', '—':
		r.clause++
	}
}

// stop ends the sentence, if anything was said in it.
func (r *reading) stop() {
	r.clause++
	if n := len(r.words); n > 0 && int(r.words[n-1].sentence) == len(r.bangs)-1 {
		r.bangs = append(r.bangs, 0)
	}
}

func (r *reading) symbol(s string) {
	start := r.begin()
	r.lower = append(r.lower, s...)
	r.end(start, 0)
}

// begin opens a word: after an exclamation mark it opens a sentence too.
func (r *reading) begin() int {
	if len(r.words) > 0 {
		last := r.words[len(r.words)-1]
		if r.bangs[len(r.bangs)-1] > 0 && int(last.sentence) == len(r.bangs)-1 && last.clause != r.clause {
			r.stop()
		}
		sep := byte(' ')
		if int(last.sentence) != len(r.bangs)-1 {
			sep = '\n'
		}
		r.lower = append(r.lower, sep)
	}
	return len(r.lower)
}

func (r *reading) end(start int, flags uint8) {
	w := word{start: int32(start), end: int32(len(r.lower)), flags: flags | r.flag, sentence: int32(len(r.bangs) - 1)}
	w.id = r.lookUp(start, flags)
	if w.id >= 0 && r.lex.traits[w.id]&contrasts != 0 {
		r.clause++
	}
	w.clause = r.clause
	r.words = append(r.words, w)
}

// lookUp finds the word, or what it is without a possessive 's, or without being stretched.
func (r *reading) lookUp(start int, flags uint8) int32 {
	w := r.lower[start:]
	if id, ok := r.lex.ids[string(w)]; ok {
		return id
	}
	if n := len(w); n > 2 && w[n-2] == '\'' && w[n-1] == 's' {
		if id, ok := r.lex.ids[string(w[:n-2])]; ok {
			return id
		}
	}
	if flags&stretched == 0 {
		return -1
	}
	for _, keep := range [2]int{2, 1} {
		r.scratch = squeeze(r.scratch[:0], w, keep)
		if id, ok := r.lex.ids[string(r.scratch)]; ok {
			return id
		}
	}
	return -1
}

// squeeze appends w with every run of three or more of a letter cut to keep of it.
func squeeze(to, w []byte, keep int) []byte {
	for i := 0; i < len(w); {
		j := i
		for j < len(w) && w[j] == w[i] {
			j++
		}
		n := j - i
		if n >= 3 {
			n = keep
		}
		to = append(to, w[i:i+n]...)
		i = j
	}
	return to
}

// word reads the word at s[from:] into lower and gives its length in s.
func (r *reading) word(s string, from int) int {
	start := r.begin()
	var c, last rune
	run, upper, letters := 0, 0, 0
	flags := uint8(0)
	if from > 0 && isSign(s[:from]) {
		flags |= amount
	}
	i := from
	for size := 0; i < len(s); i += size {
		c, size = rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		if isInvisible(c) {
			continue
		}
		keep, ok := inside(c, s[i+size:], last)
		if !ok {
			break
		}
		if keep == 0 {
			continue
		}
		low := unicode.ToLower(keep)
		if unicode.IsLetter(keep) {
			letters++
			r.letters[scriptOf(keep)]++
			if low != keep {
				upper++
			}
		}
		if run++; low != last {
			run = 1
		}
		if run == 3 && letters > 0 {
			flags |= stretched
		}
		last = low
		if len(r.lower)-start < maxWord {
			r.lower = utf8.AppendRune(r.lower, low)
		}
	}
	if letters >= 2 && upper == letters {
		flags |= capitals
	}
	if b := r.lower[start:]; len(b) > 0 && b[0] >= '0' && b[0] <= '9' {
		flags |= number
	}
	r.end(start, flags)
	return i - from
}

// inside says whether c belongs to the word, and as what; 0 is left out. rest is what follows it, last what came before.
func inside(c rune, rest string, last rune) (rune, bool) {
	switch {
	case c < utf8.RuneSelf && isAlnum(byte(c)):
		return c, true
	case c == '\'', c == '’', c == 'ʼ', c == '`':
		next, _ := utf8.DecodeRuneInString(rest)
		return '\'', last != 0 && unicode.IsLetter(next)
	case c == ',':
		return 0, betweenDigits(last, rest)
	case c == '.':
		return c, betweenDigits(last, rest)
	case c == '_':
		return c, true
	case c >= 0xFF21 && c <= 0xFF3A || c >= 0xFF41 && c <= 0xFF5A: // full-width letters
		return c - 0xFEE0, true
	}
	return c, c >= utf8.RuneSelf && isWordRune(c)
}

func betweenDigits(last rune, rest string) bool {
	return last >= '0' && last <= '9' && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

func isSign(before string) bool {
	c, _ := utf8.DecodeLastRuneInString(before)
	return c == '$' || c == '€' || c == '£'
}
