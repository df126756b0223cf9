package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/cmd/remit/files"
	"remit/models"
)

// skipsSaid is how many skipped lines are said; the rest are in the report.
const skipsSaid = 20

// importing are the flags of import.
type importing struct {
	files.Options
	source, report, dayFormat string
}

func (c *cli) importCommand() *cobra.Command {
	var f importing
	kinds := make([]string, 0, len(files.Kinds()))
	for _, k := range files.Kinds() {
		kinds = append(kinds, string(k))
	}
	cmd := &cobra.Command{
		Use:   "import KIND FILE",
		Short: "Bring in payments, payables, vendors, receivables or balances from a file",
		Long: `Reads a table with a heading (CSV with commas, semicolons or tabs), and for balances a bank's statement too (camt.053, OFX or
QFX, MT940). What is read goes the way of whatever arrives: remit serve decides it. The same file again changes nothing.
Every line that was skipped is said with why, and every entry of a bank that pays no invoice that is known. Kinds: ` + strings.Join(kinds, ", ") + `.`,
		Example: `  remit import payments ledger.csv --entity acme --currency EUR --decimal-comma
  remit import balances statement.xml --entity acme --account giro`,
		Args:      cobra.ExactArgs(2),
		ValidArgs: kinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error { return c.importFile(cmd, a, files.Kind(args[0]), args[1], f) })
		},
	}
	cmd.AddCommand(c.importTicketsCommand(), c.importAccountsCommand())
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", "the configured source whose ids these are (default: a source of its own)")
	flags.StringVar(&f.Entity, "entity", "", "the company, where the file has no column for it")
	flags.StringVar(&f.Currency, "currency", "", "the currency, likewise")
	flags.StringVar(&f.Account, "account", "", "your name for the account of a statement")
	flags.BoolVar(&f.DecimalComma, "decimal-comma", false, "amounts are written 1.234,56")
	flags.StringVar(&f.dayFormat, "days", "", `how days are written: "dd.mm.yyyy", "mm/dd/yyyy" (2026-12-03)`)
	flags.StringVar(&f.report, "report", "", "write every skipped line, and every entry that is not matched, with why into this file")
	return cmd
}

func (c *cli) importFile(cmd *cobra.Command, a *app.App, kind files.Kind, name string, f importing) error {
	in, err := os.Open(name)
	if err != nil {
		return models.FieldErrorf("FILE", "%q cannot be opened", name)
	}
	defer in.Close()
	f.Now = c.now()
	f.DayFormat = strings.NewReplacer("yyyy", "2006", "mm", "01", "dd", "02").Replace(strings.ToLower(f.dayFormat))
	read, err := files.Read(kind, in, f.Options)
	if err != nil {
		return err
	}
	bar := progressbar.NewOptions(len(read.Rows), progressbar.OptionSetWriter(cmd.ErrOrStderr()), progressbar.OptionSetDescription("importing "+string(kind)),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetVisibility(isTerminal(cmd.ErrOrStderr())))
	done, err := a.Import(cmd.Context(), f.source, read, func(n int) { _ = bar.Add(n) })
	_ = bar.Finish()
	sayImport(cmd.OutOrStdout(), done)
	if len(read.Unused) > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "Not read: %s.\n", strings.Join(read.Unused, ", "))
	}
	return errors.Join(err, writeReport(f.report, slices.Concat(done.Skipped, done.Unmatched)))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func sayImport(w io.Writer, done app.Import) {
	fmt.Fprintf(w, "%d rows: %d new, %d imported before, %d skipped.\n", done.Taken+done.Known+len(done.Skipped), done.Taken, done.Known, len(done.Skipped))
	saySkips(w, done.Skipped)
	if n := len(done.Unmatched); n > 0 {
		fmt.Fprintf(w, "%d entries of the bank pay no invoice that is known by now; the Cash page shows them:\n", n)
		saySkips(w, done.Unmatched)
	}
	if done.Taken > 0 {
		fmt.Fprintln(w, "The new ones are in the inbox: remit serve decides them.")
	}
}

func saySkips(w io.Writer, skips []files.Skip) {
	for i, s := range skips {
		if i == skipsSaid {
			fmt.Fprintf(w, "  and %d more: --report FILE writes them all\n", len(skips)-i)
			return
		}
		fmt.Fprintf(w, "  %s\n", s)
	}
}

func writeReport(name string, skipped []files.Skip) error {
	if name == "" {
		return nil
	}
	out, err := os.Create(name)
	if err != nil {
		return models.FieldErrorf("--report", "%q cannot be written", name)
	}
	w := csv.NewWriter(out)
	_ = w.Write([]string{"line", "why"})
	for _, s := range skipped {
		_ = w.Write([]string{fmt.Sprint(s.Line), s.Why})
	}
	w.Flush()
	return errors.Join(w.Error(), out.Close())
}
