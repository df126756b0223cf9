package models

import (
	"crypto/sha256"
	"encoding/base32"
	"io"
	"strings"
	"unicode/utf8"
)

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes an id from what the thing is, so that making it again gives the same id: 80 bits of SHA-256 over the
// parts, each closed by a NUL, in Crockford's base 32, led by the prefix and an underscore.
func NewID(prefix string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = io.WriteString(h, p)
		_, _ = h.Write([]byte{0})
	}
	return prefix + "_" + idEncoding.EncodeToString(h.Sum(nil)[:10])
}

// CleanText makes any bytes into text that both databases and every card can hold: NUL and invalid UTF-8 become U+FFFD.
func CleanText(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
