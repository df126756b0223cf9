package finance

import (
	"math"
	"slices"
)

// What is seen of a payment beside those before it. Days are capped at dayCap, which also stands for "never"; logs are
// natural; "lately" is splitWindow days. A trained model refers to signals by their place: new ones go at the end.
const (
	sLevel         = iota // share of all amounts that are smaller
	sSpreads              // robust spreads above the vendor's middle, shrunk to all payments
	sKnown                // how many payments of the vendor are known, log
	sAboveLargest         // log amount less that of the vendor's largest
	sDensity              // log density of the amount, of the vendor's amounts shrunk to all
	sSlipUp               // log likelihood ratio: ten times too large, against right
	sSlipUpTwo            // the same for a hundred times
	sSlipDown             // the same for ten times too small
	sTenth                // how often the vendor was paid exactly a tenth, log
	sNearTenth            // log distance from the nearest tenfold of an amount of the vendor
	sNearest              // log distance from the vendor's nearest amount
	sZeros                // zeros that the amount ends in
	sZerosOdd             // surprise at that many, for the vendor shrunk to all
	sSwapped              // how often the vendor was paid the amount with two digits swapped, log
	sSameDays             // days since the same amount
	sSameCount            // how often the vendor was paid the amount in a year, log
	sSameKin              // kinship of the number to the closest-named of the same amount, lately or not
	sSameGap              // log distance of the number from the last one with the same amount
	sSameRhythm           // days since the same amount over the usual days between
	sRepeats              // share of the vendor's payments whose amount came before within the window
	sCommon               // how often anybody was paid the amount, per ten thousand, log
	sEdits                // edit distance of the number from the closest-named of the same amount
	sNumberOwn            // days since the vendor's number was used
	sNumberOther          // days since another vendor's payment had the number
	sSerialAge            // middle age in days of the numbers around this one, of anybody
	sSerialGap            // log distance to the nearest number, of anybody
	sSerialAgeMin         // age of the youngest of the numbers around
	sOwnSerialAge         // age of the vendor's own nearest number
	sOwnSerialGap         // log distance to it
	sOwnSerialHigh        // 1 where the number is above the vendor's newest, -1 below, 0 unknown
	sPart                 // amount over the limit that it stays below
	sPartsSum             // the vendor's payments lately below that limit, this one included, over it
	sPartsCount           // how many
	sPartsWhole           // log likelihood ratio of their sum, as one payment of the vendor, against this one
	sPartsRate            // surprise at that many, by the vendor's own pace
	sPartsGap             // log distance of the number to the nearest of theirs
	sPartsAlike           // the smaller over the larger of the amount and the nearest of theirs
	sPartsZeros           // zeros that their sum ends in
	sAboveLimit           // share of the vendor's payments above that limit
	sIdle                 // days since the vendor was paid
	sIdleOdd              // the same over the vendor's usual pause
	sAge                  // days since the vendor was first paid, capped
	sWeek                 // payments of the vendor within a week over what its pace leads to expect
	sShare                // share of the payments of the last quarter that were the vendor's, log
	sStrange              // share of the vendor's numbers that have another form than this one
	sToday                // payments of the vendor on the same day, log
	sTwoWhole             // log likelihood ratio of the sum with the nearest-numbered of the parts alone
	sSiblingDays          // days since the nearest-numbered payment of the vendor within nine numbers
	sSiblingRatio         // the amount over that payment's, log
	sSerialOwn            // share of the numbers around that are the vendor's
	signalCount
)

// vector is what is seen of one payment.
type vector [signalCount]float32

const (
	dayCap      = 400
	splitWindow = 10
	paceDays    = 180
	ageCap      = 250 // books that have just begun must not make all vendors look new
)

func (v *vector) set(s int, x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		x = 0
	}
	v[s] = float32(x)
}

func (b *chronicle) signals(e entry) vector {
	var v vector
	w := e.vendor.window()
	a := b.amountSignals(&v, e, w)
	b.sameSignals(&v, e, w)
	b.numberSignals(&v, e, w)
	b.partSignals(&v, e, w, a)
	b.paceSignals(&v, e, w)
	return v
}

// usualLog is a vendor's amounts on the log scale for asking how likely an amount is.
type usualLog struct {
	logs []float64
	all  *histogram
}

