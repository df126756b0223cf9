package finance

import (
	"strconv"
	"strings"
	"unicode"

	"remit/models"
)

// labelRunes is as much of a name or number, which others wrote, as a sentence repeats.
const labelRunes = 60

// label gives what others wrote on one line and not too long.
func label(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, models.CleanText(s))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > labelRunes {
		s = string(runes[:labelRunes-1]) + "…"
	}
	return s
}

func invoiceName(p models.Payable) string {
	if n := label(p.Invoice); n != "" {
		return n
	}
	return "an invoice without a number"
}

func vendorName(p models.Payable) string {
	if n := label(p.VendorName); n != "" {
		return n
	}
	return "an unnamed vendor"
}

// say gives a day as "3 Nov", with the year where it is not this one.
func (s subject) say(d models.Day) string {
	switch {
	case !d.Valid():
		return "an unknown day"
	case len(s.today) >= 4 && d[:4] == s.today[:4]:
		return d.Time().Format("2 Jan")
	}
	return d.Time().Format("2 Jan 2006")
}

// percent says basis points as "2 %" or "1.5 %".
func percent(bps int64) string {
	return strconv.FormatFloat(float64(bps)/100, 'f', -1, 64) + " %"
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// unit gives the minor units of one major unit: 100 for USD, 1 for JPY.
func unit(c models.Currency) int64 {
	n := int64(1)
	for range c.Digits() {
		n *= 10
	}
	return n
}

// segment names the slice that a decision belongs to: the vendor's class and the band of the amount in major units of
// its own currency.
func segment(class string, m models.Money) string {
	if class == "" {
		class = "unclassed"
	}
	major := m.Minor / unit(m.Currency)
	if major < 0 {
		major = -(major + 1)
	}
	switch {
	case major < 1_000:
		return class + "/<1k"
	case major < 10_000:
		return class + "/1k-10k"
	case major < 100_000:
		return class + "/10k-100k"
	}
	return class + "/>100k"
}

// Shortfall says how much a plan lacks of the floor and by when, and which payments to hold is the cheapest way out, where
// there is one. It is empty for a plan that holds the floor, and for one that nothing can be said of.
func Shortfall(plan models.Plan) string {
	text := plan.Cash.SayShort()
	if plan.Ask == nil || text == "" {
		return text
	}
	for _, r := range plan.Ask.Reasons {
		if r.Code == codeWayOut {
			text += " " + r.Text
		}
	}
	return text
}
