package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/decision"
	"remit/models"
)

// undoFlags are those of remit undo.
type undoFlags struct {
	as, why, since, policy, segment, action, domain string
	yes                                             bool
}

func (c *cli) undoCommand() *cobra.Command {
	var f undoFlags
	cmd := &cobra.Command{
		Use:   "undo DECISION | --since TIME --as PERSON --why REASON",
		Short: "Take back what a decision did, or all that remit did by itself since a time, if nobody has touched it since",
		Long: "Takes back one decision, or with --since all that remit did by itself since then and people have not touched. What would be\n" +
			"taken back is shown first, and done once it is confirmed by typing yes, or at once with --yes.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				p, err := person(a, f.as)
				if err != nil {
					return err
				}
				switch {
				case (f.since == "") == (len(args) == 0):
					return models.FieldErrorf("--since", "name one decision, or say since when")
				case f.since == "":
					return undoOne(cmd, a, args[0], p, f.why)
				}
				return c.undoSince(cmd, a, f, p)
			})
		},
	}
	cmd.Flags().StringVar(&f.as, "as", "", "id of the person who does it")
	cmd.Flags().StringVar(&f.why, "why", "", "the reason")
	cmd.Flags().StringVar(&f.since, "since", "", "take back what was done since: 4h, 2026-12-01 or 2026-12-01T09:00:00Z")
	cmd.Flags().StringVar(&f.policy, "policy", "", "only what this version of the policy let it do")
	cmd.Flags().StringVar(&f.segment, "segment", "", "only in this segment")
	cmd.Flags().StringVar(&f.action, "action", "", "only this action: priority, route, tag, schedule, hold")
	cmd.Flags().StringVar(&f.domain, "domain", "", "only in this domain: triage, finance")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do it without asking")
	_ = cmd.MarkFlagRequired("as")
	return cmd
}

func undoOne(cmd *cobra.Command, a *app.App, id string, p models.Person, why string) error {
	d, err := a.Engine.Undo(cmd.Context(), id, p, why)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s of %s goes back to %s.\n", d.Action, d.Item, orNone(d.Before))
	return nil
}

// undoSince shows what a bulk undo would do, and does that and nothing else once it is agreed to.
func (c *cli) undoSince(cmd *cobra.Command, a *app.App, f undoFlags, p models.Person) error {
	since, err := decision.Moment("--since", f.since, c.now(), a.Engine.Policy().Zone)
	if err != nil {
		return err
	}
	if strings.TrimSpace(f.why) == "" {
		return models.FieldErrorf("--why", "say why: it is kept with each of them")
	}
	q := decision.UndoQuery{
		Since: since, Policy: f.policy, Segment: f.segment, Action: models.Action(f.action), Domain: models.Domain(f.domain),
	}
	plan, err := a.Engine.UndoAll(cmd.Context(), q, p, f.why, true)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	printUndo(out, plan)
	if len(plan.Undone) == 0 {
		return nil
	}
	if !f.yes && !agreed(out, cmd.InOrStdin(), len(plan.Undone)) {
		fmt.Fprintln(out, "Nothing was changed.")
		return nil
	}
	q.Seen = plan.Sum
	done, err := a.Engine.UndoAll(cmd.Context(), q, p, f.why, false)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d are being put back, %d are left as they are.\n", len(done.Undone), len(done.Skipped))
	return nil
}

func printUndo(w io.Writer, r decision.UndoReport) {
	fmt.Fprintf(w, "%d would be taken back, newest first:\n", len(r.Undone))
	printUndoLines(w, r.Undone)
	if len(r.Skipped) > 0 {
		fmt.Fprintf(w, "%d would be left as they are:\n", len(r.Skipped))
		printUndoLines(w, r.Skipped)
	}
}

func printUndoLines(w io.Writer, lines []decision.UndoLine) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(t, "  %s\t%s\t%s -> %s\t%s", l.ID, l.Action, orNone(brief(l.From)), orNone(brief(l.To)), brief(l.Title))
		if l.Why != "" {
			fmt.Fprintf(t, "\t%s", l.Why)
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}

// agreed asks whoever is at the terminal. Silence, and the end of the input, are no.
func agreed(w io.Writer, in io.Reader, n int) bool {
	fmt.Fprintf(w, "Type yes to take these %d back: ", n)
	line, _ := bufio.NewReader(in).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(line), "yes")
}
