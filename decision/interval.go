package decision

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Share is how many of a number, with the interval that the share of many more like them lies in with 95 % confidence.
type Share struct {
	N    int     `json:"n"`
	Of   int     `json:"of"`
	Part float64 `json:"share"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// z95 is how many standard errors to either side hold 95 % of a normal distribution.
const z95 = 1.959964

// ShareOf gives k of n with the score interval (Wilson 1927, "Probable inference, the law of succession, and statistical
// inference"), which stays within 0..1 and says something also of none and of all. Of nothing it says nothing: 0 to 1.
func ShareOf(k, n int) Share {
	s := Share{N: k, Of: n, High: 1}
	if n == 0 {
		return s
	}
	p, m, zz := float64(k)/float64(n), float64(n), z95*z95
	middle := (p + zz/(2*m)) / (1 + zz/m)
	half := z95 / (1 + zz/m) * math.Sqrt(p*(1-p)/m+zz/(4*m*m))
	s.Part, s.Low, s.High = p, max(middle-half, 0), min(middle+half, 1)
	return s
}

// resamples is how often days are drawn anew for an interval, and fewDays how many there must be for one.
const (
	resamples = 2000
	fewDays   = 5
)

// dailyMean gives the mean of days with its interval by the percentile bootstrap (Efron 1979, "Bootstrap methods: another look
// at the jackknife"). Whole days are drawn, since what happens on one hangs together. The same days give the same interval;
// ok is false where there are too few to tell.
func dailyMean(days []float64) (mean, low, high float64, ok bool) {
	for _, d := range days {
		mean += d / float64(len(days))
	}
	if len(days) < fewDays {
		return mean, mean, mean, false
	}
	chance := rand.New(rand.NewPCG(1, uint64(len(days))))
	means := make([]float64, resamples)
	for i := range means {
		for range days {
			means[i] += days[chance.IntN(len(days))] / float64(len(days))
		}
	}
	slices.Sort(means)
	return mean, means[resamples/40], means[resamples-1-resamples/40], true
}
