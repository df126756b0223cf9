package finance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"remit/models"
)

// How likely people are to follow the cheapest way out: they know which vendor waits, and remit does not. And how likely they
// are to let a payment go that was held for the floor, once the floor bears it.
const (
	sureOfWayOut = .60
	sureOfEnd    = .80
)

// Codes of reasons about a pool itself, or about a hold for its floor.
const (
	codeUnknown = "cash.unknown"
	codeRemedy  = "cash.remedy" // what to do
	codeCauses  = "cash.causes" // what makes it so
	codeAgreed  = "cash.agreed"
)

// shortOn gives the first day by which the path has fallen below the floor with more than the agreed probability; the last
// day of the horizon where there is none.
func (b *book) shortOn() models.Day {
	left := b.paid(make([]int64, len(b.cal.days)), chosen)
	first := make([]int, len(b.in.paths))
	for k, path := range b.in.paths {
		t := 0
		for t < len(path)-1 && path[t]+left[t] >= b.cash.Floor.Minor {
			t++
		}
		first[k] = t
	}
	slices.Sort(first)
	return b.cal.day(first[int(b.breach*float64(len(first)))])
}

// holds proposes to hold what is the cheapest way out of a floor that no choice of days holds.
func (b *book) holds(cash models.Cash, held []item) []models.Proposal {
	var out []models.Proposal
	for i, end := range b.until(held) {
		it := held[i]
		reasons := []models.Reason{
			{Code: models.ReasonShort, Weight: .6, Text: cash.SayShort()},
			{Code: codeWayOut, Weight: .4, Text: sayWayOut(held)},
			b.sayUntil(end),
		}
		if it.agreed {
			reasons = append(reasons, models.Reason{Code: codeAgreed, Text: "A person has agreed to its day, which nothing but the floor breaks: no other payments suffice."})
		}
		out = append(out, models.Proposal{
			Action: models.ActionHold, Item: it.p.ID, Value: models.ValueHold, Before: it.p.Field(models.ActionHold), Confidence: sureOfWayOut,
			Reasons: reasons, Options: []string{models.ValueRelease}, Segment: segment(it.class, it.p.Amount), Model: ModelName,
			Case: models.NewID("case", models.ReasonShort, it.p.ID, it.p.Amount.String(), cash.Floor.String(), cash.LowOn.Time().Format("2006-01")),
		})
	}
	return out
}

// until gives, for each of the payments that are held together, the first bank day on which it can be paid with the floor held
// from then on: the first of them first, none where there is no such day within the horizon.
func (b *book) until(held []item) []int {
	path, days := slices.Clone(b.path), make([]int, len(held))
	for _, it := range held {
		lift(path, it.at, it.out(it.at))
	}
	for i, it := range held {
		days[i] = b.bears(path, it, max(it.at, b.cal.first))
		if days[i] != none {
			lift(path, days[i], -it.out(days[i]))
		}
	}
	return days
}

// bears gives the first bank day from one on at which the item can be paid without the path falling below the floor then or
// later; none where there is none.
func (b *book) bears(path []int64, it item, from int) int {
	day, least := none, int64(0)
	for t := len(path) - 1; t >= from; t-- {
		if t == len(path)-1 || path[t] < least {
			least = path[t]
		}
		if b.cal.isBusiness(t) && least-it.out(t) >= b.cash.Floor.Minor {
			day = t
		}
	}
	return day
}

func (b *book) sayUntil(end int) models.Reason {
	if end == none {
		return models.Reason{Code: models.ReasonUntil, Text: "As far as is seen, until " + b.cal.days[len(b.cal.days)-1].Display() + ", it cannot be paid on any day within the floor."}
	}
	on := b.cal.day(end)
	return models.Reason{Code: models.ReasonUntil, On: on, Text: "The first day on which it can be paid within the floor is " + on.Display() + ": it is asked about again then."}
}

