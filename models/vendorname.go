package models

import (
	"slices"
	"strings"
	"unicode"
)

// legalForms are words of a company's name that one clerk writes and another leaves out.
var legalForms = map[string]bool{
	"ltd": true, "limited": true, "plc": true, "llp": true, "llc": true, "inc": true, "corp": true, "co": true,
	"company": true, "gmbh": true, "ag": true, "kg": true, "bv": true, "nv": true, "sa": true, "sarl": true, "srl": true,
	"spa": true, "oy": true, "ab": true, "as": true, "pty": true, "the": true, "and": true,
}

// PlainName gives a vendor's name in lower case without punctuation and legal forms, so that aliases meet.
func PlainName(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := words[:0]
	for _, w := range words {
		if !legalForms[w] {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// NameKeys gives the names that the vendor goes by, its own among them, as keys: spellings that differ in case, punctuation, spaces
// and legal form have one.
func (v Vendor) NameKeys() []string {
	var keys []string
	for _, name := range append([]string{v.Name}, v.Aliases...) {
		if key := NameKey(name); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// NameKey gives a vendor's or a customer's name as a key; "" for a name of nothing but punctuation and legal forms.
func NameKey(name string) string { return strings.ReplaceAll(PlainName(name), " ", "") }