// Kernel width of an amount among a vendor's, and how many payments of the vendor weigh as much as those of all.
const (
	kernelWidth = .15
	shrinkage   = 2.0
)

func (u usualLog) density(log float64) float64 {
	sum := 0.0
	for _, l := range u.logs {
		if d := (log - l) / kernelWidth; d > -4 && d < 4 {
			sum += math.Exp(-d * d / 2)
		}
	}
	sum /= kernelWidth * math.Sqrt(2*math.Pi)
	return math.Log((sum + shrinkage*u.all.density(log)) / (float64(len(u.logs)) + shrinkage))
}

var (
	ln10  = math.Log(10)
	ln100 = math.Log(100)
)

func (b *chronicle) amountSignals(v *vector, e entry, w []entry) usualLog {
	b.scratch.logs = slices.Grow(b.scratch.logs[:0], len(w))[:len(w)]
	u := usualLog{logs: b.scratch.logs, all: &b.levels}
	largest, tenths, swaps := math.Inf(-1), 0, 0
	nearest, nearTenth := 3.0, 3.0
	zeros := trailingZeros(e.minor)
	ending := 0
	for i := range w {
		h := &w[i]
		u.logs[i] = h.log
		largest = max(largest, h.log)
		nearest, nearTenth = min(nearest, math.Abs(e.log-h.log)), min(nearTenth, math.Abs(e.log-ln10-h.log))
		if e.minor%10 == 0 && h.minor == e.minor/10 {
			tenths++
		}
		if transposed(h.minor, e.minor) {
			swaps++
		}
		if trailingZeros(h.minor) >= zeros {
			ending++
		}
	}
	here := u.density(e.log)
	v.set(sLevel, b.levels.rank(e.log))
	v.set(sKnown, math.Log1p(float64(len(w))))
	v.set(sDensity, here)
	v.set(sSlipUp, u.density(e.log-ln10)-here)
	v.set(sSlipUpTwo, u.density(e.log-ln100)-here)
	v.set(sSlipDown, u.density(e.log+ln10)-here)
	v.set(sTenth, math.Log1p(float64(tenths)))
	v.set(sNearTenth, nearTenth)
	v.set(sNearest, nearest)
	v.set(sZeros, float64(zeros))
	base := float64(b.ends[zeros]+1) / float64(b.total+2)
	v.set(sZerosOdd, -math.Log((float64(ending)+4*base)/(float64(len(w))+4)))
	v.set(sSwapped, math.Log1p(float64(swaps)))
	if len(w) > 0 {
		v.set(sAboveLargest, e.log-largest)
	}
	v.set(sSpreads, b.spreads(e.log, u.logs))
	return u
}

// spreads gives how far a log amount is from the middle of the vendor's, in robust spreads; few amounts are eked out by
// the quartiles of all payments.
func (b *chronicle) spreads(log float64, logs []float64) float64 {
	b.scratch.sorted = append(b.scratch.sorted[:0], logs...)
	sorted := b.scratch.sorted
	slices.Sort(sorted)
	n := float64(len(sorted))
	mid, spread := b.levels.quantile(.5), b.levels.quantile(.84)-b.levels.quantile(.5)
	if n > 0 {
		own := middle(sorted)
		for i := range sorted {
			sorted[i] = math.Abs(sorted[i] - own)
		}
		slices.Sort(sorted)
		mid = (n*own + mid) / (n + 1)
		spread = (n*1.4826*middle(sorted) + 3*spread) / (n + 3)
	}
	return (log - mid) / max(spread, minSpread)
}

// quantile gives the log amount below which a share of all lie, to within a bin.
func (h *histogram) quantile(share float64) float64 {
	left := share * float64(h.total)
	for i, n := range h.bins {
		if left -= float64(n); left < 0 {
			return (float64(i) + .5) / binsPerUnit
		}
	}
	return 0
}

// transposed reports whether b is a with two neighbouring digits swapped. Such a difference is nine times a power of ten
// times less than ten.
func transposed(a, b int64) bool {
	diff := max(a-b, b-a)
	if diff == 0 || diff%9 != 0 {
		return false
	}
	for diff /= 9; diff%10 == 0; diff /= 10 {
	}
	if diff > 9 {
		return false
	}
	for place := int64(1); place <= a/10; place *= 10 {
		low, high := a/place%10, a/(place*10)%10
		if a+(low-high)*9*place == b {
			return true
		}
	}
	return false
}
