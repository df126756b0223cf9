package files_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/files"
	"remit/connector"
	"remit/connector/standard"
	"remit/models"
)

var now = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)

var usual = files.Options{Now: now, Entity: "acme", Currency: "EUR"}

// events reads a file and translates every row as the import does.
func events(t testing.TB, kind files.Kind, text string, o files.Options) ([]models.Event, []files.Skip) {
	t.Helper()
	read, err := files.Read(kind, strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := standard.New(standard.Options{Source: "import", Secrets: []models.Secret{"whsec_dGhpcy1pcy1hLWtleQ=="}, Salt: []byte("salt")})
	if err != nil {
		t.Fatal(err)
	}
	var out []models.Event
	for _, row := range read.Rows {
		ds, err := c.Split(connector.Request{Header: http.Header{"Webhook-Id": {row.Key}}, Body: row.Body, At: now})
		if err != nil || len(ds) != 1 {
			t.Fatalf("line %d: %d deliveries, %v of %s", row.Line, len(ds), err, row.Body)
		}
		evs, err := c.Translate(ds[0])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, evs...)
	}
	return out, read.Skipped
}

func TestPaymentsAreRead(t *testing.T) {
	evs, skipped := events(t, files.Payments, "Supplier Name;Invoice Number;Date;Amount;IBAN\n"+
		"Müller & Söhne GmbH;RE-8841;20.11.2026;1.234,56;DE89 3704\nGutschrift AG;GS-1;21.11.2026;(5,00);\n", files.Options{
		Now: now, Entity: "acme", Currency: "eur", DecimalComma: true, DayFormat: "02.01.2006",
	})
	if len(evs) != 2 || len(skipped) != 0 {
		t.Fatalf("got %d events, skipped %v", len(evs), skipped)
	}
	p := evs[0].Payable
	if evs[0].Kind != models.PayablePaid || p.Amount != (models.Money{Minor: 123_456, Currency: "EUR"}) || p.PaidOn != "2026-11-20" || p.VendorName != "Müller & Söhne GmbH" ||
		p.Invoice != "RE-8841" || p.Entity != "acme" || p.Status != models.PayablePast || p.Bank == "" || strings.Contains(p.Bank, "3704") {
		t.Errorf("got %+v", p)
	}
	if c := evs[1].Payable; c.Amount.Minor != -500 {
		t.Errorf("a credit note came as %s", c.Amount)
	}
	if !evs[0].At.Equal(models.Day("2026-11-20").Time()) {
		t.Errorf("it happened at %s, want on its day, so that whatever is known by now stays", evs[0].At)
	}
}

func TestPayablesAreOpenPaidOrCancelled(t *testing.T) {
	evs, skipped := events(t, files.Payables, `id,vendor,vendor_id,invoice,amount,currency,entity,issued_on,due_on,discount,discount_until,paid_on,status,po,requester,approved by
1,Acme,77,A-1,48200.00,USD,hq,2026-11-25,2026-12-20,2 %,2026-12-05,,,PO-9,jo,max
2,Acme,77,A-2,10,USD,hq,2026-11-25,2026-12-20,,,2026-12-01,,,,
3,Acme,77,A-3,10,USD,hq,2026-11-25,2026-12-20,,,,cancelled,,,
`, files.Options{Now: now})
	if len(evs) != 3 || len(skipped) != 0 {
		t.Fatalf("got %d, %v", len(evs), skipped)
	}
	if p := evs[0].Payable; p.Terms != (models.Terms{DiscountBPS: 200, DiscountUntil: "2026-12-05"}) || p.DueOn != "2026-12-20" || p.VendorID != "vendor:import:77" || p.PO != "PO-9" || p.Requester != "jo" || p.Approver != "max" {
		t.Errorf("got %+v", p)
	}
	for i, want := range []models.PayableStatus{models.PayableOpen, models.PayablePast, models.PayableVoid} {
		if got := evs[i].Payable.Status; got != want {
			t.Errorf("row %d is %s, want %s", i+1, got, want)
		}
	}
}