// ends proposes to let go what was held for the floor, once it can be paid on the next bank day without breaking it, and to
// hold on to what was to be held until today and cannot be. kept has the cash that paying each of the latter would leave.
func (b *book) ends(p models.Pool, r models.CashRules) (out []models.Proposal, kept map[string]models.Cash) {
	var waiting []item
	for i := range p.Payables {
		v := &p.Payables[i]
		if _, held := p.Ends[v.ID]; held && v.Status == models.PayableHeld && v.Amount.Minor > 0 {
			waiting = append(waiting, b.newItem(v, p, r))
		}
	}
	slices.SortStableFunc(waiting, func(x, y item) int {
		return cmp.Or(cmp.Compare(p.Ends[x.p.ID], p.Ends[y.p.ID]), cmp.Compare(x.p.ID, y.p.ID))
	})
	kept = map[string]models.Cash{}
	all, next := b.items, b.cal.nextBusiness(b.cal.first)
	defer func() { b.items = all }()
	for _, it := range waiting {
		it.at, it.set = next, next
		b.items = append(slices.Clip(all), it)
		cash, until := b.project(), p.Ends[it.p.ID]
		switch {
		case cash.Short().IsZero():
			out = append(out, b.end(it, models.ValueRelease, models.Reason{
				Code: models.ReasonEnds, Weight: 1, Text: fmt.Sprintf("It was held for the floor alone, which now bears it: paid on %s, it leaves %s at the lowest, on %s.",
					b.cal.day(next).Display(), cash.Low.Display(), cash.LowOn.Display()),
			}))
			all = b.items // what comes after is paid beside it
		case until.Valid() && until <= b.cal.today:
			kept[it.p.ID] = cash
			out = append(out, b.end(it, models.ValueHold, models.Reason{
				Code: models.ReasonEnds, Weight: 1, Text: fmt.Sprintf("It was to be held until %s, but cash does not bear it yet: it would be %s short of the floor on %s.",
					until.Display(), cash.Short().Display(), cash.LowOn.Display()),
			}, b.sayUntil(b.bears(b.path, it, b.cal.first))))
		}
	}
	return out, kept
}

func (b *book) end(it item, value string, reasons ...models.Reason) models.Proposal {
	other := models.ValueHold
	if value == models.ValueHold {
		other = models.ValueRelease
	}
	return models.Proposal{
		Action: models.ActionHold, Item: it.p.ID, Value: value, Before: models.ValueHold, Confidence: sureOfEnd, Reasons: reasons,
		Options: []string{other}, Segment: segment(it.class, it.p.Amount), Model: ModelName,
		Case: models.NewID("case", models.ReasonEnds, it.p.ID, value, string(b.cal.today)),
	}
}

// ask asks about the pool itself: where nothing can be said of its cash although there is something to time, and where no
// choice of days holds the floor.
func (b *book) ask(cash models.Cash, p models.Pool, held []item) *models.Proposal {
	out := models.Proposal{
		Action: models.ActionCash, Item: p.ID, Value: models.ValueAttend, Before: models.ValueAttend, Confidence: 1,
		Options: []string{models.ValueAccept}, Model: ModelName,
	}
	switch {
	case cash.Unknown != "" && len(b.items) == 0:
		return nil
	case cash.Unknown != "":
		out.Reasons = []models.Reason{
			{Code: codeUnknown, Weight: 1, Text: "Pay days stand still, none is chosen: " + cash.Unknown + "."},
			{Code: codeRemedy, Text: b.remedy},
		}
		out.Case = models.NewID("case", codeUnknown, p.ID, b.remedy, cash.AsOf.UTC().String())
		return &out
	case cash.Short().IsZero():
		return nil
	}
	out.Reasons = []models.Reason{
		{Code: models.ReasonShort, Weight: 1, Text: cash.SayShort()},
		{Code: codeCauses, Text: b.sayCauses(cash, p)},
		{Code: codeWayOut, Text: sayWayOut(held)},
	}
	return &out
}

// cause is what leaves until the lowest day.
type cause struct {
	minor int64
	says  string
}

// sayCauses names the largest that leave until the lowest day, with why they cannot wait.
func (b *book) sayCauses(cash models.Cash, p models.Pool) string {
	var causes []cause
	last := b.cal.offset(cash.LowOn)
	money := func(minor int64) string { return models.Money{Minor: minor, Currency: cash.Floor.Currency}.Display() }
	billed := map[string]bool{}
	for _, it := range b.items {
		billed[plainName(it.p.VendorName)] = true
		if it.at <= last {
			says := vendorName(*it.p) + " " + money(it.out(it.at)) + " on " + b.cal.day(it.at).Display() + whyFixed(it)
			causes = append(causes, cause{it.out(it.at), says})
		}
	}
	for _, v := range p.Planned {
		if v.Amount.Negative() && !billed[plainName(v.What)] {
			for _, d := range v.Days(b.cal.today, cash.LowOn) {
				causes = append(causes, cause{-v.Amount.Minor, label(v.What) + " " + money(-v.Amount.Minor) + " on " + d.Display() + " (planned)"})
			}
		}
	}
	start := fmt.Sprintf("There is %s now", cash.Balance.Display())
	if len(causes) == 0 {
		return start + ", and nothing is known that leaves until then."
	}
	slices.SortStableFunc(causes, func(x, y cause) int { return cmp.Compare(y.minor, x.minor) })
	var names []string
	for _, c := range causes[:min(len(causes), namedAtMost)] {
		names = append(names, c.says)
	}
	text := start + "; until then leave " + strings.Join(names, ", ")
	if more := len(causes) - namedAtMost; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + "."
}

func whyFixed(it item) string {
	switch {
	case it.agreed:
		return " (agreed)"
	case it.fixed:
		return " (never moved)"
	}
	return ""
}
