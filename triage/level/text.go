package level

import (
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Text is what is read of a ticket.
type Text struct {
	Subject, Body string   // the customer's own words
	Signs         []string // names of the signals of urgency in them
	Logs          int      // lines that a machine wrote, which are not in the body
}

// kinds are sorts of reports, by how words of theirs begin.
var kinds = map[string][]string{
	"weakness": {"cve", "vulnerab", "security", "exploit"},
	"setback":  {"regression", "broke", "breaks", "broken", "compatib", "incompatib"},
	"loss":     {"corrupt", "lost", "loss", "leak", "duplicat"},
	"failure":  {"fail", "crash", "exception", "npe", "nullpointer", "oom", "deadlock", "hang"},
	"words":    {"typo", "document", "javadoc", "readme", "comment", "spelling"},
	"test":     {"test", "flaky", "unit"},
	"build":    {"build", "docker", "jenkins", "maven", "ci", "compil"},
	"newer":    {"upgrade", "bump", "update"},
	"release":  {"release", "branch"},
	"wish":     {"improve", "support", "add", "refactor", "clean", "unused"},
}

// short words of kinds are meant as a whole: "ci" and not "cite".
const wholeUpTo = 3

func begins(word, stem string) bool {
	return word == stem || len(stem) > wholeUpTo && strings.HasPrefix(word, stem)
}

// seen is a text as what the models count: words and pairs of them, and marks.
type seen struct{ words, marks []string }

// mostWords bounds what is read of a text.
const mostWords = 4000

// logWords is what a line of a log or of code counts for in the length of a text.
const logWords = 8

// halved has lengths be told apart by factors of four.
const halved = 2

func (t Text) read() seen {
	var s seen
	marks := map[string]bool{}
	n := s.part(t.Subject, "subject ", marks, 0)
	n = s.part(t.Body, "body ", marks, n)
	marks["length "+strconv.Itoa(bits.Len(uint(n+logWords*t.Logs))/halved)] = true
	marks["logs "+strconv.Itoa(bits.Len(uint(t.Logs))/halved)] = true
	if strings.Contains(t.Subject, "?") || strings.Contains(t.Body, "?") {
		marks["question"] = true
	}
	for _, sign := range t.Signs {
		marks[signMark+sign] = true
	}
	s.marks = slices.Sorted(maps.Keys(marks))
	return s
}

// part reads the subject or the body, n words being read already, and gives how many are then.
func (s *seen) part(text, place string, marks map[string]bool, n int) int {
	before := ""
	for run := range strings.FieldsSeq(strings.ToLower(text)) {
		if strings.Contains(run, "@") { // an address tells who somebody is, and nothing else
			continue
		}
		if isVersion(strings.TrimFunc(run, func(r rune) bool { return !isWord(r) })) {
			marks[place+"version"] = true
		}
		for w := range strings.FieldsFuncSeq(run, func(r rune) bool { return !isWord(r) }) {
			if len(w) < 2 {
				continue
			}
			if n++; n > mostWords {
				return n
			}
			for _, kind := range kindsOf(w) {
				marks[place+kind] = true
			}
			s.words = append(s.words, w)
			if before != "" {
				s.words = append(s.words, before+" "+w)
			}
			before = w
		}
	}
	return n
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}

// signMark is before the name of a signal.
const signMark = "sign "

func kindsOf(w string) []string {
	var out []string
	for name, stems := range kinds {
		for _, stem := range stems {
			if begins(w, stem) {
				out = append(out, name)
				break
			}
		}
	}
	return out
}

// isVersion knows 3.3.5.
func isVersion(w string) bool {
	dots := 0
	for i := range len(w) {
		switch c := w[i]; {
		case c == '.':
			dots++
		case c < '0' || c > '9':
			return false
		}
	}
	return dots > 1
}
