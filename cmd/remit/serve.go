package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/models"
	"remit/store"
)

func (c *cli) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Take webhooks, decide, ask and act, until told to stop",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return c.serve(cmd.Context()) },
	}
}

func (c *cli) serve(ctx context.Context) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	log := logger(cfg.Log, os.Stderr)
	a, err := app.New(ctx, cfg, app.Options{Now: c.now, Logger: log})
	if err != nil {
		return err
	}
	public, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), a.Close())
	}
	console, err := net.Listen("tcp", cfg.ConsoleListen)
	if err != nil {
		return errors.Join(fmt.Errorf("console_listen: %w", err), public.Close(), a.Close())
	}
	log.Info("remit is ready", "version", app.Version, "listen", public.Addr().String(), "console", console.Addr().String(),
		"policy", a.Policy().Version, "sources", len(cfg.Sources), "slack", cfg.Slack.Mode)
	stop := onHangup(a.ReloadPolicy)
	err = a.Serve(ctx, public, console)
	stop()
	log.Info("remit has stopped")
	return errors.Join(err, a.Close())
}

// onHangup calls f whenever the process is told to look at its files again, until it is stopped.
func onHangup(f func()) (stop func()) {
	hup, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		defer close(done)
		for range hup {
			f()
		}
	}()
	return func() {
		signal.Stop(hup)
		close(hup)
		<-done
	}
}

func (c *cli) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's tables up to date; serve does so by itself",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			s, err := store.Open(cmd.Context(), store.Options{URL: cfg.DatabaseURL.Reveal(), Now: c.now})
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "The tables are up to date.")
			return s.Close()
		},
	}
}

func (c *cli) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Walk the ledger's chains and say whether a line was changed, removed or put in",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				report, err := a.Store.Verify(cmd.Context())
				if err != nil {
					return err
				}
				if !report.OK() {
					return models.Errorf(models.Conflict, "the ledger is broken at %s", report.Broken)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "The ledger holds: %d lines of %d writers, %d of them erased.\n", report.Lines, report.Writers, report.Erased)
				return nil
			})
		},
	}
}
