package assess

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

// schedules grades choosing pay days: how predictable they are beside the due day, and what they cost.
func (r *Report) schedules(t *table, bs []bill, weeks float64, o Options) {
	var timed []bill
	for _, b := range bs {
		if b.DueOn != "" && b.PaidOn != "" {
			timed = append(timed, b)
		}
	}
	p := Process{
		Domain: models.Finance, Action: models.ActionSchedule, Decisions: len(timed), PerWeek: rate(len(timed), weeks),
		Complete: float64(len(timed)) / float64(len(bs)), Inputs: 1,
	}
	if !t.has(fDue) || len(timed) == 0 {
		p.Ready, p.PerWeek = NotReady, rate(len(bs), weeks)
		p.Why = []string{"The export does not say when payments were due: export the due day and the day of payment, and terms where there are any."}
		r.Processes = append(r.Processes, p)
		return
	}
	pr := predictionOf(payDays(timed, o.Seed), .20, 1)
	p.Prediction = &pr
	p.Why = append(p.Why, fmt.Sprintf("The pay day is foreseen to within a day from the vendor's habit in %s of %d payments; from everybody's habit in %s (gain %s, between %s and %s).",
		percent(pr.Right), pr.N, percent(pr.Majority), points(pr.Gain), points(pr.Low), points(pr.High)))
	p.Vendors = habitsOf(timed)
	cost := costOf(timed)
	p.Why = append(p.Why, cost.sentences()...)
	switch {
	case len(timed) < fewDecisions:
		p.Ready = Observe
		p.Why = append(p.Why, fmt.Sprintf("%d payments are too few to tell; %d would do.", len(timed), fewDecisions))
	case p.Complete < complete:
		p.Ready = Observe
		p.Why = append(p.Why, fmt.Sprintf("Only %s of payments have both days.", percent(p.Complete)))
	case cost.lost > 0 || float64(cost.late) > .05*float64(len(timed)):
		p.Ready = Ready
		p.Why = append(p.Why, "There is money in better days: ask about each, until evidence shows that remit's days are taken.")
	default:
		p.Ready = Ask
		p.Why = append(p.Why, "Little is lost by today's days: asking shows whether better ones are taken.")
	}
	r.Processes = append(r.Processes, p)
}

// payDays predicts each payment's distance from its due day by the middle of its vendor's other ones, and by that of all.
func payDays(bs []bill, seed uint64) []guess {
	order := rand.New(rand.NewPCG(seed, 14)).Perm(len(bs))
	var out []guess
	for f := range folds {
		lags := map[string][]float64{}
		var all []float64
		for k, i := range order {
			if k%folds != f {
				lag := float64(bs[i].PaidOn.Sub(bs[i].DueOn))
				all = append(all, lag)
				lags[bs[i].VendorName] = append(lags[bs[i].VendorName], lag)
			}
		}
		slices.Sort(all)
		for _, own := range lags {
			slices.Sort(own)
		}
		for k := f; k < len(order); k += folds {
			i := order[k]
			lag := float64(bs[i].PaidOn.Sub(bs[i].DueOn))
			own := lags[bs[i].VendorName]
			if len(own) < 3 {
				own = all
			}
			g := guess{row: i, right: near(lag, at(own, .5)), base: near(lag, at(all, .5)), confidence: steadiness(own)}
			g.wrong = !g.right
			out = append(out, g)
		}
	}
	return out
}

// Habit is how a vendor is usually paid beside the due day.
type Habit struct {
	Vendor string  `json:"vendor"`
	N      int     `json:"n"`
	Days   float64 `json:"days"`   // after the due day, in the middle; below nothing for before it
	Steady float64 `json:"steady"` // share within a day of that
	Late   float64 `json:"late"`   // share after the due day
}

// sentence says the habit.
func (h Habit) sentence() string {
	when := "on the due day"
	switch {
	case h.Days > 0:
		when = fmt.Sprintf("%.0f days late", h.Days)
	case h.Days < 0:
		when = fmt.Sprintf("%.0f days early", -h.Days)
	}
	return fmt.Sprintf("%s: %s in the middle, %s within a day of that, %s late (%d)", clip(h.Vendor, 40), when, percent(h.Steady), percent(h.Late), h.N)
}

// Vendors of whom enough is known are told, those with the most payments.
const (
	habitual    = 10
	mostVendors = 8
)

func habitsOf(bs []bill) []Habit {
	lags := map[string][]float64{}
	for _, b := range bs {
		lags[b.VendorName] = append(lags[b.VendorName], float64(b.PaidOn.Sub(b.DueOn)))
	}
	var out []Habit
	for vendor, own := range lags {
		if len(own) < habitual {
			continue
		}
		slices.Sort(own)
		h := Habit{Vendor: vendor, N: len(own), Days: at(own, .5)}
		for _, l := range own {
			h.Steady += unit(near(l, h.Days))
			h.Late += unit(l > 0)
		}
		h.Steady, h.Late = h.Steady/float64(h.N), h.Late/float64(h.N)
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Habit) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Vendor, b.Vendor)) })
	return out[:min(len(out), mostVendors)]
}

