package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/decision"
	"remit/models"
	"remit/store"
	"remit/triage/history"
)

// importFlags are what every import is told.
type importFlags struct {
	source  string
	columns map[string]string
}

func (f *importFlags) on(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.source, "source", "", "the configured source that the rows are of; needed where there are several")
	cmd.Flags().StringToStringVar(&f.columns, "map", nil, "our name of a column and the file's, as in text=Message, where it is not found by itself")
}

func (c *cli) importTicketsCommand() *cobra.Command {
	return c.importRows("tickets", "Load tickets of the past from a helpdesk's export; what is known already stays as it is", (*ticketImport).tickets)
}

func (c *cli) importAccountsCommand() *cobra.Command {
	return c.importRows("accounts", "Load accounts: tier, yearly worth, renewal, what is past due, churn risk, VIP, open incidents, escalations", (*ticketImport).accounts)
}

// importRows is the command that imports one kind of rows, which load reads.
func (c *cli) importRows(what, short string, load func(*ticketImport, context.Context, *app.App, io.Reader, history.Options) error) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   what + " FILE.csv",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				o, err := c.importOptions(a, f)
				if err != nil {
					return err
				}
				in := ticketImport{Writer: cmd.OutOrStdout(), what: what}
				return in.file(args[0], cmd.ErrOrStderr(), func(r io.Reader) error { return load(&in, cmd.Context(), a, r, o) })
			})
		},
	}
	f.on(cmd)
	return cmd
}

// importOptions finds the source: the one that is named, or the only one there is.
func (c *cli) importOptions(a *app.App, f importFlags) (history.Options, error) {
	names := a.SourceNames()
	if f.source == "" && len(names) == 1 {
		f.source = names[0]
	}
	if !slices.Contains(names, f.source) {
		return history.Options{}, models.FieldErrorf("--source", "say of which source the rows are: one of %s", strings.Join(names, ", "))
	}
	return history.Options{Source: f.source, Map: f.columns, Now: c.now()}, nil
}

// ticketImport is one import and what becomes of its rows.
type ticketImport struct {
	io.Writer
	what         string
	read, added  int
	skipped      int
	skippedLines []string
}

// file opens a file and shows how much of it is done while f reads it.
func (in *ticketImport) file(path string, progress io.Writer, f func(io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return models.Errorf(models.Invalid, "the file cannot be read: %s", errors.Unwrap(err))
	}
	defer file.Close()
	size := int64(-1)
	if info, err := file.Stat(); err == nil {
		size = info.Size()
	}
	bar := progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(progress), progressbar.OptionSetDescription("Importing "+in.what), progressbar.OptionSetWidth(30),
		progressbar.OptionShowBytes(true), progressbar.OptionOnCompletion(func() { fmt.Fprintln(progress) }))
	err = f(io.TeeReader(file, bar))
	_ = bar.Finish()
	return err
}

// columns tells what each column was taken for.
func (in *ticketImport) columns(columns []history.Column) {
	for _, c := range columns {
		switch c.As {
		case "":
			fmt.Fprintf(in, "  %-24s left out\n", c.Header)
		case "field":
			fmt.Fprintf(in, "  %-24s custom field\n", c.Header)
		default:
			fmt.Fprintf(in, "  %-24s %s\n", c.Header, c.As)
		}
	}
}

// toldSkips is how many skipped rows are told one by one.
const toldSkips = 10

// skip notes a row that cannot be used; any other error ends the import.
func (in *ticketImport) skip(err error) error {
	if models.KindOf(err) != models.Invalid {
		return err
	}
	if in.skipped++; in.skipped <= toldSkips {
		in.skippedLines = append(in.skippedLines, models.SentenceOf(err))
	}
	return nil
}

func (in *ticketImport) report() {
	fmt.Fprintf(in, "Read %d rows: %d new, %d known already, %d skipped.\n", in.read, in.added, in.read-in.added-in.skipped, in.skipped)
	for _, line := range in.skippedLines {
		fmt.Fprintf(in, "  %s\n", line)
	}
	if n := in.skipped - len(in.skippedLines); n > 0 {
		fmt.Fprintf(in, "  and %d more\n", n)
	}
}

// importBatch is how many rows are kept at once.
const importBatch = 1000

func (in *ticketImport) tickets(ctx context.Context, a *app.App, r io.Reader, o history.Options) error {
	rows, err := history.ReadTickets(r, o)
	if err != nil {
		return err
	}
	in.columns(rows.Columns())
	return each(ctx, in, rows.Next, func(batch []models.Ticket) error {
		n, err := a.Store.AddHistory(ctx, batch)
		in.added += n
		return err
	})
}

func (in *ticketImport) accounts(ctx context.Context, a *app.App, r io.Reader, o history.Options) error {
	rows, err := history.ReadAccounts(r, o)
	if err != nil {
		return err
	}
	in.columns(rows.Columns())
	return each(ctx, in, rows.Next, func(batch []models.Account) error {
		n, err := unknown(ctx, a.Store, batch)
		if err != nil {
			return err
		}
		in.added += n
		return a.Store.Commit(ctx, decision.Changes{Accounts: batch, At: o.Now})
	})
}

// unknown counts the accounts that nothing is known of yet, each once.
func unknown(ctx context.Context, s *store.Store, batch []models.Account) (int, error) {
	ids := map[string]bool{}
	for _, a := range batch {
		ids[a.ID] = true
	}
	known, err := s.Accounts(ctx, slices.Collect(maps.Keys(ids)))
	return len(ids) - len(known), err
}

// each keeps the rows, a batch at a time, and reports what became of them.
func each[T any](ctx context.Context, in *ticketImport, next func() (T, error), keep func([]T) error) error {
	var batch []T
	flush := func() error {
		if len(batch) == 0 {
			return ctx.Err()
		}
		err := keep(batch)
		batch = batch[:0]
		return errors.Join(err, ctx.Err())
	}
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			err := flush()
			in.report()
			return err
		}
		in.read++
		if err != nil {
			if err := in.skip(err); err != nil {
				return err
			}
			continue
		}
		if batch = append(batch, row); len(batch) == importBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}
