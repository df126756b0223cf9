package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/models"
)

func (c *cli) peopleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "people",
		Short: "Who asked in Slack to be known here, and whom an admin said they are",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error { return listLinks(cmd.Context(), a, cmd.OutOrStdout()) })
		},
	}
	cmd.AddCommand(c.linkCommand(), c.refuseCommand())
	return cmd
}

func listLinks(ctx context.Context, a *app.App, w io.Writer) error {
	all, err := a.Store.Links(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(w, "Nobody has asked.")
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SLACK\tNAME\tSTATE\tPERSON\tBY\tASKED")
	for _, l := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", l.SlackID, l.Name, l.State, l.PersonID, l.By, l.AskedAt.Format("2 Jan 2006 15:04"))
	}
	return t.Flush()
}

func (c *cli) linkCommand() *cobra.Command {
	var as, to string
	cmd := &cobra.Command{
		Use:   "link SLACK_ID",
		Short: "Say who a Slack user is that has asked",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if to == "" {
				to = models.NewcomerID(args[0])
			}
			return c.settleLink(cmd, args[0], to, as)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "id of one of people; without it, somebody new by Slack's user groups")
	cmd.Flags().StringVar(&as, "as", "", "id of the admin who says so")
	return cmd
}

func (c *cli) refuseCommand() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "refuse SLACK_ID",
		Short: "Leave a Slack user that has asked unknown",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return c.settleLink(cmd, args[0], "", as) },
	}
	cmd.Flags().StringVar(&as, "as", "", "id of the admin who says so")
	return cmd
}

func (c *cli) settleLink(cmd *cobra.Command, slackID, personID, as string) error {
	return c.withApp(cmd.Context(), func(a *app.App) error {
		l, err := a.SettleLink(cmd.Context(), slackID, personID, as)
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s (%s) is %s now. A running service knows it within half a minute.\n", l.SlackID, l.Name, l.State)
		return nil
	})
}
