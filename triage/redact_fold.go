package triage

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readText is a text as a person reads it, for looking for personal data in it: without tags and invisible characters, with
// plain digits, blanks and dashes. It knows where each of its bytes is from.
type readText struct {
	text         string
	begins, ends []int // by byte: where in the text what it is from begins and ends; nil where nothing was changed
}

// span gives where in the text that was read the bytes from..to are from.
func (r readText) span(from, to int) (int, int) {
	if r.begins == nil || from == to {
		return from, to
	}
	return r.begins[from], r.ends[to-1]
}

// asRead gives a text as it is read.
func asRead(s string) readText {
	if !strings.ContainsFunc(s, func(c rune) bool { return c >= utf8.RuneSelf || c == '&' || c == '<' }) {
		return readText{text: s}
	}
	var b strings.Builder
	r := readText{begins: make([]int, 0, len(s)), ends: make([]int, 0, len(s))}
	for i := 0; i < len(s); {
		shown, size := readAt(s[i:])
		b.WriteString(shown)
		for k := range len(shown) {
			begin, end := i, i+size
			if len(shown) == size {
				begin, end = i+k, i+k+1
			}
			r.begins, r.ends = append(r.begins, begin), append(r.ends, end)
		}
		i += size
	}
	r.text = b.String()
	return r
}

// readAt gives what the beginning of s is read as, and how many bytes that begins with.
func readAt(s string) (shown string, size int) {
	switch {
	case s[0] == '<':
		if shown, size = markup(s); size > 0 {
			return shown, size
		}
	case s[0] == '&':
		if shown, size = entity(s); size > 0 {
			return shown, size
		}
	case s[0] >= utf8.RuneSelf:
		c, n := utf8.DecodeRuneInString(s)
		if shown, changed := plainRune(c); changed {
			return shown, n
		}
		return s[:n], n
	}
	return s[:1], 1
}

// inlineTags are tags within a line.
var inlineTags = []string{"b", "i", "u", "s", "a", "em", "strong", "span", "font", "code", "pre", "tt", "kbd", "small", "big", "mark", "td", "th", "wbr", "label", "o"}

// markup reads the tag that s begins with: a block's as the end of a line, others as nothing. What only looks like a tag, such
// as <dana@mail.example>, is none, and neither is one with personal data in it.
func markup(s string) (shown string, size int) {
	name, _, size := tag(s)
	if size == 0 || !closed(s, 1+strings.Index(strings.ToLower(s[1:size]), name), len(name)) {
		return "", 0
	}
	isBlock := isOneOf(name, blockTags)
	if !isBlock && !isOneOf(name, inlineTags) {
		return "", 0
	}
	if strings.ContainsAny(s[:size], "@") || hidesSomething(s[1:size]) {
		return "", 0
	}
	if isBlock {
		return "\n", size
	}
	return "", size
}

func hidesSomething(s string) (any bool) {
	findPlain(s, func(int, int, kind) bool {
		any = true
		return false
	})
	return any
}

// longestEntity is the longest entity believed to be one, in bytes.
const longestEntity = 10

// entity reads the entity that s begins with, such as &nbsp; where it stands for one character.
func entity(s string) (shown string, size int) {
	end := strings.IndexByte(s[:min(len(s), longestEntity)], ';') + 1
	if end == 0 {
		return "", 0
	}
	c, n := utf8.DecodeRuneInString(html.UnescapeString(s[:end]))
	if n != len(html.UnescapeString(s[:end])) || c == utf8.RuneError {
		return "", 0
	}
	if shown, changed := plainRune(c); changed {
		return shown, end
	}
	return string(c), end
}

// noughts are where the digits of the scripts begin that write numbers with their own.
var noughts = []rune{'０', '٠', '۰', '०', '০', '๐', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶'}

// plainRune gives what a character is read as, where that is another.
func plainRune(c rune) (shown string, changed bool) {
	switch {
	case c == '\u2028', c == '\u2029', c == '\u0085':
		return "\n", true
	case unicode.Is(unicode.Zs, c):
		return " ", true
	case unicode.Is(unicode.Cf, c):
		return "", true
	case unicode.Is(unicode.Pd, c), c == '\u2212':
		return "-", true
	case c >= '！' && c <= '～':
		return string(c - '！' + '!'), true
	}
	for _, nought := range noughts {
		if c >= nought && c <= nought+9 {
			return string('0' + c - nought), true
		}
	}
	return "", false
}
