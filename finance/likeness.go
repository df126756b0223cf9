package finance

import (
	"math"
	"slices"
)

func (b *chronicle) sameSignals(v *vector, e entry, w []entry) {
	days, count, kin, edits := dayCap, 0, 0.0, 9
	gap, first := 30.0, e.day
	for i := len(w) - 1; i >= 0; i-- {
		h := &w[i]
		ago := e.day - h.day
		if h.minor != e.minor || ago > dayCap {
			continue
		}
		if count++; count == 1 {
			days = ago
			if h.series == e.series && e.series != nil {
				gap = math.Log1p(math.Abs(float64(h.serial - e.serial)))
			}
		}
		first = h.day
		if count <= 8 && e.number != "" && h.number != "" {
			kin = max(kin, float64(related(e.number, h.number)+1))
			edits = min(edits, editDistance(e.number, h.number))
		}
	}
	v.set(sSameDays, float64(days))
	v.set(sSameCount, math.Log1p(float64(count)))
	v.set(sSameKin, kin)
	v.set(sSameGap, gap)
	v.set(sEdits, float64(edits))
	rhythm := -1.0
	if count >= 2 {
		rhythm = float64(days) / max(float64(e.day-days-first)/float64(count-1), 1)
	}
	v.set(sSameRhythm, min(rhythm, 10))
	v.set(sRepeats, repeats(w))
	v.set(sCommon, math.Log1p(float64(b.amounts[e.minor])/float64(b.total+1)*1e4))
}

// repeats gives the share of payments whose amount came before in the window, shrunk to a tenth.
func repeats(w []entry) float64 {
	const newest = 64
	w = w[max(len(w)-newest, 0):]
	minors := make([]int64, len(w))
	for i := range w {
		minors[i] = w[i].minor
	}
	slices.Sort(minors)
	again := len(minors) - len(slices.Compact(minors))
	return (float64(again) + .5) / (float64(len(w)) + 5)
}

// editDistance gives the least number of changed, added or dropped characters and swapped neighbours between two
// numbers; 9 where they are long or plainly different.
func editDistance(a, b string) int {
	const most = 24
	if len(a) > most || len(b) > most || max(len(a), len(b))-min(len(a), len(b)) > 6 {
		return 9
	}
	var rows [3][most + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+pick(a[i-1] == b[j-1], 0, 1))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], 9)
}

func (b *chronicle) numberSignals(v *vector, e entry, w []entry) {
	own, other := dayCap, dayCap
	if s, used := b.numbers[e.number]; used && e.number != "" && s.vendor != e.vendor {
		other = min(e.day-s.day, dayCap)
	}
	age, gap, ratio, high, strange := dayCap, 30.0, 0.0, 0.0, 0
	sibling := dayCap
	for i := len(w) - 1; i >= 0; i-- {
		h := &w[i]
		if e.number != "" && h.number == e.number {
			own = min(own, e.day-h.day)
		}
		if e.series == nil || h.series != e.series {
			strange++
			continue
		}
		if high == 0 {
			high = pick(e.serial > h.serial, 1.0, -1)
		}
		apart := math.Abs(float64(h.serial - e.serial))
		if d := math.Log1p(apart); d < gap {
			age, gap = min(e.day-h.day, dayCap), d
			if apart <= 9 {
				sibling, ratio = age, e.log-h.log
			}
		}
	}
	v.set(sNumberOwn, float64(own))
	v.set(sNumberOther, float64(other))
	v.set(sOwnSerialAge, float64(age))
	v.set(sOwnSerialGap, gap)
	v.set(sOwnSerialHigh, high)
	v.set(sSiblingDays, float64(sibling))
	v.set(sSiblingRatio, ratio)
	v.set(sStrange, (float64(strange)+.5)/(float64(len(w))+1))
	b.serialSignals(v, e)
}

// serialSignals place the number among everybody's: where one buyer numbers all documents, a number from among those of
// last month was not given today.
func (b *chronicle) serialSignals(v *vector, e entry) {
	below, above := e.series.around(e.serial, 3)
	ages, gap, ours := make([]float64, 0, 6), 30.0, 0
	for _, side := range [][]placed{below, above} {
		for _, p := range side {
			ages = append(ages, float64(min(e.day-p.day, dayCap)))
			gap = min(gap, math.Log1p(math.Abs(float64(p.serial-e.serial))))
			if p.vendor == e.vendor {
				ours++
			}
		}
	}
	slices.Sort(ages)
	age, youngest := -1.0, -1.0
	if len(ages) > 0 {
		age, youngest = middle(ages), ages[0]
	}
	v.set(sSerialAge, age)
	v.set(sSerialAgeMin, youngest)
	v.set(sSerialGap, gap)
	v.set(sSerialOwn, float64(ours)/float64(max(len(ages), 1)))
}
