package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/decision"
	"remit/models"
)

func (c *cli) shadowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "shadow",
		Short: "Try out policies beside the one in force: add, list, show, promote, end",
		Args:  cobra.NoArgs,
	}
	cmd.AddCommand(c.shadowAdd(), c.shadowList(), c.shadowShow(), c.shadowPromote(), c.shadowEnd())
	return cmd
}

// asPerson adds the --as flag and runs f as that person.
func (c *cli) asPerson(cmd *cobra.Command, f func(cmd *cobra.Command, a *app.App, p models.Person, args []string) error) *cobra.Command {
	as := cmd.Flags().String("as", "", "id of the manager who does it")
	_ = cmd.MarkFlagRequired("as")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return c.withApp(cmd.Context(), func(a *app.App) error {
			p, err := person(a, *as)
			if err != nil {
				return err
			}
			return f(cmd, a, p, args)
		})
	}
	return cmd
}

func (c *cli) shadowAdd() *cobra.Command {
	var name, policy string
	cmd := &cobra.Command{Use: "add --policy FILE --name NAME --as PERSON", Short: "Begin to try out a policy; it has no effect", Args: cobra.NoArgs}
	cmd.Flags().StringVar(&name, "name", "", "what the trial is called")
	cmd.Flags().StringVar(&policy, "policy", "", "the policy file")
	_ = cmd.MarkFlagRequired("name")
	_ = cmd.MarkFlagRequired("policy")
	return c.asPerson(cmd, func(cmd *cobra.Command, a *app.App, p models.Person, _ []string) error {
		text, err := readPolicy(policy)
		if err != nil {
			return err
		}
		ch, err := a.AddChallenger(cmd.Context(), name, text, p)
		if err != nil {
			return refused(policy, err)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s is tried out as %q from now on; remit shadow list says how it does.\n", ch.Sum, ch.Name)
		return nil
	})
}

// trials is what remit shadow list prints.
type trials struct {
	Policies []app.Trial     `json:"policies"`
	Judges   []app.RivalDuel `json:"judges"`
}

func (c *cli) shadowList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "Say how what is tried out does beside what is in force", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) (err error) {
				var t trials
				if t.Policies, err = a.Trials(cmd.Context()); err != nil {
					return err
				}
				if t.Judges, err = a.RivalDuels(cmd.Context()); err != nil {
					return err
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), t)
				}
				printTrials(cmd.OutOrStdout(), t)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func printTrials(w io.Writer, t trials) {
	if len(t.Policies)+len(t.Judges) == 0 {
		fmt.Fprintln(w, "Nothing is tried out: begin with remit shadow add.")
	}
	for _, tr := range t.Policies {
		fmt.Fprintf(w, "%s  policy %s, since %s, by %s\n", tr.Name, tr.Sum, tr.At.Format("2 Jan 2006 15:04"), tr.By.Display())
		switch {
		case tr.Ended():
			fmt.Fprintf(w, "  over since %s: %s\n", tr.EndedAt.Format("2 Jan 2006 15:04"), tr.Became)
		case tr.Trouble != "":
			fmt.Fprintf(w, "  cannot be compared: %s\n", tr.Trouble)
		default:
			fmt.Fprintf(w, "  %s\n", tr.Duel.Says())
			if tr.Report.Compared > 0 {
				fmt.Fprintf(w, "  %s\n", tr.Report.Summary())
				printTables(w, []decision.Table{tr.Report.Sides()})
			}
		}
	}
	for _, r := range t.Judges {
		fmt.Fprintf(w, "%s  judge of tickets\n  %s\n", r.Candidate, r.Duel.Says())
	}
}

func (c *cli) shadowShow() *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Print the text of a policy on trial", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				ch, err := a.Store.Challenger(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				_, err = io.WriteString(cmd.OutOrStdout(), ch.Text)
				return err
			})
		},
	}
}

func (c *cli) shadowPromote() *cobra.Command {
	var why string
	cmd := &cobra.Command{Use: "promote NAME --as PERSON", Short: "Make a policy on trial the next version of the policy", Args: cobra.ExactArgs(1)}
	cmd.Flags().StringVar(&why, "why", "", "the reason; that it was tried out, where it is not said")
	return c.asPerson(cmd, func(cmd *cobra.Command, a *app.App, p models.Person, args []string) error {
		says, err := a.PromoteChallenger(cmd.Context(), args[0], p, why)
		if err == nil {
			fmt.Fprintln(cmd.OutOrStdout(), says)
		}
		return err
	})
}

func (c *cli) shadowEnd() *cobra.Command {
	cmd := &cobra.Command{Use: "end NAME --as PERSON", Short: "End a trial without consequence", Args: cobra.ExactArgs(1)}
	return c.asPerson(cmd, func(cmd *cobra.Command, a *app.App, p models.Person, args []string) error {
		if err := a.EndChallenger(cmd.Context(), args[0], p); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "The trial of %s is over.\n", args[0])
		return nil
	})
}
