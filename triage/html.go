package triage

import (
	"html"
	"strings"
)

// plain gives the text of what may be HTML: tags gone, blocks on lines of their own, quotations, scripts and styles left
// out. Text without markup comes back as it is, and a lone "<" stays one.
func plain(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = stripTags(s)
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	return s
}

var (
	blockTags  = []string{"br", "p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "hr"}
	hiddenTags = []string{"script", "style", "blockquote", "head", "title"}
)

// maxTag is the longest tag believed to be one, in bytes.
const maxTag = 4 << 10

func stripTags(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	hidden := ""
	depth := 0
	for s != "" {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			open = len(s)
		}
		if hidden == "" {
			b.WriteString(s[:open])
		}
		s = s[open:]
		name, closing, size := tag(s)
		if size == 0 {
			if s != "" && hidden == "" {
				b.WriteByte('<')
			}
			s = s[min(1, len(s)):]
			continue
		}
		s = s[size:]
		switch {
		case hidden != "" && name == hidden:
			if depth += 1; closing {
				depth -= 2
			}
			if depth <= 0 {
				hidden = ""
			}
		case hidden == "" && !closing && isOneOf(name, hiddenTags):
			hidden, depth = name, 1
		case hidden == "" && isOneOf(name, blockTags):
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// tag reads the tag that s begins with: its name in lower case and its size, 0 where s begins with none.
func tag(s string) (name string, closing bool, size int) {
	if len(s) < 3 {
		return "", false, 0
	}
	i := 1
	if s[1] == '/' {
		closing = true
		i = 2
	}
	if c := s[i] | 0x20; s[i] != '!' && (c < 'a' || c > 'z') {
		return "", false, 0
	}
	within := s[1:min(len(s), maxTag)]
	if next := strings.IndexByte(within, '<'); next >= 0 {
		within = within[:next]
	}
	end := strings.IndexByte(within, '>') + 1
	if end == 0 {
		return "", false, 0
	}
	stop := i
	for stop < end && isAlnum(s[stop]) {
		stop++
	}
	return strings.ToLower(s[i:stop]), closing, end + 1
}

func isOneOf(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
