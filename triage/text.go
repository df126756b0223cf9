package triage

import (
	"strings"

	"remit/models"
)

// mail is what a message's lines have shown so far of its layout.
type mail struct {
	began  bool // the customer has said something of their own
	fenced bool // inside a block of code or log
	logged bool // the line before was a machine's
}

// passage reads one message, at most limit bytes of it.
func (r *reading) passage(s string, limit int) {
	s, whole := legible(s, min(limit, r.budget))
	r.truncated = r.truncated || !whole
	r.budget -= len(s)
	r.stop()
	var m mail
	for rest := s; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if m.ends(line, after) {
			break
		}
		r.mailLine(&m, strings.TrimSpace(line), after)
		rest = after
	}
	r.stop()
}

// ownLines gives the lines of a message that are its writer's own, as they were written, and how many were a machine's.
func ownLines(s string, limit int) (own string, logs int) {
	text, _ := legible(s, limit)
	var m mail
	var b strings.Builder
	for rest := text; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if m.ends(line, after) {
			break
		}
		switch line = strings.TrimSpace(line); m.whose(line, after) {
		case machines:
			logs++
		case customers:
			b.WriteString(line + "\n")
		}
		rest = after
	}
	return b.String(), logs
}

// OwnText gives the subject and the newest message as its writer wrote them: without markup, quotations, signatures, logs and
// what was written to them before. It is what may be shown to somebody who judges the ticket.
func OwnText(t models.Ticket) string {
	subject, _ := ownLines(t.Subject, maxSubject)
	body, _ := ownLines(t.Latest(), maxText)
	return strings.TrimSpace(strings.TrimSpace(subject) + "\n" + body)
}

// maxMarkup is how much of a message is looked through for text, in bytes: the head of an HTML mail may be longer than what
// it says.
const maxMarkup = 128 << 10

// legible gives the text of a message, at most limit bytes of it, and whether that is the whole.
func legible(s string, limit int) (text string, whole bool) {
	whole = true
	if len(s) > maxMarkup {
		s, whole = cut(s, maxMarkup), false
	}
	s = plain(models.CleanText(s))
	if len(s) > limit {
		s, whole = cut(s, limit), false
	}
	return s, whole
}

// cut gives at most n bytes of s without splitting a character; what CleanText would have to mend is left to it.
func cut(s string, n int) string {
	for back := 0; back < 4 && n > 0 && s[n]&0xC0 == 0x80; back++ {
		n--
	}
	return s[:n]
}

// kindOfLine is whose a line of a message is.
type kindOfLine uint8

const (
	nobodys   kindOfLine = iota // empty, or somebody else's
	fence                       // where code or a log begins or ends
	machines                    // code or log
	customers                   // the writer's own words
)

// whose tells whose a line is, and keeps in mind what it shows.
func (m *mail) whose(line, after string) kindOfLine {
	logged := m.logged
	m.logged = false
	switch {
	case isFence(line):
		m.fenced = !m.fenced
		return fence
	case line == "", line[0] == '>', isHeader(line, after), isFooter(line), isAttribution(line):
		return nobodys
	case m.fenced, isLog(line, logged):
		m.logged = !m.fenced
		return machines
	}
	m.began = true
	return customers
}

// mailLine reads a line unless it is somebody else's words or a machine's.
func (r *reading) mailLine(m *mail, line, after string) {
	switch m.whose(line, after) {
	case nobodys:
		r.stop()
	case machines:
		r.logLines++
		r.stop()
	case customers:
		r.line(line)
		if len(line) < wrapped || after == "" {
			r.stop()
		}
	}
}

// wrapped is the length from which a line break may be the mail program's and not the writer's.
const wrapped = 60

// ends reports whether the customer's own words end before this line: at a signature, a disclaimer, or the message that
// this one answers. What is all quotation is read nonetheless.
func (m *mail) ends(line, after string) bool {
	if !m.began {
		return false
	}
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "--", trimmed == "__", strings.HasPrefix(trimmed, "-----Original Message"):
		return true
	case isAttribution(trimmed):
		return !strings.HasPrefix(strings.TrimSpace(after), ">")
	case isHeader(trimmed, after) && strings.HasPrefix(trimmed, "From:"):
		return true
	case isClosing(trimmed):
		return strings.Count(after, "\n") <= signatureLines
	}
	return isDisclaimer(trimmed)
}

// signatureLines is how much may follow a closing formula for it to be a signature.
const signatureLines = 8

var closings = []string{
	"best", "best regards", "kind regards", "regards", "warm regards", "sincerely", "yours sincerely",
	"cheers", "mit freundlichen grüßen", "cordialement",
}

func isClosing(line string) bool {
	if len(line) > 30 {
		return false
	}
	line = strings.TrimRight(line, ",.! ")
	for _, c := range closings {
		if strings.EqualFold(line, c) {
			return true
		}
	}
	return false
}