func TestReceivablesVendorsAndBalancesAreRead(t *testing.T) {
	evs, _ := events(t, files.Receivables, "customer,amount,due_on,settled_date\nNorthwind,700,2026-12-10,\nNorthwind,800,2026-10-10,2026-10-22\n", usual)
	if evs[0].Receivable.DueOn != "2026-12-10" || evs[0].Receivable.PaidOn != "" || evs[1].Receivable.PaidOn != "2026-10-22" {
		t.Errorf("got %+v, %+v", evs[0].Receivable, evs[1].Receivable)
	}
	evs, _ = events(t, files.Vendors, "name,class,iban\nACME,Utility,DE1\n", usual)
	if v := evs[0].Vendor; v.Name != "ACME" || v.Class != "utility" || len(v.Banks) != 1 {
		t.Errorf("got %+v", v)
	}
	evs, _ = events(t, files.Vendors, "name,aliases\nACME,Acme Tools; A.C.M.E. |\n", usual)
	if v := evs[0].Vendor; !slices.Equal(v.Aliases, []string{"Acme Tools", "A.C.M.E."}) {
		t.Errorf("its other names are %q", v.Aliases)
	}
	evs, _ = events(t, files.Balances, "account,date,balance\ngiro,2026-12-01,1000.50\ngiro,2026-12-03,-7\n", usual)
	if b := evs[0].Balance; b.ID != "balance:import:giro" || b.Amount.Minor != 100_050 || models.DayOf(b.AsOf) != "2026-12-01" {
		t.Errorf("got %+v", b)
	}
	if b := evs[1].Balance; b.AsOf.After(now) || b.Amount.Minor != -700 {
		t.Errorf("today's balance is of %s: want now at the latest", b.AsOf)
	}
}

func TestALineThatCannotBeIsSkippedWithTheReason(t *testing.T) {
	head := "vendor,invoice,amount,currency,due_on,paid_on,discount\n"
	for name, c := range map[string]struct{ line, want string }{
		"no vendor":                    {",A-1,10,EUR,2026-12-20,,", "vendor: is needed"},
		"no amount":                    {"Acme,A-1,,EUR,2026-12-20,,", "amount: is needed"},
		"an amount that is none":       {"Acme,A-1,ten,EUR,2026-12-20,,", `"ten" is not an amount`},
		"more decimals than there are": {"Acme,A-1,10.005,EUR,2026-12-20,,", "more decimals than EUR has"},
		"an amount beyond all":         {"Acme,A-1,99999999999999999999,EUR,2026-12-20,,", "too large"},
		"an unknown currency":          {"Acme,A-1,10,QQQ,2026-12-20,,", `"QQQ" is not`},
		"a day that is none":           {"Acme,A-1,10,EUR,30 Feb,,", `"30 Feb" is not a day`},
		"no due day":                   {"Acme,A-1,10,EUR,,,", "due_on: is needed"},
		"paid in the future":           {"Acme,A-1,10,EUR,2026-12-20,2027-01-01,", "has not come yet"},
		"a discount above all":         {"Acme,A-1,10,EUR,2026-12-20,,120", "0 to 100 %"},
		"a comma that may be a point":  {`Acme,A-1,"12,34",EUR,2026-12-20,,`, "group no thousands"},
		"commas everywhere":            {`Acme,A-1,"1,2,3",EUR,2026-12-20,,`, "group no thousands"},
	} {
		evs, skipped := events(t, files.Payables, head+c.line+"\n", usual)
		if len(evs) != 0 || len(skipped) != 1 || skipped[0].Line != 2 || !strings.Contains(skipped[0].Why, c.want) {
			t.Errorf("%s: %d events, skipped %v, want %q", name, len(evs), skipped, c.want)
		}
	}
}

func TestWithADecimalCommaAPointGroupsThousandsOrNothing(t *testing.T) {
	german := usual
	german.DecimalComma = true
	evs, skipped := events(t, files.Payables, "vendor;amount;due_on\nA;1.234,5;2026-12-20\nB;12.34;2026-12-20\nC;1.23,4;2026-12-20\nD;1.234.567;2026-12-20\n", german)
	if len(evs) != 2 || evs[0].Payable.Amount.Minor != 123_450 || evs[1].Payable.Amount.Minor != 123_456_700 {
		t.Errorf("got %+v", evs)
	}
	if len(skipped) != 2 || skipped[0].Line != 3 || skipped[1].Line != 4 {
		t.Errorf("skipped %v, want lines 3 and 4", skipped)
	}
}

func TestALateFeeBelowNothingIsRefused(t *testing.T) {
	_, skipped := events(t, files.Payables, "vendor,amount,due_on,late_fee\nA,10,2026-12-20,-5\n", usual)
	if len(skipped) != 1 || !strings.Contains(skipped[0].Why, "late_fee") {
		t.Errorf("skipped %v", skipped)
	}
}

