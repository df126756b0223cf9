package files

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"remit/models"
)

// The parts of an ISO 20022 camt.053 (bank to customer statement) that tell balances, what moved and what for.
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
	Day      string       `xml:"BookgDt>Dt"`
	Time     string       `xml:"BookgDt>DtTm"`
	Reversal string       `xml:"RvslInd"`
	Bank     string       `xml:"AcctSvcrRef"`
	Info     string       `xml:"AddtlNtryInf"`
	Details  []camtDetail `xml:"NtryDtls>TxDtls"`
}

// camtDetail is one transaction of an entry, which may be a batch of them.
type camtDetail struct {
	Amount   camtAmount `xml:"Amt"`
	Instr    camtAmount `xml:"AmtDtls>TxAmt>Amt"`
	EndToEnd string     `xml:"Refs>EndToEndId"`
	Instruct string     `xml:"Refs>InstrId"`
	Creditor camtParty  `xml:"RltdPties>Cdtr"`
	Debtor   camtParty  `xml:"RltdPties>Dbtr"`
	ToIBAN   string     `xml:"RltdPties>CdtrAcct>Id>IBAN"`
	ToOther  string     `xml:"RltdPties>CdtrAcct>Id>Othr>Id"`
	OfIBAN   string     `xml:"RltdPties>DbtrAcct>Id>IBAN"`
	OfOther  string     `xml:"RltdPties>DbtrAcct>Id>Othr>Id"`
	Text     []string   `xml:"RmtInf>Ustrd"`
	Refs     []string   `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	Numbers  []string   `xml:"RmtInf>Strd>RfrdDocInf>Nb"`
	Info     string     `xml:"AddtlTxInf"`
}

type camtParty struct { // the name, within a party in newer versions
	Name  string `xml:"Nm"`
	Newer string `xml:"Pty>Nm"`
}

// fill adds what the detail tells to an entry.
func (d camtDetail) fill(e *entry) {
	who, account := d.Debtor, cmp.Or(d.OfIBAN, d.OfOther)
	if e.minor < 0 {
		who, account = d.Creditor, cmp.Or(d.ToIBAN, d.ToOther)
	}
	e.party, e.bank = cmp.Or(who.Name, who.Newer), account
	for _, ref := range append([]string{d.EndToEnd, d.Instruct}, slices.Concat(d.Refs, d.Numbers)...) {
		if !noReference(ref) {
			e.refs = append(e.refs, ref)
		}
	}
	e.text = strings.TrimSpace(e.text + " " + cmp.Or(strings.Join(d.Text, " "), d.Info))
}

// entry gives an entry with what it was for. Of a batch the parts are given where they add up to it.
func (c camtEntry) entry(m models.Money) entry {
	e := entry{on: isoDay(c.Day, c.Time), minor: m.Minor, id: strings.TrimSpace(c.Bank), reversal: strings.TrimSpace(c.Reversal) == "true"}
	var sum int64
	plain := e
	for i, d := range c.Details {
		part := plain
		if a := cmp.Or(d.Amount, d.Instr); len(c.Details) > 1 {
			amount, err := camtMoney(a, c.Sign)
			if err != nil || amount.Currency != m.Currency {
				amount.Minor = 0
			}
			part.minor = amount.Minor
			if part.id != "" {
				part.id += "/" + strconv.Itoa(i)
			}
		}
		sum += part.minor
		d.fill(&part)
		e.parts = append(e.parts, part)
		d.fill(&e)
	}
	if sum != m.Minor || slices.ContainsFunc(e.parts, func(p entry) bool { return p.minor == 0 }) {
		e.parts = nil
	}
	if len(c.Details) > 1 {
		e.party, e.bank = "", "" // many
	}
	e.text = cmp.Or(e.text, c.Info)
	return e
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
		s.entries = append(s.entries, e.entry(m))
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
