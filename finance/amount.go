package finance

import (
	"fmt"
	"math"
	"slices"

	"remit/models"
)

// minHistory is how many earlier amounts a vendor must have before a new one can be out of the ordinary.
const minHistory = 5

// minSpread is the least spread, in natural log units, that a vendor's amounts are credited with: one who always bills
// the same may still bill a fifth more tomorrow.
const minSpread = 0.2

// fewWiden widens the spread of few amounts, which understates what the vendor may bill: by six tenths at five amounts,
// by a tenth at thirty.
const fewWiden = 3

// narrowSpread is the spread up to which a hundredfold can be told from a large bill.
const narrowSpread = 0.3

// amounts are a vendor's earlier amounts in one currency, ascending, with their median and robust spread in logs.
type amounts struct {
	minor  []int64
	median float64 // of ln(minor)
	spread float64 // 1.4826 times the median absolute deviation, widened where there are few; at least minSpread
}

func amountsOf(own []bill, c models.Currency) amounts {
	var a amounts
	for _, h := range own {
		if h.Amount.Currency == c && h.Amount.Minor > 0 {
			a.minor = append(a.minor, h.Amount.Minor)
		}
	}
	if len(a.minor) == 0 {
		return a
	}
	slices.Sort(a.minor)
	logs := make([]float64, len(a.minor))
	for i, m := range a.minor {
		logs[i] = math.Log(float64(m))
	}
	a.median = middle(logs)
	for i := range logs {
		logs[i] = math.Abs(logs[i] - a.median)
	}
	slices.Sort(logs)
	a.spread = max(1.4826*middle(logs)*(1+fewWiden/float64(len(logs))), minSpread)
	return a
}

// middle gives the median of sorted numbers.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// z gives how many spreads the amount is from the median, on the log scale.
func (a amounts) z(minor float64) float64 { return (math.Log(minor) - a.median) / a.spread }

func (a amounts) enough() bool { return len(a.minor) >= minHistory }

func (a amounts) largest() int64 { return a.minor[len(a.minor)-1] }

// count gives how often exactly this amount came before.
func (a amounts) count(minor int64) int {
	from, found := slices.BinarySearch(a.minor, minor)
	if !found {
		return 0
	}
	to, _ := slices.BinarySearch(a.minor, minor+1)
	return to - from
}

// typical gives the median amount itself, one that the vendor did bill.
func (a amounts) typical() int64 { return a.minor[(len(a.minor)-1)/2] }

// outlier finds an amount far above the vendor's own: strength rises from 0 at 3 spreads to 1 at 9, and is more than
// halved for an amount that the vendor has exceeded before. Amounts far below cost nobody anything and are left alone.
func outlier(s subject) (finding, bool) {
	if !s.usual.enough() {
		return finding{}, false
	}
	amount := s.p.Amount.Minor
	strength := min((s.usual.z(float64(amount))-3)/6, 1)
	if strength <= 0 {
		return finding{}, false
	}
	if amount <= s.usual.largest() {
		strength *= .4
	}
	return finding{
		name: signalOutlier, code: "amount.outlier", strength: strength, weight: s.outlierWeight(),
		text: fmt.Sprintf("%s is %s what %s usually bills: the median of %d earlier invoices is %s, the largest %s.",
			s.p.Amount.Display(), times(float64(amount)/float64(s.usual.typical())), vendorName(*s.p.Payable), len(s.usual.minor),
			s.money(s.usual.typical()).Display(), s.money(s.usual.largest()).Display()),
	}, true
}

// outlierWeight gives how much an outlier counts for. From twelve spreads on, and three times the largest bill so far, being a
// large bill explains less and less: at sixteen spreads one in five is genuine.
func (s subject) outlierWeight() float64 {
	amount := float64(s.p.Amount.Minor)
	if amount < 3*float64(s.usual.largest()) {
		return weights[signalOutlier]
	}
	beyond := min(max((s.usual.z(amount)-12)/4, 0), 1)
	return weights[signalOutlier] + (.8-weights[signalOutlier])*beyond
}

func times(x float64) string { return fmt.Sprintf("%.3g times", x) }

func (s subject) money(minor int64) models.Money {
	return models.Money{Minor: minor, Currency: s.p.Amount.Currency}
}

// decimalSlip finds an amount that a slip of the point, or two swapped digits, would make out of a usual one.
//
//	10 or 100 times an amount billed before, and more than ever billed      .9
//	the same, where such amounts have been billed, or of whole hundreds     .3
//	10 times (100, where the spread is narrow) the middle of what is billed,
//	within a spread, and more than twice what was ever billed          .1 - .8 by how narrow the spread is
//	two neighbouring digits of an amount billed three times or more swapped .6
//
// An amount that the vendor has billed before is no slip.
func decimalSlip(s subject) (finding, bool) {
	amount := s.p.Amount.Minor
	if len(s.usual.minor) == 0 || s.usual.count(amount) > 0 {
		return finding{}, false
	}
	best := finding{}
	for _, by := range []int64{10, 100} {
		if d := s.slipOf(by); d.strength > best.strength {
			best = d
		}
	}
	if d := s.swappedDigits(); d.strength > best.strength {
		best = d
	}
	best.name = signalDecimalSlip
	return best, best.strength > 0
}

func (s subject) slipOf(by int64) finding {
	amount := s.p.Amount.Minor
	exceeds := float64(amount) / float64(s.usual.largest())
	base := amount / by
	if n := s.usual.count(base); amount%by == 0 && n > 0 {
		return finding{
			code: "amount.slip", strength: pick(exceeds > 1 && !roundAmount(s.money(base)), .9, .3),
			text: fmt.Sprintf("%s is exactly %d times %s, which %s billed %s before.", s.p.Amount.Display(), by,
				s.money(base).Display(), vendorName(*s.p.Payable), pick(n == 1, "once", fmt.Sprintf("%d times", n))),
		}
	}
	near := math.Abs(s.usual.z(float64(amount)/float64(by))) <= 1
	if !s.usual.enough() || !near || exceeds <= 2 || (by > 10 && s.usual.spread > narrowSpread) {
		return finding{}
	}
	return finding{
		code: "amount.slip_near", strength: max(.1, 1-s.usual.spread),
		text: fmt.Sprintf("%s would be usual for %s with the point %s further left: the median of %d earlier invoices is %s, the largest %s.",
			s.p.Amount.Display(), vendorName(*s.p.Payable), pick(by == 10, "one place", "two places"),
			len(s.usual.minor), s.money(s.usual.typical()).Display(), s.money(s.usual.largest()).Display()),
	}
}

func (s subject) swappedDigits() finding {
	digits := fmt.Sprint(s.p.Amount.Minor) // a zero that would come first is another slip: the point's
	for place, i := int64(1), len(digits)-1; i > 0; place, i = place*10, i-1 {
		left, right := int64(digits[i-1]-'0'), int64(digits[i]-'0')
		swapped := s.p.Amount.Minor + (right-left)*9*place
		if right >= left || (i == 1 && right == 0) {
			continue
		}
		if n := s.usual.count(swapped); n >= 3 {
			return finding{
				code: "amount.swapped", strength: .6,
				text: fmt.Sprintf("%s is %s, which %s billed %d times before, with two digits swapped.",
					s.p.Amount.Display(), s.money(swapped).Display(), vendorName(*s.p.Payable), n),
			}
		}
	}
	return finding{}
}
