package bot

import (
	"strings"
	"unicode"

	"github.com/slack-go/slack"

	"remit/models"
)

// Customers' words go into plain_text objects, which Slack shows as they stand: no mention, link, emoji or formatting can
// come of them. Marked-up text holds our own words alone, and what is put into it is escaped all the same.

// Directional marks: what may be read as text is isolated, and what customers bring of their own is taken out, so that it
// cannot reorder the words around it.
const (
	firstStrongIsolate = '\u2068'
	popIsolate         = '\u2069'
	zeroWidthJoiner    = '\u200d'
)

// units counts a rune as Slack counts characters, in UTF-16 units.
func units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

func length(s string) int {
	n := 0
	for _, r := range s {
		n += units(r)
	}
	return n
}

// clean makes any text fit to be shown: line ends are newlines, and what is not seen is taken out.
func clean(s string) string {
	s = strings.ReplaceAll(models.CleanText(s), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029', r == '\r':
			return '\n'
		case r == '\t', r == '\u0085':
			return ' '
		case r == zeroWidthJoiner, r == '\u200c':
			return r
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == '\u2060':
			return -1
		}
		return r
	}, s)
}

// cut shortens a text to at most n units, at the end of a word where one is near, never within a character, and shows that
// it did.
func cut(s string, n int) string {
	if length(s) <= n {
		return s
	}
	if n < 1 {
		return ""
	}
	runes := []rune(s)
	end, used := 0, 1 // for the ellipsis
	for end < len(runes) && used+units(runes[end]) <= n {
		used += units(runes[end])
		end++
	}
	for end > 0 && (unicode.Is(unicode.M, runes[end]) || runes[end] == zeroWidthJoiner || runes[end-1] == zeroWidthJoiner) {
		end--
	}
	for i := end; i > 0 && i > end-24; i-- {
		if unicode.IsSpace(runes[i]) || unicode.IsSpace(runes[i-1]) {
			end = i
			break
		}
	}
	return strings.TrimRightFunc(string(runes[:end]), unicode.IsSpace) + "…"
}

// show makes text that people wrote fit for a plain_text object of at most n units.
func show(s string, n int) string {
	s = cut(strings.TrimSpace(clean(s)), n-2)
	if !strings.ContainsFunc(s, rightToLeft) {
		return s
	}
	return string(firstStrongIsolate) + s + string(popIsolate)
}

// line is show for what has to stay on one line.
func line(s string, n int) string { return show(strings.Join(strings.Fields(clean(s)), " "), n) }

func rightToLeft(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape makes text harmless where Slack reads mark-up, as in the fallback of a message.
func escape(s string) string { return escaper.Replace(s) }

// harmless reports text without any character that marks up, so that it may stand in bold.
func harmless(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .,%→'()-–…", r)
	})
}

// plain gives a plain_text object; an empty text, which Slack refuses, is a dash.
func plain(s string) *slack.TextBlockObject {
	if strings.TrimSpace(s) == "" {
		s = "–"
	}
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// marked gives a mrkdwn object of our own words, in which Slack looks for no names or addresses by itself.
func marked(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, s, false, true)
}
