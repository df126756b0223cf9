package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/models"
	"remit/triage/history"
)

// promoteFlags has train put a model of the tickets' history in charge, by its version.
func (c *cli) promoteFlags(cmd *cobra.Command) {
	var promote, as string
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if promote == "" {
			return cmd.Help()
		}
		return c.withApp(cmd.Context(), func(a *app.App) error {
			p, err := person(a, as)
			if err != nil {
				return err
			}
			if err := a.Promote(cmd.Context(), promote, p); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s judges from now on; a running service takes it up within seconds.\n", promote)
			return nil
		})
	}
	cmd.Flags().StringVar(&promote, "promote", "", "the version of tickets' model to put in charge")
	cmd.Flags().StringVar(&as, "as", "", "id of the manager who does it")
	cmd.MarkFlagsRequiredTogether("promote", "as")
}

func (c *cli) judgeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "judge",
		Short: "Say how the other judge of the configuration does beside remit's own",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				b, err := a.Beside(cmd.Context())
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), b.Says())
				}
				return err
			})
		},
	}
}

func (c *cli) trainTicketsCommand() *cobra.Command {
	var f importFlags
	var from string
	var seed uint64
	var list bool
	cmd := &cobra.Command{
		Use:   "tickets",
		Short: "Learn which group, tag or field value a ticket is for, and how urgent it is, from the history or from a file",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				if list {
					return listModels(cmd, a)
				}
				var past []history.Past
				if from != "" {
					var err error
					if past, err = c.pastFrom(cmd, a, f, from); err != nil {
						return err
					}
				}
				trial, err := a.TrainIntents(cmd.Context(), past, seed)
				if err == nil {
					printTrial(cmd.OutOrStdout(), trial)
				}
				return trainLevels(cmd, a, past, err)
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "a CSV of tickets to learn from in place of the store's own")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "the same seed on the same tickets gives the same model")
	cmd.Flags().BoolVar(&list, "list", false, "show the models there are, and how they do on what came since")
	f.on(cmd)
	return cmd
}

// pastFrom reads tickets of a file without keeping them.
func (c *cli) pastFrom(cmd *cobra.Command, a *app.App, f importFlags, path string) ([]history.Past, error) {
	o, err := c.importOptions(a, f)
	if err != nil {
		return nil, err
	}
	in := ticketImport{Writer: cmd.OutOrStdout(), what: "tickets"}
	past := []history.Past{}
	err = in.file(path, cmd.ErrOrStderr(), func(r io.Reader) error {
		rows, err := history.ReadTickets(r, o)
		if err != nil {
			return err
		}
		for {
			t, err := rows.Next()
			if errors.Is(err, io.EOF) {
				in.report()
				return nil
			}
			in.read++
			if err == nil {
				in.added++
				past = append(past, history.Past{Ticket: t})
			} else if err := in.skip(err); err != nil {
				return err
			}
		}
	})
	return past, err
}

func printTrial(w io.Writer, t history.Trial) {
	fmt.Fprintf(w, "%s: %s\n", t.Model.Version(), t.Says())
	fmt.Fprintf(w, "It knows %d labels: ", len(t.Model.Labels))
	for i, l := range t.Model.Labels[:min(len(t.Model.Labels), 12)] {
		if i > 0 {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprint(w, models.CleanText(l))
	}
	fmt.Fprintln(w)
	r := t.Report
	fmt.Fprintf(w, "Of the examples %d were empty, %d said what another said, %d with two labels, %d look like slips and were left out.\n",
		r.Empty, r.Repeated, len(r.Disputed), len(r.Suspects))
	for _, s := range r.Suspects[:min(len(r.Suspects), 5)] {
		fmt.Fprintf(w, "  labelled %s, reads like %s\n", models.CleanText(s.Label), models.CleanText(s.Rather))
	}
	if t.Better {
		fmt.Fprintf(w, "It only observes. To put it in charge: remit train --promote %s --as MANAGER\n", t.Model.Version())
	} else {
		fmt.Fprintln(w, "It only observes, and may not be put in charge.")
	}
}

// trainLevels learns urgency too. What keeps one of the two from being learned is told, and is an error only where the other
// could not be learned either.
func trainLevels(cmd *cobra.Command, a *app.App, past []history.Past, intents error) error {
	if intents != nil && models.KindOf(intents) != models.Invalid {
		return intents
	}
	w := cmd.OutOrStdout()
	trial, err := a.TrainLevels(cmd.Context(), past)
	switch {
	case err != nil && (intents != nil || models.KindOf(err) != models.Invalid):
		return errors.Join(intents, err)
	case err != nil:
		fmt.Fprintf(w, "Urgency is told as before: %s\n", models.SentenceOf(err))
		return nil
	case intents != nil:
		fmt.Fprintf(w, "Intents are as before: %s\n", models.SentenceOf(intents))
	}
	m := trial.Model
	fmt.Fprintf(w, "%s: %s\nUrgency is usually %s here", m.Version(), trial.Says(), m.Levels[m.Usual])
	if m.Leave < 1 {
		fmt.Fprintf(w, "; another priority is named from a probability of %.2f on.\n", m.Leave)
	} else {
		fmt.Fprint(w, ", and words did not tell on later tickets when it is not.\n")
	}
	if trial.Better {
		fmt.Fprintf(w, "It only observes. To put it in charge: remit train --promote %s --as MANAGER\n", m.Version())
	} else {
		fmt.Fprintf(w, "It only observes, and may not be put in charge. Naming %s always would be right on %d of %d.\n", m.Levels[m.Usual], trial.Usual, trial.Held)
	}
	return nil
}

func listModels(cmd *cobra.Command, a *app.App) error {
	rows, err := a.Candidates(cmd.Context())
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	if len(rows) == 0 {
		fmt.Fprintln(w, "Nothing has been learned yet: remit train tickets")
	}
	for _, r := range rows {
		state := "observes"
		if r.Live {
			state = "judges"
		}
		fmt.Fprintf(w, "%s  %s  %s\n    %s\n", r.Version, r.TrainedAt.Format("2006-01-02 15:04"), state, r.Note)
		if r.Shadow.Held > 0 {
			fmt.Fprintf(w, "    Since then, in the shadow: %s\n", r.Shadow.Beside())
		}
	}
	return nil
}
