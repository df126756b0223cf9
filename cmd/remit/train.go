package main

import "github.com/spf13/cobra"

func (c *cli) trainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Learn from the company's own past, and judge by it from then on if it is better",
	}
	cmd.AddCommand(c.trainPaymentsCommand())
	return cmd
}
