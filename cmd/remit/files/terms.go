package files

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"remit/models"
)

// terms are what an invoice's terms say in days from its date.
type terms struct {
	bps      int64 // early-payment discount, in basis points
	discount int   // days in which it is given
	net      int   // days in which all of it is due; 0: not said
}

// written are the usual ways to write terms: "2/10 net 30", "2 % 10, n/30", "net 30", "30 days".
var (
	writtenDiscount = regexp.MustCompile(`^([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s*%?\s*[/ ]\s*([0-9]{1,3})\b[\s,;]*(?:days?)?[\s,;]*`)
	writtenNet      = regexp.MustCompile(`^(?:(?:net|n)\s*/?\s*([0-9]{1,3})(?:\s*days?)?|([0-9]{1,3})\s*days?(?:\s*net)?)$`)
)

// terms reads the column of that name; false where it is written otherwise: the line does without.
func (r *reader) terms() (t terms, ok bool) {
	said := strings.ToLower(r.fields["terms"])
	rest := said
	if m := writtenDiscount.FindStringSubmatch(said); m != nil && !writtenNet.MatchString(said) {
		share, _ := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "."), 64) // digits
		t.bps = int64(math.Round(share * 100))
		t.discount, _ = strconv.Atoi(m[2])
		rest = said[len(m[0]):]
	}
	if m := writtenNet.FindStringSubmatch(rest); m != nil {
		t.net, _ = strconv.Atoi(m[1] + m[2])
		rest = ""
	}
	if rest != "" || t.net > 0 && t.net < t.discount {
		return terms{}, false
	}
	return t, true
}

// until gives the last day of the discount of an invoice of the day; "" where there is none.
func (t terms) until(issued models.Day) models.Day {
	if t.bps == 0 {
		return ""
	}
	return issued.Add(t.discount)
}

// due gives the day on which it is due; "" where the terms do not say.
func (t terms) due(issued models.Day) models.Day {
	if t.net == 0 {
		return ""
	}
	return issued.Add(t.net)
}
