package main

import (
	"github.com/spf13/cobra"

	"remit/cmd/remit/demo"
	"remit/config"
)

func (c *cli) demoCommand() *cobra.Command {
	o := demo.Options{Now: c.now}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play a sample company's day, with no keys and no network, and leave the console open",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			o.Logger = logger(config.Log{Level: "warn"}, cmd.ErrOrStderr())
			return demo.Run(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.Once, "once", false, "play the day, print the summary and stop")
	cmd.Flags().StringVar(&o.Console, "console", "", "host:port for the console (a free port of this machine)")
	return cmd
}
