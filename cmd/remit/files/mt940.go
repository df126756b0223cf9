package files

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"remit/models"
)

// SWIFT MT940: a balance is C or D, a day, a currency and an amount with a comma; an entry a day, perhaps that of booking,
// C or D (RC and RD take back), perhaps a letter of the currency, and an amount.
var (
	mtBalance = regexp.MustCompile(`^([CD])(\d{6})([A-Z]{3})([\d,]+)`)
	mtEntry   = regexp.MustCompile(`^(\d{6})(\d{4})?(R?[CD])[A-Z]?([\d,]+)(?:[NFS][A-Z0-9]{3}([^/]*))?`)
	// What is told in field 86 is parted by ?20 and the like in some countries, and led by words in all.
	mtField = regexp.MustCompile(`\?(\d\d)`)
	mtWord  = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP)\+|/(EREF|PREF|REMI|NAME|IBAN|BIC|TRTP|CSID|MARF|CNTP|ORDP|BENM)/`)
)

func mt940(text []byte, _ Options) ([]statement, error) {
	var out []statement
	var s statement
	inInfo := false // within what is told of the last entry
	for i, raw := range bytes.Split(text, []byte("\n")) {
		line := strings.TrimSpace(string(raw))
		tag, rest, ok := mtTag(line)
		if !ok {
			if inInfo && len(s.entries) > 0 && line != "-" {
				s.entries[len(s.entries)-1].text += line
			}
			continue
		}
		inInfo = tag == "86"
		switch tag {
		case "20":
			s = statement{line: i + 1}
		case "25":
			s.account = rest
		case "60F", "60M":
			m, _, err := mtMoney(rest)
			if err != nil {
				s.fault = models.SentenceOf(err)
			}
			s.opening = &m
		case "61":
			s.mtEntry(rest)
		case "86":
			if n := len(s.entries); n > 0 {
				s.entries[n-1].text = rest
			}
		case "62F", "62M":
			var err error
			if s.closing, s.on, err = mtMoney(rest); err != nil {
				s.fault = models.SentenceOf(err)
			}
			for i := range s.entries {
				s.entries[i].mtInfo()
			}
			if tag == "62F" || s.fault != "" || s.opening != nil {
				out = append(out, s)
			}
			s = statement{line: i + 1, account: s.account}
		}
	}
	return out, nil
}

func mtTag(line string) (tag, rest string, ok bool) {
	after, ok := strings.CutPrefix(line, ":")
	if !ok {
		return "", "", false
	}
	tag, rest, ok = strings.Cut(after, ":")
	return tag, strings.TrimSpace(rest), ok && len(tag) <= 3
}

func mtMoney(s string) (models.Money, models.Day, error) {
	m := mtBalance.FindStringSubmatch(s)
	if m == nil {
		return models.Money{}, "", models.Errorf(models.Invalid, "%q is not a balance such as C261203EUR1234,56", clip(s))
	}
	amount, err := models.ParseAmount(mtAmount(m[4]), m[3])
	if m[1] == "D" {
		amount = amount.Neg()
	}
	return amount, mtDay(m[2]), err
}

func mtAmount(s string) string {
	s = strings.Replace(s, ",", ".", 1)
	return strings.TrimSuffix(s, ".")
}

func mtDay(s string) models.Day {
	t, err := time.Parse("060102", s)
	if err != nil {
		return ""
	}
	return models.DayOf(t)
}

// mtEntry adds an entry by the day it was booked on, which may be of the year before or after that of its value.
func (s *statement) mtEntry(rest string) {
	m := mtEntry.FindStringSubmatch(rest)
	if m == nil || s.opening == nil {
		s.fault = "it has an entry that cannot be read: " + clip(rest)
		return
	}
	amount, err := models.ParseAmount(mtAmount(m[4]), string(s.opening.Currency))
	if err != nil {
		s.fault = models.SentenceOf(err)
		return
	}
	if m[3] == "D" || m[3] == "RC" {
		amount = amount.Neg()
	}
	e := entry{on: booked(mtDay(m[1]), m[2]), minor: amount.Minor, reversal: strings.HasPrefix(m[3], "R")}
	if !noReference(m[5]) {
		e.refs = []string{m[5]}
	}
	s.entries = append(s.entries, e)
}

// mtInfo takes what field 86 tells apart: who, on what account, by what references, for what. Lines are cut anywhere, so what
// is told on several is one.
func (e *entry) mtInfo() {
	text := e.text
	if at := mtField.FindAllStringSubmatchIndex(text, -1); at != nil {
		fields := text
		text, e.party = "", ""
		for i, m := range at {
			end := len(fields)
			if i+1 < len(at) {
				end = at[i+1][0]
			}
			value := fields[m[1]:end]
			switch field := fields[m[2]:m[3]]; {
			case field >= "20" && field <= "29", field >= "60" && field <= "63":
				text += value
			case field == "31":
				e.bank = value
			case field == "32", field == "33":
				e.party += value
			}
		}
	}
	e.text = text
	at := mtWord.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		if i == 0 {
			e.text = strings.TrimSpace(text[:m[0]])
		}
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		e.mtWord(strings.Trim(text[m[0]:m[1]], "+/"), strings.Trim(text[m[1]:end], "/ "))
	}
}

func (e *entry) mtWord(word, value string) {
	switch word {
	case "EREF", "KREF", "PREF":
		if !noReference(value) {
			e.refs = append(e.refs, value)
		}
	case "SVWZ", "REMI":
		e.text = strings.TrimSpace(e.text + " " + value)
	case "NAME":
		e.party = value
	case "IBAN":
		e.bank = value
	}
}

func booked(value models.Day, monthDay string) models.Day {
	if monthDay == "" || !value.Valid() {
		return value
	}
	best := value
	for i, year := range []int{0, -1, 1} {
		d := models.Day(value.Time().AddDate(year, 0, 0).Format("2006") + "-" + monthDay[:2] + "-" + monthDay[2:])
		if d.Valid() && (i == 0 || apart(d, value) < apart(best, value)) {
			best = d
		}
	}
	return best
}

func apart(a, b models.Day) int { return max(a.Sub(b), b.Sub(a)) }
