package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/decision"
	"remit/models"
)

// readPolicy reads a policy to try out.
func readPolicy(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, models.FieldErrorf("--policy", "the policy cannot be read: %s", err)
	}
	return text, nil
}

func (c *cli) replayCommand() *cobra.Command {
	var since, until, policy string
	var rejudge, asJSON bool
	cmd := &cobra.Command{
		Use:   "replay --since TIME",
		Short: "Rule again on recorded decisions, and say which come out otherwise",
		Long: "Rules again on what is on record, each decision by the policy that ruled on it, and finds every one the same, or says which\n" +
			"are not. With --policy all are ruled on by that file instead. What the judges proposed and what was known then are facts of\n" +
			"the record; --rejudge also has the judges of today look at those facts. Nothing is changed and nothing leaves.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				o, err := c.replayOptions(a, since, until, policy)
				if err != nil {
					return err
				}
				o.Rejudge = rejudge
				report, err := a.Replay(cmd.Context(), o)
				if err != nil {
					return refused(policy, err)
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), report)
				}
				printReplay(cmd.OutOrStdout(), report)
				return differs(report, policy)
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "from when: 30d, 4h, 2026-12-01 or 2026-12-01T09:00:00Z")
	cmd.Flags().StringVar(&until, "until", "", "to when, in the same words; now where it is not said")
	cmd.Flags().StringVar(&policy, "policy", "", "rule by this policy file instead of the one that ruled")
	cmd.Flags().BoolVar(&rejudge, "rejudge", false, "have the judges of today judge the recorded facts too")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = cmd.MarkFlagRequired("since")
	return cmd
}

func (c *cli) replayOptions(a *app.App, since, until, policy string) (o app.ReplayOptions, err error) {
	zone := a.Engine.Policy().Zone
	if o.Since, err = decision.Moment("--since", since, c.now(), zone); err != nil {
		return o, err
	}
	if until != "" {
		if o.Until, err = decision.Moment("--until", until, c.now(), zone); err != nil {
			return o, err
		}
	}
	if policy == "" {
		return o, nil
	}
	o.Policy, err = readPolicy(policy)
	return o, err
}

// differs is the error of a replay that should have come out the same and did not, so that a script notices.
func differs(r app.PastReport, policy string) error {
	if policy != "" || r.Differ == 0 {
		return nil
	}
	return models.Errorf(models.Conflict, "%d decisions come out otherwise under the policy that ruled on them", r.Differ)
}

// refused names the file of a policy that was refused.
func refused(policy string, err error) error {
	if policy == "" || models.KindOf(err) != models.Invalid {
		return err
	}
	return fmt.Errorf("%s: %w", policy, err)
}

func (c *cli) backtestCommand() *cobra.Command {
	var since, policy string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backtest --policy FILE",
		Short: "Hold a changed policy against the one in force on recorded decisions",
		Long: "Says what the policy in the file would have made of the recorded past beside the one in force: what would be asked and what\n" +
			"done, the known errors it avoids and makes, and the money that would move without a person. Nothing is changed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				from, err := decision.Moment("--since", since, c.now(), a.Engine.Policy().Zone)
				if err != nil {
					return err
				}
				text, err := readPolicy(policy)
				if err != nil {
					return err
				}
				report, err := a.Backtest(cmd.Context(), text, from)
				if err != nil {
					return refused(policy, err)
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), report)
				}
				printBacktest(cmd.OutOrStdout(), report)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "30d", "from when: 30d, 4h, 2026-12-01 or 2026-12-01T09:00:00Z")
	cmd.Flags().StringVar(&policy, "policy", "", "the changed policy file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = cmd.MarkFlagRequired("policy")
	return cmd
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
