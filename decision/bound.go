package decision

import "math"

// Confident is how sure a bound must be before it earns anything.
const Confident = 0.95

// leave is the probability with which evidence may show what is not so. It is less than Confident leaves: the inequality
// is nearly tight when somebody looks every day, and what is lived through should stay within the promise too.
const leave = 0.04

// bets are how much of the wealth is staked on the error being below the line. A stake of 1 - q/m is the best one where the true
// error is q and the line m; the last keeps a little back, so that one error never ends everything.
var bets = [...]float64{.05, .1, .2, .3, .4, .45, .5, .55, .6, .65, .7, .8, .9, .95}

// Evidence is what the verdicts on one segment, action and model say of its error. The zero value is no evidence. It
// holds only sums, so verdicts can be added one by one and in any order.
//
// The bound is by betting (Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting",
// section 4, the capital process) on inverse-probability-weighted verdicts, whose sampling probability was known before
// each decision (as in Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro 2022, "Anytime-valid off-policy inference for
// contextual bandits"). A decision that was looked at with probability r, against a line m, gives
//
//	m/r       where it was looked at and found right,
//	-(1-m)/r  where it was looked at and found wrong, or was to be looked at and nobody did,
//	-(1-m)    where a person overrode it unasked: everybody sees those, so they weigh 1,
//	0         where nobody looked: silence is no evidence,
//
// which has a mean of m less the true error. A gambler who stakes a share b of what could be lost, r*b/(1-m), keeps
// fair odds only while the error is at least m: by Ville's inequality the wealth then reaches 1/a with probability at most a,
// over all times that it might be looked at. The wealth is averaged over the stakes in bets, with weights that may lean on
// what a parent segment suggests (see Lean) but are fixed before the first verdict: they change how soon, never whether.
type Evidence struct {
	Right      int                `json:"right"`      // looked at and found right
	Wrong      int                `json:"wrong"`      // looked at and found wrong
	Unanswered int                `json:"unanswered"` // to be looked at, and nobody did: counts as wrong
	Overridden int                `json:"overridden"` // by people, unasked
	Favoured   float64            `json:"favoured"`   // the stake that is favoured, see Lean; 0: the usual one
	Tries      int                `json:"tries"`      // how often evidence on the slice was started before, see Shows
	Lost       [len(bets)]float64 `json:"lost"`       // logarithm of what each stake lost by overrides
}

// usual is the stake that is best where the error is some two fifths of the line.
const usual = .55

// Lean gives the stake to favour in a segment of which nothing is known yet, where its parent suggests an error.
func Lean(suggested, line float64) float64 {
	if !(suggested >= 0 && line > 0) {
		return 0
	}
	return min(max(1-suggested/line, .05), .95)
}

// Add adds one verdict.
func (e *Evidence) Add(v Verdict) {
	switch {
	case !v.Earns:
	case v.Unasked:
		if !v.Wrong {
			return // that somebody left it alone proves nothing
		}
		e.Overridden++
		for i, b := range bets {
			e.Lost[i] += math.Log1p(-b * clampRate(v.Rate))
		}
	case v.Unanswered:
		e.Unanswered++
	case v.Wrong:
		e.Wrong++
	default:
		e.Right++
	}
}

// clampRate makes an unknown sampling rate the worst one.
func clampRate(r float64) float64 {
	if r > 0 && r <= 1 {
		return r
	}
	return 1
}

// Looked counts the verdicts of people who were asked.
func (e Evidence) Looked() int { return e.Right + e.Wrong }

// LogWealth gives the logarithm of the wealth against "the error is at least m".
func (e Evidence) LogWealth(m float64) float64 {
	if m <= 0 {
		return math.Inf(-1)
	}
	if m >= 1 {
		return math.Inf(1)
	}
	var logs [len(bets)]float64
	top, total := math.Inf(-1), 0.0
	for i, b := range bets {
		w := e.weight(b)
		total += w
		logs[i] = math.Log(w) + float64(e.Right)*math.Log1p(b*m/(1-m)) +
			float64(e.Wrong+e.Unanswered)*math.Log1p(-b) + e.Lost[i]
		top = max(top, logs[i])
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - top)
	}
	return top + math.Log(sum/total)
}

// weight gives what of the first wealth goes to a stake: most of it to those about the favoured one.
func (e Evidence) weight(bet float64) float64 {
	best := e.Favoured
	if !(best > 0 && best < 1) {
		best = usual
	}
	z := (bet - best) / .12
	return .15 + math.Exp(-z*z/2)
}

// Shows reports whether the evidence shows, at least as surely as Confident, that the error is below the line. It may be asked
// after every verdict: the promise holds over all of them together, and over every start. The first start may go wrong with a
// probability of leave; what Confident leaves beyond that is shared among all later ones, 1/(n(n+1)) of it to the n-th, which add up
// to the whole.
func (e Evidence) Shows(line float64) bool { return e.LogWealth(line) >= -math.Log(e.mayErr()) }

func (e Evidence) mayErr() float64 {
	if e.Tries <= 0 {
		return leave
	}
	n := float64(e.Tries)
	return (1 - Confident - leave) / (n * (n + 1))
}

// Bound gives the lowest line that Shows: the error is below it with a probability of at least Confident, at every time it
// is looked at. 1 where nothing can be said.
func (e Evidence) Bound() float64 {
	if e.Right == 0 {
		return 1
	}
	low, high := 0.0, 1.0
	for range 40 {
		if mid := (low + high) / 2; e.Shows(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// maxMissing is where counting what is missing ends: a bound that takes more verdicts cannot be had.
const maxMissing = 100_000

// Missing gives how many more verdicts it takes to show that the error is below the line if they err as often as
// expected; ok is false where no number would do.
func (e Evidence) Missing(line, expected float64) (n int, ok bool) {
	if e.Shows(line) {
		return 0, true
	}
	after := func(n int) bool {
		more := e
		wrong := int(math.Round(float64(n) * expected))
		more.Wrong += wrong
		more.Right += n - wrong
		return more.Shows(line)
	}
	if expected >= line || !after(maxMissing) {
		return 0, false
	}
	low, high := 0, maxMissing
	for high-low > 1 {
		if mid := (low + high) / 2; after(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}
