package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"remit/assess"
	"remit/models"
)

// assessSeed makes an assessment come out the same again.
const assessSeed = 1

func (c *cli) assessCommand() *cobra.Command {
	var tickets, payments, policy, currency string
	var asJSON bool
	var rows int
	cmd := &cobra.Command{
		Use:   "assess --tickets FILE.csv --payments FILE.csv",
		Short: "Say what an export of history is ready for, where time is lost, and suggest a first policy",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cur, err := models.ParseCurrency(currency)
			if err != nil {
				return models.FieldErrorf("--currency", "%q is not an ISO 4217 currency", currency)
			}
			t, err := export(tickets)
			if err != nil {
				return err
			}
			p, err := export(payments)
			if err != nil {
				return err
			}
			r, err := assess.Of(t, p, assess.Options{Now: c.now(), Currency: cur, Seed: assessSeed, MaxRows: rows})
			if err != nil {
				return err
			}
			if policy != "" {
				if err := writeNew(policy, r.Policy); err != nil {
					return err
				}
			}
			if asJSON {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetIndent("", "  ")
				return enc.Encode(r)
			}
			return r.WriteText(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&tickets, "tickets", "", "CSV export of tickets")
	cmd.Flags().StringVar(&payments, "payments", "", "CSV export of payments")
	cmd.Flags().StringVar(&policy, "policy-out", "", "file to write the suggested policy to; it must not be there yet")
	cmd.Flags().StringVar(&currency, "currency", "USD", "of amounts whose export names none")
	cmd.Flags().IntVar(&rows, "rows", 0, "how many tickets a model is tried on, the newest; more takes longer (as many as take some seconds)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// export reads a file; no name is no file.
func export(name string) (*assess.File, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // absent is what it means
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, models.Errorf(models.Invalid, "%s cannot be read: %w", name, err)
	}
	return &assess.File{Name: filepath.Base(name), Data: data}, nil
}

// writeNew writes a file that is not there yet: a policy is never overwritten by a suggestion.
func writeNew(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return models.Errorf(models.Conflict, "%s is not written: %w", name, err)
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
