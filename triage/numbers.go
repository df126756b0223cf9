package triage

// digitRun is a run of digits in groups, as cards and phone numbers are written.
type digitRun struct {
	digits [maxDigits]byte
	starts [maxDigits]int // by digit: where it stands
	n      int
	groups int
	broken int  // digits before the first line break within it; 0 where there is none
	end    int  // after the last digit
	more   bool // there was more than fits
}

// maxDigits is how many digits are looked at together.
const maxDigits = 48

// maxGap is how many separators may stand between two groups: 030 / 9018.
const maxGap = 3

// readDigits reads the run at i: digits with a few separators between them, over the ends of lines where wrapped says so.
func readDigits(s string, i int, wrapped bool) (r digitRun) {
	gap := 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			if r.n == maxDigits {
				r.more = true
				return r
			}
			if gap > 0 || r.n == 0 {
				r.groups++
			}
			r.digits[r.n], r.starts[r.n], gap = c-'0', i, 0
			r.n++
			r.end = i + 1
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || c == '+' && r.n == 0:
			if gap++; gap > maxGap {
				return r
			}
		case wrapped && (c == '\n' || c == '\r') && r.n > 0:
			if gap++; gap > maxGap {
				return r
			}
			if r.broken == 0 {
				r.broken = r.n
			}
		default:
			return r
		}
	}
	return r
}

// numeric tells a card or a phone number that begins at i.
func numeric(s string, i int) (end int, k kind, ok bool) {
	if s[i] != '+' && s[i] != '(' {
		r := readDigits(s, i, true)
		if n := r.card(s); n > 0 && !(r.more && r.groups == 1) {
			return r.starts[n-1] + 1, card, true
		}
	}
	if r := readDigits(s, i, false); r.n >= 8 && !(r.more && r.groups == 1) && r.phone(s, i) {
		return r.end, phone, true
	}
	return 0, 0, false
}

// card gives the number of leading digits that are a card's: 13 to 19 that end a group and satisfy Luhn's check.
func (r *digitRun) card(s string) int {
	for n := min(19, r.n); n >= 13; n-- {
		if end := r.starts[n-1] + 1; end < len(s) && isDigit(s[end]) || r.broken > 0 && n > r.broken && !r.asOnCards(n) {
			continue
		}
		if luhn(r.digits[:n]) && r.digits[0] != 0 {
			return n
		}
	}
	return 0
}

// asOnCards reports whether the first n digits are in the groups in which cards show them: of 4, or of 4, 6 and the rest. Numbers
// that stand below one another are not.
func (r *digitRun) asOnCards(n int) bool {
	size := 0
	for i := range n {
		if size++; i+1 < n && r.starts[i+1] == r.starts[i]+1 {
			continue
		}
		if size != 4 && size != 6 && i+1 < n || i < 4 && size != 4 || size > 6 {
			return false
		}
		size = 0
	}
	return true
}

func luhn(digits []byte) bool {
	sum := 0
	for i, d := range digits {
		v := int(d)
		if (len(digits)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// phone reports whether the run is written as phone numbers are: with a country code, with an area code in brackets or a
// leading nought, or in three groups of 3, 3 and 4.
func (r *digitRun) phone(s string, i int) bool {
	if r.more || r.n > 15 || r.end < len(s) && isAlnum(s[r.end]) {
		return false
	}
	switch {
	case s[i] == '+':
		return r.n >= 8
	case s[i] == '(':
		return r.n >= 9 && r.groups >= 2
	case r.digits[0] == 0:
		return r.n >= 9 && !r.date(s)
	}
	return r.n == 10 && r.groups == 3 && r.starts[3]-r.starts[2] > 1 && r.starts[6]-r.starts[5] > 1
}

// date reports a run that begins as 03.12.2026 does.
func (r *digitRun) date(s string) bool {
	return r.n >= 8 && r.starts[2]-r.starts[1] == 2 && r.starts[4]-r.starts[3] == 2 && r.starts[7]-r.starts[4] == 3 &&
		s[r.starts[1]+1] == s[r.starts[3]+1] && s[r.starts[1]+1] != ' '
}

// Lengths of an IBAN.
const (
	minIBAN = 15
	maxIBAN = 34
)

// ibanEnd gives the end of an IBAN that begins at i, or 0: two letters, two digits, then letters and digits in groups of any
// size with a blank or line break between two, such that the whole is 1 mod 97 (ISO 13616).
func ibanEnd(s string, i int) int {
	if i+minIBAN > len(s) || !isAlpha(s[i]) || !isAlpha(s[i+1]) || !isDigit(s[i+2]) || !isDigit(s[i+3]) {
		return 0
	}
	var chars [maxIBAN]byte
	n, end := 0, 0
	for p := i; p < len(s) && n < maxIBAN; p++ {
		c := s[p]
		if isBreak(c) && p > i && !(isBreak(s[p-1]) && isBreak(s[p-2])) {
			continue
		}
		if !isAlnum(c) {
			break
		}
		chars[n] = c
		n++
		if n >= minIBAN && (p+1 == len(s) || !isAlnum(s[p+1])) && mod97(chars[:n]) == 1 {
			end = p + 1
		}
	}
	return end
}

// isBreak reports what stands between two groups of a bank account's number.
func isBreak(c byte) bool { return c == ' ' || c == '\n' || c == '\r' }

// mod97 gives the remainder that ISO 7064 checks: the first four characters moved to the end, letters as 10 to 35.
func mod97(chars []byte) int {
	rem := 0
	for i := range chars {
		c := chars[(i+4)%len(chars)]
		if isDigit(c) {
			rem = (rem*10 + int(c-'0')) % 97
			continue
		}
		rem = (rem*100 + int(c|0x20-'a') + 10) % 97
	}
	return rem
}
