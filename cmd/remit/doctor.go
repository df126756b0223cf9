package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"remit/bot"
	"remit/cmd/remit/app"
	"remit/models"
)

func (c *cli) doctorCommand() *cobra.Command {
	var slack bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check configuration, policy, database, sources and Slack, and say how to mend what is wrong",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			examine := c.examine
			if slack {
				examine = c.examineSlack
			}
			return report(cmd.OutOrStdout(), examine(cmd.Context()))
		},
	}
	cmd.Flags().BoolVar(&slack, "slack", false, "check Slack alone: tokens, scopes, where clicks arrive, clocks, channels and user groups")
	return cmd
}

// report prints one line a check. The error says how many failed.
func report(w io.Writer, findings []bot.Finding) error {
	failed := 0
	for _, f := range findings {
		mark := "ok  "
		if !f.OK {
			mark = "FAIL"
			failed++
		}
		fmt.Fprintf(w, "%s  %s: %s\n", mark, f.What, f.Says)
		if !f.OK && f.Mend != "" {
			fmt.Fprintf(w, "      to mend it: %s\n", f.Mend)
		}
	}
	if failed > 0 {
		return models.Errorf(models.Invalid, "%d of %d checks failed", failed, len(findings))
	}
	return nil
}

func (c *cli) examine(ctx context.Context) []bot.Finding {
	cfg, err := c.load()
	if err != nil {
		return []bot.Finding{{What: "configuration", Says: err.Error(), Mend: "correct the keys named above in " + c.config + "; remit.example.yaml shows each"}}
	}
	findings := []bot.Finding{{What: "configuration", OK: true, Says: c.config + " is complete"}}
	a, err := app.New(ctx, cfg, app.Options{Now: c.now, Logger: slog.New(slog.DiscardHandler), Beside: true})
	if err != nil {
		return append(findings, bot.Finding{
			What: "policy and database", Says: err.Error(), Mend: "docs/policy.md explains the policy; remit migrate makes the tables",
		})
	}
	defer func() { _ = a.Close() }() // nothing was changed
	findings = append(findings, a.CheckPolicy(ctx)...)
	findings = append(findings, pinged(ctx, a))
	findings = append(findings, append(a.CheckSources(), a.CheckDomains()...)...)
	findings = append(findings, a.CheckRotas(ctx)...)
	return append(findings, a.Bot.Check(ctx)...)
}

// examineSlack checks Slack without the database, so that it can be set up before anything else.
func (c *cli) examineSlack(ctx context.Context) []bot.Finding {
	cfg, err := c.load()
	if err != nil {
		return []bot.Finding{{What: "configuration", Says: err.Error(), Mend: "correct the keys named above in " + c.config + "; remit init writes one"}}
	}
	b := bot.New(app.SlackOptions(cfg, c.now))
	defer b.Close()
	return b.Check(ctx)
}

func pinged(ctx context.Context, a *app.App) bot.Finding {
	f := bot.Finding{What: "database", OK: true, Says: "it answers, and its tables are up to date"}
	err := a.Store.Ping(ctx)
	if err == nil {
		err = a.Store.Current(ctx)
	}
	if err != nil {
		f.OK, f.Says, f.Mend = false, err.Error(), "check database_url, and run remit migrate"
	}
	return f
}
