package finance

import (
	"math"
	"slices"
)

// limitAbove gives the lowest limit that an amount stays below, 0 where there is none.
func (b *chronicle) limitAbove(minor int64) int64 {
	best := int64(0)
	for _, l := range b.limits {
		if minor <= l && (best == 0 || l < best) {
			best = l
		}
	}
	return best
}

// parts are the vendor's payments lately that stay below the limit which the new one stays below.
type parts struct {
	sum     int64
	count   int
	older   int // such payments in paceDays before
	above   int // payments of the window above the limit
	gap     float64
	closest *entry  // by number, else the newest
	alike   float64 // by amount
}

func partsOf(e entry, w []entry, limit int64) parts {
	p := parts{sum: e.minor, gap: 30}
	for i := len(w) - 1; i >= 0; i-- {
		h := &w[i]
		ago := e.day - h.day
		switch {
		case h.minor > limit:
			p.above++
			continue
		case ago > splitWindow:
			p.older += pick(ago <= splitWindow+paceDays, 1, 0)
			continue
		}
		p.sum, p.count = added(p.sum, h.minor), p.count+1
		p.alike = max(p.alike, float64(min(h.minor, e.minor))/float64(max(h.minor, e.minor)))
		gap := 29.0
		if h.series == e.series && e.series != nil {
			gap = math.Log1p(math.Abs(float64(h.serial - e.serial)))
		}
		if gap < p.gap {
			p.gap, p.closest = gap, h
		}
	}
	return p
}

// added gives a sum of positive amounts, the largest there is where that is exceeded.
func added(a, b int64) int64 { return a + min(b, math.MaxInt64-a) }

func (b *chronicle) partSignals(v *vector, e entry, w []entry, u usualLog) {
	limit := b.limitAbove(e.minor)
	if limit == 0 {
		v.set(sPart, 2)
		v.set(sPartsGap, 30)
		return
	}
	p := partsOf(e, w, limit)
	n := float64(len(w))
	v.set(sPart, float64(e.minor)/float64(limit))
	v.set(sPartsSum, min(float64(p.sum)/float64(limit), 20))
	v.set(sPartsCount, float64(p.count))
	v.set(sPartsGap, p.gap)
	v.set(sPartsAlike, p.alike)
	v.set(sPartsZeros, float64(trailingZeros(p.sum)))
	v.set(sAboveLimit, (float64(p.above)+.1)/(n+1))
	expected := (float64(p.older) + .3) / paceDays * splitWindow
	v.set(sPartsRate, float64(p.count)*math.Log(max(float64(p.count), 1)/expected)-(float64(p.count)-expected))
	if p.count > 0 {
		here := u.density(e.log)
		v.set(sPartsWhole, u.density(math.Log(float64(p.sum)))-here)
		v.set(sTwoWhole, u.density(math.Log(float64(e.minor)+float64(p.closest.minor)))-here)
	}
}

func (b *chronicle) paceSignals(v *vector, e entry, w []entry) {
	idle, usual, age := dayCap, -1.0, 0
	week, recent, today := 0, 0, 0
	if n := len(w); n > 0 {
		idle = min(e.day-w[n-1].day, dayCap)
		age = min(e.day-e.vendor.first, ageCap)
	}
	var pauses []float64
	for i := len(w) - 1; i >= 0; i-- {
		ago := e.day - w[i].day
		week += pick(ago <= 7, 1, 0)
		recent += pick(ago <= paceDays, 1, 0)
		today += pick(ago == 0, 1, 0)
		if i > 0 && w[i].day > w[i-1].day && len(pauses) < 24 {
			pauses = append(pauses, float64(w[i].day-w[i-1].day))
		}
	}
	if len(pauses) > 0 {
		slices.Sort(pauses)
		usual = float64(idle) / middle(pauses)
	}
	v.set(sIdle, float64(idle))
	v.set(sIdleOdd, min(usual, 20))
	v.set(sAge, float64(age))
	pace := (float64(recent-week) + .5) / float64(max(min(age, paceDays), 30)) * 7
	v.set(sWeek, min(float64(week)/pace, 50))
	v.set(sToday, math.Log1p(float64(today)))
	v.set(sShare, b.share(e, recent))
}

// share gives the log of the vendor's share of all payments at its recent pace.
func (b *chronicle) share(e entry, recent int) float64 {
	i, _ := slices.BinarySearch(b.days, e.day-paceDays)
	return math.Log((float64(recent) + .5) / (float64(len(b.days)-i) + 1))
}
