package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/decision"
	"remit/models"
)

// viaCLI is how a version came that was brought by a command.
const viaCLI = "cli"

// policyTime is how commands tell when.
const policyTime = "2006-01-02 15:04 UTC"

// policyHistory is how many versions a list shows.
const policyHistory = 50

func (c *cli) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Look at the versions of the policy, and change it: what loosens it needs a second person",
	}
	cmd.AddCommand(c.policyList(), c.policyShow(), c.policyDiff(), c.policyCheck(), c.policyImport(), c.policyApprove(), c.policyWithdraw(), c.policyRollback())
	return cmd
}

// desk is what the policy commands work on.
type desk struct {
	*decision.Policies
	cfg config.Config
	out io.Writer
}

// withPolicies runs f on the versions, beside whatever service is running, and closes the database.
func (c *cli) withPolicies(cmd *cobra.Command, f func(context.Context, desk) error) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	policies, s, err := app.OpenPolicies(cmd.Context(), cfg, app.Options{Now: c.now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return errors.Join(f(cmd.Context(), desk{Policies: policies, cfg: cfg, out: cmd.OutOrStdout()}), s.Close())
}

func (d desk) person(as string) (models.Person, error) {
	p, ok := d.cfg.ByID(as)
	if !ok {
		return p, models.FieldErrorf("--as", "%q is not one of the people in the configuration", as)
	}
	return p, nil
}

func (c *cli) policyList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the newest versions: who, when, why, and where each stands", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withPolicies(cmd, func(ctx context.Context, d desk) error {
				vs, err := d.History(ctx, policyHistory)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
				for _, v := range vs {
					fmt.Fprintf(w, "%d\t%s\t%s\t%s, %s\t%s\n", v.Number, v.State.Words(), v.CreatedAt.UTC().Format(policyTime), v.Author.Display(), v.Via, v.Why)
				}
				return w.Flush()
			})
		},
	}
}

func (c *cli) policyShow() *cobra.Command {
	return &cobra.Command{
		Use: "show [VERSION]", Short: "Show a version, or the one in force: who, why, what it loosens, and its text", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withPolicies(cmd, func(ctx context.Context, d desk) error {
				v, err := d.version(ctx, args)
				if err != nil {
					return err
				}
				d.describe(v)
				fmt.Fprintf(d.out, "\n%s", v.Text)
				return nil
			})
		},
	}
}

// version gives the version that the arguments name, or the one in force.
func (d desk) version(ctx context.Context, args []string) (models.PolicyVersion, error) {
	if len(args) > 0 {
		n, err := number(args[0])
		if err != nil {
			return models.PolicyVersion{}, err
		}
		return d.Version(ctx, n)
	}
	st, err := d.Status(ctx)
	if err == nil && st.InForce.Number == 0 {
		err = models.Errorf(models.NotFound, "no version is in force yet: remit serve, or remit policy import, makes the first")
	}
	return st.InForce, err
}

func number(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, models.Errorf(models.Invalid, "%q is not the number of a version: remit policy list shows them", s)
	}
	return n, nil
}

// describe prints all of a version but its text, as comments: what is printed is still a policy.
func (d desk) describe(v models.PolicyVersion) {
	fmt.Fprintf(d.out, "# Version %d (%s) is %s.\n# By %s, %s, via %s: %s\n",
		v.Number, v.Sum, v.State.Words(), v.Author.Display(), v.CreatedAt.UTC().Format(policyTime), v.Via, oneLine(v.Why))
	if v.ApprovedBy.ID != "" {
		fmt.Fprintf(d.out, "# Approved by %s, %s.\n", v.ApprovedBy.Display(), v.InForceAt.UTC().Format(policyTime))
	}
	if v.Note != "" {
		fmt.Fprintf(d.out, "# It ended: %s\n", oneLine(v.Note))
	}
	for _, s := range v.Loosens {
		fmt.Fprintf(d.out, "# It loosens: %s\n", oneLine(s))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (c *cli) policyDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff A B", Short: "Show what changed from one version to another", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withPolicies(cmd, func(ctx context.Context, d desk) error {
				a, err := d.version(ctx, args[:1])
				if err != nil {
					return err
				}
				b, err := d.version(ctx, args[1:])
				if err != nil {
					return err
				}
				fmt.Fprint(d.out, decision.DiffVersions(a, b))
				return nil
			})
		},
	}
}

