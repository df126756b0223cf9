package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

const redacted = "[redacted]"

// URL is an address that may carry a password: printed, logged or marshalled it shows where it leads, and hides the
// password, a lone user name (which is often a token) and the values of its query.
type URL string

// Reveal gives the address itself, for the one place that connects to it.
func (u URL) Reveal() string { return string(u) }

// Empty reports that there is no address.
func (u URL) Empty() bool { return u == "" }

// Scheme gives what stands before "://", in lower case, or "".
func (u URL) Scheme() string {
	scheme, _, ok := strings.Cut(string(u), "://")
	if !ok {
		return ""
	}
	return strings.ToLower(scheme)
}

// String gives the address with what must stay hidden redacted; one that cannot be read is hidden as a whole.
func (u URL) String() string {
	if u == "" {
		return ""
	}
	p, err := url.Parse(string(u))
	if err != nil || u.Scheme() == "" || p.Opaque != "" {
		return redacted
	}
	user := ""
	if p.User != nil {
		user = redacted + "@"
		if _, ok := p.User.Password(); ok {
			user = p.User.Username() + ":" + user
		}
	}
	query := ""
	if p.RawQuery != "" {
		query = "?" + redacted
	}
	return p.Scheme + "://" + user + p.Host + p.EscapedPath() + query
}

// Format hides what must be hidden from every verb of fmt, the wrong ones too.
func (u URL) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') {
		_, _ = io.WriteString(f, `config.URL("`+u.String()+`")`)
		return
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), u.String())
}

// LogValue hides what must be hidden from structured logs.
func (u URL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText hides what must be hidden from JSON, YAML and every other encoder of text.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText takes the address as it stands.
func (u *URL) UnmarshalText(b []byte) error {
	*u = URL(b)
	return nil
}

// wrong says what keeps the address from being one of the schemes, or "". It quotes nothing: an address that cannot be
// read may have its password anywhere.
func (u URL) wrong(schemes ...string) string {
	p, err := url.Parse(string(u))
	switch {
	case err != nil:
		return "is not an address that can be read"
	case !contains(schemes, u.Scheme()):
		return "does not begin with " + strings.Join(schemes, ":// or ") + "://"
	case p.Host == "" && p.Path == "":
		return "names nothing after the ://"
	case u.Scheme() != "sqlite" && p.Host == "" && !(strings.HasPrefix(u.Scheme(), "postgres") && p.Query().Get("host") != ""):
		return "names no host" // which PostgreSQL also takes as ?host=/run/postgresql, for its socket
	}
	return ""
}
