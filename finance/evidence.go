package finance

import (
	"cmp"
	"math"
	"slices"

	"remit/models"
)

// The names of findings, as guardrails ask for them.
const (
	signalDuplicate    = "duplicate"
	signalOutlier      = "outlier"
	signalDecimalSlip  = "decimal_slip"
	signalBankChanged  = "bank_changed"
	signalBankShared   = "bank_shared"
	signalFirstPayment = "first_payment"
	signalSplit        = "split"
	signalDormant      = "dormant"
	signalVelocity     = "velocity"
	signalCurrency     = "currency"
	signalNoOrder      = "no_order"
	signalOrder        = "order"
	signalTerms        = "terms"
	signalAnomaly      = "anomaly" // what a learned model makes of the whole
)

// weights are how likely a finding of full strength alone makes it that a responsible person would hold the payment. They
// are set by hand, from what each costs when missed and how often it turns out to be innocent:
//
//	duplicate      .97  the same bill twice; rarely innocent at full strength
//	bank_changed   .75  the commonest payment fraud, though most changes are genuine
//	bank_shared    .70  two suppliers on one account: a shell, or a factoring bank
//	decimal_slip   .75  ten times a usual amount; some vendors do bill that
//	split          .45  parts below a limit; most vendors with such bills just bill often
//	outlier        .35  large for this vendor; most large bills are genuine. Up to .80 for what is beyond any bill so far
//	                    by as much as a steady vendor's never are; see outlierWeight
//	currency       .30  a vendor's first bill in another currency; most open an account for it and say so
//	dormant        .20  an account taken over, or business that came back
//	first_payment  .15  every vendor has a first payment
//	velocity       .15  a flood of small bills, or a busy month
//	order          .25  a purchase order that is another vendor's, or billed beyond what orders carry; or one miskeyed
//	no_order       .10  a purchase nobody ordered, or a clerk in a hurry
//	terms          .10  pressure to pay soon, a discount lost or a late fee that is new; or new terms agreed
//
// The score is the noisy-or of weight times strength: each finding is taken as a separate cause for a hold.
var weights = map[string]float64{
	signalDuplicate:    .97,
	signalBankChanged:  .75,
	signalBankShared:   .70,
	signalDecimalSlip:  .75,
	signalSplit:        .45,
	signalOutlier:      .35,
	signalCurrency:     .30,
	signalDormant:      .20,
	signalFirstPayment: .15,
	signalVelocity:     .15,
	signalOrder:        .25,
	signalNoOrder:      .10,
	signalTerms:        .10,
}

// codeSameAmount marks a duplicate that nothing but the amount speaks for.
const codeSameAmount = "duplicate.amount"

// finding is the evidence of one detector.
type finding struct {
	name     string          // which signal
	code     string          // which sort of it, for counting
	strength float64         // 0..1
	text     string          // the sentence, with figures
	other    string          // the item it points at
	earlier  *models.Payable // the earlier invoice, for a duplicate
	weight   float64         // in place of that of the table, where it is not 0
	echo     bool            // says again what a stronger finding says, and does not count
}

func (d finding) signal() models.Signal {
	return models.Signal{Name: d.name, Strength: d.strength, Other: d.other}
}

// chance gives what the finding alone makes of a hold.
func (d finding) chance() float64 {
	if d.echo {
		return 0
	}
	if d.weight > 0 {
		return d.weight * d.strength
	}
	return weights[d.name] * d.strength
}

// muffle marks the weaker of a split and a duplicate that rests on the amount alone: parts of one amount are both, and one
// coincidence must not count twice.
func muffle(found []finding) []finding {
	dup := slices.IndexFunc(found, func(d finding) bool { return d.code == codeSameAmount })
	part := slices.IndexFunc(found, func(d finding) bool { return d.name == signalSplit })
	if dup < 0 || part < 0 {
		return found
	}
	weaker := pick(found[dup].chance() < found[part].chance(), dup, part)
	found[weaker].echo = true
	return found
}

// combine gives the score of all findings together, 0..1.
func combine(found []finding) float64 {
	innocent := 1.0
	for _, d := range found {
		innocent *= 1 - d.chance()
	}
	return 1 - innocent
}

// reasons gives the findings strongest first. The weights are shares of the log-odds of innocence, the scale on which a
// noisy-or adds up, and sum to one.
func reasons(found []finding) []models.Reason {
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(b.chance(), a.chance()) })
	total := 0.0
	for _, d := range found {
		total -= math.Log1p(-d.chance())
	}
	out := make([]models.Reason, 0, len(found))
	for _, d := range found {
		out = append(out, models.Reason{Code: d.code, Text: d.text, Weight: -math.Log1p(-d.chance()) / total})
	}
	return out
}

// assumptions says, with no weight, what was taken for granted about a payable whose facts are odd or missing.
func assumptions(p models.Payable) []models.Reason {
	var out []models.Reason
	say := func(code, text string) {
		out = append(out, models.Reason{Code: "assumption." + code, Text: text})
	}
	if p.Amount.Negative() {
		say("credit_note", "Assumed: a credit note is not paid, so it is neither judged nor scheduled, and no cash is counted on it.")
	}
	if p.Amount.IsZero() {
		say("nothing_due", "Assumed: an invoice over nothing needs no payment.")
	}
	if !p.Amount.Currency.Valid() {
		say("currency", "Assumed: two digits after the point, since the currency is not known.")
	}
	if !p.DueOn.Valid() {
		say("no_due_day", "Assumed: payable at once for the projection and not to be moved, since no due day is known.")
	}
	if p.DueOn.Valid() && p.IssuedOn.Valid() && p.DueOn < p.IssuedOn {
		say("due_before_issued", "Assumed: the due day "+p.DueOn.Display()+" stands, although it is before the day of issue, "+p.IssuedOn.Display()+".")
	}
	if bps := p.Terms.DiscountBPS; bps != 0 && !usableDiscount(p.Terms) {
		say("discount", "Assumed: no early-payment discount, since its terms make no sense ("+percent(bps)+" until "+p.Terms.DiscountUntil.Display()+").")
	}
	return out
}

// Assumptions says what was taken for granted about a payable whose facts are odd or missing, in sentences.
func Assumptions(p models.Payable) []string {
	var out []string
	for _, r := range assumptions(p) {
		out = append(out, r.Text)
	}
	return out
}
