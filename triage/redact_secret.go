package triage

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Words that announce a secret, in lower case. Those of passwords may also stand before a word that is one, as in "my
// password is sunshine", and end a longer word.
var (
	passwords = []string{
		"password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "mot de passe", "contraseña", "contrasen\u0303a", "contrasena", "senha",
		"palavra-passe", "palavra passe", "wachtwoord", "parola d'ordine", "passord", "lösenord", "adgangskode", "heslo", "pwd",
	}
	announcing = append([]string{
		"pass", "pw", "pin", "cvv", "cvc", "otp", "token", "secret", "api key", "api_key", "api-key", "apikey", "access key", "access_key",
		"client_secret", "authorization", "bearer", "card number", "account number", "ssn", "social security number", "code secret",
		"clave", "geheimzahl", "zugangscode",
	}, passwords...)
)

// announces tells by the first letter what may be an announcing word: every position of a text is looked at, and most of them
// begin nothing.
var announces = func() (out [256]bool) {
	for _, w := range announcing {
		out[w[0]] = true
	}
	return out
}()

// namedSecret finds "password: hunter2", "pwd=x", "Bearer x", "password is hunter2" at i; the secret is s[from:to].
func namedSecret(s string, i int) (from, to int) {
	if !announces[s[i]|0x20] {
		return 0, 0
	}
	return announced(s, i, announcing)
}

// compoundSecret is namedSecret within a longer word, such as "Mailpasswort: x".
func compoundSecret(s string, i int) (from, to int) {
	if c := s[i] | 0x20; c != 'p' && c != 'k' && c != 'w' {
		return 0, 0
	}
	return announced(s, i, passwords)
}

func announced(s string, i int, words []string) (from, to int) {
	for _, w := range words {
		end := i + len(w)
		if s[i]|0x20 != w[0] || end >= len(s) || !strings.EqualFold(s[i:end], w) || isAlnum(s[end]) {
			continue
		}
		if from, to := secretAfter(s, end, w); to > from {
			return from, to
		}
	}
	return 0, 0
}

// How a secret follows the word that announces it.
type following int

const (
	sign    following = iota // after ":" or "="
	verb                     // after "is", which also begins "is wrong"
	further                  // after more words, or on the next line
	nothing                  // after a blank alone
)

// secretAfter finds the secret that follows the word w, which ends at i.
func secretAfter(s string, i int, w string) (from, to int) {
	from, how := separator(s, i)
	switch {
	case w == "bearer" && s[i] == ' ':
		from, how = i+1, further
	case w == "authorization":
		from = afterScheme(s, from)
	}
	to = valueEnd(s, from)
	value := strings.TrimRight(s[from:to], ".!?)")
	switch {
	case value == "" || isMark(value):
		return 0, 0
	case how == sign && !isOneOf(strings.ToLower(value), askingWords):
	case how == verb && telling(value), how == further && telling(value):
	case how == verb && slices.Contains(passwords, w) && !ordinary(value) && endsClause(s, to):
	case how == nothing && (lettersAndDigits(value) || isPin(value)):
	default:
		return 0, 0
	}
	if end, _, ok := numeric(s, from); ok {
		to = max(to, end)
	}
	return from, max(to, ibanEnd(s, from))
}

// valueEnd gives where the word that begins at i ends.
func valueEnd(s string, i int) int {
	to := i
	for to < len(s) && s[to] > ' ' && to-i < maxSecret && !strings.ContainsRune("\"',;<>", rune(s[to])) {
		to++
	}
	return whole(s, to)
}

// maxSecret bounds what is taken for one secret, in bytes; anything longer is hidden piece by piece.
const maxSecret = 4 << 10

// whole moves an end forward to where a character ends.
func whole(s string, end int) int {
	for end < len(s) && s[end]&0xC0 == 0x80 {
		end++
	}
	return end
}

func afterScheme(s string, from int) int {
	for _, scheme := range [...]string{"Bearer ", "Basic ", "Token "} {
		if len(s) >= from+len(scheme) && strings.EqualFold(s[from:from+len(scheme)], scheme) {
			return from + len(scheme)
		}
	}
	return from
}

// verbs stand between the word and the secret.
var verbs = []string{"is", "was", "ist", "war", "lautet", "est", "es", "è", "é", "era"}

// How many bytes of other words may stand between the word and its secret, as in "password for the portal: x", and how long
// each of them may be.
const (
	mostBetween = 40
	longestWord = 16
)

// separator gives where the value begins after the word that ends at i, and how it follows.
func separator(s string, i int) (from int, how following) {
	if at := opening(s, i); at < len(s) && (s[at] == ':' || s[at] == '=') {
		return value(s, at+1, sign)
	}
	if at := afterVerb(s, blanks(s, i)); at > 0 {
		if at < len(s) && (s[at] == ':' || s[at] == '=') {
			return value(s, at+1, sign)
		}
		return value(s, at, verb)
	}
	if at := afterWords(s, i); at > 0 {
		return value(s, at, further)
	}
	from, how = value(s, i, nothing)
	if from == i {
		return len(s), how
	}
	return from, how
}

// afterWords gives where a colon ends that follows some short words after i, or 0. Nothing else may stand between: what is
// passed over is looked at no more.
func afterWords(s string, i int) int {
	size := 0
	for at := i; at < min(len(s), i+mostBetween); at++ {
		switch c := s[at]; {
		case c == ':' && at+1 < len(s) && s[at+1] <= ' ', c == '=':
			return at + 1
		case c == ' ', c == '-':
			size = 0
		case !isAlpha(c) && c < utf8.RuneSelf, size >= longestWord:
			return 0
		default:
			size++
		}
	}
	return 0
}

