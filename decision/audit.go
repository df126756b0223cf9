package decision

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math"
)

// Month is what is known of a slice's audits when the next decision is made.
type Month struct {
	Expected float64 // autonomous decisions of a whole month, at the volume of late
	Acted    int     // so far in this month
	Audited  int     // of them
	Left     float64 // share of the month that is left, 0..1
	Share    float64 // of the month in which the slice acts; 0: the whole
	Clean    int     // audits found right since the last error, override or alarm; below zero: there never was one
	Needed   float64 // audits a month that the bound takes, see Evidence.Missing; 0: no more than the least
	Least    int     // audits a month by the policy; 0: the usual least
}

// The rates of audits.
const (
	leastAudits = 20   // a month and slice
	usualRate   = 0.02 // of the autonomous decisions, where that is more
	alertFactor = 4    // so much more is looked at after an error,
	calmAfter   = 40   // until so many audits in a row were right
)

// AuditRate gives how probable it is that the next autonomous decision will be audited. It rests on what came before
// alone, so it is known before the decision and is recorded with it. It catches up where a month lags behind its
// least number of audits, rises after an error, and is 1 where there is too little to choose from.
func AuditRate(m Month) float64 {
	if !(m.Expected > 0) {
		return 1
	}
	least := max(m.Least, leastAudits)
	rate := max(usualRate, float64(least)/m.Expected, m.Needed/m.Expected)
	if m.Clean >= 0 && m.Clean < calmAfter {
		rate *= alertFactor
	}
	share := 1.0
	if m.Share > 0 {
		share = m.Share
	}
	if lacking := float64(least)*share - float64(m.Audited); lacking > 0 {
		// Twice what is lacking among what is still to be expected: a draw that only evens out on average would leave
		// every other month short.
		coming := max(m.Expected*m.Left-2*math.Sqrt(m.Expected*m.Left), 0)
		if coming <= 2*lacking {
			return 1
		}
		rate = max(rate, 2*lacking/coming)
	}
	return min(rate, 1)
}

// Drawn reports whether the decision is audited. The draw is made when it is decided, from its id and a salt that
// nobody who decides knows, so it is the same whenever it is made again and cannot be foreseen or chosen.
func Drawn(decisionID, salt string, rate float64) bool { return draw("audit", salt, decisionID) < rate }

// thresholdShare of the verdicts choose a threshold; the others bound it.
const thresholdShare = 1. / 3

// ForThreshold reports whether a decision's verdict is for choosing the threshold. One that is never bounds the error
// at it, nor the other way round: a threshold looks better on what it was chosen from than it is.
func ForThreshold(decisionID, salt string) bool {
	return draw("threshold", salt, decisionID) < thresholdShare
}

// draw gives a number within 0 and 1, evenly spread over ids and independent between purposes.
func draw(purpose, salt, id string) float64 {
	h := sha256.New()
	for _, part := range []string{purpose, salt, id} {
		_, _ = io.WriteString(h, part)
		_, _ = h.Write([]byte{0})
	}
	return float64(binary.BigEndian.Uint64(h.Sum(nil))>>11) / (1 << 53)
}
