package finance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// learned finds what a model that was taught on slips makes of the payable beside the vendor's others. It counts only for
// what the rules do not say already, since both look at the same facts: rules and model together come to the surer of
// the two. It says nothing of a vendor with too few invoices to stand out from.
func (s subject) learned(j *Judge, found []finding) (finding, bool) {
	own := s.ownPayments()
	if !s.p.dated || len(own) < minHistory {
		return finding{}, false
	}
	x := beside(paymentOf(*s.p.Payable), own, NewPast(s.rules.Limits).limits)
	p := min(j.trust*j.model.chance(&x), surest)
	known := combine(slices.DeleteFunc(slices.Clone(found), func(d finding) bool { return !aboutBill[d.name] }))
	if p < worthSaying {
		return finding{}, false
	}
	return finding{
		name: signalAnomaly, code: "anomaly.learned", strength: p, weight: max(1e-9, 1-(1-p)/(1-known)) / p, echo: p <= known,
		text: fmt.Sprintf("Out of the ordinary beside %d earlier invoices of %s: %s.", len(own), vendorName(*s.p.Payable), j.model.sees(&x)),
	}, true
}

// worthSaying is the probability from which a learned finding is among the signals, and surest the most that one is given:
// nothing is so odd that it could not be right.
const (
	worthSaying = .1
	surest      = .999
)

// aboutBill are the findings that a model sees too: all but those about accounts and about who is paid.
var aboutBill = map[string]bool{signalDuplicate: true, signalDecimalSlip: true, signalOutlier: true, signalSplit: true}

// ownPayments gives the vendor's payments until the payable's day, in the order of their days: the newest, as many as a
// model is taught to see.
func (s subject) ownPayments() []payment {
	var own []payment
	vendor := paymentOf(*s.p.Payable).vendor // an alias counts as the vendor
	for i := range s.own {
		h := &s.own[i]
		if h.dated && h.day <= s.p.day && h.Amount.Minor > 0 && h.Amount.Currency == s.p.Amount.Currency {
			own = append(own, payment{vendor: vendor, currency: h.Amount.Currency, day: h.day, minor: h.Amount.Minor, number: written(h.Invoice)})
		}
	}
	slices.SortFunc(own, func(a, b payment) int { // payments alike in all of these are alike
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.number, b.number), cmp.Compare(a.minor, b.minor))
	})
	return own[max(len(own)-aloneRows, 0):]
}

// aspect is a group of signals that one phrase speaks of.
type aspect struct {
	signals []int
	say     func(x *vector) string // "" where the figures give no phrase
}

var aspects = []aspect{
	{[]int{sSameDays, sSameCount, sSameKin, sSameGap, sSameRhythm, sRepeats, sCommon, sEdits, sNumberOwn}, saySame},
	{[]int{sSlipUp, sSlipUpTwo, sSlipDown, sTenth, sNearTenth, sSwapped}, saySlip},
	{[]int{sLevel, sSpreads, sAboveLargest, sDensity, sNearest}, sayLevel},
	{[]int{sZeros, sZerosOdd}, func(*vector) string { return "an amount rounded unlike the others" }},
	{[]int{sPart, sPartsSum, sPartsCount, sPartsWhole, sPartsRate, sPartsGap, sPartsAlike, sPartsZeros, sAboveLimit, sTwoWhole}, sayParts},
	{
		[]int{sOwnSerialAge, sOwnSerialGap, sOwnSerialHigh, sSerialAge, sSerialAgeMin, sSerialGap, sSerialOwn, sStrange, sSiblingDays, sSiblingRatio},
		sayNumber,
	},
	{[]int{sIdle, sIdleOdd, sWeek, sToday, sShare, sAge, sKnown}, func(*vector) string { return "an unusual time for a payment" }},
}

// mostPhrases is how many phrases a reader takes in.
const mostPhrases = 3

// sees says in phrases what spoke for the payment being wrong, strongest first.
func (m *Model) sees(x *vector) string {
	shares := m.forest.shares(x)
	type phrase struct {
		text  string
		share float64
	}
	var all []phrase
	for _, a := range aspects {
		p := phrase{text: a.say(x)}
		for _, s := range a.signals {
			p.share += shares[s]
		}
		if p.text != "" && p.share > 0 {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b phrase) int { return cmp.Compare(b.share, a.share) })
	var out []string
	for _, p := range all[:min(len(all), mostPhrases)] {
		if p.share >= all[0].share/8 {
			out = append(out, p.text)
		}
	}
	if len(out) == 0 {
		return "several small things together"
	}
	return strings.Join(out, "; ")
}

// shares gives what each signal adds to the log-odds: along the way through each tree, how much the answer moved at a
// question about it (Saabas 2014).
func (f forest) shares(x *vector) [signalCount]float64 {
	var out [signalCount]float64
	for _, t := range f.Trees {
		for i := 0; t[i].next > 0; {
			next := t.follow(i, x)
			out[t[i].signal] += float64(t[next].value - t[i].value)
			i = next
		}
	}
	return out
}

func saySame(x *vector) string {
	switch {
	case x[sNumberOwn] < dayCap:
		return "its number came " + daysBefore(x[sNumberOwn])
	case x[sSameDays] < dayCap && x[sSameKin] >= float32(siblings+1):
		return "the same amount under a like number came " + daysBefore(x[sSameDays])
	case x[sSameDays] < dayCap:
		return "the same amount came " + daysBefore(x[sSameDays])
	}
	return ""
}

func daysBefore(n float32) string {
	switch {
	case n < 1:
		return "on the same day"
	case n < 2:
		return "a day before"
	}
	return fmt.Sprintf("%.0f days before", n)
}

func saySlip(x *vector) string {
	switch {
	case x[sTenth] > 0:
		return "exactly a tenth of the amount was billed before"
	case x[sSwapped] > 0:
		return "the amount with two digits swapped was billed before"
	case x[sSlipUp] > 0 && x[sSlipUp] >= x[sSlipDown]:
		return "a tenth of the amount would be more usual"
	case x[sSlipUpTwo] > 0 && x[sSlipUpTwo] >= x[sSlipDown]:
		return "a hundredth of the amount would be more usual"
	case x[sSlipDown] > 0:
		return "ten times the amount would be more usual"
	}
	return ""
}

func sayLevel(x *vector) string {
	switch {
	case x[sAboveLargest] > 0:
		return "more than was ever billed"
	case x[sSpreads] > 2:
		return "far more than is usually billed"
	case x[sSpreads] < -2:
		return "far less than is usually billed"
	}
	return "an amount unlike those billed before"
}

func sayParts(x *vector) string {
	if x[sPartsCount] < 1 {
		return ""
	}
	return fmt.Sprintf("with %.0f more within %d days, each below an approval limit, it comes to %.1f times the limit",
		x[sPartsCount], splitWindow, x[sPartsSum])
}

func sayNumber(x *vector) string {
	switch {
	case x[sSiblingDays] < dayCap:
		return "its number is next to one of " + daysBefore(x[sSiblingDays])
	case x[sOwnSerialHigh] < 0:
		return "its number is out of turn"
	case x[sOwnSerialHigh] == 0:
		return "its number has another form than those before"
	}
	return ""
}
