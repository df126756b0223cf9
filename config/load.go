package config

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
)

// delim joins the parts of a path inside koanf: a NUL, which no key has, since a group's name may well have a point.
const delim = "\x00"

// Load reads the file at path, then lets the environment (in the form of os.Environ) overrule it, fills in the defaults
// and checks the whole. With an empty path only the environment is read. The error is a Problems with everything that is
// wrong, of kind Invalid; no secret is in it. The Config is usable only without an error.
func Load(path string, environ []string) (Config, error) {
	raw, problems := read(path)
	if len(problems) > 0 {
		return Config{}, problems
	}
	return Parse(raw, environ)
}

// Parse does what Load does with the text of a file.
func Parse(raw []byte, environ []string) (Config, error) {
	k := koanf.New(delim)
	if err := k.Load(rawbytes.Provider(raw), yaml.Parser()); err != nil {
		return Config{}, Problems{unreadable(err)}
	}
	e := newEnvironment(environ, k.Raw())
	provider := env.Provider(delim, env.Opt{
		Prefix:        envPrefix,
		EnvironFunc:   func() []string { return environ },
		TransformFunc: e.path,
	})
	if err := k.Load(provider, nil, koanf.WithMergeFunc(e.merge)); err != nil {
		return Config{}, Problems{{Key: "environment", What: "cannot be read", Mend: "unset the variables that begin with " + envPrefix}}
	}
	var c Config
	d := decoder{vars: e.vars, problems: e.problems}
	d.decode(&c, k.Raw())
	c.defaults()
	check := checker{Config: c, Problems: d.problems}
	check.all()
	return c, check.err()
}

func read(path string) ([]byte, Problems) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Problems{{Key: path, What: "does not exist", Mend: "copy remit.example.yaml there, or name another file with --config"}}
	case err != nil:
		return nil, Problems{{Key: path, What: "cannot be read", Mend: "make it a file that the user remit runs as may read"}}
	}
	return raw, nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// unreadable says where the YAML breaks. The parser's own words are left out: they quote the text, which has secrets.
func unreadable(err error) Problem {
	p := Problem{Key: "the file", What: "is not YAML of the form key: value", Mend: "compare it with remit.example.yaml"}
	if strings.Contains(err.Error(), "already defined") {
		p.What, p.Mend = "says a key twice", "leave one of the two"
	}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Key = "line " + m[1]
	}
	return p
}
