package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/models"
)

func (c *cli) planCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Enter cash that is expected beside any invoice: rent, payroll, a loan",
	}
	cmd.AddCommand(c.planAddCommand(), c.planListCommand(), c.planRemoveCommand())
	return cmd
}

func (c *cli) planAddCommand() *cobra.Command {
	var item models.PlannedItem
	var amount, as string
	cmd := &cobra.Command{
		Use:     "add",
		Short:   "Expect an amount on a day, once or again and again",
		Example: `  remit plan add --as priya --pool cash:acme:USD --what rent --amount "-5000 USD" --on 2026-12-01 --every monthly`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				by, err := person(a, as)
				if err != nil {
					return err
				}
				if item.Amount, err = models.ParseMoney(amount); err != nil {
					return models.FieldErrorf("--amount", "%s", err)
				}
				made, err := a.Engine.Plan(cmd.Context(), item, by)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Planned as %s: %s.\n", made.ID, planLine(made))
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&as, "as", "", "who enters it")
	f.StringVar(&item.Pool, "pool", "", "the cash pool: cash:ENTITY:CURRENCY")
	f.StringVar(&item.What, "what", "", "what it is; the name of a vendor whose invoice takes its place")
	f.StringVar(&amount, "amount", "", `"-5000 USD" goes out, "5000 USD" comes in`)
	f.StringVar((*string)(&item.On), "on", "", "the first day, which may have passed")
	f.StringVar((*string)(&item.Every), "every", "", "weekly, biweekly, monthly, quarterly or yearly; once where left out")
	f.StringVar((*string)(&item.Until), "until", "", "the last day on which it may come")
	return cmd
}

func (c *cli) planListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List what was entered and what was found in history",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				items, err := a.Store.Planned(cmd.Context(), "")
				if err != nil {
					return err
				}
				if len(items) == 0 {
					fmt.Fprintln(cmd.OutOrStdout(), "Nothing is planned.")
				}
				for _, item := range items {
					fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", item.ID, item.Pool, planLine(item))
				}
				return nil
			})
		},
	}
}

func planLine(p models.PlannedItem) string {
	line := fmt.Sprintf("%s, %s from %s", p.What, p.Amount.Display(), p.On)
	if p.Every != models.Once {
		line += ", " + string(p.Every)
	}
	if p.Until != "" {
		line += " until " + string(p.Until)
	}
	if p.Origin == models.OriginFound {
		return line + " (found in history)"
	}
	return line + " (entered by " + p.By + ")"
}

func (c *cli) planRemoveCommand() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Expect it no longer",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(cmd.Context(), func(a *app.App) error {
				by, err := person(a, as)
				if err != nil {
					return err
				}
				items, err := a.Store.Planned(cmd.Context(), "")
				if err != nil {
					return err
				}
				i := slices.IndexFunc(items, func(p models.PlannedItem) bool { return p.ID == args[0] })
				if i < 0 {
					return models.Errorf(models.NotFound, "nothing is planned as %q: remit plan list", args[0])
				}
				if err := a.Engine.Unplan(cmd.Context(), items[i], by); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "No longer planned: %s.\n", items[i].What)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "who takes it back")
	return cmd
}
