// Command remit triages support tickets and times supplier payments within the authority that people have given it, and
// asks them about the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/models"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newRoot(time.Now).ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "remit:", err)
		stop()
		os.Exit(exitCode(err))
	}
}

// exitCode is 2 for what the operator can mend and 1 for everything else.
func exitCode(err error) int {
	switch models.KindOf(err) {
	case models.Invalid, models.Denied, models.NotFound, models.Conflict:
		return 2
	}
	return 1
}

// cli is what the commands share.
type cli struct {
	now    func() time.Time
	config string
}

func newRoot(now func() time.Time) *cobra.Command {
	c := &cli{now: now}
	root := &cobra.Command{
		Use:           "remit",
		Short:         "Decides on support tickets and supplier payments within its remit, and asks people about the rest",
		Version:       app.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&c.config, "config", "remit.yaml", "configuration file")
	root.AddCommand(
		c.serveCommand(), c.demoCommand(), c.loginCommand(), c.doctorCommand(), c.migrateCommand(), c.verifyCommand(),
		c.pauseCommand(), c.resumeCommand(), c.undoCommand(), c.policyCommand(), c.slackCommand(), c.assessCommand(), c.reviewCommand(),
		c.replayCommand(), c.backtestCommand(), c.shadowCommand(),
		c.trainCommand(), c.planCommand(), c.importCommand(), c.initCommand(), c.peopleCommand(),
	)
	return root
}

// load reads the configuration, and the secrets that a .env beside it may hold.
func (c *cli) load() (config.Config, error) {
	environ, err := withDotEnv(os.Environ(), filepath.Join(filepath.Dir(c.config), ".env"))
	if err != nil {
		return config.Config{}, err
	}
	return config.Load(c.config, environ)
}

// beside opens what a running service may have open too, for a command that does one thing.
func (c *cli) beside(ctx context.Context) (*app.App, error) {
	cfg, err := c.load()
	if err != nil {
		return nil, err
	}
	return app.New(ctx, cfg, app.Options{Now: c.now, Logger: slog.New(slog.DiscardHandler), Beside: true})
}

// withApp runs f on what beside gives, and closes it.
func (c *cli) withApp(ctx context.Context, f func(*app.App) error) error {
	a, err := c.beside(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}

// person gives the person that a command acts as, by the --as flag.
func person(a *app.App, as string) (models.Person, error) {
	p, ok := a.Config.ByID(as)
	if !ok {
		return p, models.FieldErrorf("--as", "%q is not one of the people in the configuration", as)
	}
	return p, nil
}

func logger(cfg config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.Level)) // checked with the configuration
	o := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
