package files

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"remit/models"
)

// The parts of an ISO 20022 camt.053 (bank to customer statement) that tell balances.
type camtStatement struct {
	Account struct {
		IBAN     string `xml:"Id>IBAN"`
		Other    string `xml:"Id>Othr>Id"`
		Currency string `xml:"Ccy"`
	} `xml:"Acct"`
	Balances []camtBalance `xml:"Bal"`
	Entries  []camtEntry   `xml:"Ntry"`
}

type camtAmount struct {
	Value    string `xml:",chardata"`
	Currency string `xml:"Ccy,attr"`
}

type camtBalance struct {
	Code   string     `xml:"Tp>CdOrPrtry>Cd"`
	Amount camtAmount `xml:"Amt"`
	Sign   string     `xml:"CdtDbtInd"`
	Day    string     `xml:"Dt>Dt"`
	Time   string     `xml:"Dt>DtTm"`
}

type camtEntry struct {
	Amount camtAmount `xml:"Amt"`
	Sign   string     `xml:"CdtDbtInd"`
	Status struct {   // a word in older versions, a code within in newer ones
		Word string `xml:",chardata"`
		Code string `xml:"Cd"`
	} `xml:"Sts"`
	Day  string `xml:"BookgDt>Dt"`
	Time string `xml:"BookgDt>DtTm"`
}

func camt(text []byte, _ Options) ([]statement, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	var out []statement
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, models.Errorf(models.Invalid, "the statement is not well-formed XML: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "Stmt" {
			continue
		}
		line, _ := d.InputPos()
		var s camtStatement
		if err := d.DecodeElement(&s, &start); err != nil {
			return nil, models.Errorf(models.Invalid, "the statement is not well-formed XML: %w", err)
		}
		out = append(out, s.statement(line))
	}
}

// statement takes the closing booked balance, and the opening one or that of the statement before.
func (c camtStatement) statement(line int) statement {
	s := statement{line: line, account: c.Account.IBAN}
	if s.account == "" {
		s.account = c.Account.Other
	}
	s.fault = "it has no closing booked balance (CLBD)"
	for _, b := range c.Balances {
		m, err := camtMoney(b.Amount, b.Sign)
		if err != nil {
			s.fault = models.SentenceOf(err)
			return s
		}
		switch strings.TrimSpace(b.Code) {
		case "CLBD":
			s.closing, s.on, s.fault = m, isoDay(b.Day, b.Time), ""
		case "OPBD", "PRCD":
			s.opening = &m
		}
	}
	for _, e := range c.Entries {
		if status := strings.TrimSpace(e.Status.Word) + e.Status.Code; !strings.Contains(status, "BOOK") && status != "" {
			continue // pending
		}
		m, err := camtMoney(e.Amount, e.Sign)
		if err != nil {
			s.fault = models.SentenceOf(err)
			return s
		}
		s.entries = append(s.entries, entry{on: isoDay(e.Day, e.Time), minor: m.Minor})
	}
	return s
}

func camtMoney(a camtAmount, sign string) (models.Money, error) {
	m, err := models.ParseAmount(strings.TrimSpace(a.Value), a.Currency)
	if strings.TrimSpace(sign) == "DBIT" {
		m = m.Neg()
	}
	return m, err
}

// isoDay gives the day of a date, or of a time where there is only that.
func isoDay(day, moment string) models.Day {
	day = strings.TrimSpace(day)
	if day == "" {
		day = strings.TrimSpace(moment)
	}
	d, err := models.ParseDay(day[:min(len(day), 10)])
	if err != nil {
		return ""
	}
	return d
}
