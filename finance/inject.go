package finance

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"remit/models"
)

// slip is how a payment was made wrong; "" for one that was not.
type slip string

// What goes wrong with payments. The injector makes each in several ways, so that what is learned is wider than any one.
const (
	paidTwice   slip = signalDuplicate
	wrongAmount slip = signalDecimalSlip
	inParts     slip = signalSplit
)

// made is a payment with how it was made.
type made struct {
	payment
	slip slip
}

// injector puts slips into real payments. What it does is what those who audit payables describe: a bill keyed again
// because the first copy was thought lost, or because the vendor's reminder looked like a bill, under the same number or
// one mistyped or a new one; a point that slipped or keys that were swapped; a purchase cut up to stay below a limit.
type injector struct {
	rng    *rand.Rand
	rate   float64 // of each kind, per payment
	limits map[models.Currency][]int64
	days   []int // on which anything was paid
	from   int   // nothing before this day is touched
	series map[string][]payment
}

// inject gives the payments, in order of their days, with slips among those from a day on. ps are in that order too.
func inject(ps []payment, limits map[models.Currency][]int64, from int, rate float64, rng *rand.Rand) []made {
	in := injector{rng: rng, rate: rate, limits: limits, from: from, series: map[string][]payment{}}
	for _, p := range ps {
		if len(in.days) == 0 || p.day > in.days[len(in.days)-1] {
			in.days = append(in.days, p.day)
		}
		in.series[form(p.number)] = append(in.series[form(p.number)], p)
	}
	var out []made
	for _, p := range ps {
		out = append(out, in.pass(p)...)
	}
	rank := make(map[int]float64, len(out)) // within a day the injected lie anywhere among the others
	order := make([]int, len(out))
	for i := range out {
		order[i], rank[i] = i, rng.Float64()
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(out[i].day, out[j].day), cmp.Compare(rank[i], rank[j]))
	})
	sorted := make([]made, len(out))
	for to, i := range order {
		sorted[to] = out[i]
	}
	return sorted
}

// form gives what numbers of one series have in common.
func form(number string) string {
	digits := digitsOf(number)
	return strings.TrimSuffix(number, digits) + "#" + strconv.Itoa(len(digits))
}

// pass gives what becomes of a payment.
func (in *injector) pass(p payment) []made {
	if p.day < in.from || p.told != toldNothing {
		return []made{{payment: p}}
	}
	// Splits are of payments above a limit, which are few: each kind shall come as often as the others.
	switch u := in.rng.Float64(); {
	case u < in.rate:
		return append([]made{{payment: p}}, in.again(p)...)
	case u < 2*in.rate:
		return []made{{in.wrong(p), wrongAmount}}
	case u < 4*in.rate:
		if parts := in.cut(p); parts != nil {
			return parts
		}
	}
	return []made{{payment: p}}
}

// later gives a day on which anything is paid, about so many days later; ok is false past the end.
func (in *injector) later(day, after int) (int, bool) {
	i, _ := slices.BinarySearch(in.days, day+after)
	if i == len(in.days) {
		return 0, false
	}
	return in.days[i], true
}

// again pays the bill once more.
func (in *injector) again(p payment) []made {
	delay := 1 + in.rng.IntN(pick(in.rng.Float64() < .8, 45, 90))
	day, ok := in.later(p.day, delay)
	if !ok {
		return nil
	}
	twin := p
	twin.day = day
	switch u := in.rng.Float64(); {
	case u < .3:
	case u < .8:
		twin.number = in.mistyped(p.number)
	default:
		twin.number = in.fresh(p.number, day)
	}
	if in.rng.Float64() < .06 {
		twin.minor = in.swap(p.minor)
	}
	return []made{{twin, paidTwice}}
}

// wrong makes the amount wrong.
func (in *injector) wrong(p payment) payment {
	switch u := in.rng.Float64(); {
	case u < .82:
		p.minor *= 10
	case u < .87:
		p.minor *= 100
	case u < .92 && p.minor >= 1000:
		p.minor = int64(math.Round(float64(p.minor) / 10))
	default:
		p.minor = pick(in.rng.Float64() < .5, in.swap(p.minor), p.minor*10)
	}
	return p
}

