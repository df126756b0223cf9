package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"remit/models"
)

// withDotEnv adds to an environment what a file of NAME=value lines says, where the environment is silent. A file that is
// not there says nothing. What stands in it is never quoted: it holds secrets.
func withDotEnv(environ []string, path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return environ, nil
	}
	if err != nil {
		return nil, models.Errorf(models.Invalid, "%s cannot be read: make it a file that the user remit runs as may read", path)
	}
	known := map[string]bool{}
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		known[name] = value != "" // an empty variable says nothing, as everywhere in the configuration
	}
	out := append([]string(nil), environ...)
	for i, l := range strings.Split(string(text), "\n") {
		l = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l), "export "))
		if l == "" || l[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(l, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, models.Errorf(models.Invalid, "%s, line %d is not of the form NAME=value", path, i+1)
		}
		if !known[name] {
			out = append(out, name+"="+unquoted(strings.TrimSpace(value)))
		}
	}
	return out, nil
}

// unquoted takes one pair of quotes away.
func unquoted(s string) string {
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}

// dotEnv writes such a file.
func dotEnv(values [][2]string) string {
	var b strings.Builder
	b.WriteString("# Secrets of remit. Keep this file to yourself; the environment overrules it.\n")
	for _, v := range values {
		fmt.Fprintf(&b, "%s=%s\n", v[0], v[1])
	}
	return b.String()
}
