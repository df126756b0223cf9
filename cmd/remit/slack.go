package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"remit/bot"
	"remit/config"
)

func (c *cli) slackCommand() *cobra.Command {
	slack := &cobra.Command{Use: "slack", Short: "Set up the Slack app"}
	slack.AddCommand(&cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest to create the Slack app from, with the scopes it needs and no more",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			text, err := bot.Manifest(config.SlackHTTP, cfg.PublicURL.Reveal())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), string(text))
			return err
		},
	})
	return slack
}
