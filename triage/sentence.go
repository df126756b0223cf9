package triage

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// sentencesOf gives the sentences of a letter, a line break ending one too, without the blanks around them.
func sentencesOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		it := sentences.FromString(line)
		for it.Next() {
			if s := strings.TrimSpace(it.Value()); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// wordsOf gives the words of a text in lower case, letters and digits only: what is left of two texts that say the same.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.Is(unicode.M, c)
	})
}

// plainly gives a sentence in the one form in which sentences compare.
func plainly(sentence string) string { return strings.Join(wordsOf(sentence), " ") }
