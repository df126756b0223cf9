package triage

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// phrases are what promises are known by, found by the first two letters that they begin with; those that begin with a number
// or a sign are looked for at every word.
type phrases map[string][]phrase

// phrase is a row of words; see phrasesOf.
type phrase []step

// step is one word of a phrase, after a gap or not.
type step struct {
	gap  bool // up to mostGap other words may stand before it
	ones []string
}

const mostGap = 5

// phrasesOf reads phrases, a semicolon or line break between two. In one, "a|b" is either word, "a*" a word that begins so,
// "#" a number in digits or words, "9" one in digits, "9/9", "9h" and "9th" one of a form (see below), "¤" a sign, and ".."
// stands for up to five words. MONTH and DAY are any of the short names. Accents do not count, and an umlaut may be written with an e.
func phrasesOf(lists ...string) phrases {
	out := phrases{}
	for _, list := range lists {
		for text := range strings.FieldsFuncSeq(shortNames.Replace(list), func(c rune) bool { return c == ';' || c == '\n' }) {
			out.add(text)
			if e := umlauts.Replace(text); e != text {
				out.add(e)
			}
		}
	}
	return out
}

var shortNames = strings.NewReplacer("MONTH", months, "DAY", weekdays)

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

func (ps phrases) add(text string) {
	var p phrase
	gap := false
	for w := range strings.FieldsSeq(folded(text)) {
		if w == ".." {
			gap = true
			continue
		}
		p = append(p, step{gap, strings.Split(w, "|")})
		gap = false
	}
	if len(p) == 0 {
		return
	}
	var heads []string
	for _, w := range p[0].ones {
		heads = append(heads, headOf(strings.TrimSuffix(w, "*")))
	}
	slices.Sort(heads)
	for _, h := range slices.Compact(heads) {
		ps[h] = append(ps[h], p)
	}
}

// headOf gives the letters that a phrase is found by; "" where it begins with no letter.
func headOf(word string) string {
	if word == "" || word[0] < 'a' || word[0] > 'z' {
		return ""
	}
	return word[:min(2, len(word))]
}

// beginning gives the phrases that may begin with the word.
func (ps phrases) beginning(word string) []phrase {
	if h := headOf(word); h != "" && !isNumber(word) {
		return ps[h]
	}
	return slices.Concat(ps[headOf(word)], ps[""])
}

// mark sets used for each word of each phrase among the words, the silent ones aside, and reports whether there was any.
func (ps phrases) mark(words []string, silent, used []bool) bool {
	found := false
	for i := range words {
		for _, p := range ps.beginning(words[i]) {
			found = p.find(words, i, silent, used) || found
		}
	}
	return found
}

// find sets used for the words of the phrase that begins at i, and reports whether one does. Silent words are none of its own.
func (p phrase) find(words []string, i int, silent, used []bool) bool {
	if i >= len(words) || silent != nil && silent[i] || !p[0].is(words[i]) {
		return false
	}
	if len(p) == 1 || p[1:].from(words, i+1, silent, used) {
		used[i] = true
		return true
	}
	return false
}

// from looks for the rest of a phrase at i, or after a gap.
func (p phrase) from(words []string, i int, silent, used []bool) bool {
	last := i
	if p[0].gap {
		last += mostGap
	}
	for ; i <= last; i++ {
		if p.find(words, i, silent, used) {
			return true
		}
	}
	return false
}

func (s step) is(word string) bool {
	return slices.ContainsFunc(s.ones, func(one string) bool {
		switch one {
		case "#":
			return isNumber(word)
		case "9":
			return isDigits(word)
		case "¤":
			return currencySign(word)
		case "9/9":
			return datish.MatchString(word)
		case "9h":
			return clockish.MatchString(word)
		case "9th":
			return ordinal.MatchString(word)
		}
		stem, open := strings.CutSuffix(one, "*")
		return word == stem || open && strings.HasPrefix(word, stem)
	})
}

// Numbers that tell something by their form: 3.12, 2026-12-03, 17:30; 24h, 5pm, 17h30; 3rd.
var (
	datish   = regexp.MustCompile(`^\d+(,\d+)*[./:-]`)
	clockish = regexp.MustCompile(`^\d+(h\d*|hrs?|mins?|am|pm|uhr|std|days?|weeks?|wks?)$`)
	ordinal  = regexp.MustCompile(`^\d+(st|nd|rd|th|er|e|o|a)$`)
)

func isNumber(word string) bool {
	_, ok := numberWords[word]
	return ok || isDigits(word)
}

// isDigits reports a word that begins with a digit.
func isDigits(word string) bool {
	c, _ := utf8.DecodeRuneInString(word)
	return unicode.IsDigit(c)
}

// currencySign reports a currency sign, or that of a share.
func currencySign(word string) bool {
	for _, c := range word {
		return c == '%' || c == '‰' || unicode.Is(unicode.Sc, c)
	}
	return false
}

// folded gives a text in the form that phrases are compared in: small letters without accents and invisible characters.
func folded(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Mn, c), unicode.Is(unicode.Cf, c):
			return -1
		case c == '\u2044', c == '\u2010', c == '\u2011', c == '\u2012', c == '\u2013', c == '\u2212':
			return '-'
		}
		return unicode.ToLower(c)
	}, norm.NFKD.String(strings.ReplaceAll(text, "ß", "ss")))
}

// lintWords gives the words of a sentence folded, numbers with the marks within them, and the signs of currencies and shares.
func lintWords(sentence string) []string {
	text := []rune(folded(sentence))
	wordly := func(i int) bool { return i < len(text) && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i])) }
	within := func(i int) bool {
		return i+1 < len(text) && strings.ContainsRune(".,:/-", text[i]) && unicode.IsDigit(text[i-1]) && unicode.IsDigit(text[i+1])
	}
	var out []string
	for i := 0; i < len(text); i++ {
		from := i
		if wordly(i) {
			for wordly(i+1) || within(i+1) {
				i++
			}
			out = append(out, string(text[from:i+1]))
		} else if currencySign(string(text[i])) {
			out = append(out, string(text[i]))
		}
	}
	return out
}
