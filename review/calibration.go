package review

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/mathext"
)

// Bin is the verdicts on proposals of about one confidence.
type Bin struct {
	Confidence float64 `json:"confidence"` // the mean of what was claimed
	Right      float64 `json:"right"`
	Low        float64 `json:"low"` // Right is within Low and High with 95 % confidence
	High       float64 `json:"high"`
	N          int     `json:"n"`
}

// bounds of the bins: finer where decisions are made.
var bounds = []float64{.5, .6, .7, .8, .85, .9, .95, .99}

// calibration gives the bins of what people were asked about or audited, and the calibration error over them. What was
// done unasked is left out: of that only the errors are seen.
func calibration(cases []judged) (bins []Bin, off float64) {
	sums := make([]float64, len(bounds)+1)
	n, right := make([]int, len(bounds)+1), make([]int, len(bounds)+1)
	total := 0
	for _, j := range cases {
		if !j.known || j.verdict.Unasked || j.verdict.Unanswered {
			continue
		}
		k := 0
		for k < len(bounds) && j.Confidence >= bounds[k] {
			k++
		}
		n[k]++
		total++
		sums[k] += j.Confidence
		if !j.verdict.Wrong {
			right[k]++
		}
	}
	for k := range n {
		if n[k] == 0 {
			continue
		}
		b := Bin{Confidence: sums[k] / float64(n[k]), Right: float64(right[k]) / float64(n[k]), N: n[k]}
		b.Low, b.High = interval(right[k], n[k])
		bins = append(bins, b)
		off += math.Abs(b.Confidence-b.Right) * float64(n[k]) / float64(total)
	}
	return bins, off
}

// interval gives what a share may be that was k of n, with 95 % confidence: the exact interval of Clopper and Pearson (1934),
// "The use of confidence or fiducial limits illustrated in the case of the binomial".
func interval(k, n int) (low, high float64) {
	return bound(k, n, .025), 1 - bound(n-k, n, .025)
}

// bound gives the share below which k of n would be seen or more with at most the probability alpha.
func bound(k, n int, alpha float64) float64 {
	if k == 0 || n == 0 {
		return 0
	}
	return mathext.InvRegIncBeta(float64(k), float64(n-k+1), alpha)
}

func weekName(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}
