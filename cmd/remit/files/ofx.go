package files

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"remit/models"
)

// OFX and QFX are written as XML or as SGML without end tags; of both, a tag and the text up to the next are all that is
// needed.
var ofxTag = regexp.MustCompile(`(?s)<(/?)([A-Za-z0-9.]+)>([^<]*)`)

const ofxNoBalance = "it has no closing balance (LEDGERBAL)"

func ofx(text []byte, o Options) ([]statement, error) {
	var out []statement
	var s *statement
	currency, inLedger := o.Currency, false
	var e ofxEntry
	at := 0
	line := 1
	for _, m := range ofxTag.FindAllSubmatchIndex(text, -1) {
		line += bytes.Count(text[at:m[0]], []byte("\n"))
		at = m[0]
		end, tag, value := m[2] != m[3], strings.ToUpper(string(text[m[4]:m[5]])), strings.TrimSpace(string(text[m[6]:m[7]]))
		switch {
		case !end && (tag == "STMTRS" || tag == "CCSTMTRS"):
			s = &statement{line: line, fault: ofxNoBalance}
		case s == nil:
		case tag == "CURDEF" && !end:
			currency = value
		case tag == "ACCTID" && !end && e.open:
			e.bank = value
		case tag == "ACCTID" && !end && s.account == "":
			s.account = value
		case tag == "STMTTRN" && !end:
			s.addOFX(e, currency)
			e = ofxEntry{open: true}
		case tag == "STMTTRN" || tag == "BANKTRANLIST" && end:
			s.addOFX(e, currency)
			e = ofxEntry{}
		case tag == "DTPOSTED" && !end:
			e.on = ofxDay(value)
		case tag == "TRNAMT" && !end:
			e.amount = value
		case e.open && !end && e.says(tag, html.UnescapeString(value)):
		case tag == "LEDGERBAL":
			inLedger = !end
		case tag == "AVAILBAL":
			inLedger = false
		case tag == "BALAMT" && inLedger && !end:
			if s.fault == ofxNoBalance {
				s.fault = ""
			}
			var err error
			if s.closing, err = models.ParseAmount(ofxAmount(value), currency); err != nil {
				s.fault = models.SentenceOf(err)
			}
		case tag == "DTASOF" && inLedger && !end:
			s.on = ofxDay(value)
		case end && (tag == "STMTRS" || tag == "CCSTMTRS"):
			out, s = append(out, *s), nil
		}
	}
	if s != nil {
		out = append(out, *s)
	}
	return out, nil
}

type ofxEntry struct {
	entry
	open   bool
	amount string
}

// says takes in what an entry was for, and reports that it was told that.
func (e *ofxEntry) says(tag, value string) bool {
	switch tag {
	case "FITID":
		e.id = value
	case "NAME":
		e.party = value
	case "MEMO":
		e.text = value
	case "REFNUM", "CHECKNUM":
		e.refs = append(e.refs, value)
	default:
		return false
	}
	return true
}

func (s *statement) addOFX(e ofxEntry, currency string) {
	if !e.open || e.amount == "" {
		return
	}
	m, err := models.ParseAmount(ofxAmount(e.amount), currency)
	if err != nil || !e.on.Valid() {
		s.fault = "it has an entry that cannot be read: " + clip(e.amount)
		return
	}
	e.minor = m.Minor
	s.entries = append(s.entries, e.entry)
}

// ofxAmount takes a comma for the point, as the standard allows.
func ofxAmount(s string) string {
	s = strings.TrimPrefix(s, "+")
	if !strings.Contains(s, ".") && strings.Count(s, ",") == 1 {
		s = strings.Replace(s, ",", ".", 1)
	}
	return s
}

func ofxDay(s string) models.Day {
	if len(s) < 8 {
		return ""
	}
	d := models.Day(s[:4] + "-" + s[4:6] + "-" + s[6:8])
	if !d.Valid() {
		return ""
	}
	return d
}
