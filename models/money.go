package models

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Money is an amount in the minor units of an ISO 4217 currency: 4820000 USD is 48,200.00 US dollars, 500 JPY is 500 yen.
// The zero Money has no currency and is nothing of anything.
//
// As text it is "48200.00 USD": a decimal with at most the currency's digits, a space, the code.
type Money struct {
	Minor    int64    `json:"minor" gorm:"not null;default:0"`
	Currency Currency `json:"currency" gorm:"not null;default:''"`
}

// ParseMoney reads "48200.00 USD", with or without thousands commas. The error is Invalid.
func ParseMoney(s string) (Money, error) {
	amount, code, ok := strings.Cut(strings.TrimSpace(s), " ")
	if !ok {
		return Money{}, Errorf(Invalid, "%q is not an amount with a currency, such as %q", s, "25000 USD")
	}
	return ParseAmount(amount, strings.TrimSpace(code))
}

// ParseAmount reads a decimal such as "48,200.00" in the given currency. More digits than the currency has, a comma that
// groups no thousands ("12,34" may be twelve), an unknown currency and an amount beyond 64 bits are Invalid: money is neither
// rounded nor guessed.
func ParseAmount(amount, code string) (Money, error) {
	cur, err := ParseCurrency(code)
	if err != nil {
		return Money{}, err
	}
	whole, frac, _ := strings.Cut(strings.TrimSpace(amount), ".")
	whole, negative := strings.CutPrefix(whole, "-")
	whole, grouped := ungroup(whole)
	if !grouped {
		return Money{}, Errorf(Invalid, "%q has commas that group no thousands", amount)
	}
	digits := cur.Digits()
	if trimmed := strings.TrimRight(frac, "0"); len(trimmed) > digits {
		return Money{}, Errorf(Invalid, "%q has more decimals than %s has (%d)", amount, cur, digits)
	}
	frac = (frac + "0000")[:digits]
	if whole == "" || !allDigits(whole) || !allDigits(frac) {
		return Money{}, Errorf(Invalid, "%q is not an amount", amount)
	}
	minorText := whole + frac
	if negative {
		minorText = "-" + minorText
	}
	minor, err := strconv.ParseInt(minorText, 10, 64)
	if err != nil {
		return Money{}, Errorf(Invalid, "%q is too large an amount", amount)
	}
	return Money{Minor: minor, Currency: cur}, nil
}

