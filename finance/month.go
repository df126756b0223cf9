package finance

import (
	"cmp"
	"math"
	"slices"

	"remit/models"
)

// The marks that a day may have: its place in the month by the calendar and by bank days, from either end, and what banks that
// are closed on a weekday do to it and to the next bank day.
const (
	unmarked  uint8 = iota
	firstBank       // and the two bank days after it
	lastBank  = firstBank + edge
	dayOf1    = lastBank + edge
	lastDay   = dayOf1 + 28
	closed    = lastDay + edge
	reopened  = closed + 1
	markCount = reopened + 1
)

// edge is how many days at either end of a month are told apart.
const edge = 3

// Marks are those of each day of a series and of the days to be forecast. No day has more than there is room for.
type Marks [][5]uint8

// NewMarks marks so many days from the first on, given on which of them banks pay.
func NewMarks(first models.Day, n int, pay func(models.Day) bool) Marks {
	m := make(Marks, max(n, 0))
	start := first.Time()
	open, weekday := make([]bool, 0, n+62), [7]int{}
	month := start.AddDate(0, 0, 1-start.Day())
	offset := start.Day() - 1 // of the first day in the open days
	var months []int          // where each begins
	for d := month; d.Before(start.AddDate(0, 0, n)) || d.Day() > 1; d = d.AddDate(0, 0, 1) {
		if d.Day() == 1 {
			months = append(months, len(open))
		}
		open = append(open, pay(models.DayOf(d)))
		weekday[d.Weekday()] += pick(open[len(open)-1], 1, -1)
	}
	usually := func(i int) bool { return weekday[(int(month.Weekday())+i)%7] > 0 }
	mark := func(i int, with uint8) {
		if i -= offset; i >= 0 && i < n {
			at := slices.Index(m[i][:], unmarked)
			m[i][at] = with
		}
	}
	for k, from := range months {
		to := len(open)
		if k+1 < len(months) {
			to = months[k+1]
		}
		markMonth(open[from:to], func(i int, with uint8) { mark(from+i, with) })
	}
	shut := false
	for i, is := range open {
		switch {
		case !is && usually(i):
			mark(i, closed)
			shut = true
		case is && shut:
			mark(i, reopened)
			shut = false
		}
	}
	return m
}

// markMonth marks the days of a month by their places in it.
func markMonth(open []bool, mark func(int, uint8)) {
	var bank []int
	for i, is := range open {
		mark(i, dayMark(i, len(open)))
		if is {
			bank = append(bank, i)
		}
	}
	for k := range min(edge, len(bank)) {
		mark(bank[k], firstBank+uint8(k))
		mark(bank[len(bank)-1-k], lastBank+uint8(k))
	}
}

// dayMark gives a day's mark by the calendar: the last days of a month by the way to its end.
func dayMark(i, days int) uint8 {
	if left := days - 1 - i; left < edge {
		return lastDay + uint8(left)
	}
	return dayOf1 + uint8(i)
}

// effect is what days of a mark depart from their weekday.
type effect struct {
	mark uint8
	size float64
}

// How an effect is learnt: from so many of the newest days of its mark, each beside so many of the same weekday before it. It
// is kept where it would have foretold at least so many of them, with a gain that is so many standard errors above nothing.
const (
	effectDays  = 12
	usualDays   = 8
	fewestTold  = 4
	startsFrom  = 3
	sureOfGains = 3.0
)

// effects gives those that the series' own past bears out: each was foretold from the days of its mark before, and came nearer
// than the weekday alone. The surest is taken out first, so that what two marks tell counts once.
func (m Marks) effects(y []float64) []effect {
	if len(m) < len(y) {
		return nil
	}
	apart, of := departures(y), [markCount][]int{}
	for i := 2 * usualDays; i < len(y); i++ {
		for _, k := range m[i] {
			if k != unmarked {
				of[k] = append(of[k], i)
			}
		}
	}
	type candidate struct {
		mark uint8
		sure float64
	}
	var found []candidate
	for k := range of {
		if s := sureness(apart, of[k]); s >= sureOfGains {
			found = append(found, candidate{uint8(k), s})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.sure, a.sure) })
	var kept []effect
	for _, c := range found {
		days := of[c.mark]
		if sureness(apart, days) < sureOfGains {
			continue
		}
		e := effect{c.mark, newest(apart, days)}
		for _, i := range days {
			apart[i] -= e.size
		}
		kept = append(kept, e)
	}
	return kept
}

// departures gives what each day was beside the middle of the same weekday before it.
func departures(y []float64) []float64 {
	out, same := make([]float64, len(y)), make([]float64, 0, usualDays)
	for i := range y {
		same = same[:0]
		for j := i - 7; j >= 0 && len(same) < usualDays; j -= 7 {
			same = append(same, y[j])
		}
		out[i] = y[i] - median(same)
	}
	return out
}

// newest gives the middle of what the newest of the days departed.
func newest(apart []float64, days []int) float64 {
	var last [effectDays]float64
	some := last[:0]
	for _, i := range days[max(0, len(days)-effectDays):] {
		some = append(some, apart[i])
	}
	return median(some)
}

// sureness gives by how many standard errors the days are nearer to what those before them departed than to nothing.
func sureness(apart []float64, days []int) float64 {
	var sum, squares, n float64
	for k := startsFrom; k < len(days); k++ {
		is := apart[days[k]]
		gain := math.Abs(is) - math.Abs(is-newest(apart, days[:k]))
		sum, squares, n = sum+gain, squares+gain*gain, n+1
	}
	if n < fewestTold || sum <= 0 {
		return 0
	}
	usual := sum / n
	return usual / math.Sqrt(max(squares/n-usual*usual, sq(usual)*1e-9)/(n-1))
}

// at gives what the effects come to on a day.
func (m Marks) at(day int, effects []effect) float64 {
	sum := 0.0
	if day < len(m) {
		for _, e := range effects {
			if slices.Contains(m[day][:], e.mark) {
				sum += e.size
			}
		}
	}
	return sum
}
