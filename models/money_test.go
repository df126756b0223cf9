package models_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/models"
)

// currencies have 0, 2 and 3 digits after the point.
var currencies = []models.Currency{"JPY", "KRW", "USD", "EUR", "KWD", "TND"}

func anyMoney() *rapid.Generator[models.Money] {
	return rapid.Custom(func(t *rapid.T) models.Money {
		minor := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1_000_000, 1_000_000), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0}))
		return models.Money{Minor: minor.Draw(t, "minor"), Currency: rapid.SampledFrom(currencies).Draw(t, "currency")}
	})
}

func TestParseMoney(t *testing.T) {
	cases := map[string]struct {
		text string
		want models.Money // the zero Money: Invalid
	}{
		"dollars have two digits":                {"48200.00 USD", models.Money{Minor: 4_820_000, Currency: "USD"}},
		"yen have none":                          {"500 JPY", models.Money{Minor: 500, Currency: "JPY"}},
		"Kuwaiti dinars have three":              {"1.234 KWD", models.Money{Minor: 1234, Currency: "KWD"}},
		"digits may be left out":                 {"1.5 KWD", models.Money{Minor: 1500, Currency: "KWD"}},
		"thousands may have commas":              {"1,234,567.8 EUR", models.Money{Minor: 123_456_780, Currency: "EUR"}},
		"lakhs too":                              {"12,34,567 INR", models.Money{Minor: 123_456_700, Currency: "INR"}},
		"a comma that may be a point":            {"12,34 EUR", models.Money{}},
		"a comma between single digits":          {"1,2,3 EUR", models.Money{}},
		"a comma after four digits":              {"1234,567 EUR", models.Money{}},
		"a comma first":                          {",123 EUR", models.Money{}},
		"groups of two kinds":                    {"1,23,456,789 EUR", models.Money{}},
		"a credit is below zero":                 {"-0.01 USD", models.Money{Minor: -1, Currency: "USD"}},
		"the code may be in any case":            {" 5  usd ", models.Money{Minor: 500, Currency: "USD"}},
		"zeros beyond the digits change none":    {"1.5000 JPY", models.Money{}},
		"zeros alone beyond the digits are none": {"1.0000 JPY", models.Money{Minor: 1, Currency: "JPY"}},
		"the largest amount":                     {"92233720368547758.07 USD", models.Money{Minor: math.MaxInt64, Currency: "USD"}},
		"the smallest amount":                    {"-92233720368547758.08 USD", models.Money{Minor: math.MinInt64, Currency: "USD"}},
		"one more is too large":                  {"92233720368547758.08 USD", models.Money{}},
		"half a yen is no amount":                {"0.5 JPY", models.Money{}},
		"a tenth of a cent is no amount":         {"1.001 USD", models.Money{}},
		"an amount needs a currency":             {"25000", models.Money{}},
		"a currency needs an amount":             {"USD", models.Money{}},
		"an unknown currency":                    {"1 XYZ", models.Money{}},
		"a test currency is none":                {"1 XTS", models.Money{}},
		"words":                                  {"ten USD", models.Money{}},
		"an exponent":                            {"1e5 USD", models.Money{}},
		"two points":                             {"1.2.3 KWD", models.Money{}},
		"two signs":                              {"--1 USD", models.Money{}},
		"a plus sign":                            {"+1 USD", models.Money{}},
		"a point alone":                          {". USD", models.Money{}},
		"digits of another script":               {"١٢ USD", models.Money{}},
		"infinity":                               {"Inf USD", models.Money{}},
		"hexadecimal":                            {"0x10 USD", models.Money{}},
		"nothing":                                {"", models.Money{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := models.ParseMoney(tc.text)
			if got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			if bad := tc.want == (models.Money{}); bad != (err != nil) || (bad && models.KindOf(err) != models.Invalid) {
				t.Errorf("got error %v, want Invalid: %v", err, bad)
			}
		})
	}
}

