package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/finance"
	"remit/models"
)

// trainedOn is how many of the newest payments a model is taught on: more take longer, and tell of a company that is gone.
const trainedOn = 150_000

// training are the flags of train payments.
type training struct {
	rounds       int
	seed         uint64
	keep, always bool
	use          string
	shipped      bool
}

func (c *cli) trainPaymentsCommand() *cobra.Command {
	var f training
	cmd := &cobra.Command{
		Use:   "payments",
		Short: "Learn what a payment made wrong looks like in this company's books",
		Long: `Puts slips of many kinds into the company's own payments, learns to tell them from the rest, and minds what people said of
payments that were held. The last quarter of the time is kept apart to see how well it does. A model that does no worse
there than the one that ships is made live, and a running service judges by it within seconds.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error { return c.trainPayments(cmd, a, f) })
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.rounds, "rounds", 40, "how often slips are put into the books anew")
	flags.Uint64Var(&f.seed, "seed", 1, "the same seed and books give the same model")
	flags.BoolVar(&f.keep, "keep", false, "keep the model without making it live")
	flags.BoolVar(&f.always, "always", false, "make it live even if the one that ships does better")
	flags.StringVar(&f.use, "use", "", "make a model live that was taught before, by its id, and teach none")
	flags.BoolVar(&f.shipped, "shipped", false, "go back to the model that ships, and teach none")
	return cmd
}

func (c *cli) trainPayments(cmd *cobra.Command, a *app.App, f training) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	if f.use != "" || f.shipped {
		if f.shipped {
			f.use = ""
		}
		if err := a.Store.UseLearned(ctx, finance.LearnedKind, f.use); err != nil {
			return err
		}
		return listLearned(cmd, a)
	}
	history, err := a.Store.PaymentHistory(ctx, trainedOn)
	if err != nil {
		return err
	}
	verdicts, err := a.Store.PaymentVerdicts(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "Learning from %d payments; this takes some seconds for each ten thousand.\n", len(history))
	now := c.now()
	taught, err := finance.Teach(history, finance.Teaching{
		Limits: a.Policy().CashRules(now).Limits, Seed: f.seed, Rounds: f.rounds, Alone: true, Verdicts: verdicts,
		Name: "finance-own/" + now.UTC().Format("20060102-150405"),
	})
	if err != nil {
		return err
	}
	l, err := learnedOf(taught, f, c)
	if err != nil {
		return err
	}
	if err := a.Store.PutLearned(ctx, l); err != nil {
		return err
	}
	say(out, taught, l)
	return listLearned(cmd, a)
}

func learnedOf(t finance.Taught, f training, c *cli) (models.Learned, error) {
	body, err := json.Marshal(t.Model)
	if err != nil {
		return models.Learned{}, fmt.Errorf("write the model: %w", err)
	}
	note := fmt.Sprintf("%d payments, %d said of by people; average precision %.3f on slips of the last quarter, of the one that ships %.3f",
		t.Payments, t.Verdicts, t.AP, t.Shipped)
	l := models.NewLearned(finance.LearnedKind, t.Name(), body, c.now(), note)
	l.Live = !f.keep && (f.always || t.AP >= t.Shipped)
	return l, nil
}

func say(out io.Writer, t finance.Taught, l models.Learned) {
	fmt.Fprintf(out, "Learned from %s.\n", l.Note)
	switch {
	case l.Live:
		fmt.Fprintln(out, "It is live: payments are judged by it from now on.")
	case t.AP < t.Shipped:
		fmt.Fprintln(out, "The model that ships does better, so it is kept and not used. --always uses it nevertheless.")
	default:
		fmt.Fprintf(out, "It is kept and not used: remit train payments --use %s uses it.\n", l.ID)
	}
}

func listLearned(cmd *cobra.Command, a *app.App) error {
	all, err := a.Store.LearnedVersions(cmd.Context(), finance.LearnedKind)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	live := "the model that ships"
	for _, l := range all {
		mark := " "
		if l.Live {
			mark, live = "*", l.Version
		}
		fmt.Fprintf(out, "%s %s  %s  %s\n", mark, l.ID, l.Version, l.Note)
	}
	fmt.Fprintf(out, "Payments are judged by %s.\n", live)
	return nil
}
