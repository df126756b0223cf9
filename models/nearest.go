package models

import "strings"

// Nearest gives the nearest of the known words, for "did you mean", or "" when none is near enough to be a slip.
func Nearest(word string, known []string) string {
	best, nearest := "", max(len(word)/3, 1)+1
	for _, k := range known {
		if d := Edits(strings.ToLower(word), strings.ToLower(k)); d < nearest {
			best, nearest = k, d
		}
	}
	return best
}

// Edits counts the insertions, deletions and substitutions that lead from a to b (Levenshtein).
func Edits(a, b string) int {
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
