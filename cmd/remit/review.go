package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/decision"
	"remit/models"
	"remit/review"
)

func (c *cli) reviewCommand() *cobra.Command {
	var since, html, md, week string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Say what remit did, whether it helped, what failed and why, and what to change next",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				r, err := c.reviewed(cmd, a, since, week)
				if err != nil {
					return err
				}
				if err := writeReview(r, html, md); err != nil {
					return err
				}
				switch {
				case asJSON:
					enc := json.NewEncoder(cmd.OutOrStdout())
					enc.SetIndent("", "  ")
					return enc.Encode(r)
				case html == "" && md == "":
					fmt.Fprint(cmd.OutOrStdout(), r.Markdown())
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "7d", "how far back")
	cmd.Flags().StringVar(&week, "week", "", "the kept review of a week, such as 2026-W48, instead")
	cmd.Flags().StringVar(&html, "html", "", "file to write a page with charts to")
	cmd.Flags().StringVar(&md, "md", "", "file to write Markdown to")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (c *cli) reviewed(cmd *cobra.Command, a *app.App, since, week string) (review.Review, error) {
	if week != "" {
		return a.WeekReviewed(cmd.Context(), week)
	}
	back, err := decision.ParseDuration(since)
	if err != nil || back < time.Minute {
		return review.Review{}, models.FieldErrorf("--since", "%q is not a duration such as 7d or 12h", since)
	}
	return a.Review(cmd.Context(), c.now().Add(-back), c.now())
}

// writeReview writes what was asked for, over what is there.
func writeReview(r review.Review, html, md string) error {
	if md != "" {
		if err := os.WriteFile(md, []byte(r.Markdown()), 0o600); err != nil {
			return models.Errorf(models.Invalid, "%s is not written: %w", md, err)
		}
	}
	if html == "" {
		return nil
	}
	page, err := r.HTML()
	if err != nil {
		return err
	}
	if err := os.WriteFile(html, page, 0o600); err != nil {
		return models.Errorf(models.Invalid, "%s is not written: %w", html, err)
	}
	return nil
}
