package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remit/cmd/remit/app"
	"remit/models"
)

const ledger = `vendor,invoice,date,amount,iban
Globex,G-1,2026-10-01,1000.00,DE1
Globex,G-2,2026-11-01,1000.00,DE1
Globex,G-3,soon,1000.00,DE1
Initech,I-1,2026-11-05,77.001,
`

func TestAFileIsImportedOnceAndWhatWasSkippedIsSaid(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.write("ledger.csv", ledger)
	args := []string{"import", "payments", filepath.Join(o.dir, "ledger.csv"), "--entity", "acme", "--currency", "EUR", "--report", filepath.Join(o.dir, "skipped.csv")}
	out := o.must("4 rows: 2 new, 0 imported before, 2 skipped.", args...)
	for _, want := range []string{`line 4: issued_on: "soon" is not a day`, "line 5: amount:", "remit serve decides them"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	report, err := os.ReadFile(filepath.Join(o.dir, "skipped.csv"))
	if err != nil || !strings.HasPrefix(string(report), "line,why\n4,") {
		t.Errorf("the report is %q, %v", report, err)
	}
	o.now = o.now.Add(24 * time.Hour)
	o.must("4 rows: 0 new, 2 imported before, 2 skipped.", args...)
	o.withApp(func(a *app.App) {
		for n := 1; n > 0; {
			if n, err = a.Engine.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		history, err := a.Store.PaymentHistory(t.Context(), 10)
		if err != nil || len(history) != 2 {
			t.Fatalf("%d payments are known, %v", len(history), err)
		}
		for _, p := range history {
			if p.Status != models.PayablePast || p.Entity != "acme" || p.Bank == "" || p.CreatedAt.After(models.Day("2026-11-02").Time()) {
				t.Errorf("got %+v", p)
			}
		}
		vs, err := a.Store.Vendors(t.Context(), []string{"vendor:import:globex"})
		if err != nil || vs["vendor:import:globex"].Bank() != history[0].Bank {
			t.Errorf("the vendor is %+v, %v", vs, err)
		}
	})
}

func TestImportedRowsContinueASourcesOwnFacts(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.write("open.csv", "id,vendor,vendor_id,invoice,amount,due_on\n8841,Globex,77,G-9,10,2026-12-20\n")
	file := filepath.Join(o.dir, "open.csv")
	o.must("1 new", "import", "payables", file, "--entity", "acme", "--currency", "EUR", "--source", "erp")
	o.withApp(func(a *app.App) {
		if _, err := a.Engine.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		ps, err := a.Store.Payables(t.Context(), []string{"payable:erp:8841"})
		if err != nil || ps["payable:erp:8841"].VendorID != "vendor:erp:77" {
			t.Errorf("got %+v, %v", ps, err)
		}
	})
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a source that is none":  {[]string{"import", "payables", file, "--entity", "acme", "--currency", "EUR", "--source", "crm"}, `"crm" is not a configured source`},
		"a file that is none":    {[]string{"import", "payables", file + "x"}, "cannot be opened"},
		"a kind that is none":    {[]string{"import", "stock", file}, `"stock" is not`},
		"without the currency":   {[]string{"import", "payables", file, "--entity", "acme"}, "no column currency"},
		"a statement of invoice": {[]string{"import", "balances", file, "--entity", "a", "--currency", "EUR"}, "no column account, as_of"},
	} {
		if _, err := o.run(c.args...); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want it to say %q", name, err, c.says)
		}
	}
}

const openInvoices = `id,vendor,invoice,amount,due_on
1,Globex,RE-2026-4711,1000.00,2026-12-20
2,Globex,RE-2026-4712,500.00,2026-12-20
3,Initech,INV-77123,77.00,2026-12-20
4,Initech,INV-77123,77.00,2026-12-20
`

const bankStatement = ":20:X\n:25:DE1\n:60F:C261129EUR5000,00\n" +
	":61:261130D1500,00NTRF\n:86:116?20RE 2026-4711 RE 2026-?214712?32GLOBEX\n" +
	":61:261130D77,00NTRF\n:86:116?20INV-77123?32INITECH\n:62F:C261130EUR3423,00\n"

