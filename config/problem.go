package config

import (
	"fmt"
	"slices"
	"strings"

	"remit/models"
)

// Problem is one thing that keeps the configuration from being used.
type Problem struct {
	Key  string // "sources[helpdesk].token"; an environment variable by its name
	What string // what is wrong with it, to be read after the key
	Mend string // what to do about it
}

// String says the problem in one line.
func (p Problem) String() string { return fmt.Sprintf("%s %s: %s", p.Key, p.What, p.Mend) }

// Problems are all of them at once. As an error its kind is Invalid, and its text may be shown to a person.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps)+1)
	lines = append(lines, fmt.Sprintf("the configuration has %d problem(s):", len(ps)))
	for _, p := range ps {
		lines = append(lines, "  "+p.String())
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems as an Invalid error.
func (ps Problems) Unwrap() error { return &models.Error{Kind: models.Invalid, Message: ps.Error()} }

// add notes a problem, unless that key, a part of it or what it is part of has one already: what is missing because it
// could not be read would be said twice.
func (ps *Problems) add(key, what, mend string) {
	known := slices.ContainsFunc(*ps, func(p Problem) bool { return within(p.Key, key) || within(key, p.Key) })
	if !known {
		*ps = append(*ps, Problem{Key: key, What: what, Mend: mend})
	}
}

// within reports that the key is the other or a part of it.
func within(key, other string) bool {
	rest, ok := strings.CutPrefix(key, other)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// err gives the problems as an error, nil when there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// oneOf says which words are to be chosen from, the likely one first where there is one.
func oneOf(word string, known []string) string {
	choice := "choose one of " + strings.Join(known, ", ")
	if near := models.Nearest(word, known); near != "" && word != "" {
		return fmt.Sprintf("did you mean %s? Else %s", near, choice)
	}
	return choice
}

func contains(words []string, word string) bool { return slices.Contains(words, word) }
