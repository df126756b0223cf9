package triage

import (
	"slices"
	"strings"
	"unicode"
)

// Fault is a sentence of a draft that nobody has agreed on.
type Fault struct {
	Sentence string
	Why      string // "promises money", "names a date", "takes a legal position"
}

// promises are the beginnings of words that commit the company, by what they commit it to. Sentences with them may be said
// only where a macro says them.
var promises = []struct {
	why   string
	words []string
}{
	{"promises money", []string{
		"refund", "reimburs", "compensat", "credit", "discount", "waive", "goodwill", "voucher", "free of charge", "money back", "no cost",
		"erstatt", "rückerstatt", "gutschrift", "gutschein", "entschädig", "kostenlos", "rabatt", "rembours", "gratuit", "reembols", "rimbors", "descuento",
	}},
	{"names a date", []string{
		"tomorrow", "tonight", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june",
		"july", "august", "september", "october", "november", "december", "within", "by the end of", "hours", "days", "next week", "this week", "minutes", "weeks",
		"morgen", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "stunden", "tage", "tagen", "woche", "demain", "lundi", "mañana", "lunes",
	}},
	{"takes a legal position", []string{
		"liab", "legal", "lawyer", "attorney", "court", "lawsuit", "sue", "warranty", "guarantee", "gdpr", "breach", "negligen", "contract", "our fault",
		"we admit", "haftung", "haften", "anwalt", "gericht", "garantie", "gewährleist", "vertrag", "avocat", "abogad", "dsgvo",
	}},
}

// Lint gives the sentences of a draft that promise money, name dates or take a legal position without being in one of the
// agreed texts, word for word. Placeholders of an agreed text stand for any words.
func Lint(draft string, agreed []string) []Fault {
	var known []string
	for _, text := range agreed {
		known = append(known, sentencesOf(text)...)
	}
	var out []Fault
	for _, s := range sentencesOf(draft) {
		why := commits(s)
		if why != "" && !slices.ContainsFunc(known, func(k string) bool { return says(k, s) }) {
			out = append(out, Fault{Sentence: s, Why: why})
		}
	}
	return out
}

// commits says what a sentence commits the company to; "" for nothing.
func commits(sentence string) string {
	text := " " + plainly(sentence)
	for _, p := range promises {
		for _, w := range p.words {
			if strings.Contains(text, " "+w) {
				return p.why
			}
		}
	}
	switch {
	case hasAmount(sentence):
		return "promises money"
	case hasDate(sentence):
		return "names a date"
	}
	return ""
}

// hasAmount looks for a number beside a currency.
func hasAmount(s string) bool {
	return strings.ContainsAny(s, "$€£¥₹%") && strings.ContainsAny(s, "0123456789")
}

// hasDate looks for 3.12., 12/24 or 2026-12-03.
func hasDate(s string) bool {
	for i := 1; i+1 < len(s); i++ {
		if isDigit(s[i-1]) && isDigit(s[i+1]) && (s[i] == '/' || s[i] == '-' || s[i] == ':') {
			return true
		}
		if isDigit(s[i-1]) && s[i] == '.' && (isDigit(s[i+1]) || s[i+1] == ' ' && i+2 < len(s) && (unicode.IsUpper(rune(s[i+2])) || isDigit(s[i+2]))) {
			return true
		}
	}
	return false
}

// says reports whether an agreed sentence, its placeholders filled with any words, is the sentence.
func says(agreed, sentence string) bool {
	want, got := " "+plainly(sentence)+" ", agreed
	for first := true; ; first = false {
		before, rest, found := strings.Cut(got, "{{")
		piece := " " + plainly(before) + " "
		if strings.TrimSpace(piece) == "" {
			piece = " "
		}
		at := strings.Index(want, piece)
		if at < 0 || first && at != 0 {
			return false
		}
		want = want[at+len(piece)-1:]
		if !found {
			return strings.TrimSpace(want) == "" || strings.TrimSpace(piece) == "" && !first
		}
		if _, got, found = strings.Cut(rest, "}}"); !found {
			return false
		}
	}
}
