package assess

import (
	"math/big"
	"strings"

	"remit/models"
)

// numerals says how a column writes amounts.
type numerals struct {
	commaIsPoint bool // "1.234,56"
}

// numeralsOf tells from the whole column which of comma and point is the decimal one: where a cell has both, the last;
// where all commas stand before three digits, they part thousands.
func (t *table) numeralsOf(f field) numerals {
	comma, point := 0, 0
	for _, r := range t.rows {
		c := t.get(r, f)
		i, j := strings.LastIndexByte(c, ','), strings.LastIndexByte(c, '.')
		switch {
		case i < 0:
			if j >= 0 && strings.Count(c, ".") == 1 && len(digits(c[j:])) != 3 {
				point++
			}
		case j >= 0 && i > j, j < 0 && strings.Count(c, ",") == 1 && len(digits(c[i:])) != 3:
			comma++
		case j > i:
			point++
		}
	}
	return numerals{commaIsPoint: comma > point}
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// read gives the amount of a cell such as "1,234.50", "£1,000" or "(120.00)" in the currency.
func (n numerals) read(cell string, c models.Currency) (models.Money, error) {
	negative := strings.HasPrefix(cell, "(") && strings.HasSuffix(cell, ")")
	text := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r == '-':
			return r
		case r == '.' && !n.commaIsPoint, r == ',' && n.commaIsPoint:
			return '.'
		}
		return -1
	}, cell)
	if negative {
		text = "-" + text
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return models.Money{}, models.FieldErrorf("amount", "is not an amount")
	}
	// Sums that a spreadsheet has made carry its rounding errors: 2.4699999999999998 is 2.47.
	m, err := models.ParseAmount(exact.FloatString(c.Digits()), string(c))
	if err != nil {
		return m, models.FieldErrorf("amount", "is not an amount")
	}
	return m, nil
}