func near(a, b float64) bool { return a-b <= 1 && b-a <= 1 }

// steadiness is the share of the lags within a day of their middle, drawn a little towards none.
func steadiness(sorted []float64) float64 {
	n := 0
	for _, l := range sorted {
		if near(l, at(sorted, .5)) {
			n++
		}
	}
	return float64(n) / float64(len(sorted)+2)
}

// cost is what today's pay days cost.
type cost struct {
	n, late  int
	days     []float64 // late by
	offered  int       // discounts
	taken    int
	lost     int64 // minor units of the commonest currency, of discounts that were offered and not taken
	currency models.Currency
	early    int // paid more than three days before they were due, with no discount
}

func costOf(bs []bill) cost {
	counts := map[string]int{}
	for _, b := range bs {
		counts[string(b.Amount.Currency)]++
	}
	c := cost{n: len(bs), currency: models.Currency(mode(counts))}
	for _, b := range bs {
		discount := b.Terms.Discount(b.Amount, b.Terms.DiscountUntil)
		took := b.Terms.DiscountBPS > 0 && b.PaidOn <= b.Terms.DiscountUntil
		switch {
		case took:
			c.offered, c.taken = c.offered+1, c.taken+1
		case b.Terms.DiscountBPS > 0:
			c.offered++
			if discount.Currency == c.currency {
				c.lost += max(discount.Minor, 0)
			}
		case b.PaidOn < b.DueOn.Add(-3):
			c.early++
		}
		if late := b.PaidOn.Sub(b.DueOn); late > 0 {
			c.late++
			c.days = append(c.days, float64(late))
		}
	}
	slices.Sort(c.days)
	return c
}

func (c cost) sentences() []string {
	out := []string{fmt.Sprintf("%d of %d were paid late (%s), by %.0f days in the middle; %d more than three days early with nothing gained.",
		c.late, c.n, percent(float64(c.late)/float64(c.n)), at(c.days, .5), c.early)}
	if c.offered > 0 {
		out = append(out, fmt.Sprintf("Of %d discounts offered %d were taken; the others were worth %s.", c.offered, c.taken, models.Money{Minor: c.lost, Currency: c.currency}.Display()))
	}
	return out
}

// discountTerms reads "2/10 net 30", "2% 10 days, net 30" and the like.
var discountTerms = regexp.MustCompile(`(?i)^\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*%?\s*[/ ]\s*(\d{1,3})\b`)

// termsOf gives the discount of a cell of terms.
func termsOf(cell string, issued models.Day) models.Terms {
	m := discountTerms.FindStringSubmatch(cell)
	if m == nil || issued == "" {
		return models.Terms{}
	}
	rate, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
	days, errDays := strconv.Atoi(m[2])
	if err != nil || errDays != nil || rate <= 0 || rate > 20 {
		return models.Terms{}
	}
	return models.Terms{DiscountBPS: int64(rate*100 + .5), DiscountUntil: issued.Add(days)}
}

// approvals finds how long payments wait for somebody's word.
func (r *Report) approvals(bs []bill, weeks float64) {
	var all []time.Duration
	by := map[string][]time.Duration{}
	for _, b := range bs {
		if b.asked.IsZero() || b.approved.Before(b.asked) {
			continue
		}
		all = append(all, b.approved.Sub(b.asked))
		by[b.approver] = append(by[b.approver], b.approved.Sub(b.asked))
	}
	d, ok := delay(models.Finance, "from asking for a payment to its approval", all, weeks)
	if !ok {
		return
	}
	d.Why = "Cards in Slack with the reasons on them, reminders and a chain shorten it; payments below a line need not wait at all."
	r.Delays = append(r.Delays, d)
	var slow []Delay
	for who, waits := range by {
		if own, ok := delay(models.Finance, "the same, by "+clip(who, 40), waits, weeks); ok && who != "" {
			own.Why = "Beside the others: a second approver, or a chain, takes the wait away."
			slow = append(slow, own)
		}
	}
	slices.SortFunc(slow, func(a, b Delay) int { return cmp.Or(cmp.Compare(b.P90, a.P90), cmp.Compare(a.What, b.What)) })
	r.Delays = append(r.Delays, slow[:min(len(slow), 3)]...)
}

// runs notes where payments leave on certain weekdays.
func (r *Report) runs(bs []bill) {
	var n [7]int
	for _, b := range bs {
		n[b.when.Time().Weekday()]++
	}
	best := time.Sunday
	for d := range n {
		if n[d] > n[best] {
			best = time.Weekday(d)
		}
	}
	if share := float64(n[best]) / float64(len(bs)); share > .4 && len(bs) >= fewDecisions {
		r.Notes = append(r.Notes, fmt.Sprintf("%s of payments are dated %ss: there seems to be a payment run.", percent(share), best))
	}
}