// swap swaps two neighbouring digits, such that the amount grows where it can.
func (in *injector) swap(minor int64) int64 {
	d := []byte(strconv.FormatInt(minor, 10))
	for range 8 {
		if i := in.rng.IntN(max(len(d)-1, 1)); len(d) > 1 && d[i] < d[i+1] {
			d[i], d[i+1] = d[i+1], d[i]
			n, _ := strconv.ParseInt(string(d), 10, 64) // the digits of an int64, in another order
			return max(n, 1)
		}
	}
	return minor * 10
}

// mistyped gives the number as somebody would key it again.
func (in *injector) mistyped(number string) string {
	if number == "" {
		return ""
	}
	d := []byte(number)
	i := in.rng.IntN(len(d))
	switch in.rng.IntN(8) {
	case 0, 1, 2: // one digit for another
		d[i] = '0' + byte((int(d[i])+1+in.rng.IntN(9))%10)
	case 3: // two swapped
		if i+1 < len(d) {
			d[i], d[i+1] = d[i+1], d[i]
		}
	case 4: // one left out
		d = slices.Delete(d, i, i+1)
	case 5: // one typed twice
		d = slices.Insert(d, i, d[i])
	case 6:
		d = append(d, []string{"A", "B", "1", "R", "2", "0"}[in.rng.IntN(6)]...)
	default: // counted on
		return in.beside(number, 1+in.rng.IntN(9))
	}
	return string(d)
}

// beside counts on from a number.
func (in *injector) beside(number string, by int) string {
	digits := digitsOf(number)
	n, err := strconv.ParseInt(digits, 10, 63)
	if err != nil {
		return number
	}
	return strings.TrimSuffix(number, digits) + fmt.Sprintf("%0*d", len(digits), n+int64(by))
}

// fresh gives a number such as are given out on the day.
func (in *injector) fresh(number string, day int) string {
	like := in.series[form(number)]
	i, _ := slices.BinarySearchFunc(like, day, func(p payment, day int) int { return cmp.Compare(p.day, day) })
	if i == len(like) {
		return in.mistyped(number)
	}
	return in.beside(like[i].number, 1+in.rng.IntN(30))
}

// cut makes a payment above a limit into parts below it, nil where it is none.
func (in *injector) cut(p payment) []made {
	limit := int64(0)
	for _, l := range in.limits[p.currency] {
		if l < p.minor && p.minor < 6*l {
			limit = max(limit, l)
		}
	}
	if limit == 0 {
		return nil
	}
	amounts := in.parts(p.minor, limit)
	style, day := in.rng.IntN(4), p.day
	var out []made
	for i, minor := range amounts {
		part := p
		part.minor, part.day = minor, day
		if i > 0 {
			part.number = in.sibling(p.number, i, style, day)
		}
		out = append(out, made{part, inParts})
		if next, ok := in.later(day, in.rng.IntN(6)); ok {
			day = next
		}
	}
	return out
}

// sibling gives the number of the next part: counted on, one with a letter, or one of those given out on the day.
func (in *injector) sibling(number string, i, style, day int) string {
	switch {
	case number == "":
		return ""
	case style == 0:
		return number + string(rune('A'+i))
	case style == 1:
		return in.fresh(number, day)
	case style == 2:
		return in.beside(number, i)
	}
	return in.beside(number, i*(1+in.rng.IntN(4)))
}

// parts cuts an amount into parts below the limit: equal ones, ones just below it, or any. They add up to the amount.
func (in *injector) parts(minor, limit int64) []int64 {
	n := minor/limit + 1
	n += pick(in.rng.Float64() < .3, int64(1), 0)
	var out []int64
	left := minor
	style := in.rng.IntN(3)
	for ; n > 1; n-- {
		part := left / n
		room := min(limit-1, left-1) - part
		switch style {
		case 1:
			part += int64(float64(room) * (.6 + .4*in.rng.Float64()))
		case 2:
			part += int64((in.rng.Float64()*1.4 - .7) * float64(min(room, part)))
		}
		if rest := (left - part + n - 2) / max(n-1, 1); rest >= limit || part < 1 {
			part = left / n
		}
		out, left = append(out, part), left-part
	}
	return append(out, left)
}
