package finance

import "math"

// How the centre is put together, settled on origins before any test window: smoothing, medians of the same weekday over
// the last weeks, and what a year ago departed from the half year before it, by itself and with its siblings.
//
// To average simple forecasts of different memory is what forecasting competitions keep finding hard to beat (Makridakis,
// Spiliotis and Assimakopoulos, "The M4 Competition", 2020).
const (
	yearDays   = 364 // a year of whole weeks
	halfYear   = 182
	ownYear    = .25 // of the series' own departure a year ago, smoothed over nearYear days to either side
	ownAlone   = .30 // the same where there are no siblings
	nearYear   = 7
	sharedYear = .65 // of the departure that siblings shared, smoothed over nearShared days to either side
	nearShared = 1
)

var (
	profileWeeks = [...]int{8, 26, 52}
	profileShare = [...]float64{.1, .2, .3} // smoothing has the rest
)

// centre gives the expected days ahead.
func (f Forecaster) centre(y []float64, h int, fits []smoothing) []float64 {
	m, n := max(f.Period, 1), len(y)
	season := make([]float64, m)
	for _, s := range fits {
		for p := range season {
			season[p] += s.weight * (s.level + s.season[p])
		}
	}
	rest := 1.0
	for k, weeks := range profileWeeks {
		rest -= profileShare[k]
		for p, v := range profile(y[max(0, n-weeks*m):], m, n) {
			season[p] += profileShare[k] * (v - season[p]) / (rest + profileShare[k])
		}
	}
	out := make([]float64, h)
	for t := range out {
		out[t] = season[(n+t)%m]
	}
	f.addYear(out, y)
	return out
}

// profile gives the median of each place in the period; the series that y ends has n days.
func profile(y []float64, m, n int) []float64 {
	out, same := make([]float64, m), make([]float64, 0, len(y)/m+1)
	for p := range out {
		same = same[:0]
		for i := len(y) - 1 - (n-1-p)%m; i >= 0; i -= m {
			if i < len(y) {
				same = append(same, y[i])
			}
		}
		out[p] = median(same)
	}
	return out
}

// addYear adds what the same days a year ago departed from the half year before them.
func (f Forecaster) addYear(out, y []float64) {
	n := len(y)
	if n < yearDays+halfYear/2 || f.Period != 7 {
		return
	}
	before := mean(y[max(0, n-yearDays-halfYear) : n-yearDays])
	own := ownAlone
	if f.Siblings != nil {
		own = ownYear
	}
	level := mean(y[n-halfYear:])
	for t := range out {
		at := n + t - yearDays
		out[t] += own * (mean(around(y, at, nearYear)) - before)
		if f.Siblings != nil {
			out[t] += sharedYear * level * f.Siblings.at(t)
		}
	}
}

// around gives the days up to so many to either side of one, as far as there are any.
func around(y []float64, at, days int) []float64 {
	return y[min(max(at-days, 0), len(y)):max(0, min(at+days+1, len(y)))]
}

func mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Sibling is what series of one business had in common a year before the days to come, as a share of their level: days on
// which shops are closed, the weeks after Christmas.
type Sibling struct{ departed []float64 }

func (s *Sibling) at(t int) float64 {
	if t >= len(s.departed) {
		return 0
	}
	return s.departed[t]
}

// Share finds what the series, each up to its n-th day, share for the h days after it. It is nil where they are too short.
// It is for series forecast side by side, such as branches, and is what bench/forecast measures them with; a pool has one
// series and is forecast without it.
func Share(series [][]float64, n, h, m int) *Sibling {
	if n < yearDays+halfYear/2 || len(series) < 2 {
		return nil
	}
	s, counted := &Sibling{departed: make([]float64, h)}, 0.0
	from := max(0, n-yearDays-halfYear)
	for _, raw := range series {
		if len(raw) < n {
			continue
		}
		y := Filled(raw[:n], m)
		level := mean(y[from : n-yearDays])
		if level <= 0 {
			continue
		}
		counted++
		s.add(y, profile(y[from:n-yearDays], m, n-yearDays), level)
	}
	for t := range s.departed {
		s.departed[t] /= math.Max(counted, 1)
	}
	return s
}

func (s *Sibling) add(y, usual []float64, level float64) {
	for t := range s.departed {
		sum, days := 0.0, 0.0
		for at := len(y) + t - yearDays - nearShared; at <= len(y)+t-yearDays+nearShared && at < len(y); at++ {
			sum += y[at] - usual[at%len(usual)]
			days++
		}
		if days > 0 {
			s.departed[t] += sum / days / level
		}
	}
}
