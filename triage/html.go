package triage

import (
	"html"
	"strings"
)

// plain gives the text of what may be HTML: tags gone, blocks on lines of their own, quotations, scripts and styles left
// out. Text without markup comes back as it is; a lone "<" stays one, and so does a tag that somebody only names.
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
	hiddenTags = [...]string{"script", "style", "blockquote", "head", "title"}
)

// maxTag is the longest tag believed to be one, in bytes.
const maxTag = 4 << 10

// stripTags takes the tags out of s, and what stands in hidden ones. It looks at each byte a bounded number of times, whatever
// s is.
func stripTags(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var h hiding
	for at := 0; at < len(s); {
		open := strings.IndexByte(s[at:], '<')
		if open < 0 {
			open = len(s) - at
		}
		if h.name == "" {
			b.WriteString(s[at : at+open])
		}
		at += open
		name, closing, size := tag(s[at:])
		switch {
		case at == len(s):
		case h.name != "":
			h.ends(at, name, closing)
		case h.begins(s, at, name, closing):
		case size == 0, !closing && isOneOf(name, hiddenTags[:]):
			b.WriteString(s[at : at+max(size, 1)])
		case isOneOf(name, blockTags):
			b.WriteByte('\n')
		}
		at += max(size, 1)
	}
	return b.String()
}

// hiding is where in a page text is hidden. Only a tag that is closed further on hides: one that never is, a person has named.
type hiding struct {
	name   string // of the tag that hides; empty: nothing is hidden
	depth  int    // of quotations within one another
	closes map[string]int
}

// begins reports whether the tag at a place hides what follows.
func (h *hiding) begins(s string, at int, name string, closing bool) bool {
	if closing || !isOneOf(name, hiddenTags[:]) {
		return false
	}
	if h.closes == nil {
		h.closes = lastClosings(s)
	}
	if h.closes[name] <= at {
		return false
	}
	h.name, h.depth = name, 1
	return true
}

// ends takes note of a tag in what is hidden: quotations stand within one another, and the last closing tag ends them all.
func (h *hiding) ends(at int, name string, closing bool) {
	switch {
	case name != h.name:
		return
	case closing:
		h.depth--
	case name == "blockquote":
		h.depth++
	}
	if h.depth <= 0 || closing && h.closes[name] == at {
		h.name = ""
	}
}

// lastClosings gives where each hidden tag is closed for the last time.
func lastClosings(s string) map[string]int {
	out := map[string]int{}
	for at := 0; at < len(s); {
		open := strings.IndexByte(s[at:], '<')
		if open < 0 {
			break
		}
		at += open
		name, closing, size := tag(s[at:])
		if closing && isOneOf(name, hiddenTags[:]) {
			out[name] = at
		}
		at += max(size, 1)
	}
	return out
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