func (c *cli) policyCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Say whether a file could rule, and what it would loosen; nothing is changed", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return models.Errorf(models.Invalid, "%v", err)
			}
			return c.withPolicies(cmd, func(ctx context.Context, d desk) error {
				policy, loosens, err := d.Check(ctx, text)
				if err != nil {
					return inFile(args[0], err)
				}
				fmt.Fprintf(d.out, "%s is a policy: %s.\n", args[0], policy.Version)
				printLoosens(d.out, loosens)
				return nil
			})
		},
	}
}

// inFile says every problem of a file with the place that an editor can jump to.
func inFile(name string, err error) error {
	problems := decision.ProblemsOf(err)
	if len(problems) == 0 {
		return err
	}
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = fmt.Sprintf("%s:%d: %s", name, p.Line, p.Says)
	}
	return models.Errorf(models.Invalid, "the policy was refused, and nothing was changed:\n%s", strings.Join(lines, "\n"))
}

func printLoosens(w io.Writer, loosens []string) {
	if len(loosens) == 0 {
		fmt.Fprintln(w, "It loosens nothing, so it takes effect at once.")
		return
	}
	fmt.Fprintln(w, "It loosens the policy, so a second manager must approve it:")
	for _, s := range loosens {
		fmt.Fprintln(w, "  - "+s)
	}
}

// changed are the flags of a deed.
type changed struct{ as, why string }

func (f *changed) flags(cmd *cobra.Command, why bool) *cobra.Command {
	cmd.Flags().StringVar(&f.as, "as", "", "id of the manager who does it")
	_ = cmd.MarkFlagRequired("as")
	cmd.Flags().StringVar(&f.why, "why", "", "the reason, for everybody to read")
	if why {
		_ = cmd.MarkFlagRequired("why")
	}
	return cmd
}

func (c *cli) policyImport() *cobra.Command {
	var f changed
	return f.flags(&cobra.Command{
		Use: "import FILE --as PERSON --why REASON", Short: "Make a file the next version of the policy", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return models.Errorf(models.Invalid, "%v", err)
			}
			return c.change(cmd, f.as, func(ctx context.Context, d desk, who models.Person) (models.PolicyVersion, error) {
				v, err := d.Save(ctx, text, who, viaCLI, f.why)
				return v, inFile(args[0], err)
			})
		},
	}, true)
}

func (c *cli) policyApprove() *cobra.Command {
	var f changed
	return f.flags(&cobra.Command{
		Use: "approve VERSION --as PERSON", Short: "Put a proposed version in force, as a second manager", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.changeNumbered(cmd, f.as, args[0], func(ctx context.Context, d desk, n int, who models.Person) (models.PolicyVersion, error) {
				return d.Approve(ctx, n, who, viaCLI)
			})
		},
	}, false)
}

func (c *cli) policyWithdraw() *cobra.Command {
	var f changed
	return f.flags(&cobra.Command{
		Use: "withdraw VERSION --as PERSON", Short: "Take a proposed version back", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.changeNumbered(cmd, f.as, args[0], func(ctx context.Context, d desk, n int, who models.Person) (models.PolicyVersion, error) {
				return d.Withdraw(ctx, n, who, f.why)
			})
		},
	}, false)
}

func (c *cli) policyRollback() *cobra.Command {
	var f changed
	return f.flags(&cobra.Command{
		Use: "rollback VERSION --as PERSON --why REASON", Short: "Make the text of an old version the next one", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.changeNumbered(cmd, f.as, args[0], func(ctx context.Context, d desk, n int, who models.Person) (models.PolicyVersion, error) {
				return d.Rollback(ctx, n, who, viaCLI, f.why)
			})
		},
	}, true)
}

func (c *cli) changeNumbered(cmd *cobra.Command, as, version string, do func(context.Context, desk, int, models.Person) (models.PolicyVersion, error)) error {
	n, err := number(version)
	if err != nil {
		return err
	}
	return c.change(cmd, as, func(ctx context.Context, d desk, who models.Person) (models.PolicyVersion, error) {
		return do(ctx, d, n, who)
	})
}

// change does what a person asks of a version, and says where it stands then.
func (c *cli) change(cmd *cobra.Command, as string, do func(context.Context, desk, models.Person) (models.PolicyVersion, error)) error {
	return c.withPolicies(cmd, func(ctx context.Context, d desk) error {
		who, err := d.person(as)
		if err != nil {
			return err
		}
		v, err := do(ctx, d, who)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "Version %d is %s.\n", v.Number, v.State.Words())
		if v.State == models.PolicyProposed {
			printLoosens(d.out, v.Loosens)
			fmt.Fprintf(d.out, "It waits for: remit policy approve %d --as SOMEBODY-ELSE\n", v.Number)
		}
		return nil
	})
}