func TestMoneyIsShown(t *testing.T) {
	for m, want := range map[models.Money]string{
		{Minor: 4_820_000, Currency: "USD"}:     "48,200.00 USD",
		{Minor: 5, Currency: "USD"}:             "0.05 USD",
		{Minor: -123_456, Currency: "KWD"}:      "-123.456 KWD",
		{Minor: 1_000_000, Currency: "JPY"}:     "1,000,000 JPY",
		{Minor: -999, Currency: "JPY"}:          "-999 JPY",
		{Minor: math.MinInt64, Currency: "JPY"}: "-9,223,372,036,854,775,808 JPY",
		{}:                                      "0",
	} {
		if got := m.Display(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMoneySurvivesBeingWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		for _, text := range []string{m.String(), m.Display(), strings.ToLower(m.String())} {
			if got, err := models.ParseMoney(text); err != nil || got != m {
				t.Fatalf("%q reads as %v (%v), want %v", text, got, err, m)
			}
		}
		var back struct{ M models.Money }
		raw, err := json.Marshal(struct{ M models.Money }{m})
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &back); err != nil || back.M != m {
			t.Fatalf("%s reads as %v (%v), want %v", raw, back.M, err, m)
		}
	})
	var none models.Money
	if raw, _ := json.Marshal(none); string(raw) != `""` || none.UnmarshalText(nil) != nil || none != (models.Money{}) {
		t.Errorf("no money is written %s and read as %v, want nothing", raw, none)
	}
	if err := none.UnmarshalText([]byte("ten")); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want Invalid", err)
	}
}

func TestParseAmountNeverRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{0,6})?`).Draw(t, "amount")
		cur := rapid.SampledFrom(currencies).Draw(t, "currency")
		exact, _ := new(big.Rat).SetString(strings.TrimSuffix(text, "."))
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(cur.Digits())), nil)))
		fits := exact.IsInt() && exact.Num().IsInt64()
		got, err := models.ParseAmount(text, string(cur))
		if fits != (err == nil) || (fits && got.Minor != exact.Num().Int64()) {
			t.Fatalf("%s %s reads as %v (%v), want exactly %s, or Invalid", text, cur, got, err, exact.RatString())
		}
	})
}

func TestParseAmountNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, err := models.ParseMoney(rapid.String().Draw(t, "text") + " " + rapid.SampledFrom([]string{"JPY", "usd", "KWD", ""}).Draw(t, "code"))
		if k := models.KindOf(err); err != nil && k != models.Invalid {
			t.Fatalf("got kind %s, want invalid", k)
		}
	})
}

func TestAddIsExactOrRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyMoney().Draw(t, "a"), anyMoney().Draw(t, "b")
		b.Currency = a.Currency
		want := new(big.Int).Add(big.NewInt(a.Minor), big.NewInt(b.Minor))
		got, err := a.Add(b)
		if want.IsInt64() != (err == nil) || (err == nil && (got.Minor != want.Int64() || got.Currency != a.Currency)) {
			t.Fatalf("%v + %v: got %v (%v), want %v, or Invalid beyond 64 bits", a, b, got, err, want)
		}
		if other, err2 := b.Add(a); other != got || (err == nil) != (err2 == nil) {
			t.Fatalf("%v + %v is %v one way and %v the other", a, b, got, other)
		}
	})
	usd, eur := models.Money{Minor: 1, Currency: "USD"}, models.Money{Currency: "EUR"}
	if _, err := usd.Add(eur); models.KindOf(err) != models.Invalid {
		t.Errorf("dollars and euros: got %v, want Invalid, even for nothing of one", err)
	}
	for _, sum := range []func() (models.Money, error){
		func() (models.Money, error) { return usd.Add(models.Money{}) },
		func() (models.Money, error) { return models.Money{}.Add(usd) },
	} {
		if got, err := sum(); err != nil || got != usd {
			t.Errorf("with nothing of anything: got %v (%v), want %v", got, err, usd)
		}
	}
}

func TestNegAndCmp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyMoney().Draw(t, "a"), anyMoney().Draw(t, "b")
		if n := a.Neg(); n.Negative() == a.Negative() && !a.IsZero() {
			t.Fatalf("the opposite of %v is %v", a, n)
		}
		got, err := a.Cmp(b)
		if (err != nil) != (a.Currency != b.Currency) {
			t.Fatalf("%v and %v: got %v, want an error for different currencies alone", a, b, err)
		}
		if want := big.NewInt(a.Minor).Cmp(big.NewInt(b.Minor)); err == nil && got != want {
			t.Fatalf("%v and %v: got %d, want %d", a, b, got, want)
		}
	})
	least := models.Money{Minor: math.MinInt64, Currency: "USD"}
	if got := least.Neg().Minor; got != math.MaxInt64 {
		t.Errorf("the opposite of the least is %d, want it within range", got)
	}
}

func TestSplitAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		n := rapid.IntRange(1, 50).Draw(t, "n")
		parts, err := m.Split(n)
		if err != nil || len(parts) != n {
			t.Fatalf("got %d parts (%v), want %d", len(parts), err, n)
		}
		sum, low, high := new(big.Int), parts[0].Minor, parts[0].Minor
		for _, p := range parts {
			sum.Add(sum, big.NewInt(p.Minor))
			low, high = min(low, p.Minor), max(high, p.Minor)
			if p.Currency != m.Currency {
				t.Fatalf("a part is in %s, want %s", p.Currency, m.Currency)
			}
		}
		if sum.Cmp(big.NewInt(m.Minor)) != 0 || high-low > 1 {
			t.Fatalf("%v in %d: parts add up to %v and differ by %d", m, n, sum, high-low)
		}
	})
	for _, n := range []int{0, -1} {
		if _, err := (models.Money{Minor: 1, Currency: "USD"}).Split(n); models.KindOf(err) != models.Invalid {
			t.Errorf("into %d: got %v, want Invalid", n, err)
		}
	}
}

func TestShare(t *testing.T) {
	for name, tc := range map[string]struct{ minor, bps, want int64 }{
		"two per cent":                  {4_820_000, 200, 96_400},
		"half a cent goes up":           {25, 200, 1},
		"and down below zero":           {-25, 200, -1},
		"less than half goes to none":   {24, 200, 0},
		"the whole":                     {math.MinInt64, 10_000, math.MinInt64},
		"no more than fits":             {math.MaxInt64, 20_000, math.MaxInt64},
		"no less than fits":             {math.MinInt64, 20_000, math.MinInt64},
		"a sender's nonsense stays put": {100, math.MaxInt64, 92_233_720_368_547_758},
	} {
		if got := (models.Money{Minor: tc.minor, Currency: "USD"}).Share(tc.bps); got.Minor != tc.want || got.Currency != "USD" {
			t.Errorf("%s: got %v, want %d cents", name, got, tc.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		m, bps := anyMoney().Draw(t, "money"), rapid.Int64Range(0, 10_000).Draw(t, "bps")
		got := m.Share(bps)
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(bps)), big.NewInt(10_000))
		off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got.Minor))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d bps of %v: got %v, want within half a unit of %s", bps, m, got, exact.FloatString(2))
		}
	})
}

var rates = models.Rates{Base: "USD", Units: map[models.Currency]string{"EUR": "1.0832", "JPY": "0.0065", "KWD": "3.25", "GBP": "0", "CHF": "much"}}

func TestConvert(t *testing.T) {
	cases := map[string]struct {
		from models.Money
		to   models.Currency
		want models.Money // the zero Money: Invalid
	}{
		"into the base":              {models.Money{Minor: 10_000, Currency: "EUR"}, "USD", models.Money{Minor: 10_832, Currency: "USD"}},
		"out of the base":            {models.Money{Minor: 325, Currency: "USD"}, "KWD", models.Money{Minor: 1000, Currency: "KWD"}},
		"from none to three digits":  {models.Money{Minor: 500, Currency: "JPY"}, "KWD", models.Money{Minor: 1000, Currency: "KWD"}},
		"half a unit goes up":        {models.Money{Minor: 100, Currency: "JPY"}, "EUR", models.Money{Minor: 60, Currency: "EUR"}},
		"a currency into itself":     {models.Money{Minor: 7, Currency: "GBP"}, "GBP", models.Money{Minor: 7, Currency: "GBP"}},
		"no rate to come from":       {models.Money{Minor: 7, Currency: "SEK"}, "USD", models.Money{}},
		"no rate to go to":           {models.Money{Minor: 7, Currency: "USD"}, "SEK", models.Money{}},
		"a rate of nothing":          {models.Money{Minor: 7, Currency: "GBP"}, "USD", models.Money{}},
		"a rate that is no number":   {models.Money{Minor: 7, Currency: "USD"}, "CHF", models.Money{}},
		"nothing of anything":        {models.Money{Minor: 7}, "USD", models.Money{}},
		"more than 64 bits can hold": {models.Money{Minor: math.MaxInt64, Currency: "EUR"}, "KWD", models.Money{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := rates.Convert(tc.from, tc.to)
			if got != tc.want || (err != nil) != (tc.want == (models.Money{})) || (err != nil && models.KindOf(err) != models.Invalid) {
				t.Errorf("got %v (%v), want %v, or Invalid for none", got, err, tc.want)
			}
		})
	}
	if _, err := (models.Rates{}).Convert(models.Money{Minor: 1, Currency: "USD"}, "EUR"); models.KindOf(err) != models.Invalid {
		t.Errorf("without any rate: got %v, want Invalid", err)
	}
}

func TestCurrencies(t *testing.T) {
	for code, want := range map[models.Currency]int{"JPY": 0, "USD": 2, "KWD": 3, "XYZ": 2} {
		if got := code.Digits(); got != want {
			t.Errorf("%s has %d digits, want %d", code, got, want)
		}
	}
	if c, err := models.ParseCurrency(" eur "); err != nil || c != "EUR" {
		t.Errorf("got %q (%v), want EUR", c, err)
	}
	if _, err := models.ParseCurrency("euro"); models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want Invalid", err)
	}
}
