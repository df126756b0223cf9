package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"remit/bot"
	"remit/config"
)

func (c *cli) slackCommand() *cobra.Command {
	slack := &cobra.Command{Use: "slack", Short: "Set up the Slack app"}
	slack.AddCommand(c.manifestCommand())
	return slack
}

func (c *cli) manifestCommand() *cobra.Command {
	var mode, address string
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest to create the Slack app from, with the scopes it needs and no more",
		Long: `Print the manifest to create the Slack app from: at https://api.slack.com/apps choose Create New App, From a manifest.

With --mode socket the app connects to Slack, and no public address is needed; with --mode http Slack calls --url.
Both come from the configuration where there is one. Why each right is asked for is said on standard error.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			mode, address, err := c.manifestFor(mode, address)
			if err != nil {
				return err
			}
			text, err := bot.Manifest(mode, address)
			if err != nil {
				return err
			}
			explainScopes(cmd.ErrOrStderr(), mode)
			_, err = fmt.Fprint(cmd.OutOrStdout(), string(text))
			return err
		},
	}
	cmd.Flags().StringVar(&mode, "mode", "", "socket or http; the configuration's, or socket where there is none")
	cmd.Flags().StringVar(&address, "url", "", "public address that Slack calls, for mode http; the configuration's public_url where left out")
	return cmd
}

// manifestFor fills in from the configuration what was not said. Before there is one, as when the app is first made, Socket
// Mode needs nothing from it.
func (c *cli) manifestFor(mode, address string) (string, string, error) {
	cfg, err := c.load()
	switch {
	case err != nil && (mode == "" || mode == bot.ModeHTTP && address == ""):
		if _, missing := os.Stat(c.config); mode == "" && errors.Is(missing, fs.ErrNotExist) {
			return bot.ModeSocket, "", nil
		}
		return "", "", err
	case err != nil:
		return mode, address, nil
	}
	if mode == "" {
		mode = cfg.Slack.Mode
		if mode == config.SlackOff {
			mode = bot.ModeHTTP
		}
	}
	if address == "" {
		address = cfg.PublicURL.Reveal()
	}
	return mode, address, nil
}

func explainScopes(w io.Writer, mode string) {
	fmt.Fprintln(w, "The app asks for these rights, and for no others:")
	for _, s := range bot.Scopes() {
		fmt.Fprintf(w, "  %-18s %s\n", s.Name, s.Why)
	}
	if mode == bot.ModeSocket {
		fmt.Fprintf(w, "Besides, make an app-level token under Basic Information with %s, to %s.\n", bot.AppScope.Name, bot.AppScope.Why)
	}
}
