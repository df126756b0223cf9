package triage

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
)

// valenceText is a lexicon of how glad or sad people find words, from -4 to 4: a word, a tab and tenths a line.
//
//go:embed valence.tsv
var valenceText string

var valenceTable = func() map[string]int8 {
	out := make(map[string]int8, 8<<10)
	for line := range strings.Lines(valenceText) {
		word, tenths, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		n, err := strconv.ParseInt(tenths, 10, 8)
		if err != nil {
			panic("triage: the embedded lexicon of valence is broken: " + line)
		}
		out[word] = int8(n)
	}
	return out
}()

func valenceOf(b []byte) float32 { return float32(valenceTable[string(b)]) / 10 }

// Sums that features have: of valences and marks, and of each feeling of the lexicon.
const (
	valenceSums  = 7
	toneSumCount = int(feelingCount)
	sumCount     = valenceSums + toneSumCount
)

// What a negation leaves of a valence, and how the sum is brought into -1..1.
const (
	negatedValence  = -0.74
	valenceSoftener = 15
)

// valences sums what the words of a passage feel like.
type valences struct{ glad, sad, gladdest, saddest float32 }

func (v *valences) add(x float32, negated bool) {
	if negated {
		x *= negatedValence
	}
	if x > 0 {
		v.glad += x
	} else {
		v.sad -= x
	}
	v.gladdest, v.saddest = max(v.gladdest, x), max(v.saddest, -x)
}

func (v *valences) sums(bangs, asks int) [sumCount]float32 {
	d := v.glad - v.sad
	return [sumCount]float32{
		v.glad / 4, v.sad / 4, d / float32(math.Sqrt(float64(d*d+valenceSoftener))), v.gladdest / 4, v.saddest / 4,
		float32(min(bangs, 6)) / 3, float32(min(asks, 6)) / 3,
	}
}
