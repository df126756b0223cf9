package models

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a string that does not tell itself: printed, logged or marshalled it reads "[redacted]".
type Secret string

const redacted = "[redacted]"

// Reveal gives the secret itself, for the one place that signs or sends it.
func (s Secret) Reveal() string { return string(s) }

// Empty reports whether there is nothing to keep.
func (s Secret) Empty() bool { return s == "" }

// String hides the secret; an empty one shows that it is empty.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return `models.Secret("` + s.String() + `")` }

// Format hides the secret from every verb of fmt: a wrong one, such as %d, would print it without asking String.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') {
		_, _ = io.WriteString(f, s.GoString())
		return
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), s.String())
}

// LogValue hides the secret from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from JSON, YAML and every other encoder of text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the secret as it stands.
func (s *Secret) UnmarshalText(b []byte) error {
	*s = Secret(b)
	return nil
}