// ungroup gives a whole number without its commas; false where they stand otherwise than before the last three digits and,
// above those, every two or three (12,34,567 is how lakhs are written).
func ungroup(s string) (string, bool) {
	groups := strings.Split(s, ",")
	if len(groups) == 1 {
		return s, true
	}
	last := len(groups) - 1
	if len(groups[0]) == 0 || len(groups[0]) > 3 || len(groups[last]) != 3 {
		return "", false
	}
	for _, g := range groups[1:last] {
		if len(g) != len(groups[1]) || len(g) < 2 || len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// String says "48200.00 USD".
func (m Money) String() string {
	if m.Currency == "" {
		return strconv.FormatInt(m.Minor, 10)
	}
	return m.decimal(false) + " " + string(m.Currency)
}

// Display says "48,200.00 USD", for people.
func (m Money) Display() string {
	if m.Currency == "" {
		return strconv.FormatInt(m.Minor, 10)
	}
	return m.decimal(true) + " " + string(m.Currency)
}

func (m Money) decimal(grouped bool) string {
	digits := m.Currency.Digits()
	s := new(big.Int).Abs(big.NewInt(m.Minor)).String()
	if len(s) <= digits {
		s = strings.Repeat("0", digits-len(s)+1) + s
	}
	whole, frac := s[:len(s)-digits], s[len(s)-digits:]
	if grouped {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if m.Minor < 0 {
		whole = "-" + whole
	}
	if frac == "" {
		return whole
	}
	return whole + "." + frac
}

// MarshalText writes the amount as String does.
func (m Money) MarshalText() ([]byte, error) {
	if m == (Money{}) {
		return nil, nil
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what ParseMoney reads; empty text is the zero Money.
func (m *Money) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Money{}
		return nil
	}
	parsed, err := ParseMoney(string(b))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// IsZero reports an amount of nothing, in whatever currency.
func (m Money) IsZero() bool { return m.Minor == 0 }

// Negative reports an amount below nothing, such as a credit note.
func (m Money) Negative() bool { return m.Minor < 0 }

// Add gives m + o. Different currencies, and a sum beyond 64 bits, are Invalid; the zero Money adds to any.
func (m Money) Add(o Money) (Money, error) {
	if m == (Money{}) {
		return o, nil
	}
	if o == (Money{}) {
		return m, nil
	}
	if m.Currency != o.Currency {
		return Money{}, Errorf(Invalid, "cannot add %s and %s without a rate", m.Currency, o.Currency)
	}
	sum := m.Minor + o.Minor
	if (sum > m.Minor) != (o.Minor > 0) && o.Minor != 0 {
		return Money{}, Errorf(Invalid, "%s plus %s is too large", m, o)
	}
	return Money{Minor: sum, Currency: m.Currency}, nil
}

// Neg gives -m. The one amount without an opposite, the smallest 64-bit one, is kept within range.
func (m Money) Neg() Money {
	if m.Minor == math.MinInt64 {
		return Money{Minor: math.MaxInt64, Currency: m.Currency}
	}
	return Money{Minor: -m.Minor, Currency: m.Currency}
}

// Cmp gives -1, 0 or 1 as m is less than, equal to or more than o. Different currencies are Invalid.
func (m Money) Cmp(o Money) (int, error) {
	if m.Currency != o.Currency {
		return 0, Errorf(Invalid, "cannot compare %s with %s without a rate", m.Currency, o.Currency)
	}
	switch {
	case m.Minor < o.Minor:
		return -1, nil
	case m.Minor > o.Minor:
		return 1, nil
	}
	return 0, nil
}

// Share gives the part of m that bps basis points are, rounded half away from zero: 200 of 48,200.00 USD is 964.00 USD.
// A share beyond 64 bits is kept within range.
func (m Money) Share(bps int64) Money {
	n := new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(bps))
	half := big.NewInt(5000)
	if n.Sign() < 0 {
		half.Neg(half)
	}
	n.Quo(n.Add(n, half), big.NewInt(10_000))
	if !n.IsInt64() {
		n.SetInt64(math.MaxInt64)
		if half.Sign() < 0 {
			n.SetInt64(math.MinInt64)
		}
	}
	return Money{Minor: n.Int64(), Currency: m.Currency}
}

// Split divides m into n parts that differ by at most one minor unit and add up to m. n below one is Invalid.
func (m Money) Split(n int) ([]Money, error) {
	if n < 1 {
		return nil, Errorf(Invalid, "cannot split into %d parts", n)
	}
	parts := make([]Money, n)
	each, rest := m.Minor/int64(n), m.Minor%int64(n)
	for i := range parts {
		parts[i] = Money{Minor: each, Currency: m.Currency}
		switch {
		case int64(i) < rest:
			parts[i].Minor++
		case int64(i) < -rest:
			parts[i].Minor--
		}
	}
	return parts, nil
}

// Rates are what one unit of a currency is worth in the base currency, as exact decimals in text ("1.0832").
type Rates struct {
	Base  Currency            `json:"base"`
	Units map[Currency]string `json:"units"`
}

// Convert gives m in the currency to, through the base, rounded half away from zero to a minor unit. A currency
// without a rate is Invalid: a guess would let a limit be passed unseen.
func (r Rates) Convert(m Money, to Currency) (Money, error) {
	if m.Currency == to {
		return m, nil
	}
	from, err := r.rate(m.Currency)
	if err != nil {
		return Money{}, err
	}
	into, err := r.rate(to)
	if err != nil {
		return Money{}, err
	}
	v := new(big.Rat).SetInt64(m.Minor)
	v.Mul(v, from).Quo(v, into)
	v.Mul(v, pow10(to.Digits())).Quo(v, pow10(m.Currency.Digits()))
	minor, err := strconv.ParseInt(v.FloatString(0), 10, 64)
	if err != nil {
		return Money{}, Errorf(Invalid, "%s in %s is too large", m, to)
	}
	return Money{Minor: minor, Currency: to}, nil
}

func (r Rates) rate(c Currency) (*big.Rat, error) {
	if c == r.Base && c != "" {
		return big.NewRat(1, 1), nil
	}
	rate, ok := new(big.Rat).SetString(r.Units[c])
	if !ok || rate.Sign() <= 0 {
		return nil, Errorf(Invalid, "there is no rate for %s: add one under rates", fmt.Sprintf("%q", string(c)))
	}
	return rate, nil
}

func pow10(n int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
}
