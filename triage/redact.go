package triage

import (
	"strings"
	"unicode/utf8"
)

// Redact gives the text with what should not be passed on replaced by a word for it: payment cards (Luhn), bank accounts
// (IBAN, mod 97), e-mail addresses, what looks like a phone number, and passwords, keys and tokens where the text names
// them as such or their form gives them away. They are found as they are read: through markup, entities and invisible or
// unusual characters. It errs on the side of hiding and takes time linear in the text.
func Redact(text string) string {
	var b strings.Builder
	done := 0
	find(text, func(from, to int, k kind) bool {
		b.WriteString(text[done:from])
		b.WriteString(kinds[k])
		done = to
		return true
	})
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// Piece is personal data in a text.
type Piece struct {
	Text string // as it stands there
	Word string // what Redact puts in its place
}

// Personal gives what Redact would replace in the text, in the order in which it stands there.
func Personal(text string) []Piece {
	var out []Piece
	find(text, func(from, to int, k kind) bool {
		out = append(out, Piece{Text: text[from:to], Word: kinds[k]})
		return true
	})
	return out
}

// kind is a kind of personal or secret data.
type kind int

const (
	card kind = iota
	iban
	email
	phone
	secret
)

var kinds = [...]string{card: "[card]", iban: "[iban]", email: "[e-mail]", phone: "[phone]", secret: "[secret]"}

// piiStrength says how much each kind counts for the signal "pii": an e-mail address is the usual thing in a ticket.
var piiStrength = [...]float64{card: 1, iban: 1, email: 0.3, phone: 0.5, secret: 1}

// personal gives the strength of the gravest personal data in the beginning of the texts.
func personal(texts ...string) float64 {
	worst := 0.0
	for _, t := range texts {
		find(t[:min(len(t), maxText)], func(_, _ int, k kind) bool {
			worst = max(worst, piiStrength[k])
			return worst < 1
		})
	}
	return worst
}

// find calls found for every piece of personal data, from left to right, until it says that it has enough.
func find(s string, found func(from, to int, k kind) bool) {
	seen := asRead(s)
	findPlain(seen.text, func(from, to int, k kind) bool {
		from, to = seen.span(from, to)
		return found(from, to, k)
	})
}

// findPlain is find in a text that is read as it stands.
func findPlain(s string, found func(from, to int, k kind) bool) {
	done := 0
	for i := 0; i < len(s); {
		if isMarkAt(s, i) {
			i += strings.IndexByte(s[i:], ']') + 1
			continue
		}
		from, to, k, ok := at(s, i, i == done)
		if !ok {
			i++
			continue
		}
		if !found(from, to, k) {
			return
		}
		i, done = to, to
	}
}

// at looks for personal data that begins at i. What is found may begin later: a password begins after the word that names
// it. fresh says that what is before i has been found already.
func at(s string, i int, fresh bool) (from, to int, k kind, ok bool) {
	c := s[i]
	if c == ':' {
		from, to := urlSecret(s, i)
		return from, to, secret, to > from
	}
	if !fresh && isAlnum(s[i-1]) && c != '+' && c != '(' {
		from, to := compoundSecret(s, i)
		return from, to, secret, to > from
	}
	if isDigit(c) || c == '+' || c == '(' {
		if to, k, ok := numeric(s, i); ok {
			return i, to, k, true
		}
	}
	if c == '-' && strings.HasPrefix(s[i:], "-----BEGIN ") {
		if to := keyBlock(s, i); to > 0 {
			return i, to, secret, true
		}
	}
	if isAlpha(c) {
		if to := ibanEnd(s, i); to > 0 {
			return i, to, iban, true
		}
		if from, to := namedSecret(s, i); to > from {
			return from, to, secret, true
		}
		if to := formedSecret(s, i); to > 0 {
			return i, to, secret, true
		}
	}
	if !isName(c) || !fresh && isName(s[i-1]) {
		return 0, 0, 0, false
	}
	if to := emailEnd(s, i); to > 0 {
		return i, to, email, true
	}
	return 0, 0, 0, false
}

// isName reports a byte that the local part of an e-mail address, or a word, is made of.
func isName(c byte) bool {
	return isAlnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c >= utf8.RuneSelf
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// emailEnd gives the end of an e-mail address that begins at i, or 0.
func emailEnd(s string, i int) int {
	for i < len(s) && isName(s[i]) {
		i++
	}
	if i >= len(s) || s[i] != '@' {
		return 0
	}
	at := i + 1
	end, dots := at, 0
	for end < len(s) && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.' || s[end] >= utf8.RuneSelf) {
		if s[end] == '.' && end > at && end+1 < len(s) && (isAlnum(s[end+1]) || s[end+1] >= utf8.RuneSelf) {
			dots++
		} else if s[end] == '.' {
			break
		}
		end++
	}
	if dots == 0 {
		return 0
	}
	return end
}

// Forms that are secrets whatever stands before them: how they begin, and the least length.
var formed = []struct {
	head string
	size int
}{
	{"sk_live_", 16},
	{"sk_test_", 16},
	{"rk_live_", 16},
	{"whsec_", 14},
	{"xoxb-", 16},
	{"xoxp-", 16},
	{"xapp-", 16},
	{"ghp_", 20},
	{"gho_", 20},
	{"github_pat_", 20},
	{"glpat-", 16},
	{"AKIA", 20},
	{"AIza", 30},
	{"eyJ", 30},
	{"sk-", 24},
}

// opensForm tells what a form may begin with: every position of a text is looked at, and most of them begin nothing.
var opensForm = func() (out [256]bool) {
	for _, f := range formed {
		out[f.head[0]] = true
	}
	return out
}()

func formedSecret(s string, i int) int {
	if !opensForm[s[i]] {
		return 0
	}
	for _, f := range formed {
		if !strings.HasPrefix(s[i:], f.head) {
			continue
		}
		end := i
		for end < len(s) && (isAlnum(s[end]) || s[end] == '_' || s[end] == '-' || s[end] == '.') {
			end++
		}
		if end-i >= f.size {
			return end
		}
	}
	return 0
}

// keyBlock gives the end of a private key in PEM form that begins at i; one without an end runs to the end of the text.
func keyBlock(s string, i int) int {
	head, _, _ := strings.Cut(s[i:min(len(s), i+80)], "\n")
	if !strings.Contains(head, "PRIVATE KEY-----") {
		return 0
	}
	const foot = "-----END "
	end := strings.Index(s[i:], foot)
	if end < 0 {
		return len(s)
	}
	end += i + len(foot)
	if tail := strings.Index(s[end:min(len(s), end+80)], "-----"); tail >= 0 {
		return end + tail + len("-----")
	}
	return whole(s, end)
}