// value gives where the value begins that follows at i, quotes and marks of emphasis left out.
func value(s string, i int, how following) (int, following) {
	from := opening(s, i)
	if from < len(s) && s[from] == '\n' && how != nothing {
		return opening(s, from+1), further
	}
	return from, how
}

// afterVerb gives where a verb that begins at i ends, or 0.
func afterVerb(s string, i int) int {
	for _, v := range verbs {
		end := i + len(v)
		if end < len(s) && strings.EqualFold(s[i:end], v) && (s[end] == ' ' || s[end] == ':' || s[end] == '=') {
			return end
		}
	}
	return 0
}

// opening passes over blanks and what opens a quotation or emphasis.
func opening(s string, i int) int {
	for n := 0; n < 6 && i < len(s) && strings.IndexByte(" \t\r\"'`*_([", s[i]) >= 0 && !isMarkAt(s, i); n++ {
		i++
	}
	return i
}

func blanks(s string, i int) int {
	for n := 0; n < 4 && i < len(s) && (s[i] == ' ' || s[i] == '\t'); n++ {
		i++
	}
	return i
}

// isMark reports a word that Redact puts in the place of something, and isMarkAt one that stands at i.
func isMark(v string) bool { return slices.Contains(kinds[:], v) }

func isMarkAt(s string, i int) bool {
	return s[i] == '[' && slices.ContainsFunc(kinds[:], func(k string) bool { return strings.HasPrefix(s[i:], k) })
}

// telling reports whether a value looks more like a secret than like a word.
func telling(v string) bool {
	v = strings.TrimRight(v, ".!?)")
	for i := 0; i < len(v); i++ {
		if c := v[i]; !isAlpha(c) && c != '-' && c != '\'' && c < utf8.RuneSelf {
			return true
		}
	}
	return false
}

// lettersAndDigits reports a value of letters and digits that is no name of a product.
func lettersAndDigits(v string) bool {
	letters, digits := false, false
	for i := range len(v) {
		letters, digits = letters || isAlpha(v[i]), digits || isDigit(v[i])
	}
	return letters && digits && len(v) >= 6 && !isDigit(v[0]) && !strings.ContainsAny(v, "./:@") && !startsWithAny(strings.ToLower(v), products)
}

// products begin names that have a number in them, and are said beside passwords.
var products = []string{"office", "windows", "iphone", "ipad", "android", "microsoft", "galaxy", "oauth", "version", "sha256", "base64", "outlook"}

// isPin reports a value that begins with four digits, as in "pin 4711".
func isPin(v string) bool {
	return len(v) >= 4 && isDigit(v[0]) && isDigit(v[1]) && isDigit(v[2]) && isDigit(v[3])
}

// ordinaryWords are what is said of passwords without telling one.
var ordinaryWords = strings.Fields(`
wrong incorrect invalid valid lost gone ok okay fine correct right weak strong old new unknown missing empty not no never now still also always too the
a an my your our i it that this same there here being required case longer shorter different good bad broken out reset change forgot forgotten please only just
known set mandatory necessary long short unsafe insecure
falsch ungültig gültig weg verloren abgelaufen gesperrt vergessen richtig korrekt alt neu nicht kein immer zu das mein leer unbekannt bekannt sicher schwach ich bitte
zurücksetzen zurückgesetzt geändert erforderlich nötig noch jetzt wohl leider
incorrect faux fausse expiré perdu oublié bloqué invalide refusé correct pas toujours trop le la mon erroné changé inconnu nécessaire
incorrecta incorrecto inválida caducada perdida olvidada errónea correcta no la mi demasiado siempre equivocada necesaria
errata sbagliata scaduta persa dimenticata corretta non la troppo sempre incorreta errada expirada perdida esquecida correta não a muito
verkeerd fout verlopen kwijt vergeten onjuist juist niet te altijd`)

// askingWords follow "Password:" where somebody asks about one.
var askingWords = strings.Fields(`
reset change forgot forgotten lost i please ich bitte vergessen zurücksetzen oublié perdu olvidada dimenticata persa esquecida vergeten kwijt`)

// ordinary reports a word that is said of passwords: one of a list, or an English participle.
func ordinary(v string) bool {
	v = strings.ToLower(v)
	return isOneOf(v, ordinaryWords) || strings.HasSuffix(v, "ed") || strings.HasSuffix(v, "ing")
}

// goingOn are words with which a new clause begins.
var goingOn = []string{"and", "but", "or", "please", "thanks", "und", "aber", "bitte", "danke", "et", "mais", "merci", "y", "pero", "gracias", "e", "ma", "mas", "en", "maar"}

// endsClause reports whether the word that ends at i is the last of what is said: "sunshine", but not "sunshine yellow".
func endsClause(s string, i int) bool {
	if i > 0 && strings.IndexByte(".!?)", s[i-1]) >= 0 {
		return true
	}
	rest := s[blanks(s, i):]
	if rest == "" || strings.IndexByte("\r\n,;\"'<", rest[0]) >= 0 {
		return true
	}
	word := rest[:min(len(rest), 8)]
	if end := strings.IndexAny(word, " ,.\n"); end >= 0 {
		word = word[:end]
	}
	return isOneOf(strings.ToLower(word), goingOn)
}

// urlSecret finds the password of an address such as https://user:pass@host at its "://".
func urlSecret(s string, i int) (from, to int) {
	if !strings.HasPrefix(s[i:], "://") {
		return 0, 0
	}
	i += len("://")
	for to = i; to < len(s) && to-i < maxSecret && s[to] > ' ' && strings.IndexByte("/@\"'<>", s[to]) < 0; to++ {
		if s[to] == ':' && from == 0 {
			from = to + 1
		}
	}
	if from == 0 || to == len(s) || s[to] != '@' || isMark(s[from:to]) {
		return 0, 0
	}
	return from, to
}