func TestTermsGiveDiscountAndDueDay(t *testing.T) {
	for said, want := range map[string]models.Payable{
		"2/10 net 30":      {DueOn: "2026-12-01", Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-11-11"}},
		"2% 10, n/30":      {DueOn: "2026-12-01", Terms: models.Terms{DiscountBPS: 200, DiscountUntil: "2026-11-11"}},
		"2,5 % 14 days":    {DueOn: "2026-12-20", Terms: models.Terms{DiscountBPS: 250, DiscountUntil: "2026-11-15"}},
		"Net 30":           {DueOn: "2026-12-01"},
		"30 days net":      {DueOn: "2026-12-01"},
		"2/30 net 10":      {DueOn: "2026-12-20"}, // not understood
		"end of the month": {DueOn: "2026-12-20"},
		"":                 {DueOn: "2026-12-20"},
	} {
		due := ""
		if want.DueOn == "2026-12-20" {
			due = "2026-12-20"
		}
		evs, skipped := events(t, files.Payables, "vendor;amount;terms;issued_on;due_on\nA;10;"+said+";2026-11-01;"+due+"\n", usual)
		if len(evs) != 1 || len(skipped) != 0 {
			t.Errorf("%q: %d events, skipped %v", said, len(evs), skipped)
			continue
		}
		if p := evs[0].Payable; p.DueOn != want.DueOn || p.Terms != want.Terms {
			t.Errorf("%q: due %s, %+v; want %s, %+v", said, p.DueOn, p.Terms, want.DueOn, want.Terms)
		}
	}
	evs, _ := events(t, files.Payables, "vendor,amount,terms,issued_on,due_on,discount,discount_until\nA,10,2/10 net 30,2026-11-01,2026-12-20,3,2026-11-30\n", usual)
	if p := evs[0].Payable; p.DueOn != "2026-12-20" || p.Terms != (models.Terms{DiscountBPS: 300, DiscountUntil: "2026-11-30"}) {
		t.Errorf("got due %s, %+v: what has a column of its own counts first", p.DueOn, p.Terms)
	}
}

func TestWhatIsNotReadIsSaid(t *testing.T) {
	read, err := files.Read(files.Payables, strings.NewReader("vendor,amount,due_on,terms,issued_on,Cost centre\nA,10,2026-12-20,by moonlight,2026-11-01,7\nB,10,2026-12-20,by moonlight,2026-11-01,7\n"), usual)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Cost centre", `terms written "by moonlight"`}; !slices.Equal(read.Unused, want) {
		t.Errorf("got %q, want %q", read.Unused, want)
	}
}

func TestTheNextExportIsAboutTheSameInvoicesAlsoWithoutIDs(t *testing.T) {
	head := "vendor,invoice,amount,issued_on,due_on,paid_on,status\n"
	before, _ := events(t, files.Payables, head+"A,A-1,10,2026-11-01,2026-12-20,,open\nA,A-1,10,2026-11-01,2026-12-20,,open\nB,B-1,10,2026-11-01,2026-12-20,,open\n", usual)
	after, _ := events(t, files.Payables, head+"A,A-1,10.00,2026-11-01,2026-12-20,2026-12-02,paid\nA,A-1,10,2026-11-01,2026-12-20,2026-12-01,paid\n", usual)
	if before[0].Item == before[1].Item || before[0].Item == before[2].Item {
		t.Error("two invoices are one")
	}
	if after[1].Item != before[0].Item || after[1].Kind != models.PayablePaid {
		t.Errorf("the invoice that is paid now is %s, want %s", after[1].Item, before[0].Item)
	}
	paid, _ := events(t, files.Receivables, "customer,invoice,amount,due_on,paid_on\nN,1,5,2026-12-20,\n", usual)
	again, _ := events(t, files.Receivables, "customer,invoice,amount,due_on,paid_on\nN,1,5,2026-12-20,2026-12-01\n", usual)
	if paid[0].Item != again[0].Item {
		t.Error("a receivable that is paid is another one")
	}
}

