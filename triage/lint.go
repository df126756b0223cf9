package triage

import (
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// Fault is a sentence of a draft that nobody has agreed on.
type Fault struct {
	Sentence string
	Why      string // "promises money", "names a date", "takes a legal position", "is in letters that are not checked"
}

// Lint gives the sentences of a draft that promise money, name dates or take a legal position without being in one of the
// agreed texts, word for word. A placeholder of an agreed text stands for a few words that commit to nothing. It knows the
// languages that drafts are written in (see promises); a sentence in other letters than theirs is a fault too.
func Lint(draft string, agreed []string) []Fault { return newLinter(agreed).faults(draft) }

// linter checks drafts against agreed texts; it reads these once, and only if a draft commits to something.
type linter struct {
	texts []string
	known []agreement
	read  bool
}

func newLinter(agreed []string) *linter { return &linter{texts: agreed} }

func (l *linter) faults(draft string) []Fault {
	var out []Fault
	for _, text := range wholeSentences(plain(models.CleanText(draft))) {
		s := lintWords(text)
		if why, used := commits(text, s); why != "" && !l.agreed(s, used) {
			out = append(out, Fault{Sentence: text, Why: why})
		}
	}
	return out
}

// agreed reports whether an agreed sentence says the words, and those which commit to something outside of its placeholders.
func (l *linter) agreed(words []string, committing []bool) bool {
	if !l.read {
		l.read = true
		for _, text := range l.texts {
			for _, s := range wholeSentences(text) {
				l.known = append(l.known, agreementOf(s))
			}
		}
	}
	return slices.ContainsFunc(l.known, func(a agreement) bool { return a.says(words, committing) })
}

// commits says what a sentence of the words commits the company to, "" for nothing, and which of the words do.
func commits(sentence string, words []string) (why string, used []bool) {
	used = make([]bool, len(words))
	silent := make([]bool, len(words))
	for i := range words {
		for _, p := range harmless.beginning(words[i]) {
			p.find(words, i, nil, silent)
		}
	}
	for _, p := range promises {
		if p.phrases.mark(words, silent, used) && why == "" {
			why = p.why
		}
	}
	if why == "" && strings.ContainsFunc(sentence, foreignLetter) {
		why = "is in letters that are not checked"
		for i, w := range words {
			used[i] = strings.ContainsFunc(w, foreignLetter)
		}
	}
	return why, used
}

// foreignLetter reports a letter that none of the languages of promises is written in.
func foreignLetter(c rune) bool {
	return unicode.IsLetter(c) && !unicode.Is(unicode.Latin, c) && c != 'º' && c != 'ª' && c != 'µ'
}

// agreement is an agreed sentence: its words, and placeholders between them.
type agreement []string

// placeholder stands for a placeholder of an agreement, and mostFilled is how many words it may stand for: a name, with its
// titles.
const (
	placeholder = "{{"
	mostFilled  = 4
)

// agreementOf reads an agreed sentence. A placeholder that is not closed can be said by nobody.
func agreementOf(sentence string) agreement {
	var a agreement
	for {
		before, rest, found := strings.Cut(sentence, "{{")
		a = append(a, lintWords(before)...)
		if !found {
			return a
		}
		_, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return append(a, rest, placeholder)
		}
		a = append(a, placeholder)
		sentence = after
	}
}

// says reports whether the agreement, its placeholders filled with words that commit to nothing, is the words.
func (a agreement) says(words []string, committing []bool) bool {
	here := make([]bool, len(words)+1) // by number of words: they are what the agreement says so far
	here[0] = true
	for _, want := range a {
		next := make([]bool, len(words)+1)
		for i, ok := range here[:len(words)] {
			if !ok {
				continue
			}
			if want != placeholder {
				next[i+1] = next[i+1] || words[i] == want
				continue
			}
			for n := i; n < min(len(words), i+mostFilled) && !committing[n]; n++ {
				next[n+1] = true
			}
		}
		here = next
	}
	return here[len(words)]
}

// wholeSentences gives the sentences of a text, one that a line break or the full stop of "3. Mai" cuts in two as one.
func wholeSentences(text string) []string {
	var out []string
	for _, s := range sentencesOf(unwrapped(text)) {
		n := len(out) - 1
		if n >= 0 && len(out[n]) > 1 && strings.HasSuffix(out[n], ".") && isDigit(out[n][len(out[n])-2]) && beginsWithMonth(s) {
			out[n] += " " + s
			continue
		}
		out = append(out, s)
	}
	return out
}

func beginsWithMonth(sentence string) bool {
	words := lintWords(sentence)
	return len(words) > 0 && slices.Contains(strings.Split("mai|may|"+months, "|"), words[0])
}

// unwrapped joins the lines of a text that go on in the next one, so that a sentence is whole.
func unwrapped(text string) string {
	var b strings.Builder
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case b.Len() == 0:
		case goesOn(last, line):
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(line)
		last = line
	}
	return b.String()
}

// goesOn reports whether the next line carries on a sentence that the line has not ended.
func goesOn(line, next string) bool {
	if line == "" || strings.ContainsAny(line[len(line)-1:], ".!?:,;") {
		return false
	}
	for _, c := range next {
		return !unicode.IsUpper(c) && (unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.Sc, c))
	}
	return false
}
