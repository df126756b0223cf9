package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/decision"
	"remit/models"
)

// loginTTL is how long a sign-in link works, tokenTTL how long an API token.
const (
	loginTTL = 15 * time.Minute
	tokenTTL = 90 * 24 * time.Hour
)

func (c *cli) loginCommand() *cobra.Command {
	var as string
	var token bool
	cmd := &cobra.Command{
		Use:   "login --as PERSON",
		Short: "Print a link that signs a person in to the console, once",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				p, err := person(a, as)
				if err != nil {
					return err
				}
				if token {
					t, err := a.Store.MintToken(cmd.Context(), p.ID, tokenTTL, c.now())
					fmt.Fprintln(cmd.OutOrStdout(), t)
					return err
				}
				link, err := a.LoginLink(cmd.Context(), p, loginTTL)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\nSigns in %s, once, within %d minutes.\n", link, p.Actor().Display(), int(loginTTL.Minutes()))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "id of the person")
	cmd.Flags().BoolVar(&token, "token", false, "print a bearer token for the JSON API instead, good for 90 days")
	_ = cmd.MarkFlagRequired("as")
	return cmd
}

func (c *cli) pauseCommand() *cobra.Command {
	return c.switchCommand("pause", "Turn a domain, or all, to asking at once, and recall what waits or is queued", (*decision.Engine).Pause)
}

func (c *cli) resumeCommand() *cobra.Command {
	return c.switchCommand("resume", "Let a domain, or all, act within its remit again", (*decision.Engine).Resume)
}

func (c *cli) switchCommand(verb, short string, turn app.Turn) *cobra.Command {
	var as, why string
	cmd := &cobra.Command{
		Use:   verb + " DOMAIN|all --as PERSON --why REASON",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				p, err := person(a, as)
				if err != nil {
					return err
				}
				report, err := turn(a.Engine, cmd.Context(), models.Domain(args[0]), p, why)
				if err != nil {
					return err
				}
				printReport(cmd.OutOrStdout(), report)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "id of the manager who does it")
	cmd.Flags().StringVar(&why, "why", "", "the reason, for everybody to read")
	_ = cmd.MarkFlagRequired("as")
	_ = cmd.MarkFlagRequired("why")
	return cmd
}

func printReport(w io.Writer, r decision.Report) {
	for _, s := range r.Switches {
		fmt.Fprintln(w, s.Display())
	}
	if len(r.Recalled) > 0 {
		fmt.Fprintf(w, "Recalled, and asked now (%d):\n", len(r.Recalled))
		for _, d := range r.Recalled {
			fmt.Fprintf(w, "  %s  %s %s -> %s  %s\n", d.ID, d.Action, orNone(d.Before), orNone(d.Value), d.Title)
		}
	}
	if len(r.Left) > 0 {
		fmt.Fprintf(w, "Had left already, within a day (%d); take back what must be with remit undo:\n", len(r.Left))
		for _, e := range r.Left {
			fmt.Fprintf(w, "  %s  %s to %s for %s\n", e.Ref, e.Kind, e.Source, e.Item)
		}
	}
}

func orNone(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return "none"
	}
	return s
}
