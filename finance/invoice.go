package finance

import (
	"strconv"
	"strings"
	"unicode"

	"remit/models"
)

// kinship says how two invoice numbers relate, weakest first.
type kinship int

const (
	unrelated kinship = iota
	siblings          // next to one another in a count: what a vendor issues week after week
	edited            // one character changed, added or left out
	misread           // two neighbours swapped, or characters that a scanner confuses
	dressed           // the same but for prefix, leading zeros or punctuation
	same              // the same
)

// plainNumber gives an invoice number in capitals without punctuation and without zeros in front.
func plainNumber(s string) string { return strings.TrimLeft(written(s), "0") }

// written gives an invoice number in capitals without punctuation.
func written(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

// plainASCII reports a number that is as written gives it already, which most are.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// digitsOf gives the last run of digits of a plain number, without zeros in front: what is left of it when a prefix or
// suffix was typed by one clerk and not by another.
func digitsOf(plain string) string {
	end := strings.LastIndexFunc(plain, unicode.IsDigit) + 1
	start := strings.LastIndexFunc(plain[:end], func(r rune) bool { return !unicode.IsDigit(r) })
	return strings.TrimLeft(plain[start+1:end], "0")
}

// scanned maps characters that scanners and tired eyes confuse onto one of them.
var scanned = strings.NewReplacer("O", "0", "Q", "0", "D", "0", "I", "1", "L", "1", "S", "5", "B", "8", "Z", "2", "G", "6")

// siblingGap is how far apart the counts of two invoices may be for them to be taken as issued one after the other.
const siblingGap = 60

// minNumber is how long a number must be for a likeness, rather than sameness, to say anything.
const minNumber = 4

// related compares two invoice numbers as written.
func related(a, b string) kinship {
	wa, wb := written(a), written(b)
	pa, pb := strings.TrimLeft(wa, "0"), strings.TrimLeft(wb, "0")
	switch {
	case pa == "" || pb == "":
		return unrelated
	case pa == pb:
		return same
	case min(len(pa), len(pb)) < minNumber:
		return unrelated
	case dressedAlike(pa, pb):
		return dressed
	case strings.TrimLeft(scanned.Replace(pa), "0") == strings.TrimLeft(scanned.Replace(pb), "0"), swapped(wa, wb):
		return misread
	case counted(pa, pb):
		return siblings
	case oneEdit(pa, pb):
		return edited
	}
	return unrelated
}

// dressedAlike reports the same digits, enough of them, where one number is the other with letters around it.
func dressedAlike(a, b string) bool {
	da, db := digitsOf(a), digitsOf(b)
	return len(da) >= minNumber && da == db && (strings.Contains(a, b) || strings.Contains(b, a) || (a != da) != (b != db))
}

func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := differsAt(a, b)
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func counted(a, b string) bool {
	da, db := digitsOf(a), digitsOf(b)
	if da == "" || db == "" || strings.TrimSuffix(a, da) != strings.TrimSuffix(b, db) {
		return false
	}
	na, errA := strconv.ParseUint(da, 10, 63)
	nb, errB := strconv.ParseUint(db, 10, 63)
	return errA == nil && errB == nil && max(na, nb)-min(na, nb) <= siblingGap
}

func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := differsAt(a, b)
	switch len(b) - len(a) {
	case 0:
		return i < len(a) && a[i+1:] == b[i+1:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}

// differsAt gives the first place at which a and b differ, a being no longer than b; len(a) where b begins with a.
func differsAt(a, b string) int {
	for i := range len(a) {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// plainName gives a vendor's name in the form in which spellings meet.
func plainName(s string) string { return models.PlainName(s) }

// dayOf gives the day that a payable belongs to: of issue, else due, else of the day we heard of it.
func dayOf(p models.Payable) models.Day {
	switch {
	case p.IssuedOn.Valid():
		return p.IssuedOn
	case p.DueOn.Valid():
		return p.DueOn
	case !p.CreatedAt.IsZero():
		return models.DayOf(p.CreatedAt)
	}
	return ""
}

// bill is a payable with its day as a number, so that many can be compared quickly.
type bill struct {
	*models.Payable
	day   int // days since 1970
	dated bool
	kin   kinship // of its number to that of the payable under examination
}

func billOf(p *models.Payable) bill {
	b := bill{Payable: p}
	for _, d := range []models.Day{p.IssuedOn, p.DueOn} {
		if b.day, b.dated = d.Number(); b.dated {
			return b
		}
	}
	if !p.CreatedAt.IsZero() {
		b.day, b.dated = models.DayOf(p.CreatedAt).Number()
	}
	return b
}

// apart gives how many days two bills are apart; ok is false where one has no day.
func apart(a, b bill) (days int, ok bool) {
	if !a.dated || !b.dated {
		return 0, false
	}
	return max(a.day-b.day, b.day-a.day), true
}
