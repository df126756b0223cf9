package web

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mrkdwnDepth bounds how deep marks may be nested; deeper ones are shown as they were typed.
const mrkdwnDepth = 4

// mrkdwnMax bounds how much of a text is rendered, in bytes: more than Slack allows in any block.
const mrkdwnMax = 12_000

// mrkdwn renders Slack's markup as HTML: *bold*, _italic_, ~strike~, `code`, ```blocks```, > quotes, links, and mentions
// as inert text. Everything else is text and escaped.
func mrkdwn(s string) template.HTML {
	if len(s) > mrkdwnMax {
		s = strings.ToValidUTF8(s[:mrkdwnMax], "") + "…"
	}
	var b strings.Builder
	for i, part := range strings.Split(s, "```") {
		switch {
		case i%2 == 1:
			b.WriteString(`<pre dir="auto">` + escapeSlack(strings.Trim(part, "\n")) + "</pre>")
		case part != "":
			lines(&b, part)
		}
	}
	return template.HTML(b.String()) // every part of it was written by inline, which escapes
}

// lines renders the lines of a text, those that start with > as quotes.
func lines(b *strings.Builder, s string) {
	for i, line := range strings.Split(s, "\n") {
		quote, ok := strings.CutPrefix(line, "&gt;")
		switch {
		case ok:
			b.WriteString(`<blockquote dir="auto">`)
			inline(b, strings.TrimPrefix(quote, " "), 0)
			b.WriteString("</blockquote>")
			continue
		case i > 0 && !strings.HasSuffix(b.String(), "</blockquote>"):
			b.WriteString("<br>")
		}
		inline(b, line, 0)
	}
}

var marks = map[byte]string{'*': "strong", '_': "em", '~': "s"}

// inline renders one line.
func inline(b *strings.Builder, s string, depth int) {
	before := rune(' ')
	for s != "" {
		n := 0
		switch c := s[0]; {
		case c == '<':
			n = angle(b, s)
		case c == '`':
			n = code(b, s)
		case marks[c] != "" && depth < mrkdwnDepth && !wordRune(before):
			n = marked(b, s, depth)
		case c == ':':
			n = emoji(b, s)
		}
		if n == 0 {
			n = plain(b, s)
		}
		before, _ = utf8.DecodeLastRuneInString(s[:n])
		s = s[n:]
	}
}

// plain writes one character or escape of s and gives its length.
func plain(b *strings.Builder, s string) int {
	for _, e := range []string{"&amp;", "&lt;", "&gt;"} {
		if strings.HasPrefix(s, e) {
			b.WriteString(e)
			return len(e)
		}
	}
	_, n := utf8.DecodeRuneInString(s)
	b.WriteString(template.HTMLEscapeString(s[:n]))
	return n
}

func code(b *strings.Builder, s string) int {
	end := strings.IndexByte(s[1:], '`')
	if end <= 0 {
		return 0
	}
	b.WriteString("<code>" + escapeSlack(s[1:end+1]) + "</code>")
	return end + 2
}

// marked writes what stands between a mark and its like, and gives 0 where the mark is only a character: as in 2 * 3.
func marked(b *strings.Builder, s string, depth int) int {
	mark := s[0]
	for end := 2; end < len(s); end++ {
		if s[end] != mark || s[1] == ' ' || s[end-1] == ' ' || s[end-1] == mark {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(s[end+1:]); end+1 < len(s) && wordRune(after) {
			continue
		}
		tag := marks[mark]
		b.WriteString("<" + tag + ">")
		inline(b, s[1:end], depth+1)
		b.WriteString("</" + tag + ">")
		return end + 1
	}
	return 0
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// angle writes a link or a mention. A mention is a word here: it calls nobody.
func angle(b *strings.Builder, s string) int {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return 0
	}
	target, label, labelled := strings.Cut(s[1:end], "|")
	switch {
	case target == "":
		return 0
	case strings.HasPrefix(target, "!date^"):
		b.WriteString(`<time>` + escapeSlack(label) + "</time>")
	case strings.ContainsRune("@#!", rune(target[0])):
		b.WriteString(`<span class="mention">` + mention(target, label, labelled) + "</span>")
	case webLink(target):
		if !labelled {
			label = target
		}
		b.WriteString(`<a rel="noopener noreferrer" href="` + escapeSlack(target) + `"><bdi>` + escapeSlack(label) + "</bdi></a>")
	default:
		return 0
	}
	return end + 1
}

func mention(target, label string, labelled bool) string {
	sign := "@"
	if target[0] == '#' {
		sign = "#"
	}
	name := strings.TrimPrefix(target[1:], "subteam^")
	if labelled {
		name = strings.TrimPrefix(label, sign)
	}
	return sign + escapeSlack(name)
}

// webLink reports an address elsewhere that may be linked to.
func webLink(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "mailto:")
}

// localPath reports a path of this console, and not an address elsewhere that looks like one.
func localPath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.ContainsAny(s, "\\\r\n\t")
}

// escapeSlack makes text with Slack's three escapes into HTML with HTML's.
func escapeSlack(s string) string {
	return template.HTMLEscapeString(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s))
}

// emojis are the names that cards of ours may use; any other name is shown as it is.
var emojis = map[string]string{
	"white_check_mark": "✅", "x": "❌", "warning": "⚠️", "rotating_light": "🚨", "hourglass": "⌛", "hourglass_flowing_sand": "⏳",
	"hand": "✋", "bell": "🔔", "lock": "🔒", "moneybag": "💰", "ticket": "🎫", "eyes": "👀", "robot_face": "🤖", "memo": "📝",
	"leftwards_arrow_with_hook": "↩️", "calendar": "📅", "no_entry": "⛔", "bust_in_silhouette": "👤", "red_circle": "🔴",
	"large_orange_circle": "🟠", "large_yellow_circle": "🟡", "large_green_circle": "🟢", "pause_button": "⏸️", "page_facing_up": "📄",
}

func emoji(b *strings.Builder, s string) int {
	end := strings.IndexByte(s[1:], ':')
	if end <= 0 {
		return 0
	}
	sign, ok := emojis[s[1:end+1]]
	if !ok {
		return 0
	}
	b.WriteString(sign)
	return end + 2
}

// withEmojis puts signs in the place of names in plain text.
func withEmojis(s string) string {
	if strings.Count(s, ":") < 2 {
		return s
	}
	for name, sign := range emojis {
		s = strings.ReplaceAll(s, ":"+name+":", sign)
	}
	return s
}