func TestABanksStatementMarksInvoicesAsPaidAndSaysWhatItCouldNotMatch(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.write("open.csv", openInvoices)
	o.write("bank.sta", bankStatement)
	bank := []string{"import", "balances", filepath.Join(o.dir, "bank.sta"), "--entity", "acme", "--account", "giro", "--report", filepath.Join(o.dir, "loose.csv")}
	drain := func() {
		o.withApp(func(a *app.App) {
			for n := 1; n > 0; {
				var err error
				if n, err = a.Engine.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	o.must("4 new", "import", "payables", filepath.Join(o.dir, "open.csv"), "--entity", "acme", "--currency", "EUR")
	drain()
	for _, want := range []string{"4 new, 0 imported before", "0 new, 4 imported before"} {
		out := o.must(want, bank...)
		if !strings.Contains(out, "1 entries of the bank pay no invoice") || !strings.Contains(out, "-77.00 EUR on Mon 30 Nov is not matched: it could be for INV-77123 of Initech or for INV-77123 of Initech") {
			t.Errorf("it does not say what is not matched:\n%s", out)
		}
		drain()
	}
	report, err := os.ReadFile(filepath.Join(o.dir, "loose.csv"))
	if err != nil || !strings.Contains(string(report), "it could be for INV-77123") {
		t.Errorf("the report is %q, %v", report, err)
	}
	o.withApp(func(a *app.App) {
		ps, err := a.Store.Payables(t.Context(), []string{"payable:import:1", "payable:import:2", "payable:import:3", "payable:import:4"})
		if err != nil {
			t.Fatal(err)
		}
		for id, paid := range map[string]models.Day{"1": "2026-11-30", "2": "2026-11-30", "3": "", "4": ""} {
			if got := ps["payable:import:"+id].PaidOn; got != paid {
				t.Errorf("invoice %s is paid on %q, want %q", id, got, paid)
			}
		}
		open, err := a.Store.OpenTransactions(t.Context(), "cash:acme:EUR")
		if err != nil || len(open) != 1 {
			t.Fatalf("%+v, %v", open, err)
		}
		sam, _ := a.Config.ByID("sam")
		if err := a.Engine.Settle(t.Context(), open[0].ID, "payable:import:4", sam); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Engine.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := a.Engine.Settle(t.Context(), open[0].ID, "payable:import:3", sam); models.KindOf(err) != models.Conflict {
			t.Errorf("matched twice: %v", err)
		}
		ps, _ = a.Store.Payables(t.Context(), []string{"payable:import:3", "payable:import:4"})
		if ps["payable:import:3"].PaidOn != "" || ps["payable:import:4"].PaidOn != "2026-11-30" {
			t.Errorf("after a person's word: %+v", ps)
		}
		if err := a.Engine.Settle(t.Context(), open[0].ID, "", models.Person{ID: "ira"}); models.KindOf(err) != models.Denied {
			t.Errorf("somebody else may say it: %v", err)
		}
	})
}

func TestABillUnderAnAliasSpelledOtherwiseIsAskedAboutWheneverTheVendorWasLastSeen(t *testing.T) {
	o := newOffice(t, nil)
	o.must("up to date", "migrate")
	o.write("vendors.csv", "vendor_id,vendor,aliases\n77,Acme Tools GmbH,ATG Werkzeuge | Acme-T.\n")
	o.write("past.csv", "vendor,vendor_id,invoice,date,amount\nA.T.G. Werkzeuge Ltd,9,RE-88123,2025-02-01,4820.00\n")
	o.write("open.csv", "id,vendor,vendor_id,invoice,amount,due_on,issued_on\n1,ACME TOOLS,77,RE-88123,4820.00,2026-12-20,2026-11-20\n")
	for _, kind := range []string{"vendors", "payments", "payables"} {
		name := map[string]string{"vendors": "vendors.csv", "payments": "past.csv", "payables": "open.csv"}[kind]
		o.must("1 new", "import", kind, filepath.Join(o.dir, name), "--entity", "acme", "--currency", "EUR")
		o.withApp(func(a *app.App) {
			if _, err := a.Engine.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	o.withApp(func(a *app.App) {
		ds, err := a.Store.Newest(t.Context(), []string{"payable:import:1"})
		if err != nil || len(ds) != 1 || ds[0].Action != models.ActionHold || !strings.Contains(ds[0].Reasons[0].Text, "A.T.G. Werkzeuge") {
			t.Errorf("got %+v, %v, want it asked about, with the bill of the other name", ds, err)
		}
	})
}
