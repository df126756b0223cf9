package models

import "strings"

// Currency is an ISO 4217 code in capitals.
type Currency string

// Codes of ISO 4217 (list one, 2024-06-25) by the number of digits after the point. Funds codes, metals and test codes
// are left out: nobody pays a supplier in them.
var currencyDigits = func() map[Currency]int {
	byDigits := map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
		2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY " +
			"COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS " +
			"INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR " +
			"MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD " +
			"SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG",
		3: "BHD IQD JOD KWD LYD OMR TND",
	}
	m := map[Currency]int{}
	for digits, codes := range byDigits {
		for code := range strings.FieldsSeq(codes) {
			m[Currency(code)] = digits
		}
	}
	return m
}()

// ParseCurrency reads a code in any case. A code that ISO 4217 does not list is Invalid.
func ParseCurrency(s string) (Currency, error) {
	c := Currency(strings.ToUpper(strings.TrimSpace(s)))
	if !c.Valid() {
		return "", Errorf(Invalid, "%q is not an ISO 4217 currency", s)
	}
	return c, nil
}

// Valid reports whether ISO 4217 lists the code.
func (c Currency) Valid() bool {
	_, ok := currencyDigits[c]
	return ok
}

// Digits gives the number of digits after the point: 0 for JPY, 2 for USD, 3 for KWD. It is 2 for an unknown code.
func (c Currency) Digits() int {
	if n, ok := currencyDigits[c]; ok {
		return n
	}
	return 2
}
