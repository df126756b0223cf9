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

// didYouMean gives the nearest of the known words, or "" when none is near enough to be a slip.
func didYouMean(word string, known []string) string {
	best, nearest := "", max(len(word)/3, 1)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < nearest {
			best, nearest = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions and substitutions that lead from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// oneOf says which words are to be chosen from, the likely one first where there is one.
func oneOf(word string, known []string) string {
	choice := "choose one of " + strings.Join(known, ", ")
	if near := didYouMean(word, known); near != "" && word != "" {
		return fmt.Sprintf("did you mean %s? Else %s", near, choice)
	}
	return choice
}

func contains(words []string, word string) bool { return slices.Contains(words, word) }