func isDisclaimer(line string) bool {
	return len(line) > 40 && strings.Contains(line, "onfidential") && strings.Contains(line, "intended")
}

func isFooter(line string) bool {
	return strings.HasPrefix(line, "Sent from my ") || strings.HasPrefix(line, "Get Outlook for ")
}

// isAttribution knows the line that mail programs put above what they quote.
func isAttribution(line string) bool {
	if len(line) > 200 || !strings.HasSuffix(line, ":") {
		return false
	}
	for _, verb := range []string{" wrote:", " schrieb:", " a écrit :", " escribió:"} {
		if strings.HasSuffix(line, verb) {
			return true
		}
	}
	return false
}

var headers = []string{"From:", "Sent:", "To:", "Cc:", "Subject:", "Date:", "Reply-To:", "Von:", "Gesendet:", "An:", "Betreff:"}

// isHeader knows a line of a forwarded mail's header: it stands beside another one, or names an address.
func isHeader(line, after string) bool {
	if strings.HasPrefix(line, "---------- Forwarded message") {
		return true
	}
	if !startsWithAny(line, headers) {
		return false
	}
	next, _, _ := strings.Cut(after, "\n")
	return strings.Contains(line, "@") || startsWithAny(strings.TrimSpace(next), headers) || strings.HasPrefix(line, "Subject:")
}

func startsWithAny(s string, heads []string) bool {
	for _, h := range heads {
		if strings.HasPrefix(s, h) {
			return true
		}
	}
	return false
}

func isFence(line string) bool {
	return strings.HasPrefix(line, "```") || strings.HasPrefix(line, "{code") || strings.HasPrefix(line, "{noformat")
}

var levels = []string{"ERROR", "WARN", "WARNING", "INFO", "DEBUG", "FATAL", "TRACE", "CRITICAL", "SEVERE"}

// codeSigns are what code and logs are written with and people's sentences are not.
var codeSigns = [...]string{"0x", "::", "Exception", "=", "->", "{", "()"}

// isLog knows a line that a machine wrote: a frame of a stack trace, or a line with two marks of a log, such as a time and
// a level; one is enough right after another such line. A level alone is none, however it is set off: people write
// "CRITICAL: nobody can log in" and "I get ERROR [503]".
func isLog(line string, logged bool) bool {
	if isFrame(line) || logged && strings.HasPrefix(line, causedBy) {
		return true
	}
	head := line[:min(len(line), 48)]
	marks := 0
	for _, marked := range [...]bool{hasLevel(head), hasTime(head), isCode(line)} {
		if marked {
			marks++
		}
	}
	return marks >= 2 || marks == 1 && (logged || isConstant(line))
}

const causedBy = "Caused by: "

// isFrame knows the lines of a stack trace: of Java and JavaScript "at some.function (file:12)", and of Python.
func isFrame(line string) bool {
	if cause, ok := strings.CutPrefix(line, causedBy); ok {
		first, _, _ := strings.Cut(cause, " ")
		return strings.ContainsAny(first, ".:")
	}
	if call, ok := strings.CutPrefix(line, "at "); ok && strings.HasSuffix(call, ")") && strings.Contains(call, ".") {
		name, _, found := strings.Cut(call, "(")
		return found && len(strings.Fields(name)) <= 2
	}
	return strings.HasPrefix(line, "Traceback (most recent") || strings.HasPrefix(line, "Exception in thread") ||
		strings.HasPrefix(line, `File "`) && strings.Contains(line, ", line ")
}

// hasLevel looks for the level of a log line, in capitals and standing alone.
func hasLevel(head string) bool {
	for _, l := range levels {
		if at := strings.Index(head, l); at >= 0 && closed(head, at, len(l)) {
			return true
		}
	}
	return false
}

// isCode reports a sign of code.
func isCode(line string) bool {
	for _, sign := range codeSigns {
		if strings.Contains(line, sign) {
			return true
		}
	}
	return false
}

// closed reports whether the word at..at+n stands alone.
func closed(s string, at, n int) bool {
	return (at == 0 || !isAlnum(s[at-1])) && (at+n == len(s) || !isAlnum(s[at+n]))
}

// hasTime looks for 12:34:56.
func hasTime(s string) bool {
	for i := 2; i+5 < len(s); i++ {
		if s[i] == ':' && s[i+3] == ':' && isDigit(s[i-1]) && isDigit(s[i+1]) && isDigit(s[i+2]) && isDigit(s[i+4]) {
			return true
		}
	}
	return false
}

// isConstant knows a line such as CONNECTION_REFUSED.
func isConstant(line string) bool {
	return strings.Contains(line, "_") && strings.ToUpper(line) == line
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
