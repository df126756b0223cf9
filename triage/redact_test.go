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
		"a card with no-break spaces":      {"Card 4111\u00a01111\u202f1111\u20091111 exp", "Card [card] exp"},
		"a card with entities":             {"Card 4111&nbsp;1111&#160;1111&#xA0;1111 exp", "Card [card] exp"},
		"a card in markup":                 {"<p>Card <b>4111</b> 1111 <span class=x>1111</span> 1111</p>", "<p>Card <b>[card]</p>"},
		"a card over a line break":         {"Card 4111 1111\n1111 1111 exp", "Card [card] exp"},
		"a card over a line break of HTML": {"4111 1111<br>\r\n1111 1111", "[card]"},
		"numbers below one another":        {"10023455\n10023459", "10023455\n10023459"},
		"phone numbers stay on their line": {"030 90182044\n030 90182044", "[phone]\n[phone]"},
		"a card with full-width digits":    {"４１１１ １１１１ １１１１ １１１１!", "[card]!"},
		"a card with Arabic digits":        {"٤١١١ ١١١١ ١١١١ ١١١١", "[card]"},
		"a card with invisible characters": {"4111\u200b 1111\u00ad 1111 11\u206011", "[card]"},
		"a bank account, no-break spaces":  {"DE89\u00a03704\u202f0044&nbsp;0532 0130 00 please", "[iban] please"},
		"a bank account over a line break": {"DE89 3704 0044\n0532 0130 00 please", "[iban] please"},
		"an address in brackets":           {"Dana <dana@mail.example> wrote", "Dana <[e-mail]> wrote"},
		"an address in a tag":              {`<a href="mailto:dana@mail.example">mail</a>`, `<a href="mailto:[e-mail]">mail</a>`},
		"a German password":                {"Passwort: geheim123", "Passwort: [secret]"},
		"a German password in a compound":  {"Mein WLAN-Passwort: geheim, Mailkennwort = auch", "Mein WLAN-Passwort: [secret], Mailkennwort = [secret]"},
		"a German password in words":       {"Das Kennwort ist geheim123. Danke", "Das Kennwort ist [secret] Danke"},
		"a French password":                {"Mon mot de passe : soleil", "Mon mot de passe : [secret]"},
		"a Spanish password":               {"mi contraseña: sol, CONTRASEN\u0303A: sol", "mi contraseña: [secret], CONTRASEN\u0303A: [secret]"},
		"an Italian or Dutch password":     {"la password è sole7 / wachtwoord: zon", "la password è [secret] / wachtwoord: [secret]"},
		"a word that is a password":        {"My password is sunshine", "My password is [secret]"},
		"a word that is a password, and":   {"My password is sunshine and my name is Dana", "My password is [secret] and my name is Dana"},
		"a password after nothing":         {"my pwd hunter2 please", "my pwd [secret] please"},
		"a password in bold":               {"<b>Password:</b> hunter2<br>", "<b>Password:</b> [secret]<br>"},
		"a password in bold Markdown":      {"**Password:** hunter2", "**Password:** [secret]"},
		"a password on the next line":      {"Password:\nhunter2", "Password:\n[secret]"},
		"a password for something":         {"The password for the portal: hunter2", "The password for the portal: [secret]"},
		"a token of hex":                   {"token abcdef0123456789abcdef0123456789abcdef01", "token [secret]"},
		"a password in an address":         {"see https://user:pass@host/x and https://host:80/y", "see https://user:[secret]@host/x and https://host:80/y"},
		"a card that is called a password": {"password 4111 1111 1111 1111.", "password [secret]."},
		"a password reset":                 {"password reset: it fails", "password reset: it fails"},
		"a password that does not work":    {"my password is not working, Passwort ist falsch", "my password is not working, Passwort ist falsch"},
		"a forgotten password":             {"Forgot my password. Password: forgotten", "Forgot my password. Password: forgotten"},
		"a password that is being changed": {"my password is being changed, is rejected, and is too short", "my password is being changed, is rejected, and is too short"},
		"a password of a product":          {"my password Office365 login at 10:30 at https://example.com/reset", "my password Office365 login at 10:30 at https://example.com/reset"},
		"a password somewhere":             {"cannot reset my password at https://example.com/reset", "cannot reset my password at https://example.com/reset"},
		"a mot de passe oublié":            {"Mot de passe oublié. Mon mot de passe est refusé.", "Mot de passe oublié. Mon mot de passe est refusé."},
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
	around := rapid.SampledFrom([]string{"\n", "; ", "\"", "<", "é ", "\xff\n", " | ", "password;", "pin ", "\t", "[card] ", "[secret]\n", "🙂 ", ", ", "token ", "&nbsp;", "<b>", "</b>", "<br>", "\u00a0", "my password is ", "Passwort für x: ", "://a:"})
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
	for _, piece := range []string{"a", "1", "1 ", "a@", "password is ", "sk-", "-----BEGIN PRIVATE KEY", "DE89", "DE89 ", "eyJ", "+1", "(", "pin=", "token is a-", "@", ".", "&nbsp;", "&", "<b>", "<b ", "<b x=\"token a\">", "４", "\u00a0", "1\n", "://", "://a:", "://a:b@", "password for ", "passwort", "[secret]", "["} {
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

// Whatever is found stands in the text, and a card is found whatever stands before it.
func FuzzRedact(f *testing.F) {
	for _, text := range []string{"4111 1111\n1111 1111", "<b>Password:</b> x", "&nbsp;", "https://u:p@h", "<a href='mailto:a@b.ch'>", "４１", "token \xff", "my password is \u00e9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range triage.Personal(text) {
			if p.Text == "" || !strings.Contains(text, p.Text) {
				t.Fatalf("%q: %q is not in it", text, p.Text)
			}
		}
		const number = "4111\u00a01111 1111 1111"
		if got := triage.Redact(text + "\n\n\n\n" + number); strings.Contains(got, number) {
			t.Fatalf("%q: got %q", text, got)
		}
	})
}
