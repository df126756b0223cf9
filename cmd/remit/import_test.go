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
