package triage_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"remit/triage"
)

func TestRedact(t *testing.T) {
	for claim, c := range map[string]struct{ text, want string }{
		"a card":                           {"Card 4111 1111 1111 1111 exp 12/27", "Card [card] exp 12/27"},
		"a card without spaces":            {"4111111111111111.", "[card]."},
		"a card with dashes":               {"(5500-0000-0000-0004)", "([card])"},
		"an American Express card":         {"3782 822463 10005", "[card]"},
		"a card after a number":            {"order 12, 4111 1111 1111 1111", "order 12, [card]"},
		"a card before a number":           {"4111 1111 1111 1111 123", "[card] 123"},
		"no card: the check fails":         {"4111 1111 1111 1112", "4111 1111 1111 1112"},
		"a bank account":                   {"IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [iban] please"},
		"a bank account in one piece":      {"gb82west12345698765432", "[iban]"},
		"no bank account: the check fails": {"GB83WEST12345698765432", "GB83WEST12345698765432"},
		"an address":                       {"write to dana.o'neil+x@mail.example.co.uk.", "write to dana.o'[e-mail]."},
		"no address":                       {"@dana at a@b", "@dana at a@b"},
		"a phone number":                   {"call +49 30 901820 now", "call [phone] now"},
		"a phone number in brackets":       {"call (555) 010-4477.", "call [phone]."},
		"a phone number with dashes":       {"call 555-010-4477.", "call [phone]."},
		"a phone number with a nought":     {"Tel. 030 / 9018 2044", "Tel. [phone]"},
		"a date is no phone number":        {"on 03.12.2026 and 2026-12-03", "on 03.12.2026 and 2026-12-03"},
		"an amount is no phone number":     {"1,234,567.89 EUR for order 20261203", "1,234,567.89 EUR for order 20261203"},
		"a password":                       {"my password: hunter2, thanks", "my password: [secret], thanks"},
		"a password in words":              {"the password is hunter2", "the password is [secret]"},
		"a password that is only wrong":    {"the password is wrong", "the password is wrong"},
		"a password in JSON":               {`{"password": "hunter2"}`, `{"password": "[secret]"}`},
		"an assignment":                    {"DB_PASSWORD=s3cr,et", "DB_PASSWORD=[secret],et"},
		"a bearer token":                   {"Authorization: Bearer abc.def-123", "Authorization: Bearer [secret]"},
		"a key by its form":                {"we use sk_live_abcdefgh12345678", "we use [secret]"},
		"a private key":                    {"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nbye", "[secret]\nbye"},
		"a pin":                            {"my pin 4711", "my pin [secret]"},
		"a card number that is none":       {"card number is 8364478209098546", "card number is [secret]"},
		"nothing":                          {"Hello, please reset my password.", "Hello, please reset my password."},
		"nothing at all":                   {"", ""},
	} {
		t.Run(claim, func(t *testing.T) {
			if got := triage.Redact(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRedactHidesWhateverStandsAround(t *testing.T) {
	hidden := []string{"4111 1111 1111 1111", "+49 30 901820", "dana@mail.example", "DE89370400440532013000", "sk_live_abcdefgh12345678"}
	around := rapid.SampledFrom([]string{"\n", "; ", "\"", "<", "é ", "\xff\n", " | ", "password;", "pin ", "\t", "[card] ", "[secret]\n", "🙂 ", ", "})
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, h := range rapid.SliceOfN(rapid.SampledFrom(hidden), 1, 6).Draw(t, "hidden") {
			b.WriteString(around.Draw(t, "before") + h + "\n")
		}
		once := triage.Redact(b.String())
		for _, h := range hidden {
			if strings.Contains(once, h) {
				t.Fatalf("%q: got %q, want %q hidden", b.String(), once, h)
			}
		}
		if twice := triage.Redact(once); twice != once {
			t.Fatalf("%q: got %q the second time, %q the first", b.String(), twice, once)
		}
	})
}

// A text made to be slow would take minutes here if the time were quadratic.
func TestRedactIsLinear(t *testing.T) {
	for _, piece := range []string{"a", "1", "1 ", "a@", "password is ", "sk-", "-----BEGIN PRIVATE KEY", "DE89", "DE89 ", "eyJ", "+1", "(", "pin=", "token is a-", "@", "."} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		if got := triage.Redact(text); len(got) > 8*len(text) {
			t.Errorf("%q: got %d bytes of %d", piece, len(got), len(text))
		}
	}
}

func TestWhatIsHiddenCanBeTold(t *testing.T) {
	text := "From jo@example.com with 4111 1111 1111 1111."
	got := triage.Personal(text)
	want := []triage.Piece{{Text: "jo@example.com", Word: "[e-mail]"}, {Text: "4111 1111 1111 1111", Word: "[card]"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
