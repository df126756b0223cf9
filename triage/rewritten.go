package triage

// mostCompared bounds how many words of a letter are compared.
const mostCompared = 1200

// Rewritten gives how much of a draft was changed before it was sent: 0 for the same words, 1 for none of them. It is the
// edit distance between the two in words (Levenshtein 1966) by the length of the longer; case, punctuation, markup,
// quotations and signatures do not count. Of a very long letter the beginning is compared.
func Rewritten(draft, sent string) float64 {
	a, b := letterWords(draft), letterWords(sent)
	longer := max(len(a), len(b))
	if longer == 0 {
		return 0
	}
	return float64(distance(a, b)) / float64(longer)
}

// letterWords gives the words that its writer wrote: up to the signature, without quotations.
func letterWords(text string) []string {
	var r reading
	r.reset(plainLexicon, 0)
	r.passage(text, maxText)
	words := wordsOf(string(r.lower))
	return words[:min(len(words), mostCompared)]
}

// plainLexicon knows no phrases: it only reads.
var plainLexicon = compile(nil)

// distance is the least number of words to put in, take out or replace.
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		corner := row[0]
		row[0] = i + 1
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = corner
			} else {
				row[j+1] = 1 + min(corner, above, row[j])
			}
			corner = above
		}
	}
	return row[len(b)]
}