func TestOddAmountsAndDaysAreTakenAsTheyAre(t *testing.T) {
	evs, skipped := events(t, files.Payables, `vendor,invoice,amount,issued_on,due_on
Acme,zero,0,2026-11-01,2026-12-20
Acme,credit,-50,2026-11-01,2026-12-20
Acme,due before issue,10,2026-12-01,2026-11-01
Acme,issued in the future,10,2027-06-01,2027-07-01
Acme,a billion,1000000000.00,2026-11-01,2026-12-20
`, usual)
	if len(evs) != 5 || len(skipped) != 0 {
		t.Fatalf("got %d events, skipped %v: odd rows are judged, not dropped", len(evs), skipped)
	}
	if at := evs[3].At; at.After(now) {
		t.Errorf("an event in the future, at %s", at)
	}
}

func TestAFileThatCannotBeReadIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		kind       files.Kind
		text, want string
		o          files.Options
	}{
		"empty":                        {files.Payments, " \n", "is empty", usual},
		"without the columns":          {files.Payables, "a,b\n1,2\n", "no column vendor, amount, due_on", usual},
		"without entity and currency":  {files.Payments, "vendor,amount,date\n", "no column entity, currency", files.Options{Now: now}},
		"a kind that is none":          {"stock", "vendor\nx\n", `"stock" is not`, usual},
		"a statement as payments":      {files.Payments, ":20:X\n:60F:C261201EUR1,\n", "remit import balances", usual},
		"a statement of nobody":        {files.Balances, ":20:X\n:60F:C261201EUR1,\n", "--entity", files.Options{Now: now}},
		"a statement without balances": {files.Balances, "<OFX></OFX>", "no statement", usual},
		"half an XML":                  {files.Balances, "<Document><BkToCstmrStmt><Stmt><Acct>", "well-formed", usual},
	} {
		_, err := files.Read(c.kind, strings.NewReader(c.text), c.o)
		if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestLinesThatAreAlikeAreOneOnlyWhereTheyHaveOneId(t *testing.T) {
	twice := "vendor,invoice,date,amount\nAcme,A-1,2026-11-02,10\nAcme,A-1,2026-11-02,10\n"
	read, err := files.Read(files.Payments, strings.NewReader(twice), usual)
	if err != nil || len(read.Rows) != 2 || read.Rows[0].Key == read.Rows[1].Key {
		t.Fatalf("two like payments without ids are %d rows (%v)", len(read.Rows), err)
	}
	again, _ := files.Read(files.Payments, strings.NewReader(twice), usual)
	if again.Rows[1].Key != read.Rows[1].Key {
		t.Error("read again, a row has another key")
	}
	withID := "id,vendor,date,amount\n7,Acme,2026-11-02,10\n7,Acme,2026-11-02,10\n"
	read, _ = files.Read(files.Payments, strings.NewReader(withID), usual)
	if len(read.Rows) != 1 || len(read.Skipped) != 1 || !strings.Contains(read.Skipped[0].Why, "same as an earlier line") {
		t.Errorf("one id twice is %d rows, skipped %v", len(read.Rows), read.Skipped)
	}
}

// told gives what balances say, a line each.
func told(evs []models.Event) string {
	var out []string
	for _, e := range evs {
		if e.Balance == nil {
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s", e.Balance.ID, models.DayOf(e.Balance.AsOf), e.Balance.Amount))
	}
	return strings.Join(out, "\n")
}

const threeDays = `balance:import:account-3000 2026-11-29 1000.00 EUR
balance:import:account-3000 2026-11-30 950.00 EUR
balance:import:account-3000 2026-12-01 1200.50 EUR`

func TestOfABanksStatementTheBalanceOfEachDayIsKnown(t *testing.T) {
	for name, text := range map[string]string{
		"camt.053": `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1200.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">250.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-12-01T10:00:00</DtTm></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">99.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>`,
		"MT940": ":20:STARTUMS\r\n:25:37040044/0532013000\r\n:28C:1/1\r\n:60F:C261129EUR1000,00\r\n:61:2611301130D50,00NTRFNONREF\r\n:86:rent\r\n:61:2612011201C250,5NTRF\r\n:62F:C261201EUR1200,50\r\n-\r\n",
		"OFX as SGML": `OFXHEADER:100
DATA:OFXSGML

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>0532013000<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261130120000<TRNAMT>-50.00<FITID>1</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261201<TRNAMT>250.50<FITID>2</STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>1200.50<DTASOF>20261201120000</LEDGERBAL><AVAILBAL><BALAMT>1<DTASOF>20261201</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`,
		"OFX as XML": `<?xml version="1.0"?><OFX><STMTRS><CURDEF>EUR</CURDEF><BANKACCTFROM><ACCTID>0532013000</ACCTID></BANKACCTFROM>
<BANKTRANLIST><STMTTRN><DTPOSTED>20261130</DTPOSTED><TRNAMT>-50.00</TRNAMT></STMTTRN>
<STMTTRN><DTPOSTED>20261201</DTPOSTED><TRNAMT>250,50</TRNAMT></STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>1200.50</BALAMT><DTASOF>20261201</DTASOF></LEDGERBAL></STMTRS></OFX>`,
	} {
		evs, skipped := events(t, files.Balances, text, usual)
		if got := told(evs); got != threeDays || len(skipped) != 0 {
			t.Errorf("%s: got\n%s\nskipped %v, want\n%s", name, got, skipped, threeDays)
		}
	}
}

// moved gives what entries of banks say, a line each.
func moved(evs []models.Event) string {
	var out []string
	for _, e := range evs {
		if t := e.Transaction; t != nil {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %q %q %v", t.BookedOn, t.Amount, map[bool]string{true: "reversal "}[t.Reversal]+t.Party, t.Text, strings.Join(t.Refs, ","), t.PartyBank != "")))
		}
	}
	return strings.Join(out, "\n")
}

func TestOfABanksStatementItsEntriesAreKnown(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"camt.053, a batch, a reversal and what is pending": {
			`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE1</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">30</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>
<TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><Amt Ccy="EUR">10</Amt><RltdPties><Cdtr><Pty><Nm>Globex &amp; Co</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>DE2</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>RE 1</Ustrd><Ustrd>RE 2</Ustrd></RmtInf></TxDtls>
<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="EUR">20</Amt><RltdPties><Cdtr><Nm>Hooli</Nm></Cdtr></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">9</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>E-0</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">7</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>`,
			`2026-11-30 -10.00 EUR Globex & Co "RE 1 RE 2" "E-1" true
2026-11-30 -20.00 EUR Hooli "" "RF18539007547034" false
2026-12-01 9.00 EUR reversal  "" "E-0" false`,
		},
		"camt.053, a batch whose parts are not told": {
			`<Document><BkToCstmrStmt><Stmt><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">30</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs></TxDtls><TxDtls><Refs><EndToEndId>E-2</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`,
			`2026-11-30 -30.00 EUR  "" "E-1,E-2" false`,
		},
		"MT940 as banks in Germany write it": {
			":20:X\r\n:25:1\r\n:60F:C261129EUR100,\r\n:61:2611301130D50,00NTRFKUNDE-7//B1\r\n:86:116?00UEBERWEISUNG?20EREF+INV-501?21SVWZ+RE 2026-47?2211 vom?31DE89370400440532013000\r\n?32GLOBEX GM?33BH\r\n:61:2612011201RD50,NTRFNONREF\r\n:86:116?20EREF+INV-501\r\n:62F:C261201EUR100,\r\n",
			`2026-11-30 -50.00 EUR GLOBEX GMBH "RE 2026-4711 vom" "KUNDE-7,INV-501" true
2026-12-01 50.00 EUR reversal  "" "INV-501" false`,
		},
		"MT940 as banks in the Netherlands write it": {":20:X\n:25:1\n:60F:C261129EUR100,\n:61:261130C50,00NTRFEREF\n:86:/EREF/AR-9//NAME/Northwind/REMI/factuur \n10023/\n:62F:C261130EUR150,\n", `2026-11-30 50.00 EUR Northwind "factuur10023" "EREF,AR-9" false`},
		"MT940 in plain words":                       {":20:X\n:25:1\n:60F:C261129EUR100,\n:61:261130C50,00NTRF\n:86:thank you A-1\n:61:261130RC50,00NTRF\n:62F:C261130EUR100,\n", "2026-11-30 50.00 EUR  \"thank you A-1\" \"\" false\n2026-11-30 -50.00 EUR reversal  \"\" \"\" false"},
		"OFX": {`<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST><STMTTRN><DTPOSTED>20261130<TRNAMT>-50.00<FITID>1<NAME>Globex &amp; Co<MEMO>RE 4711<CHECKNUM>77<BANKACCTTO><ACCTID>DE2</BANKACCTTO></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1<DTASOF>20261130</LEDGERBAL></STMTRS></OFX>`, `2026-11-30 -50.00 EUR Globex & Co "RE 4711" "77" true`},
	} {
		evs, skipped := events(t, files.Balances, c.text, usual)
		if got := moved(evs); got != c.want || len(skipped) != 0 {
			t.Errorf("%s: got\n%s\nskipped %v, want\n%s", name, got, skipped, c.want)
		}
		if i := slices.IndexFunc(evs, func(e models.Event) bool { return e.Balance != nil }); i < 0 || evs[i-1].Transaction == nil {
			t.Errorf("%s: a balance comes before the entries that made it", name)
		}
	}
}

func TestAnEntryThatComesAgainInAnotherStatementIsOne(t *testing.T) {
	keys := func(text string) (keys []string) {
		read, err := files.Read(files.Balances, strings.NewReader(text), usual)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range read.Rows {
			if strings.Contains(string(r.Body), "transaction.booked") {
				keys = append(keys, r.Key)
			}
		}
		return keys
	}
	twice := ":61:261130D50,00NTRF\n:86:A-1\n:61:261130D50,00NTRF\n:86:A-1\n"
	day := keys(":20:X\n:25:1\n:60F:C261129EUR100,00\n" + twice + ":62F:C261130EUR0,00\n")
	week := keys(":20:Y\n:25:1\n:60F:C261127EUR90,00\n:61:261128C10,00NTRF\n" + twice + ":62F:C261130EUR0,00\n")
	if len(day) != 2 || day[0] == day[1] || !slices.Equal(day, week[1:]) {
		t.Errorf("two like entries have the keys %v, and in another statement %v", day, week)
	}
}

func TestAStatementThatDoesNotAddUpIsSkipped(t *testing.T) {
	evs, skipped := events(t, files.Balances, ":20:X\n:25:1\n:60F:C261129EUR1000,00\n:61:261130D50,00NTRF\n:62F:C261201EUR1200,50\n", usual)
	if len(evs) != 0 || len(skipped) != 1 || !strings.Contains(skipped[0].Why, "they come to 950.00 EUR, and it says 1,200.50 EUR") {
		t.Errorf("got %s, skipped %v", told(evs), skipped)
	}
	evs, skipped = events(t, files.Balances, ":20:X\n:25:1\n:60F:C261129EUR1,00\n:62F:C270101EUR1,00\n", usual)
	if len(evs) != 0 || len(skipped) != 1 || !strings.Contains(skipped[0].Why, "has not come yet") {
		t.Errorf("got %s, skipped %v", told(evs), skipped)
	}
}

func TestAnAccountsNumberIsKeptNowhere(t *testing.T) {
	read, err := files.Read(files.Balances, strings.NewReader(":20:X\n:25:DE89370400440532013000\n:60F:C261129EUR1,00\n:62F:C261130EUR1,00\n"), usual)
	if err != nil || len(read.Rows) == 0 {
		t.Fatal(err)
	}
	for _, r := range read.Rows {
		if strings.Contains(string(r.Body), "0532013000") {
			t.Errorf("the number is in %s", r.Body)
		}
	}
	named, _ := files.Read(files.Balances, strings.NewReader(":20:X\n:25:1\n:60F:C261129EUR1,00\n:62F:C261130EUR1,00\n"), files.Options{Now: now, Entity: "acme", Account: "giro"})
	if !slices.ContainsFunc(named.Rows, func(r files.Row) bool { return strings.Contains(string(r.Body), `"account":"giro"`) }) {
		t.Error("the name that was given is not used")
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"vendor,invoice,date,amount\nAcme,A-1,2026-11-02,10\n", ":20:X\n:25:1\n:60F:C261129EUR1000,00\n:61:2611301130D50,00NTRF\n:62F:C261201EUR950,00\n",
		"<OFX><STMTRS><CURDEF>EUR<ACCTID>1<STMTTRN><DTPOSTED>20261130<TRNAMT>-50</STMTTRN><LEDGERBAL><BALAMT>1<DTASOF>20261201</LEDGERBAL></STMTRS></OFX>",
		`<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>D</IBAN></Id></Acct><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1</Amt><Dt><Dt>2026-12-01</Dt></Dt></Bal></Stmt></BkToCstmrStmt></Document>`,
		"account;date;balance\n\"x;2026-01-01;1\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range files.Kinds() {
			read, err := files.Read(kind, strings.NewReader(text), usual)
			if err != nil && models.KindOf(err) != models.Invalid {
				t.Fatalf("%s: %v", kind, err)
			}
			for _, r := range read.Rows {
				if !json.Valid(r.Body) || r.Key == "" {
					t.Fatalf("line %d: %q %s", r.Line, r.Key, r.Body)
				}
			}
		}
	})
}
